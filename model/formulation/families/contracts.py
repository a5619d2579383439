r"""Contracts: so many tonnes a year on some lanes, or their breach is paid. They cost and don't bind.

    sum_{(k,o,d) in c} kept[c,k,o,d,n] + broken[c,n]  >=  min_flow[c]                                   contract[c, n]
    sum_c kept[c,k,o,d,n]  <=  sum_h ship[k,o,d,h,n]                                      contract_kept[k, o, d, n]

c = a row of contracts.csv, at the nodes of its years; o = d included, all content classes.

kept       what of a shipment keeps a contract; a tonne keeps one      kt/yr   variable
broken     what of a contract doesn't come                             kt/yr   variable
min_flow   tonnes promised                                             kt/yr   contracts.csv

Cost, million USD/yr: break_cost times what is broken, at the destination (of a group, in its first region).
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, Expression, NonNegativeReals, Param, Set, Var

from model.base.units import MUSD_PER_KT, T_PER_KT
from model.formulation.network import Network
from model.instance.trade import Contract, contracts


def variables(m: Any, net: Network) -> None:
    """Declare ``kept`` and ``broken``."""
    deals = contracts(net.instance)
    lanes = list(net.lanes) if deals else []
    on = {c.label: [i for i in lanes if c.lanes(*i)] for c in deals}
    m.CONTRACTS = Set(initialize=[c.label for c in deals])
    m.DUE = Set(dimen=2, initialize=[(c.label, n) for c in deals for n in _nodes(net, c)])
    m.CONTRACT_LANES = Set(m.CONTRACTS, dimen=3, initialize=on)
    kept = [(c.label, *i, n) for c in deals for i in on[c.label] for n in _nodes(net, c)]
    m.KEPT = Set(dimen=5, initialize=kept)
    by_lane: dict[tuple[str, ...], list[str]] = {}
    for c, *lane in kept:
        by_lane.setdefault(tuple(lane), []).append(c)
    m.KEPT_ON = Set(dimen=4, initialize=list(by_lane))
    m.CONTRACTS_ON = Set(m.KEPT_ON, initialize=by_lane)
    m.kept = Var(m.KEPT, within=NonNegativeReals)
    m.broken = Var(m.DUE, within=NonNegativeReals)


def _nodes(net: Network, contract: Contract) -> list[str]:
    return [n.name for n in net.tree if contract.first_year <= n.year <= contract.last_year]


def rows(m: Any, net: Network) -> None:
    """Declare contract and contract_kept."""
    m.min_flow = Param(m.CONTRACTS, initialize={c.label: c.min_flow / T_PER_KT for c in contracts(net.instance)})
    m.contract = Constraint(m.DUE, rule=contract)
    m.contract_kept = Constraint(m.KEPT_ON, rule=contract_kept)


def contract(m: Any, c: str, n: str) -> Any:
    """sum_{(k,o,d) in c} kept[c,k,o,d,n] + broken[c,n] >= min_flow[c]."""
    return sum(m.kept[c, k, o, d, n] for k, o, d in m.CONTRACT_LANES[c]) + m.broken[c, n] >= m.min_flow[c]


def contract_kept(m: Any, k: str, o: str, d: str, n: str) -> Any:
    """sum_c kept[c,k,o,d,n] <= sum_h ship[k,o,d,h,n]."""
    return (
        sum(m.kept[c, k, o, d, n] for c in m.CONTRACTS_ON[k, o, d, n])
        - sum(m.ship[k, o, d, h, n] for h in m.LANE_CLASSES[k, o, d])
        <= 0
    )


def costs(m: Any, net: Network) -> None:
    """Declare the cost of breach."""
    deals = contracts(net.instance)
    here: dict[tuple[str, str], list[str]] = {(r, n.name): [] for r in net.instance.regions for n in net.tree}
    for c in deals:
        for n in _nodes(net, c):
            here[c.region, n].append(c.label)
    m.CONTRACTS_IN = Set(m.R, m.N, initialize=here)
    m.break_cost = Param(m.CONTRACTS, initialize={c.label: c.break_cost * MUSD_PER_KT for c in deals})
    m.cost_contracts = Expression(m.R, m.N, rule=cost_contracts)


def cost_contracts(m: Any, r: str, n: str) -> Any:
    """sum_{c in r} break_cost[c] * broken[c,n]."""
    return sum(m.break_cost[c] * m.broken[c, n] for c in m.CONTRACTS_IN[r, n])
