"""What the columns of a comparison mean, from ``schema.csv``."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple


class Column(NamedTuple):
    """One column of a comparison's table."""

    table: str
    column: str
    key: bool
    type: str
    unit: str
    description: str


@cache
def _columns() -> tuple[Column, ...]:
    text = resources.files(__package__).joinpath("schema.csv").read_text(encoding="utf-8")
    return tuple(
        Column(r["table"], r["column"], r["key"] == "yes", r["type"], r["unit"], r["description"])
        for r in csv.DictReader(text.splitlines())
    )


def tables() -> tuple[str, ...]:
    """Names of the tables."""
    return tuple(dict.fromkeys(c.table for c in _columns()))


def columns(table: str) -> tuple[Column, ...]:
    """Columns of a table in order."""
    return tuple(c for c in _columns() if c.table == table)
