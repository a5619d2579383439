"""The only place that solves with HiGHS: hand-over, options, status, values and duals.

Every solve runs on one thread with a named algorithm, from a stated basis or from none, so that it ends at the same
point whatever was solved before and however many threads work beside it.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import highspy
import numpy as np

from model.base.errors import SolverError, Stopped
from model.compiling.arrays import Floats, Ints, LinearProgram
from model.solving.solver.points import Basis, Point, Run

TOLERANCE = 1e-9
"""Primal and dual feasibility, in kt and million USD per kt: a gram, a thousandth of a dollar per tonne."""

LOOSE_TOLERANCE = 1e-7
"""HiGHS's own tolerance, where the tighter one is missed by a hair."""

PATIENCE = 2
"""The simplex gives way to interior point after columns / 2 iterations. For the cheapest plan, cold, it needs fewer and
is the quicker at every size; a least shortfall, or a problem without any plan, may hold it up for minutes that interior
point ends in seconds (measured: BENCHMARKS.md)."""

ENDLESS = 2**31 - 1

DUAL, PRIMAL = 1, 4
"""Strategies of HiGHS's simplex; dual is its own choice."""

CHOOSE, DEVEX = -1, 1
"""Edge weights of HiGHS's dual simplex; its own choice computes exact ones for a given basis, which takes longer than
most re-solves (measured: BENCHMARKS.md)."""

VALID = int(highspy.BasisValidity.kBasisValidityValid)

OPTIONS: dict[str, Any] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "primal_feasibility_tolerance": TOLERANCE,
    "dual_feasibility_tolerance": TOLERANCE,
}


