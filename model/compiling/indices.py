"""The indices of a component, as tuples only where somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from model.compiling.sets import Index
from model.compiling.tables import Table


class Indices(Sequence[tuple[Any, ...]]):
    """The indices of a component, in order: the product of its factors' rows, the last factor's running fastest."""

    def __init__(self, index: Index) -> None:
        self._shape = index.shape
        self._size = index.size
        self._tables = [factor.table for factor in index.factors]

    @cached_property
    def factors(self) -> list[list[tuple[Any, ...]]]:
        """By factor its rows."""
        return [_rows(table) for table in self._tables]

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        if len(self.factors) == 1:
            return self.factors[0]
        return [tuple(x for part in key for x in part) for key in product(*self.factors)]

    def at(self, places: Any) -> list[tuple[Any, ...]]:
        """The indices of some places (an array), without making the others."""
        if "_rows" in self.__dict__ or not self._tables:
            return [self._rows[place] for place in places.tolist()]
        split = np.unravel_index(places, self._shape)
        parts = [_rows(table.take(rows)) for table, rows in zip(self._tables, split, strict=True)]
        return parts[0] if len(parts) == 1 else [sum(key, ()) for key in zip(*parts, strict=True)]

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: Any) -> Any:
        return self._rows[place]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._rows)


def _rows(table: Table) -> list[tuple[Any, ...]]:
    """The rows of a table, as tuples even where they have one part."""
    return list(zip(*[[c.labels[i] for i in c.codes.tolist()] for c in table.columns], strict=True))
