"""Draws of two-country worked out by hand: 30 t a year decided in 2030 and 20 in 2031, two years to build."""

from __future__ import annotations

import numpy as np
import pytest

import model
from model.analysis.risk import risk
from model.analysis.risk.late import as_known
from model.analysis.risk.projects import Luck, projects, shows
from model.analysis.risk.replanning import Standing, played, shortfalls_of
from tests.analysis.risk.world import NEVER, PLANT, planned, world

D = [1.05**-i for i in range(6)]
CRF = 0.1 / (1 - 1.1**-10)
ANNUITY = 20_000 * (1.1**2 + 1.1) / 2 * CRF
IMPORTS = 100 * 11_000 * sum(D)
CAP = ("share_cap.0", "home", "magnet")


@pytest.fixture(scope="module")
def standing():
    return Standing.of(planned().solved)


def test_a_failure_shows_when_the_plant_should_run_and_what_was_spent_is_lost(standing):
    course = played(standing, NEVER)
    assert course.replanned == (2032,)
    assert course.lost_usd == pytest.approx(ANNUITY * (30 * sum(D[2:]) + 20 * sum(D[3:])))
    assert course.solved.outcome.cost * 1e6 == pytest.approx(IMPORTS)
    # 100 t from abroad, of which 60 and 50 may be; half of a magnet is oxide
    assert shortfalls_of(course.solved) == pytest.approx({(*CAP, 2033): 20.0, (*CAP, 2034): 25.0})


def test_a_delay_of_two_years(standing):
    course = played(standing, {PLANT: Luck(comes=True, late=2)})
    assert (course.replanned, course.lost_usd) == ((2032,), 0.0)
    # 30 t run from 2034 and 20 from 2035, each at one half first; what is decided in 2032 comes after 2035
    assert shortfalls_of(course.solved) == pytest.approx({(*CAP, 2033): 20.0, (*CAP, 2034): (85 - 50) / 2})
    annuity = 20_000 * (1.1**4 + 1.1**3 + 1.1**2 + 1.1) / 4 * CRF + 1_000
    by_hand = IMPORTS + annuity * (30 * (D[4] + D[5]) + 20 * D[5]) - 2_000 * (15 * D[4] + 40 * D[5])
    assert course.solved.outcome.cost * 1e6 == pytest.approx(by_hand)


def test_what_was_done_before_a_delay_shows_stays_done(standing):
    course = played(standing, {PLANT: Luck(comes=True, late=1)})
    before = standing.years < 2032
    assert before.any()
    assert np.allclose(course.solved.outcome.x[before], standing.solved.outcome.x[before], rtol=0, atol=1e-12)
    assert not np.allclose(course.solved.outcome.x, standing.solved.outcome.x)


def test_a_substitute_is_built_once_the_delay_shows():
    """A second plant at home takes over: nobody builds it before 2032, when the first one should run."""
    more = "plants += {plant = 'A_SECOND', name = 'Second', process = 'press', region = 'A', variable_cost = 6400, " \
           "fixed_cost = 1000, capex = 40000, lead_time = 1, ramp_years = 0, lifetime = 10, wacc = 0.1}"  # fmt: skip
    plan = model.solve(world(0.5, 0.0, more), "cap")
    assert set(plan["builds"]["plant"]) == {PLANT}
    course = played(Standing.of(plan.solved), NEVER)
    built = {(j, course.solved.year[b]): t for (j, b), t in course.solved.positive("build") if j == "A_SECOND"}
    assert built == pytest.approx({("A_SECOND", 2032): 40.0, ("A_SECOND", 2033): 10.0})
    assert shortfalls_of(course.solved) == {}


def test_the_chance_is_the_share_of_draws_in_which_it_runs(tmp_path):
    """A Latin hypercube of 40 draws has 20 below one half."""
    plan = planned(success=0.5)
    found = risk(plan, tmp_path / "out", draws=40, insure=(), workers=1)
    row = found["insurance"].iloc[0]
    assert (row["chance_met"], row["chance_kept"]) == (0.5, 0.5)
    assert row["mean_shortfall_t"] == pytest.approx(45 / 2)
    lost = ANNUITY * (30 * sum(D[2:]) + 20 * sum(D[3:]))
    assert row["mean_cost_usd"] == pytest.approx((plan.summary["cost_usd"] + IMPORTS + lost) / 2)
    chances = found["chances"].set_index(["policy_row", "year"])
    assert set(chances.index) == {(row, year) for row in ("share_cap.0", "all") for year in (2033, 2034)}
    assert set(chances["chance_met"]) == {0.5}
    assert chances.loc[("all", 2033), ["planned_t", "mean_t", "worst_tenth_t"]].tolist() == pytest.approx([0, 10, 20])
    failure = found["failures"].iloc[0]
    assert (failure["plant"], failure["built_t_per_yr"]) == (PLANT, pytest.approx(50))
    assert failure["more_shortfall_t"] == pytest.approx(45)
    assert failure["more_cost_usd"] == pytest.approx(IMPORTS + lost - plan.summary["cost_usd"])


def test_without_risk_every_draw_is_the_plan(tmp_path):
    plan = planned()
    found = risk(plan, tmp_path / "out", draws=3, insure=(), workers=1)
    assert found["draws"]["cost_usd"].tolist() == pytest.approx([plan.summary["cost_usd"]] * 3, rel=1e-14)
    assert found["draws"]["replanned"].tolist() == [""] * 3
    assert len(found["failures"]) == 0
    assert found["insurance"]["chance_met"].tolist() == [1.0]


def test_counting_on_half_builds_twice_as_much(tmp_path):
    """Success one half taken for certain: 60 t in 2030 and 40 in 2031, all that may be built."""
    found = risk(planned(success=0.5), tmp_path / "out", draws=4, insure=(1.0,), workers=1)
    row = found["insurance"].set_index("part").loc[1.0]
    assert row["more_capex_usd"] == pytest.approx(1_000_000)
    assert row["chance_met"] == 0.5  # more of a plant that fails is no help


def test_committed_capacity_is_late_or_stays_as_it_was():
    instance = world(0.5, 0.0, "capacity += {plant = 'B_MAGNET', year = 2032, capacity = 1500}")
    (home,) = [p for p in projects(instance) if p.plant == "B_MAGNET"]
    assert (home.committed, home.can_be_built, home.risky) == (500.0, False, False)
    listed = {2030: 1000, 2031: 1000, 2032: 1500, 2033: 1500, 2034: 1500, 2035: 1500}
    assert instance.existing["B_MAGNET"] == listed
    late = as_known(instance, {"B_MAGNET": Luck(comes=True, late=2)}).existing["B_MAGNET"]
    assert late == listed | {2032: 1000, 2033: 1000}
    assert set(as_known(instance, {"B_MAGNET": Luck(comes=False, late=0)}).existing["B_MAGNET"].values()) == {1000}
    plan = model.solve(instance, "none")
    assert shows(plan.solved, "B_MAGNET") == 2032
    assert shows(plan.solved, PLANT) is None


def test_luck_moves_no_plan():
    one, other = planned(), planned(success=0.3, slip=4.0)
    for name, frame in one.tables.items():
        assert frame.equals(other.tables[name]), name
