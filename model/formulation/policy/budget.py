r"""Budgets: overnight capital decided within a window of years in some host regions. Hard: no shortfall.

    sum_{j,b} capex[j,b] build[j,b]  <=  max[i]                                for each end l       budget_max[i, l]
    sum_{j,b} capex[j,b] build[j,b]  >=  min[i]                                for each end l       budget_min[i, l]

The sums run over the decisions of the window on the path to the end ``l``, in million USD. Dual of budget_max: what one
more million is worth. The goal ``capital`` is all overnight capital, limited or not:
sum_{j,b} pi[b] capex[j,b] build[j,b].
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyomo.core import Constraint, Expression, Param, Set

from model.base.errors import Unmeetable
from model.base.tables import Table, Values
from model.base.units import MUSD_PER_KT, USD_PER_MUSD
from model.formulation.network import Network
from model.instance.policy.policies import Budget


def rows(m: Any, net: Network) -> None:
    """Declare budget_max and budget_min."""
    decisions, nodes = net.building.decisions, [node.name for node in net.tree]
    each = {n: [(p.capex or 0.0) * MUSD_PER_KT for p in net.at(n).plants.values()] for n in nodes}
    decided_at = zip(decisions.codes(0).tolist(), decisions.codes(1).tolist(), strict=True)
    capex = np.array([each[nodes[n]][j] for j, n in decided_at])
    m.capex = Param(m.BUILD, initialize=Values((decisions,), capex))
    spent = {(b.row, leaf): decided(net, b, leaf) for b in net.policy.budgets for leaf in net.tree.leaves}
    for budget in net.policy.budgets:
        if budget.min_usd > 0 and not any(len(builds) for (row, _), builds in spent.items() if row == budget.row):
            raise Unmeetable(f"{budget.row} asks for at least {budget.min_usd:,.6g} USD where nothing can be built")
    m.BUDGETS = Set(dimen=2, initialize=list(spent))
    m.SPENT = Set(m.BUDGETS, dimen=2, initialize=spent)
    upper = {b.row: b.max_usd / USD_PER_MUSD for b in net.policy.budgets if b.max_usd < float("inf")}
    lower = {b.row: b.min_usd / USD_PER_MUSD for b in net.policy.budgets if b.min_usd > 0}
    most = {i: upper[i[0]] for i in spent if i[0] in upper and len(spent[i])}
    least = {i: lower[i[0]] for i in spent if i[0] in lower}
    m.BUDGETS_MAX = Set(dimen=2, initialize=list(most))
    m.BUDGETS_MIN = Set(dimen=2, initialize=list(least))
    m.max_spent = Param(m.BUDGETS_MAX, initialize=most)
    m.min_spent = Param(m.BUDGETS_MIN, initialize=least)
    m.budget_max = Constraint(m.BUDGETS_MAX, rule=budget_max)
    m.budget_min = Constraint(m.BUDGETS_MIN, rule=budget_min)
    m.capital = Expression(rule=capital)


def decided(net: Network, budget: Budget, leaf: str) -> Table:
    """The decisions that count against a budget on the path to an end of the tree."""
    years = {n.name: n.year for n in net.tree.paths[leaf]}
    counts = [
        p.region in budget.regions and (budget.processes is None or p.process in budget.processes)
        for p in net.instance.plants.values()
    ]
    within = [n in years and budget.first_year <= years[n] <= budget.last_year for n in net.nodes]
    decisions = net.building.decisions
    return decisions.take(np.array(counts)[decisions.codes(0)] & np.array(within)[decisions.codes(1)])


def budget_max(m: Any, row: str, leaf: str) -> Any:
    """Sum capex[j,b] build[j,b] <= max."""
    return sum(m.capex[j, b] * m.build[j, b] for j, b in m.SPENT[row, leaf]) <= m.max_spent[row, leaf]


def budget_min(m: Any, row: str, leaf: str) -> Any:
    """Sum capex[j,b] build[j,b] >= min."""
    return sum(m.capex[j, b] * m.build[j, b] for j, b in m.SPENT[row, leaf]) >= m.min_spent[row, leaf]


def capital(m: Any) -> Any:
    """sum_{j,b} pi[b] capex[j,b] build[j,b], million USD."""
    return sum(m.probability[b] * m.capex[j, b] * m.build[j, b] for j, b in m.BUILD)
