"""Many rows in few bytes: numbers cut to the digits that are shown, words by their place in a list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from model.base.words import clean
from model.output.report.markup import Column, Store

FIGURES = 6
MOST_ROWS = 400
"""Tables of more rows are held as data."""


@dataclass(frozen=True)
class Held:
    """A column: name, heading with unit, values; ``digits`` as in ``markup.Column``; ``labels`` say values in words."""

    name: str
    head: str
    values: Sequence[Any]
    digits: int | None = None
    labels: Sequence[str] = ()


def cut(value: Any, figures: int = FIGURES) -> Any:
    """A number with so many figures; whole numbers without a point.

    >>> cut(284777.224029), cut(0.1 + 0.2), cut(1e20), cut(None), cut("x")
    (284777, 0.3, 1e+20, None, 'x')
    """
    if not isinstance(value, float):
        return value
    short = float(f"{value:.{figures}g}")
    return int(short) if short.is_integer() and abs(short) < 1e15 else short


def embedded(columns: Sequence[Held], figures: int = FIGURES) -> dict[str, Any]:
    """Columns as the script reads them: all the same, places in a list, or one by one."""
    return {
        "rows": len(columns[0].values) if columns else 0,
        "columns": [
            {"name": c.name, "head": clean(c.head), "digits": c.digits, **_kind(c), **_packed(c, figures)}
            for c in columns
        ],
    }


def _kind(column: Held) -> dict[str, bool]:
    """Whether values are words, or whole numbers, which are shown without commas: years and numbers of cases."""
    kinds = {type(v) for v in column.values if v is not None}
    return {"words": True} if str in kinds else {"whole": True} if kinds == {int} else {}


def _packed(column: Held, figures: int) -> dict[str, Any]:
    if column.labels:
        return {"of": [clean(label) for label in column.labels], "at": list(column.values)}
    values = [cut(v, figures) if not isinstance(v, str) else clean(v) for v in column.values]
    kinds = list(dict.fromkeys(values))
    if len(kinds) == 1:
        return {"all": kinds[0]}
    if any(isinstance(v, str) for v in kinds) and len(kinds) * 2 <= len(values):
        places = {v: i for i, v in enumerate(kinds)}
        return {"of": kinds, "at": [places[v] for v in values]}
    return {"each": values}


def size(data: Any) -> int:
    """Bytes of something as JSON."""
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())


def store_of(key: str, title: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> Store | None:
    """A table as data where it has many rows; None where it can stand in the page."""
    if len(rows) <= MOST_ROWS:
        return None
    held = [Held(str(i), c.head, [row[i] for row in rows], c.digits) for i, c in enumerate(columns)]
    return Store(key, title, len(rows), embedded(held))
