"""The instance as arrays over its goods, regions, years, classes and plants, filled from its tables.

Existing capacity, demand, annuities and ramps are worked out here from the contract's formulas, so that an error in
the model's own look-ups and economics shows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.check.arrays import Bools, Floats, Ints, places, summed
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.records import Plant
from model.instance.trees.events import Event

NO_ORIGIN = "-"
FREE, TRACED = "free", "traced"
_STRIDE = 10_000
_JOIN = "\x1f"


@dataclass(frozen=True)
class Plants:
    """Plants as columns; by year costs and what events may change. ``capex`` is NaN where nothing can be built.

    ``capex``, ``lead_time`` and ``annuity`` are those of what is decided in the year; ``open``: something may be.
    """

    names: pd.Index[Any]
    processes: tuple[str, ...]
    region: Ints
    variable_cost: Floats
    fixed_cost: Floats
    availability: Floats
    capex: Floats
    lead_time: Ints
    ramp_years: Ints
    lifetime: Ints
    annuity: Floats
    max_build: Floats
    max_build_per_year: Floats
    first_decision: Ints
    last_decision: Ints
    existing: Floats
    open: Bools
    may_close: Bools
    unit_size: Floats
    min_size: Floats


@dataclass(frozen=True)
class Facts:
    """What the checks need to know of an instance, and which regions the policy traces.

    Recipes are listed by plant: ``recipe_plant``, ``recipe_good`` and ``coefficient`` have one element for each
    good that a plant makes or uses. Stockpiles are arrays of goods x regions, demand of demands x years.
    """

    instance: Instance
    goods: pd.Index[Any]
    regions: pd.Index[Any]
    years: Ints
    classes: pd.Index[Any]
    plants: Plants
    rho: Floats
    price: Floats
    unsold: Bools
    recipe_plant: Ints
    recipe_good: Ints
    coefficient: Floats
    demands: pd.Index[Any]
    demand_good: Ints
    demand_region: Ints
    demand: Floats
    shortage_cost: Floats
    initial: Floats
    store: Floats
    holding_cost: Floats
    loss: Floats
    traced: Bools
    events: tuple[tuple[Event, ...], ...] = ()

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of goods, regions, years and classes."""
        return len(self.goods), len(self.regions), len(self.years), len(self.classes)

    @property
    def discount(self) -> Floats:
        """Present value in the first year of one USD paid in each year."""
        ahead = np.arange(len(self.years), dtype=float)
        return np.asarray((1.0 + self.instance.discount_rate) ** -ahead)

    def weight(self, kind: str) -> Floats:
        """What a tonne of each good weighs: its content, one, or what it holds of a material."""
        if kind in ("content", "tonnes"):
            return self.rho if kind == "content" else np.ones(len(self.goods))
        return _held(self.instance, self.goods, kind.partition(":")[2])

    def parts(self, kind: str) -> dict[str, Floats]:
        """What a weight counts by material; all content under a blank name where no material is told apart."""
        named = self.instance.tables["contents"]["material"].unique().tolist()
        if kind == "content" and named:
            return {str(material): self.rho_of(str(material)) for material in named}
        return {kind.partition(":")[2]: self.weight(kind)}

    def rho_of(self, material: str) -> Floats:
        """What a tonne of each good holds of a material; of all of them where it is blank."""
        return _held(self.instance, self.goods, material) if material else self.rho

    def ends(self, commodities: tuple[str, ...]) -> Bools:
        """Which goods are made of some, or are among them; steps back to an earlier stage are left out."""
        size = len(self.goods)
        order = self.instance.tables["stages"].set_index("stage")["order"].to_dict()
        rank = np.array([order[s] for s in self.instance.tables["commodities"]["stage"]], dtype=float)
        takes, makes = (np.zeros((len(self.plants.names), size)) for _ in range(2))
        used = self.coefficient < 0
        takes[self.recipe_plant[used], self.recipe_good[used]] = 1.0
        makes[self.recipe_plant[~used], self.recipe_good[~used]] = 1.0
        step = (takes.T @ makes > 0) & (rank[None, :] >= rank[:, None])
        found = self.scope(commodities)
        for _ in range(size):
            found = found | (found.astype(float) @ step > 0)
        return np.asarray(found)

    def inside(self, regions: tuple[str, ...]) -> Bools:
        """Which regions are among some."""
        return _among(self.regions, regions)

    def scope(self, commodities: tuple[str, ...]) -> Bools:
        """Which goods are among some."""
        return _among(self.goods, commodities)


