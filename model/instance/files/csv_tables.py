"""CSV tables -> typed pandas frames, with every problem of shape and type.

A frame's index holds the line of the file, so that later checks can name it; an edited frame keeps it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.base.problems import Problem, and_more, line_of, nearest, quoted
from model.instance.files.dictionary import BY_YEAR, SPELT, TABLES, Field, fields, is_blank, near_value, parse, plain
from model.instance.files.folder import read_text, stands
from model.instance.files.shape import Shape, shape_of
from model.instance.policy.rows import EACH

AMOUNTS = ("t", "t/yr", "USD/t", "USD/t/yr", "USD/(t/yr)", "USD/(t/yr)/yr")
THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")
RESERVED = {"*": "stands for all", "-": "stands for no origin", EACH: "stands for every region outside the buyer"}
INSTEAD = {"recipes": "; a process that uses what it makes has one net coefficient"}
"""What a key that stands twice may be meant for, by table."""
MOVING = re.compile(r"year|years|.*[^\d](1\d|2\d)\d\d")
"""Headers of a figure that moves from year to year."""
Rows = list[tuple[int, list[str]]]


def read_tables(folder: Path) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """Every table of an instance folder as text, and what is wrong with the files; an absent table is empty."""
    tables, problems = {}, []
    for table in TABLES:
        path, columns = folder / f"{table}.csv", list(fields(table))
        text, found = read_text(path, path.name) if stands(path) else ("", [])
        if found or not stands(path):
            tables[table] = _empty(columns, Shape(unread=bool(found), absent=not found))
        else:
            tables[table], found = _parse_csv(path.name, text, columns)
        problems += found
    return tables, problems


def absent_table(table: str) -> pd.DataFrame:
    """A table that an instance does without."""
    return _empty(list(fields(table)), Shape(absent=True))


def _empty(columns: list[str], shape: Shape) -> pd.DataFrame:
    frame = pd.DataFrame(columns=columns, index=pd.Index([], name="line"), dtype=object)
    frame.attrs["shape"] = shape
    return frame


def _parse_csv(name: str, text: str, columns: list[str]) -> tuple[pd.DataFrame, list[Problem]]:
    rows, problems = split_rows(name, text)
    problems = problems or _wrong_header(name, rows, columns)
    if problems:
        return _empty(columns, Shape(unread=True)), problems
    (at, header), *rest = rows
    good = [(line, row) for line, row in rest if len(row) == len(header)]
    ragged: dict[int, Rows] = {}
    for line, row in rest:
        if len(row) != len(header):
            ragged.setdefault(len(row), []).append((line, row))
    for found, wrong in ragged.items():
        expected = f"expected {len(header)} cells as in the header, found {found}"
        hint = "; text that holds a comma stands in quotes" if found > len(header) else ""
        lines = [line for line, _ in wrong]
        problems.append(Problem(name, lines[0], "", "", expected + hint + and_more(lines)))
    frame = pd.DataFrame([row for _, row in good], columns=header, dtype=object)
    frame.index = pd.Index([line for line, _ in good], name="line")
    cut = tuple(dict(zip(header, row, strict=False)) for wrong in ragged.values() for _, row in wrong)
    frame.attrs["shape"] = Shape(header=at, ragged=cut)
    return frame, problems


def split_rows(name: str, text: str) -> tuple[Rows, list[Problem]]:
    """Rows of cells with the line that each begins in; blank rows are left out."""
    if "\0" in text:
        line = len(re.findall(r"\r\n|\r|\n", text[: text.index("\0")])) + 1
        return [], [Problem(name, line, "", quoted("\0"), "holds a zero byte; it is not a CSV table")]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: Rows = []
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((line, row))
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "; a quote is never closed" if "unexpected end" in str(error) or "field limit" in str(error) else ""
        return [], [Problem(name, line, "", "", f"is not well-formed CSV: {error}{hint}")]
    return rows, []


def _wrong_header(name: str, rows: Rows, columns: list[str]) -> list[Problem]:
    """A header that tells nothing of its columns: the rest of the table can't be judged."""
    expected = f"expected a header row with the columns {', '.join(columns)}"
    if not rows:
        return [Problem(name, 1, "", "", f"has no header row; {expected}")]
    line, header = rows[0]
    shown = quoted(",".join(header))
    for separator, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 and separator in header[0]:
            wrong = f"columns are separated by {called}; save the table with commas"
            return [Problem(name, line, "", shown, wrong)]
    known = {c.casefold() for c in columns}
    return [] if any(c.strip().casefold() in known for c in header) else [Problem(name, line, "", shown, expected)]


