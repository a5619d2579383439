r"""Shipping: goods go from where they are made to where they are used; nothing passes through a third region.

    sum_d ship[k,o,d,h,n]  =   sum_{j in o} made[j,k] activity[j,h,n]                          supply[k, o, h, n]
    sum_d ship[k,o,d,h,n]  <=  sum_{j in o} made[j,k] activity[j,h,n]   by-products            supply_unsold[k, o, h, n]
    sum_h ship[k,o,d,h,n]  <=  max_flow[k,o,d,n]                        where limited or shut  lane_limit[k, o, d, n]

ship      shipment, o = d allowed                       kt/yr   variable
max_flow  limit of a lane; 0 where there is none yet    kt/yr   lanes.csv, events

An origin can't be laundered by shipping, because a shipment starts where the good is made. Cost, million USD/yr, at
the destination: freight, and tariff times the commodity's price; both 0 within a region. Dual of supply: what the maker
is paid for one more tonne.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pyomo.core import Constraint, Expression, NonNegativeReals, Param, Set, Var

from model.base.tables import Grouped, Values
from model.base.units import MUSD_PER_KT, T_PER_KT
from model.formulation.lanes import by_lane
from model.formulation.network import Network


def variables(m: Any, net: Network) -> None:
    """Declare ``ship`` and the lanes."""
    m.SHIPPED = Set(dimen=4, initialize=net.shipped)
    m.ship = Var(m.SHIPPED, m.N, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare supply, supply_unsold and lane_limit."""
    unsold = net.instance.may_be_unsold
    goods = list(net.makers)
    m.GOODS = Set(dimen=3, initialize=net.goods_made)
    m.MAKERS = Set(m.GOODS, initialize=net.makers)
    m.DESTINATIONS = Set(m.GOODS, initialize=net.destinations)
    m.SOLD = Set(dimen=3, initialize=[g for g in goods if not unsold[g[0]]])
    m.MAYBE_UNSOLD = Set(dimen=3, initialize=[g for g in goods if unsold[g[0]]])
    m.supply = Constraint(m.SOLD, m.N, rule=supply)
    m.supply_unsold = Constraint(m.MAYBE_UNSOLD, m.N, rule=supply_unsold)

    limits = by_lane(net, net.lane_table.max_flow, np.inf)
    lane, node = np.nonzero(np.isfinite(limits))
    limited = net.lanes.take(lane).beside(net.nodes.take(node))
    m.LIMITED_LANE = Set(dimen=4, initialize=limited)
    m.max_flow = Param(m.LIMITED_LANE, initialize=Values((limited,), limits[lane, node] / T_PER_KT))
    m.LANES = Set(dimen=3, initialize=net.lanes)
    m.LANE_CLASSES = Set(m.LANES, initialize=net.lane_classes)
    m.lane_limit = Constraint(m.LIMITED_LANE, rule=lane_limit)


def supply(m: Any, k: str, o: str, h: str, n: str) -> Any:
    """sum_d ship[k,o,d,h,n] = sum_{j in o} made[j,k] activity[j,h,n]."""
    shipped = sum(m.ship[k, o, d, h, n] for d in m.DESTINATIONS[k, o, h])
    return shipped - sum(m.made[j, k] * m.activity[j, h, n] for j in m.MAKERS[k, o, h]) == 0


def supply_unsold(m: Any, k: str, o: str, h: str, n: str) -> Any:
    """sum_d ship[k,o,d,h,n] <= sum_{j in o} made[j,k] activity[j,h,n]."""
    return sum(m.ship[k, o, d, h, n] for d in m.DESTINATIONS[k, o, h]) <= sum(
        m.made[j, k] * m.activity[j, h, n] for j in m.MAKERS[k, o, h]
    )


def lane_limit(m: Any, k: str, o: str, d: str, n: str) -> Any:
    """sum_h ship[k,o,d,h,n] <= max_flow[k,o,d,n]."""
    return sum(m.ship[k, o, d, h, n] for h in m.LANE_CLASSES[k, o, d]) <= m.max_flow[k, o, d, n]


def costs(m: Any, net: Network) -> None:
    """Declare freight and tariff."""
    for name, arriving in (("freight", "ARRIVING"), ("tariff", "TAXED")):
        unit = by_lane(net, getattr(net.lane_table, name), 0.0)
        unit *= MUSD_PER_KT
        paying = net.shipped.take(np.any(unit > 0, axis=1)[net.lane_classes.owner])
        here = Grouped.by(net.regions, paying.codes(2), paying.only(0, 1, 3))
        setattr(m, arriving, Set(m.R, dimen=3, initialize=here))
        setattr(m, name, Param(m.LANES, m.N, initialize=Values((net.lanes, net.nodes), unit)))
    m.cost_freight = Expression(m.R, m.N, rule=cost_freight)
    m.cost_tariff = Expression(m.R, m.N, rule=cost_tariff)


def cost_freight(m: Any, r: str, n: str) -> Any:
    """sum_{k,o,h} freight[k,o,r,n] * ship[k,o,r,h,n]."""
    return sum(m.freight[k, o, r, n] * m.ship[k, o, r, h, n] for k, o, h in m.ARRIVING[r])


def cost_tariff(m: Any, r: str, n: str) -> Any:
    """sum_{k,o,h} tariff[k,o,r,n] price[k] * ship[k,o,r,h,n]."""
    return sum(m.tariff[k, o, r, n] * m.ship[k, o, r, h, n] for k, o, h in m.TAXED[r])
