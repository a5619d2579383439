r"""Use: what arrives or is drawn from stock goes into plants and to buyers.

    sum_o used[k,o,r,h,n]  =  sum_{j in r} needed[j,k] activity[j,h,n] + sum_s served[k,r,s,h,n]
                              + downgrade[k,r,n]  (out of free)   - downgrade[k,r,n]  (into traced)      use[k, r, h, n]
    used[k,o,r,h,n] = ship[k,o,r,h,n] + (1-loss[k,r]) stock[k,r,o,h,parent(n)] - stock[k,r,o,h,n]
    (without a stockpile it is the shipment; at the root the parent's stock is the initial stock, of no origin)

downgrade  free material treated as traced, so that a traced activity can use either   kt/yr   variable

Dual: the price of the good where it is used.
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, NonNegativeReals, Param, Set, Var

from model.formulation.network import FREE, Network


def variables(m: Any, net: Network) -> None:
    """Declare ``downgrade`` and who uses what."""
    places = list(net.instance.used_at)
    m.USED_AT = Set(dimen=2, initialize=places)
    m.USED_GOODS = Set(dimen=3, initialize=net.goods_used)
    m.USERS = Set(m.USED_GOODS, initialize=net.users)
    m.SHIPPED_FROM = Set(m.USED_GOODS, initialize=net.shipped_from)
    m.HELD_FROM = Set(m.USED_GOODS, initialize=net.held_from)
    m.SECTORS = Set(m.USED_AT, initialize={kr: net.instance.sectors.get(kr, ()) for kr in places})
    split = len(net.classes) > 1
    m.DOWNGRADED = Set(m.USED_AT, initialize={(k, r): [r] if split else [] for k, r in places})
    m.DOWNGRADE = Set(dimen=2, initialize=places if split else [])
    m.leaves = Param(m.H, initialize={h: 1.0 if h == FREE else -1.0 for h in net.classes})
    m.downgrade = Var(m.DOWNGRADE, m.N, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare use."""
    m.use = Constraint(m.USED_GOODS, m.N, rule=use)


def use(m: Any, k: str, r: str, h: str, n: str) -> Any:
    """sum_o used[k,o,r,h,n] = inputs of plants + demand served + what is downgraded out of (into) the class."""
    used = (
        sum(m.ship[k, o, r, h, n] for o in m.SHIPPED_FROM[k, r, h])
        + sum(m.remaining[k, r] * m.stock[k, r, o, h, p] for o in m.HELD_FROM[k, r, h] for p in m.PARENT[n])
        + sum(m.remaining[k, r] * m.initial[k, r, o] for o in m.HELD_FROM[k, r, h] for _ in m.IS_ROOT[n])
        - sum(m.stock[k, r, o, h, n] for o in m.HELD_FROM[k, r, h])
    )
    taken = (
        sum(m.needed[j, k] * m.activity[j, h, n] for j in m.USERS[k, r, h])
        + sum(m.served[k, r, s, h, n] for s in m.SECTORS[k, r])
        + sum(m.leaves[h] * m.downgrade[k, s, n] for s in m.DOWNGRADED[k, r])
    )
    return used - taken == 0
