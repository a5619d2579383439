"""The only place that knows HiGHS: statuses, the rule of algorithms, bad ends, traps that others have fallen into.

The small programme: two goods to a buyer who needs at least 3 kt, of which one source gives at most 2 kt:
``min x + 2 y``, ``x + y >= 3``, ``x <= 2``. The answer is x = 2, y = 1, cost 4, and one more kt costs 2.
"""

import threading
import time
from dataclasses import replace

import highspy
import numpy as np
import pytest

import model
from model.base import errors
from model.compiling.arrays import Sparse, sparse_row
from model.solving.held import HeldProgramme
from model.solving.programme import Arrays
from model.solving.solver import highs as solver
from model.solving.solver.highs import DEVEX, ENDLESS, TOLERANCE, Solver
from tests.bench.generate import write_instance
from tests.conftest import programme

OPTIMAL = highspy.HighsModelStatus.kOptimal


def small(**changed):
    """The small programme, some of its arrays replaced."""
    rows = Sparse(np.array([0, 2], np.int32), np.array([0, 1], np.int32), np.array([1.0, 1.0]), np.zeros(1))
    nothing = sparse_row(np.zeros(0, np.int32), np.zeros(0))
    arrays = Arrays(
        columns={},
        rows={},
        matrix=rows,
        row_lower=np.array([3.0]),
        row_upper=np.array([np.inf]),
        lower=np.zeros(2),
        upper=np.array([2.0, np.inf]),
        cost=np.array([1.0, 2.0]),
        constant=0.0,
        ledger=nothing,
        ledger_index=[],
        goals=dict.fromkeys(("unserved", "shortfall", "capital"), nothing),
    )
    return replace(arrays, **changed)


def solver_of(arrays, time_limit=float("inf")):
    return Solver(arrays, time_limit, threading.Event())


@pytest.fixture(scope="module")
def medium(tmp_path_factory):
    """A generated programme of some thousand columns, which takes more than a thousand steps from nothing."""
    folder = write_instance(tmp_path_factory.mktemp("made"), regions=7, elements=3, grades=2, years=12)
    return programme(model.read(folder), "all")


def algorithms(runs):
    return [run.algorithm for run in runs]


# statuses


def test_an_optimum_comes_with_its_prices():
    point = solver_of(small()).minimise("least")
    assert point.x.tolist() == [2.0, 1.0]
    assert (point.objective, point.dual.tolist(), point.reduced_cost.tolist()) == (4.0, [2.0], [-1.0, 0.0])


def test_nothing_feasible_is_none_and_says_where_it_ended():
    held = solver_of(small())
    basis = held.minimise("least").basis
    assert held.ended is None
    held.set_column_bounds(np.array([1], np.int32), np.zeros(1), np.array([0.5]))
    assert held.minimise("none", basis) is None
    assert held.runs[-1].status == "Infeasible"
    assert held.ended is not None
    held.set_column_bounds(np.array([1], np.int32), np.zeros(1), np.array([9.0]))
    assert held.minimise("again", held.ended).objective == 4.0
    assert held.ended is None


def test_an_unbounded_programme_is_an_error():
    with pytest.raises(errors.SolverError, match="'down' ended with status"):
        solver_of(small(cost=np.array([1.0, -2.0]))).minimise("down")


def test_a_programme_that_highs_refuses_is_an_error():
    with pytest.raises(errors.SolverError, match="refused the hand-over"):
        solver_of(small(matrix=replace(small().matrix, column=np.array([0, 7], np.int32))))


def test_a_run_that_fails_is_never_a_point(monkeypatch):
    """HiGHS says kError and holds an objective of 0 where it could not run at all."""
    held = solver_of(small())
    monkeypatch.setattr(held, "_run_interruptibly", lambda: highspy.HighsStatus.kError)
    with pytest.raises(errors.SolverError, match="'least' ended with status 'Not Set'"):
        held.minimise("least")


def test_no_time_left_is_a_stop(medium):
    held = solver_of(medium, time_limit=0.0)
    with pytest.raises(errors.Stopped, match="time limit was reached in the solve 'least'"):
        held.minimise("least")


