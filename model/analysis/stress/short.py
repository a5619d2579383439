"""The stress test that goes with every plan: every supplier, in a few years of the policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from model.base.results import Results
from model.plan.plan import Plan
from model.plan.saying.survival import compared_by
from model.plan.stress.asked import ALL, Asked, ask
from model.plan.stress.running import buyers_of, stress
from model.plan.tables.physical import stock_origins, stocks
from model.plan.tables.prices import builds

EVERY = 5
"""Years between those that are looked at."""
MOST_YEARS = 3


def in_short(plans: Sequence[Plan], say: Callable[[str], None] = lambda _: None) -> list[dict[str, pd.DataFrame]]:
    """For each plan the tables of its stress test; all of the same buyers and years, so that they can be compared.

    The years: the first in which every policy is in force, then every fifth, three at most. Nothing where no policy
    names a buyer with a demand.
    """
    buyers: dict[str, tuple[str, ...]] = {}
    for plan in plans:
        buyers |= buyers_of(plan, plan.instance)
    demanded = {q[1] for q in plans[0].instance.demands}
    buyers = {name: regions for name, regions in buyers.items() if demanded & set(regions)}
    if not buyers:
        return [{} for _ in plans]
    years = _years(plans)
    found = []
    for plan in plans:
        say(f"{plan.policy.name}: if exports stop")
        asked = ask(plan.instance, buyers, scopes=(ALL,), years=years)
        tables = stress(plan, plan.instance, asked).tables
        found.append({**tables, "stress": _beside_no_policy(plan, tables["stress"], asked)})
    return found


def _beside_no_policy(plan: Plan, table: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """The table with what the plan without policy serves in the stop by which plans are compared."""
    rows: list[Any] = table.to_dict("records")
    case = compared_by(rows)
    if case is None or not plan.policy.rows or plan.summary.get("futures"):
        return table
    without, instance = plan.solved.without_policy, plan.instance
    kept = Results({"builds": builds(without), "stocks": stocks(without, stock_origins(without))}, {})
    supplier = str(case["supplier"])
    one = replace(
        asked, suppliers={supplier: asked.suppliers[supplier]}, months=(case["months"],), years=(case["year"],)
    )
    shares = stress(kept, instance, one).table
    keys = ["supplier", "scope", "year", "months", "buyer", "sector"]
    said = shares[[*keys, "share"]].rename(columns={"share": "share_without_policy"})
    return table.drop(columns="share_without_policy").merge(said, on=keys, how="left", validate="1:1")


def _years(plans: Sequence[Plan]) -> list[int]:
    instance = plans[0].instance
    firsts = [min((min(t.share) for t in p.policy.targets if t.share), default=instance.first_year) for p in plans]
    first = min(max(firsts), instance.last_year)
    return list(range(first, instance.last_year + 1, EVERY))[:MOST_YEARS]
