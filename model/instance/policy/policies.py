"""What is asked for: caps, minima and budgets, each row by buyer and scope; crises to withstand; price floors.

A policy file's row may name several buyers and stages; here it is one target for each buyer and scope. ``row`` is the
row's name in the file (``share_cap.0``), which results, messages and overrides use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from model.instance.files.toml_text import to_toml
from model.instance.policy.targets import DomesticMin, ShareCap, StockMin, Target, Withstand

Share = float | Mapping[int, float]


OF_MATERIAL = "material:"
"""Before the name of a material in a target's ``weight``."""


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
