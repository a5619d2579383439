"""Withstand rows, written from the page on crises alone: every crisis with columns and rows of its own, all at once.

What is short of a demand is a column in content, so that its weight is 1 like that of any other shortfall; a demand
for goods without content, whose shortfall would weigh nothing, is not asked for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .units import KILO

if TYPE_CHECKING:
    from .matrix import Terms
    from .physics import Model

Row = dict[str, Any]
MONTHS_PER_YEAR = 12.0


def add_crises(model: Model, policy: Row) -> None:
    """Every crisis of every row, in the order of the file."""
    for number, row in enumerate(policy.get("withstand", [])):
        label = f"withstand.{number}"
        model.short[label] = []
        buyers = {r for place in row.get("buyers") or [row["buyer"]] for r in model.instance.members(place)}
        stopped = _stopped(model, row)
        for cut in _suppliers(model, row, buyers):
            makes = {k for p in model.instance.plants if p.region in cut for k, a in _recipe(model, p).items() if a > 0}
            if not makes & stopped:
                continue
            for year in model.instance.years:
                if row.get("from", year) <= year <= row.get("to", year):
                    _add(model, row, label, buyers, cut, stopped, year)


def _recipe(model: Model, plant: Any) -> dict[str, float]:
    return model.instance.recipes[plant.process]


def _stopped(model: Model, row: Row) -> set[str]:
    stage = model.instance.stage
    if "stages" in row:
        return {good for good in stage if stage[good] in row["stages"]}
    return set(row.get("commodities", stage))


def _suppliers(model: Model, row: Row, buyers: set[str]) -> list[set[str]]:
    if "together" in row:
        return [set(model.instance.members(row["together"]))]
    named = row.get("suppliers", "each-third-country")
    if named == "each-third-country":
        return [{region} for region in model.instance.regions if region not in buyers]
    return [{region} for region in dict.fromkeys(r for place in named for r in model.instance.members(place))]


def _add(model: Model, row: Row, label: str, buyers: set[str], cut: set[str], stopped: set[str], year: int) -> None:
    """One crisis: it begins on the first day of the year."""
    tau, programme = row["months"] / MONTHS_PER_YEAR, model.programme
    leaves: dict[tuple[str, str], Terms] = {}
    sent: dict[tuple[str, str, str], int] = {}
    arrives: dict[tuple[str, str], Terms] = {}
    for good, origin, place in sorted({key[:3] for key in model.ship if key[3] == year}):
        lane = model.instance.lanes.get((good, origin, place, year))
        if good in stopped and origin in cut and place not in cut:
            continue
        limit = math.inf if origin == place or lane is None else lane.max_flow
        ship = programme.variable(upper=limit if math.isinf(limit) else limit * tau * KILO)
        sent[good, origin, place] = ship
        leaves.setdefault((good, origin), {})[ship] = 1.0
        arrives.setdefault((good, place), {})[ship] = 1.0
    for when, quota, lanes in model.quotas:
        if when == year:
            programme.cap({c: 1.0 for lane, c in sent.items() if lane in lanes}, tau * quota * KILO)
    makes: dict[tuple[str, str], Terms] = {}
    for plant in model.instance.plants:
        run = programme.variable()
        existing, builds = model.capacity(plant, year)
        programme.cap({run: 1.0} | {column: -tau * share for column, share in builds.items()}, tau * existing)
        for good, amount in _recipe(model, plant).items():
            if amount > 0:
                makes.setdefault((good, plant.region), {})[run] = -amount
            else:
                arrives.setdefault((good, plant.region), {})[run] = amount
    for key, made in makes.items():
        balance = programme.cap if key[0] in model.instance.unsold else programme.fix
        balance(made | leaves.get(key, {}), 0.0)
    _draw(model, arrives, year)
    _serve(model, row, label, buyers, cut, arrives, tau, year)
    for terms in arrives.values():
        programme.fix(terms, 0.0)


def _draw(model: Model, arrives: dict[tuple[str, str], Terms], year: int) -> None:
    """What last year's stock has left may be drawn, from wherever it came."""
    for (good, place), pile in model.instance.stockpiles.items():
        keep = 1.0 - pile.loss_rate
        draw = model.programme.variable()
        arrives.setdefault((good, place), {})[draw] = 1.0
        if year == model.instance.years[0]:
            model.programme.cap({draw: 1.0}, keep * pile.initial * KILO)
            continue
        held = {c: -keep for (k, r, _, y, _), c in model.stock.items() if (k, r, y) == (good, place, year - 1)}
        model.programme.cap({draw: 1.0} | held, 0.0)


def _serve(
    model: Model,
    row: Row,
    label: str,
    buyers: set[str],
    cut: set[str],
    arrives: dict[tuple[str, str], Terms],
    tau: float,
    year: int,
) -> None:
    for demand in model.instance.demands:
        wanted = tau * demand.quantity[year] * KILO
        served = model.programme.variable(upper=wanted)
        arrives.setdefault((demand.commodity, demand.region), {})[served] = -1.0
        share = 0.0
        if demand.region in buyers:
            share = row.get("serve", 1.0) if demand.sector in row.get("sectors", [demand.sector]) else 0.0
        elif demand.region not in cut:
            share = row.get("others", 0.0)
        content = model.instance.rho[demand.commodity]
        if share > 0 and content > 0:
            short = model.programme.variable()
            model.short[label].append(short)
            model.programme.floor({served: 1.0, short: 1.0 / content}, share * wanted)
