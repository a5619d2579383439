"""A plan as soon as it is solved, before its tables are worked out and checked: what the page shows while a hand moves.

Only what the plan itself says, which does not hang on the solver's path: shares, targets, capital, premium and whether
plants run. Prices, what plants need, content and who is served when exports stop follow with the checked plan.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandas as pd

from model.base.economics import premium
from model.base.results import Results
from model.base.units import USD_PER_MUSD
from model.instance.instance import Instance
from model.instance.policy.row_names import row_names
from model.plan.quantities.accounts import decided, runs
from model.plan.saying.asking import asked, asks_nothing, first_compliant_year
from model.plan.saying.rows import Row, Told
from model.plan.solved import Solved
from model.plan.tables import context, crises, physical, targets

BUILDS = ("plant", "region", "process", "decision_year", "online_year", "capacity_t_per_yr", "capex_usd")
SUPPORT = ("plant", "kind", "utilisation", "support_usd_per_yr")


class Named:
    """The tables that an instance alone gives, and their rows once somebody has asked for them."""

    def __init__(self, instance: Instance) -> None:
        self.tables = context.names(instance)
        self.rows: dict[str, list[Row]] = {}


class Moving(Told):
    """A plan that is told while it moves: what the instance alone says is told once."""

    def __init__(self, results: Results, named: Named) -> None:
        super().__init__(results)
        self.named = named

    def __getitem__(self, table: str) -> list[Row]:
        """Rows of a table."""
        if table not in self.named.tables:
            return super().__getitem__(table)
        if table not in self.named.rows:
            self.named.rows[table] = super().__getitem__(table)
        return self.named.rows[table]


def told(s: Solved, named: Named | None = None) -> Told:
    """A solved plan of one certain future with what can be said of it at once. ``named``: its instance's, if known."""
    built, named = builds(s), named or Named(s.network.instance)
    tables = {
        "shortfalls": targets.shortfalls(s),
        "shares": targets.shares(s),
        "benchmarks": targets.benchmarks(s),
        "budgets": targets.budgets(s),
        "withstand": crises.withstand(s),
        "premium": physical.premium(s),
        "builds": built,
        "support": used(s),
        "targets": context.targets(s),
        "decisions": context.decisions(s),
        **named.tables,
    }
    return Moving(Results(tables, summary(s, tables)), named)


def builds(s: Solved) -> pd.DataFrame:
    """What is built and when, without its economics."""
    rows = []
    for (j, b), t in sorted(s.positive("build")):
        plant, year = s.is_in(j, b), s.year[b]
        about = j, plant.region, plant.process, year, year + plant.lead_time
        rows.append((*about, t, t * (plant.capex or 0.0)))
    return pd.DataFrame(rows, columns=BUILDS)


def used(s: Solved) -> pd.DataFrame:
    """At which part of its capacity each new plant runs over its years."""
    parts: dict[str, list[Any]] = defaultdict(list)
    for (j, b), t in s.positive("build"):
        parts[j] += decided(s, s.network.instance.plants[j], b, t)
    rows = []
    for j, found in parts.items():
        plant = s.network.instance.plants[j]
        ran = able = 0.0
        for part in found:
            weight = part.node.probability
            able += weight * part.able
            ran += weight * sum(t for _, t in runs(s, plant, part))
        rows.append((j, "built", ran / able if able > 0 else 0.0, 0.0))
    return pd.DataFrame(rows, columns=SUPPORT)


def summary(s: Solved, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """The part of a plan's summary that the page's sentences ask for."""
    instance, policy, outcome = s.network.instance, s.network.policy, s.outcome
    short, some = tables["shortfalls"], asked(s)
    cost, baseline = outcome.cost * USD_PER_MUSD, outcome.baseline_cost * USD_PER_MUSD
    by_row: dict[str, float] = defaultdict(float)
    for row, t in zip(short["policy_row"], short["shortfall_t"], strict=True):
        by_row[str(row)] += float(t)
    return {
        "goal": outcome.goal,
        "goal_value": None,
        "compliant": not len(short),
        "asks_nothing": asks_nothing(instance, policy, some),
        "cost_usd": cost,
        "cost_without_policy_usd": baseline,
        "premium_usd": premium(cost, baseline),
        "capex_usd": float(tables["builds"]["capex_usd"].sum()),
        "unserved_t": s.unserved_t(),
        "unserved_goods_t": s.unserved_t(goods=True),
        "shortfall": dict(by_row),
        "first_compliant_year": first_compliant_year(instance, policy, some, short),
        "first_year": instance.first_year,
        "last_year": instance.last_year,
        "price_year": instance.price_year,
        "discount_rate": instance.discount_rate,
        "instance": {"name": instance.name, "title": instance.title},
        "envelope": None,
        "policy": {
            "name": policy.name,
            "title": policy.title,
            "rows": list(policy.rows),
            "row_names": row_names(instance.tables, policy),
            "titles": dict(policy.titles),
            "buyers": {b: list(regions) for t in policy.targets for b, regions in t.buyers.items()},
        },
        "overrides": {"instance": dict(instance.overrides), "policy": {}},
    }
