"""Sweep files: every key, table, column and range judged; what the edits find in the instance is judged by ``trial``.

TOML, as policies are, and no table of edits: a sweep has edits within factors within a design, with titles and sources,
and each key has a line that a message can name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

from model.inputs.dictionary import TABLES, Field, fields
from model.inputs.policy_files import wrong_names
from model.inputs.problems import InputError, Problem, known_names, nearest, quoted
from model.inputs.toml_files import Document, check_keys, read_toml
from model.inputs.toml_lines import KeyPath
from model.instance import Instance
from model.policies import KINDS
from model.sweeps.definition import (
    ADD,
    GRID,
    LATIN,
    LIST,
    SAMPLED,
    SCALE,
    SET,
    SOBOL,
    TORNADO,
    Edit,
    Factor,
    Level,
    Sweep,
)

SECTIONS = ("finance", "horizon")
EDITABLE = tuple(t for t in TABLES if t not in ("sources", "regions", "stages"))
NUMERIC = ("number", "nonzero", "positive", "whole", "trajectory", "flag")
RANGE = ("low", "high", "base", "mode")
NEEDS = {LIST: (), GRID: (), TORNADO: ("low", "high"), LATIN: ("low", "high"), SOBOL: ("low", "high")}


def sweep_names(instance: Instance) -> list[str]:
    """Names of the sweeps of an instance's folder."""
    return [Path(file).stem for file in instance.documents if file.startswith("sweeps/")]


def read_sweep(instance: Instance, sweep: str | Path) -> Sweep:
    """One of the instance's sweeps by its name, or a sweep file by its path. Raises InputError."""
    named, known = str(sweep), sweep_names(instance)
    if re.search(r"\.toml$|[/\\]", named):
        doc, problems = read_toml(Path(named), named)
        if problems:
            raise InputError(problems)
    elif named in known:
        doc = instance.documents[f"sweeps/{named}.toml"]
    else:
        expected = f"is not a sweep of {instance.name}; known: {', '.join(known) or 'none'}; or name a file"
        raise InputError([Problem("sweep", None, "", quoted(named), expected, nearest(named, known))])
    reader = _Reader(doc, instance)
    found = reader.sweep(Path(named).stem)
    if found is None:
        raise InputError(reader.problems)
    return found


