"""A tree's programme cut at its forks: the trunk, whose nodes several futures share, and each future's own nodes.

Rows of a future hold columns of its own and of the trunk, never of another future. So the trunk's plan is all that
futures know of one another: capacity decided, stocks, and what else its last years hand on.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from model.base.tables import ranges
from model.compiling.arrays import Floats, Ints, LinearProgram, Span, Sparse
from model.instance.policy.kinds import programme_rows
from model.instance.trees.tree import Tree
from model.solving.programme import Arrays

Bools = npt.NDArray[np.bool_]
IMPLIED = ("build_limit", "budget_max")
"""Rows that bound a sum of builds along the way to an end: what the trunk builds must keep them by itself."""
NOTHING = Sparse(np.zeros(1, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(0))


@dataclass(frozen=True)
class Block:
    """The trunk or one future: its own columns and rows, costs as seen from there (a future's in full).

    ``linked`` holds the rows' entries in columns of the trunk, by their place among the cut's ``handed``.
    ``shortfall`` and ``starved`` are by column what goals 2 and 1 count, kt; ``weights`` those of the tie-break.
    """

    name: str
    chance: float
    matrix: Sparse
    linked: Sparse
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    shortfall: Floats
    starved: Floats
    weights: Floats
    policy: Ints
    not_starved: Ints
    demand_met: Ints
    demanded: Floats
    implied: Ints

    def programme(self) -> LinearProgram:
        """The block by itself, what the trunk hands on being nothing."""
        bounds = self.row_lower, self.row_upper, self.lower, self.upper
        return LinearProgram({}, {}, self.matrix, *bounds, self.cost, 0.0, NOTHING, [], {})

    def least(self, cost: Floats, upper: Floats) -> float:
        """What the block costs at least, whatever is handed on; without end where that can't be told.

        What earns is bounded by itself, or served and bounded by demand.
        """
        earns = np.minimum(cost, 0.0)
        total = float(np.where(earns < 0, earns * np.where(np.isfinite(upper), upper, 0.0), 0.0).sum())
        bounded = np.isfinite(upper)
        for row, most in zip(self.demand_met.tolist(), self.demanded.tolist(), strict=True):
            columns = self.matrix.column[slice(*self.matrix.start[row : row + 2])]
            total += most * float(earns[columns][~bounded[columns]].min(initial=0.0))
            bounded[columns] = True
        return -np.inf if bool((earns[~bounded] < 0).any()) else total

    def alike(self, other: Block) -> bool:
        """Whether the two have the same columns and rows with the same entries, whatever these are."""
        mine, yours = (self.matrix, self.linked), (other.matrix, other.linked)
        return len(self.cost) == len(other.cost) and all(
            np.array_equal(a.start, b.start) and np.array_equal(a.column, b.column)
            for a, b in zip(mine, yours, strict=True)
        )


@dataclass(frozen=True)
class Cut:
    """The trunk, the futures, and where their columns and rows stand in the tree's programme.

    ``handed``: places among the trunk's columns of those that rows of futures hold. ``implied``: rows that the trunk
    must keep by itself, and the place in the tree's programme of the row of a future that implies each.
    """

    trunk: Block
    futures: tuple[Block, ...]
    columns: tuple[Ints, ...]
    rows: tuple[Ints, ...]
    handed: Ints
    implied: Sparse
    implied_upper: Floats
    implied_by: Ints
    of_policy: Bools

    def most_implied(self, stage_has_policy: bool) -> Floats:
        """Upper bounds of the rows implied, where the policy's own are in force or not."""
        return self.implied_upper if stage_has_policy else np.where(self.of_policy, np.inf, self.implied_upper)


def parts_of(tree: Tree) -> dict[str, int]:
    """The part of each node: 0 for the trunk, which several ends lie behind, else the number of its future from 1."""
    ends = {leaf: number for number, leaf in enumerate(tree.leaves, 1)}
    found: dict[str, int] = {}
    for leaf, number in ends.items():
        for node in tree.paths[leaf]:
            found[node.name] = 0 if node.name in found else number
    return found


def _owners(spans: Mapping[str, Span], parts: Mapping[str, int]) -> Ints:
    """The part of each column or row, by the node that its index ends with."""
    found = [np.zeros(0, dtype=np.int32)]
    for span in spans.values():
        *before, last = span.factors
        ends = [parts[row[-1]] for row in last] if len(span.index) else []
        found.append(np.tile(np.array(ends, dtype=np.int32), math.prod(len(rows) for rows in before)))
    return np.concatenate(found)


def cut(arrays: Arrays, tree: Tree, weights: Sparse) -> Cut:
    """A programme whose futures are joined by nothing but the trunk, in parts."""
    parts = parts_of(tree)
    of_column, of_row = _owners(arrays.columns, parts), _owners(arrays.rows, parts)
    chance = np.array([1.0, *(tree.by_name[leaf].probability for leaf in tree.leaves)])
    matrix = arrays.matrix
    owner = np.repeat(np.arange(len(of_row), dtype=np.int32), np.diff(matrix.start))
    own = of_column[matrix.column] == of_row[owner]
    own_count = np.bincount(owner[own], minlength=len(of_row))
    foreign = (of_row > 0) & (own_count == 0) & (np.diff(matrix.start) > 0)
    of_row[foreign] = 0  # rows of a future that hold nothing but what the trunk decides
    own = of_column[matrix.column] == of_row[owner]
    assert bool((own | (of_column[matrix.column] == 0)).all()), "a row that joins two futures"
    handed_columns = np.unique(matrix.column[~own])
    columns = tuple(np.flatnonzero(of_column == part).astype(np.int32) for part in range(len(chance)))
    rows = tuple(np.flatnonzero(of_row == part).astype(np.int32) for part in range(len(chance)))
    cutting = _Cutting(arrays, columns, rows, handed_columns, weights, _node_chances(arrays, tree))
    lines = ["trunk", *(tree.by_name[leaf].line for leaf in tree.leaves)]
    blocks = _sharing(cutting.block(part, lines[part], float(chance[part])) for part in range(len(chance)))
    implied, upper, by = cutting.implied()
    policy = np.zeros(len(of_row), dtype=bool)
    for family in programme_rows():
        policy[arrays.rows[family].places] = True
    handed = np.searchsorted(columns[0], handed_columns).astype(np.int32)
    return Cut(blocks[0], tuple(blocks[1:]), columns, rows, handed, implied, upper, by, policy[by])


def _node_chances(arrays: Arrays, tree: Tree) -> Floats:
    """How likely the node of each column by which a demand may be starved is; 0 for other columns."""
    found = np.zeros(len(arrays.cost))
    span = arrays.columns["starved"]
    found[span.places] = [tree.by_name[index[-1]].probability for index in span.index]
    return found


@dataclass(frozen=True)
class _Cutting:
    arrays: Arrays
    columns: tuple[Ints, ...]
    rows: tuple[Ints, ...]
    handed: Ints
    weights: Sparse
    starved: Floats

    def block(self, part: int, name: str, chance: float) -> Block:
        a, columns, rows = self.arrays, self.columns[part], self.rows[part]
        size = len(a.cost)
        shortfall = a.shortfall.transposed_times(np.ones(1), size)
        weight = self.weights.transposed_times(np.ones(1), size)
        return Block(
            name,
            chance,
            self._entries(rows, columns),
            self._entries(rows, self.handed) if part else _none(len(rows)),
            a.row_lower[rows],
            a.row_upper[rows],
            a.lower[columns],
            a.upper[columns],
            a.cost[columns] / chance,
            shortfall[columns] / chance,
            self.starved[columns] / chance,
            weight[columns],
            _among(rows, [a.rows[r] for r in programme_rows()]),
            _among(rows, [a.rows["not_starved"]]),
            met := _among(rows, [a.rows["demand_met"]]),
            a.row_upper[rows[met]],
            _among(rows, [a.rows[r] for r in IMPLIED]),
        )

    def _entries(self, rows: Ints, columns: Ints) -> Sparse:
        """The entries of some rows in some columns."""
        matrix = self.arrays.matrix
        number = np.full(len(self.arrays.cost), -1, dtype=np.int32)
        number[columns] = np.arange(len(columns), dtype=np.int32)
        lengths = np.diff(matrix.start)[rows].astype(np.int64)
        at = ranges(matrix.start[rows].astype(np.int64), lengths)
        column = number[matrix.column[at]]
        kept = column >= 0
        counts = np.bincount(np.repeat(np.arange(len(rows)), lengths)[kept], minlength=len(rows))
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return Sparse(start, column[kept], matrix.value[at][kept], np.zeros(len(rows)))

    def implied(self) -> tuple[Sparse, Floats, Ints]:
        """The trunk's part of rows that bound builds along a way, each once with its least bound."""
        least: dict[bytes, tuple[float, int]] = {}
        a = self.arrays
        own = np.zeros(len(a.row_lower), dtype=bool)
        own[self.rows[0]] = True
        number = np.full(len(a.cost), -1, dtype=np.int32)
        number[self.columns[0]] = np.arange(len(self.columns[0]), dtype=np.int32)
        kept: dict[bytes, tuple[Ints, Floats]] = {}
        for family in IMPLIED:
            for row in range(*a.rows[family].places.indices(len(a.row_lower))):
                span = slice(*a.matrix.start[row : row + 2])
                column, value = number[a.matrix.column[span]], a.matrix.value[span]
                some = column >= 0
                if own[row] or not some.any():
                    continue
                key = column[some].tobytes() + value[some].tobytes()
                kept.setdefault(key, (column[some], value[some]))
                least[key] = min(least.get(key, (np.inf, -1)), (float(a.row_upper[row]), row))
        entries = [kept[key] for key in least]
        start = np.cumsum([0, *(len(column) for column, _ in entries)]).astype(np.int32)
        rows = Sparse(
            start,
            np.concatenate([np.zeros(0, dtype=np.int32), *(column for column, _ in entries)]),
            np.concatenate([np.zeros(0), *(value for _, value in entries)]),
            np.zeros(len(entries)),
        )
        return (
            rows,
            np.array([upper for upper, _ in least.values()]),
            np.array([r for _, r in least.values()], dtype=int),
        )


def _none(rows: int) -> Sparse:
    start = np.zeros(rows + 1, dtype=np.int32)
    return Sparse(start, np.zeros(0, dtype=np.int32), np.zeros(0), np.zeros(rows))


def _among(rows: Ints, spans: Iterable[Span]) -> Ints:
    """Places among some rows of those that stand in some spans."""
    inside = np.zeros(len(rows), dtype=bool)
    for span in spans:
        inside |= (rows >= span.first) & (rows < span.stop)
    return np.flatnonzero(inside).astype(np.int32)


def _sharing(blocks: Iterable[Block]) -> list[Block]:
    """Blocks whose equal arrays are one, so that little is handed to workers."""
    known: dict[tuple[str, bytes], Any] = {}

    def one(array: Any) -> Any:
        return known.setdefault((array.dtype.str, array.tobytes()), array)

    def shared(value: Any) -> Any:
        if isinstance(value, Sparse):
            return Sparse(one(value.start), one(value.column), one(value.value), one(value.constant))
        return one(value) if isinstance(value, np.ndarray) else value

    found = []
    for block in blocks:
        found.append(replace(block, **{name: shared(value) for name, value in vars(block).items()}))
    return found
