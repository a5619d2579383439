"""Who pays: what each new plant needs against what it is paid, and what price floors cost the public.

New is what the plan builds, and what is committed: capacity that is listed above the first year's. Market prices are
the plan's own, so that they hold what the policy makes buyers pay; beside them stands what the plant would need and be
paid without it, inputs and outputs both at the prices of the plan without policy. A floor changes neither the plan nor
its cost: it is money that passes from the public to makers.

    support        =  max(0, price needed - market price) output    USD/yr; capital and fixed cost where nothing is made
    cost of floor  =  max(0, floor - market price) output           USD/yr
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pandas as pd

from model.instance.instance import main_product
from model.instance.records import Plant
from model.instance.trees.tree import Node
from model.plan.quantities.accounts import Part, account, capital_known, committed, decided, runs
from model.plan.quantities.netback import WithoutPolicy
from model.plan.quantities.values import values_of, worst
from model.plan.solved import Solved


def support(s: Solved) -> pd.DataFrame:
    """Each plant that is built or committed: the price that it needs, the one it gets, and the difference."""
    without = WithoutPolicy(s)
    return s.table("support", [_row(s, without, *new) for new in _new(s)])


def _new(s: Solved) -> Iterator[tuple[Plant, str, list[Part]]]:
    """New capacity: plant, whether it is built or committed, and its parts."""
    built: dict[str, list[Part]] = defaultdict(list)
    for (j, decision), t in s.positive("build"):
        built[j] += decided(s, s.network.instance.plants[j], decision, t)
    for j, plant in s.network.instance.plants.items():
        for kind, parts in (("built", built[j]), ("committed", list(committed(s, plant)))):
            if parts:
                yield plant, kind, parts


def _row(s: Solved, without: WithoutPolicy, plant: Plant, kind: str, parts: list[Part]) -> tuple[Any, ...]:
    main = main_product(s.network.instance, plant.process)
    sums = account(s, plant, parts, values_of(s))
    able: dict[str, float] = defaultdict(float)
    for part in parts:
        able[part.node.name] += part.able
    levelised, needed, market = sums.per_tonne
    gap, years = needed - market, sum({part.node.name: part.node.probability for part in parts}.values())
    yearly = sums.standing / years if sums.made <= 0 else max(0.0, sums.lost) * sums.output / years
    before = _mean_without(s, without, plant, main, parts) if main else float("nan")
    needed_before = account(s, plant, parts, without).per_tonne[1]
    return (
        *(plant.name, kind, plant.region, plant.process, main),
        *(min(part.node.year for part in parts), max(able.values()), sums.output / years, sums.run / sums.able),
        *(levelised, needed, market, _mark(s, plant, main, parts), gap, yearly),
        *(needed_before, before, needed_before - before),
        *("no" if sums.run > 0 else "yes", "yes" if capital_known(plant) else "no"),
    )


def _mark(s: Solved, plant: Plant, main: str, parts: list[Part]) -> str:
    """The mark of the prices at which its main product and its inputs are valued in the years in which it runs."""
    values, recipe, found = values_of(s), s.network.instance.recipes[plant.process], set[str]()
    for part in parts:
        for h, run in runs(s, plant, part):
            for k, a in recipe.items() if run > 0 else ():
                if a < 0:
                    found.add(values.mark_used(k, plant.region, h, part.node.name))
                elif k == main:
                    found.add(values.mark_paid(k, plant.region, h, part.node.name))
    return worst(found)


def _mean_without(s: Solved, without: WithoutPolicy, plant: Plant, main: str, parts: list[Part]) -> float:
    """What a plant would be paid without policy, USD/t: discounted mean over its output; over its capacity if idle."""
    made = [s.present_value[part.node.name] * sum(run for _, run in runs(s, plant, part)) for part in parts]
    weights = made if sum(made) > 0 else [s.present_value[part.node.name] * part.able for part in parts]
    price = without.price(main, plant)
    paid = (w * price[part.node.name] for w, part in zip(weights, parts, strict=True))
    return sum(paid) / sum(weights)


def price_floors(s: Solved, new: pd.DataFrame) -> pd.DataFrame:
    """What each price floor costs the public, by plant and year; ``new`` is the table of support."""
    instance, rows = s.network.instance, []
    floors = s.network.policy.price_floors
    needed = new.groupby(["plant", "commodity"])["price_needed_usd_per_t"].max().to_dict() if floors else {}
    for floor in floors:
        k, price = floor.commodity, floor.price_usd
        plants = (instance.plants[j] for r in floor.regions for j in instance.makers.get((k, r), ()))
        for plant in (p for p in plants if floor.processes is None or p.process in floor.processes):
            for node in s.network.tree:
                output, market = _sold(s, plant, k, node)
                if output > 0 and floor.first_year <= node.year <= floor.last_year:
                    cost = output * max(0.0, price - market)
                    figures = (output, market, price, needed.get((plant.name, k), float("nan")), cost)
                    where = (floor.row, plant.name, k, plant.region, *s.when(node.name))
                    rows.append((*where, *figures, cost * s.present_value[node.name]))
    return s.table("price_floors", rows)


def _sold(s: Solved, plant: Plant, k: str, node: Node) -> tuple[float, float]:
    """Output of a good, t/yr, and the plan's price where it is made, USD/t: mean over the content classes."""
    made = earned = 0.0
    for h in s.network.classes_of[plant.name]:
        t = s.network.instance.recipes[plant.process][k] * s.value("activity", (plant.name, h, node.name))
        made += t
        earned += t * values_of(s).paid(k, plant.region, h, node.name)
    return made, earned / made if made > 0 else 0.0
