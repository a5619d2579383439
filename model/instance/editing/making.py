"""Edits made: to copies of the input tables, the scalars of ``instance.toml`` and a policy's document.

The model never hears of edits: what comes out is an instance and a policy as if they had been typed so.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from model.base.problems import Problem, known_names, nearest, quoted
from model.instance.editing.edit import ADD, SECTIONS, SET, Change, Edit, NewRow
from model.instance.editing.rows import appended
from model.instance.files.dictionary import Field, fields
from model.instance.files.toml_files import Document
from model.instance.instance import Instance
from model.instance.policy.kinds import KINDS


class Made(NamedTuple):
    """What some changes come to: tables and scalars of ``instance.toml`` that they replace, and what is wrong.

    ``lines``: where a scalar was set, by the name that the checks give it.
    """

    frames: dict[str, pd.DataFrame]
    scalars: dict[str, Any]
    lines: dict[str, tuple[str, int | None]]
    problems: list[Problem]


def made(instance: Instance, asked: Document | None, changes: Iterable[Change | NewRow], file: str = "") -> Made:
    """Changes made to copies of an instance's tables and to a policy's document, in their order.

    ``file`` is where they stand, but for those that know it themselves.
    """
    frames: dict[str, pd.DataFrame] = {}
    scalars: dict[str, Any] = {}
    lines: dict[str, tuple[str, int | None]] = {}
    problems: list[Problem] = []
    for change in changes:
        if isinstance(change, NewRow):
            table = change.table
            frames[table] = appended(table, frames[table] if table in frames else instance.tables[table].copy(), change)
            continue
        edit, value = change
        place = edit.file or file
        if edit.table in KINDS:
            problems += _edit_policy(asked, edit, value, place) if asked is not None else []
        elif edit.table in SECTIONS:
            problems += _edit_scalar(instance, scalars, edit, value, place)
            lines[f"--set {edit.table}.{edit.column}"] = place, edit.line
        else:
            frame = frames.get(edit.table)
            frame = instance.tables[edit.table].copy() if frame is None else frame
            frames[edit.table], found = _edit_table(instance, frame, edit, value, place)
            problems += found
    return Made(frames, scalars, lines, problems)


def cells(instance: Instance, edit: Edit) -> pd.DataFrame:
    """The rows of an input table that an edit changes; none where it edits a policy or a scalar."""
    if edit.table in KINDS or edit.table in SECTIONS:
        return pd.DataFrame()
    frame = instance.tables[edit.table]
    found = _rows(instance, frame, edit)
    return frame[found & frame[edit.column].notna()]


def placed(found: Problem, made: Made) -> Problem:
    """A problem of a scalar where the edit stands that sets it."""
    if found.file not in made.lines:
        return found
    file, line = made.lines[found.file]
    return Problem(file, line, found.column, found.value, found.expected, found.nearest)


def _name(doc: Document) -> str:
    return doc.file.rpartition("/")[2].removesuffix(".toml")


def _problem(edit: Edit, file: str, column: str, value: object, expected: str, near: str = "") -> Problem:
    shown = "" if value is None else quoted(value)
    return Problem(file, edit.line, column, shown, f"{edit.table}: {expected}", near)


def _rows(instance: Instance, frame: pd.DataFrame, edit: Edit) -> pd.Series[bool]:
    """Which rows an edit names. Where a column holds regions, the name of a group stands for its members too."""
    found = pd.Series(True, index=frame.index)
    for column, wanted in edit.where.items():
        found &= _holds(instance, frame[column], fields(edit.table)[column], wanted)
    return found


def _holds(instance: Instance, cells: pd.Series[Any], spec: Field, wanted: object) -> pd.Series[bool]:
    if isinstance(wanted, Mapping):
        return cells.between(wanted.get("from", -math.inf), wanted.get("to", math.inf)).fillna(False).astype(bool)
    names = list(wanted) if isinstance(wanted, list) else [wanted]
    if spec.refers_to.rstrip("*") in ("region", "place"):
        names += [r for name in names if name in instance.groups for r in instance.groups[str(name)]]
    return cells.isin(names).fillna(False).astype(bool)


def _edit_table(
    instance: Instance, frame: pd.DataFrame, edit: Edit, value: float | str, file: str
) -> tuple[pd.DataFrame, list[Problem]]:
    if edit.file and edit.table == "capacity" and isinstance(edit.where.get("year"), Mapping):
        frame = _listed(instance, frame, edit)
    found = _rows(instance, frame, edit)
    if not found.any():
        return frame, [_nothing(instance, frame, edit, file)]
    if edit.op == ADD and value == 0:
        frame[edit.column] = frame[edit.column].mask(found, _with_years(instance, frame[edit.column]))
    if edit.op != SET:
        found &= frame[edit.column].notna()
        if not found.any():
            return frame, [_problem(edit, file, edit.column, None, f"every cell found is blank; nothing to {edit.op}")]
        if np.isinf(frame.loc[found, edit.column].to_numpy(dtype=float)).all() and math.isinf(edit.at_most):
            return frame, [_problem(edit, file, edit.column, None, f"no cell found has a limit; nothing to {edit.op}")]
    column = frame[edit.column].astype(object)
    column[found] = value if isinstance(value, str) else _cells(edit, value, frame.loc[found, edit.column])
    frame[edit.column] = column
    return frame, []


def _with_years(instance: Instance, cells: pd.Series[Any]) -> pd.Series[Any]:
    """A column of years, blanks filled with what they mean, so that they too can be kept within limits."""
    meant = dict.fromkeys(("first_decision", "from"), instance.first_year)
    meant |= dict.fromkeys(("last_decision", "to"), instance.last_year)
    return cells.fillna(meant[str(cells.name)]) if cells.name in meant else cells


def _listed(instance: Instance, frame: pd.DataFrame, edit: Edit) -> pd.DataFrame:
    """Capacity holds until the next listed year: the years in which an edit begins and has ended are listed too.

    So that it holds from its first year to its last, and neither later nor longer.
    """
    span = edit.where["year"]
    bounds = [span.get("from"), span["to"] + 1 if "to" in span else None]
    others = dataclasses.replace(edit, where={c: w for c, w in edit.where.items() if c != "year"})
    rows = frame[_rows(instance, frame, others)]
    new: list[pd.DataFrame] = []
    for _, listed in rows.groupby("plant", sort=False):
        for year in bounds:
            before = listed[listed["year"] <= year] if year is not None else listed.head(0)
            if year is None or year > instance.last_year or not len(before) or (listed["year"] == year).any():
                continue
            new.append(before.sort_values("year").iloc[[-1]].assign(year=year).set_axis([-1 - len(new) - len(frame)]))
    return pd.concat([frame, *new]).astype(frame.dtypes.to_dict()) if new else frame


def _cells(edit: Edit, value: float, old: pd.Series[Any]) -> list[float]:
    before = np.zeros(len(old)) if edit.op == SET else old.to_numpy(dtype=float)
    new = [edit.result(value, cell) for cell in before.tolist()]
    return [int(v) if edit.whole and math.isfinite(v) else v for v in new]


def _nothing(instance: Instance, frame: pd.DataFrame, edit: Edit, file: str) -> Problem:
    """No row matches: the first condition that by itself finds nothing, with the names that there are."""
    for column, wanted in edit.where.items():
        if not _holds(instance, frame[column], fields(edit.table)[column], wanted).any():
            known = [str(v) for v in frame[column].dropna().unique()]
            text = wanted if isinstance(wanted, str) else ""
            expected = f"no row matches; {column} holds {known_names(known)}"
            return _problem(edit, file, f"where.{column}", wanted, expected, nearest(text, known) if text else "")
    expected = "no row matches all of this together" if edit.where else "is empty"
    return _problem(edit, file, "where", edit.where or None, expected)


def _edit_policy(doc: Document, edit: Edit, value: float | str, file: str) -> list[Problem]:
    rows = doc.data.get(edit.table, [])
    if not rows:
        return [_problem(edit, file, "table", None, f"the policy {_name(doc)} has no such row")]
    found = [n for n, row in enumerate(rows) if all(_has(n, row, c, wanted) for c, wanted in edit.where.items())]
    if not found:
        return [_no_policy_row(doc, rows, edit, file)]
    for number in found:
        row, old = rows[number], rows[number].get(edit.column)
        if edit.op != SET and old is None:
            expected = f"{edit.table}.{number} of the policy {_name(doc)} has no {edit.column}; nothing to {edit.op}"
            return [_problem(edit, file, edit.column, None, expected)]
        if isinstance(value, str):
            row[edit.column] = value
        elif isinstance(old, Mapping) and edit.op != SET:
            row[edit.column] = {year: _cell(edit, value, cell) for year, cell in old.items()}
            doc.places |= {(edit.table, str(number), edit.column, year): (file, edit.line) for year in old}
        else:
            row[edit.column] = _cell(edit, value, old)
        doc.places[edit.table, str(number), edit.column] = (file, edit.line)
    return []


def _no_policy_row(doc: Document, rows: list[Mapping[str, Any]], edit: Edit, file: str) -> Problem:
    """No row of a policy matches: the first condition that by itself finds nothing, with what there is."""
    counted = f"the policy {_name(doc)} has {len(rows)}, counted from 0"
    for column, wanted in edit.where.items():
        if not any(_has(n, row, column, wanted) for n, row in enumerate(rows)):
            held = [n if column == "row" else row.get(column) for n, row in enumerate(rows)]
            known = {str(v) for cell in held for v in (cell if isinstance(cell, list) else [cell]) if cell is not None}
            said = "" if column == "row" else f"; {column} holds {known_names(known)}"
            near = nearest(wanted, known) if isinstance(wanted, str) else ""
            return _problem(edit, file, f"where.{column}", wanted, f"no row matches; {counted}{said}", near)
    return _problem(edit, file, "where", edit.where, f"no row matches all of this together; {counted}")


def _cell(edit: Edit, value: float, old: Any) -> Any:
    """The new value of one cell of a policy; what is no number is left to the checks."""
    if edit.op != SET and (not isinstance(old, int | float) or isinstance(old, bool)):
        return old
    new = edit.result(value, 0.0 if edit.op == SET else float(old))
    return int(new) if edit.whole and math.isfinite(new) else new


def _has(number: int, row: Mapping[str, Any], column: str, wanted: object) -> bool:
    """Whether a policy's row holds what is wanted; of a list one element is enough."""
    held = number if column == "row" else row.get(column)
    if isinstance(wanted, Mapping):
        inside = isinstance(held, int | float) and not isinstance(held, bool)
        return inside and wanted.get("from", -math.inf) <= held <= wanted.get("to", math.inf)
    names = wanted if isinstance(wanted, list) else [wanted]
    return any(one in names for one in (held if isinstance(held, list) else [held]))


def _edit_scalar(
    instance: Instance, scalars: dict[str, Any], edit: Edit, value: float | str, file: str
) -> list[Problem]:
    key = f"{edit.table}.{edit.column}"
    written = instance.documents["instance.toml"].data.get(edit.table, {})
    old = scalars.get(key, written.get(edit.column) if isinstance(written, Mapping) else None)
    if edit.op != SET and old is None:
        return [_problem(edit, file, edit.column, None, f"instance.toml doesn't set it; nothing to {edit.op}")]
    scalars[key] = value if isinstance(value, str) else _cell(edit, value, old)
    return []
