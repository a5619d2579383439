"""The model's Sets and Params as arrays, read from what its components were declared with.

One integer code stands for each label in the whole model. Read are Pyomo's ``_init_values``, ``_init_dimen``, ``_sets``
(Set), ``_rule`` and ``_default_val`` (Param), ``_rule_bounds`` and ``_rule_domain`` (Var), and ``_index_set``: another
minor version of Pyomo may call them otherwise (``tests/compiling`` notices).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.core import Param

from model.base.tables import Column, Grouped, Ints, Table, Values, ranges
from model.compiling.symbols import Untemplatable, dimen

Places = npt.NDArray[np.int64]
MISSING = "an index that its Set doesn't have"
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

    def __init__(self, codes: Codes, table: Table) -> None:
        self.codes = codes
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

    @staticmethod
    def _distinct(true: Any) -> None:
        if not true:
            raise Untemplatable("a Set that lists an index twice")

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
                raise KeyError(MISSING)
            here = of[column]
            if here.min() < 0:
                raise KeyError(MISSING)
            key = key * size + here
        if order is None:
            found = table[key]
        else:
            at = np.minimum(np.searchsorted(table, key), len(table) - 1)
            found = np.where(table[at] == key, order[at], -1)
        if found.min() < 0:
            raise KeyError(MISSING)
        return found


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
            raise KeyError(f"an index of {len(columns)} parts where {first} are declared")
        return parts

    def places(self, columns: Sequence[Any]) -> Any:
        """Places of indices."""
        parts = self.parts(columns)
        return sum(parts[1:], parts[0]) if parts else np.zeros((), np.int32)


class Slices:
    """The members of an indexed Set: those of place ``i`` of its index are ``start[i]:start[i + 1]``."""

    def __init__(self, index: Index, start: Places, columns: list[Ints]) -> None:
        self.index, self.start, self.columns = index, start, columns


class Data:
    """Sets and Params of a model, each read once."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.codes = Codes()
        self._sets: dict[int, Coded] = {}
        self._slices: dict[int, Slices] = {}
        self._indices: dict[int, Index] = {}
        self._params: dict[int, Any] = {}

    def index(self, component: Any) -> Index:
        """The index of a component."""
        if not component.is_indexed():
            return Index(())
        over = component._index_set
        if id(over) not in self._indices:
            factors = getattr(over, "_sets", None) or (over,)
            self._indices[id(over)] = Index([self.members(f) for f in _flat(factors)])
        return self._indices[id(over)]

    def members(self, component: Any) -> Coded:
        """The members of a Set."""
        if id(component) not in self._sets:
            given = _initializer(component)
            if not given.constant():
                raise Untemplatable(f"the Set {component.local_name} is not made from a list")
            given = given(self.model, None)
            table = given if isinstance(given, Table) else Table.of(list(given), dimen(component))
            self._sets[id(component)] = Coded(self.codes, table)
        return self._sets[id(component)]

    def slices(self, component: Any) -> Slices:
        """The members of an indexed Set."""
        if id(component) not in self._slices:
            self._slices[id(component)] = self._read_slices(component)
        return self._slices[id(component)]

    def _read_slices(self, component: Any) -> Slices:
        index, size, given = self.index(component), dimen(component), _initializer(component)
        if not given.contains_indices() or not isinstance(given._dict, Mapping):
            raise Untemplatable(f"the Set {component.local_name} is not made from a mapping")
        found = given._dict
        if isinstance(found, Grouped):
            keys, lengths = found.keys_table, np.diff(found.start)
            columns = [self.codes.column(c) for c in found.members.columns]
        else:
            keys = Table.of(list(found), index.dimen)
            lengths = np.fromiter(map(len, found.values()), np.int64, len(found))
            columns = self._joined(list(found.values()), size)
        places = index.places([self.codes.column(c) for c in keys.columns])
        start = np.zeros(index.size + 1, np.int64)
        start[1:][places] = lengths
        np.cumsum(start, out=start)
        if len(places) > 1 and (np.diff(places) < 0).any():
            order = np.argsort(places, kind="stable")
            ends = np.cumsum(lengths)
            moved = ranges((ends - lengths)[order], lengths[order])
            columns = [c[moved] for c in columns]
        _distinct_in_slices(start, columns, component)
        return Slices(index, start, columns)

    def _joined(self, found: list[Any], size: int) -> list[Ints]:
        """Members below one another, as columns of codes."""
        if found and all(isinstance(some, Table) for some in found):
            return [np.concatenate([self.codes.column(some.columns[c]) for some in found]) for c in range(size)]
        table = Table.of([x for some in found for x in some], size)
        return [self.codes.column(c) for c in table.columns]

    def values(self, component: Any) -> Any:
        """A Param's values by place; NaN where it has none."""
        if id(component) not in self._params:
            self._params[id(component)] = self._read_values(component)
        return self._params[id(component)]

    def _read_values(self, component: Any) -> Any:
        index, rule = self.index(component), component._rule
        default = component._default_val
        default = np.nan if default is Param.NoValue else default
        if rule is not None and rule.constant():
            return np.full(index.size, rule(self.model, None), float)
        values = np.full(index.size, default, float)
        if rule is None:
            return values
        if not rule.contains_indices() or not isinstance(rule._dict, Mapping):
            raise Untemplatable(f"the Param {component.local_name} is not made from a mapping")
        if isinstance(rule._dict, Values) and self._same(index, rule._dict.tables):
            return rule._dict.array.ravel()
        if len(rule._dict):
            keys = Table.of(list(rule._dict), index.dimen)
            places = index.places([self.codes.column(c) for c in keys.columns])
            values[places] = np.fromiter(rule._dict.values(), float, len(rule._dict))
        return values

    @staticmethod
    def _same(index: Index, tables: tuple[Table, ...]) -> bool:
        return len(index.factors) == len(tables) and all(
            f.table is t for f, t in zip(index.factors, tables, strict=True)
        )


def _flat(factors: Sequence[Any]) -> list[Any]:
    return [x for f in factors for x in (_flat(f._sets) if getattr(f, "_sets", None) else [f])]


def _initializer(component: Any) -> Any:
    """What a Set is made from."""
    values = getattr(component, "_init_values", None)
    if values is None or component._filter is not None or component._validate is not None:
        raise Untemplatable(f"{component.local_name} is no Set made from its members alone")
    return values._init


def _distinct_in_slices(start: Places, columns: list[Ints], component: Any) -> None:
    key: Any = np.repeat(np.arange(len(start) - 1), np.diff(start))
    if not len(key):
        return
    cells = prod((len(start), *(int(column.max()) + 1 for column in columns)))
    if cells < 2**62:
        for column in columns:
            key = key * (int(column.max()) + 1) + column
        key.sort()
        twice = key[1:] == key[:-1]
    else:
        rows: Any = np.stack([*columns, key])
        rows = rows[:, np.lexsort(rows)]
        twice = (rows[:, 1:] == rows[:, :-1]).all(axis=0)
    if twice.any():
        raise Untemplatable(f"the Set {component.local_name} lists a member twice")
