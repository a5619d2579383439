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
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.policy.row_names import row_names
from model.instance.warnings.every import at_a_solve
from model.plan.saying.asking import asked, asks_nothing, first_compliant_year
from model.plan.solved import Solved
from model.solving.outcome import Outcome
from model.solving.solver.highs import OPTIONS
from model.solving.solver.highs import version as highs_version
from model.solving.solver.optimality import Residuals
from model.solving.trees.risk import tail_mean

LEAST_STOCK_T = 1e-3


def summarise(s: Solved, tables: Mapping[str, pd.DataFrame], residuals: Residuals) -> dict[str, Any]:
    """``summary.json`` as a mapping, seconds by phase apart; the results format describes the keys."""
    instance, policy, outcome = s.network.instance, s.network.policy, s.outcome
    short, some = tables["shortfalls"], asked(s)
    short_t = expected(s, short, "shortfall_t")
    cost = float(tables["costs"]["present_value_usd"].sum())
    baseline = baseline_usd(s)
    more = premium(cost, baseline)
    by_row = {row: float(short_t[short["policy_row"] == row].sum()) for row in policy.rows}
    return {
        "status": "optimal",
        "goal": outcome.goal,
        "goal_value": _goal_value(outcome),
        "compliant": not len(short),
        "asks_nothing": asks_nothing(instance, policy, some),
        "cost_usd": cost,
        "public_cost_usd": float(tables["price_floors"]["present_value_usd"].sum()),
        "capex_usd": float(expected(s, tables["builds"], "capex_usd").sum()),
        "unserved_t": _content(s, tables["demand"], "unserved_t"),
        "unserved_goods_t": float(expected(s, tables["demand"], "unserved_t").sum()),
        "shortfall_t": float(short_t.sum()),
        "shortfall": {row: t for row, t in by_row.items() if t > 0},
        "first_compliant_year": first_compliant_year(instance, policy, some, short),
        "first_compliant_year_by_row": {
            row: first_compliant_year(instance, policy, some, short, row)
            for row in dict.fromkeys(t.row for t in policy.targets)
        },
        "cost_without_policy_usd": baseline,
        "unserved_without_policy_t": _content(s, tables["demand"], "unserved_without_policy_t"),
        "unserved_goods_without_policy_t": float(expected(s, tables["demand"], "unserved_without_policy_t").sum()),
        "stocks_used_up": stocks_used_up(s, tables["stocks"]),
        "premium_usd": more,
        "premium_usd_per_kg": premium_per_kg(s, tables["demand"], more),
        "first_year": instance.first_year,
        "last_year": instance.last_year,
        "price_year": instance.price_year,
        "discount_rate": instance.discount_rate,
        "content": instance.words.as_dict(),
        "instance": {"name": instance.name, "title": instance.title, "sha256": instance_hash(instance)},
        "envelope": _envelope(s, tables["builds"]),
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
        **_whole_units(s),
        **futures(s, tables),
    }


def stocks_used_up(s: Solved, stocks: pd.DataFrame) -> list[dict[str, Any]]:
    """Stocks of which nothing is left at the end, t at their fullest, and in which year they end.

    A stock has no worth after the last year. Of a plan for one certain future.
    """
    if s.branched:
        return []
    instance, found = s.network.instance, []
    held = stocks.groupby(["commodity", "region", "year"])["stock_t"].sum().to_dict()
    for (k, r), pile in instance.stockpiles.items():
        by_year = {instance.first_year - 1: pile.initial, **{y: held.get((k, r, y), 0.0) for y in instance.years}}
        last = max((year for year, t in by_year.items() if t > LEAST_STOCK_T), default=instance.last_year)
        if last < instance.last_year:
            found.append({"commodity": k, "region": r, "most_t": max(by_year.values()), "year": last + 1})
    return found


def _whole_units(s: Solved) -> dict[str, Any]:
    """What whole plants come to beside the continuous plan, where they were asked for.

    Where dear futures count for more, bound and difference are of the cost that was minimised.
    """
    lumped = s.outcome.lumped
    if lumped is None:
        return {}
    found = {
        "gap": lumped.gap,
        "bound_usd": lumped.bound * USD_PER_MUSD,
        "continuous_cost_usd": lumped.continuous_cost * USD_PER_MUSD,
        "continuous_shortfall_t": lumped.continuous_shortfall * T_PER_KT,
        "lumpiness_usd": (s.outcome.cost - lumped.continuous_cost) * USD_PER_MUSD,
        "time_limit_reached": lumped.timed_out,
        "prices": "of the linear programme with the units fixed",
    }
    return {"whole_units": found}


