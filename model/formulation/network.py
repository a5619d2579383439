"""Who can supply whom: the programme's index sets as tables, from an instance, a policy and a tree.

A content class of a tonne is ``free`` or ``traced``; without a traced row there is the one class ``free``. A plant in
a traced region makes traced goods only. A plant elsewhere that uses nothing (a mine) makes free goods only: its output
may still be downgraded where it is used, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from model.base.tables import Column, Grouped, Ints, Table, distinct
from model.formulation.at_nodes import AtNodes
from model.formulation.building import Building
from model.instance.instance import Instance
from model.instance.lanes import Lanes, at_nodes
from model.instance.policy.kinds import USE, base_of
from model.instance.policy.policies import Policy
from model.instance.policy.targets import ShareCap, StockMin, Supplier, Target
from model.instance.records import Plant
from model.instance.trees.tree import Node, Tree

FREE, TRACED = "free", "traced"
NO_ORIGIN = "-"
"""Origin of the initial stock, which has none."""

Good = tuple[str, str, str]
"""Commodity, region, content class."""
TargetKey = tuple[str, str, str]
"""Policy row, buyer, scope."""


def key(target: Target) -> TargetKey:
    """The index of a target in the programme."""
    return target.row, target.buyer, target.scope


@dataclass(frozen=True)
class Network(AtNodes):
    """Index sets; every table is in the order of the instance's tables, so that the programme is always the same.

    A ``Table`` is a sequence of indices, a ``Grouped`` a mapping from an index to a list of others.
    """

    instance: Instance
    policy: Policy
    tree: Tree

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Content classes."""
        return (FREE, TRACED) if self.policy.traced else (FREE,)

    @cached_property
    def _places(self) -> tuple[str, ...]:
        return (*self.instance.regions, NO_ORIGIN)

    @cached_property
    def _number(self) -> dict[str, dict[str, int]]:
        """The number of each commodity, region and class."""
        labels = {"k": self.instance.commodities, "r": self._places, "h": self.classes}
        return {letter: {name: i for i, name in enumerate(names)} for letter, names in labels.items()}

    def _table(self, letters: str, *codes: Any) -> Table:
        """A table by letter: k commodity, r region (or no origin), h class."""
        labels: dict[str, tuple[str, ...]] = {"k": self.instance.commodities, "r": self._places, "h": self.classes}
        return Table([Column(labels[x], np.asarray(c, dtype=np.int32)) for x, c in zip(letters, codes, strict=True)])

    def _coded(self, letters: str, rows: Iterable[tuple[str, ...]]) -> Table:
        found = [[self._number[x][name] for x, name in zip(letters, row, strict=True)] for row in rows]
        return self._table(letters, *np.array(found, dtype=np.int32).reshape(-1, len(letters)).T)

    @cached_property
    def nodes(self) -> Table:
        """The nodes of the tree."""
        names = [node.name for node in self.tree]
        return Table([Column(names, np.arange(len(names), dtype=np.int32))])

    @cached_property
    def regions(self) -> Table:
        """The regions."""
        return self._table("r", np.arange(len(self.instance.regions)))

    def plant_classes(self, plant: Plant) -> tuple[str, ...]:
        """Content classes that a plant can make."""
        if not self.policy.traced:
            return (FREE,)
        if plant.region in self.policy.traced_regions:
            return (TRACED,)
        uses = any(a < 0 for a in self.instance.recipes[plant.process].values())
        return (FREE, TRACED) if uses else (FREE,)

    @cached_property
    def plants_in(self) -> dict[str, list[str]]:
        """Plants of each region."""
        found: dict[str, list[str]] = {r: [] for r in self.instance.regions}
        for j, plant in self.instance.plants.items():
            found[plant.region].append(j)
        return found

    @cached_property
    def classes_of(self) -> dict[str, tuple[str, ...]]:
        """Content classes that each plant can make."""
        return {j: self.plant_classes(p) for j, p in self.instance.plants.items()}

    @cached_property
    def building(self) -> Building:
        """What may be built when, and what is then on stream."""
        return Building(self.instance, self.tree, self.nodes, self.at)

    @cached_property
    def makers(self) -> dict[Good, list[str]]:
        """Plants that make a good of a class in a region."""
        return self._by_class((k, o, j) for (k, o), js in self.instance.makers.items() for j in js)

    @cached_property
    def users(self) -> dict[Good, list[str]]:
        """Plants that use a good in a region, by the class of their activity."""
        found = self._by_class((k, r, j) for (k, r), js in self.instance.users.items() for j in js)
        return {(k, r, h): found.get((k, r, h), []) for k, r in self.instance.used_at for h in self.classes}

    def _by_class(self, rows: Iterable[tuple[str, str, str]]) -> dict[Good, list[str]]:
        found: dict[Good, list[str]] = {}
        for k, r, j in rows:
            for h in self.classes_of[j]:
                found.setdefault((k, r, h), []).append(j)
        return found

    @cached_property
    def goods_made(self) -> Table:
        """Goods that can be made: commodity, region, content class."""
        return self._coded("krh", self.makers)

    @cached_property
    def goods_used(self) -> Table:
        """Goods that can be used: commodity, region, content class."""
        return self._coded("krh", [(k, r, h) for k, r in self.instance.used_at for h in self.classes])

    def _places_of(self, goods: Table) -> Ints:
        """The place of each good in a table of goods, by commodity, region and class; -1 where it is not there."""
        shape = len(self.instance.commodities), len(self._places), len(self.classes)
        places = np.full(shape, -1, dtype=np.int32)
        places[tuple(column.codes for column in goods.columns)] = np.arange(len(goods))
        return places

    def _somewhere(self, goods: Table) -> Any:
        """Which commodity and region a table of goods has, of any class."""
        return (self._places_of(goods) >= 0).any(axis=2)

    @cached_property
    def lane_table(self) -> Lanes:
        """Lanes between different regions, by node."""
        return at_nodes(self.instance, self.tree)

    @cached_property
    def lanes(self) -> Table:
        """Shipments that can be: from where a good is made to where it is used; within a region always."""
        k, o = (column.codes for column in distinct(self.goods_made.only(0, 1)).columns)
        own = self._somewhere(self.goods_used)[k, o]
        codes = [column.codes for column in self.lane_table.keys.columns]
        open_ = self.open_lanes
        return self._table(
            "krr",
            np.concatenate([k[own], codes[0][open_]]),
            np.concatenate([o[own], codes[1][open_]]),
            np.concatenate([o[own], codes[2][open_]]),
        )

    @cached_property
    def open_lanes(self) -> Any:
        """Places in the lane table of the lanes that the programme has, which come last among its lanes."""
        made, used = self._somewhere(self.goods_made), self._somewhere(self.goods_used)
        k, o, d = (column.codes for column in self.lane_table.keys.columns)
        return np.flatnonzero(made[k, o] & used[k, d])

    @cached_property
    def lane_classes(self) -> Grouped:
        """Content classes that can be shipped on each lane."""
        k, o, _ = (column.codes for column in self.lanes.columns)
        made: Any = self._places_of(self.goods_made)[k, o] >= 0
        lane, h = np.nonzero(made)
        return Grouped.by(self.lanes, lane, self._table("h", h))

    @cached_property
    def shipped(self) -> Table:
        """Shipments that can be, by commodity, origin, destination and content class."""
        return self.lanes.take(self.lane_classes.owner).beside(self.lane_classes.members)

    @cached_property
    def destinations(self) -> Grouped:
        """Where a good made in a region can go."""
        k, o, _, h = (column.codes for column in self.shipped.columns)
        return Grouped.by(self.goods_made, self._places_of(self.goods_made)[k, o, h], self.shipped.only(2))

    @cached_property
    def origins(self) -> Grouped:
        """Where a good used in a region can come from; the initial stock is content free."""
        k, o, d, h = (column.codes for column in self.shipped.columns)
        piles = [(i, pile.initial > 0) for i, pile in self.instance.stockpiles.items()]
        initial = self._coded("krrh", [(*i, NO_ORIGIN, FREE) for i, some in piles if some])
        places = self._places_of(self.goods_used)
        owner = np.concatenate([places[k, d, h], places[tuple(initial.codes(c) for c in (0, 1, 3))]])
        return Grouped.by(self.goods_used, owner, self._table("r", np.concatenate([o, initial.codes(2)])))

    def _with_origins(self, goods: Any) -> tuple[Table, Table]:
        """The goods at some places of ``goods_used``, each with its origins."""
        number, places = self.origins.of(goods)
        return self.goods_used.take(np.asarray(goods)[number]), self.origins.members.take(places)

    @cached_property
    def held(self) -> Table:
        """What can be in stock, by commodity, region, origin and content class."""
        piles = [(k, r, h) for k, r in self.instance.stockpiles for h in self.classes]
        places = self._places_of(self.goods_used)[tuple(c.codes for c in self._coded("krh", piles).columns)]
        goods, origins = self._with_origins(places)
        return Table([goods.columns[0], goods.columns[1], origins.columns[0], goods.columns[2]])

    @cached_property
    def shipped_from(self) -> Grouped:
        """Regions that a good used in a region can be shipped from."""
        return self.origins.where(self.origins.members.codes(0) != len(self.instance.regions))

    @cached_property
    def held_from(self) -> Grouped:
        """Origins that a good may be held in stock from."""
        return self.origins.where(self.can_be_held(self.goods_used)[self.origins.owner])

    def can_be_held(self, goods: Table, region: int = 1) -> Any:
        """Which indices, by commodity in the first column and region in the given one, have a stockpile."""
        return self._piles[goods.codes(0), goods.codes(region)]

    @cached_property
    def _piles(self) -> Any:
        piles = np.zeros((len(self.instance.commodities), len(self._places)), dtype=bool)
        piles[tuple(c.codes for c in self._coded("kr", self.instance.stockpiles).columns)] = True
        return piles

    @cached_property
    def capped_uses(self) -> dict[tuple[str, str, str, str], Any]:
        """For each share cap and supplier the uses that count against it; suppliers without any are left out."""
        found = {}
        for cap in self.policy.share_caps:
            uses = self.uses_in(cap)
            for supplier in cap.suppliers:
                some = uses.take(self._counts(cap, supplier, uses))
                if len(some):
                    found[(*key(cap), supplier.name)] = some
        return found

    def _counts(self, cap: ShareCap, supplier: Supplier, uses: Table) -> Any:
        if cap.measure == "traced":
            return uses.codes(3) == self.classes.index(TRACED)
        return self.among("r", supplier.regions)[uses.codes(1)]

    def uses_in(self, target: Target) -> Table:
        """Everything that a target's buyer can use of its goods, by commodity, origin, region and content class."""
        regions = (
            () if getattr(target, "sectors", None) else target.regions
        )  # what some sectors are served isn't all use
        wanted = self._coded("kr", [(k, r) for k in target.commodities for r in regions])
        places = self._places_of(self.goods_used)[wanted.codes(0), wanted.codes(1)].ravel()
        goods, origins = self._with_origins(places[places >= 0])
        return Table([goods.columns[0], origins.columns[0], *goods.columns[1:]])

    def by_ship(self, uses: Table) -> Table:
        """The uses that can be shipped to: all but those of the initial stock."""
        return uses.take(uses.codes(1) != len(self.instance.regions))

    def from_stock(self, uses: Table) -> Table:
        """The uses that can be drawn from a stockpile."""
        return uses.take(self.can_be_held(uses, 2))

    def has_origin(self, held: Table) -> Any:
        """Which of some stocks come from somewhere: not the initial ones."""
        return held.codes(2) != len(self.instance.regions)

    def held_by(self, target: StockMin) -> Table:
        """What of a target's goods its buyer can hold."""
        goods, regions = self.among("k", target.commodities), self.among("r", target.regions)
        return self.held.take(goods[self.held.codes(0)] & regions[self.held.codes(1)])

    def among(self, letter: str, names: Iterable[str]) -> Any:
        """Which of the commodities or regions are named, by their number."""
        found = np.zeros(len(self._number[letter]), dtype=bool)
        found[[self._number[letter][name] for name in names]] = True
        return found

    @cached_property
    def consumers(self) -> list[Target]:
        """Targets whose limit is a share of what the buyer uses."""
        return [target for target in self.policy.targets if base_of(target) == USE]

    def in_force(self, target: Target) -> list[Node]:
        """Nodes at which a target holds."""
        return [node for node in self.tree if node.year in target.share]

    def weight(self, target: Target, commodity: str) -> float:
        """``rho``, 1 where the row weighs tonnes, or what a tonne holds of the row's material."""
        return self.instance.weight_of(commodity, target.weight)
