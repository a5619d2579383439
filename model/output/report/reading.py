"""A results folder as rows of plain values: all that a report is made from."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from model.base.problems import InputError, Problem, quoted
from model.base.schema import columns, tables

Row = dict[str, Any]
LEFT_OUT = ("costs_by_buyer", "stock_origins", "stocks")
"""Large or not shown: not read."""


@dataclass(frozen=True)
class Results:
    """A folder's tables (rows of text, whole numbers, numbers and None for blanks) and its summary."""

    folder: str
    tables: Mapping[str, list[Row]]
    summary: Mapping[str, Any]

    def __getitem__(self, table: str) -> list[Row]:
        """Rows of a table; none where the run did not write it."""
        return self.tables.get(table, [])

    @cached_property
    def years(self) -> range:
        """The years of the horizon."""
        return range(self.summary["first_year"], self.summary["last_year"] + 1)

    @cached_property
    def regions(self) -> dict[str, str]:
        """Names of regions in full."""
        return {row["region"]: row["name"] for row in self["regions"]}

    @cached_property
    def goods(self) -> dict[str, Row]:
        """Goods by short name."""
        return {row["commodity"]: row for row in self["goods"]}

    @cached_property
    def plants(self) -> dict[str, Row]:
        """Plants by short name."""
        return {row["plant"]: row for row in self["plants"]}

    @cached_property
    def stages(self) -> dict[str, str]:
        """Names of the stages in full, in the order of the value chain."""
        ordered = sorted(self["goods"], key=lambda g: (g["stage_order"] or 0, g["stage"]))
        return {g["stage"]: g["stage_name"] for g in ordered}

    def place(self, name: str) -> str:
        """A region in full, or a group as it is called."""
        return self.regions.get(name, name)

    def scope(self, name: str) -> str:
        """A stage in full, or commodities as they are called."""
        return self.stages.get(name, name)


def read_folder(folder: Path) -> Results:
    """The results in a folder. Raises InputError with every file that is missing or broken."""
    problems: list[Problem] = []
    if not folder.is_dir():
        raise InputError([Problem(str(folder), None, "", "", "is not a folder; expected a run's results")])
    summary = _summary(folder / "summary.json", problems)
    traced = (folder / "downgrades.csv").is_file()
    needed = tables(traced)
    found = {}
    for name in tables(traced, explained=True):
        file = folder / f"{name}.csv"
        if name not in LEFT_OUT and (name in needed or file.is_file()):
            found[name] = _table(file, name, traced, problems)
    if problems:
        raise InputError(problems)
    return Results(str(folder), found, summary)


def _text(file: Path, problems: list[Problem]) -> str | None:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.append(Problem(file.name, None, "", "", "is missing; every run writes it: run again"))
    except UnicodeDecodeError:
        problems.append(Problem(file.name, None, "", "", "is not UTF-8 text"))
    except OSError as error:
        problems.append(Problem(file.name, None, "", "", f"can't be read: {error.strerror}"))
    return None


SUMMARY = (
    *("compliant", "goal", "cost_usd", "capex_usd", "first_year", "last_year", "price_year", "instance", "policy"),
    *("envelope", "shortfall_t", "unserved_t", "first_compliant_year", "first_compliant_year_by_row", "versions"),
)
"""Keys of the summary without which there is no report."""


def _summary(file: Path, problems: list[Problem]) -> dict[str, Any]:
    return read_json(file, SUMMARY, problems)


def read_json(file: Path, keys: Sequence[str], problems: list[Problem]) -> dict[str, Any]:
    """An object of JSON with some keys; what is wrong with the file is added to ``problems``."""
    text = _text(file, problems)
    if text is None:
        return {}
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        problems.append(Problem(file.name, error.lineno, "", "", f"is not well-formed JSON: {error.msg}"))
        return {}
    missing = [key for key in keys if not isinstance(found, dict) or key not in found]
    if missing:
        problems.append(Problem(file.name, None, missing[0], "", "is missing; every run writes it: run again"))
        return {}
    return dict(found)


def _table(file: Path, name: str, traced: bool, problems: list[Problem]) -> list[Row]:
    return read_rows(file, {c.column: c.type for c in columns(name, traced)}, problems)


def read_rows(file: Path, kinds: Mapping[str, str], problems: list[Problem]) -> list[Row]:
    """Rows of a CSV file with the columns of ``kinds`` (name to type) and maybe others, which are text.

    What is wrong with the file is added to ``problems``.
    """
    text = _text(file, problems)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    missing = [c for c in kinds if c not in header]
    if missing:
        problems.append(Problem(file.name, 1, missing[0], "", "the column is missing; every run writes it: run again"))
        return []
    readers = [(name, _READERS.get(kinds.get(name, "string"), str)) for name in header]
    rows = []
    for cells in reader:
        try:
            rows.append({name: read(cell) for (name, read), cell in zip(readers, cells, strict=True)})
        except ValueError:
            problems.append(
                Problem(file.name, reader.line_num, "", quoted(",".join(cells)[:60]), "is not a row of the table")
            )
            return []
    return rows


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def _number(cell: str) -> float | None:
    value = float(cell) if cell else None
    return value if value is None or math.isfinite(value) else None


_READERS = {"integer": _whole, "number": _number}
