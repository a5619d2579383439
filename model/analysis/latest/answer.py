"""The answer to "by when at the latest": its tables, and the folder that holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.places import check_place, new_folder, to_json, write_json, write_table
from model.base.schema import columns, resource

TABLES = ("latest", "waiting", "missed")
OURS = frozenset({*(f"{t}.csv" for t in TABLES), "summary.json", "datapackage.json"})


@dataclass(frozen=True, eq=False)
class Latest:
    """By when at the latest. ``table``: ``latest.csv``; ``waiting``: what waiting until each year costs.

    ``missed``: by how much which target is missed in which year. ``plan``: the summary of the plan that was asked.
    """

    plan: Mapping[str, Any]
    table: pd.DataFrame
    waiting: pd.DataFrame
    missed: pd.DataFrame

    def __repr__(self) -> str:
        year = self.table["latest_year"].iloc[0]
        return f"<Latest: {'nothing need be decided' if pd.isna(year) else f'nothing need be decided before {year}'}>"

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name, as a folder of results takes them: ``plan.write(folder, found.tables)``."""
        return dict(zip(TABLES, (self.table, self.waiting, self.missed), strict=True))

    def write(self, folder: str | Path) -> Path:
        """Write the tables to a folder, whole or not at all; an earlier answer there is replaced.

        Raises InputError where the folder holds something else, OSError.
        """
        folder = Path(folder)
        check_latest_place(folder)
        keys = ("instance", "policy", "overrides", "goal", "cost_usd", "premium_usd", "versions")
        with new_folder(folder) as beside:
            for name, table in self.tables.items():
                write_table(beside / f"{name}.csv", table)
            told = to_json({key: self.plan[key] for key in keys if key in self.plan})
            (beside / "summary.json").write_text(told, encoding="utf-8", newline="")
            write_json(beside / "datapackage.json", self._datapackage())
        return folder

    def _datapackage(self) -> dict[str, Any]:
        instance, policy = self.plan["instance"], self.plan["policy"]
        return {
            "profile": "data-package",
            "name": f"{instance['name']}-{policy['name']}-latest".lower(),
            "title": f"{instance['title']}: by when at the latest, under {policy['title']}",
            "description": f"Money: present value, USD of {self.plan['price_year']}; empty cells have no value.",
            "resources": [resource(name, columns(name, family="latest")) for name in TABLES],
        }


def check_latest_place(folder: Path) -> None:
    """A folder may be new, empty, or one that such an answer was written to; nothing else is ever replaced."""
    check_place(folder, OURS, "what is no answer to this question")


def frame(name: str, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """A table of its rows, typed as the dictionary says; whole numbers may be blank."""
    spec = columns(name, family="latest")
    kinds = {"string": "str", "integer": "Int64", "number": "float64"}
    return pd.DataFrame(rows, columns=[c.column for c in spec]).astype({c.column: kinds[c.type] for c in spec})
