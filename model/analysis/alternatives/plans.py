"""A few plans that are nearly as good and as different as can be.

Hop, skip and jump (Brill, Chang and Hopkins 1982, Management Science 28(3), 221-235): each plan builds as little as can
be of what those before it have built. A plant counts by the part of its largest capacity so far, so that tonnes of ore
do not outweigh tonnes of metal, once for each plan that built it. The builds are then held and all else is solved as
for any plan, so that each is checked and may be cheaper than the slack allows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np

from model.analysis.alternatives.alternatives import refuse
from model.analysis.alternatives.amounts import Amounts
from model.analysis.alternatives.slacks import DEFAULT, Slack, slacks_usd
from model.base.units import USD_PER_MUSD
from model.compiling.arrays import Floats
from model.plan.plan import Plan, checked
from model.plan.solved import Solved
from model.solving.builds import held_at
from model.solving.goals.goals import solve as solve_goals
from model.solving.goals.targets import limits_of
from model.solving.near import Amount, Near
from model.solving.outcome import WarmStart

SAME = 1e-3
"""Plans that differ by less of every plant's largest capacity are the same."""
NOTHING_KT = 1e-9
"""A gram."""


def different_plans(
    plan: Plan,
    *,
    number: int = 3,
    slack: Slack = DEFAULT,
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> list[Plan]:
    """Up to ``number`` plans within the slack, each as different as can be from the plan and those before it.

    They serve as much, miss no more and cost at most ``slack`` more (as in ``alternatives``); fewer where nothing else
    is left. Each is a plan like any other, its builds held. Raises as ``alternatives`` does, and Rejected.
    """
    refuse(plan)
    s, usd = plan.solved, slacks_usd(slack, float(plan.summary["premium_usd"]))[0]
    near, amounts = Near(s.arrays, s.outcome, s.chances, stop=stop), Amounts(s, 1)
    decisions = [amounts.plant(j).whole for j in amounts.plants]
    seen, found = [s.outcome.x], list[Plan]()
    for i in range(1, number + 1):
        say(f"plan {i} of {number}")
        (point,) = near.range_end(_built_before(decisions, seen), 1, [usd / USD_PER_MUSD])
        x = np.where(point.x > NOTHING_KT, point.x, 0.0)
        if min(_distance(decisions, x, other) for other in seen) < SAME:
            break
        seen.append(x)
        held = _held(plan, x, stop)
        held.summary["overrides"]["builds"] = {"builds": f"alternative {i} of {plan.policy.name}"}
        found.append(held)
    return found


def _built_before(decisions: Sequence[Amount], seen: Sequence[Floats]) -> Amount:
    """What is built of what earlier plans have built."""
    columns, weights = [], []
    for amount in decisions:
        built = np.array([amount.of(x) for x in seen])
        used, most = int((built > NOTHING_KT).sum()), float(built.max())
        if used:
            columns.append(amount.columns)
            weights.append(amount.weights * (built.sum() / most) / most)
    if not columns:
        return Amount(np.zeros(0, dtype=np.int32), np.zeros(0))
    return Amount(np.concatenate(columns), np.concatenate(weights))


def _distance(decisions: Sequence[Amount], x: Floats, other: Floats) -> float:
    """The largest difference of any plant's capacity, as a part of the larger."""
    pairs = [(amount.of(x), amount.of(other)) for amount in decisions]
    return max((abs(a - b) / max(a, b) for a, b in pairs if max(a, b) > NOTHING_KT), default=0.0)


def _held(plan: Plan, x: Floats, stop: threading.Event | None) -> Plan:
    """The plan with the builds of ``x``: all else decided anew, beside the same plan without policy."""
    s, was = plan.solved, plan.solved.outcome
    arrays = held_at(s.arrays, x)
    known = WarmStart(was.bases, was.weights, was.baseline)
    outcome = solve_goals(arrays, stop=stop, limits=limits_of(arrays, s.network), near=known, tree=s.network.tree)
    return checked(Solved(s.network, arrays, outcome), plan.summary["overrides"]["policy"])
