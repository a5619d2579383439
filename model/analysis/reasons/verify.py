"""The proof of a way out: the changes made to the instance and the policy, and everything solved anew."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from model.analysis.reasons.changes import Change, changed
from model.analysis.reasons.misses import Group, Missed
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.formulation.network import Network
from model.plan.solved import Solved
from model.solving.goals.goals import solve
from model.solving.goals.ties import NOTHING_T, tie_weights
from model.solving.outcome import WarmStart
from model.solving.programme import Arrays, compiled
from model.solving.trees.carried import carried, same_structure

STARTS = ("without policy", "shortfall at a price", "least shortfall", "cost")
"""Solves of a plan whose ends are near those of the same solves once something has changed."""


@dataclass(frozen=True)
class Verdict:
    """What the re-solve says: whether nothing of the groups is missed and no other miss has grown; USD, t."""

    holds: bool
    compliant: bool
    cost_usd: float
    capex_usd: float
    shortfall_t: float


def verify(
    s: Solved,
    missed: Missed,
    groups: Sequence[Group],
    changes: Iterable[Change],
    time_limit: float,
    stop: threading.Event | None,
) -> Verdict:
    """Solve the changed instance under the changed policy. Raises what a solve raises."""
    instance, policy = changed(s.network.instance, s.network.policy, changes)
    network = Network(instance, policy, s.network.tree)
    arrays = compiled(network)
    gc.collect()  # each model is a web of cycles of some 60 MB, and there are many
    outcome = solve(arrays, time_limit, stop=stop, canonical=False, near=_near(s, network, arrays))
    after = Missed.of(Solved(network, arrays, outcome))
    removed = {(group.name, year) for group in groups for year in group.years}
    still = {(group.name, year) for group in after.groups for year in group.years}
    before = sum(g.short_t for g in missed.groups) - sum(g.short_t for g in groups)
    left = outcome.shortfall * T_PER_KT
    return Verdict(
        not removed & still and left <= before + max(1e-6 * before, NOTHING_T),
        not after.groups,
        outcome.cost * USD_PER_MUSD,
        float(arrays.capital.times(outcome.x)[0]) * USD_PER_MUSD,
        left,
    )


def _near(s: Solved, network: Network, arrays: Arrays) -> WarmStart:
    """Where the solves of a changed programme start: at the ends of the plan's own, the hard one at the plan itself.

    What a policy asks for changes nothing of the plan without policy, which is then taken over.
    """
    ended = s.outcome.bases
    found = {name: carried(basis, s.arrays, arrays) for name, basis in ended.items() if name in STARTS}
    if "cost" in ended:
        found["hard"] = found["cost"]
    mine, theirs = network.policy, s.network.policy
    same = network.instance is s.network.instance and mine.traced_regions == theirs.traced_regions
    same = same and same_structure(arrays, s.arrays)
    return WarmStart(found, tie_weights(arrays), s.outcome.baseline if same else None)
