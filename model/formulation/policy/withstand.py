r"""Crises to withstand: buyers are served through a stop of exports, with the capacity and the stocks of the plan.

    crisis_activity[i,c,j,n]  <=  tau[i] availability[j,n] capacity[j,n]                     crisis_capacity[i, c, j, n]
    sum_{(k,o,d) in e} crisis_ship[i,c,k,o,d,n]  <=  tau[i] max_crisis_quota[e]    quotas    crisis_quota[i, c, e, n]
    sum_d crisis_ship[i,c,k,o,d,n]  =   sum_{j in o} made[j,k] crisis_activity[i,c,j,n]    crisis_supply[i, c, k, o, n]
    sum_d crisis_ship[i,c,k,o,d,n]  <=  sum_{j in o} made[j,k] crisis_activity[i,c,j,n]
                                                                     by-products    crisis_supply_unsold[i, c, k, o, n]
    crisis_draw[i,c,k,r,n]  <=  (1-loss[k,r]) sum_{o,h} stock[k,r,o,h,parent(n)]           crisis_stock[i, c, k, r, n]
    sum_o crisis_ship[i,c,k,o,r,n] + crisis_draw[i,c,k,r,n]
        =  sum_{j in r} needed[j,k] crisis_activity[i,c,j,n] + sum_s crisis_served[i,c,k,r,s,n]
                                                                                           crisis_use[i, c, k, r, n]
    crisis_served[i,c,k,r,s,n] + crisis_missing[i,c,k,r,s,n]  >=  floor[i,c,k,r,s,n]    crisis_demand[i, c, k, r, s, n]
    withstand_short[i,c,n]  >=  sum_{k,r,s} rho[k] crisis_missing[i,c,k,r,s,n]             withstand[i, c, n]
    0 <= crisis_served[i,c,k,r,s,n] <= tau[i] demand[k,r,s,n]
    0 <= crisis_ship[i,c,k,o,d,n] <= tau[i] max_flow[k,o,d,n]
    crisis_ship[i,c,k,o,d,n] = 0  for stopped k, o in c, d not in c
    floor[i,c,k,r,s,n] = part * tau[i] * demand[k,r,s,n]

i = policy row, c = a supplier set: one crisis for each and for each node in force. It begins on the first day of the
year and lasts tau = months/12 of a year, which may be more than one. At the root the parent's stock is the initial one.

max_crisis_quota  limit of a quota of events, the instance or the policy                    kt/yr   the same tables
part             serve for the buyers' demand (of the sectors named), others for everybody outside buyers and
                 supplier, else 0; 0 for goods without content
crisis_missing   by how much a demand that must be met is missed                              kt      variable
withstand_short  by how much the row is missed, content; 0 in the hard problem                kt      variable
crisis_...       what is done in the crisis, all content classes together; it costs nothing   kt      variables

A crisis is a test that the plan must pass. Dual of withstand: what one kt of content less to serve is worth.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyomo.core import Constraint, NonNegativeReals, Param, Set, Var

from model.base.tables import Grouped, Table, Values
from model.base.units import T_PER_KT
from model.formulation.families.crises import Crises
from model.formulation.network import Network
from model.formulation.terms import capacity


def variables(m: Any, net: Network) -> None:
    """Declare what is done in each crisis, and what is missing."""
    crises = Crises(net)
    m.WITHSTOOD = Set(dimen=5, initialize=crises.keys)
    m.withstand_short = Var(m.WITHSTOOD, within=NonNegativeReals)
    m.CRISIS_RUNS = Set(dimen=4, initialize=crises.each(net.building.plants))
    m.crisis_activity = Var(m.CRISIS_RUNS, within=NonNegativeReals)
    m.CRISIS_SHIPPED = Set(dimen=6, initialize=crises.shipped)
    m.crisis_max_flow = Param(m.CRISIS_SHIPPED, initialize=Values((crises.shipped,), crises.max_flow))
    m.crisis_ship = Var(m.CRISIS_SHIPPED, within=NonNegativeReals, bounds=crisis_ship_bounds)
    piles = crises.each(Table.of(list(net.instance.stockpiles), 2))
    m.CRISIS_PILES = Set(dimen=5, initialize=piles)
    m.crisis_draw = Var(m.CRISIS_PILES, within=NonNegativeReals)
    wanted = crises.each(Table.of(list(net.instance.demands), 3))
    m.CRISIS_WANTED = Set(dimen=6, initialize=wanted)
    quantity = net.demanded
    most = quantity.reshape(-1, len(net.nodes)).T[crises.node] * crises.tau[:, None] / T_PER_KT
    m.crisis_wanted = Param(m.CRISIS_WANTED, initialize=Values((wanted,), most.ravel()))
    m.crisis_served = Var(m.CRISIS_WANTED, within=NonNegativeReals, bounds=crisis_served_bounds)
    crisis, demand, floor = crises.asked_of
    asked = crises.of(crisis, Table.of(list(net.instance.demands), 3).take(demand))
    m.CRISIS_ASKED = Set(dimen=6, initialize=asked)
    m.crisis_floor = Param(m.CRISIS_ASKED, initialize=Values((asked,), floor))
    m.crisis_missing = Var(m.CRISIS_ASKED, within=NonNegativeReals)


def crisis_ship_bounds(m: Any, i: str, c: str, k: str, o: str, d: str, n: str) -> Any:
    """0 <= crisis_ship[i,c,k,o,d,n] <= tau[i] max_flow[k,o,d,n]."""
    return 0, m.crisis_max_flow[i, c, k, o, d, n]


def crisis_served_bounds(m: Any, i: str, c: str, k: str, r: str, s: str, n: str) -> Any:
    """0 <= crisis_served[i,c,k,r,s,n] <= tau[i] demand[k,r,s,n]."""
    return 0, m.crisis_wanted[i, c, k, r, s, n]


def rows(m: Any, net: Network) -> None:
    """Declare the rows of each crisis."""
    crises, instance = Crises(net), net.instance
    m.WITHSTAND_ROWS = Set(initialize=[target.row for target in net.policy.withstands])
    m.tau = Param(m.WITHSTAND_ROWS, initialize={target.row: target.tau for target in net.policy.withstands})
    m.crisis_capacity = Constraint(m.CRISIS_RUNS, rule=crisis_capacity)
    under = crises.under_quota
    m.CRISIS_QUOTED = Set(dimen=4, initialize=list(under))
    m.CRISIS_QUOTED_SHIPS = Set(m.CRISIS_QUOTED, dimen=3, initialize=under)
    limits = {shared.label: shared.max_flow / T_PER_KT for shared in crises.quotas}
    m.max_crisis_quota = Param(list(limits), initialize=limits)
    m.crisis_quota = Constraint(m.CRISIS_QUOTED, rule=crisis_quota)

    made, used = crises.each(crises.goods_made), crises.each(crises.goods_used)
    unsold = np.array([instance.may_be_unsold[k] for k, *_ in crises.goods_made] * len(crises.asked), dtype=bool)
    m.CRISIS_GOODS = Set(dimen=5, initialize=made)
    m.CRISIS_DESTINATIONS = Set(m.CRISIS_GOODS, initialize=crises.destinations)
    m.MADE_AT = Set(dimen=2, initialize=crises.goods_made)
    m.MADE_BY = Set(m.MADE_AT, initialize={kr: instance.makers[kr] for kr in crises.goods_made})
    m.CRISIS_SOLD = Set(dimen=5, initialize=made.take(~unsold))
    m.CRISIS_MAYBE_UNSOLD = Set(dimen=5, initialize=made.take(unsold))
    m.crisis_supply = Constraint(m.CRISIS_SOLD, rule=crisis_supply)
    m.crisis_supply_unsold = Constraint(m.CRISIS_MAYBE_UNSOLD, rule=crisis_supply_unsold)

    m.opening = Param(
        m.STOCKPILES, initialize={kr: (1 - p.loss_rate) * p.initial / T_PER_KT for kr, p in instance.stockpiles.items()}
    )
    m.crisis_stock = Constraint(m.CRISIS_PILES, rule=crisis_stock)
    m.CRISIS_USED = Set(dimen=5, initialize=used)
    m.CRISIS_ORIGINS = Set(m.CRISIS_USED, initialize=crises.origins)
    m.USED_BY = Set(m.USED_AT, initialize={kr: instance.users.get(kr, ()) for kr in instance.used_at})
    m.PILED = Set(
        m.USED_AT, initialize={(k, r): [r] if (k, r) in instance.stockpiles else [] for k, r in instance.used_at}
    )
    m.crisis_use = Constraint(m.CRISIS_USED, rule=crisis_use)

    crisis, demand, _ = crises.asked_of
    asked = Table.of(list(instance.demands), 3).take(demand)
    m.MUST_SERVE = Set(m.WITHSTOOD, dimen=3, initialize=Grouped.by(Table.of(crises.keys, 5), crisis, asked))
    m.content = Param(m.K, initialize=instance.content)
    m.crisis_demand = Constraint(m.CRISIS_ASKED, rule=crisis_demand)
    m.withstand = Constraint(m.WITHSTOOD, rule=withstand)


def crisis_capacity(m: Any, i: str, c: str, j: str, n: str) -> Any:
    """crisis_activity[i,c,j,n] <= tau[i] * availability[j,n] * capacity[j,n]."""
    return m.crisis_activity[i, c, j, n] <= m.tau[i] * m.availability[j, n] * capacity(m, j, n)


def crisis_quota(m: Any, i: str, c: str, e: str, n: str) -> Any:
    """sum_{(k,o,d) in e} crisis_ship[i,c,k,o,d,n] <= tau[i] max_crisis_quota[e]."""
    shipped = sum(m.crisis_ship[i, c, k, o, d, n] for k, o, d in m.CRISIS_QUOTED_SHIPS[i, c, e, n])
    return shipped <= m.tau[i] * m.max_crisis_quota[e]


def crisis_supply(m: Any, i: str, c: str, k: str, o: str, n: str) -> Any:
    """sum_d crisis_ship[i,c,k,o,d,n] = sum_{j in o} made[j,k] crisis_activity[i,c,j,n]."""
    shipped = sum(m.crisis_ship[i, c, k, o, d, n] for d in m.CRISIS_DESTINATIONS[i, c, k, o, n])
    return shipped - sum(m.made[j, k] * m.crisis_activity[i, c, j, n] for j in m.MADE_BY[k, o]) == 0


def crisis_supply_unsold(m: Any, i: str, c: str, k: str, o: str, n: str) -> Any:
    """sum_d crisis_ship[i,c,k,o,d,n] <= sum_{j in o} made[j,k] crisis_activity[i,c,j,n]."""
    return sum(m.crisis_ship[i, c, k, o, d, n] for d in m.CRISIS_DESTINATIONS[i, c, k, o, n]) <= sum(
        m.made[j, k] * m.crisis_activity[i, c, j, n] for j in m.MADE_BY[k, o]
    )


def crisis_stock(m: Any, i: str, c: str, k: str, r: str, n: str) -> Any:
    """crisis_draw[i,c,k,r,n] <= (1-loss[k,r]) * sum_{o,h} stock[k,r,o,h,parent(n)]."""
    return m.crisis_draw[i, c, k, r, n] <= sum(
        m.remaining[k, r] * m.stock[k, r, o, h, p] for p in m.PARENT[n] for o, h in m.HELD_AT[k, r]
    ) + sum(m.opening[k, r] for _ in m.IS_ROOT[n])


def crisis_use(m: Any, i: str, c: str, k: str, r: str, n: str) -> Any:
    """What arrives and is drawn = inputs of plants + demand served."""
    return (
        sum(m.crisis_ship[i, c, k, o, r, n] for o in m.CRISIS_ORIGINS[i, c, k, r, n])
        + sum(m.crisis_draw[i, c, k, d, n] for d in m.PILED[k, r])
        - sum(m.needed[j, k] * m.crisis_activity[i, c, j, n] for j in m.USED_BY[k, r])
        - sum(m.crisis_served[i, c, k, r, s, n] for s in m.SECTORS[k, r])
        == 0
    )


def crisis_demand(m: Any, i: str, c: str, k: str, r: str, s: str, n: str) -> Any:
    """crisis_served[i,c,k,r,s,n] + crisis_missing[i,c,k,r,s,n] >= floor[i,c,k,r,s,n]."""
    return m.crisis_served[i, c, k, r, s, n] + m.crisis_missing[i, c, k, r, s, n] >= m.crisis_floor[i, c, k, r, s, n]


def withstand(m: Any, i: str, b: str, s: str, c: str, n: str) -> Any:
    """withstand_short[i,c,n] >= sum_{k,r,s} rho[k] crisis_missing[i,c,k,r,s,n]."""
    return (
        sum(m.content[k] * m.crisis_missing[i, c, k, r, q, n] for k, r, q in m.MUST_SERVE[i, b, s, c, n])
        <= m.withstand_short[i, b, s, c, n]
    )
