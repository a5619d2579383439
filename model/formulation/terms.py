"""Expressions that several families share. All rules can be called once with index templates: sums over Sets, data in
Params, conditions in Sets and never in ``if``."""

from __future__ import annotations

from typing import Any


def used(m: Any, k: str, o: str, r: str, h: str, n: str) -> Any:
    r"""What is used of origin ``o``, kt/yr: arrivals and what is drawn from the stock, less what is put into it.

    used[k,o,r,h,n] = ship[k,o,r,h,n] + (1-loss[k,r]) stock[k,r,o,h,parent(n)] - stock[k,r,o,h,n]

    Without a stockpile it is the shipment. At the root the parent's stock is the initial stock, of no origin.
    """
    return (
        sum(m.ship[k, o, d, h, n] for d in m.ARRIVAL[k, o, r, h])
        + sum(m.kept[k, s] * m.stock[k, s, o, h, p] for s in m.STORE[k, r] for p in m.PARENT[n])
        + sum(m.kept[k, s] * m.initial[k, s, o] for s in m.STORE[k, r] for _ in m.IS_ROOT[n])
        - sum(m.stock[k, s, o, h, n] for s in m.STORE[k, r])
    )


def drawn_in(m: Any, k: str, r: str, h: str, n: str) -> Any:
    """What plants and buyers take of a good, kt/yr: inputs of plants and demand served."""
    return sum(m.needed[j, k] * m.activity[j, h, n] for j in m.USERS[k, r, h]) + sum(
        m.served[k, r, s, h, n] for s in m.SECTORS[k, r]
    )


def capacity(m: Any, j: str, n: str) -> Any:
    r"""Capacity of a plant, kt/yr: existing and committed, and what has been built and has ramped up.

    capacity[j,n] = existing[j,y(n)] + sum_{b in path(n)} ramp(y(n) - y(b) - lead_time[j]) build[j,b]
    """
    return m.existing[j, n] + sum(m.ramped[j, b, n] * m.build[j, b] for b in m.ON_STREAM[j, n])
