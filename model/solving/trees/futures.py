"""Where the first solve of a tree of futures starts: at the optima of its futures, put together.

Cold, the simplex needs far more than twice the time for twice the futures. Each future by itself is a small programme,
and from the optimum of another one it is soon solved, beside the others. Of what they share before a fork the first
future's is taken, and the solver mends what does not fit. The start hangs on the programme alone, whoever works on it,
and the tree's own solve proves the optimum whatever it started from.
"""

from __future__ import annotations

import dataclasses
import math
import os
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from model.base.errors import Stopped
from model.base.tables import ranges
from model.compiling.arrays import Floats, Ints, LinearProgram, Span, Sparse
from model.instance.trees.tree import Tree
from model.solving.held import HeldProgramme
from model.solving.solver.highs import Solver
from model.solving.solver.points import Basis, Run

BASIC, LOWER, ZERO = map(
    int, (highspy.HighsBasisStatus.kBasic, highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kZero)
)
LARGE = 20_000
"""Columns of a programme from which on its futures are worth a solve of their own."""
TAIL = ("tail", "tail_from", "tail_excess")
"""Rows and columns of the risk, which join all futures."""


@dataclass(frozen=True)
class Alone:
    """One future by itself: where its columns and rows stand in the tree's programme, and how the solver ended."""

    columns: Ints
    rows: Ints
    column_status: Any
    row_status: Any
    run: Run


def large(whole: LinearProgram, tree: Tree) -> bool:
    """Whether a tree's programme is worth a start: not where one future, or nothing but the dear ones, counts."""
    return len(tree.leaves) > 1 and len(whole.cost) >= LARGE and tree.risk_weight < 1


def begun(held: HeldProgramme, tree: Tree) -> Basis:
    """A basis of a tree's programme near its cheapest plan within the present bounds; the held programme's runs grow.

    Raises Stopped, SolverError.
    """
    rows = len(held.arrays.row_lower)
    present = dataclasses.replace(
        held.arrays,
        lower=held.lower,
        upper=held.upper,
        row_lower=held.row_lower[:rows],
        row_upper=held.row_upper[:rows],
    )
    start, runs = _Tree(present, tree, held.solver.seconds_left, held.solver.stop).start()
    held.runs.extend(runs)
    return start


class _Tree:
    """A programme cut by futures."""

    def __init__(self, whole: LinearProgram, tree: Tree, time_limit: float, stop: threading.Event) -> None:
        self.whole, self.tree, self.stop = whole, tree, stop
        self.until = time.perf_counter() + time_limit
        self.order = {node.name: place for place, node in enumerate(tree)}
        self.column_node, self.row_node = self._nodes(whole.columns), self._nodes(whole.rows)

    def _nodes(self, spans: dict[str, Span]) -> Ints:
        """The node that the index of each column or row ends with; -1: it joins futures."""
        found = [np.zeros(0, dtype=np.int32)]
        for name, span in spans.items():
            *before, last = span.factors
            ends = [-1 if name in TAIL else self.order[row[-1]] for row in last] if len(span.index) else []
            found.append(np.tile(np.array(ends, dtype=np.int32), math.prod(len(rows) for rows in before)))
        return np.concatenate(found)

    def start(self) -> tuple[Basis, list[Run]]:
        """What the futures ended at by themselves, the first first; rows that join them are basic."""
        first, *others = self.tree.leaves
        futures, pool = [self._alone(first)], ThreadPoolExecutor(os.cpu_count() or 1)
        try:
            futures += pool.map(lambda leaf: self._alone(leaf, futures[0]), others)
        finally:
            pool.shutdown(cancel_futures=True)
        columns = np.where(np.isfinite(self.whole.lower), LOWER, ZERO).astype(np.int8)
        rows = np.full(len(self.whole.row_lower), BASIC, dtype=np.int8)
        for one in reversed(futures):
            columns[one.columns], rows[one.rows] = one.column_status, one.row_status
        return _alien(columns, rows), [one.run for one in futures]

    def _alone(self, leaf: str, like: Alone | None = None) -> Alone:
        """A future as a programme by itself, from where another ended."""
        chance = np.full(len(self.order) + 1, np.inf)  # the last stands for -1: what joins futures
        for node in self.tree.paths[leaf]:
            chance[self.order[node.name]] = node.probability
        there = np.isfinite(chance)
        columns = np.flatnonzero(there[self.column_node]).astype(np.int32)
        rows = np.flatnonzero(there[self.row_node]).astype(np.int32)
        part = _part(self.whole, columns, rows, chance[self.column_node[columns]])
        start = None
        if like is not None:
            start = _alien(
                _moved(self.whole.columns, (like.columns, like.column_status), columns, LOWER),
                _moved(self.whole.rows, (like.rows, like.row_status), rows, BASIC),
            )
        if self.stop.is_set():
            raise Stopped("stopped by the user")
        solver = Solver(part, self.until - time.perf_counter(), self.stop)
        solver.minimise(f"{self.tree.by_name[leaf].line} by itself", start)
        of_columns, of_rows = (np.array(list(map(int, s)), dtype=np.int8) for s in solver.statuses())
        return Alone(columns, rows, of_columns, of_rows, solver.runs[-1])


def _moved(spans: Mapping[str, Span], like: tuple[Ints, Any], places: Ints, other: int) -> Any:
    """How another future's columns (or rows) stand as those of this one, component by component.

    ``other``: how those stand of which the two have not as many (the quotas of an event).
    """
    found = np.full(len(places), other, dtype=np.int8)
    for span in spans.values():
        (begin, end), (first, last) = (np.searchsorted(p, (span.first, span.stop)) for p in (places, like[0]))
        if end - begin == last - first:
            found[begin:end] = like[1][first:last]
    return found


def _part(whole: LinearProgram, columns: Ints, rows: Ints, chance: Floats) -> LinearProgram:
    """Some columns and rows of a programme, costs in full; ``chance``: how likely the node of each column is."""
    number = np.full(len(whole.cost), -1, dtype=np.int32)
    number[columns] = np.arange(len(columns), dtype=np.int32)
    matrix = whole.matrix
    lengths = np.diff(matrix.start)[rows].astype(np.int64)
    at = ranges(matrix.start[rows].astype(np.int64), lengths)
    column = number[matrix.column[at]]
    kept = column >= 0
    counts = np.bincount(np.repeat(np.arange(len(rows)), lengths)[kept], minlength=len(rows))
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    own = Sparse(start, column[kept], matrix.value[at][kept], np.zeros(len(rows)))
    nothing = Sparse(np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(0))
    limits = whole.row_lower[rows], whole.row_upper[rows], whole.lower[columns], whole.upper[columns]
    return LinearProgram({}, {}, own, *limits, whole.cost[columns] / chance, 0.0, nothing, [], {})


def _alien(columns: Any, rows: Any) -> Basis:
    """A basis that need not be one: the solver takes of it what it can."""
    known = [highspy.HighsBasisStatus(s) for s in range(5)]
    status = highspy.HighsBasis()
    status.valid = status.alien = True
    status.col_status = [known[s] for s in columns.tolist()]
    status.row_status = [known[s] for s in rows.tolist()]
    return Basis(status, len(columns), len(rows))
