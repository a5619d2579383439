r"""Budgets: overnight capital decided within a window of years in some host regions. Hard: no shortfall.

    sum_{j,b} capex[j] build[j,b]  <=  max[i]                                for each end l       budget_max[i, l]
    sum_{j,b} capex[j] build[j,b]  >=  min[i]                                for each end l       budget_min[i, l]

The sums run over the decisions of the window on the path to the end ``l``, in million USD. Dual of budget_max: what one
more million is worth. The goal ``capital`` is all overnight capital, limited or not:
sum_{j,b} pi[b] capex[j] build[j,b].
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, Expression, Param, Set

from model.errors import Unmeetable
from model.formulation.network import Network
from model.units import MUSD_PER_KT, USD_PER_MUSD


def rows(m: Any, net: Network) -> None:
    """Declare budget_max and budget_min."""
    plants = net.instance.plants
    m.capex = Param(m.J, initialize={j: p.capex * MUSD_PER_KT for j, p in plants.items() if p.capex}, default=0.0)
    spent = {
        (budget.row, leaf): [
            (j, b)
            for j, b in m.BUILD
            if plants[j].region in budget.regions
            and (budget.processes is None or plants[j].process in budget.processes)
            and b in path
            and budget.first_year <= path[b] <= budget.last_year
        ]
        for budget in net.policy.budgets
        for leaf, path in ((leaf, {n.name: n.year for n in net.tree.paths[leaf]}) for leaf in net.tree.leaves)
    }
    for budget in net.policy.budgets:
        if budget.min_usd > 0 and not any(builds for (row, _), builds in spent.items() if row == budget.row):
            raise Unmeetable(f"{budget.row} asks for at least {budget.min_usd:,.6g} USD where nothing can be built")
    m.BUDGETS = Set(dimen=2, initialize=list(spent))
    m.SPENT = Set(m.BUDGETS, dimen=2, initialize=spent)
    upper = {b.row: b.max_usd / USD_PER_MUSD for b in net.policy.budgets if b.max_usd < float("inf")}
    lower = {b.row: b.min_usd / USD_PER_MUSD for b in net.policy.budgets if b.min_usd > 0}
    m.BUDGETS_MAX = Set(dimen=2, initialize=[i for i in spent if i[0] in upper and spent[i]])
    m.BUDGETS_MIN = Set(dimen=2, initialize=[i for i in spent if i[0] in lower])
    m.max_spent = Param(m.BUDGETS_MAX, initialize={i: upper[i[0]] for i in m.BUDGETS_MAX})
    m.min_spent = Param(m.BUDGETS_MIN, initialize={i: lower[i[0]] for i in m.BUDGETS_MIN})
    m.budget_max = Constraint(m.BUDGETS_MAX, rule=budget_max)
    m.budget_min = Constraint(m.BUDGETS_MIN, rule=budget_min)
    m.capital = Expression(rule=capital)


def budget_max(m: Any, row: str, leaf: str) -> Any:
    """Sum capex[j] build[j,b] <= max."""
    return sum(m.capex[j] * m.build[j, b] for j, b in m.SPENT[row, leaf]) <= m.max_spent[row, leaf]


def budget_min(m: Any, row: str, leaf: str) -> Any:
    """Sum capex[j] build[j,b] >= min."""
    return sum(m.capex[j] * m.build[j, b] for j, b in m.SPENT[row, leaf]) >= m.min_spent[row, leaf]


def capital(m: Any) -> Any:
    """sum_{j,b} pi[b] capex[j] build[j,b], million USD."""
    return sum(m.probability[b] * m.capex[j] * m.build[j, b] for j, b in m.BUILD)
