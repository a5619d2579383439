"""Expressions that several families share.

All rules can be called once with index templates: sums over Sets, data in Params, conditions in Sets and never in
``if``; a Set in a sum is indexed by the rule's own indices only.
"""

from __future__ import annotations

from typing import Any

from model.formulation.network import Network
from model.instance.policy.targets import Target


def weighted_use(m: Any, row: str, ships: Any, stocks: Any, n: str) -> Any:
    r"""What is used of some goods, weighted as a policy row weighs them, kt/yr.

    sum_{(k,o,r,h)} weight[row,k] used[k,o,r,h,n]    with
    used[k,o,r,h,n] = ship[k,o,r,h,n] + (1-loss[k,r]) stock[k,r,o,h,parent(n)] - stock[k,r,o,h,n]

    ``ships`` and ``stocks`` are the (k, o, r, h) that can be shipped and held. At the root the parent's stock is the
    initial stock.
    """
    return (
        sum(m.weight[row, k] * m.ship[k, o, r, h, n] for k, o, r, h in ships)
        + sum(
            m.weight[row, k] * m.remaining[k, r] * m.stock[k, r, o, h, p] for k, o, r, h in stocks for p in m.PARENT[n]
        )
        + sum(m.weight[row, k] * m.remaining[k, r] * m.initial[k, r, o] for k, o, r, h in stocks for _ in m.IS_ROOT[n])
        - sum(m.weight[row, k] * m.stock[k, r, o, h, n] for k, o, r, h in stocks)
    )


def served_to(net: Network, target: Target) -> list[tuple[str, str, str, str]]:
    """What the sectors that a target names can be served, by commodity, region, sector and class; else nothing."""
    sectors = getattr(target, "sectors", None) or ()
    counted = [
        q for q in net.instance.demands if q[0] in target.commodities and q[1] in target.regions and q[2] in sectors
    ]
    return [(*q, h) for q in counted for h in net.classes]


def capacity(m: Any, j: str, n: str) -> Any:
    r"""Capacity of a plant, kt/yr: existing and committed that isn't closed, and what has been built and has ramped up.

    capacity[j,n] = existing[j,y(n)] - closed[j,n] + sum_{b in path(n)} ramp(y(n) - y(b) - lead_time[j,b]) build[j,b]
    """
    return (
        m.existing[j, n]
        - sum(m.closed[i, n] for i in m.CLOSING[j])
        + sum(m.ramped[j, b, n] * m.build[j, b] for b in m.ON_STREAM[j, n])
    )
