"""The formulation: one module for each constraint family, the algebra in its docstring.

A family owns its variables, rows and cost terms, and declares them in up to three steps. What families share comes from
:class:`~model.formulation.network.Network` and ``terms``; no family imports another.

An equation is written ``left - right == 0``: between two expressions Pyomo may turn ``==`` around, and with it the sign
of the row's dual.
"""

from __future__ import annotations

from operator import attrgetter
from types import ModuleType
from typing import Any

from pyomo.core import AbstractModel, ConcreteModel, Expression, Objective, Param, Set

from model.base.economics import discount_factor
from model.formulation.families import (
    capacity,
    contracts,
    demand,
    production,
    quotas,
    risk,
    shipping,
    stock,
    switching,
    use,
)
from model.formulation.network import Network
from model.formulation.policy import (
    budget,
    consumption,
    domestic_min,
    share_cap,
    stock_min,
    withstand,
)
from model.instance.policy.kinds import soft

FAMILIES: tuple[ModuleType, ...] = (
    capacity,
    production,
    shipping,
    quotas,
    contracts,
    switching,
    demand,
    use,
    stock,
    consumption,
    share_cap,
    domestic_min,
    budget,
    stock_min,
    withstand,
    risk,
)
"""The table of contents, makers before users."""

COST_TERMS = (
    "capital",
    "fixed_new",
    "fixed_existing",
    "variable",
    "freight",
    "tariff",
    "holding",
    "shortage",
    "contracts",
    "switching",
)
"""Each is an Expression ``cost_<term>[r, n]``, million USD in the year of the node, undiscounted."""

MEASURES = ("harm", "shortfall", "capital")
"""What goals speak of beside the cost: Expressions, probability-weighted, kt and million USD."""


def formulate(net: Network) -> AbstractModel:
    """The whole programme, declared: its components say what they are made from and none is expanded.

    Its objective is the expected present value, million USD. :func:`model.compiling.compile.compile_model` makes
    arrays of it, and is told by ``cost_terms``, ``cost_weight`` and ``goals`` what the costs are made of.
    """
    return _declare(AbstractModel(name=f"{net.instance.name}, {net.policy.name}"), net)


def expanded(net: Network) -> ConcreteModel:
    """The same programme as an ordinary Pyomo model, every row an expression: to look at, export or solve elsewhere."""
    return _declare(ConcreteModel(name=f"{net.instance.name}, {net.policy.name}"), net)


def _declare(m: Any, net: Network) -> Any:
    nodes = net.tree
    m.N = Set(initialize=net.nodes)
    m.R = Set(initialize=net.regions)
    m.K = Set(initialize=list(net.instance.commodities))
    m.H = Set(initialize=list(net.classes))
    m.J = Set(initialize=net.building.plants)
    m.PARENT = Set(m.N, initialize={n.name: [n.parent] if n.parent else [] for n in nodes})
    m.IS_ROOT = Set(m.N, initialize={n.name: [] if n.parent else [n.name] for n in nodes})
    m.PLANTS_IN = Set(m.R, initialize=net.plants_in)
    m.probability = Param(m.N, initialize={n.name: n.probability for n in nodes})
    rate, first = net.instance.discount_rate, net.instance.first_year
    present = {n.name: n.probability * discount_factor(rate, n.year - first) for n in nodes}
    m.present_value = Param(m.N, initialize=present)
    for step in ("variables", "rows", "costs"):
        for family in FAMILIES:
            declare = getattr(family, step, None)
            if declare is not None:
                declare(m, net)
    m.shortfall = Expression(rule=shortfall)
    m.objective = Objective(rule=cost)
    m.cost_terms = {term: f"cost_{term}" for term in COST_TERMS}
    m.cost_weight = m.present_value.local_name
    m.goals = MEASURES
    return m


def cost(m: Any) -> Any:
    """Expected present value: sum_n pi[n] (1+rate)^-(y(n)-first year) sum_{term,r} cost_term[r,n]."""
    terms = [getattr(m, f"cost_{term}") for term in COST_TERMS]
    return sum(m.present_value[n] * term[r, n] for term in terms for r in m.R for n in m.N)


def shortfall(m: Any) -> Any:
    """Goal 2: sum of all shortfalls, probability-weighted; kt of content (of goods, where a row says so)."""
    # names are known and no indices, so they may be looked up here, which rules may not do by getattr
    parts = [attrgetter(kind.short, kind.over)(m) for kind in soft()]
    return sum([sum(m.probability[i[-1]] * short[i] for i in over) for short, over in parts])
