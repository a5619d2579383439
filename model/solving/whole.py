"""Whole plants: capacity is bought by the unit, or nothing below a least size; searched for by branch and bound.

A column of builds of a plant with a unit counts units, one of a plant with a least size is nothing or at least that.
The search begins at the continuous plan with its units rounded up, so that what has been decided by each year is never
less: the plan that stands where the time ends soon.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from model.base.errors import SolverError, Stopped, Unmeetable
from model.compiling.arrays import Floats, Ints, Sparse, stacked
from model.instance.trees.tree import Tree
from model.solving.held import HeldProgramme
from model.solving.programme import Arrays
from model.solving.solver.branch import CONTINUOUS, INTEGER, SEMI_CONTINUOUS, SEMI_INTEGER, BranchAndBound, Branched
from model.solving.solver.points import Run

GAP = 1e-6
"""Relative, where nobody says otherwise."""
HAIR = 1e-7
"""A part of a unit that is the solver's tolerance; and by so much of its value a goal may be missed for the next."""
NOTHING_KT = 1e-9
"""A gram."""
FAR = 10.0
"""A plant without limit on what is built is at most so many times all demand, or its least size."""


@dataclass(frozen=True)
class Lumps:
    """How plants are bought: ``unit`` and ``least`` by plant, kt/yr; ``gap``: relative, at which a search may end."""

    unit: Mapping[str, float]
    least: Mapping[str, float]
    gap: float = GAP


@dataclass(frozen=True)
class Lumped:
    """What whole plants come to beside the continuous plan; million USD and kt.

    ``bound``: no plan of whole plants costs less, its goals before cost as here. ``timed_out``: a search ended with the
    time, so that there may be a better plan.
    """

    gap: float
    bound: float
    continuous_cost: float
    continuous_shortfall: float
    timed_out: bool


