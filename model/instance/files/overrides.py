"""Overrides: a scalar or a trajectory of a parsed file set by its dotted key, as ``--set KEY=VALUE`` does.

A key must be one of the dictionary. A list's elements are counted from 0 (``share_cap.0.stages.1``),
a trajectory's are its years (``share_cap.0.max.2030``). The value itself is judged by the checks of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.base.problems import Problem, known_names, nearest, quoted
from model.instance.files.dictionary import fields, plain
from model.instance.files.toml_files import Document
from model.instance.policy.kinds import KINDS


def override(doc: Document, key: str, value: Any) -> list[Problem]:
    """Set one scalar or trajectory of a parsed file, or say why it can't be set."""
    known, path, value = settable(doc), tuple(key.split(".")), _by_year(plain(value))
    file, shown = f"--set {key}", quoted(value)
    tables = sorted(k for k in known if k.startswith(f"{key}."))
    if tables:
        return [Problem(file, None, "", shown, f"{key} is a table; expected one of its keys", tables[0])]
    at = _container(doc, path) if key in known or ".".join(path[:-1]) in known else None
    if not (isinstance(at, dict) or (isinstance(at, list) and _element(at, path[-1]) is not None)):
        expected = f"is not a key of {doc.file}{_rows(doc)}; known: {known_names(known)}"
        return [Problem(file, None, "", shown, expected, _near(key, known))]
    years: list[str] = list(value) if isinstance(value, dict) and _is_trajectory(key) else []
    if not isinstance(value, str | int | float | bool) and not years:
        return [Problem(file, None, "", shown, f"expected one value: {_takes(key)}")]
    for length in range(1, len(path) + 1):
        if length == len(path) or path[:length] not in doc.places:
            doc.places[path[:length]] = (file, None)
    doc.places |= {(*path, year): (file, None) for year in years}
    if isinstance(at, list):
        at[int(path[-1])] = value
    else:
        at[path[-1]] = value
    return []


def _by_year(value: Any) -> Any:
    """A trajectory with its years as a file holds them, as text."""
    return {str(year): plain(share) for year, share in value.items()} if isinstance(value, Mapping) else value


def _is_trajectory(key: str) -> bool:
    """Whether a key of a policy's row takes values by year."""
    kind, _, column = key.partition(".")
    column = column.rpartition(".")[2]
    spec = fields(f"policy.{kind}").get(column) if kind in KINDS else None
    return spec is not None and spec.type == "trajectory"


def _takes(key: str) -> str:
    takes = "text, a number, true or false"
    return f"{takes}, or values by year such as {{2030=0.65,2032=0.5}}" if _is_trajectory(key) else takes


def settable(doc: Document) -> list[str]:
    """The dotted keys of the dictionary that a file may set."""
    if doc.file == "instance.toml":
        return list(fields("instance.toml"))
    keys = list(fields("policy"))
    for kind in KINDS:
        rows = doc.data.get(kind)
        for number, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                keys += [f"{kind}.{number}.{column}" for column in fields(f"policy.{kind}")]
    return keys


def _container(doc: Document, path: tuple[str, ...]) -> Any:
    """What holds the last part of a path; a section that the file leaves out is made."""
    at: Any = doc.data
    for part in path[:-1]:
        if isinstance(at, list):
            at = _element(at, part)
        elif isinstance(at, dict):
            at = at.setdefault(part, {}) if at is doc.data else at.get(part)
    return at


def _element(rows: list[Any], part: str) -> Any:
    """A list's element by its number, None where there is none."""
    small = part.isascii() and part.isdecimal() and len(part) < 10
    return rows[int(part)] if small and int(part) < len(rows) else None


def _rows(doc: Document) -> str:
    """How many rows a policy file has, for a number out of range."""
    if doc.file == "instance.toml":
        return ""
    counts = {k: len(doc.data.get(k, ())) for k in KINDS if isinstance(doc.data.get(k, []), list)}
    said = [f"{count} {kind}" for kind, count in counts.items() if count]
    return f" (its rows, counted from 0: {', '.join(said) or 'none'})"


def _near(key: str, known: list[str]) -> str:
    """The nearest dotted key; the last part alone is enough to find it."""
    ends = [k for k in known if k.endswith(f".{key}")]
    return ends[0] if ends else nearest(key, known) or nearest(key, [k.rpartition(".")[2] for k in known])


def merged(doc: Document, overrides: Mapping[str, Any] | None) -> tuple[Document, list[Problem]]:
    """A copy of a file with overrides set, and what is wrong with them."""
    copy = Document(doc.file, _copy(doc.data), dict(doc.places), doc.unread)
    return copy, [p for key, value in (overrides or {}).items() for p in override(copy, key, value)]


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _copy(v) for k, v in data.items()}
    return [_copy(v) for v in data] if isinstance(data, list) else data
