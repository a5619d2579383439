r"""Capacity: what is built, what it can make, what it costs to have.

    sum_h activity[j,h,n]  <=  availability[j,n] * capacity[j,n]                              capacity_limit[j, n]
    capacity[j,n] = existing[j,y(n)] - closed[j,n] + sum_{b in path(n)} ramp(y(n) - y(b) - lead_time[j,b]) build[j,b]
    closed[j,n]  >=  closed[j,parent(n)] - max(0, existing[j,y(parent(n))] - existing[j,y(n)])        stays_closed[j, n]
    0 <= closed[j,n] <= existing[j,y(n)]
    sum_{b in path(l)} build[j,b]  <=  max_build[j]                    for each end l          build_limit[j, l]
    0 <= build[j,n] <= max_build_per_year[j]

build         capacity decided at n; on stream lead_time years later   kt/yr   variable
activity      how much the plant runs, by content class                kt/yr   production.py
closed        existing capacity that has been closed, for good,        kt/yr   variable, of plants that may close
              but for what is newly listed
existing      existing and committed capacity                          kt/yr   capacity.csv
availability  part of the capacity that can be used                    1       plants.csv, events
lead_time     of what is decided at b                                  years   plants.csv, events
ramp(i)       min(1, (i+1)/(ramp_years+1)) for 0 <= i < lifetime, else 0

Cost, million USD/yr: a plant pays its annuity ``capex * idc * crf`` and its fixed cost in each operating year, in full
while it still ramps; existing capacity pays its fixed cost in every year that it isn't closed. Costs may move: capital
is that of the year of the decision, the fixed cost that of the year of operation. No decision comes too late to
start within the horizon. Dual of capacity_limit: what one more tonne a year of capacity is worth in that year.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from pyomo.core import Constraint, Expression, NonNegativeReals, Param, Set, Var

from model.base.economics import annuity
from model.base.tables import Floats, Grouped, Values
from model.base.units import MUSD_PER_KT, T_PER_KT
from model.formulation.network import Network
from model.formulation.terms import capacity
from model.instance.records import Plant


def variables(m: Any, net: Network) -> None:
    """Declare ``build`` and the data of capacity."""
    plants, building = net.instance.plants, net.building
    m.BUILD = Set(dimen=2, initialize=building.decisions)
    yearly = np.array([p.max_build_per_year / T_PER_KT for p in plants.values()])[building.decisions.codes(0)]
    m.build_limit_per_year = Param(m.BUILD, initialize=Values((building.decisions,), yearly))
    m.build = Var(m.BUILD, within=NonNegativeReals, bounds=build_bounds)

    m.RAMPED = Set(dimen=3, initialize=building.ramped)
    m.ramped = Param(m.RAMPED, initialize=Values((building.ramped,), building.ramped_share))
    m.ON_STREAM = Set(m.J, m.N, initialize=building.on_stream)
    existing = net.instance.existing
    held = {(j, n.name): existing[j][n.year] / T_PER_KT for j in existing for n in net.tree if existing[j][n.year] > 0}
    m.existing = Param(m.J, m.N, initialize=held, default=0.0)
    closing = closable(net)
    m.CLOSING = Set(m.J, initialize={j: [j] if j in closing else [] for j in plants})
    m.CLOSABLE = Set(dimen=2, initialize=[(j, n.name) for j in closing for n in net.tree])
    m.closed = Var(m.CLOSABLE, within=NonNegativeReals, bounds=closed_bounds)
    able = net.by_node(lambda instance: np.array([p.availability for p in instance.plants.values()]))
    m.availability = Param(m.J, m.N, initialize=Values((building.plants, net.nodes), able))


def build_bounds(m: Any, j: str, n: str) -> Any:
    """0 <= build[j,n] <= max_build_per_year[j]."""
    return 0, m.build_limit_per_year[j, n]


def closable(net: Network) -> list[str]:
    """Plants whose existing capacity may close."""
    return [j for j in net.instance.existing if net.instance.plants[j].may_close]


def closed_bounds(m: Any, j: str, n: str) -> Any:
    """0 <= closed[j,n] <= existing[j,n]."""
    return 0, m.existing[j, n]


def rows(m: Any, net: Network) -> None:
    """Declare capacity_limit, build_limit and stays_closed."""
    year, existing = {n.name: n.year for n in net.tree}, net.instance.existing
    drop = {
        (j, n.name): max(0.0, existing[j][year[n.parent]] - existing[j][n.year]) / T_PER_KT
        for j, n in product(closable(net), net.tree)
        if n.parent
    }
    m.STAYS_CLOSED = Set(dimen=2, initialize=list(drop))
    m.drop = Param(m.STAYS_CLOSED, initialize=drop)
    m.stays_closed = Constraint(m.STAYS_CLOSED, rule=stays_closed)
    m.capacity_limit = Constraint(m.J, m.N, rule=capacity_limit)
    plants = net.instance.plants
    most = np.array([p.max_build / T_PER_KT for p in plants.values()])
    on_path = net.building.on_paths(np.isfinite(most))
    limited = on_path.keys_table
    m.LIMITED_BUILD = Set(dimen=2, initialize=limited)
    m.DECIDED = Set(m.LIMITED_BUILD, initialize=on_path)
    m.max_build = Param(m.LIMITED_BUILD, initialize=Values((limited,), most[limited.codes(0)]))
    m.build_limit = Constraint(m.LIMITED_BUILD, rule=build_limit)


def capacity_limit(m: Any, j: str, n: str) -> Any:
    """sum_h activity[j,h,n] <= availability[j,n] * capacity[j,n]."""
    return sum(m.activity[j, h, n] for h in m.PLANT_CLASSES[j]) <= m.availability[j, n] * capacity(m, j, n)


def stays_closed(m: Any, j: str, n: str) -> Any:
    """closed[j,n] >= closed[j,parent] - what is no longer listed."""
    return m.closed[j, n] - sum(m.closed[j, p] for p in m.PARENT[n]) >= -m.drop[j, n]


def build_limit(m: Any, j: str, leaf: str) -> Any:
    """sum_{b in path(leaf)} build[j,b] <= max_build[j]."""
    return sum(m.build[j, b] for b in m.DECIDED[j, leaf]) <= m.max_build[j, leaf]


def costs(m: Any, net: Network) -> None:
    """Declare the cost of capital and the fixed costs."""
    plants = net.instance.plants
    building, decisions = net.building, net.building.decisions
    nodes = [node.name for node in net.tree]
    leads = np.broadcast_to(building.lead_times, (len(plants), len(net.nodes)))[decisions.codes(0), decisions.codes(1)]
    each = {n: list(net.at(n).plants.values()) for n in nodes}
    decided = zip(decisions.codes(0).tolist(), decisions.codes(1).tolist(), strict=True)
    yearly = _annuities([each[nodes[n]][j] for j, n in decided], leads.tolist())
    ramped, region = net.building.ramped, {r: i for i, r in enumerate(net.instance.regions)}
    host = np.array([region[p.region] for p in plants.values()])[ramped.codes(0)]
    owner = host * len(net.nodes) + ramped.codes(2)
    operating = Grouped.by(net.regions.times(net.nodes), owner, ramped.only(0, 1))
    m.OPERATING = Set(m.R, m.N, dimen=2, initialize=operating)
    m.annuity = Param(m.BUILD, initialize=Values((decisions,), yearly))
    fixed = net.by_node(lambda instance: np.array([p.fixed_cost for p in instance.plants.values()])) * MUSD_PER_KT
    m.fixed_cost = Param(m.J, m.N, initialize=Values((building.plants, net.nodes), fixed))
    closing = {r: [j for j in js if j in closable(net)] for r, js in net.plants_in.items()}
    m.CLOSING_IN = Set(m.R, initialize=closing)
    m.cost_capital = Expression(m.R, m.N, rule=cost_capital)
    m.cost_fixed_new = Expression(m.R, m.N, rule=cost_fixed_new)
    m.cost_fixed_existing = Expression(m.R, m.N, rule=cost_fixed_existing)


def _annuities(plants: list[Plant], leads: list[int]) -> Floats:
    """The annuity of each decision, million USD/kt, by its plant and lead time."""
    known: dict[tuple[str, float | None, int], float] = {}
    for p, lead in zip(plants, leads, strict=True):
        if (p.name, p.capex, lead) not in known:
            known[p.name, p.capex, lead] = annuity(p.capex, p.wacc, lead, p.lifetime) * MUSD_PER_KT if p.capex else 0.0
    return np.array([known[p.name, p.capex, lead] for p, lead in zip(plants, leads, strict=True)])


def cost_capital(m: Any, r: str, n: str) -> Any:
    """sum_{j in r, b operating in n} capex[j] idc[j,b] crf[j] * build[j,b]."""
    return sum(m.annuity[j, b] * m.build[j, b] for j, b in m.OPERATING[r, n])


def cost_fixed_new(m: Any, r: str, n: str) -> Any:
    """sum_{j in r} fixed_cost[j,n] * sum_{b operating in n} build[j,b]."""
    return sum(m.fixed_cost[j, n] * m.build[j, b] for j, b in m.OPERATING[r, n])


def cost_fixed_existing(m: Any, r: str, n: str) -> Any:
    """sum_{j in r} fixed_cost[j,n] * (existing[j,n] - closed[j,n])."""
    return sum(m.fixed_cost[j, n] * m.existing[j, n] for j in m.PLANTS_IN[r]) - sum(
        m.fixed_cost[j, n] * m.closed[j, n] for j in m.CLOSING_IN[r]
    )
