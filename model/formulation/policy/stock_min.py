r"""Stock minima: a buyer holds so many days of what it uses of a commodity.

    sum_{r,o,h} weight[i,k] stock[k,r,o,h,n] + stock_min_short[i,n]  >=  days[i]/365 * consumption[i,n]  stock_min[i, n]

i = (policy row, buyer, commodity). The stock is that at the end of the year in the buyer's regions.

stock_min_short  by how much the minimum is missed; 0 in the hard problem      kt      variable
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, NonNegativeReals, Param, Set, Var

from model.formulation.network import Network, key


def variables(m: Any, net: Network) -> None:
    """Declare ``stock_min_short``."""
    minima = net.policy.stock_mins
    m.STOCKED = Set(dimen=4, initialize=[(*key(t), n.name) for t in minima for n in net.in_force(t)])
    m.stock_min_short = Var(m.STOCKED, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare stock_min."""
    minima = net.policy.stock_mins
    m.STOCK_TARGETS = Set(dimen=3, initialize=[key(t) for t in minima])
    m.COUNTED_STOCK = Set(m.STOCK_TARGETS, dimen=4, initialize={key(t): net.held_by(t) for t in minima})
    days = {(*key(t), n.name): t.share[n.year] for t in minima for n in net.in_force(t)}
    m.min_days = Param(m.STOCKED, initialize=days)
    m.stock_min = Constraint(m.STOCKED, rule=stock_min)


def stock_min(m: Any, row: str, buyer: str, scope: str, n: str) -> Any:
    """Stock at the end of the year + shortfall >= days/365 * the year's use."""
    return (
        sum(m.weight[row, k] * m.stock[k, r, o, h, n] for k, r, o, h in m.COUNTED_STOCK[row, buyer, scope])
        + m.stock_min_short[row, buyer, scope, n]
        >= m.min_days[row, buyer, scope, n] * m.consumption[row, buyer, scope, n]
    )
