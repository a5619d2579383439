"""A plan's tables as rows of plain values, without a folder between: what sentences are made from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

if TYPE_CHECKING:
    from model.plan.plan import Plan

Row = dict[str, Any]


class Told(Protocol):
    """What a sentence may ask of a plan: rows by table, the summary, names. ``place`` decides how long names are."""

    @property
    def summary(self) -> Mapping[str, Any]:
        """``summary.json`` as a mapping."""

    @property
    def plants(self) -> Mapping[str, Row]:
        """Plants by short name."""

    @property
    def goods(self) -> Mapping[str, Row]:
        """Goods by short name."""

    def __getitem__(self, table: str) -> Sequence[Row]:
        """Rows of a table; none where there is no such table."""

    def place(self, name: str) -> str:
        """A region or a group of them."""

    def scope(self, name: str) -> str:
        """A stage, or commodities."""


class PlanRows:
    """A plan in memory, with ``more`` tables (an explanation's); regions and stages by their short names."""

    def __init__(self, plan: Plan, more: Mapping[str, pd.DataFrame] | None = None) -> None:
        self.plan, self.more, self._rows = plan, more or {}, dict[str, list[Row]]()

    @property
    def summary(self) -> Mapping[str, Any]:
        """``summary.json`` as a mapping."""
        return self.plan.summary

    def __getitem__(self, table: str) -> list[Row]:
        """Rows of a table; None for blanks and for what is not finite, as a results folder is read."""
        if table not in self._rows:
            there = self.more if table in self.more else self.plan.tables
            self._rows[table] = rows(there[table]) if table in there else []
        return self._rows[table]

    @cached_property
    def plants(self) -> dict[str, Row]:
        """Plants by short name."""
        return {row["plant"]: row for row in self["plants"]}

    @cached_property
    def goods(self) -> dict[str, Row]:
        """Goods by short name."""
        return {row["commodity"]: row for row in self["goods"]}

    def place(self, name: str) -> str:
        """A region or a group as the instance calls it."""
        return name

    def scope(self, name: str) -> str:
        """A stage or commodities as the instance calls them."""
        return name


def rows(frame: pd.DataFrame) -> list[Row]:
    """A table's rows as plain values.

    >>> rows(pd.DataFrame({"plant": ["A"], "new_t": [float("inf")], "year": pd.array([2030], dtype="Int64")}))
    [{'plant': 'A', 'new_t': None, 'year': 2030}]
    """
    columns = [[_plain(v) for v in frame[column].tolist()] for column in frame]
    return [dict(zip(map(str, frame.columns), cells, strict=True)) for cells in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value
