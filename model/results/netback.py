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

from collections.abc import Iterator
from functools import cached_property

from model.compile import Index
from model.instance import Plant
from model.nodes import Node
from model.results.values import Solved


class WithoutPolicy:
    """Netbacks in the plan without policy."""

    def __init__(self, s: Solved) -> None:
        self.s, self.lanes = s, s.network.lane_table

    @cached_property
    def _use(self) -> dict[Index, float]:
        return self.s.baseline_duals("use")

    @cached_property
    def _limit(self) -> dict[Index, float]:
        return self.s.baseline_duals("lane_limit")

    @cached_property
    def _place(self) -> dict[tuple[str, str, str], int]:
        return {lane: i for lane, i in self.lanes}

    def price(self, k: str, plant: Plant, node: Node) -> float:
        """What a plant would be paid for one more tonne of a good, USD/t in money of the node's year."""
        classes = self.s.network.plant_classes(plant)
        return min(self.netback(k, plant.region, h, node) for h in classes)

    def netback(self, k: str, o: str, h: str, node: Node) -> float:
        """What one more tonne of a class would fetch; nothing where it can't be used."""
        return max(self._offers(k, o, h, node), default=0.0)

    def _offers(self, k: str, o: str, h: str, node: Node) -> Iterator[float]:
        year = node.year - self.s.network.instance.first_year
        for d in self.s.network.destinations[k, o, h]:
            price = self._use[k, d, h, node.name]
            if d == o:
                yield price
                continue
            i = self._place[k, o, d]
            if self.lanes.max_flow[i, year] > 0:
                scarce = -self._limit.get((k, o, d, node.name), 0.0)
                yield price - float(self.lanes.freight[i, year] + self.lanes.tariff[i, year]) - scarce
