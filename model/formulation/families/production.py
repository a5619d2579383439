r"""Production: how much each plant runs.

    activity[j,h,n] >= 0      by content class h; what it makes and uses is its recipe times its activity

made    max(a,0): t of a good made per unit of activity      1       recipes.csv
needed  max(-a,0): t of a good used per unit of activity     1       recipes.csv

A ``free`` activity uses free inputs only and makes free goods; a ``traced`` one makes traced goods. Cost: variable cost
times activity, million USD/yr.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyomo.core import Expression, NonNegativeReals, Param, Set, Var

from model.base.tables import Values
from model.base.units import MUSD_PER_KT
from model.formulation.network import Network


def variables(m: Any, net: Network) -> None:
    """Declare ``activity`` and the recipes."""
    instance = net.instance
    m.RUNNING = Set(dimen=2, initialize=[(j, h) for j, classes in net.classes_of.items() for h in classes])
    m.PLANT_CLASSES = Set(m.J, initialize=net.classes_of)
    recipe = {(j, k): a for j, p in instance.plants.items() for k, a in instance.recipes[p.process].items()}
    made = {jk: a for jk, a in recipe.items() if a > 0}
    needed = {jk: -a for jk, a in recipe.items() if a < 0}
    m.MADE = Set(dimen=2, initialize=list(made))
    m.NEEDED = Set(dimen=2, initialize=list(needed))
    m.made = Param(m.MADE, initialize=made)
    m.needed = Param(m.NEEDED, initialize=needed)
    m.activity = Var(m.RUNNING, m.N, within=NonNegativeReals)


def costs(m: Any, net: Network) -> None:
    """Declare the variable cost."""
    unit = net.by_node(lambda instance: np.array([p.variable_cost for p in instance.plants.values()])) * MUSD_PER_KT
    m.variable_cost = Param(m.J, m.N, initialize=Values((net.building.plants, net.nodes), unit))
    here = {r: [(j, h) for j in net.plants_in[r] for h in net.classes_of[j]] for r in net.instance.regions}
    m.RUNNING_IN = Set(m.R, dimen=2, initialize=here)
    m.cost_variable = Expression(m.R, m.N, rule=cost_variable)


def cost_variable(m: Any, r: str, n: str) -> Any:
    """sum_{j in r, h} variable_cost[j,n] * activity[j,h,n]."""
    return sum(m.variable_cost[j, n] * m.activity[j, h, n] for j, h in m.RUNNING_IN[r])
