"""Branch and bound by HiGHS: some columns hold whole numbers, or nothing between 0 and their lower bound."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from model.base.errors import SolverError
from model.compiling.arrays import Floats, Ints, LinearProgram
from model.solving.solver.highs import ENDLESS, TOLERANCE, Solver

CONTINUOUS, INTEGER, SEMI_CONTINUOUS, SEMI_INTEGER = (
    highspy.HighsVarType.kContinuous,
    highspy.HighsVarType.kInteger,
    highspy.HighsVarType.kSemiContinuous,
    highspy.HighsVarType.kSemiInteger,
)


@dataclass(frozen=True)
class Branched:
    """The best point that was found, its objective, and the bound below which none can be."""

    x: Floats
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the objective may be above the least, relative to it."""
        return max(0.0, self.objective - self.bound) / max(1e-12, abs(self.objective))


class BranchAndBound(Solver):
    """A programme some of whose columns are of another type."""

    def __init__(
        self, arrays: LinearProgram, columns: Ints, types: list[Any], time_limit: float, stop: threading.Event
    ) -> None:
        super().__init__(arrays, time_limit, stop)
        if len(columns):
            self._check(self._highs.changeColsIntegrality(len(columns), columns, np.array(types)), "types of columns")

    def best(self, name: str, gap: float, start: Floats | None = None) -> Branched | None:
        """The least objective within a relative gap, or the best that the time allows, from a point that is one.

        None where no point is feasible, or none was found in time: ``runs`` tells them apart. Raises Stopped,
        SolverError.
        """
        highs = self._highs
        options = {"mip_rel_gap": gap, "mip_abs_gap": 0.0, "mip_feasibility_tolerance": TOLERANCE}
        options |= {"time_limit": self.seconds_left, "simplex_iteration_limit": ENDLESS}
        for option, value in options.items():
            self._check(highs.setOptionValue(option, value), f"option {option}")
        if start is not None:
            given = highspy.HighsSolution()
            given.col_value = start.tolist()
            self._check(highs.setSolution(given), "start")
        self._timed(name, "branch and bound")
        status, info = highs.getModelStatus(), highs.getInfo()
        known = highspy.HighsModelStatus
        if status in (known.kInfeasible, known.kUnboundedOrInfeasible):
            return None
        if status not in (known.kOptimal, known.kTimeLimit, known.kInterrupt):
            raise SolverError(f"the solve '{name}' ended with status '{self.runs[-1].status}'")
        if not math.isfinite(info.objective_function_value) or abs(info.objective_function_value) > 1e29:
            return None
        x = np.array(highs.getSolution().col_value)
        bound = min(info.mip_dual_bound, info.objective_function_value)
        return Branched(x, info.objective_function_value, bound) if len(x) else None

    @property
    def out_of_time(self) -> bool:
        """Whether the last solve ended with the time."""
        return bool(self.runs[-1].status == self._highs.modelStatusToString(highspy.HighsModelStatus.kTimeLimit))
