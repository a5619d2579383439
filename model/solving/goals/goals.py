"""The goals in order: nobody served less, shortfall, cost; and among equally cheap plans always the same one.

The cheapest plan without policy comes first: it says what may stay unserved, demand by demand and year by year, and
what the policy costs. From its basis starts the hard problem, which may serve nobody less than that. Only where that is
infeasible are the goals solved in turn (``in_order``), from where it ended. ``orders`` holds the orders. ``ties`` picks
the plan among the cheapest.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from model.base.errors import SolverError, Unmeetable
from model.compiling.arrays import Floats, Sparse, stacked
from model.instance.trees.tree import Tree
from model.solving.builds import held_at
from model.solving.crises import FEW, Crises, Rounds, gradually
from model.solving.goals.in_order import (
    Say,
)
from model.solving.goals.orders import GOALS, Asked, Reached
from model.solving.goals.targets import Limit
from model.solving.goals.ties import break_ties, tie_weights
from model.solving.held import HeldProgramme
from model.solving.many.solve import Team, solve_cut, worth_cutting
from model.solving.many.team import alone
from model.solving.many.worker import Cannot
from model.solving.outcome import Outcome, WarmStart, WithoutPolicy
from model.solving.programme import Arrays
from model.solving.solver.highs import TOLERANCE
from model.solving.solver.points import Basis, Point, Run
from model.solving.trees.futures import begun, large
from model.solving.whole import Lumped, Lumps, Search


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
    lumps: Lumps | None = None,
    team: Team | None = None,
) -> Outcome:
    """Solve a compiled programme within ``time_limit`` seconds, or until ``stop`` is set; ``say`` hears each step.

    ``limits`` are the policy's, which the goals ``exposure`` and ``earliest`` speak of. Where the plan is not
    ``canonical``, any of the equally cheap will do. ``near``: a programme solved before with the same columns and rows;
    ``tree``: that of the programme, whose futures are then solved by themselves to start from, or where they are many
    cut from one another, by whom ``team`` names (default: this process). Of many crises to withstand only those are in
    the solves that a plan would violate. ``lumps``: plants are bought whole, for the goal cost, and the tree is needed;
    it isn't cut, and a time that ends leaves the best plan found. Raises Unmeetable, Stopped, SolverError.
    """
    stop, began = stop or threading.Event(), time.perf_counter()
    plain = near is None and lumps is None and goal == "cost"
    if tree is not None and plain and worth_cutting(arrays, tree):
        try:
            return solve_cut(arrays, tree, team or alone, time_limit, say, stop, canonical)
        except (Cannot, SolverError) as error:
            say(f"{error}: all futures as one programme")
            time_limit -= time.perf_counter() - began
    crises = Crises(arrays)
    if len(crises.keys) <= FEW or goal == "earliest":  # whose years are those of every limit
        if lumps is not None:
            return _solve_whole(lumps, arrays, time_limit, say, stop, limits, canonical, near, tree)
        return _solve(arrays, time_limit, say, stop, goal, limits, canonical, near, tree)

    def baseline(part: Arrays, weights: Sparse) -> tuple[WithoutPolicy, Sequence[Run]]:
        held = HeldProgramme(part, time_limit, stop)
        start = _start(held, tree, say)
        found = without_policy(held, weights, canonical, start)
        if lumps is None:
            return found, held.runs
        assert tree is not None
        search = Search(part, lumps, tree, time.perf_counter() + time_limit, stop)
        return _whole_without_policy(search, found.x, weights, canonical), [*held.runs, *search.runs]

    def goals(part: Arrays, some: Sequence[Limit], known: WarmStart, left: float) -> Outcome:
        if lumps is not None:
            return _solve_whole(lumps, part, left, say, stop, some, canonical, known, tree)
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


def _solve_whole(
    lumps: Lumps,
    arrays: Arrays,
    time_limit: float,
    say: Say,
    stop: threading.Event,
    limits: Sequence[Limit],
    canonical: bool,
    near: WarmStart | None,
    tree: Tree | None,
) -> Outcome:
    """Solve a programme whose plants are bought whole: the continuous plan, the units, and all else with them held."""
    assert tree is not None
    until = time.perf_counter() + time_limit
    begin = _solve(arrays, time_limit, say, stop, "cost", limits, False, near, tree)
    search, baseline = Search(arrays, lumps, tree, until, stop), near.baseline if near else None
    if baseline is None:
        say("whole plants without policy")
        now = time.perf_counter()
        search.until = now + (until - now) / 3  # the rest is for the policy
        baseline = _whole_without_policy(search, begin.baseline_x, begin.weights, canonical)
    held, builds, search.until = HeldProgramme(arrays, stop=stop), baseline.x, until
    lumped = Lumped(*search.last, begin.cost, begin.shortfall, search.timed_out)
    if len(held.policy):
        say("whole plants that meet every target")
        held.allow(held.short, 0.0)
        held.keep_served(baseline.unserved)
        found = search.in_order(held, begin.x)
        builds = found.x
        lumped = Lumped(found.gap, found.bound, begin.cost, begin.shortfall, search.timed_out)
    known = WarmStart(begin.bases, begin.weights, baseline)
    outcome = _solve(held_at(arrays, builds), float("inf"), say, stop, "cost", limits, canonical, known)
    runs = (*begin.runs, *search.runs, *outcome.runs)
    return replace(outcome, bases=begin.bases, lumped=lumped, runs=runs)


def _whole_without_policy(search: Search, x: Floats, weights: Sparse, canonical: bool) -> WithoutPolicy:
    """The cheapest plan of whole plants without policy; ``x``: the continuous one. Raises Unmeetable."""
    held = HeldProgramme(search.arrays, stop=search.stop)
    held.free_policy()
    found = search.best(held, "whole plants without policy", x)
    if found is None:
        raise Unmeetable("the instance has no plan of whole plants at all, even without policy")
    fixed = HeldProgramme(held_at(search.arrays, found.x), stop=search.stop)
    fixed.free_policy()
    return without_policy(fixed, weights, canonical)


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
