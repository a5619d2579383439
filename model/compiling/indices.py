"""The indices of a component, as tuples only where somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from model.base.tables import Column, Table
from model.compiling.codes import Index


class Indices(Sequence[tuple[Any, ...]]):
    """The indices of a component, in order: the product of its factors' rows, the last factor's running fastest."""

    def __init__(self, index: Index) -> None:
        self._shape = index.shape
        self._size = index.size
        self._tables = [factor.table for factor in index.factors]

    @cached_property
    def factors(self) -> list[list[tuple[Any, ...]]]:
        """By factor its rows."""
        return [_tuples([table]) for table in self._tables]

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        if len(self.factors) == 1:
            return self.factors[0]
        return [tuple(x for part in key for x in part) for key in product(*self.factors)]

    def taken(self, places: Any) -> Indices:
        """The indices of some places, as those of a component."""
        split = np.unravel_index(places, self._shape)
        parts = [table.take(rows) for table, rows in zip(self._tables, split, strict=True)]
        found = copy(self)
        found.__dict__.clear()
        found._tables = [Table([column for part in parts for column in part.columns])]
        found._shape, found._size = (len(places),), len(places)
        return found

    def labels(self, part: int) -> Column:
        """One part of every index of a component that is indexed by a single Set, as a column."""
        (table,) = self._tables
        return table.columns[part]

    def at(self, places: Any) -> list[tuple[Any, ...]]:
        """The indices of some places (an array), without making the others."""
        if "_rows" in self.__dict__ or not self._tables:
            return [self._rows[place] for place in places.tolist()]
        split = np.unravel_index(places, self._shape)
        return _tuples(table.take(rows) for table, rows in zip(self._tables, split, strict=True))

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: Any) -> Any:
        return self._rows[place]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._rows)


def _tuples(tables: Iterable[Table]) -> list[tuple[Any, ...]]:
    """The rows of tables of one length beside one another."""
    columns = [column for table in tables for column in table.columns]
    return list(zip(*[[c.labels[i] for i in c.codes.tolist()] for c in columns], strict=True))
