"""Indices as codes: one integer stands for each label in the whole model, and leads back to the places of a Set."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from model.base.tables import Column, Ints, Table
from model.compiling.expressions import Untemplatable

ONCE = "list every member once"
MOST_CELLS = 20_000_000
"""A table of places by code has at most so many cells; beyond, places are searched."""


class Codes:
    """One code for each label."""

    def __init__(self) -> None:
        self.of: dict[Any, int] = {}
        self.labels: list[Any] = []
        self._seen: dict[int, tuple[Any, Ints]] = {}

    def add(self, labels: Sequence[Any]) -> Ints:
        """The codes of some labels, new ones included."""
        of, known = self.of, self.labels
        codes = np.empty(len(labels), np.int32)
        for i, label in enumerate(labels):
            code = of.get(label)
            if code is None:
                code = of[label] = len(known)
                known.append(label)
            codes[i] = code
        return codes

    def column(self, column: Column) -> Ints:
        """A column in the model's codes."""
        seen = self._seen.get(id(column.labels))
        if seen is None:
            seen = self._seen[id(column.labels)] = column.labels, self.add(column.labels)
        return seen[1][column.codes]


class Coded:
    """The indices of one Set as columns of codes, and the way back from codes to places."""

    def __init__(self, codes: Codes, table: Table, name: str) -> None:
        self.codes = codes
        self.name = name
        self.table = table
        self.columns = [codes.column(c) for c in table.columns]
        self.dimen = len(self.columns)
        self.size = len(table)

    @cached_property
    def _back(self) -> tuple[list[Ints], list[Any], Any, Ints | None]:
        """By column the local code of each code and how many there are; the place of each key, in a table or sorted.

        A key is made of local codes; its numbers have 32 bits where that is enough.
        """
        local, sizes = [], []
        key = np.zeros(self.size, np.int64)
        for column in self.columns:
            there = np.zeros(len(self.codes.labels), bool)
            there[column] = True
            of = np.where(there, np.cumsum(there, dtype=np.int32) - 1, -1).astype(np.int32)
            local.append(of)
            sizes.append(int(there.sum()))
            key = key * sizes[-1] + of[column]
        cells = prod(sizes)
        numbers = [(np.int32 if cells < 2**31 else np.int64)(size) for size in sizes]
        if cells <= max(MOST_CELLS, 4 * self.size):
            places = np.arange(self.size, dtype=np.int32)
            table = np.full(cells, -1, np.int32)
            table[key] = places
            self._distinct((table[key] == places).all())
            return local, numbers, table, None
        order = np.argsort(key, kind="stable").astype(np.int32)
        ordered: Any = key[order]
        self._distinct((ordered[1:] != ordered[:-1]).all())
        return local, numbers, ordered, order

    def _distinct(self, true: Any) -> None:
        if not true:
            raise Untemplatable(f"the Set {self.name} lists a member twice", ONCE)

    def check(self) -> None:
        """Raise Untemplatable where an index is listed twice."""
        _ = self._back

    def places(self, columns: Sequence[Any]) -> Any:
        """Places of indices given by broadcastable columns of codes. Raises KeyError where there is none."""
        if any(column.size == 0 for column in columns):
            return np.zeros(np.broadcast_shapes(*(column.shape for column in columns)), np.int32)
        local, sizes, table, order = self._back
        key: Any = 0
        for column, of, size in zip(columns, local, sizes, strict=True):
            if column.max() >= len(of):
                raise KeyError(self._missing(columns))
            here = of[column]
            if here.min() < 0:
                raise KeyError(self._missing(columns))
            key = key * size + here
        if order is None:
            found = table[key]
        else:
            at = np.minimum(np.searchsorted(table, key), len(table) - 1)
            found = np.where(table[at] == key, order[at], -1)
        if found.min() < 0:
            raise KeyError(self._missing(columns))
        return found

    def _missing(self, columns: Sequence[Any]) -> str:
        """The first of some indices that is not there, as text."""
        known = set(zip(*(column.tolist() for column in self.columns), strict=True))
        asked = zip(*(column.ravel().tolist() for column in np.broadcast_arrays(*columns)), strict=True)
        index = next(codes for codes in asked if codes not in known)
        return f"{', '.join(repr(self.codes.labels[code]) for code in index)} (not in the Set {self.name})"


class Index:
    """The index of a component: a product of coded Sets, in Pyomo's order (the last runs fastest)."""

    def __init__(self, factors: Sequence[Coded]) -> None:
        self.factors = tuple(factors)
        self.shape = tuple(f.size for f in factors)
        self.size = prod(self.shape)
        self.dimen = sum(f.dimen for f in factors)
        self.strides = [prod(self.shape[i + 1 :]) for i in range(len(self.shape))]

    def check(self) -> None:
        """Raise Untemplatable where a Set lists an index twice: Pyomo takes it once."""
        for factor in self.factors:
            factor.check()

    def parts(self, columns: Sequence[Any]) -> list[Any]:
        """Places of indices as parts to be added up, each as small as what it depends on."""
        parts, first = [], 0
        for factor, stride in zip(self.factors, self.strides, strict=True):
            places = factor.places(columns[first : first + factor.dimen])
            parts.append(places if stride == 1 else places * np.int32(stride))
            first += factor.dimen
        if first != len(columns):
            raise KeyError(f"of {len(columns)} parts where {first} are declared")
        return parts

    def places(self, columns: Sequence[Any]) -> Any:
        """Places of indices."""
        parts = self.parts(columns)
        return sum(parts[1:], parts[0]) if parts else np.zeros((), np.int32)
