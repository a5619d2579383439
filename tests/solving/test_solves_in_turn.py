"""The solves of a run: what they need to be imported, and goals in turn for few steps more than one solve."""

import subprocess
import sys

import numpy as np
import pytest

import model
from model.base import errors
from model.solving.goals import goals, in_order
from model.solving.solver.highs import Solver
from tests.conftest import INSTANCES, ROOT, programme


def test_a_run_imports_neither_scipy_nor_all_of_pyomo():
    """scipy beside Pyomo costs half a second of imports, pyomo.environ another tenth."""
    code = (
        "import sys, model; model.solve(model.read('instances/two-country'), 'cap');"
        "print([m for m in ('scipy', 'pyomo.environ', 'matplotlib', 'distributed', 'linopy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("price", [1e4, 1.0])
def test_the_least_shortfall_does_not_hang_on_the_price_that_leads_there(monkeypatch, price):
    """A price on what is missed finds a plan near the least shortfall; the least itself is proved by a solve."""
    arrays = programme(model.read(INSTANCES / "allied-2045"), "crma-2030")
    priced = goals.solve(arrays)
    monkeypatch.setattr(in_order, "SHORTFALL_PRICE", price)
    other = goals.solve(arrays)
    steps = [next(r.iterations for r in o.runs if r.name == "least shortfall") for o in (priced, other)]
    assert (steps[0] == 0, steps[1] == 0) == (True, price == 1e4)
    assert other.shortfall == pytest.approx(priced.shortfall, rel=1e-9)
    np.testing.assert_allclose(other.x, priced.x, atol=1e-7)


def test_a_price_that_the_solver_can_not_bear_is_no_failure(monkeypatch):
    arrays = programme(model.read(INSTANCES / "two-country"), "too-early")
    right, whole = goals.solve(arrays), Solver.minimise

    def failing(self, name, *further):
        if name == "shortfall at a price":
            raise errors.SolverError("ended with status 'Unknown'")
        return whole(self, name, *further)

    monkeypatch.setattr(Solver, "minimise", failing)
    np.testing.assert_allclose(goals.solve(arrays).x, right.x, atol=1e-7)


def test_goals_in_turn_cost_few_steps_more_than_the_one_hard_solve():
    """Seconds belong to the benchmark; steps say that nothing is solved twice from nothing."""
    arrays = programme(model.read(INSTANCES / "allied-2045"), "crma-2030")
    runs = goals.solve(arrays).runs
    assert sum(run.iterations for run in runs) < 2 * runs[0].iterations
