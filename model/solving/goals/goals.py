"""The goals in order: nobody served less, shortfall, cost; and among equally cheap plans always the same one.

The cheapest plan without policy comes first: it says what may stay unserved, demand by demand and year by year, and
what the policy costs. From its basis starts the hard problem, which may serve nobody less than that. Only where that is
infeasible are the goals solved in turn (``in_order``), from where it ended. ``GOALS`` names the orders. ``ties`` picks
the plan among the cheapest.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from model.base.errors import SolverError, Unmeetable
from model.compiling.arrays import Floats, Sparse, stacked
from model.instance.trees.tree import Tree
from model.solving.crises import FEW, Crises, Rounds, gradually
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
from model.solving.goals.ties import break_ties, tie_weights, violated
from model.solving.held import HeldProgramme
from model.solving.outcome import Outcome, WarmStart, WithoutPolicy
from model.solving.programme import Arrays
from model.solving.solver.highs import TOLERANCE
from model.solving.solver.points import Basis, Point, Run
from model.solving.trees.futures import begun, large


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


def solve(
    arrays: Arrays,
    time_limit: float = float("inf"),
    say: Say = lambda _: None,
    stop: threading.Event | None = None,
    goal: str = "cost",
    limits: Sequence[Limit] = (),
    canonical: bool = True,
    near: WarmStart | None = None,
    tree: Tree | None = None,
) -> Outcome:
    """Solve a compiled programme within ``time_limit`` seconds, or until ``stop`` is set; ``say`` hears each step.

    ``limits`` are the policy's, which the goals ``exposure`` and ``earliest`` speak of. Where the plan is not
    ``canonical``, any of the equally cheap will do. ``near``: a programme solved before with the same columns and rows;
    ``tree``: that of the programme, whose futures are then solved by themselves to start from. Of many crises to
    withstand only those are in the solves that a plan would violate. Raises Unmeetable, Stopped, SolverError.
    """
    stop, crises = stop or threading.Event(), Crises(arrays)
    if len(crises.keys) <= FEW or goal == "earliest":  # whose years are those of every limit
        return _solve(arrays, time_limit, say, stop, goal, limits, canonical, near, tree)

    def baseline(part: Arrays, weights: Sparse) -> tuple[WithoutPolicy, Sequence[Run]]:
        held = HeldProgramme(part, time_limit, stop)
        start = _start(held, tree, say)
        return without_policy(held, weights, canonical, start), held.runs

    def goals(part: Arrays, some: Sequence[Limit], known: WarmStart, left: float) -> Outcome:
        return _solve(part, left, say, stop, goal, some, canonical, known)

    return gradually(crises, limits, Rounds(baseline, goals), time_limit, stop, say, near)


def _solve(
    arrays: Arrays,
    time_limit: float,
    say: Say,
    stop: threading.Event,
    goal: str,
    limits: Sequence[Limit],
    canonical: bool,
    near: WarmStart | None,
    tree: Tree | None = None,
) -> Outcome:
    """Solve a programme as it is."""
    held = HeldProgramme(arrays, time_limit, stop, near.bases if near else {})
    start = _start(held, None if near else tree, say)
    weights = near.weights if near else tie_weights(arrays)
    baseline = near.baseline if near else None
    if baseline is None:
        baseline = without_policy(held, weights, canonical and near is None, start)
    reached = Reached(baseline.point)
    if len(held.policy) or goal != "cost":
        held.restore()
        held.allow(held.short, 0.0)
        held.keep_served(baseline.unserved)
        reached = GOALS[goal](Asked(held, limits, baseline.point.basis, say, near is not None and near.missed))
    bounds = {name: getattr(held, name).copy() for name in ("lower", "upper", "row_lower", "row_upper")}
    added, harm = stacked(held.added), held.harm
    x = baseline.x
    if reached.plan is not baseline.point:
        if canonical:
            say("one plan among the equally cheap")
        x = _published(held, reached.plan, weights if canonical else None, "one plan of the equally cheap")
    return Outcome(
        x=x,
        dual=reached.plan.dual,
        reduced_cost=reached.plan.reduced_cost,
        **bounds,
        held=added,
        cost=float(arrays.cost @ x) + arrays.constant,
        unserved=arrays.unserved(x),
        harm=harm,
        shortfall=float(arrays.shortfall.times(x)[0]),
        goal=goal,
        goal_value=reached.value,
        baseline=baseline,
        bases=dict(held.bases),
        weights=weights,
        runs=tuple(held.runs),
    )


def _start(held: HeldProgramme, tree: Tree | None, say: Say) -> Basis | None:
    """The policy is taken away; where the cheapest plan of a tree without it may start."""
    held.free_policy()
    start = None
    if tree is not None and large(held.arrays, tree):
        say(f"each of {len(tree.leaves)} futures by itself")
        start = begun(held, tree)
    say("the cheapest plan without policy")
    return start


def without_policy(held: HeldProgramme, weights: Sparse, canonical: bool, start: Basis | None = None) -> WithoutPolicy:
    """The cheapest plan without policy; always the one that the tie-break picks where another may serve others.

    ``start``: a basis near it. Raises Unmeetable.
    """
    point = held.least("without policy", basis=start)
    if point is None:
        raise Unmeetable("the instance has no plan at all, even without policy")
    arrays = held.arrays
    # a row with a price is tight in every optimum: all of that demand is served
    priced = np.abs(point.dual[arrays.rows["demand_met"].places]) > TOLERANCE
    canonical = canonical or bool((arrays.demanded[~priced] > TOLERANCE).any())
    x = _published(held, point, weights if canonical else None, "one plan without policy")
    return WithoutPolicy(point, x, arrays.unserved(x))


def _published(held: HeldProgramme, plan: Point, weights: Sparse | None, name: str) -> Floats:
    """The columns of a plan, or with ``weights`` of the one among the equally cheap that they name."""
    if weights is None:
        return np.clip(plan.x, held.arrays.lower, held.arrays.upper)
    return break_ties(held, plan, weights, name)


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
