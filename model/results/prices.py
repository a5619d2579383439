"""Prices that the plan implies, and what each built plant needs to live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.economics import annuity, ramp
from model.instance import Instance, Plant
from model.results.values import Solved

PRICE_NOISE = 1e-6
"""USD/t; a dual below this is the solver's noise."""


def prices(s: Solved) -> pd.DataFrame:
    """Marginal price of each good where it is used, undiscounted."""
    rows = [
        (k, *s.content(h), r, s.year[n], price)
        for (k, r, h, n), price in s.duals("use").items()
        if abs(price) > PRICE_NOISE
    ]
    return s.table("prices", rows)


def main_product(instance: Instance, process: str) -> str:
    """The product that earns most by listed price; without prices the one with most oxide equivalent, then tonnes.

    Nothing for a process that makes nothing.
    """
    recipe = instance.recipes[process]
    made = [k for k in recipe if recipe[k] > 0]
    worth = {k: (recipe[k] * instance.price[k], recipe[k] * instance.ree_content[k], recipe[k]) for k in made}
    return max(worth, key=lambda k: worth[k], default="")


def builds(s: Solved) -> pd.DataFrame:
    """What is built, when, and its levelised cost against the marginal price of what it makes."""
    instance = s.network.instance
    paid = {i: -v for row in ("supply", "supply_unsold") for i, v in s.duals(row).items()}
    cost_of_use = s.duals("use")
    rows = []
    for (j, b), built in s.positive("build"):
        plant = instance.plants[j]
        decided = s.year[b]
        economics = _levelised(s, plant, b, built, paid, cost_of_use)
        assert plant.capex is not None
        capex = built * plant.capex
        rows.append((j, plant.region, plant.process, decided, decided + plant.lead_time, built, capex, *economics))
    return s.table("builds", rows)


def _levelised(
    s: Solved,
    plant: Plant,
    decision: str,
    built: float,
    paid: Mapping[tuple[Any, ...], float],
    cost_of_use: Mapping[tuple[Any, ...], float],
) -> tuple[float, float, float]:
    """Levelised cost, price needed and market price of one decision's capacity, USD per t of its main product.

    A decision's output is its part of the plant's ramped capacity. Sums are discounted over the horizon.
    """
    instance = s.network.instance
    recipe, main = instance.recipes[plant.process], main_product(instance, plant.process)
    made = cost = net_inputs = earned = 0.0
    yearly = annuity(plant.capex or 0.0, plant.wacc, plant.lead_time, plant.lifetime) + plant.fixed_cost
    for node in s.network.tree:
        age = node.year - s.year[decision] - plant.lead_time
        if not 0 <= age < plant.lifetime or decision not in (a.name for a in s.network.tree.paths[node.name]):
            continue
        weight = s.present_value[node.name]
        part = built * ramp(age, plant.ramp_years, plant.lifetime) / s.capacity[plant.name, node.name]
        cost += weight * built * yearly
        for h in s.network.plant_classes(plant):
            run = part * s.value("activity", (plant.name, h, node.name))
            made += weight * run * recipe.get(main, 0.0)
            cost += weight * run * plant.variable_cost
            for k, a in recipe.items():
                key = (k, plant.region, h, node.name)
                if k == main:
                    earned += weight * run * a * paid[key]
                else:
                    net_inputs -= weight * run * a * (paid[key] if a > 0 else cost_of_use[key])
    if made <= 0:
        return float("nan"), float("nan"), float("nan")
    return cost / made, (cost + net_inputs) / made, earned / made
