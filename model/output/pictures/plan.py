"""What the pictures are drawn from: result tables with names, stages and colours looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.content import Content, content_of
from model.base.results import Results, read_results
from model.base.schema import columns
from model.base.words import clean
from model.output import colours
from model.output.pictures.style import GREY, short
from model.plan.horizon import still_ramping
from model.plan.saying.along import along, likeliest
from model.plan.saying.answer import HARDLY

TABLES = (
    *(
        "shares",
        "benchmarks",
        "builds",
        "decisions",
        "activity",
        "costs",
        "premium",
        "prices",
        "demand",
        "shortfalls",
        "shipments",
    ),
    *("plants", "goods", "recipes", "regions", "misses", "support"),
)


@dataclass(frozen=True)
class PlanTables:
    """The tables of one plan and its summary; a table that the results lack is empty."""

    tables: Mapping[str, pd.DataFrame]
    summary: Mapping[str, Any]

    def __getitem__(self, table: str) -> pd.DataFrame:
        if table in self.tables:
            return self.tables[table]
        return pd.DataFrame({c.column: pd.Series(dtype="object") for c in columns(table, traced=True)})

    @property
    def years(self) -> list[int]:
        """The years of the horizon."""
        return list(range(int(self.summary["first_year"]), int(self.summary["last_year"]) + 1))

    @cached_property
    def grey_from(self) -> int | None:
        """The first of the last years, which pay for capacity that still ramps when the horizon ends."""
        ramps = dict(zip(self["plants"]["plant"], self["plants"]["ramp_years"], strict=True))
        built = [ramps.get(plant, 0) for plant in self["builds"]["plant"]]
        return still_ramping(self.years[-1], (0 if pd.isna(ramp) else int(ramp) for ramp in built))

    @cached_property
    def idle(self) -> dict[str, float]:
        """New plants that hardly run, and at which part of their capacity."""
        frame = self["support"]
        built = frame[frame["kind"] == "built"]
        used = zip(built["plant"], built["utilisation"].fillna(0.0).astype(float), strict=True)
        return {str(plant): part for plant, part in used if part < HARDLY}

    @property
    def source(self) -> str:
        """What the picture is made from, in a line."""
        s = self.summary
        version = s["versions"].get("model", "")
        future = f"; if {clean(likeliest(s)['name'])}" if s.get("futures") else ""
        return (
            f"{s['instance']['title']} ({s['instance']['name']}); policy: {s['policy']['title']} "
            f"({s['policy']['name']}){future}. Money: USD of {s['price_year']}. Model {version}."
        )

    @property
    def words(self) -> Content:
        """What goods are counted by, in words."""
        return content_of(self.summary.get("content") or {})

    @property
    def price_year(self) -> int:
        """Year of the money."""
        return int(self.summary["price_year"])

    @cached_property
    def stages(self) -> dict[str, str]:
        """Stages in the order of the value chain, with their names in full."""
        goods = self["goods"].sort_values(["stage_order", "stage"]) if len(self["goods"]) else self["goods"]
        return dict(zip(goods["stage"], goods["stage_name"], strict=True))

    @cached_property
    def stage_of(self) -> dict[str, str]:
        """Stage of each plant's main product."""
        return dict(zip(self["plants"]["plant"], self["plants"]["stage"], strict=True))

    def stage(self, plant: str, process: str) -> str:
        """What a plant counts to: its stage; its process where the results don't say."""
        return self.stage_of.get(plant) or process

    def stage_names(self, found: pd.Series[Any]) -> dict[str, str]:
        """The stages found, in order, with their names."""
        there = set(found)
        known = {stage: name for stage, name in self.stages.items() if stage in there}
        return known | {str(stage): str(stage) for stage in sorted(there - set(known))}

    def region(self, name: str) -> str:
        """Name of a region, short enough for a label; a group by its code as words."""
        return short(self._regions.get(name) or name.replace("_", " "), 26)

    def plant(self, name: str) -> str:
        """Name of a plant, short enough for a label."""
        return short(self._plants.get(name, name), 40)

    def scope(self, name: str) -> str:
        """Name of a stage, or the commodities of a scope."""
        return short(self.stages.get(name) or " and ".join(self._goods.get(k, k) for k in name.split("+")), 30)

    def colour(self, region: str) -> str:
        """Colour of a region, the same in all pictures and charts; grey where none is left."""
        at = self._colours.get(region, colours.GREY)
        return GREY if at == colours.GREY else colours.PALETTE[at][0]

    @cached_property
    def _colours(self) -> dict[str, int]:
        return colours.places(map(str, self["regions"]["region"]))

    @cached_property
    def _regions(self) -> dict[str, str]:
        return dict(zip(self["regions"]["region"], self["regions"]["name"], strict=True))

    @cached_property
    def _goods(self) -> dict[str, str]:
        return dict(zip(self["goods"]["commodity"], self["goods"]["name"], strict=True))

    @cached_property
    def _plants(self) -> dict[str, str]:
        return dict(zip(self["plants"]["plant"], self["plants"]["name"], strict=True))

    @property
    def buyers(self) -> dict[str, list[str]]:
        """Regions of each buyer that the policy names."""
        return {str(k): list(v) for k, v in (self.summary["policy"].get("buyers") or {}).items()}


def plan_tables(results: Results | str | Path) -> PlanTables:
    """The plan of results, or in a results folder, as pictures look at it; of several futures the likeliest.

    Raises InputError.
    """
    found = results if isinstance(results, Results) else read_results(results, TABLES)
    return PlanTables(along(found).tables, found.summary)
