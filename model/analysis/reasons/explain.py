"""Why a plan misses what it misses, and what would meet it: each way out is solved for, then proved."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from statistics import median

from model.analysis.reasons.causes import bindings, supplies
from model.analysis.reasons.changes import Change, Way, capacity_changes
from model.analysis.reasons.easing import between, eased, further, richer
from model.analysis.reasons.explanation import Explanation, Reason, Shown, Together
from model.analysis.reasons.misses import Group, Missed, best, kept_alone, plan_point
from model.analysis.reasons.tables import tables
from model.analysis.reasons.verify import Verdict, verify
from model.analysis.reasons.ways import physical
from model.base.errors import SolverError, Unmeetable
from model.base.problems import InputError, Problem
from model.instance.instance import Instance
from model.plan.plan import Plan
from model.plan.saying.along import refuse_futures
from model.plan.solved import Solved
from model.solving.held import HeldProgramme
from model.solving.solver.points import Point

HALVINGS = 4
"""Between a level that a re-solve does not keep and one that it does."""


def explain(
    plan: Plan,
    *,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Explanation:
    """Explain what a plan misses; nothing to explain where it complies.

    Each way out is solved for and then proved by a re-solve of the changed instance. ``time_limit``: seconds for all of
    it. Raises InputError where the plan's builds were held or it is for several futures, Stopped, SolverError.
    """
    refuse_futures(plan, "an explanation", "ask model.futures what knowing and hedging are worth")
    if "builds" in plan.summary["overrides"]:
        expected = "its builds were held: ways out are looked for among all builds, so ask it of a plan without them"
        raise InputError([Problem("plan", None, "", "", expected)])
    s, until = plan.solved, time.perf_counter() + time_limit

    def left() -> float:
        return max(0.0, until - time.perf_counter())

    missed = Missed.of(s)
    if not missed.groups:
        return Explanation(plan, [], None, tables(plan, [], None))
    alone, start = kept_alone(s, missed, left(), stop)
    reached = []
    for group in missed.groups:
        say(f"the best that can be reached: {' '.join(group.name)}")
        reached.append(best(alone, start, group.limits))
    kept = HeldProgramme(s.arrays, left(), stop)
    kept.keep_served(missed.unserved, missed.harm)
    point = plan_point(s)
    reasons = []
    for group, levels in zip(missed.groups, reached, strict=True):
        say(f"what holds it: {' '.join(group.name)}")
        binding, least = bindings(s, kept, group, missed, point)
        near = Point(point.x, point.reduced_cost, point.dual, point.objective, least.basis)
        say(f"ways out: {' '.join(group.name)}")
        ways = [*eased(kept, s, missed, group, near), *richer(kept, s, missed, group, near)]
        ways += physical(s, missed, group, binding, near, left(), stop)
        shown = []
        for way in ways:
            say(f"proving: {way.kind} {' '.join(way.what)}")
            found = _settled(s, missed, group, way, left, stop)
            if found is not None:
                shown.append(found)
        reasons.append(Reason(group, levels, [supplies(s, limit) for limit in group.limits], binding, shown))
    say("all at once")
    together = _together(s, missed, reasons, left(), stop)
    return Explanation(plan, reasons, together, tables(plan, reasons, together))


def _settled(
    s: Solved, missed: Missed, group: Group, way: Way, left: Callable[[], float], stop: threading.Event | None
) -> Shown | None:
    """A way out as a re-solve keeps it: itself, or one that goes further, halved towards what isn't kept."""

    def tried(one: Way) -> Shown | None:
        verdict = _proved(s, missed, [group], one.changes, left(), stop)
        return None if verdict is None else Shown(one, verdict, uncounted(s.network.instance, one))

    last = max(limit.year for limit in missed.limits if limit.target.row == group.name[0])
    failed: Way | None = None
    for one in (way, *further(way, last)):
        found = tried(one)
        if found is not None:
            break
        failed = one
    if found is None or failed is None or way.kind != "limit":
        return found
    for _ in range(HALVINGS):
        one = between(failed, found.way)
        closer = tried(one)
        found, failed = (closer, failed) if closer is not None else (found, one)
    return found


def uncounted(instance: Instance, way: Way) -> float:
    """What a way out takes as given and the cost does not hold, USD.

    Overnight capital of more capacity, at the plant's own cost, else the median of its process's (0 where none has
    one); the listed price of goods stored before the first year.
    """
    if way.kind == "stock" and way.by is not None and way.by < instance.first_year:
        return way.amount * instance.price[way.what[0]]
    total = 0.0
    for addition in way.additions:
        plant = instance.plants[addition.plant]
        like = [p.capex for p in instance.plants.values() if p.process == plant.process and p.capex]
        total += addition.amount * (plant.capex or (median(like) if like else 0.0))
    return total


def _proved(
    s: Solved,
    missed: Missed,
    groups: Sequence[Group],
    changes: Sequence[Change],
    time_limit: float,
    stop: threading.Event | None,
) -> Verdict | None:
    """What a re-solve says of some changes; None where the changed instance is not sound or can't be solved."""
    try:
        verdict = verify(s, missed, groups, changes, time_limit, stop)
    except (InputError, SolverError, Unmeetable):
        return None
    return verdict if verdict.holds else None


def _together(
    s: Solved, missed: Missed, reasons: Sequence[Reason], time_limit: float, stop: threading.Event | None
) -> Together | None:
    """For each group its cheapest way that does more, all at once; where that won't do, asking each for less."""
    if not all(reason.ways for reason in reasons):
        return None
    for likes in (lambda way: not way.eases, lambda way: way.kind == "limit"):
        chosen = []
        for reason in reasons:
            liked = [shown for shown in reason.ways if likes(shown.way)] or reason.ways
            chosen.append(min(liked, key=lambda shown: shown.verdict.cost_usd + shown.uncounted_usd).way)
        together = _merged(s, missed, chosen, time_limit, stop)
        if together is not None:
            return together
    return None


def _merged(
    s: Solved, missed: Missed, chosen: Sequence[Way], time_limit: float, stop: threading.Event | None
) -> Together | None:
    """Several ways at once, where the re-solve keeps them."""
    additions = [addition for way in chosen for addition in way.additions]
    changes = [change for way in chosen if not way.additions for change in way.changes]
    changes += capacity_changes(s.network.instance, additions)
    verdict = _proved(s, missed, missed.groups, changes, time_limit, stop)
    return None if verdict is None else Together(chosen, changes, verdict)
