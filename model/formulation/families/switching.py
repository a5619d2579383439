r"""Trade that doesn't jump: what a lane falls from one year to the next, beyond what is free, is paid.

    fell[k,o,d,n]  >=  (1-fall[k,o,d,n]) sum_h ship[k,o,d,h,parent(n)] - sum_h ship[k,o,d,h,n]      fell_by[k, o, d, n]

fell         what a lane falls further than it may at no cost               kt/yr   variable
fall         share of the year before that it may fall freely                 1     lanes.csv
switch_cost  cost of a tonne that it falls further                          USD/t   lanes.csv

Both are those of the row in force in the year; a lane that is closed or without a row pays by the last before that was
neither. At the root the flow before is that of trade.csv (absent: 0), where the lane can carry the good then.

Cost, million USD/yr, at the destination: switch_cost times fell.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyomo.core import Constraint, Expression, NonNegativeReals, Param, Set, Var

from model.base.units import MUSD_PER_KT, T_PER_KT
from model.formulation.network import Network
from model.instance.lanes import resolve
from model.instance.trade import last_rows, traded

Fall = tuple[str, str, str, str]
"""Commodity, origin, destination, node."""


def falling(net: Network) -> dict[Fall, tuple[float, float]]:
    """For each lane and node at which falling may cost: the share that is free, and the cost of a tonne, USD/t."""
    frame = net.instance.tables["lanes"]
    fall, cost = (np.append(frame[c].to_numpy(dtype=float), np.nan) for c in ("fall", "switch_cost"))
    if np.isnan(fall).all():
        return {}
    rows = last_rows(net.instance, resolve(net.instance))[net.open_lanes]
    keys = list(net.lanes)[len(net.lanes) - len(net.open_lanes) :]
    found = {}
    for i, lane in enumerate(keys):
        for node in net.tree:
            row = rows[i, node.year - net.instance.first_year]
            if not np.isnan(fall[row]):
                found[(*lane, node.name)] = float(fall[row]), float(cost[row])
    return found


def variables(m: Any, net: Network) -> None:
    """Declare ``fell``."""
    m.FALLING = Set(dimen=4, initialize=list(falling(net)))
    m.fell = Var(m.FALLING, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare fell_by."""
    found, before = falling(net), traded(net.instance)
    root = {node.name for node in net.tree if not node.parent}
    bound = {i: (1 - fall) * before.get(i[:3], 0.0) / T_PER_KT for i, (fall, _) in found.items() if i[3] in root}
    m.may_not_fall = Param(m.FALLING, initialize={i: 1 - fall for i, (fall, _) in found.items()})
    m.traded = Param(m.FALLING, initialize=bound, default=0.0)
    m.fell_by = Constraint(m.FALLING, rule=fell_by)


def fell_by(m: Any, k: str, o: str, d: str, n: str) -> Any:
    """Fell >= (1-fall) * what was shipped in the year before - what is shipped now."""
    return (
        m.fell[k, o, d, n]
        + sum(m.ship[k, o, d, h, n] for h in m.LANE_CLASSES[k, o, d])
        - sum(m.may_not_fall[k, o, d, n] * m.ship[k, o, d, h, p] for p in m.PARENT[n] for h in m.LANE_CLASSES[k, o, d])
        >= m.traded[k, o, d, n]
    )


def costs(m: Any, net: Network) -> None:
    """Declare the cost of switching."""
    found = falling(net)
    here: dict[tuple[str, str], list[tuple[str, str]]] = {
        (r, n.name): [] for r in net.instance.regions for n in net.tree
    }
    for k, o, d, n in found:
        here[d, n].append((k, o))
    m.SWITCHED = Set(m.R, m.N, dimen=2, initialize=here)
    m.switch_cost = Param(m.FALLING, initialize={i: cost * MUSD_PER_KT for i, (_, cost) in found.items()})
    m.cost_switching = Expression(m.R, m.N, rule=cost_switching)


def cost_switching(m: Any, r: str, n: str) -> Any:
    """sum_{k,o} switch_cost[k,o,r,n] * fell[k,o,r,n]."""
    return sum(m.switch_cost[k, o, r, n] * m.fell[k, o, r, n] for k, o in m.SWITCHED[r, n])
