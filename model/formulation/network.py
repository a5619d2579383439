"""Who can supply whom: the programme's index sets as plain Python, from an instance, a policy and a tree.

A content class of a tonne is ``free`` or ``traced``; without a traced row there is the one class ``free``. A plant in
a traced region makes traced goods only. A plant elsewhere that uses nothing (a mine) makes free goods only: its output
may still be downgraded where it is used, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from model.instance import Instance, Plant
from model.lanes import Lanes, resolve
from model.nodes import Node, Tree
from model.policies import Policy, ShareCap, StockMin, Target

FREE, TRACED = "free", "traced"
NO_ORIGIN = "-"
"""Origin of the initial stock, which has none."""

Good = tuple[str, str, str]
"""Commodity, region, content class."""
Use = tuple[str, str, str, str]
"""Commodity, origin, region of use, content class."""
TargetKey = tuple[str, str, str]
"""Policy row, buyer, scope."""


def key(target: Target) -> TargetKey:
    """The index of a target in the programme."""
    return target.row, target.buyer, target.scope


@dataclass(frozen=True)
class Network:
    """Index sets; every list is in the order of the instance's tables, so that the programme is always the same."""

    instance: Instance
    policy: Policy
    tree: Tree

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Content classes."""
        return (FREE, TRACED) if self.policy.traced else (FREE,)

    def plant_classes(self, plant: Plant) -> tuple[str, ...]:
        """Content classes that a plant can make."""
        if not self.policy.traced:
            return (FREE,)
        if plant.region in self.policy.traced_regions:
            return (TRACED,)
        uses = any(a < 0 for a in self.instance.recipes[plant.process].values())
        return (FREE, TRACED) if uses else (FREE,)

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
            for h in self.plant_classes(self.instance.plants[j]):
                found.setdefault((k, r, h), []).append(j)
        return found

    @cached_property
    def lane_table(self) -> Lanes:
        """Lanes between different regions."""
        return resolve(self.instance)

    @cached_property
    def lanes(self) -> list[tuple[str, str, str]]:
        """Shipments that can be: from where a good is made to where it is used; within a region always."""
        made = {(k, o) for k, o, _ in self.makers}
        used = set(self.instance.used_at)
        own = [(k, o, o) for k, o in dict.fromkeys((k, o) for k, o, _ in self.makers) if (k, o) in used]
        return own + [lane for lane in self.lane_table.keys if lane[:2] in made and (lane[0], lane[2]) in used]

    def classes_made(self, k: str, o: str) -> list[str]:
        """Content classes of a good that a region can make."""
        return [h for h in self.classes if (k, o, h) in self.makers]

    @cached_property
    def destinations(self) -> dict[Good, list[str]]:
        """Where a good made in a region can go."""
        found: dict[Good, list[str]] = {good: [] for good in self.makers}
        for k, o, d in self.lanes:
            for h in self.classes_made(k, o):
                found[k, o, h].append(d)
        return found

    @cached_property
    def origins(self) -> dict[Good, list[str]]:
        """Where a good used in a region can come from; the initial stock is content free."""
        found: dict[Good, list[str]] = {(k, r, h): [] for k, r in self.instance.used_at for h in self.classes}
        for k, o, d in self.lanes:
            for h in self.classes_made(k, o):
                found[k, d, h].append(o)
        for (k, r), pile in self.instance.stockpiles.items():
            if pile.initial > 0:
                found[k, r, FREE].append(NO_ORIGIN)
        return found

    def decisions(self, plant: Plant) -> list[Node]:
        """Nodes at which capacity of a plant may be decided."""
        years = self.instance.decision_years(plant)
        return [node for node in self.tree if node.year in years]

    @cached_property
    def capped_uses(self) -> dict[tuple[str, str, str, str], list[Use]]:
        """For each share cap and supplier the uses that count against it; suppliers without any are left out."""
        found = {}
        for cap in self.policy.share_caps:
            for supplier in cap.suppliers:
                uses = [
                    use
                    for use in self.uses_in(cap)
                    if (use[3] == TRACED if cap.measure == "traced" else use[1] in supplier.regions)
                ]
                if uses:
                    found[(*key(cap), supplier.name)] = uses
        return found

    def uses_in(self, target: Target) -> list[Use]:
        """Everything that a target's buyer can use of its goods, by commodity, origin, region and content class."""
        return [
            (k, o, r, h)
            for k in target.commodities
            for r in target.regions
            for h in self.classes
            for o in self.origins.get((k, r, h), ())
        ]

    @staticmethod
    def by_ship(uses: list[Use]) -> list[Use]:
        """The uses that can be shipped to: all but those of the initial stock."""
        return [use for use in uses if use[1] != NO_ORIGIN]

    def from_stock(self, uses: list[Use]) -> list[Use]:
        """The uses that can be drawn from a stockpile."""
        return [use for use in uses if (use[0], use[2]) in self.instance.stockpiles]

    @cached_property
    def consumers(self) -> list[ShareCap | StockMin]:
        """Targets whose limit is a share of what the buyer uses."""
        return [*self.policy.share_caps, *self.policy.stock_mins]

    def in_force(self, target: Target) -> list[Node]:
        """Nodes at which a target holds."""
        return [node for node in self.tree if node.year in target.share]

    def weight(self, target: Target, commodity: str) -> float:
        """``rho``, or 1 where the row weighs tonnes."""
        return self.instance.ree_content[commodity] if target.weight == "ree_content" else 1.0
