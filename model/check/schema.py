"""The tables and columns that a plan consists of: ``model/base/schema.csv``."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

BESIDE = frozenset(
    {
        *("stock_origins", "downgrades", "shortfalls", "content"),
        *("costs_by_buyer", "buyers", "lane_limits", "build_limits"),
    }
)
"""Tables that stand beside those of the results format: a plan from elsewhere may lack them; an absent one is empty."""

FROM_PRICES = frozenset({"support", "price_floors"})
"""Tables that follow from the duals, which need the solver: the checker doesn't read them."""

FILE = Path(__file__).parents[1] / "base" / "schema.csv"


class Column(NamedTuple):
    """One column of a result table."""

    name: str
    key: bool
    type: str
    unit: str

    @property
    def judged(self) -> bool:
        """Whether the checker reads the column: not the duals and what follows from them, which need the solver."""
        return not any(word in self.name for word in ("price", "levelised"))


@cache
def tables(traced: bool) -> Mapping[str, tuple[Column, ...]]:
    """Columns by table, in their order, of a plan that traces content or of one that doesn't."""
    found: dict[str, list[Column]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            there = row["when"] == "always" or (row["when"] == "traced" and traced)
            if row["table"] not in FROM_PRICES and there:
                column = Column(row["column"], row["key"] == "yes", row["type"], row["unit"])
                found.setdefault(row["table"], []).append(column)
    return MappingProxyType({table: tuple(columns) for table, columns in found.items()})
