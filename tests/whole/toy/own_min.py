r"""Own minima: a buyer uses a share of what is made at home.

sum_{(k,o,r,h)} weight[i,k] used[k,o,r,h,n] + own_min_short[i,n]  >=  min_own[i,n] consumption[i,n]    own_min[i, n]
"""

from pyomo.core import Constraint, NonNegativeReals, Param, Set, Var

from model.formulation.network import key
from model.formulation.terms import weighted_use


def asked(net):
    return net.policy.more.get("own_min", ())


def variables(m, net):
    m.OWN = Set(dimen=4, initialize=[(*key(t), n.name) for t in asked(net) for n in net.in_force(t)])
    m.own_min_short = Var(m.OWN, within=NonNegativeReals)


def rows(m, net):
    uses = {}
    for t in asked(net):
        every = net.uses_in(t)
        uses[key(t)] = every.take([o in t.regions for _, o, _, _ in every])
    m.OWN_TARGETS = Set(dimen=3, initialize=list(uses))
    m.OWN_SHIPS = Set(m.OWN_TARGETS, dimen=4, initialize={i: net.by_ship(u) for i, u in uses.items()})
    m.OWN_STOCKS = Set(m.OWN_TARGETS, dimen=4, initialize={i: net.from_stock(u) for i, u in uses.items()})
    m.min_own = Param(
        m.OWN, initialize={(*key(t), n.name): t.share[n.year] for t in asked(net) for n in net.in_force(t)}
    )
    m.own_min = Constraint(m.OWN, rule=own_min)


def own_min(m, row, buyer, scope, n):
    ships, stocks = m.OWN_SHIPS[row, buyer, scope], m.OWN_STOCKS[row, buyer, scope]
    return (
        weighted_use(m, row, ships, stocks, n) + m.own_min_short[row, buyer, scope, n]
        >= m.min_own[row, buyer, scope, n] * m.consumption[row, buyer, scope, n]
    )
