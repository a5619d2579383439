"""What a tonne is worth where it is used and where it is made: the plan's marginal prices, no higher than a shortage.

Demand comes before cost, so that a dual has no top where demand or a target can't be had in full. Above what a shortage
costs a price says no more than that the good is scarce, and there the tables end:

    top[k,d,h,n]  = max( shortage_cost[k,d,y],  min( worth[k,d,y], max( content[k,y], before[k,d,h,n] ) ) )
    worth[k,d,y]  = max_p sum_{a[p,l] > 0} a[p,l] max_e max( shortage_cost[l,e,y], worth[l,e,y] ) / -a[p,k]
    content[k,y]  = rho[k] max_f shortage_cost[f,y] / rho[f]

p          processes of the plants in d that use k; their other inputs come for nothing             recipe a
rho        content, by which unserved demand is weighed; where it is 0 only ``worth`` counts       t/t
f          goods demanded that k can end in
before     the price without policy                                                                      USD/t

A good that can be stored may wait for a dearer year, and has the highest worth of its later years. One that ends in
nothing demanded has no top.

scarce     the good is demanded there in the year and not all of it served; a target that counts it there is missed in
           the year; or its price would be above its top
worthless  its price is below 0: to be rid of a tonne costs the chain money
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from model.compiling.arrays import Floats, Index
from model.formulation.network import key
from model.instance.policy import kinds
from model.instance.records import Plant
from model.plan.solved import Solved
from model.solving.goals.ties import NOTHING_T

PRICE_NOISE = 1e-6
"""USD/t; a dual below this is the solver's noise."""
SLACK = 1e-9
SCARCE, WORTHLESS = "scarce", "worthless"


def worst(marks: Iterable[str]) -> str:
    """One mark for several prices: scarce before worthless before none.

    >>> worst(["", "worthless", "scarce"])
    'scarce'
    """
    found = set(marks)
    return next((mark for mark in (SCARCE, WORTHLESS) if mark in found), "")


def values_of(s: Solved) -> Values:
    """The values of a plan, worked out once."""
    if "values" not in s.memo:
        s.memo["values"] = Values(s)
    found: Values = s.memo["values"]
    return found