def futures(s: Solved, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """What each future comes to by itself, where a tree was solved: its figures along its path, undiluted."""
    if not s.branched:
        return {}
    tree, content = s.network.tree, s.network.instance.content
    rate, first = s.network.instance.discount_rate, s.network.instance.first_year
    costs, demand, short, floors = (tables[name] for name in ("costs", "demand", "shortfalls", "price_floors"))
    cost = costs["cost_usd"] * [discount_factor(rate, y - first) for y in costs["year"]]
    unserved = demand["unserved_t"] * demand["commodity"].map(content)
    found: list[dict[str, Any]] = []
    for line, leaf in tree.ends.items():
        path = {(n.line, n.year) for n in tree.paths[leaf]}
        on = [_on_path(frame, path) for frame in (costs, demand, short)]
        sums = cost[on[0]].sum(), unserved[on[1]].sum(), short["shortfall_t"][on[2]].sum()
        amounts = dict(zip(("cost_usd", "unserved_t", "shortfall_t"), map(float, sums), strict=True))
        about: dict[str, Any] = {"name": line, "probability": tree.by_name[leaf].probability, **amounts}
        paid = floors["public_cost_usd"] * [discount_factor(rate, y - first) for y in floors["year"]]
        ways = {n.line: n.year for n in reversed(tree.paths[leaf])}
        found.append(about | {"public_cost_usd": float(paid[_on_path(floors, path)].sum()), "from": ways})
    costs_of: list[float] = [f["cost_usd"] for f in found]
    chances: list[float] = [f["probability"] for f in found]
    mean = sum(c * p for c, p in zip(costs_of, chances, strict=True))
    tail, weight = tail_mean(costs_of, chances, tree.risk_level), tree.risk_weight
    public: list[float] = [f["public_cost_usd"] for f in found]
    return {
        "scenario": tree.scenario,
        "futures": found,
        "risk": {"level": tree.risk_level, "weight": weight},
        "cvar_usd": tail,
        "public_cost_cvar_usd": tail_mean(public, chances, tree.risk_level),
        "risk_adjusted_usd": (1 - weight) * mean + weight * tail,
    }


def baseline_usd(s: Solved) -> float:
    """Cost of the plan without policy, USD, expected over the tree whatever the goal cost weighs."""
    if not s.network.tree.risk_weight:
        return s.outcome.baseline_cost * USD_PER_MUSD
    weights = np.array([s.present_value[n] for *_, n in s.arrays.ledger_index])
    return float(weights @ s.without_policy.ledger)


def _on_path(frame: pd.DataFrame, path: set[tuple[str, int]]) -> list[bool]:
    return [node in path for node in zip(frame["branch"], frame["year"], strict=True)]


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


def _envelope(s: Solved, builds: pd.DataFrame) -> dict[str, Any] | None:
    """The instance's range of capital, USD, and what the plan decides in its hosts; None where it gives no range."""
    instance, envelope = s.network.instance, s.network.instance.envelope
    if envelope is None:
        return None
    members, sources = instance.members(envelope.hosts), instance.tables["sources"]
    return {
        "hosts": envelope.hosts,
        "regions": list(members),
        "min_usd": envelope.min,
        "max_usd": envelope.max,
        "spent_usd": float(expected(s, builds, "capex_usd")[builds["region"].isin(members)].sum()),
        "citation": next(iter(sources["citation"][sources["source"] == envelope.source]), ""),
    }


def expected(s: Solved, frame: pd.DataFrame, column: str) -> pd.Series[float]:
    """A column of a table, each cell times the probability of its branch and year."""
    if not s.branched:
        return frame[column]
    year = "year" if "year" in frame else "decision_year"
    pi = {(n.line, n.year): n.probability for n in s.network.tree}
    return frame[column] * [pi[node] for node in zip(frame["branch"], frame[year], strict=True)]


def _content(s: Solved, demand: pd.DataFrame, column: str) -> float:
    """What a column of the demands holds, t of content: goods without content count nothing."""
    content = demand["commodity"].map(s.network.instance.content)
    return float((expected(s, demand, column) * content).sum())


def premium_per_kg(s: Solved, demand: pd.DataFrame, usd: float) -> float | None:
    """A premium (``usd``) per kg of the buyers' final goods, both discounted over the horizon; None without buyers.

    Goods without content count nothing, unless all are.
    """
    instance = s.network.instance
    buyers = {r for t in s.network.policy.targets for r in t.regions}
    theirs = demand[demand["region"].isin(buyers) & demand["commodity"].isin(instance.counted_goods)]
    weight = theirs["year"].map(lambda y: discount_factor(instance.discount_rate, y - instance.first_year))
    kg = float((expected(s, theirs, "served_t") * weight).sum()) * 1000 if len(theirs) else 0.0
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
    del asked["written"]
    del asked["titles"]  # what rows are called asks nothing
    return hashlib.sha256(json.dumps(asked, default=sorted, sort_keys=True).encode()).hexdigest()
