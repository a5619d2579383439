"""The answer to "which decisions hold": its tables, and the folder that holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.places import check_place, new_folder, to_json, write_json, write_table
from model.base.schema import columns, resource

TABLES = ("alternatives", "places")
OURS = frozenset({*(f"{t}.csv" for t in TABLES), "summary.json", "datapackage.json"})
Row = tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Alternatives:
    """Which decisions hold. ``table``: each plant at each slack (``alternatives.csv``); ``places``: stages by place.

    ``plan``: the summary of the plan that was asked; ``asked``: slacks in USD, the first and last year called now.
    """

    plan: Mapping[str, Any]
    asked: Mapping[str, Any]
    table: pd.DataFrame
    places: pd.DataFrame

    def __repr__(self) -> str:
        last = self.table[self.table["slack_usd"] == self.table["slack_usd"].max()]
        counts = last["verdict"].value_counts()
        return f"<Alternatives: {', '.join(f'{n} {verdict}' for verdict, n in counts.items())}>"

    def verdict(self, plant: str, slack_usd: float | None = None) -> str:
        """The verdict on a plant at a slack, by default the smallest. Raises KeyError."""
        rows = self.table[self.table["plant"] == plant]
        at = rows["slack_usd"].min() if slack_usd is None else slack_usd
        found = rows["verdict"][rows["slack_usd"] == at]
        if not len(found):
            raise KeyError(plant if not len(rows) else slack_usd)
        return str(found.iloc[0])

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name."""
        return {"alternatives": self.table, "places": self.places}

    def write(self, folder: str | Path) -> Path:
        """Write the tables to a folder, whole or not at all; an earlier answer there is replaced.

        Raises InputError where the folder holds something else, OSError.
        """
        folder = Path(folder)
        check_alternatives_place(folder)
        keys = ("instance", "policy", "overrides", "scenario", "goal", "cost_usd", "premium_usd", "versions")
        with new_folder(folder) as beside:
            for name, table in self.tables.items():
                write_table(beside / f"{name}.csv", table)
            told = to_json({**{key: self.plan[key] for key in keys if key in self.plan}, **self.asked})
            (beside / "summary.json").write_text(told, encoding="utf-8", newline="")
            write_json(beside / "datapackage.json", self._datapackage())
        return folder

    def _datapackage(self) -> dict[str, Any]:
        instance, policy = self.plan["instance"], self.plan["policy"]
        return {
            "profile": "data-package",
            "name": f"{instance['name']}-{policy['name']}-alternatives".lower(),
            "title": f"{instance['title']}: decisions that hold, under {policy['title']}",
            "description": f"Money: present value, USD of {self.plan['price_year']}; empty cells have no value.",
            "resources": [resource(name, columns(name, family="alternatives")) for name in TABLES],
        }


def check_alternatives_place(folder: Path) -> None:
    """A folder may be new, empty, or one that such an answer was written to; nothing else is ever replaced."""
    check_place(folder, OURS, "what is no answer to this question")


def frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    """A table of its rows, typed as the dictionary says; numbers may be blank."""
    spec = columns(name, family="alternatives")
    kinds = {"string": "str", "integer": "Int64", "number": "float64"}
    return pd.DataFrame(rows, columns=[c.column for c in spec]).astype({c.column: kinds[c.type] for c in spec})
