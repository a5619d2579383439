"""What the summary says of the plan as a whole; a figure that it doesn't hold isn't judged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.check.facts import Facts, decision
from model.check.findings import Findings
from model.check.plan import Plan, Table
from model.check.rows.flows import Flows
from model.check.tolerance import OF_ALL_COST, TONNES, apart
from model.instance.policy.policies import Policy

"""Part of the cost by which a difference of two costs may be off."""


@dataclass(frozen=True)
class Compliance:
    """Years in which something is asked, surely or beneath what the tolerance sees, and the last that is missed."""

    sure: frozenset[int]
    perhaps: frozenset[int]
    missed: int
    first: int
    last: int

    def years(self, policy: Policy) -> list[int | None]:
        """What may be the first year, from the first in which something is asked, from which no row falls short.

        None where there is none; the first year of the horizon where a policy has no targets. The surest comes first.
        """
        if not policy.targets:
            return [self.first]
        begins = [*sorted(self.sure)[:1], *sorted(self.perhaps)] or [self.last + 1]
        found = [max(year, self.missed + 1) for year in begins]
        sure = [] if self.sure else [None]
        return [*sure, *(year if year <= self.last else None for year in found)]


@dataclass(frozen=True)
class Totals:
    """What a plan comes to: amounts by key of the summary (USD, t), shortfall by policy row, and compliance."""

    amounts: Mapping[str, float]
    declared: Mapping[str, float]
    short: bool
    compliance: Compliance


def measure(facts: Facts, policy: Policy, plan: Plan, flows: Flows, limits: pd.DataFrame) -> Totals:
    """The totals of a plan."""
    builds = plan["builds"]
    capital = builds["capacity_t_per_yr"] * np.nan_to_num(
        facts.plants.capex[builds["plant"], decision(facts, builds["decision_year"])]
    )
    unserved = np.maximum(facts.demand - flows.served, 0.0)
    demands = plan["demand"]
    without = demands.spread("unserved_without_policy_t", ("demand", "year"), facts.demand.shape)
    declared = limits["shortfall_t"].fillna(0.0).groupby(limits["policy_row"]).sum()
    amounts = {"cost_usd": float(plan["costs"]["present_value_usd"].sum()), "capex_usd": float(capital.sum())}
    for key, left in (("", unserved), ("without_policy_", without)):
        amounts[f"unserved_{key}t"] = float(left.sum(axis=1) @ facts.rho[facts.demand_good])
        amounts[f"unserved_goods_{key}t"] = float(left.sum())
    amounts["shortfall_t"] = float(declared.sum())
    rows = {str(row): float(t) for row, t in declared.items()}
    return Totals(amounts, rows, bool(limits["short"].any()), compliance(facts, limits))


def judge(totals: Totals, policy: Policy, summary: Mapping[str, Any], findings: Findings) -> None:
    """Findings on the summary's totals, shortfalls and compliance."""
    for key, amount in totals.amounts.items():
        rule = key.removesuffix("_usd").partition("_")[0].removesuffix("_t")
        _figure(rule, summary, key, amount, "USD" if key.endswith("usd") else "t", findings)
    _rows(summary, totals.declared, policy, findings)
    if "compliant" in summary and summary["compliant"] != (not totals.short):
        findings.said(
            "compliant", f"compliant={summary['compliant']}", float(bool(summary["compliant"])), float(not totals.short)
        )
    if "first_compliant_year" in summary:
        years, given = totals.compliance.years(policy), summary["first_compliant_year"]
        if given not in years:
            expected = years[0]
            value = _number(given)
            limit = math.nan if expected is None else float(expected)
            findings.said("compliant", f"first_compliant_year={given}", value, limit, "year")


def premium(summary: Mapping[str, Any], told: pd.DataFrame | None, findings: Findings) -> None:
    """What is told by kind of cost sums to the cost without policy and to the premium."""
    if told is None or not len(told) or not {"cost_usd", "cost_without_policy_usd", "premium_usd"} <= set(told.columns):
        return
    close = OF_ALL_COST * float(told["cost_usd"].sum()) + 1.0
    for key in ("cost_without_policy_usd", "premium_usd"):
        if key in summary:
            said, derived = _number(summary[key]), float(told[key].sum())
            if not abs(said - derived) <= close:
                findings.said("premium", f"summary {key}", said, derived, "USD")


def starved(facts: Facts, policy: Policy, demands: Table, findings: Findings) -> None:
    """Nobody is served less than without policy, but where a budget or a quota may leave no choice."""
    labels, without = demands.labels(), demands["unserved_without_policy_t"]
    demand = facts.demand[demands["demand"], demands["year"]]
    findings.above("starved", "t/yr", labels | {"column": "unserved_without_policy_t"}, without, demand)
    if not policy.budgets and not policy.quotas:
        findings.above("starved", "t/yr", labels, demands["unserved_t"], without)


def _figure(rule: str, summary: Mapping[str, Any], key: str, derived: float, unit: str, findings: Findings) -> None:
    if key in summary:
        said = _number(summary[key])
        if bool(apart(said, derived, unit)):
            findings.said(rule, f"summary {key}", said, derived, unit)


def _rows(summary: Mapping[str, Any], declared: Mapping[str, float], policy: Policy, findings: Findings) -> None:
    """The summary's shortfall by policy row is the sum of what is declared; a row that isn't named has none."""
    said = summary.get("shortfall")
    if said is None:
        return
    if not isinstance(said, Mapping):
        findings.said("shortfall", "summary shortfall is no mapping of rows")
        return
    for row in dict.fromkeys([*said, *declared]):
        if row not in policy.rows:
            findings.said("known", f"unknown summary shortfall row={row}")
            continue
        value, sum_t = _number(said.get(row, 0.0)), declared.get(row, 0.0)
        if bool(apart(value, sum_t, "t")):
            findings.said("shortfall", f"summary shortfall row={row}", value, sum_t, "t")


def _number(value: Any) -> float:
    known = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    return float(value) if known else math.nan


def compliance(facts: Facts, limits: pd.DataFrame) -> Compliance:
    """When a plan's rows ask something, and the last miss."""
    first, last = int(facts.years[0]), int(facts.years[-1])
    short = limits.loc[limits["short"], "year"]
    sure, perhaps = (frozenset(limits["year"][limits["base_t"] > least].tolist()) for least in (TONNES, 0.0))
    return Compliance(sure, perhaps, int(short.max()) if len(short) else first - 1, first, last)