def _held(instance: Instance, goods: pd.Index[Any], material: str = "") -> Floats:
    """What contents.csv says a tonne of each good holds of a material; of all of them where none is named."""
    table = instance.tables["contents"]
    some = table[table["material"] == material] if material else table
    return summed([places(goods, some["commodity"])], some["content"].to_numpy(dtype=float), (len(goods),))


def _among(axis: pd.Index[Any], names: Collection[str]) -> Bools:
    chosen = frozenset(names)
    return np.array([name in chosen for name in axis.tolist()], dtype=np.bool_)


def read(instance: Instance, policy: Policy) -> Facts:
    """The facts of an instance under a policy."""
    tables = instance.tables
    goods, regions = pd.Index(instance.commodities), pd.Index(instance.regions)
    years = np.arange(instance.first_year, instance.last_year + 1, dtype=np.int64)
    plants = _plants(instance, regions, years)
    table, (recipe_plant, recipe_good, coefficient) = tables["commodities"], _recipes(instance, plants, goods)
    key = demand_key(tables["demand"])
    demands = pd.Index(key.unique())
    at = places(demands, key)
    first = tables["demand"].loc[~key.duplicated()]
    piles = {c: np.zeros((len(goods), len(regions))) for c in ("initial", "capacity", "holding_cost", "loss_rate")}
    frame = tables["stockpiles"]
    where = places(goods, frame["commodity"]), places(regions, frame["region"])
    for column, values in piles.items():
        values[where] = frame[column].to_numpy(dtype=float)
    return Facts(
        instance,
        goods,
        regions,
        years,
        pd.Index([FREE, TRACED] if policy.traced else [""]),
        plants,
        _held(instance, goods) if len(tables["contents"]) else table["content"].to_numpy(dtype=float),
        table["price"].to_numpy(dtype=float),
        table["may_be_unsold"].to_numpy(dtype=bool),
        recipe_plant,
        recipe_good,
        coefficient,
        demands,
        places(goods, first["commodity"]),
        places(regions, first["region"]),
        _at_years(at, tables["demand"], "quantity", len(demands), years, linear=True),
        _at_years(at, tables["demand"], "shortage_cost", len(demands), years, linear=True),
        piles["initial"],
        piles["capacity"],
        piles["holding_cost"],
        piles["loss_rate"],
        _among(regions, policy.traced_regions),
    )


def decision(facts: Facts, plan_year: Ints) -> Ints:
    """The place of a decision's year in the horizon; the nearest for one outside it."""
    return np.clip(plan_year - facts.instance.first_year, 0, len(facts.years) - 1)


def demand_key(frame: Mapping[str, Any] | pd.DataFrame) -> pd.Series[Any]:
    """Commodity, region and sector of a demand as one name."""
    key: pd.Series[Any] = frame["commodity"] + _JOIN + frame["region"] + _JOIN + frame["sector"]
    return key


def demand_names(facts: Facts) -> list[str]:
    """The demands' names as they are shown."""
    return [str(name).replace(_JOIN, "/") for name in facts.demands]


def _plants(instance: Instance, regions: pd.Index[Any], years: Ints) -> Plants:
    rows = list(instance.plants.values())
    names = pd.Index([p.name for p in rows], dtype="str")
    capacity = instance.tables["capacity"]
    at = places(names, capacity["plant"])
    by_year = np.ones(len(years))
    moved = {c: _factors(instance, rows, years, c) for c in ("variable_cost", "fixed_cost", "capex")}
    life = np.array([p.lifetime for p in rows], dtype=np.int64)
    lead = np.array([p.lead_time for p in rows], dtype=np.int64)
    capex = np.array([np.nan if p.capex is None else p.capex for p in rows], dtype=float)
    return Plants(
        names,
        tuple(p.process for p in rows),
        places(regions, [p.region for p in rows]),
        np.outer([p.variable_cost for p in rows], by_year) * moved["variable_cost"],
        np.outer([p.fixed_cost for p in rows], by_year) * moved["fixed_cost"],
        np.outer([p.availability for p in rows], by_year),
        np.outer(capex, by_year) * moved["capex"],
        np.repeat(lead[:, None], len(years), axis=1),
        np.array([p.ramp_years for p in rows], dtype=np.int64),
        life,
        np.outer(capex * yearly_payment(np.array([p.wacc for p in rows], dtype=float), lead, life), by_year)
        * moved["capex"],
        np.array([p.max_build for p in rows], dtype=float),
        np.array([p.max_build_per_year for p in rows], dtype=float),
        np.array([p.first_decision for p in rows], dtype=np.int64),
        np.array([p.last_decision for p in rows], dtype=np.int64),
        _at_years(at, capacity, "capacity", len(names), years, linear=False),
        np.ones((len(names), len(years)), dtype=np.bool_),
        np.array([p.may_close for p in rows], dtype=np.bool_),
        np.array([p.unit_size or 0.0 for p in rows], dtype=float),
        np.array([p.min_size or 0.0 for p in rows], dtype=float),
    )


