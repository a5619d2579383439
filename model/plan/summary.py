"""The summary of a plan: what a planner is told first, and how the plan was made."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import pyomo

from model.base.clock import Clock
from model.base.economics import discount_factor, premium
from model.base.places import to_csv
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.base.version import __version__
from model.formulation.crises import Crises
from model.formulation.network import key
from model.instance.instance import Instance
from model.instance.kinds import CRISIS, NET_IMPORTS, USE, base_of
from model.instance.policies import Policy
from model.instance.row_names import row_names
from model.instance.warnings.every import at_a_solve
from model.plan.solved import Solved
from model.solving.highs import OPTIONS
from model.solving.highs import version as highs_version
from model.solving.optimality import Residuals
from model.solving.outcome import Outcome
from model.solving.ties import NOTHING_T


def summarise(s: Solved, tables: Mapping[str, pd.DataFrame], residuals: Residuals) -> dict[str, Any]:
    """``summary.json`` as a mapping, seconds by phase apart; the results format describes the keys."""
    instance, policy, outcome = s.network.instance, s.network.policy, s.outcome
    short = tables["shortfalls"]
    cost = float(tables["costs"]["present_value_usd"].sum())
    baseline = outcome.baseline_cost * USD_PER_MUSD
    more = premium(cost, baseline)
    by_row = {row: float(short["shortfall_t"][short["policy_row"] == row].sum()) for row in policy.rows}
    return {
        "status": "optimal",
        "goal": outcome.goal,
        "goal_value": _goal_value(outcome),
        "compliant": not len(short),
        "asks_nothing": asks_nothing(s),
        "cost_usd": cost,
        "public_cost_usd": float(tables["price_floors"]["present_value_usd"].sum()),
        "capex_usd": float(tables["builds"]["capex_usd"].sum()),
        "unserved_t": _content(instance, tables["demand"], "unserved_t"),
        "unserved_goods_t": float(tables["demand"]["unserved_t"].sum()),
        "shortfall_t": float(short["shortfall_t"].sum()),
        "shortfall": {row: t for row, t in by_row.items() if t > 0},
        "first_compliant_year": first_compliant_year(instance, policy, short),
        "first_compliant_year_by_row": {
            row: first_compliant_year(instance, policy, short, row)
            for row in dict.fromkeys(t.row for t in policy.targets)
        },
        "cost_without_policy_usd": baseline,
        "unserved_without_policy_t": _content(instance, tables["demand"], "unserved_without_policy_t"),
        "unserved_goods_without_policy_t": float(tables["demand"]["unserved_without_policy_t"].sum()),
        "premium_usd": more,
        "premium_usd_per_kg": premium_per_kg(instance, policy, tables["demand"], more),
        "first_year": instance.first_year,
        "last_year": instance.last_year,
        "price_year": instance.price_year,
        "discount_rate": instance.discount_rate,
        "instance": {"name": instance.name, "title": instance.title, "sha256": instance_hash(instance)},
        "envelope": _envelope(instance, tables["builds"]),
        "policy": {
            "name": policy.name,
            "title": policy.title,
            "sha256": policy_hash(policy),
            "rows": list(policy.rows),
            "row_names": row_names(instance.tables, policy),
            "titles": dict(policy.titles),
            "buyers": {b: list(regions) for t in policy.targets for b, regions in t.buyers.items()},
        },
        "overrides": {"instance": dict(instance.overrides), "policy": {}},
        **_how_made(s, residuals),
        "warnings": at_a_solve(instance, policy),
    }


def _how_made(s: Solved, residuals: Residuals) -> dict[str, Any]:
    """Versions, the programme's size, how exactly it was solved, and each solve."""
    return {
        "versions": {
            "model": __version__,
            "python": platform.python_version(),
            **{module.__name__: module.__version__ for module in (pyomo, pd, np)},
            "HiGHS": highs_version(),
        },
        "solver_options": OPTIONS,
        "programme": {
            "columns": len(s.arrays.cost),
            "rows": len(s.arrays.row_lower),
            "nonzeros": len(s.arrays.matrix.value),
        },
        "residuals": {
            "primal_t": residuals.primal_kt * T_PER_KT,
            "dual_usd_per_t": residuals.dual_musd_per_kt * USD_PER_MUSD / T_PER_KT,
            "duality_gap": residuals.gap,
        },
        "solves": [asdict(run) for run in s.outcome.runs],
    }


