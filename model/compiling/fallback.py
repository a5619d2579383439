"""Single components expanded index by index, for rules that can't be called with templates."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from model.compiling.arrays import Floats, Index, Sparse
from model.compiling.expanded import Walker, bounded, columns_of, index_of


class Expansion:
    """The same model, constructed by Pyomo when it is first asked for."""

    def __init__(self, declared: Any) -> None:
        self.declared = declared

    @cached_property
    def _full(self) -> Any:
        return self.declared.create_instance()

    @cached_property
    def _columns(self) -> tuple[dict[int, int], Floats, Floats]:
        _, places, lower, upper = columns_of(self._full)
        return places, lower, upper

    def bounds(self, columns: slice) -> tuple[Floats, Floats]:
        """Bounds of some columns."""
        _, lower, upper = self._columns
        return lower[columns], upper[columns]

    def expressions(self, name: str) -> Sparse:
        """The rows of an Expression."""
        walker = Walker(self._columns[0])
        for expression in getattr(self._full, name).values():
            walker.add(expression.expr)
        return walker.take()

    def constraints(self, name: str) -> tuple[Sparse, Floats, Floats, list[Index]]:
        """The rows of a Constraint, their bounds and their indices: a rule may skip some."""
        walker, component = Walker(self._columns[0]), getattr(self._full, name)
        bounds = np.array(list(bounded(component, walker))).reshape(-1, 2)
        return walker.take(), bounds[:, 0], bounds[:, 1], index_of(component)
