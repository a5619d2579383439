"""How far stocks go: days of use, days of net imports, part of the year's use."""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from model.instance.policy.rows import DAYS
from model.plan.solved import Solved

NOTHING = 1e-6
"""t/yr below which nothing is used or imported."""


def stock_cover(s: Solved) -> pd.DataFrame:
    """Of each region with a stock, and each group that the policy names as a buyer: by good and year."""
    places = _places(s)
    stock, use, net = (defaultdict[tuple[str, str, str], float](float) for _ in range(3))
    for (k, r, _, _, n), t in s.positive("stock"):
        for place in places.get(r, ()):
            stock[place, k, n] += t
    for (k, _, r, _, n), t in s.used.items():
        for place in places.get(r, ()):
            use[place, k, n] += t
    for (k, o, d, _, n), t in s.positive("ship"):
        into, out = set(places.get(d, ())), set(places.get(o, ()))
        for place in into ^ out:
            net[place, k, n] += t if place in into else -t
    rows = []
    for (place, k, n), t in stock.items():
        node = s.network.tree.by_name[n]
        used = use[place, k, n]
        days, part = (t / used * DAYS, t / used) if used > NOTHING else (float("nan"), float("nan"))
        imported = net[place, k, node.parent] if node.parent else float("nan")
        of_imports = t / imported * DAYS if imported > NOTHING else float("nan")
        rows.append((place, k, *s.when(n), t, used, days, part, imported, of_imports))
    return s.table("stock_cover", rows)


def _places(s: Solved) -> dict[str, list[str]]:
    """By region the places that it counts in: itself, and each buyer of the policy that holds it and others."""
    found = {r: [r] for r in s.network.instance.regions}
    for target in s.network.policy.targets:
        for buyer, regions in target.buyers.items():
            for r in regions:
                if buyer not in found[r]:
                    found[r].append(buyer)
    return found
