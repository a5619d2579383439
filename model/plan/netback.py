"""What a maker would be paid in the plan without policy: the best price where its good can go, less the way there.

    netback[k,o,h,n] = max_d use[k,d,h,n] - freight[k,o,d,y(n)] - tariff[k,o,d,y(n)] - limit[k,o,d,n]

use      price where the good is used                    USD/t   dual of use
freight  and tariff: nothing within a region             USD/t   lanes.csv
limit    what a tonne less on a full lane is worth       USD/t   dual of lane_limit

Only lanes that are open in the year count. Where the good is made, this is minus the dual of its supply balance; where
nobody makes it that dual is anything up to the cost of making it, and the netback is what one tonne would fetch. Where
content is traced the lower of the classes' prices holds: without policy no buyer pays more for one of them, but the
price of a class that nobody makes is again anything up to its cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from model.compiling.arrays import Floats
from model.instance.instance import Plant
from model.plan.solved import Solved


class WithoutPolicy:
    """Netbacks in the plan without policy: prices at each node, USD/t in money of the node's year."""

    def __init__(self, s: Solved) -> None:
        self.s, self.lanes = s.without_policy, s.network.lane_table
        self.years = np.array([node.year - s.network.instance.first_year for node in s.network.tree])
        self._nothing = np.zeros(len(self.years))
        self._netbacks: dict[tuple[str, str, str], Floats] = {}

    @cached_property
    def _use(self) -> Mapping[tuple[str, str, str], Floats]:
        prices = list(self.s.cost_of_use.values())
        return dict(zip(self.s.network.goods_used, np.reshape(prices, (-1, len(self.years))), strict=True))

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
        classes = self.s.network.classes_of[plant.name]
        least = np.min([self.netback(k, plant.region, h) for h in classes], axis=0)
        return dict(zip(self.s.network.tree.by_name, least.tolist(), strict=True))

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
            at = np.ix_(np.array([self.s.lane_places[lane] for lane in lanes]), self.years)
            way = self.lanes.freight[at] + self.lanes.tariff[at]
            scarce = np.array([-self._limit[lane] if lane in self._limit else self._nothing for lane in lanes])
            offers[away] = np.where(self.lanes.max_flow[at] > 0, offers[away] - way - scarce, -np.inf)
        best = np.max(offers, axis=0)
        return np.where(best > -np.inf, best, 0.0)
