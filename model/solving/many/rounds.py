"""Benders' method at the forks, round by round until the least that the cost can be meets the least found.

In a round every future is solved for one trunk, and each gives a cut of its own (multi-cut: Birge, J. R. and Louveaux,
F. V. (1988), European Journal of Operational Research 34, 384-392). The trunk that is tried lies between the best one
so far and the master's (in-out: Ben-Ameur, W. and Neto, J. (2007), Networks 49, 3-17), which would otherwise leap; once
the two are near, it is the master's. Then futures whose cuts told the truth rest until those of the others do too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from model.base.errors import SolverError
from model.compiling.arrays import Floats, Ints
from model.solving.many.blocks import Cut
from model.solving.many.master import Bound, Master
from model.solving.many.stage import Bounds, Stage
from model.solving.many.worker import Found, Task
from model.solving.solver.points import Point, Run

CLOSE = 4e-8
"""Gap at which the rounds end, relative to the cost: far below what is promised, 1e-6, and checked of a plan, 1e-7."""
TINY = 1e-9
"""The same absolute, million USD or kt."""
EQUAL = 1e-9
"""Trunks whose cost differs by as little, relative, are equally cheap."""
MOST, MOST_TIES = 300, 8
"""Rounds after which the method, and the search among equals, count as failed."""
BETWEEN, FAR, NEAR = 0.5, 0.02, 1e-6
"""How far towards the master's trunk the tried one lies; above and below which relative gap it is the master's."""

Solves = Callable[[Sequence[Task]], Sequence[Found]]
"""Whoever works: results in the order of the tasks."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Asked:
    """A stage of a cut tree, who works, and until when.

    ``unserved``: what may stay unserved, kt, part by part; None without policy. ``constant``: million USD that no
    column tells of.
    """

    cut: Cut
    stage: Stage
    unserved: Sequence[Floats] | None
    constant: float
    solves: Solves
    until: float
    stop: threading.Event
    say: Say = lambda _: None

    def trunk_bounds(self) -> Bounds:
        """The trunk's bounds and costs."""
        return self.stage.bounds(self.cut.trunk, self.unserved[0] if self.unserved else None)

    def tasks(self, trunk: Floats, ends: Sequence[bytes | None], some: Sequence[int], **more: bool) -> list[Task]:
        """Some futures for one trunk."""
        handed = trunk[self.cut.handed]
        each = self.unserved[1:] if self.unserved else [None] * len(ends)
        return [Task(i, self.stage, handed, each[i], ends[i], **more) for i in some]


@dataclass(frozen=True)
class Converged:
    """The best trunk, its cost, the least that a cost can be, and the prices that prove it.

    ``dual``: of the trunk's rows and of those implied; ``cuts``: those in force with their weights, a future's adding
    up to its chance. ``ends``: how the futures stand for that trunk.
    """

    trunk: Floats
    cost: float
    least: float
    dual: Floats
    cuts: list[tuple[float, Bound]]
    ends: list[bytes]
    bounds: list[Bound] = field(repr=False)
    start: tuple[Ints, Ints] | None = field(repr=False)
    runs: tuple[Run, ...] = ()


