"""A results folder -> the frames and the summary that the checker judges, or every problem in one report."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem, quoted
from model.check import schema

SUMMARY = "summary.json"


def read_results(folder: str | Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """The result tables and the summary of a folder. Names stay text, blank numbers are NaN.

    Raises :class:`InputError` with every file that is missing or broken. Whether the columns are the right ones is
    for the checker to say.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(
            [Problem(str(folder), None, "", "", "is not a folder; expected the folder of a run's results")]
        )
    problems: list[Problem] = []
    summary = read_summary(folder / SUMMARY, problems)
    tables = {}
    for table, columns in schema.tables(traced=True).items():
        path = folder / f"{table}.csv"
        if path.is_file() or table not in schema.BESIDE:
            types = {c.name: c.type for c in columns}
            tables[table] = read_table(path, types, problems)
    if problems:
        raise InputError(problems)
    return tables, summary


def _text(path: Path, problems: list[Problem]) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.append(Problem(path.name, None, "", "", "is missing; every run writes it"))
    except UnicodeDecodeError:
        problems.append(Problem(path.name, None, "", "", "is not UTF-8 text"))
    except OSError as error:
        problems.append(Problem(path.name, None, "", "", f"cannot be read: {error.strerror}"))
    return None


def read_summary(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """A plan's summary; empty where it can't be read, and what is wrong with it is added to ``problems``."""
    text = _text(path, problems)
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        problems.append(Problem(path.name, error.lineno, "", "", f"is not well-formed JSON: {error.msg}"))
        return {}
    if not isinstance(found, dict):
        problems.append(Problem(path.name, None, "", "", "expected an object with names and values"))
        return {}
    return found


def read_table(path: Path, types: dict[str, str], problems: list[Problem]) -> pd.DataFrame:
    """A table as a frame, by the type of each column (text where it has none).

    What is wrong with the file is added to ``problems``; rows of another length than the header's are left out.
    """
    rows = _rows(path, problems)
    header = rows[0][1] if rows else []
    for column in sorted({c for c in header if header.count(c) > 1}):
        problems.append(Problem(path.name, 1, column, "", "the column stands twice"))
    good = []
    for line, row in rows[1:]:
        if len(row) == len(header):
            good.append((line, row))
        else:
            expected = f"expected {len(header)} cells as in the header, found {len(row)}"
            problems.append(Problem(path.name, line, "", "", expected))
    lines = [line for line, _ in good]
    cells = list(zip(*(row for _, row in good), strict=True)) or [()] * len(header)
    columns = {}
    for name, values in zip(header, cells, strict=True):
        columns[name] = _column(path.name, name, types.get(name, "string"), values, lines, problems)
    return pd.DataFrame(columns)


def _rows(path: Path, problems: list[Problem]) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line it begins in."""
    text = _text(path, problems)
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
        problems.append(Problem(path.name, line, "", "", f"is not well-formed CSV: {error}"))
        return []
    if not rows:
        problems.append(Problem(path.name, 1, "", "", "has no header row"))
    return rows


def _column(
    file: str, name: str, kind: str, values: tuple[str, ...], lines: list[int], problems: list[Problem]
) -> pd.Series[Any]:
    if kind == "string":
        return pd.Series(list(values), dtype="str")
    numbers = []
    for line, value in zip(lines, values, strict=True):
        number = _number(value, kind)
        if number is None:
            expected = "expected a whole number" if kind == "integer" else "expected a number or a blank"
            problems.append(Problem(file, line, name, quoted(value), expected))
        numbers.append(float("nan") if number is None else number)
    return pd.Series(numbers, dtype="int64" if kind == "integer" and None not in numbers and not problems else float)


def _number(value: str, kind: str) -> float | None:
    """A cell as a number; a blank is NaN where a number may be blank; None where it is no number."""
    try:
        if kind == "integer":
            return int(value)
        number = float(value) if value else float("nan")
    except ValueError:
        return None
    return number if not value or number == number else None
