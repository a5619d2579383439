"""The result tables' dictionary: columns, types, units and meanings, from ``schema.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Column:
    """One column of a result table."""

    table: str
    column: str
    key: bool
    type: str
    unit: str
    when: str
    description: str


@cache
def _columns() -> tuple[Column, ...]:
    text = resources.files(__package__).joinpath("schema.csv").read_text(encoding="utf-8")
    return tuple(
        Column(r["table"], r["column"], r["key"] == "yes", r["type"], r["unit"], r["when"], r["description"])
        for r in csv.DictReader(text.splitlines())
    )


def tables(traced: bool, explained: bool = False) -> tuple[str, ...]:
    """Names of the result tables; some exist only where content is traced, or where misses are explained."""
    there = (c for c in _columns() if (traced or c.when != "traced") and (explained or c.when != "explained"))
    return tuple(dict.fromkeys(c.table for c in there))


def columns(table: str, traced: bool) -> tuple[Column, ...]:
    """Columns of a table in order; some exist only where content is traced."""
    return tuple(c for c in _columns() if c.table == table and (traced or c.when != "traced"))
