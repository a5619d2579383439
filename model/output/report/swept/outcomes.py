"""What cases come to, in words and in units that suit, and how much of it each factor explains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.base.words import clean, money_unit
from model.output.report.sections.money import TERMS
from model.output.report.swept.reading import Factor, Sweep

WORDS = {
    "premium_usd": ("Premium over no policy, present value", "USD"),
    "worst_miss": ("Worst miss of a target", "points"),
    "unserved_goods_t": ("Goods not served", "t"),
    "capex_usd": ("Overnight capital", "USD"),
    "cost_usd": ("Cost of the chain, present value", "USD"),
    "premium_usd_per_kg": ("Premium per kg of final goods", "USD/kg"),
    "targets_missed": ("Targets missed", "targets"),
    "unserved_t": ("Content of goods not served", "t"),
    "first_compliant_year": ("Every target holds from", "year"),
    "largest_share": ("Largest share under a cap", "%"),
    "stop_served_share": ("Served while exports stop", "%"),
    "stop_survives_months": ("Served in full while exports stop", "months"),
    "plants_built": ("Plants built", "plants"),
    "first_decision_year": ("First decision", "year"),
    "cost_without_policy_usd": ("Cost without policy, present value", "USD"),
    "capital_moved_usd": ("Capital decided otherwise than in the base", "USD"),
}
MAIN = ("cost_usd", "capex_usd", "shortfall_t", "unserved_goods_t", "unserved_t", "first_compliant_year")
"""Outcomes that must all stay the same where a factor is said to make no difference."""
FEW = 12
"""A factor of so many values is held by each of them; one of more by ranks."""


@dataclass(frozen=True)
class Outcome:
    """A column of results in words; ``factor`` turns its values into ``unit`` (by division)."""

    column: str
    label: str
    unit: str
    factor: float

    @property
    def head(self) -> str:
        """Words and unit."""
        return f"{self.label}, {self.unit}" if self.unit != "year" else self.label

    def scaled(self, value: float | int | None) -> float | int | None:
        """A value in the unit; years and counts stay whole, tonnes are told to the kilogram."""
        if value is None or isinstance(value, int):
            return value
        return round(value, 3) + 0.0 if self.unit == "t" else value / self.factor

    @property
    def shown(self) -> dict[str, Any]:
        """What the page's script is told."""
        return {"column": self.column, "label": clean(self.label), "unit": self.unit}


def outcome(column: str, values: Sequence[Any]) -> Outcome:
    """An outcome in a unit that suits its values."""
    kind, _, part = column.removesuffix("_usd").partition("_")
    part = f"Premium, {TERMS.get(part, part).lower()}" if kind == "premium" else f"Capital, {part}"
    label, unit = WORDS.get(column, (part, "USD"))
    if unit == "USD":
        factor, unit = money_unit(v for v in values if v is not None)
        return Outcome(column, label, unit, factor)
    return Outcome(column, label, unit, 0.01 if unit in ("%", "points") else 1.0)


def outcomes(sweep: Sweep) -> list[Outcome]:
    """The outcomes that cases have and that are not zero throughout; capital by stage and parts of the premium last."""
    stages = [c for c in sweep.cases if c.startswith(("capex_", "premium_")) and c not in WORDS]
    there = [outcome(c, sweep.cases[c]) for c in (*WORDS, *stages) if c in sweep.cases]
    return [one for one in there if any(one.scaled(v) for v in sweep.cases[one.column])]


def varying(sweep: Sweep) -> list[Outcome]:
    """The outcomes that differ between cases."""
    found = []
    for one in outcomes(sweep):
        values = [w for w in map(one.scaled, sweep.cases[one.column]) if w is not None]
        if max(values) - min(values) > 1e-9 * max(abs(v) for v in values) or len(values) < sweep.count:
            found.append(one)
    return found or outcomes(sweep)[:1]


def explained(values: Sequence[Any], results: Sequence[float]) -> float:
    """The part of the variance of results that goes with a factor by itself, 0 to 1.

    Of few values: the variance of the means at each value over the whole. Of many: the squared correlation of ranks.

    >>> explained([1, 1, 2, 2], [0.0, 2.0, 4.0, 6.0])
    0.8
    """
    both = pd.DataFrame({"value": values, "result": results})
    whole = both["result"].var(ddof=0)
    if whole <= 0:
        return 0.0
    groups = both.groupby("value", dropna=False, sort=False)["result"]
    if groups.ngroups <= FEW:
        return float(groups.transform("mean").var(ddof=0) / whole)
    ranks = both.rank()
    return float(ranks["value"].corr(ranks["result"])) ** 2


def strongest(sweep: Sweep, column: str, policy: str) -> tuple[Factor, float] | None:
    """The factor that explains most of an outcome's variance under a policy, and how much; None without variance."""
    at = [
        i
        for i in range(sweep.count)
        if sweep.planned[i] and sweep.cases["policy"][i] == policy and sweep.cases[column][i] is not None
    ]
    if len(at) < 3:
        return None
    results = [float(sweep.cases[column][i]) for i in at]
    parts = [(f, explained([sweep.cases[f["name"]][i] for i in at], results)) for f in sweep.factors]
    best = max(parts, key=lambda p: p[1], default=None)
    return best if best and best[1] > 0.01 else None


def without_effect(sweep: Sweep) -> list[Factor]:
    """Factors of a grid that change no outcome, whatever the others are and under any policy."""
    if sweep.design != "grid" or len(sweep.factors) < 2:
        return []
    found = []
    for factor in sweep.factors:
        others = ["policy", *(f["name"] for f in sweep.factors if f is not factor)]
        keys = zip(*(sweep.cases[c] for c in others), strict=True)
        results = zip(sweep.cases["status"], *(sweep.cases[c] for c in MAIN), strict=True)
        seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        if all(_alike(seen.setdefault(key, result), result) for key, result in zip(keys, results, strict=True)):
            found.append(factor)
    return found


def _alike(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(
        a == b or (isinstance(a, float) and isinstance(b, float) and math.isclose(a, b, rel_tol=1e-7, abs_tol=1e-3))
        for a, b in zip(one, other, strict=True)
    )
