"""The stress test that goes with every plan: every supplier, in a few years of the policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd

from model.plan.plan import Plan
from model.plan.stress.asked import ALL, ask
from model.plan.stress.running import buyers_of, stress

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
        found.append(stress(plan, plan.instance, ask(plan.instance, buyers, scopes=(ALL,), years=years)).tables)
    return found


def _years(plans: Sequence[Plan]) -> list[int]:
    instance = plans[0].instance
    firsts = [min((min(t.share) for t in p.policy.targets if t.share), default=instance.first_year) for p in plans]
    first = min(max(firsts), instance.last_year)
    return list(range(first, instance.last_year + 1, EVERY))[:MOST_YEARS]
