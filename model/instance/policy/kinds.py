"""The kinds of policy row, one record each: the one place that says what a kind is.

Whoever needs to know something of a row asks its record; nobody asks which kind it is. A new kind is a record here, two
functions that read its row (:mod:`model.instance.policy.rows`), its keys in the dictionary and a formulation file.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from model.base.units import USD_PER_MUSD
from model.instance.policy import rows as policy_rows
from model.instance.policy.policies import (
    Budget,
    DomesticMin,
    Policy,
    PriceFloor,
    Quota,
    ShareCap,
    StockMin,
    Target,
    Withstand,
)
from model.instance.policy.rows import DAYS, Row, Wrong

USE, DEMAND, CRISIS, NET_IMPORTS = "use", "demand", "crisis", "net imports"
"""What a share is taken of: what the buyer uses at the scope, what its final demand embodies, what must be served in a
crisis, or what it imported net in the year before."""


@dataclass(frozen=True)
class Measure:
    """One way in which a kind counts. ``rows``: its family in the programme; ``label``: what a reader calls it.

    ``standing``: capacity counts as such, whether it runs or not. ``base``: what its share is taken of, where that is
    not what the kind's is.
    """

    rows: str
    label: str
    standing: bool = False
    base: str = ""


def _nothing_wrong(_: Row) -> Iterator[Wrong]:
    return iter(())


def _no_bounds(_: Any) -> Mapping[str, float]:
    return {}


@dataclass(frozen=True)
class Kind:
    """What a kind of policy row is; what isn't said of a kind is what most kinds have.

    ``key``: its name in the file; ``of``: the class of what a row asks for; ``attribute``: the policy's field that
    holds them (blank: ``Policy.more``). ``read`` makes them from a row that ``wrong`` finds nothing wrong with.

    ``measures``: the ways to count, by the word in the file; one that can't be chosen is named here alone.
    ``short``: the variable by which its rows may fall short, kt; blank: they are hard, or in no programme. ``over``:
    the programme's Set of that variable, the node last. ``further``: its other variables, which cost nothing.
    ``base``: what a share is taken of, USE, DEMAND or CRISIS; ``at_most``: a cap, else a minimum; ``cell``: the key of
    the limit; ``days``: it is stated in days of use and not as a share. ``inside``: it counts what plants in the
    buyer's regions make or could make.

    ``numbers``: keys that change numbers of the programme alone, ``structural``: other keys with a number.
    ``bounds``: what the rows of a hard kind allow or ask for, by family, in the programme's units.
    ``bare``: one without its numbers; two that are then the same differ in numbers alone. ``eased``: one asked for less
    by some cells of the file. Both have a form for targets.
    """

    key: str
    of: type
    read: Callable[[Row], Iterable[Any]]
    wrong: Callable[[Row], Iterator[Wrong]] = _nothing_wrong
    attribute: str = ""
    measures: Mapping[str, Measure] = field(default_factory=dict)
    short: str = ""
    over: str = ""
    further: tuple[str, ...] = ()
    base: str = ""
    at_most: bool = False
    cell: str = ""
    days: bool = False
    inside: bool = False
    numbers: tuple[str, ...] = ()
    structural: tuple[str, ...] = ("from", "to")
    bounds: Callable[[Any], Mapping[str, float]] = _no_bounds
    bare: Callable[[Any], Any] | None = None
    eased: Callable[[Any, Mapping[str, Any]], Any] | None = None

    @property
    def families(self) -> tuple[str, ...]:
        """Its families of rows in the programme."""
        return tuple(m.rows for m in self.measures.values())

    @property
    def unit(self) -> str:
        """What its limit is shown in: days or share; nothing for kinds whose limit isn't a share."""
        return "" if not self.base else "days" if self.days else "share"

    def asked(self, policy: Policy) -> tuple[Any, ...]:
        """What a policy asks for of this kind."""
        found: tuple[Any, ...] = getattr(policy, self.attribute) if self.attribute else policy.more.get(self.key, ())
        return found

    def replaced(self, policy: Policy, rows: Iterable[Any]) -> Policy:
        """The policy with other rows of this kind."""
        value: Any = tuple(rows) if self.attribute else {**policy.more, self.key: tuple(rows)}
        changed: dict[str, Any] = {self.attribute or "more": value}
        return dataclasses.replace(policy, **changed)

    def measure(self, asked: Any) -> tuple[str, Measure]:
        """How a target counts: the word and what it means."""
        word = getattr(asked, "measure", None) or next(iter(self.measures))
        return word, self.measures[word]

    def without_numbers(self, asked: Any) -> Any:
        """One without its numbers; a share of 0 leaves no coefficient, so it stays one."""
        if self.bare is not None:
            return self.bare(asked)
        return dataclasses.replace(asked, share={y: float(z > 0) for y, z in asked.share.items()})

    def easier(self, asked: Any, values: Mapping[str, Any]) -> Any:
        """One that asks for less, or from a later year on (``from``); never for more than before in any year."""
        if self.eased is not None:
            return self.eased(asked, values)
        share = {y: z for y, z in asked.share.items() if y >= values.get("from", y)}
        if self.cell in values:
            level = values[self.cell] / DAYS if self.days else values[self.cell]
            share = {y: (max if self.at_most else min)(z, level) for y, z in share.items()}
        return dataclasses.replace(asked, share=share)


