"""Index tables: many indices as arrays of codes, which Pyomo sees as ordinary sequences and mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Labels = Sequence[Any]


class Table(Sequence[Any]):
    """Indices as columns: each column's labels, and for each index the place of its label among them.

    >>> table = Table.of([("a", "x"), ("b", "x")], 2)
    >>> table[1], table.columns[1].labels, table.columns[1].codes.tolist()
    (('b', 'x'), ['x'], [0, 0])
    """

    __slots__ = ("__dict__", "columns", "size")

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.size = len(self.columns[0].codes)

    @classmethod
    def of(cls, rows: Sequence[Any], dimen: int) -> Table:
        """The table of a sequence of tuples, or of scalars where there is one dimension."""
        split = [rows] if dimen == 1 else list(zip(*rows, strict=True)) or [()] * dimen
        if len(split) != dimen:
            raise ValueError(f"indices of {len(split)} parts where {dimen} are declared: {rows[0]!r}")
        return cls([Column.of(part) for part in split])

    def take(self, rows: Any) -> Table:
        """Some of the indices, by place or by mask."""
        return Table([Column(c.labels, c.codes[rows]) for c in self.columns])

    def only(self, *columns: int) -> Table:
        """Some of the columns."""
        return Table([self.columns[c] for c in columns])

    def codes(self, column: int) -> Ints:
        """The codes of a column."""
        return self.columns[column].codes

    def beside(self, other: Table) -> Table:
        """The columns of two tables of one length."""
        return Table([*self.columns, *other.columns])

    def times(self, other: Table) -> Table:
        """Every index of this table with every one of another, the other's running fastest."""
        n, m = len(self), len(other)
        return self.take(np.repeat(np.arange(n), m)).beside(other.take(np.tile(np.arange(m), n)))

    @cached_property
    def rows(self) -> list[Any]:
        """The indices as Python knows them."""
        parts = [[c.labels[i] for i in c.codes.tolist()] for c in self.columns]
        return parts[0] if len(parts) == 1 else list(zip(*parts, strict=True))

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, place: Any) -> Any:
        return self.rows[place]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.rows)


@dataclass(frozen=True)
class Column:
    """Codes of labels."""

    labels: Labels
    codes: Ints

    @classmethod
    def of(cls, values: Sequence[Any]) -> Column:
        """The column of some values."""
        known: dict[Any, int] = {}
        codes = np.fromiter((known.setdefault(v, len(known)) for v in values), np.int32, len(values))
        return cls(list(known), codes)


@dataclass(frozen=True, eq=False)
class Grouped(Mapping[Any, Any]):
    """Members for each key, as an indexed Set is initialised: those of key ``i`` are ``start[i]:start[i + 1]``."""

    keys_table: Table
    start: npt.NDArray[np.int64]
    members: Table

    @classmethod
    def by(cls, keys_table: Table, owner: Any, members: Table) -> Grouped:
        """Members by the place of their key, otherwise in the order in which they come."""
        start = np.zeros(len(keys_table) + 1, np.int64)
        np.cumsum(np.bincount(owner, minlength=len(keys_table)), out=start[1:])
        return cls(keys_table, start, members.take(np.argsort(owner, kind="stable")))

    @cached_property
    def owner(self) -> Any:
        """The place of each member's key."""
        return np.repeat(np.arange(len(self.keys_table)), np.diff(self.start))

    def where(self, kept: Any) -> Grouped:
        """Some of the members, by mask."""
        return Grouped.by(self.keys_table, self.owner[kept], self.members.take(kept))

    def of(self, places: Any) -> tuple[Any, Any]:
        """The members of some keys: for each the number of its key among ``places``, and its own place."""
        first = self.start[places]
        lengths = self.start[np.asarray(places) + 1] - first
        return np.repeat(np.arange(len(lengths)), lengths), ranges(first, lengths)

    @cached_property
    def _dict(self) -> dict[Any, list[Any]]:
        rows, ends = self.members.rows, self.start.tolist()
        return {key: rows[a:b] for key, a, b in zip(self.keys_table, ends, ends[1:], strict=False)}

    def __getitem__(self, key: Any) -> list[Any]:
        return self._dict[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.keys_table)

    def __len__(self) -> int:
        return len(self.keys_table)


@dataclass(frozen=True, eq=False)
class Values(Mapping[Any, Any]):
    """A number for each index of a product of tables, as a Param is initialised."""

    tables: tuple[Table, ...]
    array: Floats = field(repr=False)

    @cached_property
    def _dict(self) -> dict[Any, float]:
        keys: Any = self.tables[0]
        if len(self.tables) > 1:
            parts = product(*([r if isinstance(r, tuple) else (r,) for r in t] for t in self.tables))
            keys = (tuple(x for part in key for x in part) for key in parts)
        return dict(zip(keys, self.array.ravel().tolist(), strict=True))

    def __getitem__(self, key: Any) -> float:
        return self._dict[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._dict)

    def __len__(self) -> int:
        return self.array.size


def ranges(first: Any, lengths: Any) -> Any:
    """The numbers of some ranges, one range after the other.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(first - before, lengths)


def distinct(table: Table) -> Table:
    """The indices of a table without repetition, in the order in which they first come."""
    _, first = np.unique(np.stack([c.codes for c in table.columns]), axis=1, return_index=True)
    return table.take(np.sort(first))


def match(table: Table, among: Table) -> Any:
    """The place of each index of a table among those of another."""
    places = {index: i for i, index in enumerate(among)}
    return np.fromiter((places[index] for index in table), np.int64, len(table))
