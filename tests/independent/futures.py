"""A tree as so many certain futures side by side, with what they share made equal by rows: written from the page."""

from __future__ import annotations

import dataclasses
import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from .crises import add_crises
from .matrix import Programme
from .physics import Model, assemble
from .reading import Demand, Instance, Plant, read_instance, read_policy
from .reference import HOLD, Reference, _in_turn
from .targets import add_budgets, add_targets, traced_regions
from .units import KILO
from .wider import quota_limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .matrix import Terms

Row = dict[str, Any]
Unserved = dict[tuple[str, str, str, str, int], float]
"""By branch, commodity, region, sector and year."""


class Line(NamedTuple):
    """A line of the tree: its first year, the line that it leaves, its probability at the start, and what holds."""

    first: int
    off: str
    probability: float
    events: list[tuple[Row, int, int]]


def lines_of(scenario: Row, years: range) -> dict[str, Line]:
    """The lines of a scenario file, with the years of each event; those of the line that is left hold on."""
    last, trunk = years[-1], scenario.get("trunk", "as planned")
    own = [(e, e.get("from", years[0]), e.get("to", last)) for e in scenario.get("event", [])]
    found = {trunk: Line(years[0], "", 1.0, own)}
    for branch in scenario.get("branch", []):
        off, first = branch.get("off", trunk), branch["from"]
        end = branch.get("to", last)
        events = [(e, max(first, e.get("from", first)), e.get("to", end)) for e in branch.get("event", [])]
        left = found[off]
        found[branch["name"]] = Line(first, off, left.probability * branch["probability"], [*left.events, *events])
    return found


def stays(lines: Mapping[str, Line], name: str, year: int) -> float:
    """The probability of a line in a year: its own less what has left it."""
    return lines[name].probability - sum(x.probability for x in lines.values() if x.off == name and x.first <= year)


def solve_tree(folder: Path, policy: Path, scenario: Path, unserved0: Unserved) -> Reference:
    """The optimal plan of a tree: expected goals in order."""
    instance, asked = read_instance(folder), read_policy(policy)
    lines = lines_of(tomllib.loads(scenario.read_text(encoding="utf-8")), instance.years)
    programme, models = Programme(), dict[str, Model]()
    for name in lines:
        weight = stays(lines, name, instance.years[-1])
        if weight > 1e-9:
            models[name] = _future(instance, asked, lines[name], weight, programme)
    harm: Terms = {}
    for name, model in models.items():
        for key, column in model.missing.items():
            extra, at = programme.variable(), _line_at(lines, name, key[-1])
            cost = next(d for d in instance.demands if (d.commodity, d.region, d.sector) == key[:3]).shortage_cost
            harm[extra] = model.weight * KILO * (cost[key[-1]] or 1.0)
            programme.cap({column: 1.0, extra: -1.0}, unserved0.get((at, *key), 0.0) * KILO * (1.0 + HOLD))
    _link(lines, models, instance.years)
    shortfall = {c: m.weight for m in models.values() for columns in m.short.values() for c in columns}
    plan = programme.solve(closed=[*shortfall, *harm])
    if plan is None:
        holder = next(iter(models.values()))
        plan = _in_turn(holder, shortfall, harm)
    short = sum(weight * float(plan[c]) for c, weight in shortfall.items()) / KILO
    unserved = sum(m.weight * rho * float(plan[c]) for m in models.values() for c, rho in m.unserved.items()) / KILO
    named = {plant.name: plant for plant in instance.plants}
    built = [(m.weight * m.overnight(named[j], y), c) for m in models.values() for (j, y), c in m.build.items()]
    spent = sum(capital * float(plan[column]) / KILO for capital, column in built)
    cost = (float(plan @ programme.cost) + programme.constant) * 1e6
    return Reference(cost, short, unserved, spent, {})


def _line_at(lines: Mapping[str, Line], name: str, year: int) -> str:
    while year < lines[name].first:
        name = lines[name].off
    return name