def test_the_clock_of_highs_runs_on(medium):
    """Its time limit counts all runs of one object: a second solve must get all that is left."""
    held = solver_of(medium)
    first = held.minimise("first")
    passed = held._highs.getRunTime()
    held._deadline = time.perf_counter() + 30.0
    assert held.minimise("second", first.basis).objective == first.objective
    assert held._highs.getOptionValue("time_limit")[1] == pytest.approx(passed + 30.0, abs=1.0)


def test_what_was_asked_to_stop_stops(monkeypatch):
    """The solver is told to let go, and is waited for."""
    stop, told, ended = threading.Event(), threading.Event(), []
    held = Solver(small(), float("inf"), stop)
    monkeypatch.setattr(held._highs, "run", lambda: ended.append(told.wait(10)))
    monkeypatch.setattr(held._highs, "cancelSolve", told.set)
    stop.set()
    with pytest.raises(errors.Stopped, match="stopped by the user"):
        held.minimise("least")
    assert ended == [True]


@pytest.mark.parametrize("cost", [np.nan, np.inf, -np.inf])
def test_a_cost_that_is_no_finite_number_is_refused(cost):
    """HiGHS takes it, and its end says nothing about it."""
    held = solver_of(small())
    costs = np.zeros(held.columns)
    costs[0] = cost
    with pytest.raises(errors.SolverError, match="no finite number"):
        held.set_cost(costs, 0.0)


# which algorithm


def test_interior_point_is_named():
    """``ipm`` would be another algorithm wherever highspy-extras is installed, ``choose`` another at any size."""
    held = solver_of(small())
    for algorithm in ("simplex", "ipx"):
        held._run("least", algorithm, TOLERANCE, None, False, ENDLESS)
        assert held._highs.getOptionValue("solver")[1] == algorithm
        for option, value in (("threads", 1), ("parallel", "off"), ("random_seed", 0)):
            assert held._highs.getOptionValue(option)[1] == value


def test_a_given_basis_is_priced_without_exact_weights():
    held = solver_of(small())
    basis = held.minimise("cold").basis
    weights = [held._highs.getOptionValue("simplex_dual_edge_weight_strategy")[1]]
    held.minimise("from a basis", basis)
    weights.append(held._highs.getOptionValue("simplex_dual_edge_weight_strategy")[1])
    assert weights == [-1, DEVEX]


def test_a_simplex_that_does_not_end_gives_way(medium, monkeypatch):
    whole = solver_of(medium).minimise("whole")
    monkeypatch.setattr(solver, "PATIENCE", 10**6)  # a thousand steps, which are too few
    held = solver_of(medium)
    point = held.minimise("first")
    held.minimise("second")  # it has given up once: interior point at once
    held.minimise("from a basis", point.basis)
    assert algorithms(held.runs) == ["simplex", "ipx", "ipx", "simplex"]
    assert held.runs[0].status == "Iteration limit reached"
    assert point.objective == pytest.approx(whole.objective, rel=1e-9)


# bad ends


def test_interior_point_without_a_basis_is_repaired_by_the_simplex(medium):
    """Where crossover fails HiGHS still says Optimal, by looser tolerances, and there is no basis to go on from."""
    right = solver_of(medium).minimise("right")
    held = solver_of(medium)
    held._given_up = True  # so that interior point begins
    held._highs.setOptionValue("run_crossover", "off")
    point = held.minimise("least")
    assert algorithms(held.runs) == ["ipx", "ipx", "simplex"]
    assert [run.status for run in held.runs] == ["Optimal, no basis", "Optimal, no basis", "Optimal"]
    assert point.basis.status.valid
    assert point.objective == pytest.approx(right.objective, rel=1e-12)


def test_interior_point_that_ends_early_is_repaired_by_the_simplex(medium):
    right = solver_of(medium).minimise("right")
    held = solver_of(medium)
    held._given_up = True  # so that interior point begins
    held._highs.setOptionValue("ipm_iteration_limit", 3)
    assert held.minimise("least").objective == pytest.approx(right.objective, rel=1e-12)
    assert algorithms(held.runs) == ["ipx", "simplex"]


