r"""Consumption of a buyer at a scope: what is used there, from inside it too. The base of share caps and stock minima.

    consumption[i,n]  =  sum_{(k,o,r,h)} weight[i,k] used[k,o,r,h,n]                        consumption_is_use[i, n]
    consumption[i,n]  =  sum_{(k,r,s,h)} weight[i,k] served[k,r,s,h,n]                  of a row that names sectors
    i = (policy row, buyer, scope); the sums run over the buyer's regions, every origin and content class, its sectors

weight  content per tonne (rho)         , or 1 where the row weighs tonnes    t/t    commodities.csv, policies/*.toml

The base is use and not arrivals: a base that can be padded (stock churn, unsold output) will be. Filling a stock is not
consumption; drawing on it is, with the origin that it came from.
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, NonNegativeReals, Param, Set, Var

from model.formulation.network import Network, key
from model.formulation.terms import served_to, weighted_use


def variables(m: Any, net: Network) -> None:
    """Declare ``consumption``."""
    m.CONSUMED = Set(dimen=4, initialize=[(*key(t), n.name) for t in net.consumers for n in net.in_force(t)])
    m.consumption = Var(m.CONSUMED, within=NonNegativeReals)
    uses = {key(t): net.uses_in(t) for t in net.consumers}
    m.CONSUMERS = Set(dimen=3, initialize=list(uses))
    m.CONSUMED_SHIPS = Set(m.CONSUMERS, dimen=4, initialize={i: net.by_ship(u) for i, u in uses.items()})
    m.CONSUMED_STOCKS = Set(m.CONSUMERS, dimen=4, initialize={i: net.from_stock(u) for i, u in uses.items()})
    m.CONSUMED_SERVED = Set(m.CONSUMERS, dimen=4, initialize={key(t): served_to(net, t) for t in net.consumers})
    weights = {(t.row, k): net.weight(t, k) for t in net.policy.targets for k in t.commodities}
    m.WEIGHED = Set(dimen=2, initialize=list(weights))
    m.weight = Param(m.WEIGHED, initialize=weights)


def rows(m: Any, net: Network) -> None:
    """Declare consumption_is_use."""
    m.consumption_is_use = Constraint(m.CONSUMED, rule=consumption_is_use)


def consumption_is_use(m: Any, row: str, buyer: str, scope: str, n: str) -> Any:
    """Consumption = sum_{(k,o,r,h)} weight[k] * used[k,o,r,h,n]."""
    ships, stocks = m.CONSUMED_SHIPS[row, buyer, scope], m.CONSUMED_STOCKS[row, buyer, scope]
    served = sum(m.weight[row, k] * m.served[k, r, s, h, n] for k, r, s, h in m.CONSUMED_SERVED[row, buyer, scope])
    return m.consumption[row, buyer, scope, n] - weighted_use(m, row, ships, stocks, n) - served == 0
