"""The programme without policy: plants, balances, lanes, stocks, demand and their cost.

Quantities are in kt and money in million USD, so that coefficients stay near one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .lanes import add_contracts, add_switching
from .matrix import Programme, Terms
from .units import KILO

if TYPE_CHECKING:
    from .reading import Instance, Plant

NO_ORIGIN = "-"
FREE = "free"
TRACED = "traced"


Wanted = tuple[str, str, str, int]
"""A demand's commodity, region and sector, and a year."""


@dataclass(frozen=True)
class Use:
    """Part of what a region uses of a commodity in a year: by origin and content class."""

    origin: str
    content: str
    terms: Terms


@dataclass
class Model:
    """The programme and the columns that policy rows and results speak of."""

    instance: Instance
    traced: frozenset[str]
    programme: Programme = field(default_factory=Programme)
    build: dict[tuple[str, int], int] = field(default_factory=dict)
    activity: dict[tuple[str, int, str], int] = field(default_factory=dict)
    ship: dict[tuple[str, str, str, int, str], int] = field(default_factory=dict)
    stock: dict[tuple[str, str, str, int, str], int] = field(default_factory=dict)
    use: dict[tuple[str, str, int], list[Use]] = field(default_factory=dict)
    needs: dict[tuple[str, str, int, str], Terms] = field(default_factory=dict)
    makes: dict[tuple[str, str, int, str], Terms] = field(default_factory=dict)
    unserved: Terms = field(default_factory=dict)
    missing: dict[Wanted, int] = field(default_factory=dict)
    served: dict[tuple[str, str, str, int, str], int] = field(default_factory=dict)
    short: dict[str, list[int]] = field(default_factory=dict)
    weight: float = 1.0
    plants: dict[tuple[str, int], Plant] = field(default_factory=dict)
    quotas: list[tuple[int, float, set[tuple[str, str, str]]]] = field(default_factory=list)
    open: dict[tuple[str, int], int] = field(default_factory=dict)
    makers: set[tuple[str, str]] = field(default_factory=set)
    users: set[tuple[str, str]] = field(default_factory=set)

    def then(self, plant: Plant, year: int) -> Plant:
        """A plant as it is in a year, where events change it."""
        return self.plants.get((plant.name, year), plant)

    @property
    def classes(self) -> list[str]:
        """Content classes: one only where no policy traces."""
        return [FREE, TRACED] if self.traced else [FREE]

    def made_classes(self, region: str) -> list[str]:
        """A plant in a traced region makes traced goods only."""
        return [TRACED] if region in self.traced else self.classes

    def worth(self, year: int) -> float:
        """Discount factor, and the step from USD/t to million USD/kt."""
        return self.weight * KILO / (1.0 + self.instance.rate) ** (year - self.instance.years[0])

    def capacity(self, plant: Plant, year: int) -> tuple[float, Terms]:
        """Capacity that can run: existing (kt) and the part of each build, availability in both."""
        terms, able = {}, self.then(plant, year).availability
        for decided in plant.decisions:
            share = ramp(plant, year - decided - self.then(plant, decided).lead_time)
            if share > 0.0 and (plant.name, decided) in self.build:
                terms[self.build[plant.name, decided]] = able * share
        if (plant.name, year) in self.open:
            return 0.0, terms | {self.open[plant.name, year]: able}
        existing = self.instance.existing.get((plant.name, year), 0.0)
        return able * existing * KILO, terms

    def factor(self, column: str, plant: Plant, year: int) -> float:
        """How a cost of a plant has moved in a year."""
        return self.instance.wider.factor(column, plant, year, self.instance.members)

    def overnight(self, plant: Plant, decided: int) -> float:
        """Capital of a t/yr decided in a year, USD."""
        return (plant.capex or 0.0) * self.factor("capex", plant, decided)


def ramp(plant: Plant, age: int) -> float:
    """Part of a build that can run `age` years after it came on stream."""
    if not 0 <= age < plant.lifetime:
        return 0.0
    return min(1.0, (age + 1) / (plant.ramp_years + 1))


