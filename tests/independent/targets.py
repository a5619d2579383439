"""Policy rows: share caps, domestic minima, budgets and stock minima."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .physics import TRACED, Model
from .reading import trajectory
from .units import KILO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .matrix import Terms
    from .reading import Plant

DAYS_PER_YEAR = 365.0

Row = dict[str, Any]


def traced_regions(model_members: Callable[[str], list[str]], policy: Row) -> frozenset[str]:
    """The traced set that all traced rows of a policy share; empty where none traces."""
    for row in policy.get("share_cap", []):
        if row.get("measure", "direct") == "traced":
            return frozenset(model_members(row["traced"]))
    return frozenset()


def add_targets(model: Model, policy: Row) -> None:
    """All soft rows of the policy, each with shortfall columns of its own."""
    kinds = {"share_cap": _share_cap, "domestic_min": _domestic_min, "stock_min": _stock_min}
    for kind, add in kinds.items():
        for number, row in enumerate(policy.get(kind, [])):
            label = f"{kind}.{number}"
            model.short[label] = []
            for buyer in row.get("buyers") or [row["buyer"]]:
                add(model, row, label, model.instance.members(buyer))


def add_budgets(model: Model, policy: Row) -> None:
    """Overnight capital decided in a window, in million USD. Hard."""
    for row in policy.get("budget", []):
        spent: Terms = {}
        for plant in _plants(model, row, model.instance.members(row.get("hosts", "*"))):
            for year in _years(model, row):
                if (plant.name, year) in model.build:
                    spent[model.build[plant.name, year]] = model.overnight(plant, year) * KILO
        if "max" in row:
            model.programme.cap(spent, row["max"] * 1e-6)
        if "min" in row:
            model.programme.floor(spent, row["min"] * 1e-6)


def _years(model: Model, row: Row) -> list[int]:
    first = row.get("from", model.instance.years[0])
    last = row.get("to", model.instance.years[-1])
    return [year for year in model.instance.years if first <= year <= last]


def _plants(model: Model, row: Row, places: list[str]) -> Iterator[Plant]:
    for plant in model.instance.plants:
        if plant.region in places and plant.process in row.get("processes", [plant.process]):
            yield plant


def _scopes(model: Model, row: Row) -> list[list[str]]:
    """Each stage is a scope, a list of commodities is one; each_commodity splits both."""
    stage = model.instance.stage
    if "stages" in row:
        scopes = [[good for good in stage if stage[good] == name] for name in row["stages"]]
    else:
        scopes = [list(row["commodities"])]
    if row.get("each_commodity", False):
        return [[good] for scope in scopes for good in scope]
    return scopes


def _weight(model: Model, row: Row, good: str) -> float:
    if "material" in row:
        return model.instance.wider.contents.get(good, {}).get(row["material"], 0.0)
    return 1.0 if row.get("weight") == "tonnes" else model.instance.rho[good]


def _shortfall(model: Model, label: str) -> int:
    column = model.programme.variable()
    model.short[label].append(column)
    return column


def _gather(target: Terms, terms: Terms, factor: float) -> None:
    for column, value in terms.items():
        target[column] = target.get(column, 0.0) + factor * value


def _suppliers(model: Model, row: Row, buyer: list[str]) -> list[set[str]]:
    """Sets of third countries that a direct cap binds, each set on its own."""
    outside = [region for region in model.instance.regions if region not in buyer]
    if "together" in row:
        return [set(model.instance.members(row["together"])) & set(outside)]
    named = row.get("suppliers", "each-third-country")
    if named == "each-third-country":
        return [{region} for region in outside]
    return [{region} for region in model.instance.members(named) if region in outside]


def _share_cap(model: Model, row: Row, label: str, buyer: list[str]) -> None:
    traced = row.get("measure", "direct") == "traced"
    suppliers = [set(model.instance.regions)] if traced else _suppliers(model, row, buyer)
    for scope in _scopes(model, row):
        for year in _years(model, row):
            share = trajectory(row["max"], year)
            for supplier in suppliers:
                terms: Terms = {_shortfall(model, label): -1.0}
                if "sectors" in row:
                    for (good, place, sector, when, content), column in model.served.items():
                        if good in scope and place in buyer and sector in row["sectors"] and when == year:
                            terms[column] = _weight(model, row, good) * ((content == TRACED) - share)
                    model.programme.cap(terms, 0.0)
                    continue
                for good in scope:
                    for place in buyer:
                        weight = _weight(model, row, good)
                        for use in model.use.get((good, place, year), []):
                            hit = use.content == TRACED if traced else use.origin in supplier
                            _gather(terms, use.terms, weight * (hit - share))
                model.programme.cap(terms, 0.0)


def _domestic_min(model: Model, row: Row, label: str, buyer: list[str]) -> None:
    """Output or capacity of the group against the embodied final demand of the group."""
    for scope in _scopes(model, row):
        for year in _years(model, row):
            embodied = sum(
                _weight(model, row, demand.commodity) * demand.quantity[year] * KILO
                for demand in model.instance.demands
                if demand.region in buyer
            )
            terms: Terms = {_shortfall(model, label): 1.0}
            fixed = 0.0
            for plant in _plants(model, row, buyer):
                recipe = model.instance.recipes[plant.process]
                made = math.fsum(_weight(model, row, good) * max(recipe.get(good, 0.0), 0.0) for good in scope)
                if row.get("measure", "capacity") == "production":
                    for content in model.made_classes(plant.region):
                        terms[model.activity[plant.name, year, content]] = made
                else:
                    existing, builds = model.capacity(plant, year)
                    fixed += made * existing
                    _gather(terms, builds, made)
            model.programme.floor(terms, trajectory(row["min"], year) * embodied - fixed)


def _stock_min(model: Model, row: Row, label: str, buyer: list[str]) -> None:
    """One row for each commodity and year: stock in the buyer's regions against its use there."""
    for good in [good for scope in _scopes(model, row) for good in scope]:
        weight = _weight(model, row, good)
        for year in _years(model, row):
            days = trajectory(row["days"], year)
            terms: Terms = {_shortfall(model, label): 1.0}
            for (held, place, _, when, _), column in model.stock.items():
                if (held, when) == (good, year) and place in buyer:
                    terms[column] = weight
            if row.get("basis", "use") == "net_imports":
                _net_imports(model, terms, good, buyer, year - 1, -weight * days / DAYS_PER_YEAR)
                if year == model.instance.years[0]:
                    continue
            else:
                for place in buyer:
                    for use in model.use.get((good, place, year), []):
                        _gather(terms, use.terms, -weight * days / DAYS_PER_YEAR)
            model.programme.floor(terms, 0.0)


def _net_imports(model: Model, terms: Terms, good: str, buyer: list[str], year: int, factor: float) -> None:
    """What is shipped into a buyer in a year from outside, less what it ships out."""
    for (shipped, origin, destination, when, _), column in model.ship.items():
        if (shipped, when) == (good, year) and (origin in buyer) != (destination in buyer):
            sign = 1.0 if destination in buyer else -1.0
            terms[column] = terms.get(column, 0.0) + sign * factor