class _Reader:
    def __init__(self, doc: Document, instance: Instance) -> None:
        self.doc, self.instance = doc, instance
        self.problems: list[Problem] = []
        self.names = instance.places.names

    def sweep(self, name: str) -> Sweep | None:
        """The sweep, or None where it is wrong."""
        doc = self.doc
        head, self.problems = check_keys(doc, "sweep", doc.data, also=("factor", "case"))
        for policy in wrong_names(doc, ("policies",), head["policies"] or (), "policy", self.names):
            self.problems.append(policy)
        policies = head["policies"] or ((self.instance.default_policy,) if self.instance.default_policy else ("",))
        design = head["design"]
        factors = [f for n, row in self._rows("factor") if (f := self._factor(("factor", str(n)), row, design))]
        listed = [c for n, row in self._rows("case") if (c := self._case(("case", str(n)), row))]
        self._wrong_names("factor")
        self._wrong_names("case")
        if design is not None:
            self._check_design(design, head)
        if self.problems:
            return None
        return Sweep(
            name, doc.file, head["title"] or name, design, tuple(policies), tuple(factors), tuple(listed),
            int(head["samples"] or 0), int(head["seed"]), bool(head["regret"]),
        )  # fmt: skip

    def _rows(self, key: str) -> list[tuple[int, Mapping[str, Any]]]:
        rows = self.doc.data.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
            self._wrong((key,), None, f"expected rows that begin with [[{key}]]")
            return []
        return list(enumerate(rows))

    def _wrong(self, path: Sequence[str], value: object, expected: str, near: str = "") -> None:
        self.problems.append(self.doc.problem(path, value, expected, near))

    def _wrong_names(self, kind: str) -> None:
        """Names that stand twice, or that the table of cases needs for itself; in it A and a are one column."""
        earlier: set[str] = set()
        taken = _columns_of_cases(self.instance) if kind == "factor" else ()
        for number, row in self._rows(kind):
            name, at = row.get("name"), (kind, str(number), "name")
            if not isinstance(name, str) or not name:
                continue  # said before
            if (known := name.casefold() if kind == "factor" else name) in earlier:
                self._wrong(at, name, f"names an earlier {kind} already")
            earlier.add(known)
            if kind == "factor" and not re.fullmatch(r"\w+", name):
                self._wrong(at, name, "expected a name of letters, digits and _")
            elif known in taken:
                self._wrong(at, name, "is a column that the table of cases has of its own; expected another name")

    def _check_design(self, design: str, head: Mapping[str, Any]) -> None:
        """What a design needs, and what has no meaning with it."""
        factors, cases = bool(self.doc.data.get("factor")), bool(self.doc.data.get("case"))
        if design == LIST and (factors or not cases):
            self._wrong(("design",), design, "a list needs rows [[case]] and no [[factor]]")
        if design != LIST and (cases or not (factors or (design == GRID and head["policies"]))):
            self._wrong(("design",), design, f"the design {design} needs rows [[factor]] and no [[case]]")
        if design == LIST and len(head["policies"] or ()) > 1:
            self._wrong(("policies",), None, "a list takes one policy; others are named in its rows [[case]]")
        samples = head["samples"]
        if design in SAMPLED and samples is None:
            self._wrong(("samples",), None, f"a value is needed with design {design}: how many samples")
        if design not in SAMPLED and samples is not None:
            self._wrong(("samples",), samples, f"has no meaning with design {design}")
        if design not in SAMPLED and "seed" in self.doc.data:
            self._wrong(("seed",), head["seed"], f"has no meaning with design {design}")
        if design == SOBOL and samples is not None and (samples < 2 or samples & (samples - 1)):
            expected = "expected a power of two of at least 2: a Sobol' sequence is even only then"
            self._wrong(("samples",), samples, expected)
        if head["regret"] and design != GRID:
            self._wrong(("regret",), head["regret"], "has a meaning only with design grid")

    def _factor(self, path: KeyPath, data: Mapping[str, Any], design: str | None) -> Factor | None:
        before = len(self.problems)
        row, found = check_keys(self.doc, "sweep.factor", data, path, also=("edit", "level", "values"))
        self.problems += found
        edits = self._edits(path, data)
        levels = self._levels(path, data)
        values = self._values(path, data)
        if design is not None and not levels:
            self._check_range(path, row, data, values, design)
        if levels and (edits or values or design != GRID or any(row[key] is not None for key in RANGE)):
            self._wrong((*path, "level"), None, "levels stand in a grid, without edits or values of the factor's own")
        if not levels and not edits:
            self._wrong(path, None, "a factor needs rows [[factor.edit]], or [[factor.level]] with edits of their own")
        if len(self.problems) > before:
            return None
        factor = Factor(
            row["name"], row["title"] or row["name"], row["unit"] or "", row["source"] or "", tuple(edits),
            tuple(values), tuple(levels), row["low"], row["high"], row["base"], row["distribution"], row["mode"],
        )  # fmt: skip
        if factor.whole:
            self._check_whole(path, factor, design or "")
        return factor if len(self.problems) == before else None

    def _check_whole(self, path: KeyPath, factor: Factor, design: str) -> None:
        """A factor of years and the like: whole numbers, each equally often."""
        for place, value in enumerate(factor.values):
            if not value.is_integer():
                self._wrong((*path, "values", str(place)), value, "expected a whole number: so are the edited cells")
        for key in RANGE if design == TORNADO else ():
            value = getattr(factor, key)
            if value is not None and not value.is_integer():
                self._wrong((*path, key), value, "expected a whole number: so are the edited cells")
        if design in SAMPLED and factor.low is not None and factor.high is not None:
            if math.ceil(factor.low) > math.floor(factor.high):
                self._wrong((*path, "low"), factor.low, f"no whole number lies between it and {factor.high:g}")
            if factor.distribution != "uniform":
                expected = "whole numbers come equally often; expected no distribution"
                self._wrong((*path, "distribution"), factor.distribution, expected)

    def _check_range(
        self, path: KeyPath, row: Mapping[str, Any], data: Mapping[str, Any], values: Sequence[float], design: str
    ) -> None:
        if design == GRID and not values:
            self._wrong((*path, "values"), None, "a value is needed with design grid: a list of numbers")
        if design != GRID and values:
            self._wrong((*path, "values"), None, f"has no meaning with design {design}; expected low and high")
        for key in NEEDS[design]:
            if row[key] is None:
                self._wrong((*path, key), None, f"a value is needed with design {design}")
        for key in ("low", "high"):
            if design == GRID and row[key] is not None:
                self._wrong((*path, key), row[key], "has no meaning with design grid; expected values")
        if design != TORNADO and row["base"] is not None:
            self._wrong((*path, "base"), row["base"], f"has no meaning with design {design}")
        if design not in SAMPLED:
            for key in ("distribution", "mode"):
                if key in data:
                    self._wrong((*path, key), row[key], f"has no meaning with design {design}")
            return
        low, high, mode = row["low"], row["high"], row["mode"]
        if low is None or high is None:
            return
        if low >= high:
            self._wrong((*path, "low"), low, f"is not below the factor's high of {high:g}")
        if row["distribution"] == "log-uniform" and low <= 0:
            self._wrong((*path, "low"), low, "a log-uniform range lies above 0")
        if (row["distribution"] == "triangular") != (mode is not None):
            self._wrong((*path, "mode"), mode, "a triangular distribution has a mode, others have none")
        elif mode is not None and not low <= mode <= high:
            self._wrong((*path, "mode"), mode, f"lies outside {low:g} to {high:g}")

    def _values(self, path: KeyPath, data: Mapping[str, Any]) -> list[float]:
        values = data.get("values", [])
        if not isinstance(values, list) or ("values" in data and not values):
            self._wrong((*path, "values"), None, "expected a list of numbers")
            return []
        for place, value in enumerate(values):
            if not _is_number(value):
                self._wrong((*path, "values", str(place)), value, "expected a number")
            elif value in values[:place]:
                self._wrong((*path, "values", str(place)), value, "stands twice in the list")
        return [float(v) for v in values if _is_number(v)]

    def _levels(self, path: KeyPath, data: Mapping[str, Any]) -> list[Level]:
        rows = data.get("level", [])
        if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
            self._wrong((*path, "level"), None, "expected rows that begin with [[factor.level]]")
            return []
        levels: list[Level] = []
        for number, row in enumerate(rows):
            at = (*path, "level", str(number))
            typed, found = check_keys(self.doc, "sweep.factor.level", row, at, also=("edit",))
            self.problems += found
            if typed["name"] in [level.name for level in levels]:
                self._wrong((*at, "name"), typed["name"], "names an earlier level already")
            levels.append(Level(typed["name"] or "", tuple(self._edits(at, row, own=True))))
        return levels

    def _case(self, path: KeyPath, data: Mapping[str, Any]) -> Level | None:
        row, found = check_keys(self.doc, "sweep.case", data, path, also=("edit",))
        self.problems += found
        self.problems += wrong_names(self.doc, (*path, "policy"), row["policy"] or (), "policy", self.names)
        return Level(row["name"] or "", tuple(self._edits(path, data, own=True)), row["policy"] or "")

    def _edits(self, path: KeyPath, data: Mapping[str, Any], own: bool = False) -> list[Edit]:
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
        spec = columns.get(row["column"])
        if columns and spec is None:
            expected = f"is not a column of {row['table']}; known: {known_names(columns, 20)}"
            self._wrong((*path, "column"), row["column"], expected, nearest(row["column"], columns))
        where = data.get("where", {})
        self._check_where(path, row["table"], where, columns)
        value = data.get("value")
        if spec is not None:
            self._check_value(path, row, value, own, spec)
        if len(self.problems) > before or spec is None:
            return None
        low, high = row["at_least"], row["at_most"]
        return Edit(
            row["table"], where, row["column"], row["op"], value if value is None or isinstance(value, str) else float(value),
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
                if not wanted or set(wanted) - {"from", "to"} or not all(_is_number(v) for v in wanted.values()):
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
    """Whether a column may take a value, or take part in a sum or product with it; limits are for the instance's checks."""
    if spec.type == "flag":
        return isinstance(value, bool) or (_is_number(value) and value in (0, 1))
    if spec.type not in NUMERIC:
        return isinstance(value, str)
    if value == math.inf:
        return op == SET and spec.blank == "inf"  # no limit
    return _is_number(value) and (spec.type != "whole" or op == SCALE or float(value).is_integer())


def _columns_of_cases(instance: Instance) -> set[str]:
    """Columns that the table of cases has beside factors, in lower case."""
    from model.sweeps.outcomes import stage_columns
    from model.sweeps.tables import columns  # imports the solver

    return {name.casefold() for name in (*(c.column for c in columns("cases")), *stage_columns(instance).values())}


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