def annuity(plant: Plant) -> float:
    """What a t/yr of new capacity pays in each operating year, USD, fixed cost aside."""
    w, lead = plant.wacc, plant.lead_time
    during = sum((1.0 + w) ** (lead - i) for i in range(lead)) / lead if lead else 1.0
    recovery = w / (1.0 - (1.0 + w) ** -plant.lifetime) if w else 1.0 / plant.lifetime
    return (plant.capex or 0.0) * during * recovery


def assemble(instance: Instance, traced: frozenset[str], **about: Any) -> Model:
    """The whole programme without policy; `about`: further fields of the model."""
    model = Model(instance, traced, **about)
    for plant in instance.plants:
        _builds(model, plant)
        _runs(model, plant)
    _demands(model)
    _shipments(model)
    add_contracts(model)
    add_switching(model)
    _uses(model)
    _balances(model)
    return model


def _builds(model: Model, plant: Plant) -> None:
    years = model.instance.years
    if plant.may_close:
        _stays_open(model, plant)
    for year in years:
        held = 0.0 if plant.may_close else model.instance.existing.get((plant.name, year), 0.0)
        model.programme.constant += model.worth(year) * _fixed(model, plant, year) * held * KILO
    if plant.capex is None:
        return
    for decided in plant.decisions:
        own = model.then(plant, decided)
        yearly, online = annuity(own) * model.factor("capex", plant, decided), decided + own.lead_time
        if online > years[-1]:
            continue
        pays = [y for y in years if online <= y < online + plant.lifetime]
        cost = sum((yearly + _fixed(model, plant, y)) * model.worth(y) for y in pays)
        upper = own.max_build_per_year * KILO
        model.build[plant.name, decided] = model.programme.variable(cost, upper)
    if math.isfinite(plant.max_build):
        path = {model.build[plant.name, y]: 1.0 for y in plant.decisions if (plant.name, y) in model.build}
        model.programme.cap(path, plant.max_build * KILO)


def _fixed(model: Model, plant: Plant, year: int) -> float:
    return plant.fixed_cost * model.factor("fixed_cost", plant, year)


def _stays_open(model: Model, plant: Plant) -> None:
    """Existing capacity that is kept: never more than stands, closed for good but for what is newly listed."""
    before = None
    for year in model.instance.years:
        held = model.instance.existing.get((plant.name, year), 0.0) * KILO
        now = model.programme.variable(model.worth(year) * _fixed(model, plant, year), held)
        model.open[plant.name, year] = now
        if before is not None:
            model.programme.cap({now: 1.0, before[0]: -1.0}, max(0.0, held - before[1]))
        before = now, held


def _runs(model: Model, plant: Plant) -> None:
    recipe = model.instance.recipes[plant.process]
    for year in model.instance.years:
        existing, builds = model.capacity(plant, year)
        row = {column: -share for column, share in builds.items()}
        for content in model.made_classes(plant.region):
            moved = model.then(plant, year).variable_cost * model.factor("variable_cost", plant, year)
            column = model.programme.variable(model.worth(year) * moved)
            model.activity[plant.name, year, content] = column
            row[column] = 1.0
            for good, amount in recipe.items():
                side = model.makes if amount > 0.0 else model.needs
                side.setdefault((good, plant.region, year, content), {})[column] = abs(amount)
        model.programme.cap(row, existing)


def _demands(model: Model) -> None:
    """Met in any class; what is left unserved is a variable of its own."""
    for demand in model.instance.demands:
        good = demand.commodity
        for year in model.instance.years:
            missing = model.programme.variable(model.worth(year) * demand.shortage_cost[year])
            model.unserved[missing] = model.instance.rho[good]
            model.missing[good, demand.region, demand.sector, year] = missing
            row = {missing: 1.0}
            for content in model.classes:
                served = model.programme.variable()
                row[served] = 1.0
                model.served[good, demand.region, demand.sector, year, content] = served
                model.needs.setdefault((good, demand.region, year, content), {})[served] = 1.0
            model.programme.fix(row, demand.quantity[year] * KILO)


