"""Policy rows whose keys exclude or need each other, and rows of every kind."""

from __future__ import annotations

import pytest

from tests.instance.spoil import both, copy, judge, put, whole
from tests.instance.test_policy_files import CAP, ROW, cap, said

FLOOR = '[[price_floor]]\ncommodity = "magnet"\n'
ROWS = {
    "buyer and buyers": (
        cap('max = 0.5\nbuyers = ["A"]\n'),
        said(5, "share_cap.0.buyers", "", "expected either buyer or buyers"),
    ),
    "neither buyer nor buyers": (
        whole(CAP, '[[share_cap]]\nstages = ["magnet"]\nmax = 0.5\n'),
        said(1, "share_cap.0", "", "expected either buyer or buyers"),
    ),
    "no buyers": (
        whole(CAP, '[[share_cap]]\nbuyers = []\nstages = ["magnet"]\nmax = 0.5\n'),
        said(2, "share_cap.0.buyers", "[]", "expected a list of names"),
    ),
    "stages and commodities": (
        cap('max = 0.5\ncommodities = ["magnet"]\n'),
        said(5, "share_cap.0.commodities", "", "expected either stages or commodities"),
    ),
    "stage that is no list": (
        cap("max = 0.5\n", '[[share_cap]]\nbuyer = "home"\nstages = "magnet"\n'),
        said(3, "share_cap.0.stages", "magnet", "expected a list of names"),
    ),
    "stage twice": (
        cap("max = 0.5\n", '[[share_cap]]\nbuyer = "home"\nstages = ["magnet", "magnet"]\n'),
        said(3, "share_cap.0.stages", "magnet", '"magnet" stands twice in the list'),
    ),
    "measure misspelt": (
        cap('max = 0.5\nmeasure = "trased"\ntraced = "B"\n'),
        said(5, "share_cap.0.measure", "trased", 'expected "direct" or "traced"', "traced"),
    ),
    "weight misspelt": (
        cap('max = 0.5\nweight = "tons"\n'),
        said(5, "share_cap.0.weight", "tons", 'expected "ree_content" or "tonnes"', "tonnes"),
    ),
    "traced without what": (
        cap('max = 0.5\nmeasure = "traced"\n'),
        said(1, "share_cap.0.traced", "", "a value is needed with measure"),
    ),
    "what without traced": (
        cap('max = 0.5\ntraced = "B"\n'),
        said(5, "share_cap.0.traced", "B", 'has a meaning only with measure = "traced"'),
    ),
    "two traced sets": (
        cap(f'max = 0.5\nmeasure = "traced"\ntraced = "B"\n{ROW}max = 0.5\nmeasure = "traced"\ntraced = "A"\n'),
        said(12, "share_cap.1.traced", "A", 'all traced rows of a policy name the same set; an earlier row names "B"'),
    ),
    "suppliers with traced": (
        cap('max = 0.5\nmeasure = "traced"\ntraced = "B"\nsuppliers = ["B"]\n'),
        said(7, "share_cap.0.suppliers", "", "has no meaning with measure"),
    ),
    "suppliers and together": (
        cap('max = 0.5\nsuppliers = ["B"]\ntogether = "B"\n'),
        said(6, "share_cap.0.together", "B", "expected either suppliers or together"),
    ),
    "together within suppliers, unknown": (
        cap('max = 0.5\nsuppliers = { together = "hom" }\n'),
        said(5, "share_cap.0.together", "hom", "is not a known region or group", "home"),
    ),
    "years the wrong way round": (
        cap("max = 0.5\nfrom = 2034\nto = 2031\n"),
        said(6, "share_cap.0.to", "2031", "is before the row's first year 2034"),
    ),
    "year that is text": (
        cap('max = 0.5\nfrom = "2030"\n'),
        said(5, "share_cap.0.from", "2030", "expected a whole number"),
    ),
    "year that is true": (
        cap("max = 0.5\nfrom = true\n"),
        said(5, "share_cap.0.from", "true", "expected a whole number"),
    ),
    "flag that is text": (
        cap('max = 0.5\neach_commodity = "yes"\n'),
        said(5, "share_cap.0.each_commodity", "yes", "expected 0 or 1"),
    ),
    "budget without a limit": (whole(CAP, "\n[[budget]]\n"), said(2, "budget.0", "", "a budget needs max or min")),
    "budget upside down": (
        whole(CAP, "[[budget]]\nmin = 2e9\nmax = 1e9\n"),
        said(2, "budget.0.min", "2000000000", "is above the row's max of 1e+09 USD"),
    ),
    "negative budget": (
        whole(CAP, "[[budget]]\nmax = -1\n"),
        said(2, "budget.0.max", "-1", "a number of at least 0 [USD]"),
    ),
    "budget without end": (
        whole(CAP, "[[budget]]\nmax = inf\n"),
        said(2, "budget.0.max", "inf", "a number of at least 0"),
    ),
    "budget of unknown hosts": (
        whole(CAP, '[[budget]]\nmax = 1\nhosts = "hoem"\n'),
        said(3, "budget.0.hosts", "hoem", "is not a known region or group", "home"),
    ),
    "budget of hosts that are a word of another key": (
        whole(CAP, '[[budget]]\nmax = 1\nhosts = "each-third-country"\n'),
        said(3, "budget.0.hosts", "each-third-country", "is not a known region or group"),
    ),
    "budget of unknown processes": (
        whole(CAP, '[[budget]]\nmax = 1\nprocesses = ["pres"]\n'),
        said(3, "budget.0.processes.0", "pres", "is not a known process", "press"),
    ),
    "minimum with the key of a cap": (
        whole(CAP, ROW.replace("share_cap", "domestic_min") + "min = 0.1\nsuppliers = []\n"),
        said(5, "domestic_min.0.suppliers", "", "is not a key here; known: "),
    ),
    "minimum of a wrong measure": (
        whole(CAP, ROW.replace("share_cap", "domestic_min") + 'min = 0.1\nmeasure = "output"\n'),
        said(5, "domestic_min.0.measure", "output", 'expected "capacity" or "production"'),
    ),
    "negative days": (
        whole(CAP, '[[stock_min]]\nbuyer = "home"\ncommodities = ["oxide"]\ndays = -60\n'),
        said(4, "stock_min.0.days", "-60", "a number of at least 0 [days of use]"),
    ),
    "stock by stages": (
        whole(CAP, '[[stock_min]]\nbuyer = "home"\nstages = ["magnet"]\ncommodities = ["oxide"]\ndays = 6\n'),
        said(3, "stock_min.0.stages", "", "is not a key here"),
    ),
    "stock of a good without content": (
        both(
            put("commodities.csv", "oxide,Oxide,processing,1", "oxide,Oxide,processing,0"),
            whole(CAP, '[[stock_min]]\nbuyer = "home"\ncommodities = ["oxide"]\ndays = 6\n'),
        ),
        said(3, "stock_min.0.commodities", "oxide", "holds no oxide equivalent"),
    ),
    "floor without a price": (
        whole(CAP, f"\n{FLOOR}"),
        said(2, "price_floor.0.price", "", "a value is needed; expected a number above 0 [USD/t]"),
    ),
    "floor without a good": (
        whole(CAP, "[[price_floor]]\nprice = 1\n"),
        said(1, "price_floor.0.commodity", "", "a value is needed; expected a name"),
    ),
    "floor of nothing": (
        whole(CAP, f"{FLOOR}price = 0\n"),
        said(3, "price_floor.0.price", "0", "expected a number above 0 [USD/t]"),
    ),
    "floor without end": (
        whole(CAP, f"{FLOOR}price = inf\n"),
        said(3, "price_floor.0.price", "inf", "expected a number above 0 [USD/t]"),
    ),
    "floor by year": (
        whole(CAP, f"{FLOOR}price = {{ 2030 = 1 }}\n"),
        said(3, "price_floor.0.price", "{", "expected a number above 0 [USD/t]"),
    ),
    "floor of an unknown good": (
        whole(CAP, '[[price_floor]]\ncommodity = "magnt"\nprice = 1\n'),
        said(2, "price_floor.0.commodity", "magnt", "is not a known commodity", "magnet"),
    ),
    "floor of two goods": (
        whole(CAP, '[[price_floor]]\ncommodity = ["magnet", "oxide"]\nprice = 1\n'),
        said(2, "price_floor.0.commodity", "[", "expected a name"),
    ),
    "floor with the key of a cap": (
        whole(CAP, f'{FLOOR}price = 1\ncommodities = ["magnet"]\n'),
        said(4, "price_floor.0.commodities", "", "is not a key here; known: ", "commodity"),
    ),
    "floor of unknown hosts": (
        whole(CAP, f'{FLOOR}price = 1\nhosts = ["hoem"]\n'),
        said(4, "price_floor.0.hosts.0", "hoem", "is not a known region or group", "home"),
    ),
    "floor of unknown processes": (
        whole(CAP, f'{FLOOR}price = 1\nprocesses = ["pres"]\n'),
        said(4, "price_floor.0.processes.0", "pres", "is not a known process", "press"),
    ),
    "floor whose years are the wrong way round": (
        whole(CAP, f"{FLOOR}price = 1\nfrom = 2034\nto = 2031\n"),
        said(5, "price_floor.0.to", "2031", "is before the row's first year 2034"),
    ),
    "one floor in single brackets": (
        whole(CAP, '[price_floor]\ncommodity = "magnet"\nprice = 1\n'),
        said(1, "price_floor", "", "expected rows that begin with [[price_floor]]"),
    ),
    "rows written in line": (
        whole(
            CAP,
            "share_cap = [\n"
            + "".join(f'  {{ buyer = "{b}", stages = ["magnet"], max = 0.5 }},\n' for b in ("home", "hom"))
            + "]\n",
        ),
        said(3, "share_cap.1.buyer", "hom", "is not a known region or group", "home"),
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_wrong_row_is_named_and_nothing_else(name, tmp_path):
    judge(copy(tmp_path), *ROWS[name])
