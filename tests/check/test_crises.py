"""The check on crises: what is said to be done in one must be possible, and serve as much as is said."""

from __future__ import annotations

import pytest

from model.check import violations
from tests.siege import ROW, TABLES, besieged

ASKED = f'{ROW}stages = ["magnet"]\nmonths = 3\nfrom = 2031\nto = 2031\n'


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Three months without B's magnets: 12 t of its own, some from stock, some from C, whose lane takes 40 t a year."""
    lanes = TABLES["lanes"] + "magnet,C,A,10,,40,,\n"
    return besieged(tmp_path_factory.mktemp("crisis"), ASKED, lanes=lanes)


def broken(plan, change):
    tables = {name: frame.copy() for name, frame in plan.items()}
    change(tables)
    found = violations(plan.instance, plan.policy, tables, plan.summary)
    return set(found["rule"])


def times(factor, **where):
    """What is done at some places so many times."""

    def change(tables):
        acts = tables["crises"]
        some = (acts[list(where)] == list(where.values())).all(axis=1)
        assert some.any(), where
        acts.loc[some, "quantity_t"] *= factor

    return change


def test_the_plan_is_sound(plan):
    assert plan.compliant
    assert set(plan["crises"]["what"]) == {"run", "ship", "draw", "serve"}
    assert not broken(plan, lambda _: None)


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (times(2, what="run", plant="A_OWN"), {"crisis_capacity", "crisis_supply"}),
        (times(2, what="ship", origin="C", region="A"), {"crisis_lane", "crisis_supply", "crisis_use"}),
        (times(2, what="draw"), {"crisis_stock", "crisis_use"}),
        (times(2, what="serve", sector="defence"), {"crisis_demand", "crisis_use"}),
        (times(0.5, what="serve", sector="defence"), {"crisis_use", "withstand"}),
        (times(0.5, what="run", plant="C_MAG"), {"crisis_supply", "crisis_use"}),
    ],
)
def test_what_is_not_so_is_found(plan, change, rules):
    assert broken(plan, change) >= rules


def test_what_is_stopped_does_not_leave(plan):
    def sneaks(tables):
        acts = tables["crises"]
        some = (acts["what"] == "ship") & (acts["origin"] == "C") & (acts["region"] == "A")
        acts.loc[some, "origin"] = "B"

    assert "crisis_lane" in broken(plan, sneaks)


def test_a_crisis_without_a_plan_serves_nobody(plan):
    assert "withstand" in broken(plan, lambda tables: tables.update(crises=tables["crises"].iloc[:0]))


def test_names_and_crises_that_are_not_there(plan):
    assert "known" in broken(plan, lambda t: t["crises"].replace({"A_OWN": "A_OWNN"}, inplace=True))
    assert "known" in broken(plan, lambda t: t["crises"].replace({"B": "C"}, inplace=True))
    assert "known" in broken(plan, lambda t: t["crises"].replace({"serve": "serves"}, inplace=True))


def test_figures_told_of_a_crisis(plan):
    def boast(tables):
        tables["withstand"].loc[0, "asked_t"] += 1

    assert "withstand" in broken(plan, boast)
