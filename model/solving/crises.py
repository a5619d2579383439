"""Crises to withstand are brought into the programme as its plan violates them.

Each crisis is a block of columns and rows that hangs on capacity and stocks alone. A plan of the programme without some
of the blocks is tested on each of them by a small programme that is kept, the least that is missing with the plan's
builds and stocks. Where nothing is missing in any, the plan is one of the whole programme, and as the part asks for
less, the best one; else those that miss most are brought in. The prices of the whole prove it: the duality gap of a
plan is that of all crises at once.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from model.base.errors import SolverError
from model.base.tables import ranges
from model.compiling.arrays import Floats, Ints, Sparse
from model.instance.policy.kinds import CRISIS, KINDS
from model.solving.goals.targets import Limit
from model.solving.goals.ties import tie_weights
from model.solving.outcome import Outcome, WarmStart, WithoutPolicy
from model.solving.programme import Arrays
from model.solving.solver.highs import Solver
from model.solving.solver.parts import Part
from model.solving.solver.points import Basis, Run

FEW = 20
"""As many crises at most are in the programme from the start."""
NOTHING_KT = 1e-8
"""Less than ten grams missing is the solver's tolerance."""


@dataclass(frozen=True)
class Crises:
    """The crises of a programme. A crisis is its number, in the order of the variable by which it may fall short."""

    arrays: Arrays

    @cached_property
    def keys(self) -> list[tuple[str, str, str]]:
        """Row, supplier and node of each."""
        return [(i[0], i[-2], i[-1]) for kind in _kinds() for i in self.arrays.columns[kind.short].index]

    @cached_property
    def of_column(self) -> Ints:
        """The crisis of each column; -1 for those of no crisis."""
        number = {key: i for i, key in enumerate(self.keys)}
        found = np.full(len(self.arrays.cost), -1, dtype=np.int32)
        for kind in _kinds():
            shorts = self.arrays.columns[kind.short]
            found[shorts.places] = [number[i[0], i[-2], i[-1]] for i in shorts.index]
            for name in kind.further:
                span = self.arrays.columns[name]
                parts = [span.index.labels(part) for part in (0, 1, -1)]
                codes, back = np.unique(np.stack([p.codes for p in parts]), axis=1, return_inverse=True)
                each = [number[tuple(p.labels[c] for p, c in zip(parts, code, strict=True))] for code in codes.T]
                found[span.places] = np.array(each, dtype=np.int32)[back.ravel()]
        return found

    @cached_property
    def of_row(self) -> Ints:
        """The crisis of each row: that of its columns."""
        matrix = self.arrays.matrix
        found = np.full(len(self.arrays.row_lower), -1, dtype=np.int32)
        owner = np.repeat(np.arange(len(found)), np.diff(matrix.start))
        np.maximum.at(found, owner, self.of_column[matrix.column])
        return found

    @cached_property
    def short(self) -> Ints:
        """The column of each by which it may fall short."""
        return np.concatenate([np.arange(s.first, s.stop, dtype=np.int32) for s in self._shorts])

    @property
    def _shorts(self) -> list[Any]:
        return [self.arrays.columns[kind.short] for kind in _kinds()]

    def part(self, brought_in: Any) -> Part:
        """The programme with some of the crises (a mask) alone."""
        kept = np.append(brought_in, True)  # -1: no crisis
        return Part(self.arrays, kept[self.of_column], kept[self.of_row])


def _kinds() -> Iterator[Any]:
    return (kind for kind in KINDS.values() if kind.base == CRISIS)


@dataclass
class _Tests:
    """The small programme of each crisis, kept from round to round with the basis at which it ended."""

    crises: Crises
    stop: threading.Event
    kept: dict[int, _Test] = field(default_factory=dict)
    near: dict[tuple[int, int], Basis] = field(default_factory=dict)

    @cached_property
    def _order(self) -> tuple[Any, Any, Any, Any]:
        """Columns and rows crisis by crisis, and where each crisis begins."""
        crises, sizes = self.crises, len(self.crises.keys) + 1
        columns, rows = (np.argsort(of, kind="stable") for of in (crises.of_column, crises.of_row))
        begin = np.arange(sizes)
        first = np.searchsorted(crises.of_column[columns], begin), np.searchsorted(crises.of_row[rows], begin)
        return columns, rows, *first

    def least_missing(self, crisis: int, x: Floats) -> tuple[float, Ints, Floats]:
        """The least content that is missing in a crisis at a plan, kt, and the crisis's columns and their values."""
        if crisis not in self.kept:
            columns, rows, first, begin = self._order
            places = columns[first[crisis] : first[crisis + 1]], rows[begin[crisis] : begin[crisis + 1]]
            self.kept[crisis] = _Test(self.crises.arrays, *places, self.crises.short[crisis], self.stop)
        test = self.kept[crisis]
        size = len(test.columns), len(test.rows)
        short, values = test.solve(x, self.near.get(size))
        self.near[size] = test.ended
        return short, test.columns, values


