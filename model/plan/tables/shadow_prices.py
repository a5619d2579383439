r"""Result tables of physical limits that a plan runs into: lanes and building, with what one more tonne is worth.

    lane_limit[k,o,d,n]    -dual / present value of the year         USD/t in money of the year
    build_limit[j]         -dual                                     USD (present value) per t/yr
    build[j,b] at its      -reduced cost                             USD (present value) per t/yr
    yearly limit

Each is the derivative of the least cost, with each shortfall of the policy held as it is: exact for a small step, never
less than what a step saves. It is only such a bound where nothing passes a lane (what is upstream may have no one
price), and in a plan that misses a row (the limits that keep it from being met may have no one price).
"""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from model.base.units import MUSD_PER_KT, T_PER_KT
from model.plan.quantities.flows import flows
from model.plan.solved import Solved

NOISE = 1e-3
"""USD/t; a shadow price below is the solver's noise."""


def lane_limits(s: Solved) -> pd.DataFrame:
    """Lanes with a limit that are used, or that would be with another tonne of it."""
    span, worth = s.arrays.rows["lane_limit"], s.priced(s.binding("lane_limit"))
    rows = []
    for index, limit in zip(span.index, s.arrays.row_upper[span.places].tolist(), strict=True):
        k, o, d, n = index
        quantity, price = flows(s).shipped[n].get((k, o, d), 0.0), _saved(worth.get(index, 0.0))
        if quantity > 0 or price > 0:
            rows.append((k, o, d, *s.when(n), quantity, limit * T_PER_KT, price))
    return s.table("lane_limits", rows)


def build_limits(s: Solved) -> pd.DataFrame:
    """Limits on what is built, of plants where something is or where another tonne of the limit would save."""
    plants = s.network.instance.plants
    built = dict(s.positive("build"))
    whole: dict[tuple[str, str], float] = defaultdict(float)
    for leaf in s.network.tree.leaves:
        for node in s.network.tree.paths[leaf]:
            for j in (j for j in plants if (j, node.name) in built):
                whole[j, leaf] += built[j, node.name]
    first = {j: s.year[b] for j, b in reversed(s.arrays.columns["build"].index)}
    rows = []
    for (j, leaf), dual in s.raw_duals("build_limit").items():
        price = _saved(dual / MUSD_PER_KT)
        if whole[j, leaf] > 0 or price > 0:
            rows.append((j, "total", *s.line(leaf), first[j], whole[j, leaf], plants[j].max_build, price))
    span = s.arrays.columns["build"]
    for (j, b), reduced in zip(span.index, s.outcome.reduced_cost[span.places].tolist(), strict=True):
        t, limit = built.get((j, b), 0.0), plants[j].max_build_per_year
        price = _saved(reduced / MUSD_PER_KT)
        if limit < float("inf") and (t > 0 or price > 0):
            rows.append((j, "per_year", *s.when(b), t, limit, price))
    return s.table("build_limits", rows)


def _saved(cost: float) -> float:
    """What loosening a limit saves, from what it costs."""
    return -cost if -cost > NOISE else 0.0
