"""What a table looked like before it was typed, as far as later checks must know it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import pandas as pd

Cell = tuple[Hashable, str]


@dataclass(frozen=True)
class Shape:
    """Kept in a frame's ``attrs``; cells are named by line and column.

    ``meant`` holds, by column, names that stand in a wrong cell or row: a reference to one is not wrong as well.
    ``blank`` cells were filled with a default, ``bad`` ones could not be understood, ``thousands``
    hold figures such as 100.000 that may be meant as thousands.
    """

    unread: bool = False
    absent: bool = False
    header: int = 1
    missing: frozenset[str] = frozenset()
    ragged: tuple[Mapping[str, str], ...] = ()
    meant: Mapping[str, frozenset[str]] = field(default_factory=dict)
    bad: frozenset[Cell] = frozenset()
    blank: frozenset[Cell] = frozenset()
    thousands: frozenset[Cell] = frozenset()

    def __deepcopy__(self, memo: object) -> Shape:
        return self  # pandas copies attrs deeply with every frame


def relabelled(shape: Shape, labels: Mapping[Hashable, Hashable]) -> Shape:
    """What of a shape outlives other labels of the rows: which cells were blank, and which may be thousands."""
    blank, thousands = (
        frozenset((labels[row], column) for row, column in cells if row in labels)
        for cells in (shape.blank, shape.thousands)
    )
    return Shape(absent=shape.absent, blank=blank, thousands=thousands)


def shape_of(frame: pd.DataFrame) -> Shape:
    """The shape noted in a frame; that of a whole table where there is none."""
    found = frame.attrs.get("shape")
    return found if isinstance(found, Shape) else Shape()
