"""New rows of input tables: judged where they stand, added, and found again when a check says what is wrong."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from model.base.problems import Problem, known_names, nearest, quoted
from model.instance.editing.edit import NewRow
from model.instance.files.csv_tables import type_table
from model.instance.files.dictionary import SPELT, TABLES, fields, parse
from model.instance.files.shape import shape_of
from model.instance.files.toml_files import Document
from model.instance.files.toml_lines import KeyPath


def read_row(doc: Document, path: KeyPath, table: str, data: object, problems: list[Problem]) -> NewRow | None:
    """A row of a table by column, judged by the dictionary; adds to ``problems``."""
    before = len(problems)
    if table not in TABLES:
        expected = f"is no input table; known: {known_names(TABLES, 20)}"
        problems.append(doc.problem(path, table, expected, nearest(table, TABLES)))
        return None
    if not isinstance(data, Mapping):
        problems.append(doc.problem(path, None, f"expected the cells of a row of {table} by column"))
        return None
    known, older = fields(table), SPELT.get(table, {})
    data = {older.get(str(column), str(column)): value for column, value in data.items()}
    for column, value in data.items():
        if column not in known:
            expected = f"is not a column of {table}; known: {known_names(known, 20)}"
            problems.append(doc.problem((*path, column), None, expected, nearest(column, known)))
            continue
        _, wrong = parse(known[column], value)
        if wrong:
            shown = None if isinstance(value, Mapping | list) else value
            problems.append(doc.problem((*path, column), shown, wrong))
    for column, spec in known.items():
        if spec.blank == "error" and column not in data:
            problems.append(doc.problem((*path, column), None, f"a value is needed; {spec.expected}"))
    if len(problems) > before:
        return None
    place = doc.problem(path, None, "")
    return NewRow(table, {c: "inf" if v == math.inf else v for c, v in data.items()}, place.file, place.line)


def appended(table: str, frame: pd.DataFrame, row: NewRow) -> pd.DataFrame:
    """The table with a row at its end, typed; the row's label is no line of the table's file."""
    label = min([0, *(n for n in frame.index if isinstance(n, int))]) - 1
    new = pd.DataFrame([[row.cells.get(c) for c in frame.columns]], [label], frame.columns, dtype=object)
    whole = pd.concat([frame.astype(object), new]).rename_axis("line")
    whole.attrs["shape"] = dataclasses.replace(shape_of(frame), absent=False)
    return type_table(table, whole)[0]


def placed_row(problem: Problem, rows: Sequence[NewRow]) -> Problem:
    """A problem of a table where the new row stands that holds what it shows."""
    if problem.line is not None or not problem.column:
        return problem
    columns = problem.column.split(", ")
    for row in rows:
        held = [str(row.cells[c]) for c in columns if row.cells.get(c) is not None]
        shown = quoted(", ".join(held)) if held else ""
        if problem.file == f"{row.table}.csv" and shown == problem.value:
            return dataclasses.replace(problem, file=row.file, line=row.line, column=f"{row.table}.{problem.column}")
    return problem


def names_of(table: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells that tell a row from others: its key, or where the table has none its names and years."""
    known = fields(table) if table in TABLES else {}
    keys = [c for c, f in known.items() if f.key]
    keys = keys or [c for c, f in known.items() if c in ("from", "to") or (f.type == "name" and f.blank == "error")]
    return {c: cells[c] for c in keys if cells.get(c) is not None}
