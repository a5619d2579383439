"""Crises brought in as the plan violates them: what comes out is what all of them at once give."""

from __future__ import annotations

import pytest

import model
from model.solving import crises
from model.solving.goals import goals
from tests.independent.generate import write_instance
from tests.siege import ROW, TABLES, besieged

MANY = 10**9


@pytest.fixture(params=["cost", "capital", "exposure"])
def goal(request):
    return request.param


@pytest.mark.parametrize("seed", [0, 2, 7, 11, 13, 14, 21])
def test_gradually_is_at_once_on_random_instances(tmp_path, monkeypatch, seed, goal):
    policies = write_instance(tmp_path / "i", seed)
    instance = model.read(tmp_path / "i")
    asked = [model.policy(instance, p.stem) for p in policies if "[[withstand]]" in p.read_text(encoding="utf-8")]
    assert asked
    for policy in asked:
        if goal == "exposure" and not any(cap.suppliers for cap in policy.share_caps):
            continue
        found = []
        for few in (0, MANY):
            monkeypatch.setattr(goals, "FEW", few)
            monkeypatch.setattr(crises, "FEW", few)
            found.append(model.solve(instance, policy, goal=goal))
        few, many = found
        # either has gone through every check, the duality gap over all crises among them
        assert few.summary["shortfall_t"] == pytest.approx(many.summary["shortfall_t"], rel=1e-7, abs=1e-4)
        assert few.summary["cost_usd"] == pytest.approx(many.summary["cost_usd"], rel=1e-8, abs=1)
        assert few.summary["programme"] == many.summary["programme"]


def test_only_what_the_plan_would_violate_is_in_the_solves(tmp_path, monkeypatch):
    """Each third country in each of three years makes six crises; C's stop hurts nobody, and neither does B's at first.

    The plan without policy uses its stock up in 2030, so B's stop of 2031 and of 2032 is brought in, not that of 2030.
    """
    monkeypatch.setattr(goals, "FEW", 0)
    said, solved = [], goals._solve
    monkeypatch.setattr(goals, "_solve", lambda arrays, *more: (said.append(arrays), solved(arrays, *more))[1])
    plan = besieged(tmp_path, '[[withstand]]\nbuyer = "A"\nmonths = 3\n')
    assert len(plan["withstand"]) == 6
    assert [list(arrays.columns["withstand_short"].index) for arrays in said] == [
        [("withstand.0", "A", "everything", "B", year) for year in ("2031", "2032")]
    ]
    assert plan.compliant
    assert plan.summary["residuals"]["duality_gap"] == pytest.approx(0, abs=1e-9)
    assert set(plan["crises"]["supplier"]) == {"B", "C"}  # each has its own plan, brought in or not


def test_a_crisis_that_the_first_plan_passes_is_brought_in_when_a_later_one_fails_it(tmp_path, monkeypatch):
    """Two stores and two rows, the worst of each year first: what helps one supplier's stop may not help another's."""
    monkeypatch.setattr(goals, "FEW", 0)
    monkeypatch.setattr(crises, "FEW", 0)
    rows = ROW.replace('["B"]', '["B", "C"]') + "months = 4\n"
    plan = besieged(tmp_path, rows, stockpiles=TABLES["stockpiles"].replace("30,30", "0,30"))
    assert plan.summary["shortfall_t"] == pytest.approx(24)  # in 2030 nothing lies there: 40 t less 16
    assert sorted(plan["shortfalls"]["year"]) == [2030]
