"""What the plan's activity, shipments and stocks amount to: goods made and needed, use by origin, capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.check.arrays import Bools, Floats, Ints, summed
from model.check.facts import Facts, decision
from model.check.plan import Plan


@dataclass(frozen=True)
class Ledger:
    """Material by good, origin, place of use, year and class, one element each.

    ``arrived`` is shipped in that year, ``carried`` is what last year's stock has left after its loss, ``left`` is the
    stock at the end of the year. An origin of the number of regions is none (the initial stock).
    """

    good: Ints
    origin: Ints
    region: Ints
    year: Ints
    content: Ints
    arrived: Floats
    carried: Floats
    left: Floats

    @property
    def used(self) -> Floats:
        """What arrives and is drawn, less what is put in stock."""
        return self.arrived + self.carried - self.left


@dataclass(frozen=True)
class Flows:
    """Derived amounts. Dense arrays are goods x regions x years x classes; capacity is plants x years.

    ``served`` is demands x years, ``served_by_class`` as the plan splits it by class too.

    ``operating`` says for each row of the builds table in which years it operates, ``ramped`` how much of its
    capacity is there by then.
    """

    activity: Floats
    made: Floats
    needed: Floats
    ledger: Ledger
    used: Floats
    stock: Floats
    downgrade: Floats
    served: Floats
    served_by_class: Floats
    operating: Bools
    ramped: Floats
    capacity: Floats


def closed(facts: Facts, plan: Plan) -> Floats:
    """Existing capacity that the plan closes: plants x years."""
    return plan["closures"].spread("closed_t", ("plant", "year"), facts.plants.existing.shape)


def derive(facts: Facts, plan: Plan) -> Flows:
    """Every derived amount of a plan."""
    goods, regions, years, classes = shape = facts.shape
    activity = _by_class(facts, plan, "activity", "activity_t", ("plant", "year"), (len(facts.plants.names), years))
    ledger = _ledger(facts, plan)
    downgrade = np.zeros(shape[:3])
    if classes > 1:
        downgrade = plan["downgrades"].spread("quantity_t", ("commodity", "region", "year"), shape[:3])
    builds, plants = plan["builds"], facts.plants
    at = builds["plant"]
    age = (
        facts.years[None, :]
        - (builds["decision_year"] + plants.lead_time[at, decision(facts, builds["decision_year"])])[:, None]
    )
    operating = (age >= 0) & (age < plants.lifetime[at][:, None])
    ramp = np.minimum(1.0, (age + 1) / (plants.ramp_years[at] + 1)[:, None])
    ramped = np.where(operating, ramp, 0.0) * builds["capacity_t_per_yr"][:, None]
    capacity = plants.existing - closed(facts, plan)
    np.add.at(capacity, at, ramped)
    return Flows(
        activity,
        _through(facts, activity, np.maximum(facts.coefficient, 0.0)),
        _through(facts, activity, np.maximum(-facts.coefficient, 0.0)),
        ledger,
        summed((ledger.good, ledger.region, ledger.year, ledger.content), ledger.used, shape),
        _by_class(facts, plan, "stocks", "stock_t", ("commodity", "region", "year"), shape[:3]),
        downgrade,
        plan["demand"].spread("served_t", ("demand", "year"), (len(facts.demands), years)),
        _served_by_class(facts, plan),
        operating,
        ramped,
        capacity,
    )


def _served_by_class(facts: Facts, plan: Plan) -> Floats:
    """What is served of each class; nothing where nothing is traced, or the plan doesn't say."""
    shape = (len(facts.demands), len(facts.years), len(facts.classes))
    if len(facts.classes) == 1:
        return np.zeros(shape)
    return plan["served"].spread("served_t", ("demand", "year", "content"), shape)


def class_codes(facts: Facts, plan: Plan, table: str) -> Ints:
    """The content class of each row of a table: the only one where nothing is traced."""
    if len(facts.classes) > 1:
        return np.asarray(plan[table]["content"])
    return np.zeros(plan[table].rows, dtype=np.int64)


def _by_class(
    facts: Facts, plan: Plan, table: str, amount: str, keys: tuple[str, ...], shape: tuple[int, ...]
) -> Floats:
    classes = len(facts.classes)
    if classes == 1:
        return plan[table].spread(amount, keys, shape)[..., None]
    return plan[table].spread(amount, (*keys, "content"), (*shape, classes))


def _through(facts: Facts, activity: Floats, coefficient: Floats) -> Floats:
    """Amounts of each good that activity makes or needs in each place, by year and class."""
    goods, regions, years, classes = facts.shape
    total = np.zeros((goods * regions, years, classes))
    some = np.flatnonzero(coefficient)
    plant = facts.recipe_plant[some]
    cells = facts.recipe_good[some] * regions + facts.plants.region[plant]
    np.add.at(total, cells, activity[plant] * coefficient[some][:, None, None])
    return total.reshape(facts.shape)


def _ledger(facts: Facts, plan: Plan) -> Ledger:
    """Shipments, stocks carried over and stocks left, brought together by key."""
    goods, regions, years, classes = facts.shape
    ships, stocks = plan["shipments"], plan["stock_origins"]
    kept = 1.0 - facts.loss
    k, r, y, stock = stocks["commodity"], stocks["region"], stocks["year"], stocks["stock_t"]
    sent, held = class_codes(facts, plan, "shipments"), class_codes(facts, plan, "stock_origins")
    on = y + 1 < years
    ik, ir = np.nonzero(facts.initial)
    none, root = np.full(len(ik), regions), np.zeros(len(ik), dtype=np.int64)
    arrived = (ships["commodity"], ships["origin"], ships["destination"], ships["year"], sent)
    carried = (k[on], stocks["origin"][on], r[on], y[on] + 1, held[on])
    parts = (arrived, (ik, none, ir, root, root), carried, (k, stocks["origin"], r, y, held))
    amounts = (ships["quantity_t"], (facts.initial * kept)[ik, ir], stock[on] * kept[k[on], r[on]], stock)
    shape = (goods, regions + 1, regions, years, classes)
    keys = np.concatenate([np.ravel_multi_index(part, shape) for part in parts])
    unique, place = np.unique(keys, return_inverse=True)
    ends = np.cumsum([len(a) for a in amounts])
    sums = [
        summed([place[end - len(some) : end]], some, (len(unique),)) for some, end in zip(amounts, ends, strict=True)
    ]
    good, origin, region, year, content = (np.asarray(c, dtype=np.int64) for c in np.unravel_index(unique, shape))
    return Ledger(good, origin, region, year, content, sums[0], sums[1] + sums[2], sums[3])
