r"""Stock minima: a buyer holds so many days of what it uses of a commodity, or of what it imports net.

    sum_{r,o,h} weight[i,k] stock[k,r,o,h,n] + stock_min_short[i,n]  >=  days[i]/365 * consumption[i,n]  stock_min[i, n]
    sum_{r,o,h} weight[i,k] stock[k,r,o,h,n] + stock_min_short[i,n]  >=  days[i]/365 * net_imports[i,n]
                                                                                      stock_min_net_imports[i, n]
    net_imports[i,n]  =  sum_{(k,o,r,h) into} weight[i,k] ship[k,o,r,h,parent(n)]
                         - sum_{(k,r,d,h) out of} weight[i,k] ship[k,r,d,h,parent(n)]       net_imports_are[i, n]

i = (policy row, buyer, commodity). The stock is that at the end of the year in the buyer's regions. Net imports are
those of the year before, over the buyer's border (Regulation (EU) 2024/1252, Article 23); at the root there is none.

stock_min_short  by how much the minimum is missed; 0 in the hard problem      kt      variable
net_imports      below 0 where more leaves than comes: then nothing is asked   kt/yr   variable
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, NonNegativeReals, Param, Reals, Set, Var

from model.base.tables import Table
from model.formulation.network import Network, key
from model.instance.policy.targets import Target


def variables(m: Any, net: Network) -> None:
    """Declare ``stock_min_short`` and ``net_imports``."""
    minima = net.policy.stock_mins
    m.STOCKED = Set(dimen=4, initialize=[(*key(t), n.name) for t in minima for n in net.in_force(t)])
    m.stock_min_short = Var(m.STOCKED, within=NonNegativeReals)
    for measure, name in (("stock", "STOCKED_OF_USE"), ("net_imports", "STOCKED_OF_IMPORTS")):
        some = [(*key(t), n.name) for t in minima if t.measure == measure for n in net.in_force(t)]
        setattr(m, name, Set(dimen=4, initialize=some))
    m.net_imports = Var(m.STOCKED_OF_IMPORTS, within=Reals)


def rows(m: Any, net: Network) -> None:
    """Declare stock_min, stock_min_net_imports and net_imports_are."""
    minima = net.policy.stock_mins
    m.STOCK_TARGETS = Set(dimen=3, initialize=[key(t) for t in minima])
    m.COUNTED_STOCK = Set(m.STOCK_TARGETS, dimen=4, initialize={key(t): net.held_by(t) for t in minima})
    crossing = {key(t): crossings(net, t) for t in minima}
    m.COMES_IN = Set(m.STOCK_TARGETS, dimen=4, initialize={i: into for i, (into, _) in crossing.items()})
    m.GOES_OUT = Set(m.STOCK_TARGETS, dimen=4, initialize={i: out for i, (_, out) in crossing.items()})
    days = {(*key(t), n.name): t.share[n.year] for t in minima for n in net.in_force(t)}
    m.min_days = Param(m.STOCKED, initialize=days)
    m.net_imports_are = Constraint(m.STOCKED_OF_IMPORTS, rule=net_imports_are)
    m.stock_min = Constraint(m.STOCKED_OF_USE, rule=stock_min)
    m.stock_min_net_imports = Constraint(m.STOCKED_OF_IMPORTS, rule=stock_min_net_imports)


def crossings(net: Network, target: Target) -> tuple[Table, Table]:
    """Shipments of a target's goods over its buyer's border: into it, and out of it."""
    goods, inside = net.among("k", target.commodities), net.among("r", target.regions)
    k, o, d, _ = (column.codes for column in net.shipped.columns)
    into, out = goods[k] & inside[d] & ~inside[o], goods[k] & inside[o] & ~inside[d]
    return net.shipped.take(into), net.shipped.take(out)


def _held(m: Any, row: str, buyer: str, scope: str, n: str) -> Any:
    """Stock at the end of the year + shortfall."""
    counted = m.COUNTED_STOCK[row, buyer, scope]
    held = sum(m.weight[row, k] * m.stock[k, r, o, h, n] for k, r, o, h in counted)
    return held + m.stock_min_short[row, buyer, scope, n]


def stock_min(m: Any, row: str, buyer: str, scope: str, n: str) -> Any:
    """Stock at the end of the year + shortfall >= days/365 * the year's use."""
    asked = m.min_days[row, buyer, scope, n] * m.consumption[row, buyer, scope, n]
    return _held(m, row, buyer, scope, n) >= asked


def stock_min_net_imports(m: Any, row: str, buyer: str, scope: str, n: str) -> Any:
    """Stock at the end of the year + shortfall >= days/365 * the net imports of the year before."""
    asked = m.min_days[row, buyer, scope, n] * m.net_imports[row, buyer, scope, n]
    return _held(m, row, buyer, scope, n) >= asked


def net_imports_are(m: Any, row: str, buyer: str, scope: str, n: str) -> Any:
    """net_imports = what came in over the border in the year before, less what went out."""
    into, out = m.COMES_IN[row, buyer, scope], m.GOES_OUT[row, buyer, scope]
    came = sum(m.weight[row, k] * m.ship[k, o, d, h, p] for p in m.PARENT[n] for k, o, d, h in into)
    went = sum(m.weight[row, k] * m.ship[k, o, d, h, p] for p in m.PARENT[n] for k, o, d, h in out)
    return m.net_imports[row, buyer, scope, n] - came + went == 0
