"""The model's Sets and Params as arrays, read from what its components were declared with.

Read are Pyomo's ``_init_values``, ``_init_dimen``, ``_sets``
(Set), ``_rule`` and ``_default_val`` (Param), ``_rule_bounds`` and ``_rule_domain`` (Var), and ``_index_set``: another
minor version of Pyomo may call them otherwise (``tests/compiling`` notices).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.core import Param

from model.base.tables import Grouped, Ints, Table, Values, ranges
from model.compiling.codes import ONCE, Coded, Codes, Index
from model.compiling.expressions import Untemplatable

Places = npt.NDArray[np.int64]
MAPPING = "make it from a mapping of index to value, or of index to members"
MEMBERS = "make it from the list of its members, without filter and validate"


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

    def places(self, component: Any, columns: Sequence[Any]) -> Any:
        """Places of a component's indices given by columns of codes. Raises Untemplatable where there is none."""
        with _asked(component):
            return self.index(component).places(columns)

    def parts(self, component: Any, columns: Sequence[Any]) -> list[Any]:
        """The same as parts to be added up."""
        with _asked(component):
            return self.index(component).parts(columns)

    def members(self, component: Any) -> Coded:
        """The members of a Set."""
        if id(component) not in self._sets:
            given = _initializer(component)
            if not given.constant():
                raise Untemplatable(f"the Set {component.local_name} is not made from a list", MEMBERS)
            given = given(self.model, None)
            table = given if isinstance(given, Table) else Table.of(list(given), dimen(component))
            self._sets[id(component)] = Coded(self.codes, table, component.local_name)
        return self._sets[id(component)]

    def slices(self, component: Any) -> Slices:
        """The members of an indexed Set."""
        if id(component) not in self._slices:
            self._slices[id(component)] = self._read_slices(component)
        return self._slices[id(component)]

    def _read_slices(self, component: Any) -> Slices:
        index, size, given = self.index(component), dimen(component), _initializer(component)
        if not given.contains_indices() or not isinstance(given._dict, Mapping):
            raise Untemplatable(f"the Set {component.local_name} is not made from a mapping", MAPPING)
        found = given._dict
        if isinstance(found, Grouped):
            keys, lengths = found.keys_table, np.diff(found.start)
            columns = [self.codes.column(c) for c in found.members.columns]
        else:
            keys = Table.of(list(found), index.dimen)
            lengths = np.fromiter(map(len, found.values()), np.int64, len(found))
            columns = self._joined(list(found.values()), size)
        places = self.places(component, [self.codes.column(c) for c in keys.columns])
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
            raise Untemplatable(f"the Param {component.local_name} is not made from a mapping", MAPPING)
        if isinstance(rule._dict, Values) and self._same(index, rule._dict.tables):
            return rule._dict.array.ravel()
        if len(rule._dict):
            keys = Table.of(list(rule._dict), index.dimen)
            places = self.places(component, [self.codes.column(c) for c in keys.columns])
            values[places] = np.fromiter(rule._dict.values(), float, len(rule._dict))
        return values

    @staticmethod
    def _same(index: Index, tables: tuple[Table, ...]) -> bool:
        return len(index.factors) == len(tables) and all(
            f.table is t for f, t in zip(index.factors, tables, strict=True)
        )


@contextmanager
def _asked(component: Any) -> Iterator[None]:
    """An index that isn't there is named with the component that was asked."""
    try:
        yield
    except KeyError as error:
        what = f"{component.local_name} has no index {error.args[0]}"
        raise Untemplatable(what, "add the index to the Set, or take it out of what asks for it") from None


def dimen(component: Any) -> int:
    """Dimension of a Set; one where it doesn't say."""
    said = component._init_dimen.val if component._init_dimen.constant() else None
    return said if isinstance(said, int) else 1


def _flat(factors: Sequence[Any]) -> list[Any]:
    return [x for f in factors for x in (_flat(f._sets) if getattr(f, "_sets", None) else [f])]


def _initializer(component: Any) -> Any:
    """What a Set is made from."""
    values = getattr(component, "_init_values", None)
    if values is None or component._filter is not None or component._validate is not None:
        raise Untemplatable(f"{component.local_name} is no Set made from its members alone", MEMBERS)
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
        raise Untemplatable(f"the Set {component.local_name} lists a member twice", ONCE)
