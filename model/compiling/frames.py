"""Index tables as axes of arrays: one axis for each Set that runs by itself, so that most arrays stay small.

A frame begins with one axis for each factor of a component's index. A sum over an indexed Set stretches the axis that
its index lies on (axes are merged where it lies on several); a sum over a plain Set adds an axis. The codes of a
template, and all that is computed from them, have length 1 on the axes that they don't depend on: numpy broadcasts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from model.base.tables import ranges
from model.compiling.codes import Index
from model.compiling.expressions import Members, Template, Untemplatable
from model.compiling.sets import Data

Change = Callable[[Any], Any]


class Frame:
    """Axes, and on each the rows of the component that it runs through.

    ``root[a]`` are the factors of the component's index that axis ``a`` stands for, ``at[a]`` the place in them
    (flattened) of each of its elements; None where it still is the factor itself.
    """

    def __init__(self, shape: tuple[int, ...], root: list[tuple[int, ...]], at: list[Any]) -> None:
        self.shape, self.root, self.at = shape, root, at
        self.own: dict[int, Any] = {}
        self.parent: Frame | None = None
        self.change: Change = lambda array: array
        self.base_shape: tuple[int, ...] = shape

    @classmethod
    def of(cls, index: Index, templates: Sequence[Template]) -> Frame:
        """The frame of a component's whole index."""
        frame = cls(index.shape, [(a,) for a in range(len(index.shape))], [None] * len(index.shape))
        columns = [(a, c) for a, f in enumerate(index.factors) for c in f.columns]
        for template, (axis, column) in zip(templates, columns, strict=True):
            frame.own[id(template)] = along(column, axis, len(index.shape))
        return frame

    def alone(self) -> Frame:
        """The same axes as the rows of something computed within it."""
        axes = range(len(self.shape))
        frame = Frame(self.shape, [(a,) for a in axes], [None] * len(self.shape))
        frame.parent = self
        return frame

    def codes(self, template: Template) -> Any:
        """The codes of a template."""
        found = self.own.get(id(template))
        if found is None:
            if self.parent is None:
                raise Untemplatable("an index outside of its sum", "use an index within the sum that runs over it")
            found = self.own[id(template)] = self.change(self.parent.codes(template))
        return found

    def brought(self, array: Any, outer: Frame) -> Any:
        """Something computed in a frame around this one."""
        if self is outer or self.parent is None:
            return array
        return self.change(self.parent.brought(array, outer))

    def factor_size(self, axis: int) -> int:
        """Number of places of the factors of an axis."""
        return prod(self.base_shape[f] for f in self.root[axis])

    def spread(self, of_rows: Any) -> Any:
        """A number for each row (in the shape of the component's index) at each element of the frame."""
        order = [f for root in self.root for f in root]
        array = of_rows.transpose(order)
        sizes = [self.factor_size(axis) for axis in range(len(self.root))]
        array = array.reshape(sizes)
        for axis, at in enumerate(self.at):
            if at is not None:
                array = array.take(at, axis)
        return array

    def rows(self, shape: tuple[int, ...]) -> Any:
        """The row of each element; broadcasts to the frame's shape."""
        return self.spread(np.arange(prod(shape)).reshape(shape))

    def index(self, data: Data, index: tuple[Any, ...]) -> list[Any]:
        """The codes of an index of templates and labels."""
        one = (1,) * len(self.shape)
        return [self.codes(x) if isinstance(x, Template) else data.codes.add([x]).reshape(one) for x in index]

    def over(self, data: Data, members: Members) -> Frame:
        """The frame within a sum over a Set."""
        if members.index is None:
            coded = data.members(members.component)
            coded.check()
            return self._added(coded.size, coded.columns, members.templates)
        slices = data.slices(members.component)
        places = data.places(members.component, self.index(data, members.index))
        axes = [a for a, length in enumerate(places.shape) if length != 1]
        if not axes:
            first, last = slices.start[int(places.ravel()[0])], slices.start[int(places.ravel()[0]) + 1]
            return self._added(int(last - first), [c[first:last] for c in slices.columns], members.templates)
        frame = self
        if len(axes) > 1:
            frame = self._merged(axes)
            places = frame.change(places)
            axes = [len(frame.shape) - 1]
        return frame._stretched(axes[0], places.ravel(), slices.start, slices.columns, members.templates)

    def _child(self, shape: tuple[int, ...], root: list[tuple[int, ...]], at: list[Any], change: Change) -> Frame:
        frame = Frame(shape, root, at)
        frame.parent, frame.change, frame.base_shape = self, change, self.base_shape
        return frame

    def _added(self, size: int, columns: Sequence[Any], templates: Sequence[Template]) -> Frame:
        frame = self._child((*self.shape, size), [*self.root, ()], [*self.at, None], lambda array: array[..., None])
        for template, column in zip(templates, columns, strict=True):
            frame.own[id(template)] = along(column, len(self.shape), len(frame.shape))
        return frame

    def _merged(self, axes: list[int]) -> Frame:
        rest = [a for a in range(len(self.shape)) if a not in axes]
        sizes = tuple(self.shape[a] for a in axes)
        size = prod(sizes)

        def change(array: Any) -> Any:
            if all(array.shape[a] == 1 for a in axes):
                return array.reshape(*(array.shape[a] for a in rest), 1)
            wide = np.broadcast_to(array, tuple(self.shape[a] if a in axes else n for a, n in enumerate(array.shape)))
            return np.moveaxis(wide, axes, range(len(rest), len(self.shape))).reshape(
                *(array.shape[a] for a in rest), size
            )

        known = [a for a in axes if self.root[a]]
        at: Any = None
        if known:
            # the place in the factors of the merged axes, axes without factors left out
            at = np.zeros((1,) * len(axes), np.int64)
            for i, a in enumerate(axes):
                if not self.root[a]:
                    continue
                here = np.arange(self.shape[a]) if self.at[a] is None else self.at[a]
                at = at * self.factor_size(a) + along(here, i, len(axes))
            at = np.broadcast_to(at, sizes).ravel()
        root = [self.root[a] for a in rest] + [tuple(f for a in axes for f in self.root[a])]
        return self._child((*(self.shape[a] for a in rest), size), root, [self.at[a] for a in rest] + [at], change)

    def _stretched(
        self, axis: int, places: Any, start: Any, columns: Sequence[Any], templates: Sequence[Template]
    ) -> Frame:
        first = start[places]
        lengths = start[places + 1] - first
        repeat = np.repeat(np.arange(len(places)), lengths)
        inner = ranges(first, lengths)

        def change(array: Any) -> Any:
            return array if array.shape[axis] == 1 else array.take(repeat, axis)

        at = list(self.at)
        at[axis] = repeat if at[axis] is None else at[axis][repeat]
        if not self.root[axis]:
            at[axis] = None
        shape = tuple(len(repeat) if a == axis else n for a, n in enumerate(self.shape))
        frame = self._child(shape, list(self.root), at, change)
        for template, column in zip(templates, columns, strict=True):
            frame.own[id(template)] = along(column[inner], axis, len(shape))
        return frame


def along(column: Any, axis: int, axes: int) -> Any:
    """A column as an array that lies on one axis of several."""
    return column.reshape(*(len(column) if a == axis else 1 for a in range(axes)))
