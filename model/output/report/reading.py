"""A results folder as rows of plain values: all that a report is made from."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from model.base import results as base
from model.base.places import to_json
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


def told(results: base.Results) -> Results:
    """Results, of a run or read from its folder, as the report tells them: both give the same page."""
    summary = json.loads(to_json(results.summary))
    tables = {
        name: rows(frame, {c.column: c.type for c in columns(name)})
        for name, frame in results.tables.items()
        if name not in LEFT_OUT
    }
    return Results(str(results.folder or ""), tables, summary)


def rows(frame: pd.DataFrame, types: Mapping[str, str]) -> list[Row]:
    """Rows of a table as plain values: text, whole numbers, numbers, and None for what is blank or not finite."""
    cells = [plain(frame[name].tolist(), types.get(str(name), "string")) for name in frame]
    return [dict(zip(map(str, frame), row, strict=True)) for row in zip(*cells, strict=True)]


def plain(values: list[Any], kind: str) -> list[Any]:
    """Cells of a column of a type as plain values."""
    if kind == "string":
        return ["" if v is None or v is pd.NA or v != v else v for v in values]
    cast = int if kind == "integer" else float
    return [None if v is None or v is pd.NA or v == "" or not math.isfinite(float(v)) else cast(v) for v in values]


def read_folder(folder: Path) -> Results:
    """The results in a folder. Raises InputError with every file that is missing or broken."""
    wanted = [t for t in tables(explained=True) if t not in LEFT_OUT]
    traced = (folder / "downgrades.csv").is_file()
    needed = [t for t in tables(traced) if t not in LEFT_OUT]
    return told(base.read_results(folder, wanted, needed, SUMMARY))


SUMMARY = (
    *("compliant", "goal", "cost_usd", "capex_usd", "first_year", "last_year", "price_year", "instance", "policy"),
    *("envelope", "shortfall_t", "unserved_t", "first_compliant_year", "first_compliant_year_by_row", "versions"),
)
"""Keys of the summary without which there is no report."""
