"""What a part of a plant's capacity costs, makes and earns, and so the price that it needs.

A part is one decision, or what is committed. It runs as the whole plant does: its activity is its share of the plant's
capacity. With sums over its operating years, discounted (D) to the first year:

    levelised cost  =  sum D (charged yearly + run variable_cost) / sum D made
    price needed    =  levelised cost + sum D run (inputs less other products at a plan's prices) / sum D made
    market price    =  sum D made price / sum D made

Inputs, other products and the main product are valued at the prices of one plan: this one (``values``) or that without
policy (``netback``). A plant that runs under a tenth is there to count, or not yet needed: its costs over the few
tonnes that it makes are no price.

charged  capacity that pays capital and fixed cost; a decision pays in full while it ramps    t/yr
able     capacity that is there                                                            t/yr
made     output of the main product                                                        t/yr
yearly   annuity and fixed cost                                                            USD/(t/yr)/yr
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from model.base.economics import annuity, ramp
from model.instance.instance import main_product
from model.instance.records import Plant
from model.instance.trees.tree import Node
from model.plan.solved import Solved

RUNS = 0.1
"""Activity over capacity below which a plant has no needed price."""


class Prices(Protocol):
    """What a plant pays and earns for one more tonne, by good, plant, content class and node: USD/t."""

    def plant_pays(self, k: str, plant: Plant, h: str, n: str, /) -> float:
        """For an input."""
        ...

    def plant_earns(self, k: str, plant: Plant, h: str, n: str, /) -> float:
        """For a product."""
        ...


class Part(NamedTuple):
    """A part of a plant's capacity at one node, t/yr; ``capital``: its annuity, USD/(t/yr)/yr."""

    node: Node
    charged: float
    able: float
    capital: float


@dataclass
class Account:
    """Sums over a part's operating years: the first four discounted, USD and t; all expected."""

    made: float = 0.0
    cost: float = 0.0
    net_inputs: float = 0.0
    earned: float = 0.0
    output: float = 0.0
    run: float = 0.0
    able: float = 0.0
    standing: float = 0.0

    @property
    def per_tonne(self) -> tuple[float, float, float]:
        """Levelised cost, price needed and market price, USD per t of the main product.

        Blank where none is made; the first two also where the plant runs under a tenth.
        """
        if self.made <= 0:
            return float("nan"), float("nan"), float("nan")
        market = self.earned / self.made
        if not self.runs:
            return float("nan"), float("nan"), market
        return self.cost / self.made, (self.cost + self.net_inputs) / self.made, market

    @property
    def runs(self) -> bool:
        """Whether it makes its main product and runs a tenth of what it could."""
        return self.made > 0 and self.run >= RUNS * self.able

    @property
    def lost(self) -> float:
        """What is missing by tonne of the main product, USD: costs and inputs less what all products earn."""
        return (self.cost + self.net_inputs - self.earned) / self.made


def capital_known(plant: Plant) -> bool:
    """Whether the capital cost of a plant is stated."""
    return plant.capex is not None and plant.lifetime > 0


def yearly_capital(plant: Plant) -> float:
    """Annuity of a unit of capacity in an operating year; 0 where the capital isn't stated."""
    capex = plant.capex if capital_known(plant) else None
    return 0.0 if capex is None else annuity(capex, plant.wacc, plant.lead_time, plant.lifetime)


def decided(s: Solved, plant: Plant, decision: str, built: float) -> Iterator[Part]:
    """The operating years of one decision's capacity."""
    then = s.is_in(plant.name, decision)
    lead, capital = then.lead_time, yearly_capital(then)
    for node in s.network.tree.below[decision]:
        age = node.year - s.year[decision] - lead
        if 0 <= age < plant.lifetime:
            yield Part(node, built, built * ramp(age, plant.ramp_years, plant.lifetime), capital)


def committed(s: Solved, plant: Plant) -> Iterator[Part]:
    """The operating years of committed capacity: what is listed above the first year's."""
    instance = s.network.instance
    listed = instance.existing.get(plant.name, dict.fromkeys(instance.years, 0.0))
    for node in s.network.tree:
        rise = listed[node.year] - listed[instance.first_year]
        if rise > 0:
            yield Part(node, rise, rise, yearly_capital(plant))


def runs(s: Solved, plant: Plant, part: Part) -> Iterator[tuple[str, float]]:
    """Activity of a part, t/yr, by content class."""
    have = s.capacity.get((plant.name, part.node.name), 0.0)
    share = part.able / have if have else 0.0
    for h in s.network.classes_of[plant.name]:
        yield h, share * s.value("activity", (plant.name, h, part.node.name))


def account(s: Solved, plant: Plant, parts: Iterable[Part], prices: Prices) -> Account:
    """The sums over some parts of a plant, as the plan runs it, at the prices of one plan."""
    instance, total = s.network.instance, Account()
    recipe, main = instance.recipes[plant.process], main_product(instance, plant.process)
    for part in parts:
        yearly = part.capital + s.is_in(plant.name, part.node.name).fixed_cost
        weight = s.present_value[part.node.name]
        total.cost += weight * part.charged * yearly
        total.standing += part.node.probability * part.charged * yearly
        total.able += part.node.probability * part.able
        for h, run in runs(s, plant, part):
            if run == 0:
                continue
            moved = weight * run
            total.made += moved * recipe.get(main, 0.0)
            total.cost += moved * s.is_in(plant.name, part.node.name).variable_cost
            total.output += part.node.probability * run * recipe.get(main, 0.0)
            total.run += part.node.probability * run
            for k, a in recipe.items():
                price = (prices.plant_earns if a > 0 else prices.plant_pays)(k, plant, h, part.node.name)
                if k == main:
                    total.earned += moved * a * price
                else:
                    total.net_inputs -= moved * a * price
    return total
