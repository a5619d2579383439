"""What each shipment's lane costs and allows: the last row of the lane table that speaks of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.check.arrays import Bools, Floats, Ints
from model.check.facts import Facts
from model.check.plan import Plan
from model.instance.trees.events import Event


@dataclass(frozen=True)
class Lanes:
    """One element for each row of the shipments: freight and tariff in USD/t, the limit in t/yr (0: no lane)."""

    freight: Floats
    tariff: Floats
    max_flow: Floats


def look_up(facts: Facts, plan: Plan) -> Lanes:
    """The lane of every shipment. A region's trade with itself is free of cost and without limit."""
    ships = plan["shipments"]
    return of(facts, *(ships[c] for c in ("commodity", "origin", "destination", "year")))


def of(facts: Facts, good: Ints, origin: Ints, destination: Ints, year: Ints) -> Lanes:
    """The lane of some goods from region to region in some years, all as places along the axes of the facts."""
    frame = facts.instance.tables["lanes"]
    found = np.full(len(good), -1, dtype=np.int64)
    years = year + facts.instance.first_year
    first = frame["from"].fillna(facts.instance.first_year).to_numpy(dtype=np.int64)
    last = frame["to"].fillna(facts.instance.last_year).to_numpy(dtype=np.int64)
    names = frame[["commodity", "origin", "destination"]].itertuples(index=False, name=None)
    members = _members(facts)
    for number, (some, sender, receiver) in enumerate(names):
        speaks = (years >= first[number]) & (years <= last[number])
        speaks &= members[sender][origin] & members[receiver][destination]
        if some != "*":
            speaks &= good == facts.goods.get_loc(some)
        found[speaks] = number
    home, open_ = origin == destination, found >= 0
    more, most = _events(facts, good, origin, destination, year)
    values = {c: np.append(frame[c].to_numpy(dtype=float), 0.0)[found] for c in ("freight", "tariff", "max_flow")}
    paid = open_ & ~home
    return Lanes(
        np.where(paid, values["freight"], 0.0),
        (np.where(paid, values["tariff"], 0.0) + more) * facts.price[good],
        np.where(home, np.inf, np.where(open_, np.minimum(values["max_flow"], most), 0.0)),
    )


def concerns(facts: Facts, event: Event, good: Ints, origin: Ints, there: Ints) -> Bools:
    """Which of some shipments an event on lanes speaks of, its years apart."""
    found = there != origin
    if event.goods is not None:
        found &= facts.scope(tuple(event.goods))[good]
    if event.origin is not None:
        inside = facts.inside(tuple(event.origin))
        found &= inside[origin] & ~inside[there]
    if event.destination is not None:
        found &= facts.inside(tuple(event.destination))[there]
    return np.asarray(found)


def _events(facts: Facts, good: Ints, origin: Ints, destination: Ints, year: Ints) -> tuple[Floats, Floats]:
    """What events add to the tariff of each shipment, a share, and the least limit that they set, t/yr."""
    add, most = np.zeros(len(year)), np.full(len(year), np.inf)
    for place, events in enumerate(facts.events):
        for event in events:
            if event.kind not in ("tariff", "export_limit"):
                continue
            some = concerns(facts, event, good, origin, destination) & (year == place)
            add += event.add * some
            if event.max_flow is not None:
                most = np.where(some, np.minimum(most, event.max_flow), most)
    return add, most


def _members(facts: Facts) -> dict[str, Bools]:
    """Which regions each name of a place stands for."""
    regions = facts.regions.tolist()
    named = {name: {name} for name in regions} | {"*": set(regions)}
    table = facts.instance.tables["groups"]
    for group, region in zip(table["group"].tolist(), table["region"].tolist(), strict=True):
        named.setdefault(group, set()).add(region)
    return {name: facts.inside(tuple(inside)) for name, inside in named.items()}
