"""What a policy asks for: the rows that may fall short."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple


class Supplier(NamedTuple):
    """Whose goods a share cap limits: one third country, or a set of them taken together."""

    name: str
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """A limit on what one buyer does at one scope; ``share`` is the limit by year in force."""

    row: str
    buyer: str
    scope: str
    regions: tuple[str, ...]
    commodities: tuple[str, ...]
    share: Mapping[int, float]
    weight: str

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the rows that it has in each year, blank where it is a single one."""
        return ("",)

    @property
    def buyers(self) -> Mapping[str, tuple[str, ...]]:
        """The regions of each buyer that the row names, one unless several are asked for together."""
        return {self.buyer: self.regions}

    def away(self, part: str) -> frozenset[str]:
        """Regions whose goods don't help it: none but for a cap."""
        return frozenset()


@dataclass(frozen=True)
class ShareCap(Target):
    """At most ``share`` of the buyer's use from each supplier (``direct``) or of traced content (``traced``).

    ``sectors``: of what they are served instead of all use.
    """

    measure: str
    suppliers: tuple[Supplier, ...]
    sectors: tuple[str, ...] | None = None

    @property
    def parts(self) -> tuple[str, ...]:
        """The suppliers, each with a row of its own."""
        return tuple(s.name for s in self.suppliers)

    def away(self, part: str) -> frozenset[str]:
        """Regions whose goods count against the cap of a supplier."""
        return frozenset(r for s in self.suppliers if s.name == part for r in s.regions)


@dataclass(frozen=True)
class DomesticMin(Target):
    """At least ``share`` of the buyer's final demand made, or makeable, inside."""

    measure: str
    processes: frozenset[str] | None


@dataclass(frozen=True)
class StockMin(Target):
    """At least ``share`` (days/365) of the use of one commodity in stock at the end of the year.

    ``measure``: ``stock``, of the year's use; ``net_imports``, of the net imports of the year before.
    """

    measure: str = "stock"


@dataclass(frozen=True)
class Withstand(Target):
    """The buyers, together, are served through a stop of the suppliers' exports that begins with any year in force.

    ``commodities`` are what a supplier no longer ships out of itself, each of the ``suppliers`` a crisis of its own;
    ``serve`` is the part of the buyers' demand over the ``months`` that must be met (of some ``sectors`` alone, where
    they are named), ``others`` that of everybody else's but the supplier's. ``share`` is the part of what is so asked.
    """

    suppliers: tuple[Supplier, ...]
    named: Mapping[str, tuple[str, ...]]
    months: float
    serve: float
    others: float
    sectors: tuple[str, ...] | None

    @property
    def parts(self) -> tuple[str, ...]:
        """The suppliers, each with a crisis of its own."""
        return tuple(s.name for s in self.suppliers)

    @property
    def buyers(self) -> Mapping[str, tuple[str, ...]]:
        """The regions of each buyer."""
        return self.named

    @property
    def tau(self) -> float:
        """How long a crisis lasts, in years."""
        return self.months / 12

    def away(self, part: str) -> frozenset[str]:
        """Regions that a crisis cuts off."""
        return frozenset(r for s in self.suppliers if s.name == part for r in s.regions)

    def eased(self, values: Mapping[str, Any]) -> Withstand:
        """Crises that last less long, of which less must be served, or that begin in a later year (``from``)."""
        share = {y: z for y, z in self.share.items() if y >= values.get("from", y)}
        months, serve = values.get("months", self.months), values.get("serve", self.serve)
        return replace(self, share=share, months=min(self.months, months), serve=min(self.serve, serve))

    def part_asked(self, region: str, sector: str, supplier: Supplier) -> float:
        """The part of a demand that must be met in the crisis of a supplier."""
        if region in self.regions:
            return self.serve if self.sectors is None or sector in self.sectors else 0.0
        return 0.0 if region in supplier.regions else self.others
