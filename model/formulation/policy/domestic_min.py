r"""Domestic minima: a group must be able to make, or must make, a share of what its final demand embodies.

    sum_{j,k} weight[i,k] made[j,k] availability[j,n] capacity[j,n] + domestic_min_short[i,n]  >=  min_output[i,n]
                                                                                        domestic_capacity[i, n]
    sum_{j,k} weight[i,k] made[j,k] sum_h activity[j,h,n] + domestic_min_short[i,n]          >=  min_output[i,n]
                                                                                        domestic_production[i, n]
    min_output[i,n] = min_share[i,y(n)] * sum_{k,r,s} weight[k] demand[k,r,s,y(n)]      i = (policy row, buyer, scope)

The base is embodied final consumption, so that importing finished goods is no way round it. Capacity is what the CRMA's
benchmarks speak of (Regulation (EU) 2024/1252, Article 5); plants that stand idle meet them, so output is shown beside.

domestic_min_short  by how much the minimum is missed; 0 in the hard problem      kt      variable
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, NonNegativeReals, Param, Set, Var

from model.base.tables import Table, match
from model.base.units import T_PER_KT
from model.formulation.network import Network, TargetKey, key
from model.instance.policy.targets import Target


def variables(m: Any, net: Network) -> None:
    """Declare ``domestic_min_short``."""
    minima = net.policy.domestic_mins
    m.DOMESTIC = Set(dimen=4, initialize=[(*key(t), n.name) for t in minima for n in net.in_force(t)])
    m.domestic_min_short = Var(m.DOMESTIC, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare domestic_capacity and domestic_production."""
    minima = net.policy.domestic_mins
    output = {
        (*key(t), n.name): t.share[n.year] * net.at(n.name).final_demand(t.regions, n.year, t.weight) / T_PER_KT
        for t in minima
        for n in net.in_force(t)
    }
    m.min_output = Param(m.DOMESTIC, initialize=output)
    keys: list[TargetKey] = [key(t) for t in minima]
    m.DOMESTIC_TARGETS = Set(dimen=3, initialize=keys)
    goods = {key(t): counted(net, t) for t in minima}
    m.DOMESTIC_GOODS = Set(m.DOMESTIC_TARGETS, dimen=2, initialize=goods)
    plants, existing = net.instance.plants, net.instance.existing
    closing = {i: [(j, k) for j, k in found if j in existing and plants[j].may_close] for i, found in goods.items()}
    m.DOMESTIC_CLOSING = Set(m.DOMESTIC_TARGETS, dimen=2, initialize=closing)
    runs = {i: [(j, k, h) for j, k in found for h in net.classes_of[j]] for i, found in goods.items()}
    m.DOMESTIC_RUNS = Set(m.DOMESTIC_TARGETS, dimen=3, initialize=runs)
    number = {n.name: i for i, n in enumerate(net.tree)}
    builds = {(*key(t), n.name): on_stream(net, goods[key(t)], number[n.name]) for t in minima for n in net.in_force(t)}
    m.DOMESTIC_BUILDS = Set(m.DOMESTIC, dimen=3, initialize=builds)
    for measure in ("capacity", "production"):
        some = [(*key(t), n.name) for t in minima if t.measure == measure for n in net.in_force(t)]
        setattr(m, f"BY_{measure.upper()}", Set(dimen=4, initialize=some))
    m.domestic_capacity = Constraint(m.BY_CAPACITY, rule=domestic_capacity)
    m.domestic_production = Constraint(m.BY_PRODUCTION, rule=domestic_production)


def counted(net: Network, target: Target) -> list[tuple[str, str]]:
    """Plant and product pairs that count towards a minimum."""
    instance, processes = net.instance, getattr(target, "processes", None)
    return [
        (j, k)
        for k in target.commodities
        for r in target.regions
        for j in instance.makers.get((k, r), ())
        if processes is None or instance.plants[j].process in processes
    ]


def on_stream(net: Network, goods: list[tuple[str, str]], node: int) -> Table:
    """Plant, product and the decisions on the plant that are on stream at a node."""
    if not goods:
        return Table.of([], 3)
    counted, decisions = Table.of(goods, 2), net.building.on_stream
    plant = match(counted.only(0), net.building.plants)
    which, places = decisions.of(plant * len(net.nodes) + node)
    return counted.take(which).beside(decisions.members.take(places))


def domestic_capacity(m: Any, row: str, buyer: str, scope: str, n: str) -> Any:
    """sum_{j,k} weight[k] made[j,k] availability[j,n] capacity[j,n] + shortfall >= min_output."""
    return (
        sum(
            m.weight[row, k] * m.made[j, k] * m.availability[j, n] * m.existing[j, n]
            for j, k in m.DOMESTIC_GOODS[row, buyer, scope]
        )
        - sum(
            m.weight[row, k] * m.made[j, k] * m.availability[j, n] * m.closed[j, n]
            for j, k in m.DOMESTIC_CLOSING[row, buyer, scope]
        )
        + sum(
            m.weight[row, k] * m.made[j, k] * m.availability[j, n] * m.ramped[j, b, n] * m.build[j, b]
            for j, k, b in m.DOMESTIC_BUILDS[row, buyer, scope, n]
        )
        + m.domestic_min_short[row, buyer, scope, n]
        >= m.min_output[row, buyer, scope, n]
    )


def domestic_production(m: Any, row: str, buyer: str, scope: str, n: str) -> Any:
    """sum_{j,k} weight[k] made[j,k] sum_h activity[j,h,n] + shortfall >= min_output."""
    return (
        sum(m.weight[row, k] * m.made[j, k] * m.activity[j, h, n] for j, k, h in m.DOMESTIC_RUNS[row, buyer, scope])
        + m.domestic_min_short[row, buyer, scope, n]
        >= m.min_output[row, buyer, scope, n]
    )
