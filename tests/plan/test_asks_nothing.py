"""A row that asks nothing is never called met: an error where it can't be meant, else said with its years."""

from __future__ import annotations

import pytest

import model
from model.base.problems import InputError
from model.base.words import bare
from model.plan.rows import ToldShort
from model.plan.sentences import verdict

CAP = '[[share_cap]]\nbuyer = "home"\nmax = 0.9\nstages = ["magnet"]\n'
ALL = list(range(2030, 2036))
ROWS = {
    "never in force": (CAP + "from = 2050\n", {"share_cap.0": ALL}),
    "its own supplier": (CAP + CAP + 'suppliers = ["A"]\nfrom = 2034\n', {"share_cap.1": [2034, 2035]}),
    "nobody uses it": (CAP.replace("home", "B"), {"share_cap.0": ALL}),
    "one of two": (CAP + CAP.replace("home", "B") + "to = 2031\n", {"share_cap.1": [2030, 2031]}),
    "no demand": ('[[domestic_min]]\nbuyer = "B"\nmin = 0.1\nstages = ["magnet"]\n', {"domestic_min.0": ALL}),
    "one buyer of two": (CAP.replace('buyer = "home"', 'buyers = ["home", "B"]') + "from = 2034\n", {}),
}


def solved(instance, folder, text):
    asked = folder / "asked.toml"
    asked.write_text(text)
    return model.solve(instance, str(asked))


@pytest.mark.parametrize("name", ROWS)
def test_rows_and_years_that_ask_nothing(two_country, tmp_path, name):
    text, expected = ROWS[name]
    plan = solved(two_country, tmp_path, text)
    assert plan.summary["asks_nothing"] == expected
    said = bare(verdict(ToldShort(plan)))
    assert ("Every target is met" in said) == (plan.compliant and not expected)
    for row, years in expected.items():
        called = plan.summary["policy"]["row_names"][row]
        assert f"“{called}” asks nothing in {years[0]}-{years[-1]}" in said or not plan.compliant
        assert row not in said


def test_a_row_whose_goods_weigh_nothing_is_an_error(two_country):
    goods = two_country.table("commodities")
    goods["ree_content"] = [1.0, 0.0]
    with pytest.raises(InputError) as refused:
        model.edited(two_country, commodities=goods)
    found = {(p.file, p.line, p.column) for p in refused.value.problems}
    assert found == {(f"policies/{file}.toml", 5, "share_cap.0.stages") for file in ("cap", "too-early")}
    for problem in refused.value.problems:
        assert problem.value == '"magnet"'
        assert problem.expected.endswith('nothing would be asked; expected weight = "tonnes"')
