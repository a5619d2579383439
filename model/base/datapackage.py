"""Tables of results as a Frictionless Data Package describes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol


class _Described(Protocol):
    """A column of any dictionary of results."""

    @property
    def column(self) -> str: ...
    @property
    def key(self) -> bool: ...
    @property
    def type(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def description(self) -> str: ...


def table_resource(name: str, columns: Iterable[_Described]) -> dict[str, Any]:
    """The table ``name.csv``: every column's type, unit and meaning, and the key."""
    spec = list(columns)
    return {
        "name": name,
        "path": f"{name}.csv",
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [{"name": c.column, "type": c.type, "unit": c.unit, "description": c.description} for c in spec],
            "primaryKey": [c.column for c in spec if c.key],
            "missingValues": [""],
        },
    }
