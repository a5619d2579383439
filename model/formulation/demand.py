r"""Demand: what buyers want, at most; what they don't get has a price.

    sum_h served[k,r,s,h,n]  <=  demand[k,r,s,y(n)]                                            demand_met[k, r, s, n]
    unserved = sum_n pi[n] sum_{k,r,s} rho[k] ( demand[k,r,s,y(n)] - sum_h served[k,r,s,h,n] )   goal 1, kt oxide equiv.

served    demand met of commodity k in region r, sector s    kt/yr   variable
demand    linear between listed years                        kt/yr   demand.csv
pi        probability of a node                              1       nodes

Cost, million USD/yr: the shortage cost times what is not served.
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, Expression, NonNegativeReals, Param, Set, Var

from model.base.units import MUSD_PER_KT, T_PER_KT
from model.formulation.network import Network


def variables(m: Any, net: Network) -> None:
    """Declare ``served`` and the demand."""
    demands = net.instance.demands
    m.DEMANDS = Set(dimen=3, initialize=list(demands))
    quantity = {(*q, n.name): by_year[n.year].quantity / T_PER_KT for q, by_year in demands.items() for n in net.tree}
    m.demand = Param(m.DEMANDS, m.N, initialize=quantity)
    m.served = Var(m.DEMANDS, m.H, m.N, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare demand_met."""
    m.demand_met = Constraint(m.DEMANDS, m.N, rule=demand_met)
    m.ree_content = Param(m.K, initialize=net.instance.ree_content)
    m.unserved = Expression(rule=unserved)


def demand_met(m: Any, k: str, r: str, s: str, n: str) -> Any:
    """sum_h served[k,r,s,h,n] <= demand[k,r,s,n]."""
    return sum(m.served[k, r, s, h, n] for h in m.H) <= m.demand[k, r, s, n]


def unserved(m: Any) -> Any:
    """sum_n pi[n] sum_{k,r,s} rho[k] (demand[k,r,s,n] - sum_h served[k,r,s,h,n])."""
    return sum(
        m.probability[n] * m.ree_content[k] * (m.demand[k, r, s, n] - sum(m.served[k, r, s, h, n] for h in m.H))
        for k, r, s in m.DEMANDS
        for n in m.N
    )


def costs(m: Any, net: Network) -> None:
    """Declare the cost of shortages."""
    demands = net.instance.demands
    unit = {
        (*q, n.name): by_year[n.year].shortage_cost * MUSD_PER_KT for q, by_year in demands.items() for n in net.tree
    }
    m.shortage_cost = Param(m.DEMANDS, m.N, initialize=unit)
    here: dict[str, list[tuple[str, str]]] = {r: [] for r in net.instance.regions}
    for k, r, s in demands:
        here[r].append((k, s))
    m.DEMANDED_IN = Set(m.R, dimen=2, initialize=here)
    m.cost_shortage = Expression(m.R, m.N, rule=cost_shortage)


def cost_shortage(m: Any, r: str, n: str) -> Any:
    """sum_{k,s} shortage_cost[k,r,s,n] * (demand[k,r,s,n] - sum_h served[k,r,s,h,n])."""
    return sum(
        m.shortage_cost[k, r, s, n] * (m.demand[k, r, s, n] - sum(m.served[k, r, s, h, n] for h in m.H))
        for k, s in m.DEMANDED_IN[r]
    )
