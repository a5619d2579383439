"""A plan's builds held while all else is decided anew: under its own data the same plan, under others what it is."""

import pandas as pd
import pytest

import model
from model.base.errors import Unmeetable
from tests.tiny import write

LATER = {"plants[plant=A_MAG].lead_time": 2}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("held") / "tiny")


@pytest.fixture(scope="module")
def plan(folder):
    return model.solve(folder, "all")


def told(instance, builds, **more):
    with pytest.raises(model.InputError) as caught:
        model.solve(instance, "all", builds=pd.DataFrame(builds), **more)
    return [str(p) for p in caught.value.problems]


@pytest.mark.parametrize("goal", ["cost", "capital", "exposure"])
def test_under_its_own_data_it_is_the_same_plan(folder, goal):
    free = model.solve(folder, "all", goal=goal)
    held = model.solve(folder, "all", goal=goal, builds=free["builds"])
    assert len(free["builds"])
    assert held.summary["cost_usd"] == pytest.approx(free.summary["cost_usd"], rel=1e-9)
    pd.testing.assert_frame_equal(held["builds"][["plant", "decision_year", "capacity_t_per_yr"]],
                                  free["builds"][["plant", "decision_year", "capacity_t_per_yr"]])  # fmt: skip
    assert held.summary["overrides"]["builds"] == {"builds": "given"}
    assert "builds" not in free.summary["overrides"]


def test_another_policy_and_other_data_with_these_builds(folder, plan):
    none = model.solve(folder, "none", builds=plan)
    free = model.solve(folder, "none")
    assert none["builds"]["capacity_t_per_yr"].sum() == pytest.approx(plan["builds"]["capacity_t_per_yr"].sum())
    half = plan["builds"].assign(capacity_t_per_yr=plan["builds"]["capacity_t_per_yr"] / 2)
    assert model.solve(folder, "none", builds=half).summary["cost_usd"] > free.summary["cost_usd"] + 1
    assert none.summary["overrides"]["builds"] == {"builds": "those of all of tiny"}
    dearer = model.read(folder, {"plants[plant=B_MAG].variable_cost": 9000})
    held, best = model.solve(dearer, "all", builds=plan), model.solve(dearer, "all")
    assert held.summary["capex_usd"] == pytest.approx(plan.summary["capex_usd"])
    assert held.summary["cost_usd"] > best.summary["cost_usd"] - 1e-6
    with pytest.raises(model.InputError, match="its builds were held"):
        model.explain(held)
    with pytest.raises(model.InputError, match="leave out the scenarios"):
        model.solve(folder, "all", builds=plan, scenarios="shocks")


def test_no_builds_at_all(folder, plan):
    nothing = plan["builds"].iloc[:0]
    with pytest.raises(Unmeetable, match="asks for at least 0.1 million USD"):
        model.solve(folder, "all", builds=nothing)
    asked = {"domestic_min": [{"buyer": "home", "stages": ["magnet"], "min": 0.2, "from": 2032}]}
    held = model.solve(folder, asked, builds=nothing)
    assert not len(held["builds"])
    assert not held.compliant
    assert model.solve(folder, asked).compliant


def test_builds_that_cannot_be_are_all_said(folder):
    columns = {"plant": ["A_MAGG", "B_OX", "A_MAG", "A_MAG", "A_MAG"], "decision_year": [2030, 2030, 2028, 2032, 2031],
               "capacity_t_per_yr": [1, 2, 3.0, 4.0, -1.0]}  # fmt: skip
    assert told(folder, columns) == [
        'builds, row 0, plant: "A_MAGG": is not a plant of this instance; did you mean "A_MAG"?',
        'builds, row 1, decision_year: "2030": nothing of B_OX can be built and come on stream within the horizon',
        'builds, row 2, decision_year: "2028": A_MAG can be decided from 2030 to 2031',
        'builds, row 3, decision_year: "2032": A_MAG can be decided from 2030 to 2031',
        'builds, row 4, capacity_t_per_yr: "-1.0": expected a number of at least 0 [t/yr]',
    ]
    most = {"plant": ["A_MAG", "A_MAG"], "decision_year": [2030, 2031], "capacity_t_per_yr": [41, 25]}
    assert told(folder, most) == [
        'builds, capacity_t_per_yr: "41": t/yr of A_MAG in 2030, above max_build_per_year of 40 t/yr',
        'builds, capacity_t_per_yr: "66": t/yr of A_MAG in all, above max_build of 60 t/yr',
    ]
    assert told(folder, {"plants": ["A_MAG"], "decision_year": [2030]}) == [
        "builds, capacity_t_per_yr: the column is missing",
        'builds, plant: the column is missing; did you mean "plants"?',
    ]
    later = model.read(folder, LATER)
    one = {"plant": ["A_MAG"], "decision_year": [2031], "capacity_t_per_yr": [5.0]}
    assert told(later, one) == ['builds, row 0, decision_year: "2031": A_MAG can be decided from 2030 to 2030']


def test_builds_beyond_a_budget_contradict_it(folder):
    builds = {"plant": ["A_MAG", "A_MAG"], "decision_year": [2030, 2031], "capacity_t_per_yr": [40.0, 20.0]}
    with pytest.raises(Unmeetable):
        model.solve(folder, "all", {"budget.0.max": 1e5}, builds=pd.DataFrame(builds))


def test_a_rounding_of_nothing_is_nothing(folder, plan):
    builds = plan["builds"][["plant", "decision_year", "capacity_t_per_yr"]]
    more = pd.concat([builds, builds.head(1).assign(decision_year=2030, capacity_t_per_yr=-1e-17)])
    more = more.drop_duplicates(["plant", "decision_year"], keep="first")
    assert model.solve(folder, "all", builds=more).summary["cost_usd"] == pytest.approx(plan.summary["cost_usd"])


def test_a_build_twice_is_refused(folder, plan):
    twice = pd.concat([plan["builds"], plan["builds"].head(1)], ignore_index=True)
    with pytest.raises(model.InputError, match="the same plant and year stand in row 0 already; expected their sum"):
        model.solve(folder, "all", builds=twice)