class Rounds:
    """One stage's rounds, from a trunk and from how each future may start."""

    def __init__(self, asked: Asked, trunk: Floats, ends: Sequence[bytes | None], after: Converged | None) -> None:
        self.asked, self.cut, self.ends = asked, asked.cut, list(ends)
        own = asked.unserved[0] if asked.unserved else None
        self.master = Master(asked.cut, asked.stage, own, asked.until, asked.stop)
        if after is not None:
            self.master.bounds, self.master.start = [*after.bounds], after.start  # they bound what asks for more too
        self.bounds = asked.trunk_bounds()
        self.trunk, self.found = trunk, list[Found]()
        self.best, self.errors = np.inf, np.zeros(len(ends))
        self.runs: list[Run] = []

    @property
    def scale(self) -> float:
        """What a gap is relative to."""
        return max(1.0, abs(self.best + self.asked.constant)) if self.asked.stage.costs else 1.0

    def solved(self, trunk: Floats, some: Sequence[int]) -> list[Found]:
        """Some futures for a trunk; each gives a cut."""
        found = list(self.asked.solves(self.asked.tasks(trunk, self.ends, some)))
        handed = trunk[self.cut.handed]
        for f in found:
            self.ends[f.future] = f.end
            self.master.add(f.future, f.cost, f.slope, handed, f.dual)
            self.runs.append(Run(self.cut.futures[f.future].name, "Optimal", "simplex", f.steps, f.seconds))
        return found

    def cost_of(self, trunk: Floats, found: Sequence[Found]) -> float:
        """The cost of a trunk, every future at its best."""
        futures = sum(block.chance * f.cost for block, f in zip(self.cut.futures, found, strict=True))
        return float(self.bounds.cost @ trunk) + futures

    def tried(self, trunk: Floats) -> float:
        """Every future for a trunk, which is kept where it is the cheapest so far."""
        found = self.solved(trunk, range(len(self.ends)))
        cost = self.cost_of(trunk, found)
        if cost < self.best:
            self.trunk, self.best, self.found = trunk, cost, found
        return cost

    def run(self, canonical: bool) -> Converged:
        """All rounds. Raises Cannot, SolverError, Stopped."""
        if not self.found:
            self.tried(self.trunk)
        own, own_rows = len(self.trunk), len(self.cut.trunk.row_lower) + len(self.cut.implied_upper)
        for number in range(1, MOST):
            point = self.master.solved()
            gap = (self.best - point.objective) / self.scale
            self.asked.say(f"{self.asked.stage.kind}: round {number}, gap {max(gap, 0.0):.0e}")
            if self.best - point.objective <= max(TINY, CLOSE * self.scale):
                weighed = zip(point.dual[own_rows:].tolist(), self.master.bounds, strict=True)
                cuts = [(weight, bound) for weight, bound in weighed if weight > 0]
                if canonical:
                    self.settle(point)
                ends = [f.end for f in self.found]
                return Converged(
                    self.trunk, self.best, point.objective, point.dual[:own_rows], cuts, ends,
                    self.master.bounds, self.master.start, (*self.runs, *self.master.runs),
                )  # fmt: skip
            there = np.clip(point.x[:own], self.cut.trunk.lower, self.bounds.upper)
            if gap < NEAR:
                self._at(there, point.x[own:])
            else:
                self.tried(there if gap > FAR else self.trunk + BETWEEN * (there - self.trunk))
            self.master.drop()
        raise SolverError(f"trunk and futures were still {gap:.0e} apart after {MOST} rounds")

    def _at(self, trunk: Floats, told: Floats) -> None:
        """The futures whose cuts were wrong last, and once they are right all, for the master's trunk."""
        chances = np.array([block.chance for block in self.cut.futures])
        close = max(TINY, CLOSE * self.scale)
        some = np.flatnonzero(self.errors > 0.1 * close / len(chances))
        if len(some) in (0, len(chances)):
            some, every = np.arange(len(chances)), True
        else:
            every = False
        found = self.solved(trunk, some.tolist())
        costs = np.array([f.cost for f in found])
        self.errors = np.zeros(len(chances))
        self.errors[some] = chances[some] * np.maximum(0.0, costs - told[some])
        if every:
            cost = self.cost_of(trunk, found)
            if cost < self.best:
                self.trunk, self.best, self.found = trunk, cost, found

    def settle(self, optimum: Point) -> None:
        """The trunk of least weighted tonnes among the equally cheap, where it is found to be one."""
        for _ in range(MOST_TIES):
            chosen = self.master.one_of_equals(optimum)
            if chosen is None:
                return
            trunk = np.clip(chosen, self.cut.trunk.lower, self.bounds.upper)
            found = self.solved(trunk, range(len(self.ends)))
            cost = self.cost_of(trunk, found)
            optimum = self.master.extended(optimum)
            if cost <= self.best + EQUAL * self.scale:
                self.trunk, self.best, self.found = trunk, cost, found
                return
