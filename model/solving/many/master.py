"""The master: the trunk, and for each future a cost that its cuts bound from below."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import highspy
import numpy as np

from model.base.errors import SolverError
from model.compiling.arrays import Floats, Ints, LinearProgram, Sparse, stacked
from model.solving.many.blocks import NOTHING, Cut
from model.solving.many.stage import WITHOUT, Stage
from model.solving.many.worker import KNOWN
from model.solving.solver.highs import TOLERANCE, Solver
from model.solving.solver.points import Basis, Point, Run

BASIC, LOWER = (int(s) for s in (highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kLower))
IDLE = 6
"""Rounds in which a cut may be slack before it is dropped."""


@dataclass
class Bound:
    """A future's cost is at least ``cost + slope @ (handed - at)``; ``dual``: the rows' prices that prove it."""

    future: int
    slope: Floats
    side: float
    dual: Floats
    status: int = BASIC
    idle: int = 0


@dataclass
class Master:
    """The trunk's programme in a stage with the cuts so far, and the basis at which it ended."""

    cut: Cut
    stage: Stage
    unserved: Floats | None
    until: float
    stop: threading.Event
    bounds: list[Bound] = field(default_factory=list)
    start: tuple[Ints, Ints] | None = None
    runs: list[Run] = field(default_factory=list)

    def add(self, future: int, cost: float, slope: Floats, at: Floats, dual: Floats) -> None:
        """A cut more."""
        self.bounds.append(Bound(future, slope, cost - float(slope @ at), dual))

    @cached_property
    def least(self) -> Floats:
        """What each future costs at least, whatever the trunk."""
        b = [
            self.stage.bounds(block, None if self.unserved is None else np.zeros(len(block.demanded)))
            for block in self.cut.futures
        ]
        each = [block.least(of.cost, of.upper) for block, of in zip(self.cut.futures, b, strict=True)]
        return np.array(each)

    def programme(self) -> LinearProgram:
        """Trunk columns, then a cost a future; trunk rows, rows implied, then the cuts."""
        cut, trunk = self.cut, self.cut.trunk
        own, ends = len(trunk.cost), len(cut.futures)
        b = self.stage.bounds(trunk, self.unserved)
        rows = [trunk.matrix, cut.implied, *self._cut_rows(own)]
        cuts = len(self.bounds)
        return LinearProgram(
            {}, {}, stacked(rows),
            np.concatenate([b.row_lower, np.full(len(cut.implied_upper), -np.inf), [c.side for c in self.bounds]]),
            np.concatenate([b.row_upper, cut.most_implied(self.stage.kind != WITHOUT), np.full(cuts, np.inf)]),
            np.concatenate([trunk.lower, self.least]),
            np.concatenate([b.upper, np.full(ends, np.inf)]),
            np.concatenate([b.cost, [f.chance for f in cut.futures]]),
            0.0, NOTHING, [], {},
        )  # fmt: skip

    def _cut_rows(self, own: int) -> Sequence[Sparse]:
        found = []
        for bound in self.bounds:
            some = np.flatnonzero(bound.slope)
            column = np.append(self.cut.handed[some], own + bound.future).astype(np.int32)
            start = np.array([0, len(column)], dtype=np.int32)
            found.append(Sparse(start, column, np.append(-bound.slope[some], 1.0), np.zeros(1)))
        return found

    def solved(self) -> Point:
        """The trunk's best plan as far as the cuts know; how cuts stand is noted. Raises SolverError, Stopped."""
        programme = self.programme()
        solver = Solver(programme, self.until - time.perf_counter(), self.stop)
        point = solver.minimise("trunk", self._basis(programme))
        self.runs += solver.runs
        if point is None:
            raise SolverError("the trunk has no plan")
        columns, rows = (
            np.array(list(map(int, s))) for s in (point.basis.status.col_status, point.basis.status.row_status)
        )
        before = len(rows) - len(self.bounds)
        self.start = columns, rows[:before]
        for bound, status in zip(self.bounds, rows[before:].tolist(), strict=True):
            bound.status, bound.idle = status, bound.idle + 1 if status == BASIC else 0
        return point

    def _basis(self, programme: LinearProgram) -> Basis | None:
        if self.start is None:
            return None
        columns, rows = self.start
        status = highspy.HighsBasis()
        status.valid = status.alien = True
        status.col_status = [KNOWN[s] for s in columns.tolist()]
        status.row_status = [KNOWN[s] for s in (*rows.tolist(), *(bound.status for bound in self.bounds))]
        return Basis(status, len(programme.cost), len(programme.row_lower))

    def one_of_equals(self, optimum: Point) -> Floats | None:
        """The trunk of least weighted tonnes among those that are equally cheap as far as the cuts know, if any.

        Every optimum of the tree keeps what the prices say of this one, so that no cut to come shuts out the last.
        """
        p = self.programme()
        for price, low, high in ((optimum.reduced_cost, p.lower, p.upper), (optimum.dual, p.row_lower, p.row_upper)):
            places = np.flatnonzero(np.abs(price[: len(low)]) > TOLERANCE)
            side = np.where(price[places] > 0, low[places], high[places])
            finite = np.isfinite(side)
            low[places[finite]] = high[places[finite]] = side[finite]
        own = len(self.cut.trunk.cost)
        p = replace(p, cost=np.append(self.cut.trunk.weights, np.zeros(len(p.cost) - own)))
        solver = Solver(p, self.until - time.perf_counter(), self.stop)
        try:
            point = solver.minimise("trunk, one of the equally cheap", self._basis(p))
        except SolverError:
            point = None
        self.runs += solver.runs
        return None if point is None else point.x[:own]

    def extended(self, point: Point) -> Point:
        """A point whose prices say nothing of the cuts made since."""
        own = len(self.cut.trunk.row_lower) + len(self.cut.implied_upper) + len(self.bounds)
        more = np.zeros(own - len(point.dual))
        return replace(point, dual=np.append(point.dual, more))

    def drop(self) -> None:
        """Let go of cuts that have been slack for long."""
        self.bounds = [bound for bound in self.bounds if bound.idle < IDLE]