class _Test:
    """One crisis as a programme of its own; builds and stocks are those of a plan."""

    def __init__(self, arrays: Arrays, columns: Any, rows: Any, short: int, stop: threading.Event) -> None:
        self.columns, self.rows = columns.astype(np.int32), rows
        number = np.full(len(arrays.cost), -1, dtype=np.int32)
        number[columns] = np.arange(len(columns))
        matrix = arrays.matrix
        lengths = np.diff(matrix.start)[rows]
        place = ranges(matrix.start[rows].astype(np.int64), lengths.astype(np.int64))
        owner = np.repeat(np.arange(len(rows)), lengths)
        own = number[matrix.column[place]] >= 0
        none = np.zeros(len(rows))

        def rows_of(some: Any, column: Ints) -> Sparse:
            start = np.concatenate([[0], np.cumsum(np.bincount(owner[some], minlength=len(rows)))]).astype(np.int32)
            return Sparse(start, column, matrix.value[place][some], none)

        self.others = rows_of(~own, matrix.column[place][~own])
        self.lower, self.upper = arrays.row_lower[rows], arrays.row_upper[rows]
        cost = (self.columns == short).astype(float)
        inside = rows_of(own, number[matrix.column[place]][own])
        bounds = self.lower, self.upper, arrays.lower[columns], arrays.upper[columns]
        nothing = Sparse(np.zeros(1, dtype=np.int32), self.columns[:0], none[:0], none[:0])
        self.solver = Solver(Arrays({}, {}, inside, *bounds, cost, 0.0, nothing, [], {}), float("inf"), stop)
        self.solver.set_cost(cost, 0.0)
        self.ended: Any = None

    def solve(self, x: Floats, near: Basis | None) -> tuple[float, Floats]:
        given = self.others.times(x)
        every = np.arange(len(self.rows), dtype=np.int32)
        self.solver.set_row_bounds(every, self.lower - given, self.upper - given)
        point = self.solver.minimise("crisis", self.ended or near)
        if point is None:
            raise SolverError("a crisis has no plan at all, which can't be: everything may be missing")
        self.ended = point.basis
        return point.objective, np.clip(point.x, 0.0, None)


@dataclass(frozen=True)
class Rounds:
    """How a programme is solved: its plan without policy, and then its goals with so many seconds left."""

    baseline: Callable[[Arrays, Sparse], tuple[WithoutPolicy, Sequence[Run]]]
    goals: Callable[[Arrays, Sequence[Limit], WarmStart, float], Outcome]


def gradually(
    crises: Crises,
    limits: Sequence[Limit],
    rounds: Rounds,
    time_limit: float,
    stop: threading.Event,
    say: Callable[[str], None],
    near: WarmStart | None = None,
) -> Outcome:
    """The outcome of the whole programme, with as few of its crises in the solves as will do."""
    begun, arrays = time.perf_counter(), crises.arrays
    weights, tests = near.weights if near else tie_weights(arrays), _Tests(crises, stop)
    inside = np.zeros(len(crises.keys), dtype=bool)
    part, runs = crises.part(inside), list[Run]()
    base = near.baseline if near else None
    if base is None:
        found, runs[:] = rounds.baseline(part.arrays, part.sparse_row(weights))
        base = part.whole_without_policy(found)
    x, outcome, bases = base.x, None, dict[str, Basis]()
    while True:
        missing, others = _missing(crises, tests, x, inside)
        if outcome is not None and missing.max(initial=0.0) <= NOTHING_KT:
            whole = part.whole_outcome(outcome, others)
            left_out = crises.short[~inside]
            whole.upper[left_out] = whole.x[left_out]  # nothing: each shortfall at its own value
            return dataclasses.replace(whole, baseline=base, bases=bases, weights=weights, runs=tuple(runs))
        inside |= _worst(crises, missing)
        say(f"{int(inside.sum())} of {len(inside)} crises in the programme")
        part = crises.part(inside)
        known = WarmStart(
            {name: part.basis(basis) for name, basis in bases.items()},
            part.sparse_row(weights),
            part.without_policy(base),
        )
        outcome = rounds.goals(part.arrays, part.limits(limits), known, time_limit - (time.perf_counter() - begun))
        bases = dict(part.whole_bases(outcome.bases))
        runs += outcome.runs
        x = part.large(outcome.x, part.columns, np.zeros(len(arrays.cost)))


def _missing(crises: Crises, tests: _Tests, x: Floats, inside: Any) -> tuple[Floats, Floats]:
    """What is missing in each crisis that is not in the programme, kt, and what is done in them, by column."""
    missing, done = np.zeros(len(inside)), np.zeros(len(x))
    for crisis in np.flatnonzero(~inside).tolist():
        missing[crisis], columns, values = tests.least_missing(crisis, x)
        done[columns] = values
    return missing, np.clip(done, crises.arrays.lower, crises.arrays.upper)


def _worst(crises: Crises, missing: Floats) -> Any:
    """Which crises to bring in: those in which something is missing; of many the worst of each row and node."""
    violated = missing > NOTHING_KT
    if int(violated.sum()) <= FEW:
        return violated
    worst: dict[tuple[str, str], int] = {}
    for crisis in np.flatnonzero(violated).tolist():
        row, _, node = crises.keys[crisis]
        best = worst.setdefault((row, node), crisis)
        if missing[crisis] > missing[best]:
            worst[row, node] = crisis
    chosen = np.zeros(len(missing), dtype=bool)
    chosen[list(worst.values())] = True
    return chosen
