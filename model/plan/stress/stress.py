"""The answer: tables of what is served and for how long, of what gives way, and the crises in order of harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.places import check_place, new_folder, to_csv, to_json, write_json
from model.base.schema import columns, resource
from model.plan.stress.asked import ALL, Asked

TABLES = ("stress", "gives_way", "hedges")
OURS = frozenset({*(f"{t}.csv" for t in TABLES), "stress.svg", "stress.png", "summary.json", "datapackage.json"})


@dataclass(frozen=True, eq=False)
class Stress:
    """What stops of exports do to a plan. ``table``: ``stress.csv``; ``gives_way``: ``gives_way.csv``.

    ``worst``: a row for each supplier, scope, year and length, all buyers together, the least served first.
    """

    asked: Asked
    table: pd.DataFrame
    gives_way: pd.DataFrame
    worst: pd.DataFrame

    def __repr__(self) -> str:
        first = self.worst.iloc[0]
        return (
            f"<Stress of {len(self.worst)} crises: worst {first['supplier']} ({first['scope']}) in {first['year']}, "
            f"{first['months']:g} months: {first['share']:.0%} served>"
        )

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables by name, to be written beside a plan's: ``plan.write(folder, model.stress(plan).tables)``."""
        return {"stress": self.table, "gives_way": self.gives_way}

    def matrix(self, months: float, scope: str = ALL) -> pd.DataFrame:
        """Share served, all buyers together: supplier x year, the worst supplier first."""
        rows = self.worst[(self.worst["months"] == months) & (self.worst["scope"] == scope)]
        wide = rows.pivot(index="supplier", columns="year", values="share")
        return wide.loc[wide.mean(axis=1).sort_values(kind="stable").index]

    def write(
        self,
        folder: str | Path,
        about: Mapping[str, Any],
        hedges: pd.DataFrame | None = None,
        *more: Callable[[Stress, Path], object],
    ) -> Path:
        """Write the tables to a folder, whole or not at all; an earlier stress test there is replaced.

        ``about`` is the summary of the plan that was tested; ``hedges`` what ``hedges`` found; ``more`` is what else
        writes into it, such as a picture. Raises InputError where the folder holds something else, OSError.
        """
        folder = Path(folder)
        check_stress_place(folder)
        frames = {**self.tables, **({} if hedges is None else {"hedges": hedges})}
        with new_folder(folder) as beside:
            for name, frame in frames.items():
                (beside / f"{name}.csv").write_text(to_csv(frame), encoding="utf-8", newline="")
            (beside / "summary.json").write_text(to_json(self._summary(about)), encoding="utf-8", newline="")
            write_json(beside / "datapackage.json", _datapackage(about, frames))
            for writes in more:
                writes(self, beside)
        return folder

    def _summary(self, about: Mapping[str, Any]) -> dict[str, Any]:
        keys = ("instance", "policy", "overrides", "goal", "cost_usd", "premium_usd", "capex_usd", "versions")
        a = self.asked
        return {
            **{key: about[key] for key in keys if key in about},
            "buyers": {name: list(regions) for name, regions in a.buyers.items()},
            "suppliers": {name: sorted(regions) for name, regions in a.suppliers.items()},
            "scopes": {name: sorted(goods) for name, goods in a.scopes.items()},
            "months": list(a.months),
            "years": list(a.years),
            "others": a.others,
            "first": list(a.first),
        }


def check_stress_place(folder: Path) -> None:
    """A folder may be new, empty, or one that a stress test was written to; nothing else is ever replaced."""
    check_place(folder, OURS, "what is no stress test")


def _datapackage(about: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    instance, policy = about.get("instance", {}), about.get("policy", {})
    return {
        "profile": "data-package",
        "name": f"{instance.get('name', '')}-{policy.get('name', '')}-stress".lower(),
        "title": f"{instance.get('title', '')}: if exports stop, under {policy.get('title', '')}",
        "description": "What is served of some buyers' demand when a supplier stops its exports; t of content.",
        "resources": [resource(name, columns(name, family="stress")) for name in frames],
    }


def framed(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """``stress.csv`` of its rows."""
    known = [c.column for c in columns("stress", family="stress")]
    return pd.DataFrame([(*row, float("nan")) for row in rows], columns=known)


def gives_way_frame(rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
    """``gives_way.csv`` of its rows."""
    return pd.DataFrame(rows, columns=[c.column for c in columns("gives_way", family="stress")])


def worst_first(table: pd.DataFrame) -> pd.DataFrame:
    """All buyers and sectors together, the least served first, then the shortest survival."""
    rows = table[(table["buyer"] == ALL) & (table["sector"] == ALL)]
    by = ["share", "survives_months", "months", "year", "supplier", "scope"]
    return rows.sort_values(by, kind="stable", ignore_index=True)
