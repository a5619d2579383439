"""The edits of a sweep file: table, filter, column, operation and value of each judged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from model.base.problems import Problem, known_names, nearest
from model.instance.editing.edit import ADD, SCALE, SECTIONS, SET, Edit
from model.instance.files.dictionary import SPELT, TABLES, Field, fields
from model.instance.files.toml_files import Document, check_keys
from model.instance.files.toml_lines import KeyPath
from model.instance.policy.kinds import KINDS

EDITABLE = tuple(t for t in TABLES if t not in ("sources", "regions", "stages"))
NUMERIC = ("number", "nonzero", "positive", "whole", "trajectory", "flag")


class EditReader:
    """Reads edits from one sweep file; adds to its problems."""

    def __init__(self, doc: Document, problems: list[Problem]) -> None:
        self.doc, self.problems = doc, problems

    def _wrong(self, path: Sequence[str], value: object, expected: str, near: str = "") -> None:
        self.problems.append(self.doc.problem(path, value, expected, near))

    def read(self, path: KeyPath, data: Mapping[str, Any], own: bool = False) -> list[Edit]:
        """The edits of a factor, or (``own`` values) of a level or a case."""
        rows = data.get("edit", [])
        if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
            self._wrong((*path, "edit"), None, "expected rows that begin with edit in double brackets")
            return []
        edits = [self._edit((*path, "edit", str(n)), row, own) for n, row in enumerate(rows)]
        return [edit for edit in edits if edit is not None]

    def _edit(self, path: KeyPath, data: Mapping[str, Any], own: bool) -> Edit | None:
        before = len(self.problems)
        row, found = check_keys(self.doc, "sweep.edit", data, path, also=("where", "value"))
        self.problems += found
        if found:
            return None
        columns = self._columns(path, row["table"])
        older = SPELT.get(row["table"], {})
        row = {**row, "column": older.get(row["column"], row["column"])}
        spec = columns.get(row["column"])
        if columns and spec is None:
            expected = f"is not a column of {row['table']}; known: {known_names(columns, 20)}"
            self._wrong((*path, "column"), row["column"], expected, nearest(row["column"], columns))
        where = data.get("where", {})
        where = {older.get(c, c): v for c, v in where.items()} if isinstance(where, Mapping) else where
        self._check_where(path, row["table"], where, columns)
        value = data.get("value")
        if spec is not None:
            self._check_value(path, row, value, own, spec)
        if len(self.problems) > before or spec is None:
            return None
        low, high = row["at_least"], row["at_most"]
        return Edit(
            row["table"], where, row["column"], row["op"],
            value if value is None or isinstance(value, str) else float(value),
            -math.inf if low is None else low, math.inf if high is None else high, spec.type == "whole",
            self.doc.problem(path, None, "").line,
        )  # fmt: skip

    def _columns(self, path: KeyPath, table: str) -> dict[str, Field]:
        if table in SECTIONS:
            head = fields("instance.toml")
            return {c.partition(".")[2]: f for c, f in head.items() if c.startswith(f"{table}.")}
        if table in KINDS:
            return fields(f"policy.{table}")
        if table in EDITABLE:
            return fields(table)
        known = [*EDITABLE, *KINDS, *SECTIONS]
        expected = f"is no table that can be edited; known: {known_names(known, 30)}"
        self._wrong((*path, "table"), table, expected, nearest(table, known))
        return {}

    def _check_where(self, path: KeyPath, table: str, where: object, columns: Mapping[str, Field]) -> None:
        if not isinstance(where, Mapping):
            self._wrong((*path, "where"), where, 'expected values by column, such as { region = "US", year = 2030 }')
            return
        if where and table in SECTIONS:
            self._wrong((*path, "where"), None, f"{table} has no rows to choose from")
            return
        known = [*columns, *(["row"] if table in KINDS else [])]
        for column, wanted in where.items():
            at = (*path, "where", column)
            if columns and column not in known:
                expected = f"is not a column of {table}; known: {known_names(known, 20)}"
                self._wrong(at, None, expected, nearest(column, known))
                continue
            spec = columns.get(column)
            numeric = spec.type in NUMERIC if spec is not None else column == "row"
            if isinstance(wanted, Mapping):
                if not wanted or set(wanted) - {"from", "to"} or not all(is_number(v) for v in wanted.values()):
                    self._wrong(at, None, "expected a value, a list of values, or { from = ..., to = ... }")
                elif not numeric:
                    self._wrong(at, wanted, f"{column} holds text: it has no range")
                continue
            several = wanted if isinstance(wanted, list) else [wanted]
            if not several or not all(isinstance(v, str | int | float) for v in several):
                self._wrong(at, None, "expected a value, a list of values, or { from = ..., to = ... }")
            elif any(isinstance(v, str) == numeric for v in several):
                expected = f"{column} holds numbers; expected one without quotes"
                self._wrong(at, wanted, expected if numeric else f"{column} holds text; expected it in quotes")

    def _check_value(self, path: KeyPath, row: Mapping[str, Any], value: object, own: bool, spec: Field) -> None:
        numeric, op, at = spec.type in NUMERIC, row["op"], (*path, "value")
        if spec.type == "names":
            self._wrong((*path, "column"), row["column"], "holds a list, which can't be edited; name policies instead")
        elif op in (SCALE, ADD) and (not numeric or spec.type == "flag"):
            self._wrong((*path, "op"), op, f'{row["column"]} holds no number; expected "{SET}"')
        elif own and value is None:
            self._wrong(at, None, "a value is needed: the edit stands in no factor")
        elif value is not None and not own:
            self._wrong(at, value, "the edit takes the factor's value")
        elif value is None and not numeric:
            self._wrong((*path, "op"), op, f"{row['column']} holds text; a factor has numbers, a level its own values")
        elif value is not None and not _fits(spec, op, value):
            self._wrong(at, value, spec.expected if op == SET else "expected a number")


def _fits(spec: Field, op: str, value: object) -> bool:
    """Whether a column may take a value, or be scaled by it or added to; its limits are for the instance's checks."""
    if spec.type == "flag":
        return isinstance(value, bool) or (is_number(value) and value in (0, 1))
    if spec.type not in NUMERIC:
        return isinstance(value, str)
    if value == math.inf:
        return op == SET and spec.blank == "inf"  # no limit
    return is_number(value) and (spec.type != "whole" or op == SCALE or float(value).is_integer())


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value of a TOML file is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
