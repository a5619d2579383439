"""CSV tables -> typed pandas frames, with every problem of shape and type.

A frame's index holds the line of the file, so that later checks can name it; an edited frame keeps it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd

from model.inputs.dictionary import TABLES, Field, fields, parse
from model.inputs.problems import Problem, line_of, nearest, quoted

RESERVED = {"*": "stands for all", "-": "stands for no origin"}


def read_tables(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Every table of an instance folder as text, and what is wrong with the files; an absent table is empty."""
    problems: list[Problem] = []
    known = [f"{t}.csv" for t in TABLES]
    for path in sorted(folder.glob("*.[cC][sS][vV]")):
        if path.name not in known:
            problems.append(
                Problem(
                    path.name,
                    None,
                    "",
                    "",
                    f"not a table of an instance; tables are {', '.join(known)}",
                    nearest(path.name, known),
                )
            )
    tables = {}
    for table in TABLES:
        tables[table], found = _read_csv(folder / f"{table}.csv", list(fields(table)))
        problems += found
    return tables, problems


def _read_csv(path: Path, columns: list[str]) -> tuple[pd.DataFrame, list[Problem]]:
    if not path.exists():
        return pd.DataFrame(columns=columns, index=pd.Index([], name="line"), dtype=object), []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        expected = "is not UTF-8 text; save the table as CSV UTF-8"
        return _empty(columns), [Problem(path.name, line, "", "", expected)]
    except OSError as error:
        return _empty(columns), [Problem(path.name, None, "", "", f"cannot be read: {error.strerror}")]
    return _parse_csv(path.name, text, columns)


def _empty(columns: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(columns=columns, index=pd.Index([], name="line"), dtype=object)
    frame.attrs["unread"] = True
    return frame


def _parse_csv(name: str, text: str, columns: list[str]) -> tuple[pd.DataFrame, list[Problem]]:
    problems: list[Problem] = []
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return _empty(columns), [Problem(name, line, "", "", "holds a zero byte; it is not a CSV table")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for row in reader:
            if any(row):
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        return _empty(columns), [Problem(name, line, "", "", f"is not well-formed CSV: {error}")]
    if not rows:
        return _empty(columns), [Problem(name, 1, "", "", "has no header row")]
    header = rows[0][1]
    if len(header) == 1 and ";" in header[0]:
        expected = "columns are separated by ';'; save the table with commas"
        return _empty(columns), [Problem(name, 1, "", "", expected)]
    for column in sorted({c for c in header if header.count(c) > 1}):
        problems.append(Problem(name, 1, column, "", "the column stands twice"))
    good = []
    for line, row in rows[1:]:
        if len(row) != len(header):
            expected = f"expected {len(header)} cells as in the header, found {len(row)}"
            problems.append(Problem(name, line, "", "", expected))
        else:
            good.append((line, row))
    frame = pd.DataFrame([row for _, row in good], columns=header, dtype=object)
    frame.index = pd.Index([line for line, _ in good], name="line")
    return frame.loc[:, ~frame.columns.duplicated()], problems


def type_table(table: str, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """A frame of text (or an edited frame) with every column of the dictionary typed and defaults filled in."""
    file, known = f"{table}.csv", fields(table)
    problems = []
    for column in raw.columns:
        if column not in known:
            value = quoted(column)
            problems.append(Problem(file, 1, "", value, "is not a column of this table", nearest(str(column), known)))
    typed: dict[str, Any] = {}
    for column, field in known.items():
        if column not in raw.columns:
            if field.required and not raw.attrs.get("unread"):
                problems.append(Problem(file, 1, column, "", f"the column is missing; {field.description}"))
            values: list[Any] = [None] * len(raw)
            cells = [field.blank_value for _ in values]
        else:
            cells, found = _type_column(file, field, raw[column])
            problems += found
        typed[column] = _series(field, cells, raw.index)
    frame = pd.DataFrame(typed, index=raw.index)
    frame.attrs = dict(raw.attrs)
    return frame, problems + _duplicates(file, frame, [f.column for f in known.values() if f.key])


def _type_column(file: str, field: Field, raw: pd.Series[Any]) -> tuple[list[Any], list[Problem]]:
    cells, problems = [], []
    for line, value in raw.items():
        value = None if value is pd.NA else value
        cell, wrong = parse(field, value)
        if not wrong and field.key and isinstance(cell, str) and cell in RESERVED:
            wrong = f"cannot be a name: {RESERVED[cell]}"
        if wrong:
            shown = quoted(value) if value not in (None, "") else ""
            problems.append(Problem(file, line_of(line), field.column, shown, wrong))
        cells.append(cell)
    return cells, problems


def _series(field: Field, cells: list[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    if field.type in ("name", "text"):
        return pd.Series(["" if c is None else c for c in cells], index=index, dtype="str")
    if field.type == "flag":
        return pd.Series([bool(c) for c in cells], index=index, dtype=bool)
    if field.type == "whole":
        return pd.Series([pd.NA if c is None else c for c in cells], index=index, dtype="Int64")
    return pd.Series([float("nan") if c is None else c for c in cells], index=index, dtype=float)


def _duplicates(file: str, frame: pd.DataFrame, key: list[str]) -> list[Problem]:
    if not key:
        return []
    problems = []
    first: dict[tuple[Any, ...], Any] = {}
    for line, *values in frame[key].itertuples(name=None):
        if any(v is pd.NA or v == "" for v in values):
            continue
        earlier = first.setdefault(tuple(values), line)
        if earlier != line:
            shown = quoted(", ".join(map(str, values)))
            expected = f"the same key stands in line {earlier} already"
            problems.append(Problem(file, line_of(line), ", ".join(key), shown, expected))
    return problems