class Values:
    """A plan's prices by good, region, class and node, USD/t in money of the node's year, with their marks."""

    def __init__(self, s: Solved) -> None:
        self.s, self.instance = s, s.network.instance
        self._demand = self._shortage_costs()
        self._used, self._made = self._worth()
        self._content = self._contents()
        self._before = s.without_policy

    def used(self, k: str, r: str, h: str, n: str) -> float:
        """What one more tonne costs where it is used."""
        return min(self.s.cost_of_use[k, r, h, n], self.top_used(k, r, h, n))

    def paid(self, k: str, r: str, h: str, n: str) -> float:
        """What a maker is paid for one more tonne."""
        return min(self.s.paid[k, r, h, n], self.top_made(k, r, h, n))

    def plant_pays(self, k: str, plant: Plant, h: str, n: str) -> float:
        """What a plant pays for one more tonne of an input."""
        return self.used(k, plant.region, h, n)

    def plant_earns(self, k: str, plant: Plant, h: str, n: str) -> float:
        """What a plant is paid for one more tonne of a product."""
        return self.paid(k, plant.region, h, n)

    def mark_used(self, k: str, r: str, h: str, n: str) -> str:
        """What kind of price a good has where it is used: ``scarce``, ``worthless`` or blank."""
        price = self.s.cost_of_use[k, r, h, n]
        return _mark(price, (k, r, n) in self._scarce or price > self.top_used(k, r, h, n) * (1 + SLACK))

    def mark_paid(self, k: str, r: str, h: str, n: str) -> str:
        """The same where it is made: scarce too where some of it goes to where it is scarce."""
        price = self.s.paid[k, r, h, n]
        return _mark(price, (k, r, n) in self._to_scarce or price > self.top_made(k, r, h, n) * (1 + SLACK))

    def scarce_for(self, regions: Iterable[str]) -> bool:
        """Whether demand in some regions goes unserved, or a target is missed there."""
        return not {r for _, r, _ in self._scarce}.isdisjoint(regions)

    def top_used(self, k: str, r: str, h: str, n: str) -> float:
        """The most that a tonne can be worth where it is used; infinite where it has no top."""
        at, none = self._place(n), self._nothing
        worth = float(self._used.get((k, r), none)[at]) or float(self._made[k][at])
        return self._top(k, at, float(self._demand.get((k, r), none)[at]), worth, self._before.cost_of_use[k, r, h, n])

    def top_made(self, k: str, r: str, h: str, n: str) -> float:
        """The most that a tonne can be worth to its maker, wherever it goes."""
        at = self._place(n)
        demanded = max((float(cost[at]) for (good, _), cost in self._demand.items() if good == k), default=0.0)
        return self._top(k, at, demanded, float(self._made[k][at]), self._before.paid[k, r, h, n])

    def _top(self, k: str, at: int, demanded: float, worth: float, before: float) -> float:
        if worth <= 0:
            return float("inf")
        content = float(self._content[k][at])
        return max(demanded, min(worth, max(content, before)) if content > 0 else worth)

    def _place(self, n: str) -> int:
        return self.s.year[n] - self.instance.first_year

    @cached_property
    def _nothing(self) -> Floats:
        return np.zeros(len(self.instance.years))

    def _shortage_costs(self) -> dict[tuple[str, str], Floats]:
        """What a shortage costs at most, USD/t by year, where a good is demanded."""
        found: dict[tuple[str, str], Floats] = {}
        for (k, r, _), by_year in self.instance.demands.items():
            costs = np.array([by_year[y].shortage_cost * (by_year[y].quantity > 0) for y in self.instance.years])
            found[k, r] = np.maximum(found.get((k, r), self._nothing), costs)
        return found

    def _worth(self) -> tuple[dict[tuple[str, str], Floats], dict[str, Floats]]:
        """``worth`` or shortage cost, whichever is more: by good and region of use, and the most anywhere."""
        instance = self.instance
        used = {at: self._demand.get(at, self._nothing) for at in instance.used_at}
        ways = {(k, r, instance.plants[j].process) for (k, r), plants in instance.users.items() for j in plants}
        stored = {k for k, _ in instance.stockpiles}
        made = self._most(used, stored)
        for _ in instance.commodities:  # a round for each step of the longest chain
            before = made
            for k, r, process in sorted(ways):
                recipe = instance.recipes[process]
                worth = sum((a * made[out] for out, a in recipe.items() if a > 0), self._nothing)
                used[k, r] = np.maximum(used[k, r], worth / -recipe[k])
            made = self._most(used, stored)
            if all(np.array_equal(made[k], before[k]) for k in made):
                break
        return used, made

    def _most(self, used: dict[tuple[str, str], Floats], stored: set[str]) -> dict[str, Floats]:
        made = dict.fromkeys(self.instance.commodities, self._nothing)
        for (k, r), worth in used.items():
            used[k, r] = np.maximum.accumulate(worth[::-1])[::-1] if k in stored else worth
            made[k] = np.maximum(made[k], used[k, r])
        return made

    def _contents(self) -> dict[str, Floats]:
        """``content``: what a shortage costs by content, for the dearest good that each can end in."""
        instance, rho = self.instance, self.instance.content
        each = dict.fromkeys(instance.commodities, self._nothing)
        for (k, _), costs in self._demand.items():
            if rho[k] > 0:
                each[k] = np.maximum(each[k], costs / rho[k])
        for _ in instance.commodities:
            for recipe in instance.recipes.values():
                outs = [each[k] for k, a in recipe.items() if a > 0]
                for k in (k for k, a in recipe.items() if a < 0):
                    each[k] = np.max([each[k], *outs], axis=0)
        stored = {k for k, _ in instance.stockpiles}
        most = {k: np.maximum.accumulate(v[::-1])[::-1] if k in stored else v for k, v in each.items()}
        return {k: rho[k] * v for k, v in most.items()}

    @cached_property
    def _scarce(self) -> set[Index]:
        """Goods, regions and nodes where demand goes unserved, or that a target counts which is missed."""
        s = self.s
        at = {node.name: s.network.at(node.name).demands for node in s.network.tree}
        lack = {(q, node.name): by[node.year].quantity for node in s.network.tree for q, by in at[node.name].items()}
        for (k, r, sector, _, n), t in s.positive("served"):
            lack[(k, r, sector), n] -= t
        found: set[Index] = {(k, r, n) for ((k, r, _), n), t in lack.items() if t > NOTHING_T}
        targets = {key(t): t for t in s.network.policy.targets}
        for name in kinds.shortfalls():
            for index, t in s.positive(name):
                if t > NOTHING_T:
                    target = targets[index[0], index[1], index[2]]
                    found |= {(k, r, index[-1]) for k in target.commodities for r in target.regions}
        return found

    @cached_property
    def _to_scarce(self) -> set[Index]:
        sent = {(k, o, n) for (k, o, d, _, n), _ in self.s.positive("ship") if (k, d, n) in self._scarce}
        return sent | self._scarce


def _mark(price: float, scarce: bool) -> str:
    return SCARCE if scarce else WORTHLESS if price < -PRICE_NOISE else ""