class Solver:
    """A programme held by HiGHS whose bounds and costs change between solves."""

    _given_up = False
    """Whether the simplex has given way once."""

    def __init__(self, arrays: LinearProgram, time_limit: float, stop: threading.Event) -> None:
        self.columns, self.row_count = len(arrays.cost), len(arrays.row_lower)
        self.runs: list[Run] = []
        self.ended: Basis | None = None
        """Where the last solve found that nothing is feasible; None where it found a point, or no basis."""
        self.stop = stop
        self._deadline = time.perf_counter() + time_limit
        self._highs = highspy.Highs()
        for option, value in OPTIONS.items():
            self._check(self._highs.setOptionValue(option, value), f"option {option}")
        matrix = arrays.matrix
        status = self._highs.passModel(
            self.columns,
            self.row_count,
            len(matrix.value),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            arrays.constant,
            arrays.cost,
            arrays.lower,
            arrays.upper,
            arrays.row_lower,
            arrays.row_upper,
            matrix.start,
            matrix.column,
            matrix.value,
            np.zeros(self.columns, dtype=np.int32),  # an empty array would be read past its end
        )
        self._check(status, "hand-over")

    @staticmethod
    def _check(status: Any, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused the {what}")

    @property
    def seconds_left(self) -> float:
        """Until the time limit."""
        return max(0.0, self._deadline - time.perf_counter())

    def set_column_bounds(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Replace the bounds of some columns."""
        if len(columns):
            self._check(self._highs.changeColsBounds(len(columns), columns, lower, upper), "column bounds")

    def set_row_bounds(self, rows: Ints, lower: Floats, upper: Floats) -> None:
        """Replace the bounds of some rows."""
        if len(rows):
            self._check(self._highs.changeRowsBounds(len(rows), rows, lower, upper), "row bounds")

    def set_cost(self, cost: Floats, constant: float) -> None:
        """Replace the objective. Raises SolverError where a cost is no finite number, which HiGHS would take."""
        if not np.isfinite(cost).all():
            raise SolverError("a cost is no finite number")
        every = np.arange(self.columns, dtype=np.int32)
        self._check(self._highs.changeColsCost(self.columns, every, cost), "costs")
        self._check(self._highs.changeObjectiveOffset(constant), "constant")

    def add_row(self, lower: float, upper: float, columns: Ints, values: Floats) -> int:
        """Append a row; returns its place."""
        self._check(self._highs.addRow(lower, upper, len(columns), columns, values), "row")
        self.row_count += 1
        return self.row_count - 1

    def add_column(self, rows: Ints, values: Floats) -> int:
        """Append a column that costs nothing and is held at 0; returns its place."""
        self._check(self._highs.addCol(0.0, 0.0, 0.0, len(rows), rows, values), "column")
        self.columns += 1
        return self.columns - 1

    def set_coefficients(self, rows: Ints, columns: Ints, values: Floats) -> None:
        """Replace single coefficients of the matrix."""
        for row, column, value in zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True):
            self._check(self._highs.changeCoeff(row, column, value), "coefficient")

    def _fitted(self, basis: Basis) -> Any:
        """A basis of the programme before rows and columns were added: new rows basic, new columns at a bound."""
        rows, columns = self.row_count - basis.rows, self.columns - basis.columns
        if not rows and not columns:
            return basis.status
        fitted = highspy.HighsBasis()
        fitted.valid = True
        fitted.row_status = list(basis.status.row_status) + [highspy.HighsBasisStatus.kBasic] * rows
        fitted.col_status = list(basis.status.col_status) + [highspy.HighsBasisStatus.kLower] * columns
        return fitted

    def swapped(self, basis: Basis, rows: Ints, others: Ints) -> Basis:
        """A basis in which some rows have changed places with others."""
        swapped = self._fitted(basis)
        status = list(swapped.row_status)
        for one, other in zip(rows.tolist(), others.tolist(), strict=True):
            status[one], status[other] = status[other], status[one]
        swapped.row_status = status
        return Basis(swapped, self.columns, self.row_count)

    def minimise(self, name: str, basis: Basis | None = None, primal: bool = False) -> Point | None:
        """Solve from a basis (or cold); None where no point is feasible. Raises Stopped and SolverError.

        The basis may be one of before rows and columns were added. ``primal``: the simplex goes from it through plans
        (quicker where it is one and the costs have changed), not through prices.

        The simplex begins, with so much patience; where it has given up once, later cold starts are left to interior
        point. An end that says nothing (numbers that miss the tolerance by a hair, a basis far from anything) is
        followed by HiGHS's own tolerance, then by the other algorithm.
        """
        first, second = ("ipx", "simplex") if basis is None and self._given_up else ("simplex", "ipx")
        patience = max(1000, self.columns // PATIENCE) if first == "simplex" else ENDLESS
        given_up, self.ended = False, None
        for algorithm, tolerance in (
            (first, TOLERANCE),
            (first, LOOSE_TOLERANCE),
            (second, TOLERANCE),
            (second, LOOSE_TOLERANCE),
        ):
            if given_up and algorithm == first:
                continue
            steps = patience if algorithm == first else ENDLESS
            status = self._run(name, algorithm, tolerance, basis, primal, steps)
            if status == highspy.HighsModelStatus.kOptimal:
                return self._point()
            if status == highspy.HighsModelStatus.kInfeasible:
                end = self._basis()
                self.ended = end if end.status.valid else None
                return None
            if status == highspy.HighsModelStatus.kTimeLimit:
                raise Stopped(f"the time limit was reached in the solve '{name}'")
            given_up = status == highspy.HighsModelStatus.kIterationLimit
            self._given_up |= given_up
            reached = self._basis()  # where the looser tolerance goes on
            basis = reached if algorithm == "simplex" and not given_up and reached.status.valid else None
        raise SolverError(f"the solve '{name}' ended with status '{self.runs[-1].status}'")

    def _run(self, name: str, algorithm: str, tolerance: float, basis: Any, primal: bool, steps: int) -> Any:
        highs = self._highs
        self._check(highs.clearSolver(), "reset")
        self._check(highs.setOptionValue("solver", algorithm), "algorithm")
        self._check(highs.setOptionValue("simplex_strategy", PRIMAL if primal else DUAL), "strategy")
        weights = CHOOSE if basis is None else DEVEX
        self._check(highs.setOptionValue("simplex_dual_edge_weight_strategy", weights), "edge weights")
        for kind in ("primal", "dual"):
            self._check(highs.setOptionValue(f"{kind}_feasibility_tolerance", tolerance), "tolerance")
        self._check(
            highs.setOptionValue("time_limit", highs.getRunTime() + self.seconds_left), "time limit"
        )  # its clock runs on
        self._check(
            highs.setOptionValue("simplex_iteration_limit", steps if algorithm == "simplex" else ENDLESS), "steps"
        )
        if basis is not None:
            self._check(highs.setBasis(self._fitted(basis)), "basis")
        start = time.perf_counter()
        outcome = self._run_interruptibly()
        status, info = highs.getModelStatus(), highs.getInfo()
        iterations = max(info.simplex_iteration_count, 0) + max(info.ipm_iteration_count, 0)
        said = highs.modelStatusToString(status)
        if status == highspy.HighsModelStatus.kOptimal and info.basis_validity != VALID:
            # interior point whose crossover failed: judged by looser tolerances, and no place to start from
            status, said = highspy.HighsModelStatus.kUnknown, f"{said}, no basis"
        self.runs.append(Run(name, said, algorithm, iterations, time.perf_counter() - start))
        return None if outcome == highspy.HighsStatus.kError else status

    def _timed(self, name: str, algorithm: str) -> None:
        """Run as the options say, and record it."""
        start = time.perf_counter()
        self._run_interruptibly()
        highs = self._highs
        info, said = highs.getInfo(), highs.modelStatusToString(highs.getModelStatus())
        self.runs.append(Run(name, said, algorithm, max(info.mip_node_count, 0), time.perf_counter() - start))

    def _run_interruptibly(self) -> Any:
        """Run on a thread of its own, so that Ctrl-C is heard at once and ends the solve."""
        result: list[Any] = []
        done = threading.Event()

        def run() -> None:
            try:
                result.append(self._highs.run())
            finally:
                done.set()

        self._highs.HandleUserInterrupt = True
        threading.Thread(target=run, daemon=True).start()
        try:
            while not done.wait(0.05):
                if self.stop.is_set():
                    raise Stopped("stopped by the user")
        except BaseException:
            self._highs.cancelSolve()
            done.wait()  # the solver must have let go before the interpreter may end
            raise
        finally:
            self._highs.HandleUserInterrupt = False  # or its callbacks would keep the solver in memory
        if not result:
            raise SolverError("the solver's thread ended without a result")
        return result[0]

    def _point(self) -> Point:
        solution = self._highs.getSolution()
        return Point(
            np.array(solution.col_value),
            np.array(solution.col_dual),
            np.array(solution.row_dual),
            self._highs.getInfo().objective_function_value,
            self._basis(),
        )

    def statuses(self) -> tuple[Any, Any]:
        """How columns and rows stood when the last solve ended, whatever it found."""
        found = self._highs.getBasis()
        return found.col_status, found.row_status

    def basic(self) -> Ints:
        """The columns, and behind them the rows, that are in the basis at which the last solve ended."""
        status, places = self._highs.getBasicVariables()
        self._check(status, "basis")
        found = np.array(places, dtype=np.int64)
        return np.where(found >= 0, found, self.columns - 1 - found).astype(np.int32)

    def row_values(self) -> Floats:
        """The rows' values at the point at which the last solve ended."""
        return np.array(self._highs.getSolution().row_value)

    def _basis(self) -> Basis:
        return Basis(self._highs.getBasis(), self.columns, self.row_count)


def version() -> str:
    """The version of HiGHS in use."""
    return str(highspy.Highs().version())
