"""Crises that a policy asks to withstand, as index tables: one for each row, supplier set and node in force.

A supplier set in which no plant makes anything of what is stopped makes no crisis, and neither do 0 months.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from model.base.tables import Floats, Grouped, Ints, Table, distinct
from model.base.units import T_PER_KT
from model.formulation.families.quotas import Shared, in_force, of_policy
from model.formulation.lanes import by_lane
from model.formulation.network import Network, key
from model.instance.policy.targets import Supplier, Withstand
from model.instance.trees.tree import Node

Crisis = tuple[Withstand, Supplier, Node]


@dataclass(frozen=True)
class Crises:
    """The crises of a network. Tables begin with row and supplier and end with the node; ``of`` makes them."""

    net: Network

    @cached_property
    def asked(self) -> list[Crisis]:
        """Each crisis: what is asked for, whose exports stop, and the node at which it begins."""
        makers = {k: {r for good, r in self.net.instance.makers if good == k} for k in self.net.instance.commodities}
        return [
            (target, supplier, node)
            for target in self.net.policy.withstands
            if target.months > 0
            for supplier in target.suppliers
            if any(not makers[k].isdisjoint(supplier.regions) for k in target.commodities)
            for node in self.net.in_force(target)
        ]

    @cached_property
    def keys(self) -> list[tuple[str, str, str, str, str]]:
        """Row, buyer, scope, supplier and node."""
        return [(*key(target), supplier.name, node.name) for target, supplier, node in self.asked]

    @cached_property
    def table(self) -> Table:
        """Row, supplier and node of each crisis."""
        return Table.of([(row, supplier, node) for row, _, _, supplier, node in self.keys], 3)

    @cached_property
    def node(self) -> Ints:
        """The place of each crisis's node in the tree."""
        number = {node.name: i for i, node in enumerate(self.net.tree)}
        return np.array([number[node.name] for _, _, node in self.asked], dtype=np.int32)

    @cached_property
    def tau(self) -> Floats:
        """How long each lasts, in years."""
        return np.array([target.tau for target, _, _ in self.asked])

    def of(self, crisis: Any, parts: Table) -> Table:
        """The index of some parts, each in a crisis (by place): row, supplier, the part, node."""
        row, supplier, node = self.table.take(crisis).columns
        return Table([row, supplier, *parts.columns, node])

    def each(self, parts: Table) -> Table:
        """The index of every part in every crisis, crisis by crisis."""
        crisis, part = np.divmod(np.arange(len(self.asked) * len(parts)), max(1, len(parts)))
        return self.of(crisis, parts.take(part))

    @cached_property
    def _lanes(self) -> tuple[Any, Any, Floats]:
        """Crisis and lane of each shipment that can be, and the most that it may be, kt."""
        net = self.net
        limits = by_lane(net, net.lane_table.max_flow, np.inf)
        k, o, d = (column.codes for column in net.lanes.columns)
        found, most = [], []
        for i, (target, supplier, _) in enumerate(self.asked):
            goods, cut = net.among("k", target.commodities), net.among("r", supplier.regions)
            limit = limits[:, self.node[i]]
            lanes = np.flatnonzero((limit > 0) & ~(goods[k] & cut[o] & ~cut[d]))
            found.append(lanes)
            most.append(limit[lanes] * target.tau / T_PER_KT)
        crisis = np.repeat(np.arange(len(found)), [len(lanes) for lanes in found])
        return crisis, np.concatenate([*found, np.zeros(0, dtype=int)]), np.concatenate([*most, np.zeros(0)])

    @cached_property
    def shipped(self) -> Table:
        """Row, supplier, commodity, origin, destination, node of what can be shipped."""
        crisis, lane, _ = self._lanes
        return self.of(crisis, self.net.lanes.take(lane))

    @cached_property
    def quotas(self) -> list[Shared]:
        """Every quota that holds in a crisis as in its node: of events and the instance, and of the policy."""
        asked = [shared._replace(label=f"policy {shared.label}") for shared in of_policy(self.net)]
        return [*in_force(self.net), *asked]

    @cached_property
    def under_quota(self) -> dict[tuple[str, str, str, str], list[tuple[str, str, str]]]:
        """By row, supplier, quota and node the shipments that a quota holds together."""
        found: dict[tuple[str, str, str, str], list[tuple[str, str, str]]] = {}
        shared = self.quotas
        for row, supplier, k, o, d, node in self.shipped if shared else ():
            for limit in shared:
                if node in limit.nodes and limit.on_lane(k, o, d):
                    found.setdefault((row, supplier, limit.label, node), []).append((k, o, d))
        return found

    @property
    def max_flow(self) -> Floats:
        """The most that each shipment may be, kt."""
        return self._lanes[2]

    @cached_property
    def goods_made(self) -> Table:
        """Commodity and region where it can be made."""
        return distinct(self.net.goods_made.only(0, 1))

    @cached_property
    def goods_used(self) -> Table:
        """Commodity and region where it can be used."""
        return distinct(self.net.goods_used.only(0, 1))

    @cached_property
    def destinations(self) -> Grouped:
        """Where a good made in a region can go in a crisis."""
        return self._by_end(self.goods_made, 1, 2)

    @cached_property
    def origins(self) -> Grouped:
        """Where a good used in a region can come from in a crisis."""
        return self._by_end(self.goods_used, 2, 1)

    def _by_end(self, goods: Table, end: int, other: int) -> Grouped:
        crisis, lane, _ = self._lanes
        lanes = self.net.lanes
        places = np.full((len(self.net.instance.commodities), len(self.net.instance.regions) + 1), -1, dtype=np.int64)
        places[goods.codes(0), goods.codes(1)] = np.arange(len(goods))
        owner = crisis * len(goods) + places[lanes.codes(0), lanes.codes(end)][lane]
        return Grouped.by(self.each(goods), owner, lanes.only(other).take(lane))

    @cached_property
    def asked_of(self) -> tuple[Any, Any, Floats]:
        """Crisis and demand (by place) of which a part must be met, and that part, kt.

        Demand for goods without content is not asked for: what is missing of it would weigh nothing.
        """
        demands = self.net.instance.demands
        content = np.array([self.net.instance.content[k] for k, _, _ in demands])
        quantity = self.net.demanded
        found, least = [], []
        for i, (target, supplier, _) in enumerate(self.asked):
            part = np.array([target.part_asked(r, s, supplier) for _, r, s in demands])
            floor = part * target.tau * quantity[:, self.node[i]] / T_PER_KT
            some = np.flatnonzero((floor > 0) & (content > 0))
            found.append(some)
            least.append(floor[some])
        crisis = np.repeat(np.arange(len(found)), [len(some) for some in found])
        return crisis, np.concatenate([*found, np.zeros(0, dtype=int)]), np.concatenate([*least, np.zeros(0)])

    @cached_property
    def must_serve(self) -> dict[tuple[str, ...], float]:
        """The content of all that must be served in each crisis, kt."""
        crisis, demand, floor = self.asked_of
        content = np.array([self.net.instance.content[k] for k, _, _ in self.net.instance.demands])
        total = np.bincount(crisis, floor * content[demand], len(self.asked))
        return dict(zip(self.keys, total.tolist(), strict=True))
