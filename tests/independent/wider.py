"""Tables of the page on what the world holds, read with the standard library alone."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from .reading import Instance, Plant

Row = dict[str, Any]


@dataclass(frozen=True)
class Contract:
    """A row of contracts.csv."""

    commodity: str
    origin: str
    destination: str
    first: float
    last: float
    min_flow: float
    break_cost: float

    def holds(self, year: int) -> bool:
        """Whether it is in force."""
        return self.first <= year <= self.last


@dataclass(frozen=True)
class Wider:
    """Contents by material, quotas, contracts, trade, paths and observations of an instance."""

    contents: dict[str, dict[str, float]] = field(default_factory=dict)
    quotas: list[Row] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    trade: dict[tuple[str, str, str], float] = field(default_factory=dict)
    paths: dict[tuple[str, str, str], dict[int, float]] = field(default_factory=dict)
    observations: list[Row] = field(default_factory=list)

    def factor(self, column: str, plant: Plant, year: int, members: Callable[[str], list[str]]) -> float:
        """The product of all paths of a column that match a plant, in a year."""
        return math.prod(
            _along(known, year)
            for (moved, process, place), known in self.paths.items()
            if moved == column and process in ("*", plant.process) and plant.region in members(place)
        )


def _along(known: Mapping[int, float], year: int) -> float:
    years = sorted(known)
    if year <= years[0]:
        return known[years[0]]
    if year >= years[-1]:
        return known[years[-1]]
    after = min(y for y in years if y >= year)
    before = max(y for y in years if y <= year)
    if after == before:
        return known[year]
    return known[before] + (known[after] - known[before]) * (year - before) / (after - before)


def read_wider(folder: Path) -> Wider:
    """All of them; a table that is absent is empty."""
    found = Wider(quotas=list(_rows(folder, "quotas")), observations=list(_rows(folder, "observations")))
    for row in _rows(folder, "contents"):
        found.contents.setdefault(row["commodity"], {})[row["material"]] = float(row["content"])
    for row in _rows(folder, "contracts"):
        years = float(row["from"] or "-inf"), float(row["to"] or "inf")
        limits = float(row["min_flow"]), float(row["break_cost"])
        found.contracts.append(Contract(row["commodity"], row["origin"], row["destination"], *years, *limits))
    for row in _rows(folder, "trade"):
        found.trade[row["commodity"], row["origin"], row["destination"]] = float(row["quantity"])
    for row in _rows(folder, "paths"):
        key = row["column"], row["process"], row["region"]
        found.paths.setdefault(key, {})[int(row["year"])] = float(row["factor"])
    return found


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    path = folder / f"{name}.csv"
    if path.exists():
        with path.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def quota_limits(instance: Instance, rows: list[Row]) -> list[tuple[int, float, set[tuple[str, str, str]]]]:
    """By name and year: the limit, and every lane that rows of the name cover, each once."""
    found: dict[tuple[str, int], tuple[float, set[tuple[str, str, str]]]] = {}
    for row in rows:
        first, last = float(row.get("from") or "-inf"), float(row.get("to") or "inf")
        lanes = set(_covered(instance, row))
        for year in instance.years:
            if first <= year <= last:
                key = row["quota"], year
                found[key] = float(row["max_flow"]), found.get(key, (0.0, set()))[1] | lanes
    return [(year, limit, lanes) for (_, year), (limit, lanes) in found.items()]


def _covered(instance: Instance, row: Row) -> Iterator[tuple[str, str, str]]:
    """From inside the origin to outside it; from anywhere: into the destination from outside it."""
    origins, places = instance.members(row["origin"]), instance.members(row["destination"])
    for origin in origins:
        for place in places:
            outside = origin not in places if row["origin"] == "*" else place not in origins
            if outside:
                yield from ((good, origin, place) for good in instance.goods(row["commodity"]))
