"""Mappings as TOML text, as this project's files are written: sections, rows, lists, values by year."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(data: Mapping[str, Any]) -> str:
    """A file that parses to ``data``: tables of tables become sections, lists of tables rows.

    >>> print(to_toml({"title": "T", "share_cap": [{"max": {"2030": 0.5}, "stages": ["magnet"]}]}), end="")
    title = "T"
    <BLANKLINE>
    [[share_cap]]
    max = { 2030 = 0.5 }
    stages = ["magnet"]
    """
    return "\n".join(_lines(data, (), top=True)).lstrip("\n") + "\n"


def _lines(data: Mapping[str, Any], path: tuple[str, ...], top: bool) -> Iterator[str]:
    below = {k: v for k, v in data.items() if _is_rows(v) or (top and isinstance(v, Mapping))}
    yield from (f"{_key(k)} = {_value(v)}" for k, v in data.items() if k not in below)
    for key, value in below.items():
        here = (*path, str(key))
        name = ".".join(map(_key, here))
        for row in value if _is_rows(value) else [value]:
            yield f"\n[[{name}]]" if _is_rows(value) else f"\n[{name}]"
            yield from _lines(row, here, top=False)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _key(key: object) -> str:
    return str(key) if _BARE.fullmatch(str(key)) else _text(str(key))


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + " }" if value else "{}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return _text(value) if isinstance(value, str) else str(value)
