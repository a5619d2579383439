"""Sweep files: every key, table, column and range judged; what the edits find in the instance is judged by ``trial``.

TOML, as policies are, and no table of edits: a sweep has edits within factors within a design, with titles and sources,
and each key has a line that a message can name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from model.analysis.sweeps.asked.columns import columns, own_columns
from model.analysis.sweeps.asked.definition import (
    GRID,
    LATIN,
    LIST,
    SAMPLED,
    SOBOL,
    TORNADO,
    Factor,
    Level,
    Stop,
    Sweep,
)
from model.analysis.sweeps.asked.published import NoRange, published
from model.base.extras import lacks, to_install
from model.base.problems import InputError, Problem, nearest, quoted
from model.instance.editing.edit import Edit
from model.instance.editing.reader import EditReader, is_number
from model.instance.files.policy_files import wrong_names
from model.instance.files.toml_files import Document, check_keys, read_toml
from model.instance.files.toml_lines import KeyPath
from model.instance.instance import Instance

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
        self.edits = EditReader(doc, self.problems)
        self.names = instance.places.names

    def sweep(self, name: str) -> Sweep | None:
        """The sweep, or None where it is wrong."""
        doc = self.doc
        head, found = check_keys(doc, "sweep", doc.data, also=("factor", "case"))
        self.problems += found
        for policy in wrong_names(doc, ("policies",), head["policies"] or (), "policy", self.names):
            self.problems.append(policy)
        policies = head["policies"] or ((self.instance.default_policy,) if self.instance.default_policy else ("",))
        design = head["design"]
        for key in ("suppliers", "buyers"):
            self.problems += wrong_names(doc, ("stop", key), head[f"stop.{key}"] or (), "place", self.names)
        if (year := head["stop.year"]) is not None and year not in self.instance.years:
            expected = f"is outside the horizon {self.instance.first_year} to {self.instance.last_year}"
            self._wrong(("stop", "year"), year, expected)
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
            self._stop(head) if "stop" in doc.data else None,
        )  # fmt: skip

    def _stop(self, head: Mapping[str, Any]) -> Stop:
        year, months = head["stop.year"], float(head["stop.months"])
        who = (tuple(head[f"stop.{key}"] or ()) for key in ("suppliers", "buyers"))
        return Stop(next(who), months, None if year is None else int(year), next(who))

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
        if design in SAMPLED and lacks("SALib"):
            self._wrong(("design",), design, f"can't be sampled: {to_install('SALib')}")
        samples = head["samples"]
        if design in SAMPLED and "samples" not in self.doc.data:
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
        edits = self.edits.read(path, data)
        levels = self._levels(path, data)
        values = self._values(path, data)
        if row["range"] is not None:
            row = {**row, **self._published(path, row, edits)}
        if design is not None and not levels:
            self._check_range(path, row, data, values, design)
        if levels and (edits or values or design != GRID or any(row[key] is not None for key in RANGE)):
            self._wrong((*path, "level"), None, "levels stand in a grid, without edits or values of the factor's own")
        if not data.get("level") and not data.get("edit"):
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

    def _published(self, path: KeyPath, row: Mapping[str, Any], edits: Sequence[Edit]) -> dict[str, float]:
        """The ends of a factor that asks for what was published of its figures."""
        if row["low"] is not None or row["high"] is not None:
            self._wrong((*path, "range"), row["range"], "has no meaning beside low and high; leave it or them out")
        elif len(self.problems) == 0 and edits:
            try:
                low, high = published(self.instance, edits)
            except NoRange as lacks_it:
                self._wrong((*path, "range"), row["range"], f"{lacks_it}; expected low and high here, or there")
            else:
                return {"low": low, "high": high}
        return {}

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
        if design == GRID and "values" not in data:
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
            if not is_number(value):
                self._wrong((*path, "values", str(place)), value, "expected a number")
            elif value in values[:place]:
                self._wrong((*path, "values", str(place)), value, "stands twice in the list")
        return [float(v) for v in values if is_number(v)]

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
            levels.append(Level(typed["name"] or "", tuple(self.edits.read(at, row, own=True))))
        return levels

    def _case(self, path: KeyPath, data: Mapping[str, Any]) -> Level | None:
        row, found = check_keys(self.doc, "sweep.case", data, path, also=("edit",))
        self.problems += found
        self.problems += wrong_names(self.doc, (*path, "policy"), row["policy"] or (), "policy", self.names)
        return Level(row["name"] or "", tuple(self.edits.read(path, data, own=True)), row["policy"] or "")


def _columns_of_cases(instance: Instance) -> set[str]:
    """Columns that the table of cases has beside factors, in lower case."""
    return {name.casefold() for name in (*(c.column for c in columns("cases")), *own_columns(instance))}