@dataclass
class Search:
    """The searches for whole plants of one programme; ``until``: by the clock."""

    arrays: Arrays
    lumps: Lumps
    tree: Tree
    until: float
    stop: threading.Event
    runs: list[Run] = field(default_factory=list)
    timed_out: bool = False
    last: tuple[float, float] = (0.0, -np.inf)
    """Gap and bound of the last search."""

    def __post_init__(self) -> None:
        """The columns that are lumpy: their unit (1 where any size will do) and least size, kt."""
        lumps, self._places = self.lumps, self.arrays.places("column", "build")
        lumpy = [(c, j) for (j, _), c in self._places.items() if j in lumps.unit or j in lumps.least]
        self.columns: Ints = np.array([c for c, _ in lumpy], dtype=np.int32)
        self.unit = np.array([lumps.unit.get(j, 1.0) for _, j in lumpy])
        self.least = np.array([lumps.least.get(j, 0.0) for _, j in lumpy])
        self.whole = np.array([j in lumps.unit for _, j in lumpy], dtype=bool)

    def in_order(self, held: HeldProgramme, x: Floats) -> Branched:
        """Nobody served less, shortfall, cost, each held at its value; ``held`` may miss no target as it comes.

        ``x``: the continuous plan. Raises Unmeetable, Stopped, SolverError.
        """
        found = self.best(held, "whole plants", x)
        if found is not None:
            return found
        held.allow(held.short, np.inf)
        shortfall, harm = self.arrays.shortfall, self.arrays.harm
        least = self.best(held, "least shortfall of whole plants", x, shortfall)
        if least is None:
            held.allow_harm(np.inf)
            harmed = self.best(held, "least harm of whole plants", x, harm)
            if harmed is None:
                raise Unmeetable("no plan of whole plants keeps the hard limits")
            held.allow_harm(_eased(harmed.objective))
            least = self.best(held, "least shortfall of whole plants", x, shortfall)
        if least is not None:
            held.bound(held.shortfall_row, _eased(least.objective))
            found = self.best(held, "whole plants with the least shortfall", least.x)
        if found is None:
            raise SolverError("a goal of whole plants could not be held")
        return found

    def best(self, held: HeldProgramme, name: str, x: Floats, goal: Sparse | None = None) -> Branched | None:
        """The least cost (or goal) of whole plants within the bounds of a held programme; None: there are none.

        Raises Stopped where the time ends before any is found.
        """
        relaxed = held.least(f"{name}, any size", goal)
        if relaxed is None:
            return None
        begin, scale = self._begin(held, x, goal), np.ones(len(self.arrays.cost))
        if begin is not None and (near := self._near_enough(begin, relaxed.objective, goal)) is not None:
            self.last = near.gap, near.bound
            return near
        scale[self.columns] = self.unit
        lower, upper, types = self._bounds(held)
        rows = stacked([self.arrays.matrix, *held.added])
        cost = self.arrays.cost if goal is None else goal.transposed_times(np.ones(1), len(scale))
        programme = dataclasses.replace(
            self.arrays,
            matrix=Sparse(rows.start, rows.column, rows.value * scale[rows.column], rows.constant),
            lower=lower,
            upper=upper,
            row_lower=held.row_lower,
            row_upper=held.row_upper,
            cost=cost * scale,
            constant=self.arrays.constant if goal is None else float(goal.constant[0]),
        )
        solver = BranchAndBound(programme, self.columns, types, self.until - time.perf_counter(), self.stop)
        found = solver.best(name, self.lumps.gap, None if begin is None else begin / scale)
        self.runs += solver.runs
        self.timed_out |= solver.out_of_time
        if found is None and solver.out_of_time:
            raise Stopped(f"the time limit was reached in the solve '{name}', before a plan of whole plants was found")
        if found is None:
            return None
        bound = min(found.objective, max(found.bound, relaxed.objective))  # the search may end before it has one
        found = dataclasses.replace(found, x=self._clean(found.x * scale), bound=bound)
        self.last = found.gap, found.bound
        return found

    def _near_enough(self, x: Floats, bound: float, goal: Sparse | None) -> Branched | None:
        """A plan of whole plants that is near enough the best of any size, so that nothing need be searched."""
        arrays = self.arrays
        value = float(goal.times(x)[0]) if goal is not None else float(arrays.cost @ x) + arrays.constant
        found = Branched(self._clean(x.copy()), value, min(value, bound))
        return found if found.gap <= self.lumps.gap or value <= NOTHING_KT else None

    def _bounds(self, held: HeldProgramme) -> tuple[Floats, Floats, list[Any]]:
        """Bounds of the columns, lumpy ones in units, and the types of these.

        HiGHS takes the lower bound of a column that may be nothing too as its least, and needs an end of it.
        """
        lower, upper = held.lower.copy(), held.upper.copy()
        end = FAR * max(float(self.arrays.demanded.sum()), float(self.least.max(initial=0.0)))
        types = []
        for at, column in enumerate(self.columns.tolist()):
            whole, unit, least = bool(self.whole[at]), float(self.unit[at]), float(self.least[at])
            most = upper[column] / unit
            if whole:
                most, least = np.floor(most + HAIR), np.ceil(least / unit - HAIR)
            if least > (1.0 if whole else 0.0):
                most = 0.0 if most < least * (1 - HAIR) else max(least, min(most, end / unit))
            lumpy = least > (1.0 if whole else 0.0) and most > 0
            lower[column], upper[column] = least if lumpy else 0.0, most
            types.append((SEMI_INTEGER if lumpy else INTEGER) if whole else SEMI_CONTINUOUS if lumpy else CONTINUOUS)
        return lower, upper, types

    def _begin(self, held: HeldProgramme, x: Floats, goal: Sparse | None) -> Floats | None:
        """The best plan with the builds of a continuous one rounded up; None where the bounds leave none."""
        places = self.arrays.columns["build"].places
        columns = np.arange(places.start, places.stop, dtype=np.int32)
        was, built = (held.lower[columns].copy(), held.upper[columns].copy()), self.rounded_up(x)[columns]
        held.set_columns(columns, built, built)
        point = held.least("units rounded up", goal)
        held.set_columns(columns, *was)
        return None if point is None else np.clip(point.x, self.arrays.lower, held.upper)

    def rounded_up(self, x: Floats) -> Floats:
        """Builds rounded up so that what has been decided by each node is never less than in a plan, limits apart."""
        found = x.copy()
        kinds = dict(zip(self.columns.tolist(), zip(self.unit, self.least, self.whole, strict=True), strict=True))
        for _, decided in self._by_plant():
            before: dict[str, tuple[float, float]] = {}
            for node, column in decided:
                sought, done = before.get(self._parent(node, before), (0.0, 0.0))
                sought += x[column]
                unit, least, whole = kinds.get(column, (1.0, 0.0, False))
                lacks = max(0.0, sought - done)
                if whole:
                    lacks = np.ceil(lacks / unit - HAIR) * unit
                if column in kinds and lacks > NOTHING_KT:
                    most = np.floor(self.arrays.upper[column] / unit + HAIR) * unit if whole else np.inf
                    lacks = min(max(lacks, np.ceil(least / unit) * unit if whole else least), most)
                found[column] = lacks
                before[node] = sought, done + lacks
        return found

    def _by_plant(self) -> Iterator[tuple[str, list[tuple[str, int]]]]:
        """Each plant's builds, node by node."""
        found: dict[str, list[tuple[str, int]]] = {}
        for (j, node), column in self._places.items():
            found.setdefault(j, []).append((node, column))
        yield from found.items()

    def _parent(self, node: str, known: Mapping[str, Any]) -> str:
        """The nearest node before one at which the plant could be decided."""
        at: str | None = self.tree.by_name[node].parent
        while at and at not in known:
            at = self.tree.by_name[at].parent
        return at or ""

    def _clean(self, x: Floats) -> Floats:
        """Whole units, and nothing below the least size, to the last digit."""
        built = x[self.columns]
        units = np.round(built / self.unit) * self.unit
        sized = np.where(built > self.least / 2, np.maximum(built, self.least), 0.0)
        x[self.columns] = np.where(self.whole, units, np.where(self.least > 0, sized, built))
        return x


def _eased(value: float) -> float:
    """A goal's value and the tolerance with which the next may miss it."""
    return max(0.0, value) * (1 + HAIR) + NOTHING_KT
