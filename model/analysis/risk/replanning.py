"""A plan through a draw: it stands until a project's delay shows; from then on the rest is planned anew.

What becomes of a project shows in the year in which it should first run, and then in full: by how much it is late, or
that it never comes. Until then it is taken as planned, like all others that have not shown. In such a year all that was
done earlier is done; everything from that year on is decided anew by the goals in order, as if nothing else went wrong.
Nothing is foreseen of the draw.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.analysis.risk.late import LateNetwork
from model.analysis.risk.patched import Patches
from model.analysis.risk.projects import Luck, shows
from model.base.economics import annuity, discount_factor
from model.base.units import T_PER_KT
from model.instance.policy.kinds import shortfalls
from model.plan.solved import Solved
from model.solving.goals.goals import solve as solve_goals
from model.solving.goals.ties import NOTHING_T
from model.solving.outcome import WarmStart
from model.solving.trees.past import with_past, without_builds, years_of

Target = tuple[str, str, str, int]
"""Policy row, buyer, scope, year."""


@dataclass(frozen=True)
class Standing:
    """A plan of the one certain future that is put to the test, its columns' years, its programme in other worlds."""

    solved: Solved
    years: Any
    patches: Patches

    @classmethod
    def of(cls, solved: Solved) -> Standing:
        """A plan, looked up once for all draws."""
        return cls(solved, years_of(solved.network, solved.arrays), Patches(solved))


@dataclass(frozen=True)
class Course:
    """How a draw went: the plan as it ends, what was spent on what never runs (USD), the years of planning anew."""

    solved: Solved
    lost_usd: float
    replanned: tuple[int, ...]


def played(plan: Standing, luck: Mapping[str, Luck], stop: threading.Event | None = None) -> Course:
    """A plan through what becomes of its projects; ``luck``: those that are late or fail.

    Raises Unmeetable, Stopped, SolverError.
    """
    now, known, years, lost = plan.solved, dict[str, Luck](), list[int](), 0.0
    last = now.network.instance.last_year
    while True:
        due = {j: y for j in luck if j not in known and (y := shows(now, j)) is not None}
        year = min(due.values(), default=last + 1)
        if year > last:
            return Course(now, lost, tuple(years))
        new = {j: luck[j] for j, y in due.items() if y == year}
        lost += sum(in_vain(now, j, year) for j, one in new.items() if not one.comes)
        known |= new
        now = _again(plan, now, known, year, stop)
        years += [year] if year not in years else []


def _again(plan: Standing, now: Solved, known: Mapping[str, Luck], year: int, stop: threading.Event | None) -> Solved:
    """The plan as it is now decided anew from a year on, in the world as it is then known.

    Goal 1 asks that nobody is served less than without policy. What the plan before left unserved without policy is
    tried first; where that can't be kept, the plan without policy is found anew.
    """
    network = LateNetwork.of(plan.solved.network, known)
    arrays = without_builds(plan.patches.known(network), lambda j, b: network.in_vain(j, int(b)))
    arrays = with_past(arrays, plan.years, now.outcome.x, year)
    missed = any(y < year for *_, y in shortfalls_of(now))  # nothing undoes that
    outcome, before = None, now.outcome
    if network.policy.targets:
        bases = {"hard": before.bases["cost"], **before.bases} if "cost" in before.bases else before.bases
        near = WarmStart(bases, before.weights, before.baseline, missed)
        outcome = solve_goals(arrays, stop=stop, canonical=False, near=near)
    if outcome is None or outcome.harm is not None:
        near = WarmStart({**plan.solved.outcome.bases, **before.bases}, before.weights)
        outcome = solve_goals(arrays, stop=stop, canonical=False, near=near)
    return Solved(network, arrays, outcome)


def in_vain(s: Solved, plant: str, year: int) -> float:
    """Capital of what was decided before a year and never runs, USD: what the annuities of its life would have been.

    In the years of the horizon in which they would have been paid, present value: so it compares with the plan's cost.
    """
    instance = s.network.instance
    p = instance.plants[plant]
    total = 0.0
    for (j, b), t in s.positive("build"):
        if j == plant and s.year[b] < year:
            starts = s.year[b] + p.lead_time
            paid = range(starts, min(starts + p.lifetime, instance.last_year + 1))
            each = annuity(s.is_in(j, b).capex or 0.0, p.wacc, p.lead_time, p.lifetime)
            total += t * each * sum(discount_factor(instance.discount_rate, y - instance.first_year) for y in paid)
    return total


def built(s: Solved, plant: str) -> float:
    """What a plan builds of a plant, t/yr."""
    return sum((t for (j, _), t in s.positive("build") if j == plant), 0.0)


def unserved_goods(s: Solved) -> float:
    """What a plan leaves unserved, tonnes of goods."""
    return float(s.outcome.unserved.sum()) * T_PER_KT


def shortfalls_of(s: Solved) -> dict[Target, float]:
    """By how much each target is missed in each year, t, over all suppliers; only where it is."""
    found: dict[Target, float] = {}
    for name in shortfalls():
        for (row, buyer, scope, *_, node), t in s.positive(name):
            if t > NOTHING_T:
                key = (row, buyer, scope, s.year[node])
                found[key] = found.get(key, 0.0) + t
    return found
