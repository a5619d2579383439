"""Where a policy's targets ask something of somebody: one that asks nothing is neither met nor missed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.base.units import T_PER_KT
from model.formulation.families.crises import Crises
from model.formulation.network import TargetKey, key
from model.instance.instance import Instance
from model.instance.policy.kinds import CRISIS, NET_IMPORTS, USE, base_of, hard
from model.instance.policy.policies import Policy
from model.instance.policy.targets import Target
from model.instance.trees.tree import Node
from model.plan.solved import Solved
from model.solving.goals.ties import NOTHING_T

Asked = Mapping[TargetKey, set[int]]
"""Years in which each target (row, buyer, scope) limits something."""


def asked(s: Solved) -> Asked:
    """Years in which each target has a base above nothing, and somebody whom it limits."""
    crises = {((row, buyer, scope), s.year[n]): 0.0 for (row, buyer, scope, *_, n) in Crises(s.network).must_serve}
    for (row, buyer, scope, *_, n), kt in Crises(s.network).must_serve.items():
        crises[(row, buyer, scope), s.year[n]] += kt * T_PER_KT
    found: dict[TargetKey, set[int]] = {}
    for target in s.network.policy.targets:
        years = found.setdefault(key(target), set())
        for node in s.network.in_force(target):
            base = crises.get((key(target), node.year), 0.0) if base_of(target) == CRISIS else _base(s, target, node)
            if base > NOTHING_T and target.parts:
                years.add(node.year)
    return found


def _base(s: Solved, target: Target, node: Node) -> float:
    """What the share of a target is taken of, t."""
    taken_of = base_of(target)
    if taken_of in (NET_IMPORTS, USE):
        return s.value("net_imports" if taken_of == NET_IMPORTS else "consumption", (*key(target), node.name))
    return s.network.at(node.name).final_demand(target.regions, node.year, target.weight)


def asks_nothing(instance: Instance, policy: Policy, some: Asked) -> list[dict[str, Any]]:
    """Targets, each with its years in force in which there is nothing to limit; all years where it's never in force.

    Nobody uses the goods (or demands any), or no supplier is left.
    """
    found = []
    for target in {key(t): t for t in policy.targets}.values():
        years = sorted(set(target.share or instance.years) - some[key(target)])
        if years:
            found.append({"policy_row": target.row, "buyer": target.buyer, "scope": target.scope, "years": years})
    return found


def first_compliant_year(
    instance: Instance, policy: Policy, some: Asked, short: pd.DataFrame, row: str = ""
) -> int | None:
    """First year, from the first in which something is asked on, from which no row (or not this one) falls short.

    None where there is none, or nothing is ever asked; the first year of the horizon where a policy has no targets.
    """
    if not policy.targets:
        return instance.first_year
    missed = short["year"] if not row else short["year"][short["policy_row"] == row]
    years = [y for (of, *_), found in some.items() if of == row or not row for y in found]
    year = max(min(years, default=instance.last_year + 1), int(missed.max()) + 1 if len(missed) else 0)
    return year if year <= instance.last_year else None


def complies(summary: Mapping[str, Any]) -> str:
    """Does a plan comply: ``yes``, ``no``, or ``asks nothing`` where no row of its policy asks anything of anybody."""
    if not summary["compliant"]:
        return "no"
    keeps = {kind.key for kind in hard()}
    held = any(row.partition(".")[0] in keeps for row in summary["policy"]["rows"])
    return "yes" if held or summary["first_compliant_year"] is not None else "asks nothing"
