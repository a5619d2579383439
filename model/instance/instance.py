"""A checked instance: frozen tables and the look-ups that the formulation, the checker and the tables share."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.base.content import Content, content_of
from model.instance.files.checks import known
from model.instance.files.shape import relabelled, shape_of
from model.instance.files.toml_files import Document
from model.instance.policy.policies import OF_MATERIAL, Places
from model.instance.records import DemandYear, Envelope, Plant, Stockpile

Pair = tuple[str, str]
DemandKey = tuple[str, str, str]


@dataclass(frozen=True, repr=False)
class Instance:
    """Tables that have passed every check, and the scalars of ``instance.toml``; ``overlooked``: files nobody reads."""

    name: str
    title: str
    description: str
    first_year: int
    last_year: int
    discount_rate: float
    price_year: int
    default_policy: str
    envelope: Envelope | None
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    documents: Mapping[str, Document] = field(repr=False)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    overlooked: tuple[str, ...] = ()

    def __repr__(self) -> str:
        edits = f", edited: {', '.join(self.overrides)}" if self.overrides else ""
        size = f"{len(self.regions)} regions, {len(self.plants)} plants, {self.first_year}-{self.last_year}"
        return f"<Instance {self.name}: {size}{edits}>"

    @cached_property
    def words(self) -> Content:
        """What goods are counted by, in words."""
        head = self.documents.get("instance.toml")
        said = head.data.get("content") if head is not None else None
        return content_of(said if isinstance(said, Mapping) else {})

    @cached_property
    def years(self) -> range:
        """The years of the horizon."""
        return range(self.first_year, self.last_year + 1)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Names of the regions."""
        return tuple(self.tables["regions"]["region"])

    @cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Regions of each group."""
        frame = self.tables["groups"]
        return {str(g): tuple(rows) for g, rows in frame.groupby("group", sort=False)["region"]}

    @cached_property
    def stages(self) -> dict[str, tuple[str, ...]]:
        """Commodities of each stage, stages in the order of the value chain."""
        goods = self.tables["commodities"]
        order = self.tables["stages"].sort_values("order", kind="stable")["stage"]
        return {s: tuple(goods["commodity"][goods["stage"] == s]) for s in order}

    @cached_property
    def commodities(self) -> tuple[str, ...]:
        """Names of the commodities."""
        return tuple(self.tables["commodities"]["commodity"])

    @cached_property
    def content(self) -> dict[str, float]:
        """``rho``: content, t per t of each commodity; the sum of its materials where they are told."""
        if not len(self.tables["contents"]):
            return self._column("commodities", "commodity", "content")
        return {k: math.fsum(held.get(k, 0.0) for held in self.materials.values()) for k in self.commodities}

    @cached_property
    def materials(self) -> dict[str, dict[str, float]]:
        """For each material of contents.csv the t of it in a t of each commodity that holds some."""
        found: dict[str, dict[str, float]] = {}
        rows = self.tables["contents"][["commodity", "material", "content"]].itertuples(index=False, name=None)
        for commodity, material, content in rows:
            found.setdefault(material, {})[commodity] = float(content)
        return found

    def weight_of(self, commodity: str, weight: str) -> float:
        """What a tonne weighs: its content (``content``), one (``tonnes``), or what it holds of a material."""
        if weight == "content":
            return self.content[commodity]
        return 1.0 if weight == "tonnes" else self.materials[weight.removeprefix(OF_MATERIAL)].get(commodity, 0.0)

    @cached_property
    def price(self) -> dict[str, float]:
        """Price on which tariffs are charged, USD/t."""
        return self._column("commodities", "commodity", "price")

    @cached_property
    def may_be_unsold(self) -> dict[str, bool]:
        """Whether a by-product may be left unsold."""
        return self._column("commodities", "commodity", "may_be_unsold")

    def _column(self, table: str, key: str, value: str) -> dict[str, Any]:
        frame = self.tables[table]
        return dict(zip(frame[key], frame[value].tolist(), strict=True))

    @cached_property
    def recipes(self) -> dict[str, dict[str, float]]:
        """``a[p,k]``: t of each commodity made (> 0) or used (< 0) per unit of activity."""
        recipes: dict[str, dict[str, float]] = {}
        columns = self.tables["recipes"][["process", "commodity", "coefficient"]]
        for process, commodity, coefficient in columns.itertuples(index=False, name=None):
            recipes.setdefault(process, {})[commodity] = coefficient
        return recipes

    @cached_property
    def plants(self) -> dict[str, Plant]:
        """Plants by name, blanks filled: no build limit is infinite, no cost of capital is the discount rate."""
        plants = {}
        for row in self.tables["plants"].to_dict("records"):
            given: dict[str, Any] = {str(k): None if v is pd.NA or v != v else v for k, v in row.items()}
            wacc, first, last = given["wacc"], given["first_decision"], given["last_decision"]
            plants[str(given["plant"])] = Plant(
                given["plant"],
                given["process"],
                given["region"],
                given["variable_cost"],
                given["fixed_cost"],
                given["availability"],
                given["capex"],
                int(given["lead_time"] or 0),
                int(given["ramp_years"] or 0),
                int(given["lifetime"] or 0),
                self.discount_rate if wacc is None else wacc,
                given["max_build"],
                given["max_build_per_year"],
                self.first_year if first is None else int(first),
                self.last_year if last is None else int(last),
                given["success"],
                given["slip_years"],
                bool(given["may_close"]),
                given["unit_size"],
                given["min_size"],
            )
        return plants

    def decision_years(self, plant: Plant) -> range:
        """Years in which capacity may be decided: within the plant's window, and early enough to come on stream."""
        if plant.capex is None or min(plant.max_build, plant.max_build_per_year) == 0:
            return range(0)
        first = max(self.first_year, plant.first_decision)
        return range(first, min(self.last_year - plant.lead_time, plant.last_decision) + 1)

    @cached_property
    def existing(self) -> dict[str, dict[int, float]]:
        """Existing and committed capacity by plant and year, t/yr: a value holds until the next listed year."""
        listed: dict[str, dict[int, float]] = {}
        columns = self.tables["capacity"][["plant", "year", "capacity"]]
        for plant, year, capacity in columns.itertuples(index=False, name=None):
            listed.setdefault(plant, {})[int(year)] = capacity
        existing = {}
        for plant, values in listed.items():
            steps = sorted(values)
            held = {y: max((s for s in steps if s <= y), default=None) for y in self.years}
            existing[plant] = {y: 0.0 if s is None else values[s] for y, s in held.items()}
        return existing

    @cached_property
    def demands(self) -> dict[DemandKey, dict[int, DemandYear]]:
        """Demand by commodity, region and sector, then year: linear between listed years."""
        demands: dict[DemandKey, dict[int, DemandYear]] = {}
        keys = ["commodity", "region", "sector"]
        for (commodity, region, sector), rows in self.tables["demand"].sort_values("year").groupby(keys, sort=False):
            listed = rows["year"].to_numpy(dtype=float)
            at = np.array(self.years, dtype=float)
            quantity = np.interp(at, listed, rows["quantity"].to_numpy(dtype=float)).tolist()
            cost = np.interp(at, listed, rows["shortage_cost"].to_numpy(dtype=float)).tolist()
            values = [DemandYear(*v) for v in zip(quantity, cost, strict=True)]
            demands[str(commodity), str(region), str(sector)] = dict(zip(self.years, values, strict=True))
        return demands

    @cached_property
    def stockpiles(self) -> dict[Pair, Stockpile]:
        """Stockpiles by commodity and region."""
        columns = self.tables["stockpiles"][["commodity", "region", *Stockpile._fields]]
        return {(k, r): Stockpile(*v) for k, r, *v in columns.itertuples(index=False, name=None)}

    @cached_property
    def makers(self) -> dict[Pair, tuple[str, ...]]:
        """Plants that make a commodity in a region."""
        return self._plants_by_good(1)

    @cached_property
    def users(self) -> dict[Pair, tuple[str, ...]]:
        """Plants that use a commodity in a region."""
        return self._plants_by_good(-1)

    def _plants_by_good(self, sign: int) -> dict[Pair, tuple[str, ...]]:
        found: dict[Pair, list[str]] = {}
        for plant in self.plants.values():
            for commodity, coefficient in self.recipes[plant.process].items():
                if coefficient * sign > 0:
                    found.setdefault((commodity, plant.region), []).append(plant.name)
        return {key: tuple(names) for key, names in found.items()}

    @cached_property
    def sectors(self) -> dict[Pair, tuple[str, ...]]:
        """Sectors that demand a commodity in a region."""
        found: dict[Pair, list[str]] = {}
        for commodity, region, sector in self.demands:
            found.setdefault((commodity, region), []).append(sector)
        return {key: tuple(names) for key, names in found.items()}

    @cached_property
    def used_at(self) -> tuple[Pair, ...]:
        """Commodity and region pairs where the good is used, demanded or stored."""
        return tuple(dict.fromkeys([*self.users, *self.sectors, *self.stockpiles]))

    def members(self, place: str) -> tuple[str, ...]:
        """The regions of a group, of ``*``, or the region itself."""
        return self.regions if place == "*" else self.groups.get(place, (place,))

    def final_demand(
        self, regions: tuple[str, ...], year: int, weight: str, goods: Collection[str] | None = None
    ) -> float:
        """Demand of some regions in a year, in t of content or (``weight="tonnes"``) of goods; of some goods alone."""
        return sum(
            by_year[year].quantity * self.weight_of(k, weight)
            for (k, r, _), by_year in self.demands.items()
            if r in regions and (goods is None or k in goods)
        )

    @cached_property
    def counted_goods(self) -> frozenset[str]:
        """Final goods by whose kilograms a premium is told: those that hold content, or all where none does."""
        final = frozenset(k for k, *_ in self.demands)
        return frozenset(k for k in final if self.content[k] > 0) or final

    @cached_property
    def places(self) -> Places:
        """What a policy's names stand for here."""
        return Places(
            self.regions,
            self.groups,
            self.stages,
            self.content,
            self.first_year,
            self.last_year,
            known(self.tables, [Path(file).stem for file in self.documents if file.startswith("policies/")]),
            frozenset(self.tables["quotas"]["quota"]),
            self.materials,
            self.words.measure,
        )

    def table(self, name: str) -> pd.DataFrame:
        """A copy of an input table, to read or to edit, its rows numbered from 0."""
        frame = self.tables[name]
        shape = relabelled(shape_of(frame), {line: row for row, line in enumerate(frame.index)})
        given = frame.reset_index(drop=True)
        given.attrs["shape"] = shape
        return given

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)


def main_product(instance: Instance, process: str) -> str:
    """The product that earns most by listed price; without prices the one with most content, then tonnes.

    Nothing for a process that makes nothing.
    """
    recipe = instance.recipes[process]
    made = [k for k in recipe if recipe[k] > 0]
    worth = {k: (recipe[k] * instance.price[k], recipe[k] * instance.content[k], recipe[k]) for k in made}
    return max(worth, key=lambda k: worth[k], default="")