def asks_nothing(s: Solved) -> dict[str, list[int]]:
    """Rows and their years in which there is nothing to limit, so that they are neither met nor missed.

    Nobody uses the goods (or demands any), or no supplier is left. A row that holds in no year asks nothing in all.
    """
    instance, named = s.network.instance, dict[str, set[int]]()
    must_serve = Crises(s.network).must_serve
    asking = {(row, s.year[n]) for (row, *_, n), kt in must_serve.items() if kt * T_PER_KT > NOTHING_T}
    for target in s.network.policy.targets:
        years = named.setdefault(target.row, set())
        for node in s.network.in_force(target):
            years.add(node.year)
            taken_of = base_of(target)
            if taken_of == CRISIS:
                continue
            if taken_of == NET_IMPORTS:
                base = s.value("net_imports", (*key(target), node.name))
            elif taken_of == USE:
                base = s.value("consumption", (*key(target), node.name))
            else:
                base = instance.final_demand(target.regions, node.year, target.weight)
            if base > NOTHING_T and target.parts:
                asking.add((target.row, node.year))
    quiet = {row: sorted(y for y in years or instance.years if (row, y) not in asking) for row, years in named.items()}
    return {row: years for row, years in quiet.items() if years}


def _goal_value(outcome: Outcome) -> float | None:
    """The value of the goal that comes before cost: a share, USD or a year."""
    value = outcome.goal_value
    return value * USD_PER_MUSD if value is not None and outcome.goal == "capital" else value


def phases(clock: Clock) -> dict[str, dict[str, float | None]]:
    """Seconds and peak memory by phase."""
    return {
        name: {"seconds": seconds, "peak_memory_mb": clock.memory_mb.get(name)}
        for name, seconds in clock.seconds.items()
    }


def _envelope(instance: Instance, builds: pd.DataFrame) -> dict[str, Any] | None:
    """The instance's range of capital, USD, and what the plan decides in its hosts; None where it gives no range."""
    envelope = instance.envelope
    if envelope is None:
        return None
    members, sources = instance.members(envelope.hosts), instance.tables["sources"]
    return {
        "hosts": envelope.hosts,
        "regions": list(members),
        "min_usd": envelope.min,
        "max_usd": envelope.max,
        "spent_usd": float(builds["capex_usd"][builds["region"].isin(members)].sum()),
        "citation": next(iter(sources["citation"][sources["source"] == envelope.source]), ""),
    }


def _content(instance: Instance, demand: pd.DataFrame, column: str) -> float:
    """What a column of the demands holds, t of oxide equivalent: goods without content count nothing."""
    return float((demand[column] * demand["commodity"].map(instance.ree_content)).sum())


def first_compliant_year(instance: Instance, policy: Policy, short: pd.DataFrame, row: str = "") -> int | None:
    """First year in force from which no row (or not this row) falls short until the end of the horizon.

    None where the last year falls short; the first year of the horizon where nothing is asked.
    """
    years = [y for t in policy.targets if not row or t.row == row for y in t.share]
    missed = short["year"] if not row else short["year"][short["policy_row"] == row]
    first = min(years, default=instance.first_year)
    after = int(missed.max()) + 1 if len(missed) else first
    return max(first, after) if after <= instance.last_year else None


def premium_per_kg(instance: Instance, policy: Policy, demand: pd.DataFrame, usd: float) -> float | None:
    """A premium (``usd``) per kg of the buyers' final goods, both discounted over the horizon; None without buyers."""
    buyers = {r for t in policy.targets for r in t.regions}
    theirs = demand[demand["region"].isin(buyers)]
    weight = theirs["year"].map(lambda y: discount_factor(instance.discount_rate, y - instance.first_year))
    kg = float((theirs["served_t"] * weight).sum()) * 1000 if len(theirs) else 0.0
    return usd / kg if kg > 0 else None


def instance_hash(instance: Instance) -> str:
    """SHA-256 of what the tables and scalars say, whatever the order of columns or the spelling of numbers."""
    digest = hashlib.sha256()
    for name, frame in instance.tables.items():
        digest.update(f"{name}\n{to_csv(frame)}".encode())
    scalars = [instance.first_year, instance.last_year, instance.discount_rate, instance.price_year]
    digest.update(json.dumps(scalars).encode())
    return digest.hexdigest()


def policy_hash(policy: Policy) -> str:
    """SHA-256 of what the policy asks for in this instance."""
    asked = asdict(policy)
    asked |= asked.pop("more")
    del asked["titles"]  # what rows are called asks nothing
    return hashlib.sha256(json.dumps(asked, default=sorted, sort_keys=True).encode()).hexdigest()
