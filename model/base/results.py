"""A plan's results, the one noun between solver and reader: tables by name and a summary, in memory or in a folder.

``dictionaries/plan.csv`` says what each column is. A folder is written whole or not at all and read with every problem
in one report; a table read again is the table that was written.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.content import content_of
from model.base.places import check_place, new_folder, write_json, write_table
from model.base.problems import InputError, Problem, nearest, quoted
from model.base.schema import columns, resource, tables
from model.base.standing import SUMMARY as SUMMARY
from model.base.standing import other_plan

DATAPACKAGE, REPORT, WORKBOOK = "datapackage.json", "report.html", "results.xlsx"
OURS = {SUMMARY, DATAPACKAGE, REPORT, WORKBOOK, *(f"{t}.csv" for t in tables(explained=True, branched=True))}
"""What may stand in a folder of results."""
KEYS = ("cost_usd", "first_year", "last_year", "price_year", "instance", "policy", "versions")
"""What every plan's summary holds."""


class Tables(Mapping[str, pd.DataFrame]):
    """Tables by name, each handed out as a copy, so that no reader changes them for another.

    pandas copies the cells only when they are written to.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = {name: frame.copy(deep=False) for name, frame in tables.items()}

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A copy of a table. Raises KeyError, with the nearest name."""
        if name not in self._tables:
            near = nearest(str(name), self._tables)
            raise KeyError(f"{name!r} is not a table here" + (f"; did you mean {near!r}?" if near else ""))
        return self._tables[name].copy(deep=False)

    def __contains__(self, name: object) -> bool:
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __repr__(self) -> str:
        return f"Tables({', '.join(self)})"


@dataclass(frozen=True, eq=False, repr=False)
class Results(Mapping[str, pd.DataFrame]):
    """Result tables by name (``results["builds"]``) and the summary; ``folder`` is where they were read, if anywhere.

    A mapping from name to a copy of the table. Names are text, whole numbers int64 (Int64 where some are blank),
    numbers float64 (blank: NaN).
    """

    tables: Mapping[str, pd.DataFrame]
    summary: Mapping[str, Any]
    folder: Path | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        """Tables keep to themselves, whoever made them."""
        object.__setattr__(self, "tables", Tables(self.tables))

    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __getitem__(self, table: str) -> pd.DataFrame:
        """A copy of a table, by name. Raises KeyError, with the nearest name."""
        return self.tables[table]

    def __contains__(self, table: object) -> bool:
        return table in self.tables

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def __repr__(self) -> str:
        """What was planned, whether it meets every target, and what it costs."""
        told = self.summary
        names = [told.get(key, {}).get("name", "") for key in ("instance", "policy")]
        hold = ", no target missed" if told.get("first_compliant_year") is None else ", every target met"
        met = "" if "compliant" not in told else hold if self.compliant else ", targets missed"
        cost = f", {told['cost_usd'] / 1e9:,.6g} bn USD" if "cost_usd" in told else ""
        return f"<{type(self).__name__} of {' under '.join(n for n in names if n)}{met}{cost}; {len(self)} tables>"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    @property
    def compliant(self) -> bool:
        """Whether no target is missed; a policy that asks nothing of anybody misses none."""
        return bool(self.summary["compliant"])

    @property
    def branched(self) -> bool:
        """Whether a tree of futures was solved."""
        return bool(self.summary.get("futures"))

    @property
    def traced(self) -> bool:
        """Whether content is traced."""
        return "downgrades" in self.tables

    def write(
        self,
        folder: str | Path,
        *more: Mapping[str, pd.DataFrame] | Callable[[Results, Path], object],
        replace: bool = False,
    ) -> Path:
        """Write a results folder, whole or not at all; an earlier one of the same plan is replaced.

        With ``replace`` so is one of another instance, policy, goal or other edits. ``more`` are further tables (an
        explanation's) and what else writes into the folder, such as ``model.write_report``. Raises InputError where
        ``folder`` holds what may not be replaced, OSError where the disk refuses.
        """
        folder = Path(folder)
        check_results_place(folder)
        other = [] if replace else other_plan(folder, self.summary, "name another folder, or replace it: replace=True")
        if other:
            raise InputError(other)
        with new_folder(folder) as beside:
            self.fill(beside, *more)
        return folder

    def fill(self, folder: Path, *more: Mapping[str, pd.DataFrame] | Callable[[Results, Path], object]) -> None:
        """Write into a folder that is there: tables, summary, what is in ``more``, and their description."""
        told = Results({**self.tables, **{k: t for m in more if not callable(m) for k, t in m.items()}}, self.summary)
        for name, frame in told.tables.items():
            write_table(folder / f"{name}.csv", frame)
        write_json(folder / SUMMARY, self.summary)
        for writes in more:
            if callable(writes):
                writes(told, folder)
        write_json(folder / DATAPACKAGE, told.datapackage(report=(folder / REPORT).is_file()))

    def datapackage(self, *, report: bool) -> dict[str, Any]:
        """A Frictionless Data Package that describes every file and column: type, unit, meaning."""
        about = [{"name": "summary", "path": SUMMARY, "format": "json", "mediatype": "application/json"}]
        if report:
            about.append({"name": "report", "path": REPORT, "format": "html", "mediatype": "text/html"})
        measure = content_of(self.summary.get("content") or {}).measure
        instance, policy, year = self.summary["instance"], self.summary["policy"], self.summary["price_year"]
        return {
            "profile": "data-package",
            "name": f"{instance['name']}-{policy['name']}".lower(),
            "title": f"{instance['title']}: {policy['title']}",
            "description": f"Money: USD of {year}; empty cells have no value; rows of zeros are left out.",
            "resources": [
                *(
                    resource(name, columns(name, self.traced, branched=self.branched), measure)
                    for name in sorted(self.tables)
                ),
                *about,
            ],
        }


def check_results_place(folder: Path) -> None:
    """A results folder may be new, empty, or one that a run has written. Raises InputError."""
    check_place(folder, OURS)


def read_results(
    folder: str | Path,
    only: Collection[str] | None = None,
    needed: Collection[str] = (),
    keys: Sequence[str] = KEYS,
    must_have: Callable[[str, bool], Collection[str]] | None = None,
) -> Results:
    """The results in a folder: every table of the dictionary that is there, or ``only`` some.

    It is a problem where one of the ``needed`` tables, one of the ``keys`` of the summary or a column is missing;
    ``must_have(table, traced)`` says which columns, by default all that the dictionary lists. Raises InputError with
    every problem at once.
    """
    folder, problems = Path(folder), list[Problem]()
    if not folder.is_dir():
        raise InputError([Problem(str(folder), None, "", "", "is not a folder; expected the results of a run")])
    summary = read_json(folder / SUMMARY, keys, problems)
    traced, found = (folder / "downgrades.csv").is_file(), {}
    for name in tables(traced, explained=True, branched=True) if only is None else only:
        file = folder / f"{name}.csv"
        if name in needed or file.is_file():
            wanted = [c.column for c in columns(name, traced)] if must_have is None else must_have(name, traced)
            found[name] = read_table(file, _types(name), problems, wanted)
    if problems:
        raise InputError(problems)
    return Results(found, summary, folder=folder)


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
