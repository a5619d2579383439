"""A plan's results, the one noun between solver and reader: tables by name and a summary, in memory or in a folder.

``dictionaries/plan.csv`` says what each column is. A folder is written whole or not at all and read with every problem
in one report; a table read again is the table that was written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.content import content_of
from model.base.places import check_place, new_folder, write_json, write_table
from model.base.problems import InputError, Problem, nearest
from model.base.reading import _types, read_json, read_table
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