def _factors(instance: Instance, plants: Sequence[Plant], years: Ints, column: str) -> Floats:
    """What paths make of a cost of each plant by year: on the line between listed years, flat outside."""
    found, frame = np.ones((len(plants), len(years))), instance.tables["paths"]
    groups = instance.tables["groups"]
    for (process, place), path in frame[frame["column"] == column].groupby(["process", "region"], sort=False):
        path = path.sort_values("year")
        inside = {str(place), *groups["region"][groups["group"] == place]}
        factor = np.interp(years, path["year"].to_numpy(dtype=float), path["factor"].to_numpy(dtype=float))
        some = [process in ("*", p.process) and (place == "*" or p.region in inside) for p in plants]
        found[np.array(some, dtype=bool)] *= factor
    return found


def yearly_payment(rate: Floats, lead_time: Ints, lifetime: Ints) -> Floats:
    """Payment in each operating year for one USD of overnight capital spent evenly over the lead time.

    The spending at the start of each year of construction is an annuity due, worth
    ``(1+w) ((1+w)^L - 1) / (w L)`` at start-up; from there it is repaid over the lifetime.

    >>> yearly_payment(np.array([0.1, 0.0]), np.array([2, 0]), np.array([10, 20])).round(6).tolist()
    [0.187971, 0.05]
    """
    w, years = np.where(rate > 0, rate, 1.0), np.maximum(lifetime, 1)
    lead = np.maximum(lead_time, 1)
    grown = np.where((rate > 0) & (lead_time > 0), (1 + w) * ((1 + w) ** lead - 1) / (w * lead), 1.0)
    return np.where(rate > 0, grown * w / (1 - (1 + w) ** -years.astype(float)), 1.0 / years)


def _recipes(instance: Instance, plants: Plants, goods: pd.Index[Any]) -> tuple[Ints, Ints, Floats]:
    table = instance.tables["recipes"]
    recipes: dict[str, list[tuple[str, float]]] = {}
    for process, good, amount in zip(table["process"], table["commodity"], table["coefficient"], strict=True):
        recipes.setdefault(process, []).append((good, amount))
    rows = [(plant, *part) for plant, process in enumerate(plants.processes) for part in recipes[process]]
    return (
        np.array([plant for plant, _, _ in rows], dtype=np.int64),
        places(goods, [good for _, good, _ in rows]),
        np.array([amount for _, _, amount in rows], dtype=float),
    )


def _at_years(at: Ints, frame: pd.DataFrame, column: str, count: int, years: Ints, *, linear: bool) -> Floats:
    """A listed value in every year: on the line between listed years, or the last listed so far and 0 before."""
    if not len(at):
        return np.zeros((count, len(years)))
    listed, values = frame["year"].to_numpy(dtype=np.int64), frame[column].to_numpy(dtype=float)
    order = np.argsort(at * _STRIDE + listed)
    at, listed, values = at[order], listed[order], values[order]
    asked = np.arange(count, dtype=np.int64)[:, None]
    after = np.searchsorted(at * _STRIDE + listed, asked * _STRIDE + years[None, :], side="right")
    before = np.maximum(after - 1, 0)
    known = (after > 0) & (at[before] == asked)
    if not linear:
        return np.where(known, values[before], 0.0)
    after = np.minimum(after, len(at) - 1)
    within = known & (at[after] == asked) & (listed[after] > listed[before])
    part = (years[None, :] - listed[before]) / np.where(within, listed[after] - listed[before], 1)
    return np.where(within, values[before] + part * (values[after] - values[before]), values[before])
