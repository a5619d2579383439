"""What the summary says of the plan as a whole; a figure that it doesn't hold isn't judged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from model.check.facts import Facts
from model.check.findings import Findings
from model.check.flows import Flows
from model.check.plan import Plan, Table
from model.check.tolerance import apart
from model.instance.policies import Policy

PREMIUM_CLOSE = 1e-8
"""Part of the cost by which a difference of two costs may be off."""


def judge(
    facts: Facts,
    policy: Policy,
    plan: Plan,
    flows: Flows,
    limits: pd.DataFrame,
    summary: Mapping[str, Any],
    findings: Findings,
) -> None:
    """Findings on the summary's totals, shortfalls and compliance."""
    builds = plan["builds"]
    capital = builds["capacity_t_per_yr"] * np.nan_to_num(facts.plants.capex[builds["plant"]])
    unserved = np.maximum(facts.demand - flows.served, 0.0)
    demands = plan["demand"]
    without = demands.spread("unserved_without_policy_t", ("demand", "year"), facts.demand.shape)
    declared = limits["shortfall_t"].fillna(0.0).groupby(limits["policy_row"]).sum()
    _figure("cost", summary, "cost_usd", float(plan["costs"]["present_value_usd"].sum()), "USD", findings)
    _figure("capex", summary, "capex_usd", float(capital.sum()), "USD", findings)
    for key, left in (("", unserved), ("without_policy_", without)):
        content = float(left.sum(axis=1) @ facts.rho[facts.demand_good])
        _figure("unserved", summary, f"unserved_{key}t", content, "t", findings)
        _figure("unserved", summary, f"unserved_goods_{key}t", float(left.sum()), "t", findings)
    _premium(summary, plan["premium"], findings)
    _starved(facts, policy, demands, findings)
    _figure("shortfall", summary, "shortfall_t", float(declared.sum()), "t", findings)
    _rows(summary, {str(row): float(t) for row, t in declared.items()}, policy, findings)
    short = bool(limits["short"].any())
    if "compliant" in summary and summary["compliant"] != (not short):
        findings.said(
            "compliant", f"compliant={summary['compliant']}", float(bool(summary["compliant"])), float(not short)
        )
    if "first_compliant_year" in summary:
        expected, given = first_compliant_year(facts, policy, limits), summary["first_compliant_year"]
        if given != expected:
            value = _number(given)
            limit = math.nan if expected is None else float(expected)
            findings.said("compliant", f"first_compliant_year={given}", value, limit, "year")


def _premium(summary: Mapping[str, Any], told: Table, findings: Findings) -> None:
    """What is told by kind of cost sums to the cost without policy and to the premium."""
    close = PREMIUM_CLOSE * float(told["cost_usd"].sum()) + 1.0 if told.rows else math.inf
    for key in ("cost_without_policy_usd", "premium_usd"):
        if key in summary and told.rows:
            said, derived = _number(summary[key]), float(told[key].sum())
            if not abs(said - derived) <= close:
                findings.said("premium", f"summary {key}", said, derived, "USD")


def _starved(facts: Facts, policy: Policy, demands: Table, findings: Findings) -> None:
    """Nobody is served less than without policy, but where a budget may leave no choice."""
    labels, without = demands.labels(), demands["unserved_without_policy_t"]
    demand = facts.demand[demands["demand"], demands["year"]]
    findings.above("starved", "t/yr", labels | {"column": "unserved_without_policy_t"}, without, demand)
    if not policy.budgets:
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


def first_compliant_year(facts: Facts, policy: Policy, limits: pd.DataFrame) -> int | None:
    """The first year, in force or later, from which no row falls short until the end; None where there is none."""
    first, last = int(facts.years[0]), int(facts.years[-1])
    in_force = [min(target.share) for target in policy.targets if target.share]
    if not in_force:
        return first
    short = limits.loc[limits["short"], "year"]
    year = max(min(in_force), int(short.max()) + 1 if len(short) else first)
    return year if year <= last else None
