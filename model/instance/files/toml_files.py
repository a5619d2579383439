"""TOML files -> mappings checked against the dictionary, each key with its line."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.base.problems import Problem, known_names, nearest, quoted
from model.instance.files.dictionary import Field, fields, near_value, parse
from model.instance.files.folder import read_text
from model.instance.files.toml_lines import DEEPEST, KeyPath, deep_line, key_lines
from model.instance.policy.rows import EACH


@dataclass
class Document:
    """A parsed TOML file: its mapping and where each key stands (file and line; a call's override has no line)."""

    file: str
    data: dict[str, Any]
    places: dict[KeyPath, tuple[str, int | None]] = field(default_factory=dict)
    unread: bool = False

    def problem(self, path: Sequence[str], value: object, expected: str, near: str = "") -> Problem:
        """A problem at a key; the line is that of the key or of what holds it."""
        for length in range(len(path), -1, -1):
            file, line = self.places.get(tuple(path[:length]), (self.file, None))
            if line is not None or tuple(path[:length]) in self.places:
                break
        shown = "" if value is None else quoted(value)
        return Problem(file, line, ".".join(path), shown, expected, near)


def read_toml(path: Path, name: str) -> tuple[Document, list[Problem]]:
    """Parse a file; ``name`` is how messages call it."""
    text, problems = read_text(path, name)
    if problems:
        return Document(name, {}, unread=True), problems
    deep = deep_line(text)
    if deep:
        said = f"is nested too deeply; expected a key or a list of at most {DEEPEST} parts"
        return Document(name, {}, unread=True), [Problem(name, deep, "", "", said)]
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at.group(1)) if at else max(1, len(text.splitlines()))
        reason = re.sub(r"\s*\(at [^()]*\)$", "", str(error))
        return Document(name, {}, unread=True), [Problem(name, line, "", "", f"is not well-formed TOML: {reason}")]
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        if "integer string conversion" in reason:
            reason = "it holds a whole number of thousands of digits"
        return Document(name, {}, unread=True), [Problem(name, None, "", "", f"cannot be read as TOML: {reason}")]
    return Document(name, data, {path: (name, line) for path, line in key_lines(text).items()}), []


def check_keys(
    doc: Document, table: str, data: Mapping[str, Any], path: KeyPath = (), also: Sequence[str] = ()
) -> tuple[dict[str, Any], list[Problem]]:
    """The typed values of one TOML table by column of the dictionary, defaults filled in; ``also``: its sub-tables."""
    known = fields(table)
    problems, typed = [], {}
    sections = {c.split(".")[0] for c in known if "." in c}
    for key in data:
        if key in also:
            continue
        if key in sections:
            problems += _check_section(doc, known, data, path, key)
        elif key not in known or "." in key:
            names = list(dict.fromkeys([*[c for c in known if "." not in c], *sections, *also]))
            near = nearest(key, names) or next((c for c in known if c.endswith(f".{key}")), "")
            problems.append(_unknown(doc, (*path, key), data[key], names, near))
    for column, spec in known.items():
        parts = tuple(column.split("."))
        value: Any = data
        for part in parts:
            value = value.get(part) if isinstance(value, Mapping) else None
        if spec.type == "trajectory" and isinstance(value, Mapping) and value:
            typed[column], by_year = _parse_trajectory(spec, value)
            problems += [doc.problem((*path, *parts, y), value[y], said) for y, said in by_year.items()]
            continue
        typed[column], wrong = _parse_value(spec, value)
        if wrong and (len(parts) == 1 or isinstance(data.get(parts[0], {}), Mapping)):
            problems.append(doc.problem((*path, *parts), value, wrong, near_value(spec, value)))
    return typed, problems


def _unknown(doc: Document, path: KeyPath, value: object, names: Sequence[str], near: str) -> Problem:
    shown = None if isinstance(value, Mapping | list) else value
    return doc.problem(path, shown, f"is not a key here; known: {known_names(names, 20)}", near)


def _check_section(
    doc: Document, known: Mapping[str, Field], data: Mapping[str, Any], path: KeyPath, key: str
) -> list[Problem]:
    if not isinstance(data[key], Mapping):
        return [doc.problem((*path, key), data[key], f"expected a table that begins with [{key}]")]
    names = [c.split(".")[1] for c in known if c.startswith(f"{key}.")]
    return [
        _unknown(doc, (*path, key, k), value, names, nearest(k, names))
        for k, value in data[key].items()
        if k not in names
    ]


def _parse_value(spec: Field, value: Any) -> tuple[Any, str]:
    if spec.type in ("names", "hosts", "suppliers"):
        return _parse_names(spec, value)
    if isinstance(value, list | Mapping) or (isinstance(value, float) and math.isnan(value)):
        return None, spec.expected
    if isinstance(value, str) and (value == "" or spec.type not in ("name", "text", "choice")):
        return None, spec.expected
    return parse(spec, value)


def _parse_names(spec: Field, value: Any) -> tuple[Any, str]:
    if value is None:
        return (spec.blank_value, "" if spec.blank != "error" else f"a value is needed; {spec.expected}")
    if spec.type == "suppliers" and value == EACH:
        return value, ""
    if spec.type == "hosts" and isinstance(value, str) and value:
        return (value,), ""
    if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
        return None, spec.expected
    twice = sorted({v for v in value if value.count(v) > 1})
    return (None, f"{quoted(twice[0])} stands twice in the list") if twice else (tuple(value), "")


def _parse_trajectory(spec: Field, value: Mapping[str, Any]) -> tuple[dict[int, float] | None, dict[str, str]]:
    """Shares by year, and what is wrong by year."""
    points: dict[int, float] = {}
    wrong: dict[str, str] = {}
    for year, share in value.items():
        if not re.fullmatch(r"[1-9]\d{3}", year, re.ASCII):
            wrong[year] = (
                "is not a year from 1000 to 9999; expected numbers by year such as { 2026 = 0.95, 2030 = 0.65 }"
            )
            continue
        points[int(year)], said = _parse_value(spec, share)
        if said:
            wrong[year] = said
    return (None if wrong else dict(sorted(points.items()))), wrong