def _future(instance: Instance, policy: Row, line: Line, weight: float, programme: Programme) -> Model:
    """One future as a certain plan, its costs weighted."""
    demands, lanes, plants = list(instance.demands), dict(instance.lanes), dict[tuple[str, int], Plant]()
    quotas = quota_limits(instance, [*instance.wider.quotas, *policy.get("quota", [])])
    for event, first, last in line.events:
        for year in range(first, last + 1):
            if event["kind"] == "demand":
                demands = [_demand(instance, event, d, year) for d in demands]
            elif event["kind"] in ("export_limit", "tariff"):
                some = {k[:3] for k in instance.lanes if k[3] == year and _on_lane(instance, event, *k[:3])}
                for key in ((*lane, year) for lane in some):
                    old = lanes[key]
                    limit = min(old.max_flow, event.get("max_flow", old.max_flow))
                    lanes[key] = dataclasses.replace(old, max_flow=limit, tariff=old.tariff + event.get("add", 0.0))
                if "quota" in event:
                    quotas.append((year, event["quota"], some))
            else:
                for plant in (p for p in instance.plants if _on_plant(instance, event, p)):
                    plants[plant.name, year] = _plant(event, plants.get((plant.name, year), plant))
    then = dataclasses.replace(instance, demands=demands, lanes=lanes)
    about = {"programme": programme, "weight": weight, "plants": plants, "quotas": quotas}
    model = assemble(then, traced_regions(instance.members, policy), **about)
    add_budgets(model, policy)
    add_targets(model, policy)
    add_crises(model, policy)
    return model


def _goods(instance: Instance, event: Row, good: str) -> bool:
    if "stages" in event:
        return instance.stage[good] in event["stages"]
    return good in event.get("commodities", [good])


def _on_lane(instance: Instance, event: Row, good: str, origin: str, destination: str) -> bool:
    origins = instance.members(event["origin"])
    outside = event["origin"] == "*" or destination not in origins
    there = destination in instance.members(event.get("destination", "*"))
    return origin != destination and origin in origins and outside and there and _goods(instance, event, good)


def _on_plant(instance: Instance, event: Row, plant: Plant) -> bool:
    inside = plant.region in instance.members(event.get("regions", "*"))
    return (
        inside
        and plant.process in event.get("processes", [plant.process])
        and plant.name in event.get("plants", [plant.name])
    )


def _demand(instance: Instance, event: Row, demand: Demand, year: int) -> Demand:
    named = demand.sector in event.get("sectors", [demand.sector]) and _goods(instance, event, demand.commodity)
    if not named or demand.region not in instance.members(event.get("regions", "*")):
        return demand
    return dataclasses.replace(demand, quantity={**demand.quantity, year: demand.quantity[year] * event["factor"]})


def _plant(event: Row, plant: Plant) -> Plant:
    if event["kind"] == "cost":
        return dataclasses.replace(plant, variable_cost=plant.variable_cost * event["factor"])
    if event["kind"] == "capacity_factor":
        return dataclasses.replace(plant, availability=plant.availability * event["factor"])
    if event["kind"] == "lead_time_delay":
        return dataclasses.replace(plant, lead_time=plant.lead_time + event["years"])
    return dataclasses.replace(plant, max_build_per_year=0.0)


def _link(lines: Mapping[str, Line], models: Mapping[str, Model], years: range) -> None:
    """What two futures do while they can't be told apart is the same."""
    names = list(models)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            a, b = models[one], models[other]
            for year in years:
                if _line_at(lines, one, year) == _line_at(lines, other, year):
                    _equal(a, b, year)


def _equal(a: Model, b: Model, year: int) -> None:
    for place, mine, others in (
        (1, a.build, b.build),
        (1, a.activity, b.activity),
        (1, a.open, b.open),
        (3, a.ship, b.ship),
        (3, a.stock, b.stock),
        (3, a.served, b.served),
        (3, a.missing, b.missing),
    ):
        for key, column in mine.items():
            if key[place] == year:
                a.programme.fix({column: 1.0, others[key]: -1.0}, 0.0)
