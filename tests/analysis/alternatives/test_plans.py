"""A few plans as different as can be: within the slack, sound, and different."""

from __future__ import annotations

import pytest

import model
from tests import lands
from tests.conftest import solved


def test_lands_as_differently_as_can_be(tmp_path):
    plan = model.solve(lands.write(tmp_path / "x"), scenarios="three")
    slack = 0.05 * plan.summary["cost_usd"]
    found = model.different_plans(plan, number=2, slack=slack)
    assert len(found) >= 1  # until a plan comes back that was there before
    for other in found:
        assert other.summary["cost_usd"] <= plan.summary["cost_usd"] + slack + 1e-6
        assert other.summary["shortfall_t"] == other.summary["unserved_t"] == 0
        assert other.summary["premium_usd"] == pytest.approx(
            other.summary["cost_usd"] - plan.summary["cost_without_policy_usd"]
        )
    built = [p["builds"].set_index("plant")["capacity_t_per_yr"] for p in (plan, *found)]
    parts = built[0] / built[0]  # of each plant the part of the plan's capacity
    assert (built[1] / built[0]).reindex(parts.index).fillna(0.0).sum() < 3.99  # 4 is the plan itself
    assert len({tuple(b.round(3).items()) for b in built}) == len(built)
    assert found[0].summary["overrides"]["builds"] == {"builds": "alternative 1 of budget"}


def test_nothing_else_is_left_where_one_plant_can_do_it():
    assert len(model.different_plans(solved("two-country", "cap"), slack=0)) == 0
