"""What tables of results hold: columns, types, units and meanings, one dictionary a family of tables.

Each ``.csv`` in ``dictionaries`` is a family and says what each column is; ``tables.csv`` says what each table of a
plan holds in a line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from types import MappingProxyType
from typing import Any

CONTENT = "{content}"
"""What stands in a dictionary for what content is counted in."""


@dataclass(frozen=True)
class Column:
    """One column of a table of results: name, whether it is part of the key, type, unit and meaning.

    ``when`` is ``always``, ``traced`` (only where content is traced), ``explained`` (only where it was asked: misses
    explained, exports stopped, waiting), ``world`` (only where the instance, the policy or the scenario holds such a
    thing: a quota, a contract, a plant that may close), ``branched`` (a column only where futures were solved),
    ``told`` (a table only there), ``futures`` (a table only there and where the worth of knowing was asked) or
    ``context`` (what readers of a folder look up: names, stages, targets).
    """

    column: str
    key: bool
    type: str
    unit: str
    description: str
    when: str = "always"
    template: str = ""

    def said(self, measure: str) -> str:
        """The meaning with what content is counted in."""
        return (self.template or self.description).replace(CONTENT, measure)


def _rows(file: str) -> Iterable[dict[str, str]]:
    text = resources.files(__package__).joinpath("dictionaries", file).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


@cache
def _dictionary(family: str) -> Mapping[str, tuple[Column, ...]]:
    found: dict[str, list[Column]] = {}
    files = (family, "stress", "latest") if family == "plan" else (family,)
    for r in chain.from_iterable(_rows(f"{file}.csv") for file in files):
        told = r["description"].replace(CONTENT, "content")
        about = r["column"], r["key"] == "yes", r["type"], r["unit"], told, r.get("when", "always"), r["description"]
        column = Column(*about)
        found.setdefault(r["table"], []).append(column)
    return MappingProxyType({table: tuple(columns) for table, columns in found.items()})


def tables(
    traced: bool = True, explained: bool = False, family: str = "plan", branched: bool = False
) -> tuple[str, ...]:
    """Names of a family's tables; some exist only where content is traced, misses are explained or futures told."""
    given = {"traced": traced, "explained": explained, "world": explained}
    given |= {"futures": branched, "told": branched, "branched": False}
    left_out = {word for word, there in given.items() if not there}
    known = _dictionary(family).items()
    return tuple(table for table, columns in known if any(c.when not in left_out for c in columns))


def columns(table: str, traced: bool = True, family: str = "plan", branched: bool = False) -> tuple[Column, ...]:
    """Columns of a table in order, some only where content is traced or a tree of futures was solved.

    None where the family has no such table.
    """
    left_out = {*(() if traced else ("traced",)), *(() if branched else ("branched",))}
    return tuple(c for c in _dictionary(family).get(table, ()) if c.when not in left_out)


@cache
def captions() -> Mapping[str, str]:
    """What each table of a plan holds, in a line."""
    return MappingProxyType({r["table"]: r["holds"] for r in _rows("tables.csv")})


def resource(name: str, spec: Iterable[Column], measure: str = "content") -> dict[str, Any]:
    """The table ``name.csv`` as a Frictionless Data Package describes it: type, unit, meaning of columns, the key.

    ``measure``: what content is counted in.
    """
    spec = list(spec)
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {"name": c.column, "type": c.type, "unit": c.unit, "description": c.said(measure)} for c in spec
            ],
            "primaryKey": [c.column for c in spec if c.key],
            "missingValues": [""],
        },
    }
