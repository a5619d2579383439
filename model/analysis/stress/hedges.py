"""What would help in one crisis: one stock, one plant or one lane more, each solved again and proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.analysis.stress.buying import Buying
from model.base.results import Results
from model.base.schema import columns
from model.instance.instance import Instance
from model.instance.lanes import resolve
from model.plan.stress.asked import Asked
from model.plan.stress.running import gives_way_of
from model.plan.stress.standing import standing

NOTHING_T = 1e-6


def hedges(plan: Results, instance: Instance, asked: Asked, case: Mapping[str, Any]) -> pd.DataFrame:
    """What each stock, plant or lane does by itself in one crisis, and what it costs: ``hedges.csv``, best first.

    ``case``: supplier, scope, year and months, such as a row of ``Stress.worst``. Only what a dual speaks for is tried.
    The amount is the least that does as much as any.
    """
    stands, year = standing(instance, plan), int(case["year"])
    crisis = Buying(instance, resolve(instance), stands, year, asked.buyers, asked.others)
    stops = {(supplier, scope): stop for supplier, scope, stop in asked.stops(instance)}
    crisis.stop(stops[case["supplier"], case["scope"]])
    tau, everything = float(case["months"]) / 12, crisis.of()
    crisis.begin(tau)
    before, point = crisis.most(everything)
    wanted = tau * crisis.wanted_content(everything)
    rows = []
    for kind, item, region, to, _ in gives_way_of(crisis, point, tau):
        what = {"stock": (item, region), "plant": (item,), "lane": (item, region, to)}[kind]
        amount, served = crisis.more_of(kind, what, tau, everything)
        saved = served - before * crisis.unit
        if saved > NOTHING_T:
            cost = _cost(instance, kind, item, amount)
            per = saved / (cost / 1e6) if cost and cost > 0 else None
            rows.append((kind, item, region, to, amount, served, served / wanted, saved, cost, per))
    frame = pd.DataFrame(rows, columns=[c.column for c in columns("hedges", family="stress")])
    frame = frame.astype({"cost_usd": float, "saved_t_per_musd": float})
    order = frame["saved_t_per_musd"].fillna(-1.0)
    by = frame.assign(order=order).sort_values(["order", "saved_t"], ascending=False, kind="stable")
    return by.drop(columns="order").reset_index(drop=True)


def _cost(instance: Instance, kind: str, item: str, amount: float) -> float | None:
    """USD: a stock at its listed price, a plant at its capital cost; a lane's limit has no price here."""
    if kind == "stock":
        price = instance.price.get(item)
        return amount * price if price and price == price else None
    if kind == "plant":
        capex = instance.plants[item].capex
        return None if capex is None else amount * capex
    return None
