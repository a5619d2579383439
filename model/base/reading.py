"""Files of results as they are read back: every cell by its type, what is wrong with them all at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import Problem, quoted
from model.base.schema import columns


@cache
def _types(table: str) -> Mapping[str, str]:
    return {c.column: c.type for c in columns(table)}


def read_text(file: Path, problems: list[Problem]) -> str | None:
    """A file's text; None where it can't be read, and what is wrong is added to ``problems``."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.append(Problem(str(file), None, "", "", "is missing; every run writes it: run again"))
    except UnicodeDecodeError:
        problems.append(Problem(str(file), None, "", "", "is not UTF-8 text"))
    except OSError as error:
        problems.append(Problem(str(file), None, "", "", f"can't be read: {error.strerror}"))
    return None


def read_json(file: Path, keys: Sequence[str], problems: list[Problem]) -> dict[str, Any]:
    """An object of JSON with some keys; empty where it isn't one, and what is wrong is added to ``problems``."""
    text = read_text(file, problems)
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except RecursionError:
        problems.append(Problem(str(file), None, "", "", "is nested too deeply"))
        return {}
    except ValueError as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        problems.append(Problem(str(file), line, "", "", f"is not well-formed JSON: {getattr(error, 'msg', error)}"))
        return {}
    if not isinstance(found, dict):
        problems.append(Problem(str(file), None, "", "", "expected an object with names and values"))
        return {}
    missing = [key for key in keys if key not in found]
    if missing:
        expected = f"lacks {', '.join(missing)}, which every run writes: run again"
        problems.append(Problem(str(file), None, missing[0], "", expected))
        return {}
    return found


def read_table(
    file: Path, types: Mapping[str, str], problems: list[Problem], must_have: Collection[str] = ()
) -> pd.DataFrame:
    """A CSV table as a frame, by the type of each column (text where it has none).

    What is wrong with the file is added to ``problems``; rows of another length than the header's are left out.
    """
    rows = _rows(file, problems)
    header = rows[0][1] if rows else []
    for column in sorted({c for c in header if header.count(c) > 1}):
        problems.append(Problem(str(file), 1, column, "", "the column stands twice"))
    for column in (c for c in must_have if rows and c not in header):
        problems.append(Problem(str(file), 1, column, "", "the column is missing; every run writes it: run again"))
    good = [(line, row) for line, row in rows[1:] if len(row) == len(header)]
    for line, row in rows[1:]:
        if len(row) != len(header):
            expected = f"expected {len(header)} cells as in the header, found {len(row)}"
            problems.append(Problem(str(file), line, "", "", expected))
    lines = [line for line, _ in good]
    cells = list(zip(*(row for _, row in good), strict=True)) or [()] * len(header)
    return pd.DataFrame(
        {
            name: _column(file, name, types.get(name, "string"), values, lines, problems)
            for name, values in zip(header, cells, strict=True)
        }
    )


def _rows(file: Path, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line it begins in."""
    text = read_text(file, problems)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, line = [], 1
    try:
        for row in reader:
            if row:
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(str(file), line, "", "", f"is not well-formed CSV: {error}"))
        return []
    if not rows:
        problems.append(Problem(str(file), 1, "", "", "has no header row"))
    return rows


def _column(
    file: Path, name: str, kind: str, values: Sequence[str], lines: Sequence[int], problems: list[Problem]
) -> pd.Series[Any]:
    if kind == "string":
        return pd.Series(list(values), dtype="str")
    numbers: list[Any] = []
    for line, value in zip(lines, values, strict=True):
        try:
            numbers.append(None if not value else int(value) if kind == "integer" else _number(value))
        except ValueError:
            numbers.append(None)
            expected = "expected a whole number" if kind == "integer" else "expected a number or a blank"
            problems.append(Problem(str(file), line, name, quoted(value), expected))
    if kind == "number":
        return pd.Series(numbers, dtype="float64")
    return pd.Series(numbers, dtype="Int64" if None in numbers else "int64")


def _number(value: str) -> float:
    number = float(value)
    if number != number:
        raise ValueError(value)
    return number
