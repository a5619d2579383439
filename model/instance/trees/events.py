"""What may happen in a future: events by kind, and the instance as it is while some of them hold."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass

from model.instance.instance import Instance
from model.instance.records import DemandYear, Plant

Names = frozenset[str] | None
"""What an event speaks of; None: everything."""


@dataclass(frozen=True)
class Event:
    """One event of a scenario file. ``name`` is its row (``branch.0.event.1``); it holds from ``first`` to ``last``.

    Filters of different keys intersect. ``goods`` are commodities; ``origin`` is None where every lane between two
    regions is meant. Of the numbers only those of its kind are set: ``max_flow`` and ``quota`` t/yr, ``add`` a share of
    the price, ``factor``, ``years``.
    """

    name: str
    kind: str
    first: int
    last: int
    origin: Names = None
    destination: Names = None
    goods: Names = None
    regions: Names = None
    sectors: Names = None
    processes: Names = None
    plants: Names = None
    max_flow: float | None = None
    quota: float | None = None
    add: float = 0.0
    factor: float = 1.0
    years: int = 0

    def on_lane(self, commodity: str, origin: str, destination: str) -> bool:
        """Whether it speaks of a lane between two regions."""
        if origin == destination or not _among(self.goods, commodity):
            return False
        outside = self.origin is None or (origin in self.origin and destination not in self.origin)
        return outside and _among(self.destination, destination)

    def on_plant(self, plant: Plant) -> bool:
        """Whether it speaks of a plant."""
        pairs = ((self.regions, plant.region), (self.processes, plant.process), (self.plants, plant.name))
        return all(_among(names, name) for names, name in pairs)

    def on_demand(self, commodity: str, region: str, sector: str) -> bool:
        """Whether it speaks of a demand."""
        pairs = ((self.goods, commodity), (self.regions, region), (self.sectors, sector))
        return all(_among(names, name) for names, name in pairs)


def _among(names: Names, name: str) -> bool:
    return names is None or name in names


def changed(instance: Instance, events: Iterable[Event]) -> Instance:
    """The instance while some events hold: demand and plants as they are then; lanes are for ``lanes.at_nodes``.

    A plant's ``lead_time`` is that of what is decided then, and it has no decision years where nothing may be.
    """
    told = [e for e in events if e.kind not in ("export_limit", "tariff")]
    if not told:
        return instance
    found = copy.copy(instance)  # with all that has been looked up so far
    demands = dict(instance.demands)
    for event in (e for e in told if e.kind == "demand"):
        for q in (q for q in demands if event.on_demand(*q)):
            demands[q] = {y: DemandYear(d.quantity * event.factor, d.shortage_cost) for y, d in demands[q].items()}
    plants = dict(instance.plants)
    for event in (e for e in told if e.kind != "demand"):
        for name, plant in plants.items():
            if event.on_plant(plant):
                plants[name] = _while(event, plant)
    vars(found).update(demands=demands, plants=plants)
    return found


def _while(event: Event, plant: Plant) -> Plant:
    if event.kind == "cost":
        return plant._replace(variable_cost=plant.variable_cost * event.factor)
    if event.kind == "capacity_factor":
        return plant._replace(availability=plant.availability * event.factor)
    if event.kind == "lead_time_delay":
        return plant._replace(lead_time=plant.lead_time + event.years)
    return plant._replace(max_build_per_year=0.0)  # no_build
