"""A row that asks nothing is never called met: an error where it can't be meant, else said with its years."""

from __future__ import annotations

import pytest

import model
from model.base.problems import InputError
from model.base.words import bare
from model.check import violations
from model.output.report.sections.answer import compliance, states
from model.output.terminal.console import plain
from model.output.terminal.planned.plan import verdict as plan_verdict
from model.output.terminal.planned.side_by_side import side_by_side
from model.plan.saying.asking import complies
from model.plan.saying.rows import Told, ToldShort
from model.plan.saying.sentences import verdict

CAP = '[[share_cap]]\nbuyer = "home"\nmax = 0.9\nstages = ["magnet"]\n'
ALL = list(range(2030, 2036))
ROWS = {
    "never in force": (CAP + "from = 2050\n", {"share_cap.0": ALL}),
    "its own supplier": (CAP + CAP + 'suppliers = ["A"]\nfrom = 2034\n', {"share_cap.1": [2034, 2035]}),
    "nobody uses it": (CAP.replace("home", "B"), {"share_cap.0": ALL}),
    "one of two": (CAP + CAP.replace("home", "B") + "to = 2031\n", {"share_cap.1": [2030, 2031]}),
    "no demand": ('[[domestic_min]]\nbuyer = "B"\nmin = 0.1\nstages = ["magnet"]\n', {"domestic_min.0": ALL}),
    "one buyer of two": (
        CAP.replace('buyer = "home"', 'buyers = ["home", "B"]') + "from = 2034\n",
        {"share_cap.0": [2034, 2035]},
    ),
}


def solved(instance, folder, text):
    asked = folder / "asked.toml"
    asked.write_text(text)
    return model.solve(instance, str(asked))


@pytest.mark.parametrize("name", ROWS)
def test_rows_and_years_that_ask_nothing(two_country, tmp_path, name):
    text, expected = ROWS[name]
    plan = solved(two_country, tmp_path, text)
    assert {q["policy_row"]: q["years"] for q in plan.summary["asks_nothing"]} == expected
    said = bare(verdict(ToldShort(plan)))
    assert ("Every target is met" in said) == (plan.compliant and not expected)
    for row, years in expected.items():
        called = plan.summary["policy"]["row_names"][row]
        assert f"“{called}” asks nothing" in said
        assert f"in {years[0]}-{years[-1]}" in said
        assert row not in said
    asks = name in ("its own supplier", "one of two", "one buyer of two")
    expected_word = "yes" if plan.compliant else "no"
    assert complies(plan.summary) == (expected_word if asks else "asks nothing")
    assert (plan.summary["first_compliant_year"] is None) == (not asks)
    assert complies(plan.summary).partition(" ")[0] in plain(side_by_side([plan], [{}])).split()
    colour = {"yes": "green", "no": "red"}[expected_word] if asks else "yellow"
    assert plan_verdict(plan).style == f"bold {colour}"


def test_a_plan_that_claims_a_year_in_which_nothing_is_asked_fails_the_check(two_country, tmp_path):
    plan = solved(two_country, tmp_path, ROWS["nobody uses it"][0])
    for year, rules in ((None, set()), (2030, {"compliant"})):
        claimed = {**plan.summary, "first_compliant_year": year}
        assert set(violations(two_country, plan.policy, plan.tables, claimed)["rule"]) == rules


def test_the_report_says_which_targets_ask_nothing(two_country, tmp_path):
    plan = solved(two_country, tmp_path, ROWS["one buyer of two"][0])
    told = Told(plan)
    found = states(told)
    assert {state for state, *_ in found["share_cap.0", "B", "magnet"].values()} == {"silent"}
    assert "silent" not in {state for state, *_ in found["share_cap.0", "home", "magnet"].values()}
    page = "".join(map(str, compliance(told).parts))
    assert "Of 2 targets, 1 is met in every year in which anything is asked, and 1 asks nothing." in page


def test_a_row_whose_goods_weigh_nothing_is_an_error(two_country):
    goods = two_country.table("commodities")
    goods["content"] = [1.0, 0.0]
    with pytest.raises(InputError) as refused:
        model.edited(two_country, commodities=goods)
    found = {(p.file, p.line, p.column) for p in refused.value.problems}
    assert found == {(f"policies/{file}.toml", 5, "share_cap.0.stages") for file in ("cap", "too-early")}
    for problem in refused.value.problems:
        assert problem.value == '"magnet"'
        assert problem.expected.endswith('nothing would be asked; expected weight = "tonnes"')