def test_an_end_that_says_nothing_is_followed_by_the_looser_tolerance_then_by_the_other_algorithm(monkeypatch):
    held = solver_of(small())
    asked = []

    def unknown(name, algorithm, tolerance, *_):
        asked.append((algorithm, tolerance))
        held.runs.append(solver.Run(name, "Unknown", algorithm, 0, 0.0))
        return highspy.HighsModelStatus.kUnknown

    monkeypatch.setattr(held, "_run", unknown)
    with pytest.raises(errors.SolverError, match="'least' ended with status 'Unknown'"):
        held.minimise("least")
    tight, loose = TOLERANCE, solver.LOOSE_TOLERANCE
    assert asked == [("simplex", tight), ("simplex", loose), ("ipx", tight), ("ipx", loose)]


# re-solves


def test_a_point_does_not_depend_on_what_was_solved_before(medium):
    """One basis for all: bit for bit the same after any history, and in a solver that has solved nothing else."""
    kept = HeldProgramme(medium)
    basis = kept.least("base").basis
    span = medium.rows["demand_met"]
    rows = np.arange(span.first, span.stop, dtype=np.int32)
    points = {}

    def at(held, factor):
        upper = medium.row_upper[rows] * factor
        held.set_rows(rows, medium.row_lower[rows], upper)
        return held.least(f"at {factor}", basis=basis)

    for order in ((0.9, 0.95, 1.0, 1.02), (1.02, 0.9, 1.0, 0.95)):
        for factor in order:
            points.setdefault(factor, []).append(at(kept, factor))
    points[0.95].append(at(HeldProgramme(medium), 0.95))
    assert points[0.9][0].objective != points[1.0][0].objective
    for same in points.values():
        for other in same[1:]:
            for name in ("x", "dual", "reduced_cost"):
                assert np.array_equal(getattr(same[0], name), getattr(other, name))


def test_a_point_does_not_depend_on_who_solves_beside_it(medium):
    alone = HeldProgramme(medium).least("alone")
    found = []
    threads = [threading.Thread(target=lambda: found.append(HeldProgramme(medium).least("beside"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert all(np.array_equal(alone.x, point.x) and np.array_equal(alone.dual, point.dual) for point in found)


def test_another_number_of_threads_is_no_failure():
    """HiGHS's pool belongs to a thread: after a run with one, two would end in an error and an objective of 0."""
    held = solver_of(small())
    held.minimise("one")
    held._highs.setOptionValue("threads", 2)
    assert held._run("two", "ipx", TOLERANCE, None, False, ENDLESS) == OPTIMAL
    assert held._point().objective == 4.0


def test_a_coefficient_that_is_0_for_a_while():
    """x out of the row and back: y alone, 6; then 4 again, as in a programme that never changed."""
    held = solver_of(small())
    basis = held.minimise("before").basis
    place = np.zeros(1, np.int32)
    held.set_coefficients(place, place, np.zeros(1))
    assert held.minimise("out", basis).objective == 6.0
    held.set_coefficients(place, place, np.ones(1))
    assert held.minimise("back", basis).objective == 4.0


def test_a_basis_of_before_rows_and_columns_were_added():
    held = solver_of(small())
    basis = held.minimise("before").basis
    # z at 0.5 serves the buyer as well; z <= 2 y holds it to a half: z = 2/3, y = 1/3, cost 2 + 2/3 + 1/3
    held.set_cost(np.array([1.0, 2.0]), 0.0)
    column = held.add_column(np.zeros(1, np.int32), np.ones(1))
    held.set_column_bounds(np.array([column], np.int32), np.zeros(1), np.array([np.inf]))
    held.add_row(-np.inf, 0.0, np.array([column, 1], np.int32), np.array([1.0, -2.0]))
    held.set_cost(np.array([1.0, 2.0, 0.5]), 0.0)
    point = held.minimise("after", basis)
    assert point.x == pytest.approx([2, 1 / 3, 2 / 3])
    assert point.objective == pytest.approx(3.0)


def test_a_programme_is_handed_over_as_continuous():
    """An integrality array that is empty is read past its end; one of zeros says continuous."""
    kinds = solver_of(small())._highs.getLp().integrality_
    assert all(kind == highspy.HighsVarType.kContinuous for kind in kinds)
