r"""Whom goods end up with: the part of what passes a place that ends in goods served to each buyer.

By proportional use of the solved flows, the backward twin of ``content``. A buyer is a region with final demand, or
``-``: nobody. ``phi`` is a share for each buyer, and they sum to 1 everywhere. Year by year, the last one first:

    use[k,r]       = mean of e_r and plant[j], weighted by what is served and by needed[j,k] activity[j] of j in r
    plant[j]       = mean of made[k,o] over its products, weighted by the content sold
    made[k,o]      = mean of arrival[k,o,d], weighted by ship[k,o,d]
    arrival[k,o,r] = mean of use[k,r] and held[k,r,o], weighted by used[k,o,r] and stock[k,r,o]
    held[k,r,o]    = (1-loss[k,r]) arrival[k,o,r] of the next year + loss[k,r] e_-;  e_- in the last year

``e_b`` is 1 for buyer b. Sold is what is shipped: of a by-product only the part that is not left over. Where no product
that is sold holds any content, tonnes weigh; where a good without content but with a price is sold beside one that
holds some (a host metal beside its by-product), worth at planning prices does. What makes, holds or uses something that
goes nowhere ends with nobody. A linear system in ``use``: loops (scrap back to feed) make it one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from model.compiling.arrays import Floats
from model.instance.trees.tree import Node
from model.plan.quantities.flows import Arrival, Good, flows
from model.plan.solved import Solved

NOBODY = "-"
"""The buyer of what serves no final demand."""


class Destinations:
    """Shares by buyer of a plan's plants, arrivals and stocks at each node."""

    def __init__(self, s: Solved) -> None:
        self.s, self.flows = s, flows(s)
        demanded = {r for _, r, _ in s.network.instance.demands}
        self.buyers = (*(r for r in s.network.instance.regions if r in demanded), NOBODY)
        self.nobody = self._of(NOBODY)
        plants, recipes = s.network.instance.plants.values(), s.network.instance.recipes
        self.recipes = {p.name: [((k, p.region), a) for k, a in recipes[p.process].items()] for p in plants}
        self.plants: dict[tuple[str, str], Floats] = {}
        self.arrivals: dict[str, dict[Arrival, Floats]] = {}
        self.held: dict[str, dict[Arrival, Floats]] = {}
        for node in reversed(s.network.tree.nodes):
            self.held[node.name] = self._held(node)
            self._solve(node.name)
        self.over_life = self._over_life()

    def _of(self, buyer: str) -> Floats:
        """All for one buyer."""
        return np.array([float(b == buyer) for b in self.buyers])

    def plant(self, j: str, n: str) -> Floats:
        """Of a plant's year; where it stands idle, of what it does in all its years; nobody where it never runs."""
        found = self.plants.get((j, n))
        return self.over_life.get(j, self.nobody) if found is None else found

    def _over_life(self) -> dict[str, Floats]:
        """Of each plant the mean of its years, weighted by what it runs."""
        number = _rows(j for j, _ in self.plants)
        weights = np.array([self.flows.runs[n][j] for j, n in self.plants])
        shares = np.reshape(list(self.plants.values()), (-1, len(self.buyers)))
        total = np.zeros((len(number), len(self.buyers)))
        np.add.at(total, [number[j] for j, _ in self.plants], weights[:, None] * shares)
        return dict(zip(number, total / total.sum(axis=1, keepdims=True), strict=True))

    def _held(self, node: Node) -> dict[Arrival, Floats]:
        """What is held at the end of a node's year: drawn or held further in the next one, lost, or left over."""
        tree, piles = self.s.network.tree, self.s.network.instance.stockpiles
        after = [(child.probability / node.probability, child.name) for child in tree if child.parent == node.name]
        found = {}
        for arrival in self.flows.stock[node.name]:
            kept = 1 - piles[arrival[0], arrival[2]].loss_rate if after else 0.0
            drawn = [part * self.arrivals[n].get(arrival, self.nobody) for part, n in after]
            found[arrival] = kept * sum(drawn, np.zeros(len(self.buyers))) + (1 - kept) * self.nobody
        return found

    def _solve(self, n: str) -> None:
        """The linear system of a node: ``use = served + inputs (plant)``, ``plant = outputs (spread use + put by)``."""
        flows, held = self.flows, self.held[n]
        now = self._used_now(n)
        pools = _rows((k, r) for k, _, r in now)
        made = _rows((k, o) for k, o, _ in flows.shipped[n])
        plants = _rows(flows.runs[n])
        spread, put_by = np.zeros((len(made), len(pools))), np.zeros((len(made), len(self.buyers)))
        used = np.array([now[a] for a in flows.shipped[n]])
        origins, ends = [made[k, o] for k, o, _ in flows.shipped[n]], [pools[k, d] for k, _, d in flows.shipped[n]]
        spread[origins, ends] = np.array(list(flows.shipped[n].values())) * used
        for (k, o, d), t in flows.shipped[n].items():
            if now[k, o, d] < 1:
                put_by[made[k, o]] += t * (1 - now[k, o, d]) * held.get((k, o, d), self.nobody)
        sold = spread.sum(axis=1) + put_by.sum(axis=1)
        outputs, served, inputs = self._outputs(n, plants, made, sold), *self._taken(n, pools, plants)
        spread, put_by = spread / sold[:, None], put_by / sold[:, None]
        direct = outputs @ put_by
        direct[:, -1] += outputs.sum(axis=1) == 0
        loop, right = inputs @ outputs @ spread, served + inputs @ direct
        use = _shares(_solution(loop, right))
        for j, share in zip(plants, _shares(outputs @ spread @ use + direct), strict=True):
            self.plants[j, n] = share
        users = list(use)
        self.arrivals[n] = {(k, o, r): users[pools[k, r]] for k, o, r in now}
        for a, part in now.items():
            if part < 1:
                self.arrivals[n][a] = part * self.arrivals[n][a] + (1 - part) * held[a]

    def _used_now(self, n: str) -> dict[Arrival, float]:
        """The part of what arrives, or lay in stock, that is used in the year; the rest stays in stock."""
        used, stock = self.flows.used[n], self.flows.stock[n]
        now = dict.fromkeys([*self.flows.shipped[n], *used, *stock], 1.0)
        for arrival, left in stock.items():
            taken = max(used.get(arrival, 0.0), 0.0)
            now[arrival] = taken / (taken + left)
        return now

    def _outputs(self, n: str, plants: Mapping[str, int], made: Mapping[Good, int], sold: Floats) -> Floats:
        """Plants x goods made: the weights of a plant's products, summing to 1; 0 for a plant that sells nothing."""
        tonnes = np.zeros((len(plants), len(made)))
        for j, row in plants.items():
            for good, a in self.recipes[j]:
                if a > 0 and good in made:
                    tonnes[row, made[good]] = a * self.flows.runs[n][j]
        output = tonnes.sum(axis=0)
        tonnes *= sold / np.where(output > 0, output, 1.0)
        rho = np.array([self.s.network.instance.content[k] for k, _ in made])
        weighed, worth = tonnes * rho, tonnes * np.array([self.s.network.instance.price[k] for k, _ in made])
        host = (worth[:, rho == 0] > 0).any(axis=1) & (weighed > 0).any(axis=1)  # a host metal bears its part
        weighed = np.where(host[:, None], worth, weighed)
        weighed = np.where(weighed.sum(axis=1, keepdims=True) > 0, weighed, tonnes)
        return _of_one(weighed)

    def _taken(self, n: str, pools: Mapping[Good, int], plants: Mapping[str, int]) -> tuple[Floats, Floats]:
        """Pools x buyers and pools x plants: who takes which part of what is used; nobody where none does."""
        taken = np.zeros((len(pools), len(self.buyers) + len(plants)))
        for good, t in self.flows.served[n].items():
            if good in pools:
                taken[pools[good], self.buyers.index(good[1])] = t
        for j, row in plants.items():
            for good, a in self.recipes[j]:
                if a < 0 and good in pools:
                    taken[pools[good], len(self.buyers) + row] = -a * self.flows.runs[n][j]
        taken[:, len(self.buyers) - 1] = taken.sum(axis=1) == 0
        part = _of_one(taken)
        return part[:, : len(self.buyers)], part[:, len(self.buyers) :]


def _rows(names: Any) -> dict[Any, int]:
    return {name: i for i, name in enumerate(dict.fromkeys(names))}


def _of_one(amounts: Floats) -> Floats:
    """Each row as parts of 1; a row of zeros stays."""
    total = amounts.sum(axis=1, keepdims=True)
    return np.where(total > 0, amounts / np.where(total > 0, total, 1.0), 0.0)


def _shares(found: Floats) -> Floats:
    """Shares without the noise of a linear solve."""
    return _of_one(np.where(found > 1e-12, found, 0.0))


def _solution(loop: Floats, right: Floats) -> Floats:
    """``x = loop x + right``; what goes round for ever and never reaches an end is nobody's."""
    ends, feeds = right.sum(axis=1) > 0, loop > 0
    while not np.array_equal(ends, more := ends | feeds[:, ends].any(axis=1)):
        ends = more
    loop, right = np.where(ends[:, None], loop, 0.0), right.copy()
    right[~ends, -1] = 1.0
    return np.asarray(np.linalg.solve(np.eye(len(right)) - loop, right), dtype=float)
