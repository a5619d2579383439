"""Terms put into rows: every nonzero's place is computed, so nothing is sorted but where a column may come twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.compiling.arrays import Floats, Ints, Sparse
from model.compiling.evaluate import Rows, Term
from model.compiling.frames import Frame, along
from model.compiling.indices import Indices

Entries = tuple[Any, Ints, Floats]
"""Number of nonzeros by row, columns and values in the order of the rows."""


def assembled(blocks: Sequence[Rows], columns: int) -> Sparse:
    """Linear expressions below one another, no zeros, no column twice in a row.

    The blocks' terms are taken away, so that memory is freed on the way.
    """
    parts = [_Part(block, columns) for block in blocks]
    start = np.zeros(sum(block.size for block in blocks) + 1, np.int64)
    start[1:] = np.concatenate([part.counts for part in parts]) if parts else 0
    np.cumsum(start, out=start)
    column, value = np.empty(start[-1], np.int32), np.empty(start[-1])
    first = 0
    for part in parts:
        part.fill(start[first : first + len(part.counts)], column, value)
        first += len(part.counts)
    constant = np.concatenate([block.constant for block in blocks]) if blocks else np.zeros(0)
    return Sparse(start.astype(np.int32), column, value, constant + 0.0)


class _Part:
    """The nonzeros of one block: still as terms where they can go straight to their places."""

    def __init__(self, block: Rows, columns: int) -> None:
        self.shape = block.index.shape
        self.terms, block.terms = block.terms, []
        self.by_term = [_counts(term.frame, self.shape) for term in self.terms]
        self.counts = sum(self.by_term, np.zeros(block.size, np.int64))
        self.found: Entries | None = None
        twice = _twice(self.terms, self.shape, columns)
        if twice or any((np.asarray(term.coefficient) == 0).any() for term in self.terms):
            start = np.cumsum(self.counts) - self.counts
            column, value = np.empty(int(self.counts.sum()), np.int32), np.empty(int(self.counts.sum()))
            self.fill(start, column, value)
            self.found = _tidied(self.counts, column, value, columns if twice else 0)
            self.counts = self.found[0]
            self.terms, self.by_term = [], []

    def fill(self, start: Any, column: Ints, value: Floats) -> None:
        """Write the nonzeros to their rows, which begin at ``start``."""
        if self.found is not None:
            if len(start):
                span = slice(int(start[0]), int(start[0]) + len(self.found[1]))
                column[span], value[span] = self.found[1], self.found[2]
            return
        begin = start
        for i, term in enumerate(self.terms):
            _write(term, begin, self.shape, column, value)
            if i + 1 < len(self.terms):
                begin = begin + self.by_term[i]
        self.terms = []


def _write(term: Term, begin: Any, shape: tuple[int, ...], column: Ints, value: Floats) -> None:
    frame = term.frame
    if 0 in frame.shape:
        return
    place = frame.spread(begin.reshape(shape))
    offset = _within(frame)
    place = np.broadcast_to(place if offset is None else place + offset, frame.shape)
    column[place] = _total(term.columns)
    value[place] = term.coefficient


def _total(parts: Sequence[Any]) -> Any:
    """The sum of parts, the small ones first."""
    ordered = sorted(parts, key=np.size)
    total = ordered[0]
    for part in ordered[1:]:
        total = total + part
    return total


def _axis(frame: Frame, axis: int) -> tuple[Any, Any]:
    """On an axis: how many elements each place of its factors has, and each element's number among them."""
    at, length = frame.at[axis], frame.shape[axis]
    if not frame.root[axis]:
        return np.array([length]), np.arange(length)
    size = frame.factor_size(axis)
    if at is None:
        return np.ones(size, np.int64), np.zeros(length, np.int64)
    counts = np.bincount(at, minlength=size)
    first = np.cumsum(counts) - counts
    if length > 1 and (at[1:] < at[:-1]).any():
        order = np.argsort(at, kind="stable")
        number = np.empty(length, np.int64)
        number[order] = np.arange(length) - first[at[order]]
        return counts, number
    return counts, np.arange(length) - first[at]


