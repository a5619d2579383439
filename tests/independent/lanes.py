"""Contracts, and what a lane pays that falls faster than is free: written from the page on what the world holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .units import KILO

if TYPE_CHECKING:
    from .matrix import Terms
    from .physics import Model
    from .reading import Lane

Way = tuple[str, str, str]
"""A good, where it is made and where it is used."""


def sent(model: Model) -> dict[tuple[Way, int], Terms]:
    """What is shipped on each way in each year, all classes."""
    found: dict[tuple[Way, int], Terms] = {}
    for (good, origin, place, year, _), column in model.ship.items():
        found.setdefault(((good, origin, place), year), {})[column] = 1.0
    return found


def add_contracts(model: Model) -> None:
    """Each row and year by itself: kept tonnes or broken ones; a tonne shipped keeps one contract."""
    instance, programme = model.instance, model.programme
    shipped = sent(model)
    keeping: dict[tuple[Way, int], Terms] = {}
    for contract in instance.wider.contracts:
        goods, origins = instance.goods(contract.commodity), instance.members(contract.origin)
        places = instance.members(contract.destination)
        for year in instance.years:
            if not contract.holds(year):
                continue
            row = {programme.variable(model.worth(year) * contract.break_cost): 1.0}
            for way, when in shipped:
                if when == year and way[0] in goods and way[1] in origins and way[2] in places:
                    kept = programme.variable()
                    row[kept] = 1.0
                    keeping.setdefault((way, year), {})[kept] = 1.0
            programme.floor(row, contract.min_flow * KILO)
    for key, kept_ones in keeping.items():
        programme.cap(kept_ones | {column: -1.0 for column in shipped[key]}, 0.0)


def add_switching(model: Model) -> None:
    """A lane between two regions that falls by more than is free pays for what it falls further."""
    instance, programme = model.instance, model.programme
    shipped = sent(model)
    first = instance.years[0]
    for way in sorted({way for way, _ in shipped} | set(instance.wider.trade)):
        if way[1] == way[2]:
            continue
        carries = (
            _open(instance.rows.get((*way, first))) and way[:2] in model.makers and (way[0], way[2]) in model.users
        )
        before: Terms | float = instance.wider.trade.get(way, 0.0) * KILO if carries else 0.0
        row: Lane | None = None
        for year in instance.years:
            lane = instance.rows.get((*way, year))
            row = lane if _open(lane) else row
            now = shipped.get((way, year), {})
            if row is not None and row.fall is not None:
                fell = programme.variable(model.worth(year) * row.switch_cost)
                keep = 1.0 - row.fall
                terms = {fell: 1.0} | dict(now)
                if isinstance(before, dict):
                    programme.floor(terms | {column: -keep for column in before}, 0.0)
                else:
                    programme.floor(terms, keep * before)
            before = now


def _open(lane: Lane | None) -> bool:
    return lane is not None and lane.max_flow != 0.0
