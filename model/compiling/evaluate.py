"""A rule's expression evaluated over its component's whole index: linear terms and a constant for each row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pyomo.core import Param

from model.base.tables import Floats
from model.compiling.codes import Index
from model.compiling.expressions import (
    DATA,
    LINEAR,
    Item,
    Members,
    Node,
    Over,
    Plus,
    Sum,
    Template,
    Times,
    Untemplatable,
    variable,
)
from model.compiling.frames import Frame
from model.compiling.sets import Data


@dataclass(frozen=True, eq=False)
class Term:
    """One term of every row: a coefficient and a column wherever the frame has an element.

    ``columns`` are parts to be added up; ``once`` says that no column can come twice in a row.
    """

    frame: Frame
    columns: list[Any]
    coefficient: Any
    variable: str
    once: bool


@dataclass(eq=False)
class Rows:
    """Linear expressions, one for each place of an index, as terms and a constant each."""

    index: Index
    terms: list[Term] = field(default_factory=list)
    constant: Floats = field(default_factory=lambda: np.zeros(0))

    @property
    def size(self) -> int:
        """Number of rows."""
        return self.index.size


class Evaluator:
    """Evaluates expressions; ``first`` is the place of each Var's first column."""

    def __init__(self, data: Data, first: dict[str, int]) -> None:
        self.data, self.first = data, first

    def rows(self, expression: Any, index: Index, templates: tuple[Template, ...]) -> Rows:
        """An expression over an index."""
        rows = Rows(index, constant=np.zeros(index.shape))
        self._emit(rows, expression, Frame.of(index, templates), 1.0, ())
        rows.constant = rows.constant.ravel()
        return rows

    def value(self, expression: Any, index: Index, templates: tuple[Template, ...]) -> Any:
        """Data over an index, as an array that broadcasts to the index's shape."""
        if variable(expression):
            raise Untemplatable("a variable where data is asked for", DATA)
        return self._value(expression, Frame.of(index, templates))

    def _emit(self, rows: Rows, e: Any, frame: Frame, by: Any, summed: tuple[Members, ...]) -> None:
        if not variable(e):
            value = self._value(e, frame)
            if not (np.ndim(value) == 0 and value == 0):
                _add(rows.constant, frame, value * by)
        elif isinstance(e, Item):
            rows.terms.append(self._term(e, frame, by, summed))
        elif isinstance(e, Plus):
            for part in e.parts:
                self._emit(rows, part, frame, by, summed)
        elif isinstance(e, Times):
            data, rest = (e.left, e.right) if variable(e.right) else (e.right, e.left)
            self._emit(rows, rest, frame, self._value(data, frame) * by, summed)
        elif isinstance(e, Over):
            self._emit(rows, e.left, frame, by / self._value(e.right, frame), summed)
        elif isinstance(e, Sum):
            for members in e.over:
                inner = frame.over(self.data, members)
                by = by if np.ndim(by) == 0 else inner.brought(by, frame)
                frame = inner
            self._emit(rows, e.term, frame, by, (*summed, *e.over))
        else:
            raise Untemplatable(f"{type(e).__name__} in a linear expression", LINEAR)

    def _term(self, item: Item, frame: Frame, by: Any, summed: tuple[Members, ...]) -> Term:
        parts = self.data.parts(item.component, frame.index(self.data, item.index))
        name = item.component.local_name
        used = {id(x) for x in item.index}
        once = all(id(t) in used for members in summed for t in members.templates)
        return Term(frame, [np.int32(self.first[name]), *parts], by, name, once)

    def _value(self, e: Any, frame: Frame) -> Any:
        if not isinstance(e, Node):
            return float(e)
        if isinstance(e, Item):
            return self._param(e, frame)
        if isinstance(e, Plus):
            total = self._value(e.parts[0], frame)
            for part in e.parts[1:]:
                total = total + self._value(part, frame)
            return total
        if isinstance(e, Times):
            return self._value(e.left, frame) * self._value(e.right, frame)
        if isinstance(e, Over):
            return self._value(e.left, frame) / self._value(e.right, frame)
        if isinstance(e, Sum):
            inner = frame.alone()
            for members in e.over:
                inner = inner.over(self.data, members)
            total = np.zeros(frame.shape)
            _add(total, inner, self._value(e.term, inner))
            return total
        raise Untemplatable(f"the value of {e.kind}", DATA)

    def _param(self, item: Item, frame: Frame) -> Any:
        values = self.data.values(item.component)
        found = values[self.data.places(item.component, frame.index(self.data, item.index))]
        if item.component._default_val is Param.NoValue and np.isnan(found).any():
            what = f"the Param {item.component.local_name} has no value for some index that the rule asks for"
            raise Untemplatable(what, "give it the value or a default")
        return found


def _add(total: Floats, frame: Frame, value: Any) -> None:
    """Add values within a frame to the rows that it runs through."""
    if all(at is None and len(root) == 1 for at, root in zip(frame.at, frame.root, strict=True)):
        total += value
        return
    rows = frame.rows(total.shape)
    wide = np.broadcast_to(value, frame.shape)
    total += np.bincount(np.broadcast_to(rows, frame.shape).ravel(), wide.ravel(), total.size).reshape(total.shape)
