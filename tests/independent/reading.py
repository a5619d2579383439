"""Reads an instance folder and a policy file with the standard library alone.

No validation beyond what Python does by itself: the instances given to this reader are valid.
"""

from __future__ import annotations

import csv
import math
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .wider import Wider, read_wider

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Plant:
    """One row of plants.csv, defaults filled in."""

    name: str
    process: str
    region: str
    variable_cost: float
    fixed_cost: float
    availability: float
    capex: float | None
    lead_time: int
    ramp_years: int
    lifetime: int
    wacc: float
    max_build: float
    max_build_per_year: float
    decisions: range
    may_close: bool = False


@dataclass(frozen=True)
class Lane:
    """What a shipment between two regions costs in one year, how much may go, and how it may fall."""

    freight: float
    tariff: float
    max_flow: float
    fall: float | None = None
    switch_cost: float = 0.0


@dataclass(frozen=True)
class Stockpile:
    """One row of stockpiles.csv."""

    initial: float
    capacity: float
    holding_cost: float
    loss_rate: float


@dataclass(frozen=True)
class Demand:
    """One demand, with its quantity and its shortage cost in every year of the horizon."""

    commodity: str
    region: str
    sector: str
    quantity: Mapping[int, float]
    shortage_cost: Mapping[int, float]


@dataclass(frozen=True)
class Instance:
    """An instance folder, in t, USD and years."""

    years: range
    rate: float
    regions: list[str]
    groups: dict[str, list[str]]
    stage: dict[str, str]
    rho: dict[str, float]
    price: dict[str, float]
    unsold: set[str]
    recipes: dict[str, dict[str, float]]
    plants: list[Plant]
    existing: dict[tuple[str, int], float]
    demands: list[Demand]
    lanes: dict[tuple[str, str, str, int], Lane]
    stockpiles: dict[tuple[str, str], Stockpile]
    rows: dict[tuple[str, str, str, int], Lane] = field(default_factory=dict)
    """Lanes as lanes.csv has them, whatever events do."""
    wider: Wider = field(default_factory=Wider)

    def members(self, name: str | list[str]) -> list[str]:
        """The regions behind a region, a group, `*`, or a list of these."""
        if isinstance(name, list):
            return list(dict.fromkeys(r for one in name for r in self.members(one)))
        if name == "*":
            return self.regions
        return self.groups.get(name, [name])

    def goods(self, name: str) -> list[str]:
        """The goods behind a commodity, a stage or `*`; a name that is both is the commodity's."""
        if name in self.stage:
            return [name]
        return [good for good, stage in self.stage.items() if name in ("*", stage)]


def trajectory(value: float | Mapping[Any, float], year: int) -> float:
    """A number, or a table by year: linear between its years, flat outside."""
    if not isinstance(value, dict):
        return float(value)  # type: ignore[arg-type]
    known = sorted((int(y), float(v)) for y, v in value.items())
    if year <= known[0][0]:
        return known[0][1]
    for (y0, v0), (y1, v1) in zip(known, known[1:], strict=False):
        if year <= y1:
            return v0 + (v1 - v0) * (year - y0) / (y1 - y0)
    return known[-1][1]


