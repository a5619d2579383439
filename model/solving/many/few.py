"""Where the rounds begin: the trunk's best plan for a few futures that stand for all, solved together with them."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import numpy as np

from model.base.errors import SolverError
from model.compiling.arrays import Floats, LinearProgram, Sparse, stacked
from model.solving.many.blocks import NOTHING, Block, Cut
from model.solving.many.stage import WITHOUT, Stage
from model.solving.solver.highs import Solver
from model.solving.solver.points import Basis, Run

FEW = 3
"""As many futures stand for all."""


def far_apart(futures: Sequence[Block]) -> tuple[list[int], list[int]]:
    """Some futures that stand far apart, the likeliest first, and for each future which of these is nearest to it.

    Each next one is that which is furthest from all before, by costs and demand.
    """
    scale = [max(1e-12, float(np.abs(values).sum())) for values in (futures[0].cost, futures[0].demanded)]
    points = [np.concatenate([block.cost / scale[0], block.demanded / scale[1]]) for block in futures]
    first = int(np.argmax([block.chance for block in futures]))
    chosen, nearest = [first], [first] * len(futures)
    distance = np.array([_apart(points[first], point) for point in points])
    while len(chosen) < FEW and distance.max() > 0:
        chosen.append(int(np.argmax(distance)))
        for i, point in enumerate(points):
            away = _apart(points[chosen[-1]], point)
            if away < distance[i]:
                distance[i], nearest[i] = away, chosen[-1]
    return chosen, nearest


def _apart(one: Floats, other: Floats) -> float:
    """How far two futures are apart; endlessly where they have not the same columns."""
    return float(np.abs(one - other).sum()) if len(one) == len(other) else np.inf


class Few:
    """The trunk and a few futures behind it as one programme, held from stage to stage.

    Each stands for those that it is nearest to, with their chances.
    """

    def __init__(self, cut: Cut, until: float, stop: threading.Event) -> None:
        self.cut, self.until, self.stop = cut, until, stop
        self.chosen, self.nearest = far_apart(cut.futures)
        self.chances = [
            sum(f.chance for f, near in zip(cut.futures, self.nearest, strict=True) if near == one)
            for one in self.chosen
        ]
        self.blocks = [cut.futures[one] for one in self.chosen]
        self.basis: Basis | None = None
        self.runs: list[Run] = []

    def begin(self, stage: Stage, unserved: Sequence[Floats] | None) -> tuple[Floats, list[bytes | None]]:
        """The trunk's plan, and how the columns and rows of every future may stand at first."""
        trunk = self.cut.trunk
        first = stage.bounds(trunk, unserved[0] if unserved else None)
        then = [
            stage.bounds(block, unserved[1 + one] if unserved else None)
            for block, one in zip(self.blocks, self.chosen, strict=True)
        ]
        open_ = np.full(len(self.cut.implied_upper), -np.inf)
        most = self.cut.most_implied(stage.kind != WITHOUT)
        programme = LinearProgram(
            {}, {}, self._matrix(),
            np.concatenate([first.row_lower, open_, *(b.row_lower for b in then)]),
            np.concatenate([first.row_upper, most, *(b.row_upper for b in then)]),
            np.concatenate([trunk.lower, *(b.lower for b in self.blocks)]),
            np.concatenate([first.upper, *(b.upper for b in then)]),
            np.concatenate([first.cost, *(p * b.cost for p, b in zip(self.chances, then, strict=True))]),
            0.0, NOTHING, [], {},
        )  # fmt: skip
        solver = Solver(programme, self.until - time.perf_counter(), self.stop)
        point = solver.minimise(f"trunk and {len(self.blocks)} futures", self.basis)
        self.runs += solver.runs
        if point is None:
            raise SolverError("the trunk and a few futures have no plan")
        self.basis = point.basis
        return np.clip(point.x[: len(trunk.cost)], trunk.lower, first.upper), self._ends(point.basis)

    def _matrix(self) -> Sparse:
        own, found = len(self.cut.trunk.cost), [self.cut.trunk.matrix, self.cut.implied]
        for block in self.blocks:
            found.append(beside(self.cut, block, own))
            own += len(block.cost)
        return stacked(found)

    def _ends(self, basis: Basis) -> list[bytes | None]:
        """How each future may stand: as the one that stands for it, where it has as many columns and rows."""
        column, row = len(self.cut.trunk.cost), len(self.cut.trunk.row_lower) + len(self.cut.implied_upper)
        columns, rows = (bytes(map(int, s)) for s in (basis.status.col_status, basis.status.row_status))
        found: dict[int, bytes] = {}
        for one, block in zip(self.chosen, self.blocks, strict=True):
            to = column + len(block.cost), row + len(block.row_lower)
            found[one] = columns[column : to[0]] + rows[row : to[1]]
            column, row = to
        futures = self.cut.futures
        return [found[n] if futures[n].alike(futures[i]) else None for i, n in enumerate(self.nearest)]


def beside(cut: Cut, block: Block, own: int) -> Sparse:
    """A future's rows over the trunk's columns and its own, which stand from ``own`` on."""
    owner = [np.repeat(np.arange(len(s.constant)), np.diff(s.start)) for s in (block.linked, block.matrix)]
    column = np.concatenate([cut.handed[block.linked.column], block.matrix.column + own])
    value, row = np.concatenate([block.linked.value, block.matrix.value]), np.concatenate(owner)
    order = np.argsort(row, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(block.row_lower)))]).astype(np.int32)
    return Sparse(start, column[order].astype(np.int32), value[order], np.zeros(len(block.row_lower)))
