"""The columns of ``frontier.csv``, from ``schema.csv``."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Column:
    """One column: name, whether it is part of the key, type, unit and meaning."""

    column: str
    key: bool
    type: str
    unit: str
    description: str


def _columns() -> tuple[Column, ...]:
    text = resources.files(__package__).joinpath("schema.csv").read_text(encoding="utf-8")
    return tuple(
        Column(r["column"], r["key"] == "yes", r["type"], r["unit"], r["description"])
        for r in csv.DictReader(text.splitlines())
    )


COLUMNS = _columns()
