"""A price that is scarce or worthless is marked wherever it is shown, and no line spikes there."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pandas as pd

from model.analysis.comparison import compare
from model.output.pictures import money as pictures
from model.output.pictures.plan import plan_tables
from model.output.report.sections import money as report
from model.output.terminal import comparison
from model.output.terminal.console import plain
from model.output.terminal.planned.plan_buyers import paid
from model.plan.saying.rows import Told
from tests.conftest import solved

YEARS = [2031]
"""The year in which the target of ``too-early`` is missed: what is decided first makes magnets from 2032."""


def test_the_terminal_marks_prices(tmp_path):
    # "too-early" misses its target in 2031; without policy nothing is scarce
    late, none = solved("two-country", "too-early"), solved("two-country", "none")
    buyer = plain(paid(late)[1]).split("\n")[-2]
    assert " scarce" in buyer
    assert " scarce" not in plain(paid(none)[1])
    found = comparison.report(compare([late.write(tmp_path / "late"), none.write(tmp_path / "none")]))
    lines = plain(found).split("Price of final goods by year")[1].splitlines()
    of_years = {line.split()[0]: line for line in lines if line.strip().startswith("203")}
    assert {year for year, line in of_years.items() if "scarce" in line} >= set(map(str, YEARS))
    assert "scarce" not in of_years["2030"]


def test_the_report_draws_no_marked_price_as_a_line():
    plan = solved("two-country", "too-early")
    told = Told(plan)
    (picture,) = report.prices(told).parts
    years = picture.data["years"]
    line = next(g for g in picture.data["goods"] if g["name"] == told.goods["magnet"]["name"])["lines"][0]
    prices = plan["prices"].set_index(["commodity", "region", "year"])
    for i, year in enumerate(years):
        price, mark = prices.loc[("magnet", "A", year), ["price_usd_per_t", "mark"]]
        if mark:
            assert line["values"][i] is None
            assert line["marked"][i] == [price / 1000, mark]
        else:
            assert line["values"][i] == price / 1000
    assert set(YEARS) <= {years[i] for i in line["marked"]}
    assert [row[-1] for row in picture.rows].count("scarce") == (plan["prices"]["mark"] == "scarce").sum()


def test_each_class_of_content_has_its_line_in_the_report():
    plan = solved("two-country", "cap")
    free, twice = plan["prices"], 2 * plan["prices"]["price_usd_per_t"]
    both = [free.assign(content="free"), free.assign(content="traced", price_usd_per_t=twice)]
    told = Told(
        SimpleNamespace(tables={**plan.tables, "prices": pd.concat(both)}, summary=plan.summary, branched=False)
    )
    (picture,) = report.prices(told).parts
    goods = {good["name"]: good["lines"] for good in picture.data["goods"]}
    assert len(goods) == 2 * free["commodity"].nunique()
    for name in [name for name in goods if not name.endswith(", traced content")]:
        other = {line["name"]: line["values"] for line in goods[f"{name}, traced content"]}
        assert other == {line["name"]: [v and 2 * v for v in line["values"]] for line in goods[name]}


def test_pictures_break_the_line_where_a_price_is_marked(tmp_path):
    plan = solved("two-country", "too-early")
    frame = plan["prices"]
    figure = pictures.prices(plan_tables(plan.write(tmp_path / "late")))
    (line,) = [x for x in figure.axes[0].lines if str(x.get_label()) == "Home"]
    drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))
    marks = frame[(frame["commodity"] == "magnet") & (frame["region"] == "A")].set_index("year")["mark"]
    assert {year for year, usd in drawn.items() if math.isnan(usd)} == set(marks[marks != ""].index) >= set(YEARS)
