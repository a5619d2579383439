"""Tables of what the world holds beside plants and lanes, where instance, policy or scenario have such a thing."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from model.base.units import T_PER_KT
from model.formulation.families import quotas as limits
from model.formulation.families.switching import falling
from model.instance.trade import contracts as deals
from model.instance.trade import traded
from model.plan.solved import Solved
from model.plan.tables.calibration import calibration


def world(s: Solved) -> dict[str, pd.DataFrame]:
    """The tables that this plan has."""
    instance = s.network.instance
    found = {}
    if limits.in_force(s.network) or s.network.policy.quotas:
        found["quotas"] = quotas(s)
    if len(instance.tables["contracts"]):
        found |= {"contracts": contracts(s), "deliveries": deliveries(s)}
    if instance.tables["lanes"]["fall"].notna().any():
        found["switching"] = switching(s)
    if instance.tables["plants"]["may_close"].any():
        found["closures"] = closures(s)
    if len(instance.tables["observations"]):
        found["calibration"] = calibration(s)
    return found


def quotas(s: Solved) -> pd.DataFrame:
    """What is shipped under each quota, its limit, and what one more tonne of it would save."""
    rows = []
    events = {e.name for found in s.network.tree.events.values() for e in found}
    sources = (
        (limits.in_force(s.network), "quota", "instance"),
        (limits.of_policy(s.network), "policy_quota", "policy"),
    )
    for shared, family, set_by in sources:
        worth = s.duals(family)
        sent: dict[tuple[str, str], float] = {}
        for (k, o, d, _, n), t in s.positive("ship") if shared else ():
            for limit in shared:
                if n in limit.nodes and limit.on_lane(k, o, d):
                    sent[limit.label, n] = sent.get((limit.label, n), 0.0) + t
        for limit in shared:
            who = "scenario" if limit.label in events else set_by
            for node in s.network.tree:
                if node.name in limit.nodes:
                    at = limit.label, node.name
                    price = -worth.get(at, 0.0) + 0.0
                    rows.append((limit.label, who, *s.when(node.name), sent.get(at, 0.0), limit.max_flow, price))
    return s.table("quotas", rows)


def contracts(s: Solved) -> pd.DataFrame:
    """What each contract promises, what comes and what doesn't."""
    kept: dict[tuple[str, str], float] = {}
    for (c, _, _, _, n), t in s.positive("kept"):
        kept[c, n] = kept.get((c, n), 0.0) + t
    rows = []
    for deal in deals(s.network.instance):
        for node in s.network.tree:
            if deal.first_year <= node.year <= deal.last_year:
                came = kept.get((deal.label, node.name), 0.0)
                missing = max(0.0, deal.min_flow - came)
                missing = 0.0 if missing < 1e-9 * T_PER_KT else missing
                rows.append((deal.label, *s.when(node.name), deal.min_flow, came, missing, missing * deal.break_cost))
    return s.table("contracts", rows)


def deliveries(s: Solved) -> pd.DataFrame:
    """Which shipments keep which contract."""
    return s.table("deliveries", [(c, k, o, d, *s.when(n), t) for (c, k, o, d, n), t in s.positive("kept")])


def switching(s: Solved) -> pd.DataFrame:
    """What lanes fall further than they may at no cost, and what it costs."""
    sent: dict[tuple[str, str, str, str], float] = {}
    for (k, o, d, _, n), t in s.positive("ship"):
        sent[k, o, d, n] = sent.get((k, o, d, n), 0.0) + t
    begins = traded(s.network.instance)
    rows = []
    for (k, o, d, n), (fall, cost) in falling(s.network).items():
        parent = s.network.tree.by_name[n].parent
        before = sent.get((k, o, d, parent), 0.0) if parent else begins.get((k, o, d), 0.0)
        now = sent.get((k, o, d, n), 0.0)
        fell = (1 - fall) * before - now
        if fell > 1e-6:
            rows.append((k, o, d, *s.when(n), before, now, fell, fell * cost))
    return s.table("switching", rows)


def closures(s: Solved) -> pd.DataFrame:
    """Existing capacity that is closed."""
    return s.table("closures", list(_closed(s)))


def _closed(s: Solved) -> Iterator[tuple[object, ...]]:
    instance, year = s.network.instance, s.year
    for (j, n), t in s.positive("closed"):
        plant, had = instance.plants[j], instance.existing[j][year[n]]
        shut = min(t, had)
        yield (j, plant.region, plant.process, *s.when(n), had, had - shut, shut)
