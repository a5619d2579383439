"""TOML files -> mappings checked against the dictionary, each key with its line."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from model.inputs.dictionary import Field, fields, parse
from model.inputs.problems import Problem, known_names, nearest, quoted

KeyPath = tuple[str, ...]


@dataclass
class Document:
    """A parsed TOML file: its mapping and where each key stands (file and line; a call's override has no line)."""

    file: str
    data: dict[str, Any]
    places: dict[KeyPath, tuple[str, int | None]] = field(default_factory=dict)

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
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return Document(name, tomllib.loads(text), _places(name, text)), []
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return Document(name, {}), [Problem(name, line, "", "", "is not UTF-8 text")]
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line_said = int(at.group(1)) if at else None
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        return Document(name, {}), [Problem(name, line_said, "", "", f"is not well-formed TOML: {reason}")]
    except OSError as error:
        return Document(name, {}), [Problem(name, None, "", "", f"cannot be read: {error.strerror}")]


def _places(name: str, text: str) -> dict[KeyPath, tuple[str, int | None]]:
    """Lines of keys, found by their headers; tomllib keeps none."""
    places: dict[KeyPath, tuple[str, int | None]] = {}
    counts: dict[KeyPath, int] = {}
    here: KeyPath = ()
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
        if header:
            here = _resolve(tuple(p.strip().strip("\"'") for p in header.group(2).split(".")), counts)
            if header.group(1) == "[[":
                counts[here] = counts.get(here, -1) + 1
                here = (*here, str(counts[here]))
            places.setdefault(here, (name, number))
            continue
        key = re.match(r"""\s*(["']?[\w.\- ]+?["']?)\s*=""", line)
        if key:
            parts = tuple(p.strip().strip("\"'") for p in key.group(1).split("."))
            places.setdefault((*here, *parts), (name, number))
    return places


def _resolve(parts: KeyPath, counts: Mapping[KeyPath, int]) -> KeyPath:
    """A header's path with the number of the last array element put in where a parent is an array."""
    out: KeyPath = ()
    for i, part in enumerate(parts):
        out = (*out, part)
        if i < len(parts) - 1 and out in counts:
            out = (*out, str(counts[out]))
    return out


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
        elif key not in known:
            names = [*[c for c in known if "." not in c], *sections, *also]
            expected = f"is not a key here; known: {known_names(names, 20)}"
            problems.append(doc.problem((*path, key), None, expected, nearest(key, names)))
    for column, spec in known.items():
        parts = tuple(column.split("."))
        value: Any = data
        for part in parts:
            value = value.get(part) if isinstance(value, Mapping) else None
        typed[column], wrong = _parse_value(spec, value)
        if wrong:
            problems.append(doc.problem((*path, *parts), value, wrong))
    return typed, problems


def _check_section(
    doc: Document, known: Mapping[str, Field], data: Mapping[str, Any], path: KeyPath, key: str
) -> list[Problem]:
    if not isinstance(data[key], Mapping):
        return [doc.problem((*path, key), data[key], f"expected a table [{key}]")]
    names = [c.split(".")[1] for c in known if c.startswith(f"{key}.")]
    return [
        doc.problem((*path, key, k), None, f"is not a key here; known: {known_names(names, 20)}", nearest(k, names))
        for k in data[key]
        if k not in names
    ]


def _parse_value(spec: Field, value: Any) -> tuple[Any, str]:
    if spec.type in ("names", "hosts", "suppliers"):
        return _parse_names(spec, value)
    if spec.type == "trajectory" and isinstance(value, Mapping):
        return _parse_trajectory(spec, value)
    if isinstance(value, list | Mapping) or (isinstance(value, float) and math.isnan(value)):
        return None, spec.expected
    if isinstance(value, str) and (value == "" or spec.type not in ("name", "text", "choice")):
        return None, spec.expected
    return parse(spec, value)


def _parse_names(spec: Field, value: Any) -> tuple[Any, str]:
    if value is None:
        return (spec.blank_value, "" if spec.blank != "error" else f"a value is needed; {spec.expected}")
    if isinstance(value, str) and value and spec.type != "names":
        return (value if value == "each-third-country" else (value,)), ""
    if not isinstance(value, list) or not value or not all(isinstance(v, str) and v for v in value):
        return None, spec.expected
    twice = sorted({v for v in value if value.count(v) > 1})
    return (None, f"{quoted(twice[0])} stands twice in the list") if twice else (tuple(value), "")


def _parse_trajectory(spec: Field, value: Mapping[str, Any]) -> tuple[Any, str]:
    points = {}
    for year, share in value.items():
        if not re.fullmatch(r"\d{4}", year, re.ASCII):
            return None, f"{quoted(year)} is not a year; {spec.expected}"
        number, wrong = (None, spec.expected) if isinstance(share, str | list | Mapping) else parse(spec, share)
        if wrong or number is None:
            return None, wrong or spec.expected
        points[int(year)] = number
    return (dict(sorted(points.items())), "") if points else (None, spec.expected)