def _counts(frame: Frame, shape: tuple[int, ...]) -> Any:
    """Number of elements of the frame in each row."""
    counts: Any = np.ones((1,) * len(shape), np.int64)
    for axis, factors in enumerate(frame.root):
        here, _ = _axis(frame, axis)
        if not factors:
            counts = counts * here[0]
            continue
        order = np.argsort(factors)
        here = here.reshape([frame.base_shape[f] for f in factors]).transpose(order)
        counts = counts * here.reshape([n if f in factors else 1 for f, n in enumerate(shape)])
    return np.broadcast_to(counts, shape).reshape(-1)


def _within(frame: Frame) -> Any:
    """Each element's number among those of its row; None where every row has one."""
    offset: Any = None
    times: Any = 1
    for axis in reversed(range(len(frame.shape))):
        if frame.at[axis] is None and frame.root[axis]:
            continue
        counts, number = _axis(frame, axis)
        lying = along(number, axis, len(frame.shape))
        offset = lying * times if offset is None else lying * times + offset
        each = counts[frame.at[axis]] if frame.root[axis] else np.full(frame.shape[axis], counts[0])
        times = along(each, axis, len(frame.shape)) * times
    return offset


def _twice(terms: Sequence[Term], shape: tuple[int, ...], columns: int) -> bool:
    """Whether a column comes twice in a row. Only terms of a variable that may do so are looked at."""
    names = [term.variable for term in terms]
    suspects = [term for term in terms if names.count(term.variable) > 1 or not term.once]
    if not suspects:
        return False
    keys = [term.frame.rows(shape) * columns + _total(term.columns) for term in suspects]
    key = np.concatenate([np.broadcast_to(k, t.frame.shape).ravel() for k, t in zip(keys, suspects, strict=True)])
    key.sort()
    return bool((key[1:] == key[:-1]).any())


def _tidied(counts: Any, column: Ints, value: Floats, columns: int) -> Entries:
    """Without zeros, and (``columns`` > 0) with the values of a column that comes twice in a row added up."""
    row = np.repeat(np.arange(len(counts)), counts)
    if columns:
        key = row * columns + column
        ordered: Any = np.sort(key)
        if (ordered[1:] == ordered[:-1]).any():
            order = np.argsort(key, kind="stable")
            ordered = key[order]
            begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
            row, column = row[order][begins], column[order][begins]
            value = np.add.reduceat(value[order], begins)
    keep = value != 0
    if not keep.all():
        row, column, value = row[keep], column[keep], value[keep]
    return np.bincount(row, minlength=len(counts)), column, value


@dataclass(frozen=True)
class Sided:
    """Rows of a Constraint: ``left - right`` in one block, and their bounds."""

    rows: Rows
    lower: Floats
    upper: Floats
    index: Indices


def sided(sense: str, left: Rows, right: Rows) -> Sided:
    """``left <= right`` (or ``==``) as rows.

    Variables go to the left, unless a row has none there: then, as Pyomo has it, the right is the row and the left its
    lower bound (or value).
    """
    swap = ~_has_variables(left) & _has_variables(right)
    constant = right.constant - left.constant
    sign = np.where(swap, -1.0, 1.0).reshape(left.index.shape)
    rows = Rows(left.index, [*left.terms], np.zeros(left.size))
    for term in right.terms:
        by = -1.0 * term.coefficient
        if swap.any():
            by = by * term.frame.spread(sign)
        rows.terms.append(Term(term.frame, term.columns, by, term.variable, term.once))
    if sense == "==":
        value = np.where(swap, -constant, constant) + 0.0
        return Sided(rows, value, value, Indices(rows.index))
    lower, upper = np.where(swap, -constant, -np.inf), np.where(swap, np.inf, constant)
    return Sided(rows, lower + 0.0, upper + 0.0, Indices(rows.index))


def _has_variables(rows: Rows) -> Any:
    """Which rows have a variable, be it with a coefficient of 0."""
    found = np.zeros(rows.size, bool)
    for term in rows.terms:
        found |= _counts(term.frame, rows.index.shape) > 0
    return found
