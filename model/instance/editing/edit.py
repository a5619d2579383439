"""An edit: cells of a table, of a policy's rows or of ``instance.toml`` set, scaled or added to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

SET, SCALE, ADD = "set", "scale", "add"
SECTIONS = ("finance", "horizon")
"""Sections of ``instance.toml`` that can be edited."""


@dataclass(frozen=True)
class Edit:
    """Cells to change: of ``table``, in the rows that ``where`` names, in ``column``, by ``op``.

    ``table`` is an input table, a kind of policy row (``share_cap``) or a section of ``instance.toml`` (``finance``).
    ``where`` holds a name, a number, a list of them or ``{from, to}`` by column; all must hold. Without a ``value`` of
    its own the edit takes the factor's. ``line`` is where it stands in its file, ``file`` which that is, where the
    edits of a call come from several.
    """

    table: str
    where: Mapping[str, Any]
    column: str
    op: str
    value: float | str | None
    at_least: float
    at_most: float
    whole: bool
    line: int | None
    file: str = ""

    def result(self, value: float, old: float) -> float:
        """The new value of a cell: set, scaled or added to, kept within its limits; whole where the column is.

        Without a limit (infinite) it stays so when it is scaled, by 0 as well.
        """
        new = {SET: value, SCALE: old if math.isinf(old) else old * value, ADD: old + value}[self.op]
        new = max(self.at_least, min(self.at_most, new))
        return float(round(new)) if self.whole and abs(new) < 1e15 else new


class Change(NamedTuple):
    """An edit with the value that it takes in a case."""

    edit: Edit
    value: float | str


@dataclass(frozen=True)
class NewRow:
    """A row at the end of an input table: its cells by column, and where it stands."""

    table: str
    cells: Mapping[str, Any]
    file: str
    line: int | None
