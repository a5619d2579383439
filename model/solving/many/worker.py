"""A worker's part: a future's best plan for what the trunk hands on, and how its cost moves with that.

What comes out hangs on the task alone, never on what was solved before: each task has a programme of its own, which
starts at the basis that the task names, so that the same bytes come out whoever works.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

import highspy
import numpy as np

from model.base.errors import SolverError
from model.compiling.arrays import Floats
from model.solving.many.blocks import Block
from model.solving.many.stage import Bounds, Stage
from model.solving.solver.highs import TOLERANCE, Solver
from model.solving.solver.points import Basis, Point

LOWER, BASIC, UPPER = (
    int(s) for s in (highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kUpper)
)
KNOWN = [highspy.HighsBasisStatus(s) for s in range(5)]


class Task(NamedTuple):
    """A future in a stage for what the trunk hands on; ``start``: how its columns and rows stood at first.

    ``ties``: the plan's columns are wanted, one plan among the equally cheap.
    """

    future: int
    stage: Stage
    handed: Floats
    unserved: Floats | None = None
    start: bytes | None = None
    x: bool = False
    ties: bool = False


class Found(NamedTuple):
    """The least cost, what it grows by with each thing handed on, the rows' prices and how the solver ended."""

    future: int
    cost: float
    slope: Floats
    dual: Floats
    end: bytes
    steps: int
    seconds: float
    x: Floats | None = None


class Cannot(Exception):
    """A future has no plan for what the trunk hands on: the tree can't be cut so."""


class FutureWorker:
    """The futures of one tree; one task at a time."""

    def __init__(self, futures: Sequence[Block]) -> None:
        self.futures = futures
        self.lock = threading.Lock()

    def result(self, task: Task, stop: threading.Event | None = None) -> Found:
        """What a future comes to. Raises Cannot, SolverError, Stopped."""
        with self.lock:
            return self._result(task, stop or threading.Event())

    def _result(self, task: Task, stop: threading.Event) -> Found:
        began, block = time.perf_counter(), self.futures[task.future]
        # a programme that was solved before leaves a trace in the last bits, and who solved what before hangs on luck
        solver = Solver(block.programme(), float("inf"), stop)
        bounds = task.stage.bounds(block, task.unserved)
        given = block.linked.times(task.handed)
        lower, upper = bounds.row_lower - given, bounds.row_upper - given
        eased = block.implied[(upper[block.implied] < 0) & (upper[block.implied] > -1e-7)]
        upper[eased] = 0.0  # what the trunk builds keeps these by itself, but for the solver's tolerance
        hold(solver, block, bounds, lower, upper)
        point = solver.minimise(block.name, basis_of(task.start, block))
        if point is None:
            raise Cannot(f"{block.name} has no plan for what is handed on")
        dual = np.where(np.abs(point.dual) > TOLERANCE, point.dual, 0.0)
        slope = -block.linked.transposed_times(dual, len(task.handed))
        end, x = ended(solver, point, bounds.upper, lower, upper), point.x if task.x else None
        if task.ties:
            x = _one_of_equals(solver, block, bounds, lower, upper, point)
        steps = sum(run.iterations for run in solver.runs)
        return Found(task.future, point.objective, slope, dual, end, steps, time.perf_counter() - began, x)


def hold(solver: Solver, block: Block, bounds: Bounds, lower: Floats, upper: Floats) -> None:
    """Give a solver a block's bounds and costs."""
    columns, rows = (np.arange(n, dtype=np.int32) for n in (len(block.cost), len(lower)))
    solver.set_column_bounds(columns, block.lower, bounds.upper)
    solver.set_row_bounds(rows, lower, upper)
    solver.set_cost(bounds.cost, 0.0)


def _one_of_equals(
    solver: Solver, block: Block, bounds: Bounds, lower: Floats, upper: Floats, optimum: Point
) -> Floats:
    """The future's plan of least weighted tonnes among the equally cheap for what is handed on."""
    for price, low, high, change in (
        (optimum.reduced_cost, block.lower, bounds.upper, solver.set_column_bounds),
        (optimum.dual, lower, upper, solver.set_row_bounds),
    ):
        places = np.flatnonzero(np.abs(price) > TOLERANCE).astype(np.int32)
        side = np.where(price[places] > 0, low[places], high[places])
        finite = np.isfinite(side)
        change(places[finite], side[finite], side[finite])
    solver.set_cost(block.weights, 0.0)
    try:
        chosen = solver.minimise(f"{block.name}, one of the equally cheap", optimum.basis)
    except SolverError:
        chosen = None
    cheap = optimum.objective + 1e-9 * max(1.0, abs(optimum.objective))
    return optimum.x if chosen is None or float(bounds.cost @ chosen.x) > cheap else chosen.x


def ended(solver: Solver, point: Point, most: Floats, lower: Floats, upper: Floats) -> bytes:
    """How columns and rows stand where a solver ended, a byte each."""
    columns, rows = len(most), len(lower)
    value = solver.row_values()
    status = np.full(columns + rows, LOWER, dtype=np.uint8)
    status[:columns][(point.x == most) & (point.reduced_cost < 0)] = UPPER
    status[columns:][(np.abs(value - upper) < np.abs(value - lower))] = UPPER
    status[solver.basic()] = BASIC
    return status.tobytes()


def basis_of(start: bytes | None, block: Block) -> Basis | None:
    """The same as a basis, which need not be one: the solver takes of it what it can."""
    if start is None:
        return None
    columns, rows = len(block.cost), len(block.row_lower)
    status = highspy.HighsBasis()
    status.valid = status.alien = True
    status.col_status = [KNOWN[s] for s in start[:columns]]
    status.row_status = [KNOWN[s] for s in start[columns : columns + rows]]
    return Basis(status, columns, rows)