def _shipments(model: Model) -> None:
    """From where a good is made to where it is used or stored; at home free of cost."""
    instance = model.instance
    makers = {(good, region) for good, region, _, _ in model.makes}
    users = {(good, region) for good, region, _, _ in model.needs} | set(instance.stockpiles)
    model.makers, model.users = makers, users
    for good, origin in sorted(makers):
        for destination in sorted(r for g, r in users if g == good):
            for year in instance.years:
                cost, limit = 0.0, math.inf
                if origin != destination:
                    lane = instance.lanes.get((good, origin, destination, year))
                    if lane is None or lane.max_flow == 0.0:
                        continue
                    cost = model.worth(year) * (lane.freight + lane.tariff * instance.price[good])
                    limit = lane.max_flow * KILO
                row = {}
                for content in model.made_classes(origin):
                    column = model.programme.variable(cost)
                    model.ship[good, origin, destination, year, content] = column
                    row[column] = 1.0
                if math.isfinite(limit):
                    model.programme.cap(row, limit)

    for year, quota, lanes in model.quotas:
        row = {c: 1.0 for (g, o, d, y, _), c in model.ship.items() if y == year and (g, o, d) in lanes}
        model.programme.cap(row, quota * KILO)


def _uses(model: Model) -> None:
    """Use by origin and class: arrivals, plus what the stock gives, less what it takes."""
    for (good, origin, place, year, content), column in model.ship.items():
        if (good, place) not in model.instance.stockpiles:
            arrivals = Use(origin, content, {column: 1.0})
            model.use.setdefault((good, place, year), []).append(arrivals)
    for (good, place), pile in model.instance.stockpiles.items():
        kinds = {(o, h) for g, o, d, _, h in model.ship if (g, d) == (good, place)}
        if pile.initial > 0.0:
            kinds.add((NO_ORIGIN, FREE))
        for origin, content in sorted(kinds):
            _stock(model, good, place, origin, content)
        for year in model.instance.years:
            held = {model.stock[good, place, o, year, h]: 1.0 for o, h in sorted(kinds)}
            model.programme.cap(held, pile.capacity * KILO)


def _stock(model: Model, good: str, place: str, origin: str, content: str) -> None:
    """One kind of stock through the years, and the use that it leaves, which is never negative."""
    pile = model.instance.stockpiles[good, place]
    keep = 1.0 - pile.loss_rate
    before: int | None = None
    for year in model.instance.years:
        terms: Terms = {}
        opening = 0.0
        if (good, origin, place, year, content) in model.ship:
            terms[model.ship[good, origin, place, year, content]] = 1.0
        if before is not None:
            terms[before] = keep
        elif origin == NO_ORIGIN:
            opening = keep * pile.initial * KILO
        now = model.programme.variable(model.worth(year) * pile.holding_cost)
        model.stock[good, place, origin, year, content] = now
        terms[now] = -1.0
        # The opening stock is a number, so use is a variable where a stock stands.
        used = model.programme.variable()
        model.programme.fix(terms | {used: -1.0}, -opening)
        model.use.setdefault((good, place, year), []).append(Use(origin, content, {used: 1.0}))
        before = now


def _balances(model: Model) -> None:
    """What is made leaves or stays unsold; what is used is what plants and buyers take."""
    leaving: dict[tuple[str, str, int, str], Terms] = {}
    for (good, origin, _, year, content), column in model.ship.items():
        leaving.setdefault((good, origin, year, content), {})[column] = 1.0
    for key, made in model.makes.items():
        row = leaving.get(key, {}) | {column: -amount for column, amount in made.items()}
        if key[0] in model.instance.unsold:
            model.programme.cap(row, 0.0)
        else:
            model.programme.fix(row, 0.0)
    needed = {(good, place, year) for good, place, year, _ in model.needs}
    for good, place, year in sorted(needed | set(model.use)):
        downgrade = model.programme.variable() if model.traced else None
        for content in model.classes:
            row = {c: -a for c, a in model.needs.get((good, place, year, content), {}).items()}
            for use in model.use.get((good, place, year), []):
                if use.content == content:
                    row |= use.terms
            if downgrade is not None:
                row[downgrade] = 1.0 if content == TRACED else -1.0
            model.programme.fix(row, 0.0)
