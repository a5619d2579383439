"""The kinds of policy row, one record each: the one place that says what a kind is.

Whoever needs to know something of a row asks its record; nobody asks which kind it is. A new kind is a record here, two
functions that read its row (:mod:`model.instance.policy.rows`), its keys in the dictionary and a formulation file.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

from model.base.units import USD_PER_MUSD
from model.instance.policy import rows as policy_rows
from model.instance.policy.kind import Kind, Measure
from model.instance.policy.policies import Budget, Policy, PriceFloor, Quota
from model.instance.policy.targets import DomesticMin, ShareCap, StockMin, Target, Withstand

USE, DEMAND, CRISIS, NET_IMPORTS = "use", "demand", "crisis", "net imports"
"""What a share is taken of: what the buyer uses at the scope, what its final demand embodies, what must be served in a
crisis, or what it imported net in the year before."""


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
