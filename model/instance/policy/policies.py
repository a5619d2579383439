"""What is asked for: caps, minima and budgets, each row by buyer and scope; crises to withstand; price floors.

A policy file's row may name several buyers and stages; here it is one target for each buyer and scope. ``row`` is the
row's name in the file (``share_cap.0``), which results, messages and overrides use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from model.instance.files.toml_text import to_toml

Share = float | Mapping[int, float]


OF_MATERIAL = "material:"
"""Before the name of a material in a target's ``weight``."""


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


@dataclass(frozen=True)
class Budget:
    """Overnight capital decided in a window of years in some host regions, USD."""

    row: str
    hosts: str
    regions: tuple[str, ...]
    processes: frozenset[str] | None
    min_usd: float
    max_usd: float
    first_year: int
    last_year: int


@dataclass(frozen=True)
class LaneSet:
    """Lanes that a row speaks of. ``goods`` None: all. A border is crossed unless ``within`` counts trade inside too.

    With a border it is the origin's, out of which goods go; with ``imports`` the destination's, into which they come.
    """

    goods: frozenset[str] | None
    origins: frozenset[str]
    destinations: frozenset[str]
    imports: bool = False
    within: bool = False

    def __call__(self, commodity: str, origin: str, destination: str) -> bool:
        """Whether it speaks of a lane."""
        if destination not in self.destinations or (self.goods is not None and commodity not in self.goods):
            return False
        if self.within:
            return origin in self.origins
        if self.imports:
            return origin not in self.destinations
        return origin in self.origins and destination not in self.origins


@dataclass(frozen=True)
class Quota:
    """At most ``max_flow``, t/yr of goods, on the lanes of all rows of one name (``quota``) together.

    ``row`` is its row in a policy file; blank for one of the instance's own, which no policy takes away.
    """

    row: str
    quota: str
    lanes: LaneSet
    max_flow: float
    first_year: int
    last_year: int


@dataclass(frozen=True)
class PriceFloor:
    """A price that makers of one commodity in some host regions are promised, USD/t.

    It is a transfer: it changes neither the plan nor its cost, and what it costs the public is reported beside them.
    """

    row: str
    commodity: str
    hosts: str
    regions: tuple[str, ...]
    processes: frozenset[str] | None
    price_usd: float
    first_year: int
    last_year: int


class Written(NamedTuple):
    """A policy as its file says it, what it asked for then, and where each key stands (file and line)."""

    data: Mapping[str, Any]
    asked: tuple[Any, ...]
    file: str
    places: Mapping[tuple[str, ...], tuple[str, int | None]]


@dataclass(frozen=True, repr=False)
class Policy:
    """Everything that one policy file asks for.

    ``more``: by kind what has no field of its own here; ``written``: the file, if it was read from one; ``titles``: by
    row, of those that have one.
    """

    name: str
    title: str
    share_caps: tuple[ShareCap, ...] = ()
    domestic_mins: tuple[DomesticMin, ...] = ()
    budgets: tuple[Budget, ...] = ()
    stock_mins: tuple[StockMin, ...] = ()
    traced: str = ""
    traced_regions: frozenset[str] = frozenset()
    price_floors: tuple[PriceFloor, ...] = ()
    withstands: tuple[Withstand, ...] = ()
    quotas: tuple[Quota, ...] = ()
    more: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    written: Written | None = field(default=None, compare=False)
    titles: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<Policy {self.name}: {', '.join(self.rows) or 'asks nothing'}>"

    @property
    def targets(self) -> tuple[Target, ...]:
        """All rows that may fall short, in the file's order of kinds."""
        others = (asked for rows in self.more.values() for asked in rows if isinstance(asked, Target))
        return (*self.share_caps, *self.domestic_mins, *self.stock_mins, *self.withstands, *others)

    @property
    def asked(self) -> tuple[Any, ...]:
        """All that it asks for: targets, budgets, price floors, and what is of another kind."""
        others = (asked for rows in self.more.values() for asked in rows)
        return (*self.targets, *self.budgets, *self.price_floors, *self.quotas, *others)

    @property
    def rows(self) -> tuple[str, ...]:
        """Names of all rows, each once."""
        return tuple(dict.fromkeys(asked.row for asked in self.asked))

    def to_toml(self) -> str:
        """The policy as the text of a file, to keep or to send; read again it asks for the same.

        Raises ValueError where rows were replaced in the object itself, which no file says.
        """
        if self.written is None or self.written.asked != self.asked:
            raise ValueError(
                f"the rows of the policy {self.name} are not those of its file; make it from a mapping or with "
                "overrides, which can be written: model.policy(instance, {...}, {...})"
            )
        return to_toml({**self.written.data, "title": self.title})


@dataclass(frozen=True)
class Places:
    """What a policy's names stand for in an instance."""

    regions: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    stages: Mapping[str, tuple[str, ...]]
    content: Mapping[str, float]
    first_year: int
    last_year: int
    names: Mapping[str, set[str]] = field(repr=False)
    quotas: frozenset[str] = frozenset()
    materials: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    measure: str = "content"

    def members(self, place: str) -> tuple[str, ...]:
        """The regions of a group, or the region itself."""
        return self.groups.get(place, (place,))

    def lanes(self, commodity: str, origin: str, destination: str, within: bool = False) -> LaneSet:
        """The lanes that a row of a quota, or ``within`` a contract, speaks of; ``*`` is every good and every place."""
        goods = None if commodity == "*" else self.stages.get(commodity, (commodity,))
        if commodity in self.content:
            goods = (commodity,)
        come, go = (frozenset(self.regions if p == "*" else self.members(p)) for p in (origin, destination))
        return LaneSet(None if goods is None else frozenset(goods), come, go, origin == "*" and not within, within)


def at_year(limit: Share, year: int) -> float:
    """A share, or a trajectory's value in a year: linear between its years, flat outside.

    >>> at_year({2026: 0.95, 2030: 0.65}, 2028)
    0.8
    >>> at_year({2026: 0.95, 2030: 0.65}, 2040)
    0.65
    """
    if isinstance(limit, float | int):
        return float(limit)
    years = sorted(limit)
    if year <= years[0] or year >= years[-1]:
        return limit[years[0] if year <= years[0] else years[-1]]
    after = next(y for y in years if y >= year)
    before = years[years.index(after) - 1]
    return limit[before] + (limit[after] - limit[before]) * (year - before) / (after - before)
