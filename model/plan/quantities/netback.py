"""What a maker would be paid in the plan without policy: the best price where its good can go, less the way there.

    netback[k,o,h,n] = max_d use[k,d,h,n] - freight[k,o,d,y(n)] - tariff[k,o,d,y(n)] - limit[k,o,d,n]

use      price where the good is used                    USD/t   dual of use
freight  and tariff: nothing within a region             USD/t   lanes.csv
limit    what a tonne less on a full lane is worth       USD/t   dual of lane_limit

Only lanes that are open in the year count. Where the good is made, this is minus the dual of its supply balance; where
nobody makes it that dual is anything up to the cost of making it, and the netback is what one tonne would fetch. Where
content is traced the lower of the classes' prices holds: without policy no buyer pays more for one of them, but the
price of a class that nobody makes is again anything up to its cost.

An input costs what it takes to bring it in from where it is made without policy,

    delivered[k,d,n] = min_{o,h: made} paid[k,o,h,n] + freight + tariff + limit

as the price where nobody uses it may be anything down to what it is worth to a plant that stands idle. Where none can
be brought in it is that price.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from model.compiling.arrays import Floats
from model.instance.records import Plant
from model.plan.solved import Solved


class WithoutPolicy:
    """Netbacks in the plan without policy: prices at each node, USD/t in money of the node's year."""

    def __init__(self, s: Solved) -> None:
        self.s, self.lanes = s.without_policy, s.network.lane_table
        self._nothing = np.zeros(len(s.network.tree.nodes))
        self._netbacks: dict[tuple[str, str, str], Floats] = {}
        self._delivered: dict[tuple[str, str], dict[str, float]] = {}
        self._prices: dict[tuple[str, str], dict[str, float]] = {}

    @cached_property
    def _use(self) -> Mapping[tuple[str, str, str], Floats]:
        prices = list(self.s.cost_of_use.values())
        return dict(zip(self.s.network.goods_used, np.reshape(prices, (-1, len(self._nothing))), strict=True))

    @cached_property
    def _limit(self) -> Mapping[tuple[str, str, str], Floats]:
        """Duals of the lanes whose limit binds at some node."""
        found: dict[tuple[str, str, str], Floats] = {}
        number = {node.name: i for i, node in enumerate(self.s.network.tree)}
        for (k, o, d, n), price in self.s.priced(self.s.binding("lane_limit")).items():
            found.setdefault((k, o, d), np.zeros(len(number)))[number[n]] = price
        return found

    def price(self, k: str, plant: Plant) -> dict[str, float]:
        """What a plant would be paid for one more tonne of a good, by node."""
        if (k, plant.name) not in self._prices:
            classes = self.s.network.classes_of[plant.name]
            least = np.min([self.netback(k, plant.region, h) for h in classes], axis=0)
            self._prices[k, plant.name] = self._by_node(least)
        return self._prices[k, plant.name]

    def plant_earns(self, k: str, plant: Plant, _: str, n: str) -> float:
        """What a plant would be paid for one more tonne of a product, of whatever class."""
        return self.price(k, plant)[n]

    def plant_pays(self, k: str, plant: Plant, _: str, n: str) -> float:
        """What a plant would pay for one more tonne of an input, of whatever class."""
        if (k, plant.region) not in self._delivered:
            self._delivered[k, plant.region] = self._by_node(self._brought(k, plant.region))
        return self._delivered[k, plant.region][n]

    def _by_node(self, values: Floats) -> dict[str, float]:
        return dict(zip(self.s.network.tree.by_name, values.tolist(), strict=True))

    @cached_property
    def _made(self) -> dict[tuple[str, str, str], Floats]:
        """Where a good of a class is made: its price there, elsewhere infinite."""
        found: dict[tuple[str, str, str], Floats] = {}
        instance, number = self.s.network.instance, {n.name: i for i, n in enumerate(self.s.network.tree)}
        for (j, h, n), _ in self.s.positive("activity"):
            plant = instance.plants[j]
            for k, a in instance.recipes[plant.process].items():
                if a > 0:
                    here = found.setdefault((k, plant.region, h), np.full(len(number), np.inf))
                    here[number[n]] = self.s.paid[k, plant.region, h, n]
        return found

    def _brought(self, k: str, d: str) -> Floats:
        """What one more tonne costs where it is used, brought from where it is made."""
        offers = [
            price if o == d else price + self._way((k, o, d))
            for (good, o, h), price in self._made.items()
            if good == k and d in self.s.network.destinations[k, o, h]
        ]
        classes = self.s.network.classes
        here = np.min([self._use[k, d, h] for h in classes if (k, d, h) in self._use], axis=0)
        best = np.min([np.full(len(self._nothing), np.inf), *offers], axis=0)
        found: Floats = np.where(best < np.inf, best, here)
        return found

    def _way(self, lane: tuple[str, str, str]) -> Floats:
        """Freight, tariff and what a full lane adds; infinite in years in which the lane is closed."""
        at = self.s.lane_places[lane]
        way = self.lanes.freight[at] + self.lanes.tariff[at] - self._limit.get(lane, self._nothing)
        found: Floats = np.where(self.lanes.max_flow[at] > 0, way, np.inf)
        return found

    def netback(self, k: str, o: str, h: str) -> Floats:
        """What one more tonne of a class would fetch at each node; nothing where it can't be used."""
        if (k, o, h) not in self._netbacks:
            self._netbacks[k, o, h] = self._best(k, o, h)
        return self._netbacks[k, o, h]

    def _best(self, k: str, o: str, h: str) -> Floats:
        there = self.s.network.destinations[k, o, h]
        if not there:
            return self._nothing
        offers = np.array([self._use[k, d, h] for d in there])
        away = [i for i, d in enumerate(there) if d != o]
        lanes = [(k, o, there[i]) for i in away]
        if lanes:
            offers[away] -= np.array([self._way(lane) for lane in lanes])
        best = np.max(offers, axis=0)
        return np.where(best > -np.inf, best, 0.0)