def read_policy(path: Path) -> dict[str, Any]:
    """The policy file as TOML gives it."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def read_instance(folder: Path) -> Instance:
    """The whole folder; a table that is absent is empty."""
    head = tomllib.loads((folder / "instance.toml").read_text(encoding="utf-8"))
    years = range(head["horizon"]["first_year"], head["horizon"]["last_year"] + 1)
    rate = float(head["finance"]["discount_rate"])
    groups: dict[str, list[str]] = {}
    for row in _table(folder, "groups"):
        groups.setdefault(row["group"], []).append(row["region"])
    recipes: dict[str, dict[str, float]] = {}
    for row in _table(folder, "recipes"):
        recipes.setdefault(row["process"], {})[row["commodity"]] = float(row["coefficient"])
    goods = _table(folder, "commodities")
    wider = read_wider(folder)
    instance = Instance(
        years=years,
        rate=rate,
        regions=[row["region"] for row in _table(folder, "regions")],
        groups=groups,
        stage={row["commodity"]: row["stage"] for row in goods},
        rho={row["commodity"]: _content(row, wider) for row in goods},
        price={row["commodity"]: _number(row, "price", 0.0) for row in goods},
        unsold={row["commodity"] for row in goods if row.get("may_be_unsold", "") == "1"},
        recipes=recipes,
        plants=[_plant(row, years, rate) for row in _table(folder, "plants")],
        existing=_existing(_table(folder, "capacity"), years),
        demands=_demands(_table(folder, "demand"), years),
        lanes={},
        stockpiles={
            (row["commodity"], row["region"]): Stockpile(
                *(_number(row, c, 0.0) for c in ("initial", "capacity", "holding_cost", "loss_rate"))
            )
            for row in _table(folder, "stockpiles")
        },
        wider=wider,
    )
    _lay_lanes(instance, _table(folder, "lanes"))
    instance.rows.update(instance.lanes)
    return instance


def _content(row: Mapping[str, str], wider: Wider) -> float:
    """All that a good holds; contents.csv is the whole truth where it has rows."""
    if wider.contents:
        return math.fsum(wider.contents.get(row["commodity"], {}).values())
    return _number(row, "content" if "content" in row else "ree_content", 0.0)


def _table(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [{k: (v or "").strip() for k, v in row.items()} for row in csv.DictReader(lines)]


def _number(row: Mapping[str, str], column: str, default: float) -> float:
    text = row.get(column, "")
    return float(text) if text else default


def _plant(row: Mapping[str, str], years: range, rate: float) -> Plant:
    first = int(_number(row, "first_decision", years[0]))
    last = int(_number(row, "last_decision", years[-1]))
    lead_time = int(_number(row, "lead_time", 0))
    # A build that could not come on stream within the horizon is never decided.
    window = range(max(first, years[0]), min(last, years[-1] - lead_time) + 1)
    return Plant(
        name=row["plant"],
        process=row["process"],
        region=row["region"],
        variable_cost=_number(row, "variable_cost", 0.0),
        fixed_cost=_number(row, "fixed_cost", 0.0),
        availability=_number(row, "availability", 1.0),
        capex=float(row["capex"]) if row["capex"] else None,
        lead_time=lead_time,
        ramp_years=int(_number(row, "ramp_years", 0)),
        lifetime=int(_number(row, "lifetime", 0)),
        wacc=_number(row, "wacc", rate),
        max_build=_number(row, "max_build", math.inf),
        max_build_per_year=_number(row, "max_build_per_year", math.inf),
        decisions=window,
        may_close=row.get("may_close", "") == "1",
    )


def _existing(rows: list[dict[str, str]], years: range) -> dict[tuple[str, int], float]:
    """Capacity of every plant and year: the value of the last listed year so far, 0 before."""
    listed: dict[str, dict[int, float]] = {}
    for row in rows:
        listed.setdefault(row["plant"], {})[int(row["year"])] = float(row["capacity"])
    held: dict[tuple[str, int], float] = {}
    for plant, values in listed.items():
        for year in years:
            past = [y for y in values if y <= year]
            held[plant, year] = values[max(past)] if past else 0.0
    return held


def _demands(rows: list[dict[str, str]], years: range) -> list[Demand]:
    listed: dict[tuple[str, str, str], dict[int, tuple[float, float]]] = {}
    for row in rows:
        key = (row["commodity"], row["region"], row["sector"])
        values = (float(row["quantity"]), float(row["shortage_cost"]))
        listed.setdefault(key, {})[int(row["year"])] = values
    demands = []
    for (commodity, region, sector), known in listed.items():
        quantity = {y: v[0] for y, v in known.items()}
        shortage = {y: v[1] for y, v in known.items()}
        demands.append(
            Demand(
                commodity,
                region,
                sector,
                {y: trajectory(quantity, y) for y in years},
                {y: trajectory(shortage, y) for y in years},
            )
        )
    return demands


def _lay_lanes(instance: Instance, rows: list[dict[str, str]]) -> None:
    """Row after row: a later one replaces an earlier one, whole, in its own years."""
    for row in rows:
        lane = Lane(
            _number(row, "freight", 0.0),
            _number(row, "tariff", 0.0),
            _number(row, "max_flow", math.inf),
            float(row["fall"]) if row.get("fall") else None,
            _number(row, "switch_cost", 0.0),
        )
        first = int(_number(row, "from", instance.years[0]))
        last = int(_number(row, "to", instance.years[-1]))
        goods = list(instance.stage) if row["commodity"] == "*" else [row["commodity"]]
        for good in goods:
            for origin in instance.members(row["origin"]):
                for destination in instance.members(row["destination"]):
                    for year in range(first, last + 1):
                        instance.lanes[good, origin, destination, year] = lane
