"""Result tables of what is built, made, moved, stored and served, and what it costs."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from model.base.economics import NOISE
from model.base.units import T_PER_KT
from model.plan.solved import Solved


def activity(s: Solved) -> pd.DataFrame:
    """Activity, capacity and utilisation of each plant; plants that stand idle are shown."""
    plants, have = s.network.instance.plants, s.capacity
    runs = dict(s.positive("activity"))
    running = {(j, n) for j, _, n in runs}
    idle = {(j, s.network.classes_of[j][0], n): 0.0 for j, n in have if (j, n) not in running}
    rows = []
    for (j, h, n), t in {**runs, **idle}.items():
        cap = have.get((j, n), 0.0)
        share = t / cap if cap > 0 else 0.0
        rows.append((j, plants[j].region, plants[j].process, *s.content(h), *s.when(n), t, cap, share))
    return s.table("activity", rows)


def shipments(s: Solved) -> pd.DataFrame:
    """Shipments between and within regions."""
    rows = [(k, *s.content(h), o, d, *s.when(n), t) for (k, o, d, h, n), t in s.positive("ship")]
    return s.table("shipments", rows)


def stock_origins(s: Solved) -> pd.DataFrame:
    """Stocks at the end of the year by region of origin."""
    rows = [(k, *s.content(h), r, o, *s.when(n), t) for (k, r, o, h, n), t in s.positive("stock")]
    return s.table("stock_origins", rows)


def stocks(s: Solved, origins: pd.DataFrame) -> pd.DataFrame:
    """Stocks at the end of the year."""
    key = [c for c in origins.columns if c not in ("origin", "stock_t")]
    summed = origins.groupby(key, as_index=False)["stock_t"].sum()
    return s.table("stocks", [tuple(row) for row in summed.itertuples(index=False)])


def downgrades(s: Solved) -> pd.DataFrame:
    """Free material used by traced activities."""
    return s.table("downgrades", [(k, r, *s.when(n), t) for (k, r, n), t in s.positive("downgrade")])


def by_class(s: Solved) -> dict[str, pd.DataFrame]:
    """Tables of a plan that traces content alone: demand served by class, and what is downgraded."""
    served = [(k, r, sector, h, *s.when(n), t) for (k, r, sector, h, n), t in s.positive("served")]
    return {"served": s.table("served", served), "downgrades": downgrades(s)}


def demand(s: Solved) -> pd.DataFrame:
    """Demand, what is served and what is not, here and without policy."""
    span = s.arrays.rows["demand_met"]
    without = dict(zip(span.index, (s.outcome.baseline.unserved * T_PER_KT).tolist(), strict=True))
    served: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for (k, r, sector, _, n), t in s.positive("served"):
        served[k, r, sector, n] += t
    rows = []
    for k, r, sector in s.network.instance.demands:
        for node in s.network.tree:
            wanted = s.network.at(node.name).demands[k, r, sector][node.year].quantity
            got = min(served[k, r, sector, node.name], wanted)
            got = wanted if wanted - got <= 1e-9 * wanted else got
            if wanted > 0:
                left = min(without[k, r, sector, node.name], wanted)
                left = 0.0 if left <= 1e-9 * wanted else left
                rows.append((k, r, sector, *s.when(node.name), wanted, got, wanted - got, left))
    return s.table("demand", rows)


def costs(s: Solved) -> pd.DataFrame:
    """Every cost term by region and year, from the ledger that the objective is made of."""
    rows = [
        (term, r, *s.when(n), value, value * s.present_value[n])
        for (term, r, n), value in zip(s.arrays.ledger_index, s.ledger.tolist(), strict=True)
        if abs(value) > 1e-6
    ]
    return s.table("costs", rows)


def premium(s: Solved) -> pd.DataFrame:
    """Present value of every cost term with the policy and without, and what the policy adds."""
    found: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for place, plan in enumerate((s, s.without_policy)):
        for (term, _, n), value in zip(s.arrays.ledger_index, plan.ledger.tolist(), strict=True):
            if abs(value) > 1e-6:
                found[term][place] += value * s.present_value[n]
    noise = NOISE * sum(cost for cost, _ in found.values())
    rows = [(term, cost, was, cost - was if abs(cost - was) > noise else 0.0) for term, (cost, was) in found.items()]
    return s.table("premium", rows)
