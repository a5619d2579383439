"""The indices of a component, as tuples only when somebody asks for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from typing import Any

from model.compiling.sets import Index


class Indices(Sequence[tuple[Any, ...]]):
    """The indices of a component, in order."""

    def __init__(self, index: Index) -> None:
        self._size = index.size
        self._tables = [factor.table for factor in index.factors]

    @cached_property
    def _rows(self) -> list[tuple[Any, ...]]:
        parts = [
            list(zip(*[[c.labels[i] for i in c.codes.tolist()] for c in t.columns], strict=True)) for t in self._tables
        ]
        if len(parts) == 1:
            return parts[0]
        return [tuple(x for part in key for x in part) for key in product(*parts)]

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: Any) -> Any:
        return self._rows[place]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._rows)
