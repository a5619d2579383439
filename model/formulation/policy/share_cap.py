r"""Share caps: no third country may fill more than its share of what a buyer uses.

    sum_{(k,o,r,h)} weight[i,k] used[k,o,r,h,n]  <=  max_share[i,y(n)] consumption[i,n] + share_cap_short[i,c,n]
                                                                                              share_cap[i, c, n]
    i = (policy row, buyer, scope); c: the supplier

The uses that count, by measure:
direct    those of origin ``c``: where the good was made (one country, or a set of them taken together)
traced    those of class ``traced``, wherever the good was made; of a row that names sectors what they are served of it

share_cap_short  by how much the cap is missed; 0 in the hard problem      kt      variable

Dual: what one more kt from the capped supplier is worth, million USD. Times one hundredth of the consumption it is what
one more percentage point of the cap is worth.
"""

from __future__ import annotations

from typing import Any

from pyomo.core import Constraint, NonNegativeReals, Param, Set, Var

from model.base.tables import Table
from model.formulation.network import TRACED, Network, key
from model.formulation.terms import served_to, weighted_use


def variables(m: Any, net: Network) -> None:
    """Declare ``share_cap_short``."""
    uses = counted(net)
    capped = [
        (*key(cap), c.name, n.name)
        for cap in net.policy.share_caps
        for c in cap.suppliers
        if (*key(cap), c.name) in uses
        for n in net.in_force(cap)
    ]
    m.CAPPED = Set(dimen=5, initialize=capped)
    m.share_cap_short = Var(m.CAPPED, within=NonNegativeReals)


def rows(m: Any, net: Network) -> None:
    """Declare share_cap."""
    uses = counted(net)
    m.CAPS = Set(dimen=4, initialize=list(uses))
    m.CAPPED_SHIPS = Set(m.CAPS, dimen=4, initialize={i: net.by_ship(u) for i, (u, _) in uses.items()})
    m.CAPPED_STOCKS = Set(m.CAPS, dimen=4, initialize={i: net.from_stock(u) for i, (u, _) in uses.items()})
    m.CAPPED_SERVED = Set(m.CAPS, dimen=4, initialize={i: served for i, (_, served) in uses.items()})
    shares = {(*key(cap), n.name): cap.share[n.year] for cap in net.policy.share_caps for n in net.in_force(cap)}
    m.SHARES = Set(dimen=4, initialize=list(shares))
    m.max_share = Param(m.SHARES, initialize=shares)
    m.share_cap = Constraint(m.CAPPED, rule=share_cap)


def counted(net: Network) -> dict[tuple[str, str, str, str], tuple[Table, list[tuple[str, str, str, str]]]]:
    """For each cap and supplier the uses, and what is served, that count against it; those without any are left out."""
    found = {}
    for cap in net.policy.share_caps:
        for supplier in cap.suppliers:
            i = (*key(cap), supplier.name)
            uses = net.capped_uses.get(i, Table.of([], 4))
            served = [q for q in served_to(net, cap) if q[-1] == TRACED]
            if len(uses) or served:
                found[i] = uses, served
    return found


def share_cap(m: Any, row: str, buyer: str, scope: str, c: str, n: str) -> Any:
    """Use from the supplier <= share of consumption + shortfall."""
    ships, stocks = m.CAPPED_SHIPS[row, buyer, scope, c], m.CAPPED_STOCKS[row, buyer, scope, c]
    served = m.CAPPED_SERVED[row, buyer, scope, c]
    return (
        weighted_use(m, row, ships, stocks, n)
        + sum(m.weight[row, k] * m.served[k, r, s, h, n] for k, r, s, h in served)
        <= m.max_share[row, buyer, scope, n] * m.consumption[row, buyer, scope, n]
        + m.share_cap_short[row, buyer, scope, c, n]
    )
