r"""Stocks, held at the end of a year by region of origin, so that a draw counts with the origin that it came from.

    used[k,o,r,h,n]  >=  0                                                                  use_by_origin[k, r, o, h, n]
    sum_{o,h} stock[k,r,o,h,n]  <=  capacity[k,r]                                           stock_limit[k, r, n]

stock     held at the end of the year                                          kt      variable
initial   stock before the first year: no origin, content free                 kt      stockpiles.csv
loss      part of the stock lost in a year                                     1/yr    stockpiles.csv

Cost, million USD/yr: holding cost times the stock at the end of the year.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyomo.core import Constraint, Expression, NonNegativeReals, Param, Set, Var

from model.base.tables import Grouped, Table, distinct, match
from model.base.units import MUSD_PER_KT, T_PER_KT
from model.formulation.network import NO_ORIGIN, Network


def variables(m: Any, net: Network) -> None:
    """Declare ``stock`` and the stockpiles."""
    piles = net.instance.stockpiles
    held = net.held
    m.HELD = Set(dimen=4, initialize=held)
    m.STOCKPILES = Set(dimen=2, initialize=list(piles))
    m.remaining = Param(m.USED_AT, initialize={kr: 1 - pile.loss_rate for kr, pile in piles.items()}, default=1.0)
    initial = {(*kr, NO_ORIGIN): pile.initial / T_PER_KT for kr, pile in piles.items() if pile.initial > 0}
    m.HELD_ORIGINS = Set(dimen=3, initialize=distinct(held.only(0, 1, 2)))
    m.initial = Param(m.HELD_ORIGINS, initialize=initial, default=0.0)
    m.ARRIVAL = Set(m.HELD, initialize=Grouped.by(held, np.arange(len(held)), held.only(1)).where(net.has_origin(held)))
    m.stock = Var(m.HELD, m.N, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare use_by_origin and stock_limit."""
    m.use_by_origin = Constraint(m.HELD, m.N, rule=use_by_origin)
    piles = Table.of(list(net.instance.stockpiles), 2)
    held = Grouped.by(piles, match(net.held.only(0, 1), piles), net.held.only(2, 3))
    m.HELD_AT = Set(m.STOCKPILES, dimen=2, initialize=held)
    limits = {kr: pile.capacity / T_PER_KT for kr, pile in net.instance.stockpiles.items()}
    filled = piles.take(np.diff(held.start) > 0)
    m.FILLED = Set(dimen=2, initialize=filled)
    m.stock_capacity = Param(m.STOCKPILES, initialize=limits)
    m.stock_limit = Constraint(m.FILLED, m.N, rule=stock_limit)


def use_by_origin(m: Any, k: str, r: str, o: str, h: str, n: str) -> Any:
    """used[k,o,r,h,n] >= 0."""
    return (
        sum(m.ship[k, o, d, h, n] for d in m.ARRIVAL[k, r, o, h])
        + sum(m.remaining[k, r] * m.stock[k, r, o, h, p] for p in m.PARENT[n])
        + sum(m.remaining[k, r] * m.initial[k, r, o] for _ in m.IS_ROOT[n])
        - m.stock[k, r, o, h, n]
        >= 0
    )


def stock_limit(m: Any, k: str, r: str, n: str) -> Any:
    """sum_{o,h} stock[k,r,o,h,n] <= capacity[k,r]."""
    return sum(m.stock[k, r, o, h, n] for o, h in m.HELD_AT[k, r]) <= m.stock_capacity[k, r]


def costs(m: Any, net: Network) -> None:
    """Declare the cost of holding stock."""
    piles = net.instance.stockpiles
    m.holding_cost = Param(m.STOCKPILES, initialize={kr: p.holding_cost * MUSD_PER_KT for kr, p in piles.items()})
    here = Grouped.by(net.regions, net.held.codes(1), net.held.only(0, 2, 3))
    m.HELD_IN = Set(m.R, dimen=3, initialize=here)
    m.cost_holding = Expression(m.R, m.N, rule=cost_holding)


def cost_holding(m: Any, r: str, n: str) -> Any:
    """sum_{k,o,h} holding_cost[k,r] * stock[k,r,o,h,n]."""
    return sum(m.holding_cost[k, r] * m.stock[k, r, o, h, n] for k, o, h in m.HELD_IN[r])
