r"""Quotas: several lanes share one limit, in tonnes of goods over all content classes. Hard: no shortfall.

    sum_{(k,o,d) in i, h} ship[k,o,d,h,n]  <=  max_quota[i]            of the instance and of events        quota[i, n]
    sum_{(k,o,d) in i, h} ship[k,o,d,h,n]  <=  max_policy_quota[i]     of the policy                 policy_quota[i, n]

max_quota         limit of all lanes of a quota together, while it is in force     kt/yr   quotas.csv, scenarios/*.toml
max_policy_quota  the same of the policy, which the plan without policy is free of   kt/yr   policies/*.toml

A lane that several rows of one name speak of counts once; limits of different names hold side by side.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pyomo.core import Constraint, Param, Set

from model.base.units import T_PER_KT
from model.formulation.network import Network
from model.instance.trade import Joint, quotas, together


class Shared(NamedTuple):
    """A limit that lanes share: its name, t/yr, the nodes at which it holds and the lanes that it speaks of."""

    label: str
    max_flow: float
    nodes: frozenset[str]
    on_lane: Callable[[str, str, str], bool]


def in_force(net: Network) -> list[Shared]:
    """The quotas of the scenario's events and of the instance."""
    events = {e.name: e for events in net.tree.events.values() for e in events if e.quota is not None}
    holds = {name: frozenset(n for n, found in net.tree.events.items() if e in found) for name, e in events.items()}
    shared = [Shared(name, e.quota or 0.0, holds[name], e.on_lane) for name, e in events.items()]
    taken = {s.label for s in shared}
    for joint in together(quotas(net.instance), net.instance.years):
        found = _shared(net, joint)
        shared.append(found._replace(label=f"quota {found.label}") if found.label in taken else found)
    return shared


def of_policy(net: Network) -> list[Shared]:
    """The quotas of the policy."""
    return [_shared(net, joint) for joint in together(net.policy.quotas, net.instance.years)]


def _shared(net: Network, joint: Joint) -> Shared:
    return Shared(
        joint.label, joint.max_flow, frozenset(n.name for n in net.tree if n.year in joint.years), joint.on_lane
    )


def rows(m: Any, net: Network) -> None:
    """Declare quota and policy_quota."""
    shared, asked = in_force(net), of_policy(net)
    m.QUOTAS = Set(initialize=[s.label for s in shared])
    ships, asked_ships = _ships(net, shared), _ships(net, asked)
    m.QUOTED = Set(dimen=2, initialize=_held(net, shared, ships))
    m.QUOTED_SHIPS = Set(m.QUOTAS, dimen=4, initialize=ships)
    m.max_quota = Param(m.QUOTAS, initialize={s.label: s.max_flow / T_PER_KT for s in shared})
    m.POLICY_QUOTAS = Set(initialize=[s.label for s in asked])
    m.POLICY_QUOTED = Set(dimen=2, initialize=_held(net, asked, asked_ships))
    m.POLICY_QUOTED_SHIPS = Set(m.POLICY_QUOTAS, dimen=4, initialize=asked_ships)
    m.max_policy_quota = Param(m.POLICY_QUOTAS, initialize={s.label: s.max_flow / T_PER_KT for s in asked})
    m.quota = Constraint(m.QUOTED, rule=quota)
    m.policy_quota = Constraint(m.POLICY_QUOTED, rule=policy_quota)


Ships = dict[str, list[tuple[str, str, str, str]]]
"""By quota the shipments under it."""


def _ships(net: Network, shared: list[Shared]) -> Ships:
    shipped = list(net.shipped) if shared else []
    return {s.label: [i for i in shipped if s.on_lane(*i[:3])] for s in shared}


def _held(net: Network, shared: list[Shared], ships: Ships) -> list[tuple[str, str]]:
    return [(s.label, n.name) for n in net.tree for s in shared if n.name in s.nodes and ships[s.label]]


def quota(m: Any, i: str, n: str) -> Any:
    """sum_{(k,o,d) in i, h} ship[k,o,d,h,n] <= max_quota[i]."""
    return sum(m.ship[k, o, d, h, n] for k, o, d, h in m.QUOTED_SHIPS[i]) <= m.max_quota[i]


def policy_quota(m: Any, i: str, n: str) -> Any:
    """sum_{(k,o,d) in i, h} ship[k,o,d,h,n] <= max_policy_quota[i]."""
    return sum(m.ship[k, o, d, h, n] for k, o, d, h in m.POLICY_QUOTED_SHIPS[i]) <= m.max_policy_quota[i]