def _bare_budget(budget: Budget) -> Budget:
    most = 1.0 if math.isfinite(budget.max_usd) else math.inf
    return dataclasses.replace(budget, min_usd=float(budget.min_usd > 0), max_usd=most)


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "share_cap",
            ShareCap,
            policy_rows.share_caps,
            policy_rows.wrong_share_cap,
            "share_caps",
            {
                "direct": Measure("share_cap", "share of any one supplier"),
                "traced": Measure("share_cap", "share of traced content"),
            },
            short="share_cap_short",
            over="CAPPED",
            base=USE,
            at_most=True,
            cell="max",
            numbers=("max",),
        ),
        Kind(
            "domestic_min",
            DomesticMin,
            policy_rows.domestic_mins,
            policy_rows.wrong_target,
            "domestic_mins",
            {
                "capacity": Measure("domestic_capacity", "capacity inside", standing=True),
                "production": Measure("domestic_production", "made inside"),
            },
            short="domestic_min_short",
            over="DOMESTIC",
            base=DEMAND,
            cell="min",
            inside=True,
            numbers=("min",),
        ),
        Kind(
            "budget",
            Budget,
            policy_rows.budgets,
            policy_rows.wrong_budget,
            "budgets",
            {
                "max": Measure("budget_max", "capital at most"),
                "min": Measure("budget_min", "capital at least"),
            },
            numbers=("max", "min"),
            bounds=lambda b: {"budget_max": b.max_usd / USD_PER_MUSD, "budget_min": b.min_usd / USD_PER_MUSD},
            bare=_bare_budget,
            eased=lambda budget, values: dataclasses.replace(budget, max_usd=float(values["max"])),
        ),
        Kind(
            "stock_min",
            StockMin,
            policy_rows.stock_mins,
            policy_rows.wrong_stock_min,
            "stock_mins",
            {
                "stock": Measure("stock_min", "stock"),
                "net_imports": Measure("stock_min_net_imports", "stock against net imports", base=NET_IMPORTS),
            },
            short="stock_min_short",
            over="STOCKED",
            further=("net_imports",),
            base=USE,
            cell="days",
            days=True,
            numbers=("days",),
        ),
        Kind(
            "withstand",
            Withstand,
            policy_rows.withstands,
            policy_rows.wrong_withstand,
            "withstands",
            {"served": Measure("withstand", "served in a crisis")},
            short="withstand_short",
            over="WITHSTOOD",
            further=("crisis_activity", "crisis_ship", "crisis_draw", "crisis_served", "crisis_missing"),
            base=CRISIS,
            cell="serve",
            structural=("from", "to", "months", "serve", "others"),
            bare=lambda asked: asked,
            eased=Withstand.eased,
        ),
        Kind(
            "quota",
            Quota,
            policy_rows.quotas,
            policy_rows.wrong_quota,
            "quotas",
            {"max": Measure("policy_quota", "trade at most")},
            structural=("from", "to", "max_flow"),
            bare=lambda quota: quota,
            eased=lambda quota, values: dataclasses.replace(quota, max_flow=float(values["max_flow"])),
        ),
        Kind(
            "price_floor",
            PriceFloor,
            policy_rows.price_floors,
            attribute="price_floors",
            numbers=("price",),
            bare=lambda _: None,
        ),
    )
}
"""The kinds by the key in the file. Readers look here when they are asked, so that a kind may be added for a while."""


def kind_of(asked: Any) -> Kind:
    """The kind of what a policy asks for, by its class."""
    return next(kind for kind in KINDS.values() if kind.of is type(asked))


def base_of(target: Target) -> str:
    """What the share of a target is taken of."""
    kind = kind_of(target)
    return kind.measure(target)[1].base or kind.base


def kind_of_row(row: str) -> Kind:
    """The kind of a row by its name, such as ``share_cap.0``."""
    return KINDS[row.partition(".")[0]]


def soft() -> list[Kind]:
    """Kinds whose rows may fall short: the targets."""
    return [kind for kind in KINDS.values() if kind.short]


def hard() -> list[Kind]:
    """Kinds with rows in the programme that may not fall short."""
    return [kind for kind in KINDS.values() if kind.measures and not kind.short]


def shortfalls() -> tuple[str, ...]:
    """Variables of the programme by which rows of a policy may fall short, kt."""
    return tuple(kind.short for kind in soft())


def further() -> tuple[str, ...]:
    """Variables of the programme that serve a policy's rows alone and cost nothing."""
    return tuple(name for kind in KINDS.values() for name in kind.further)


def hard_rows() -> tuple[str, ...]:
    """Families of rows in the programme that may not fall short."""
    return tuple(family for kind in hard() for family in kind.families)


def programme_rows() -> tuple[str, ...]:
    """Families of rows that come from a policy; the plan without policy is free of them."""
    families = (family for kind in (*soft(), *hard()) for family in kind.families)
    return tuple(dict.fromkeys(families))


def asked_of(policy: Policy) -> Iterator[tuple[Kind, Any]]:
    """Everything that a policy asks for, with its kind."""
    for kind in KINDS.values():
        for asked in kind.asked(policy):
            yield kind, asked


def label(key: str, measure: str) -> str:
    """What a reader calls a target, from the words in the result tables."""
    return KINDS[key].measures[measure].label


def days(row: str) -> bool:
    """Whether the limit of a row, by its name, is told in days of use."""
    return kind_of_row(row).days


def standing(target: Target) -> bool:
    """Whether a target counts capacity as such, whether it runs or not."""
    return kind_of(target).measure(target)[1].standing