def type_table(table: str, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
    """A frame of text (or an edited frame) with every column of the dictionary typed and defaults filled in."""
    spelt = {old: new for old, new in SPELT.get(table, {}).items() if old in raw.columns and new not in raw.columns}
    if spelt:
        frame, problems = type_table(table, raw.rename(columns=spelt))
        back = {new: old for old, new in spelt.items()}
        return frame, [replace(p, column=back.get(p.column, p.column)) for p in problems]
    file, known, shape = f"{table}.csv", fields(table), shape_of(raw)
    problems = _wrong_columns(file, raw, known, shape)
    if raw.columns.has_duplicates:
        raw = raw.loc[:, ~raw.columns.duplicated()]
    typed: dict[str, Any] = {}
    bad: set[Any] = set()
    blank: set[Any] = set()
    thousands: set[Any] = set()
    meant = {c: frozenset(row[c].strip() for row in shape.ragged if c in row) for c in known} if shape.ragged else {}
    for column, field in known.items():
        values = raw[column].tolist() if column in raw.columns else [None] * len(raw)
        values = [plain(value) for value in values]
        if column in raw.columns:
            cells, wrong = _type_column(field, values)
            problems += _said_once(file, field, raw.index, values, wrong)
            bad |= {(raw.index[i], column) for i in wrong}
            if wrong and field.type == "name":
                texts = {v.strip() for i in wrong if isinstance(v := values[i], str)}
                meant[column] = meant.get(column, frozenset()) | texts
        else:
            cells = [field.blank_value] * len(raw)
        typed[column] = _array(field, cells)
        blank |= _filled(field, values, cells, raw.index, shape)
        thousands |= _maybe_thousands(field, values, raw.index, shape)
    frame = pd.DataFrame(typed, index=raw.index)
    missing = frozenset(c for c in known if c not in raw.columns)
    frame.attrs["shape"] = replace(
        shape, missing=missing, meant=meant, bad=frozenset(bad), blank=frozenset(blank), thousands=frozenset(thousands)
    )
    return frame, problems + _duplicates(table, frame, [f.column for f in known.values() if f.key])


def _wrong_columns(file: str, raw: pd.DataFrame, known: Mapping[str, Field], shape: Shape) -> list[Problem]:
    problems = []
    for place, column in enumerate(raw.columns, 1):
        if column == "":
            expected = f"column {place} has no name; expected one in the header"
            problems.append(Problem(file, shape.header, "", "", expected))
        elif column not in known:
            expected = f"is not a column of this table; its columns are {', '.join(known)}"
            near = nearest(str(column), [c for c in known if c not in raw.columns] or known)
            if file == "plants.csv" and MOVING.fullmatch(str(column)):
                expected, near = f"{expected}; {BY_YEAR}", ""
            problems.append(Problem(file, shape.header, "", quoted(column), expected, near))
    for column in dict.fromkeys(raw.columns[raw.columns.duplicated()]):
        if column != "":
            problems.append(Problem(file, shape.header, str(column), "", "the column stands twice"))
    for column, field in known.items():
        if field.required and column not in raw.columns and not shape.unread:
            problems.append(Problem(file, shape.header, column, "", f"the column is missing: {field.description}"))
    return problems


def _type_column(field: Field, values: list[Any]) -> tuple[list[Any], dict[int, str]]:
    """The typed cells, and what is wrong by place."""
    cells, wrong = [], {}
    texts = {value: _type_cell(field, value) for value in {v for v in values if isinstance(v, str)}}  # many come again
    for place, value in enumerate(values):
        cell, said = texts[value] if isinstance(value, str) else _type_cell(field, value)
        if said:
            wrong[place] = said
        cells.append(cell)
    return cells, wrong


def _type_cell(field: Field, value: object) -> tuple[Any, str]:
    cell, said = parse(field, value)
    if not said and field.key and not field.refers_to and isinstance(cell, str) and cell in RESERVED:
        said = f"cannot be a name: it {RESERVED[cell]}"
    return cell, said


def _said_once(
    file: str, field: Field, labels: pd.Index[Any], values: list[Any], wrong: Mapping[int, str]
) -> list[Problem]:
    """The problems of one column: a wrong value is said once, with all its lines."""
    places: dict[tuple[str, str], list[int]] = {}
    for place, said in wrong.items():
        shown = "" if is_blank(values[place]) else quoted(values[place])
        places.setdefault((shown, said), []).append(place)
    problems = []
    for (shown, said), found in places.items():
        lines = [labels[place] for place in found]
        near = near_value(field, values[found[0]])
        problems.append(Problem(file, line_of(lines[0]), field.column, shown, said + and_more(lines), near))
    return problems


def _filled(field: Field, values: list[Any], cells: list[Any], labels: pd.Index[Any], shape: Shape) -> set[Any]:
    """Cells of figures that were blank and hold a default now; an edited frame shows the defaults of before."""
    if field.blank_value is None or field.type in ("name", "text", "flag"):
        return set()
    name = field.column
    return {
        (label, name)
        for label, value, cell in zip(labels, values, cells, strict=True)
        if is_blank(value) or (cell == field.blank_value and (label, name) in shape.blank)
    }


def _maybe_thousands(field: Field, values: list[Any], labels: pd.Index[Any], shape: Shape) -> set[Any]:
    """Cells of amounts with a point before three digits, where the column has no figure with a point of another form.

    1000.000 or 0.500 is of another form: nobody separates thousands so. 100.000 is odd beside any other. In an edited
    frame the cells of before that are numbers now.
    """
    if field.unit not in AMOUNTS:
        return set()
    pointed = [(label, v) for label, v in zip(labels, values, strict=True) if isinstance(v, str) and "." in v]
    odd = [(label, v) for label, v in pointed if THOUSANDS.fullmatch(v)]
    flagged = odd if len(odd) == len(pointed) else [(label, v) for label, v in odd if v.endswith(".000")]
    plain_form = any(re.fullmatch(r"(0|\d{4,})\.\d{3}", v) for _, v in pointed)
    return {(label, field.column) for label, _ in (() if plain_form else flagged)} | {
        (label, field.column)
        for label, v in (zip(labels, values, strict=True) if shape.thousands else ())
        if not isinstance(v, str) and (label, field.column) in shape.thousands
    }


def _array(field: Field, cells: list[Any]) -> Any:
    """The cells of a column as its type holds them."""
    if field.type in ("name", "text", "choice"):
        return pd.array(["" if c is None else c for c in cells], dtype="str")
    if field.type == "flag":
        return np.array([bool(c) for c in cells], dtype=bool)
    if field.type == "whole":
        return pd.array([pd.NA if c is None else c for c in cells], dtype="Int64")
    return np.array([float("nan") if c is None else c for c in cells], dtype=float)


def _duplicates(table: str, frame: pd.DataFrame, key: list[str]) -> list[Problem]:
    if not key:
        return []
    keys = list(zip(*(frame[column].tolist() for column in key), strict=True))
    if len(set(keys)) == len(keys):
        return []
    lines: dict[tuple[Any, ...], list[Any]] = {}
    for line, values in zip(frame.index, keys, strict=True):
        if not any(v is pd.NA or v == "" for v in values):
            lines.setdefault(values, []).append(line)
    problems = []
    for names, found in lines.items():
        if len(found) > 1:
            first, *again = found
            where = f"line {line_of(first)}" if line_of(first) else "an earlier row"
            expected = f"the same key stands in {where} already{INSTEAD.get(table, '')}" + and_more(again)
            shown = quoted(", ".join(map(str, names)))
            problems.append(Problem(f"{table}.csv", line_of(again[0]), ", ".join(key), shown, expected))
    return problems
