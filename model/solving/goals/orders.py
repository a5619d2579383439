"""What comes before cost, after goal 1: the orders of goals that a plan can be asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from model.base.errors import SolverError
from model.compiling.arrays import Floats
from model.solving.goals.in_order import (
    SLACKS,
    Say,
    cheapest_with,
    in_order,
    least_shortfall_then_cost,
    raised,
    settle_harm,
)
from model.solving.goals.targets import NO_BASE_KT, Limit, columns_of
from model.solving.goals.ties import violated
from model.solving.held import HeldProgramme
from model.solving.solver.highs import TOLERANCE
from model.solving.solver.points import Basis, Point


@dataclass(frozen=True)
class Asked:
    """What an order of goals sets out with: the programme held, its policy in force and nobody starved.

    ``limits`` are the policy's; ``start`` is the basis of the plan without policy; ``say`` hears each step; ``missed``:
    some target is known to be missed.
    """

    held: HeldProgramme
    limits: Sequence[Limit]
    start: Basis
    say: Say
    missed: bool = False


@dataclass(frozen=True)
class Reached:
    """The plan that an order of goals ends with, and the value of the goal before cost (None: cost alone)."""

    plan: Point
    value: float | None = None


def cost(asked: Asked) -> Reached:
    """Nobody served less, shortfall, cost."""
    held = asked.held
    asked.say("the plan that meets every target")
    plan = None if asked.missed else held.least("hard", basis=asked.start)
    if plan is not None:
        return Reached(plan)
    # its end is dual feasible for cost, and what it lacks is what the shortfalls give: both goals are near
    start = held.solver.ended or asked.start
    held.allow(held.short, np.inf)
    return Reached(in_order(held, start, asked.say))


def capital(asked: Asked) -> Reached:
    """Nobody served less, shortfall, overnight capital, cost."""
    held, goal = asked.held, asked.held.arrays.capital
    asked.say("the least capital that meets every target")
    least = held.least("least capital", goal, asked.start)
    if least is None:
        held.allow(held.short, np.inf)
        missed = in_order(held, asked.start, asked.say).x
        asked.say("the least capital with the least shortfall")
        least = held.least("least capital", goal) or _least_capital_near(asked, missed)
    asked.say("the cheapest plan with the least capital")
    return Reached(cheapest_with(held, held.capital_row, least.objective, asked.start), least.objective)


def _least_capital_near(asked: Asked, missed: Floats) -> Point:
    """The least capital where the least shortfall could be held in the solve of the cost, and now can't by a hair."""
    held = asked.held
    held.allow(held.short, np.inf)
    for most in raised(max(0.0, float(held.arrays.shortfall.times(missed)[0]))):
        held.bound(held.shortfall_row, most)
        least = held.least("least capital", held.arrays.capital)
        if least is not None:
            return least
    raise SolverError("the least shortfall could not be held")


def earliest(asked: Asked) -> Reached:
    """Nobody served less, the year from which every target holds, the shortfall before it, cost."""
    held = asked.held
    settle_harm(held, asked.start, asked.say)
    years = sorted({limit.year for limit in asked.limits})
    low, high = 0, len(years)  # from years[high] on all holds; at the end that says nothing
    while low < high:
        middle = (low + high) // 2
        name = f"every target from {years[middle]}"
        asked.say(name)
        _hold_from(asked, years[middle])
        found = held.least(name, held.arrays.shortfall, asked.start)
        low, high = (low, middle) if found is not None else (middle + 1, high)
    year = float(years[high]) if high < len(years) else None
    _hold_from(asked, year or np.inf)
    return Reached(in_order(held, asked.start, asked.say), year)


def _hold_from(asked: Asked, year: float) -> None:
    """No target may be missed from a year on; any before it."""
    asked.held.allow(asked.held.short, 0.0)
    asked.held.allow(columns_of([limit for limit in asked.limits if limit.year < year]), np.inf)


def exposure(asked: Asked) -> Reached:
    """Nobody served less, the shortfall of all that is no cap, the largest share under any cap, shortfall, cost."""
    held, caps = asked.held, [limit for limit in asked.limits if limit.at_most]
    if not caps:  # nobody can be supplied by whom they speak of
        return Reached(cost(asked).plan)
    held.allow(columns_of(caps), np.inf)
    start = held.least("targets other than caps", basis=asked.start)
    if start is None:
        others = columns_of([limit for limit in asked.limits if not limit.at_most])
        held.allow(others, np.inf)
        start = in_order(held, asked.start, asked.say)
        held.allow(others, np.maximum(start.x[others], 0.0) * (1 + SLACKS[-1]))
        held.bound(held.shortfall_row, np.inf)
    asked.say("the least largest share")
    level, tightest = held.tightest(caps, start, 0.0)
    held.set_level(caps)
    copies = [held.copied(limit) for limit in caps]
    basis = held.moved(tightest.basis, caps, copies)
    for holding in _raised_level(level, caps, tightest, start):
        held.set_level(copies, holding)
        held.allow(columns_of(caps), np.inf)
        held.bound(held.shortfall_row, np.inf)
        plan = None
        with contextlib.suppress(SolverError):  # the next level may do
            plan = least_shortfall_then_cost(held, asked.start, asked.say, basis)
        if plan is not None and not violated(held, plan.x):
            return Reached(plan, min(holding, max(1.0, level)))
    raise SolverError("the least largest share could not be held")


def _raised_level(level: float, caps: Sequence[Limit], tightest: Point, start: Point) -> Iterator[float]:
    """The least largest share as it was found, then raised by as little as the solver's tolerance needs.

    A gram of tolerance is much of a base of some kilograms. The shares of the plan to begin with can be had for sure.
    """
    yield from (level * (1 + slack) for slack in SLACKS)
    bases = [base for limit in caps if (base := limit.base(tightest.x)) > NO_BASE_KT]
    step = TOLERANCE / min(bases, default=1.0)
    most = max(limit.share(start.x) for limit in caps) + step
    while level + step < most:
        yield level + step
        step *= 4.0
    yield max(1.0, most)


GOALS: dict[str, Callable[[Asked], Reached]] = {
    "cost": cost,
    "exposure": exposure,
    "capital": capital,
    "earliest": earliest,
}
"""What comes before cost, after goal 1 (and shortfall, but for ``exposure`` and ``earliest``, which precede
it): nothing; the largest share that any supplier has under any cap; overnight capital; the year from which every
target holds."""
