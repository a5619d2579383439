"""A linear programme as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.compiling.indices import Indices

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Index = tuple[Any, ...]


@dataclass(frozen=True)
class Sparse:
    """Linear expressions as rows: ``start`` (rows + 1), ``column`` and ``value`` by nonzero, and a constant each."""

    start: Ints
    column: Ints
    value: Floats
    constant: Floats

    def times(self, x: Floats) -> Floats:
        """The rows' values at ``x``."""
        products = np.append(self.value * x[self.column], 0.0)
        sums = np.add.reduceat(products, np.minimum(self.start[:-1], len(self.value))) if len(self.start) > 1 else x[:0]
        return np.where(np.diff(self.start) > 0, sums, 0.0) + self.constant

    def row(self, place: int, factor: float = 1.0) -> Sparse:
        """One row by itself, times a factor, without its constant."""
        span = slice(*self.start[place : place + 2])
        return sparse_row(self.column[span], factor * self.value[span])

    def transposed_times(self, y: Floats, columns: int) -> Floats:
        """Sum of the rows weighted by ``y``, constants apart, by column."""
        weights = np.repeat(y, np.diff(self.start))
        weights *= self.value
        return np.bincount(self.column, weights, columns).astype(float, copy=False)


def sparse_row(columns: Ints, values: Floats, constant: float = 0.0) -> Sparse:
    """One linear expression."""
    return Sparse(np.array([0, len(columns)], dtype=np.int32), columns, values, np.array([constant]))


def stacked(blocks: Iterable[Sparse]) -> Sparse:
    """Rows below one another."""
    found = list(blocks)
    lengths = np.concatenate([np.diff(block.start) for block in found])
    return Sparse(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        np.concatenate([block.column for block in found]),
        np.concatenate([block.value for block in found]),
        np.concatenate([block.constant for block in found]),
    )


@dataclass(frozen=True)
class Span:
    """Where the columns (or rows) of a component stand, and their indices in order."""

    first: int
    index: Indices

    @property
    def stop(self) -> int:
        """One past the last place."""
        return self.first + len(self.index)

    @property
    def places(self) -> slice:
        """The places as a slice."""
        return slice(self.first, self.stop)

    @property
    def factors(self) -> list[list[Index]]:
        """Lists of parts whose product the indices are, the last running fastest."""
        return self.index.factors or [[()]]

    def at(self, places: Ints) -> list[Index]:
        """The indices of some places, counted from ``first``; quicker than all of them."""
        return self.index.at(places)


@dataclass(frozen=True)
class LinearProgram:
    """``min cost @ x + constant`` with ``row_lower <= A x <= row_upper`` and ``lower <= x <= upper``.

    ``ledger`` holds one row for each cost term and index of it, unweighted, rows without anything left out;
    ``ledger_index`` names them (term, *index). ``goals`` are further measures of a plan by name, one row each.
    """

    columns: dict[str, Span]
    rows: dict[str, Span]
    matrix: Sparse
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    constant: float
    ledger: Sparse
    ledger_index: list[Any]
    goals: dict[str, Sparse]

    def places(self, kind: str, name: str) -> dict[Index, int]:
        """Places of a component's columns (``kind="column"``) or rows (``kind="row"``) by index."""
        span = (self.columns if kind == "column" else self.rows)[name]
        return dict(zip(span.index, range(span.first, span.stop), strict=True))

    def names(self) -> Iterator[str]:
        """The columns' names, such as ``x[a,2033]``."""
        for name, span in self.columns.items():
            for index in span.index:
                yield f"{name}[{','.join(map(str, index))}]"
