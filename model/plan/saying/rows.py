"""A plan's results as rows of plain values with names looked up: what sentences and the report are made from."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import pandas as pd

from model.base.content import Content, content_of
from model.base.places import to_json
from model.base.results import Results
from model.base.schema import columns
from model.base.words import listed
from model.plan.saying.along import along

Row = dict[str, Any]


class Told:
    """Results, of a run or read from its folder, with ``more`` tables (an explanation's): both tell the same.

    ``told["builds"]`` are rows of text, whole numbers, numbers, and None for blanks; regions and stages in full. Of a
    tree of futures the rows are those of the likeliest; ``whole`` has all.
    """

    def __init__(self, results: Results, more: Mapping[str, pd.DataFrame] | None = None) -> None:
        self.whole, self.results = results, along(results)
        self._more, self._rows = more or {}, dict[str, list[Row]]()

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """``summary.json`` as it is read."""
        return dict(json.loads(to_json(self.results.summary)))

    def __contains__(self, table: object) -> bool:
        """Whether the run wrote a table."""
        return table in self._more or table in self.results.tables

    def __getitem__(self, table: str) -> list[Row]:
        """Rows of a table; none where the run did not write it."""
        if table not in self._rows:
            there = self._more if table in self._more else self.results.tables
            types = {c.column: c.type for c in columns(table)}
            self._rows[table] = rows(there[table], types) if table in there else []
        return self._rows[table]

    @cached_property
    def builds_of_every_branch(self) -> list[Row]:
        """What is decided in all futures, with the branch."""
        return rows(self.whole.tables["builds"], {c.column: c.type for c in columns("builds", branched=True)})

    @cached_property
    def years(self) -> range:
        """The years of the horizon."""
        return range(self.summary["first_year"], self.summary["last_year"] + 1)

    @cached_property
    def words(self) -> Content:
        """What goods are counted by, in words."""
        return content_of(self.summary.get("content") or {})

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

    @property
    def measured(self) -> list[Row]:
        """What each target reaches: the rows of every table that says so."""
        return [row for table in ("shares", "benchmarks", "withstand") for row in self[table]]

    def place(self, name: str) -> str:
        """A region in full, or a group by its code as words; several buyers one by one."""
        if "+" in name and name not in self.regions:
            return listed([self.place(part) for part in name.split("+")])
        return self.regions.get(name) or name.replace("_", " ")

    def scope(self, name: str) -> str:
        """A stage in full, or goods by their names."""
        if "+" in name and name not in self.stages and name not in self.goods:
            return listed([self.scope(part) for part in name.split("+")])
        return str(self.stages.get(name) or self.goods.get(name, {}).get("name") or name)

    def row(self, row: str) -> str:
        """A row of the policy in words: its title, or what it asks for."""
        return str(self.summary["policy"].get("row_names", {}).get(row, row))

    def title(self, row: str) -> str:
        """The title that the policy's file gives a row; blank where it gives none."""
        return str(self.summary["policy"].get("titles", {}).get(row, ""))

    @cached_property
    def scopes_of(self) -> dict[str, set[tuple[str, str]]]:
        """Buyers and scopes of which each row is a target."""
        found: dict[str, set[tuple[str, str]]] = {}
        for target in self["targets"]:
            found.setdefault(target["policy_row"], set()).add((target["buyer"], target["scope"]))
        return found


class ToldShort(Told):
    """The same with regions without what stands in brackets behind their names, as a terminal has room for."""

    def place(self, name: str) -> str:
        """A region by its name, or a group by its code as words."""
        return super().place(name).partition(" (")[0]


def rows(frame: pd.DataFrame, types: Mapping[str, str]) -> list[Row]:
    """Rows of a table as plain values, by the type of each column (text where it has none).

    >>> frame = pd.DataFrame({"plant": ["A"], "new_t": [float("inf")], "year": pd.array([2030], dtype="Int64")})
    >>> rows(frame, {"new_t": "number", "year": "integer"})
    [{'plant': 'A', 'new_t': None, 'year': 2030}]
    """
    cells = [plain(frame[name].tolist(), types.get(str(name), "string")) for name in frame]
    return [dict(zip(map(str, frame), row, strict=True)) for row in zip(*cells, strict=True)]


def plain(values: list[Any], kind: str) -> list[Any]:
    """Cells of a column of a type as plain values; None for a number that is blank or not finite."""
    if kind == "string":
        return ["" if v is None or v is pd.NA or v != v else v for v in values]
    cast = int if kind == "integer" else float
    return [None if v is None or v is pd.NA or v == "" or not math.isfinite(float(v)) else cast(v) for v in values]
