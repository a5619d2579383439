r"""Demand: what buyers want, at most; what they don't get has a price.

    sum_h served[k,r,s,h,n]  <=  demand[k,r,s,y(n)]                                            demand_met[k, r, s, n]
    sum_h served[k,r,s,h,n] + starved[k,r,s,n]  >=  demand[k,r,s,y(n)] - unserved0[k,r,s,n]   not_starved[k, r, s, n]
    harm = sum_n pi[n] sum_{k,r,s} harm_cost[k,r,s,n] starved[k,r,s,n]                            goal 1, million USD

served     demand met of commodity k in region r, sector s             kt/yr         variable
starved    served less than without policy                             kt/yr         variable
demand     linear between listed years                                 kt/yr         demand.csv, events
unserved0  unserved there in the cheapest plan without policy, the     kt/yr         solve without policy
           one that the tie-break picks; until then all of the demand
harm_cost  shortage cost, or 1 USD/t where that is 0                   million USD/kt   demand.csv
pi         probability of a node                                       1             nodes

Goal 1: nobody is served less than without policy: starved = 0 in all rows if the hard rows (budgets) allow it. Else the
least harm is found, and that sum is held, not each starved.

Cost, million USD/yr: the shortage cost times what is not served.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyomo.core import Constraint, Expression, NonNegativeReals, Param, Set, Var

from model.base.units import MUSD_PER_KT, T_PER_KT
from model.formulation.network import Network


def variables(m: Any, net: Network) -> None:
    """Declare ``served``, ``starved`` and the demand."""
    m.DEMANDS = Set(dimen=3, initialize=list(net.instance.demands))
    m.demand = Param(m.DEMANDS, m.N, initialize=_by_node(net, lambda d: d.quantity / T_PER_KT))
    m.served = Var(m.DEMANDS, m.H, m.N, within=NonNegativeReals)
    m.starved = Var(m.DEMANDS, m.N, within=NonNegativeReals)


def _by_node(net: Network, figure: Callable[[Any], float]) -> dict[tuple[str, ...], float]:
    """A figure of each demand at each node."""
    return {(*q, n.name): figure(by_year[n.year]) for n in net.tree for q, by_year in net.at(n.name).demands.items()}


def rows(m: Any, net: Network) -> None:
    """Declare demand_met, not_starved and goal 1."""
    m.demand_met = Constraint(m.DEMANDS, m.N, rule=demand_met)
    m.unserved_without_policy = Param(m.DEMANDS, m.N, initialize=_by_node(net, lambda d: d.quantity / T_PER_KT))
    m.not_starved = Constraint(m.DEMANDS, m.N, rule=not_starved)
    m.harm_cost = Param(m.DEMANDS, m.N, initialize=_by_node(net, lambda d: (d.shortage_cost or 1.0) * MUSD_PER_KT))
    m.harm = Expression(rule=harm)


def demand_met(m: Any, k: str, r: str, s: str, n: str) -> Any:
    """sum_h served[k,r,s,h,n] <= demand[k,r,s,n]."""
    return sum(m.served[k, r, s, h, n] for h in m.H) <= m.demand[k, r, s, n]


def not_starved(m: Any, k: str, r: str, s: str, n: str) -> Any:
    """sum_h served[k,r,s,h,n] + starved[k,r,s,n] >= demand[k,r,s,n] - unserved0[k,r,s,n]."""
    served = sum(m.served[k, r, s, h, n] for h in m.H)
    return served + m.starved[k, r, s, n] >= m.demand[k, r, s, n] - m.unserved_without_policy[k, r, s, n]


def harm(m: Any) -> Any:
    """Goal 1: sum_n pi[n] sum_{k,r,s} harm_cost[k,r,s,n] starved[k,r,s,n]."""
    return sum(m.probability[n] * m.harm_cost[k, r, s, n] * m.starved[k, r, s, n] for k, r, s in m.DEMANDS for n in m.N)


def costs(m: Any, net: Network) -> None:
    """Declare the cost of shortages."""
    m.shortage_cost = Param(m.DEMANDS, m.N, initialize=_by_node(net, lambda d: d.shortage_cost * MUSD_PER_KT))
    here: dict[str, list[tuple[str, str]]] = {r: [] for r in net.instance.regions}
    for k, r, s in net.instance.demands:
        here[r].append((k, s))
    m.DEMANDED_IN = Set(m.R, dimen=2, initialize=here)
    m.cost_shortage = Expression(m.R, m.N, rule=cost_shortage)


def cost_shortage(m: Any, r: str, n: str) -> Any:
    """sum_{k,s} shortage_cost[k,r,s,n] * (demand[k,r,s,n] - sum_h served[k,r,s,h,n])."""
    return sum(
        m.shortage_cost[k, r, s, n] * (m.demand[k, r, s, n] - sum(m.served[k, r, s, h, n] for h in m.H))
        for k, s in m.DEMANDED_IN[r]
    )
