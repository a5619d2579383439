"""The stress test that goes with every plan: in the answer, the report and side by side; and what a row promises."""

from __future__ import annotations

import pytest

import model
from model.analysis.stress import in_short
from model.base.words import bare
from model.output.report.page import comparison_page, plan_page
from model.output.terminal.planned.side_by_side import comparison
from model.plan.saying import survival
from model.plan.saying.answer import ten_lines
from model.plan.saying.rows import Told
from tests.analysis.stress import small
from tests.conftest import solved

WITHSTAND = 'title = "Months"\n[[withstand]]\nbuyers = ["home"]\nsuppliers = ["B"]\nmonths = {months}\nfrom = 2031\n'


def test_the_line_and_the_section(two_country):
    plan = solved("two-country", "cap")
    (frames,) = in_short([plan])
    told = Told(plan, frames)
    about, said = dict(ten_lines(told)).keys(), dict(ten_lines(told))
    (line,) = [a for a in about if "stops" in a]
    assert "Abroad" in line
    assert "of six months" in said[line]
    assert "If exports stop" in plan_page(told)
    assert "If exports stop" not in plan_page(Told(plan))


def test_plans_side_by_side_are_asked_the_same():
    plans = [solved("two-country", name) for name in ("none", "cap")]
    table = comparison(plans, in_short(plans))
    assert table["served_share"].notna().all()
    # home makes magnets under the cap, but of oxide from abroad: a stop leaves both plans with nothing in 2033
    assert table["served_share"].tolist() == pytest.approx([0, 0])


@pytest.mark.parametrize("months", [2, 5, 8])
def test_a_plan_that_withstands_survives(months, tmp_path):
    """Two pieces of code: the row in the programme, and the test of the plan that stands."""
    plants = small.TABLES["plants"].replace(
        "A_MAG,Magnets A,press,A,900,0,,,,,,,,,,", "A_MAG,Magnets A,press,A,900,0,,20000,0,0,9,0.1,900,,,"
    )
    plan = small.plan(tmp_path, WITHSTAND.format(months=months), plants=plants)
    assert plan.compliant
    found = model.stress(plan, suppliers=["B"], scopes=["all"], months=[months], years=[2031, 2032]).worst
    assert (found["share"] > 1 - 1e-7).all()
    assert (found["survives_months"] > months - 1e-5).all()


def test_a_comparison_begins_with_an_answer_and_sets_cost_against_security():
    plans = [solved("two-country", name) for name in ("none", "cap", "too-early")]
    page = comparison_page([Told(plan, more) for plan, more in zip(plans, in_short(plans), strict=True)])
    # 6,680,000 less 5,862,424 USD
    assert "none</bdi> costs 818,000 USD less than <bdi>too-early</bdi>; <bdi>too-early</bdi> misses targets." in page
    assert "Cost against security" in page
    assert "Cost against security" not in comparison_page([Told(plan) for plan in plans])


def test_what_a_policy_buys_is_said_in_kilograms(tmp_path):
    """By hand: a plant is built for the eight months asked for; without policy home makes 4 t of 10 a month."""
    plants = small.TABLES["plants"].replace(
        "A_MAG,Magnets A,press,A,900,0,,,,,,,,,,", "A_MAG,Magnets A,press,A,900,0,,20000,0,0,9,0.1,900,,,"
    )
    plan = small.plan(tmp_path, WITHSTAND.format(months=8), plants=plants)
    (frames,) = in_short([plan])
    row = survival.compared_by(frames["stress"].to_dict("records"))
    # six months from 2031 without B: 60 t asked for; without policy 48 t/yr are made at home and the store is empty
    assert (row["year"], row["share"]) == (2031, pytest.approx(1))
    assert row["share_without_policy"] == pytest.approx(24 / 60)
    assert frames["stress"]["share_without_policy"].notna().sum() < len(frames["stress"])
    said = bare(survival.bought(Told(plan, frames)))
    assert "of every 100 kg of magnet material that home need in the next six months, 100 kg would still reach" in said
    assert "without the policy it would be 40 kg." in said
    assert "Big supplier" in said
    assert "What the policy buys" in plan_page(Told(plan, frames))
    (two,) = in_short([capped := solved("two-country", "cap")])
    assert survival.bought(Told(capped, two)).endswith("against such a stop it buys nothing.")
