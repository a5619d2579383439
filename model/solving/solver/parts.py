"""A part of a programme: some of its columns and rows, solved by itself and told in the whole's places again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import highspy
import numpy as np
import numpy.typing as npt

from model.compiling.arrays import Floats, Span, Sparse
from model.solving.goals.targets import Limit
from model.solving.outcome import Outcome, WithoutPolicy
from model.solving.programme import Arrays
from model.solving.solver.points import Basis, Point

Bools = npt.NDArray[np.bool_]
GOALS = 3
"""Rows that a held programme has behind its own from the start."""


@dataclass(frozen=True)
class Part:
    """Which columns and rows of a programme are in a part; what is left out is free to be 0 and costs nothing."""

    whole: Arrays
    columns: Bools
    rows: Bools

    @cached_property
    def _number(self) -> Any:
        """The place in the part of each column of the whole."""
        return (np.cumsum(self.columns) - 1).astype(np.int32)

    @cached_property
    def arrays(self) -> Arrays:
        """The part as a programme."""
        a, every = self.whole, np.ones
        return Arrays(
            _spans(a.columns, self.columns),
            _spans(a.rows, self.rows),
            self._sparse(a.matrix, self.rows),
            a.row_lower[self.rows],
            a.row_upper[self.rows],
            a.lower[self.columns],
            a.upper[self.columns],
            a.cost[self.columns],
            a.constant,
            self._sparse(a.ledger, every(len(a.ledger.constant), dtype=bool)),
            a.ledger_index,
            {name: self._sparse(goal, every(len(goal.constant), dtype=bool)) for name, goal in a.goals.items()},
        )

    def _sparse(self, rows: Sparse, kept: Bools) -> Sparse:
        owner = np.repeat(np.arange(len(rows.constant)), np.diff(rows.start))
        some = kept[owner] & self.columns[rows.column]
        lengths = np.bincount(owner[some], minlength=len(kept))[kept]
        start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        return Sparse(start, self._number[rows.column[some]], rows.value[some], rows.constant[kept])

    def sparse_row(self, row: Sparse) -> Sparse:
        """One linear expression over the columns of the part."""
        return self._sparse(row, np.ones(1, dtype=bool))

    def limits(self, found: Iterable[Limit]) -> list[Limit]:
        """The limits that the part has, in its places."""
        rows = np.cumsum(self.rows) - 1
        return [
            dataclasses.replace(
                limit,
                row=int(rows[limit.row]),
                short=int(self._number[limit.short]),
                base_column=-1 if limit.base_column < 0 else int(self._number[limit.base_column]),
                columns=self._number[limit.columns],
            )
            for limit in found
            if self.rows[limit.row]
        ]

    def small(self, whole: Floats, side: Bools) -> Floats:
        """Values of the whole's columns or rows, and what stands behind them, as those of the part."""
        return np.concatenate([whole[: len(side)][side], whole[len(side) :]])

    def large(self, part: Floats, side: Bools, others: Floats) -> Floats:
        """Values of the part's columns or rows as those of the whole, with ``others`` where it has none."""
        own = int(side.sum())
        found = others.copy()
        found[side] = part[:own]
        return np.concatenate([found, part[own:]])

    def point(self, point: Point) -> Point:
        """A point of the whole, whose other columns and rows hold no price, as one of the part."""
        small = self.small(point.x, self.columns), self.small(point.reduced_cost, self.columns)
        return Point(*small, self.small(point.dual, self.rows), point.objective, self.basis(point.basis))

    def whole_point(self, point: Point) -> Point:
        """A point of the part as one of the whole, other columns 0 and other rows without a price."""
        none, free = np.zeros(len(self.columns)), np.zeros(len(self.rows))
        large = self.large(point.x, self.columns, none), self.large(point.reduced_cost, self.columns, none)
        return Point(*large, self.large(point.dual, self.rows, free), point.objective, self.whole_basis(point.basis))

    def basis(self, basis: Basis) -> Basis:
        """A basis of the whole as one of the part: of what is left out the rows were basic and the columns not."""
        columns, rows = (np.array(list(map(int, s))) for s in (basis.status.col_status, basis.status.row_status))
        return _basis(self.small(columns, self.columns), self.small(rows, self.rows))

    def whole_basis(self, basis: Basis) -> Basis:
        """A basis of the part as one of the whole: rows that it lacks are basic, columns at their lower bound."""
        columns, rows = (np.array(list(map(int, s))) for s in (basis.status.col_status, basis.status.row_status))
        lower = np.full(len(self.columns), int(highspy.HighsBasisStatus.kLower))
        basic = np.full(len(self.rows), int(highspy.HighsBasisStatus.kBasic))
        return _basis(self.large(columns, self.columns, lower), self.large(rows, self.rows, basic))

    def whole_bases(self, bases: Mapping[str, Basis]) -> Iterator[tuple[str, Basis]]:
        """Those of some bases by name that are of the part and its goals alone, as ones of the whole."""
        size = int(self.columns.sum()), int(self.rows.sum()) + GOALS
        for name, basis in bases.items():
            if (basis.columns, basis.rows) == size:
                yield name, self.whole_basis(basis)

    def without_policy(self, found: WithoutPolicy) -> WithoutPolicy:
        """The whole's plan without policy as the part's."""
        return WithoutPolicy(self.point(found.point), self.small(found.x, self.columns), found.unserved)

    def whole_without_policy(self, found: WithoutPolicy) -> WithoutPolicy:
        """The part's plan without policy as the whole's."""
        x = self.large(found.x, self.columns, np.zeros(len(self.columns)))
        return WithoutPolicy(self.whole_point(found.point), x, found.unserved)

    def whole_outcome(self, found: Outcome, others: Floats) -> Outcome:
        """What was found of the part told of the whole; ``others``: values of the columns that it lacks."""
        a, none, free = self.whole, np.zeros(len(self.columns)), np.zeros(len(self.rows))
        held, places = found.held, np.flatnonzero(self.columns).astype(np.int32)
        return dataclasses.replace(
            found,
            x=self.large(found.x, self.columns, others),
            dual=self.large(found.dual, self.rows, free),
            reduced_cost=self.large(found.reduced_cost, self.columns, none),
            lower=self.large(found.lower, self.columns, a.lower),
            upper=self.large(found.upper, self.columns, a.upper),
            row_lower=self.large(found.row_lower, self.rows, a.row_lower),
            row_upper=self.large(found.row_upper, self.rows, a.row_upper),
            held=Sparse(held.start, places[held.column], held.value, held.constant),
        )


def _spans(spans: Mapping[str, Span], kept: Bools) -> dict[str, Span]:
    """Where components stand among what is kept."""
    found, first = {}, 0
    for name, span in spans.items():
        some = kept[span.places]
        index = span.index if some.all() else span.index.taken(np.flatnonzero(some))
        found[name] = Span(first, index)
        first += int(some.sum())
    return found


def _basis(columns: Any, rows: Any) -> Basis:
    status = highspy.HighsBasis()
    status.valid = True
    status.col_status = [highspy.HighsBasisStatus(int(s)) for s in columns]
    status.row_status = [highspy.HighsBasisStatus(int(s)) for s in rows]
    return Basis(status, len(columns), len(rows))
