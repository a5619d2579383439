"""Which decisions hold whatever else is done: every plan that is nearly as good, not some of them, by exact solves."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from model.analysis.alternatives.amounts import Amounts
from model.analysis.alternatives.answer import Alternatives, Row, frame
from model.analysis.alternatives.ranges import Ranges, ranges
from model.analysis.alternatives.slacks import DEFAULT, Slack, slacks_usd
from model.base.problems import InputError, Problem, quoted
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.plan.plan import Plan
from model.solving.near import Near, Regret

NOW = 3
"""So many first years of decisions are now, where nobody says otherwise."""


def alternatives(
    plan: Plan,
    *,
    slack: Slack | Sequence[Slack] = DEFAULT,
    now: int = NOW,
    threads: int | None = None,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Alternatives:
    """The least and the most of every plant among all plans that are nearly as good, and what dropping it costs.

    Nearly as good: no more unserved, no larger shortfall, and at most ``slack`` dearer: a share of the plan's premium
    (``"10%"``), USD (``50e6``), or several. ``now``: so many of the first years in which anything can be decided. In a
    tree of futures amounts are expected over them. ``threads`` (default: the cores) change no byte. ``time_limit`` in
    seconds; ``say`` hears each step. Raises
    ValueError for a plan of another goal than cost, InputError, Stopped, SolverError.
    """
    refuse(plan)
    if not isinstance(now, int) or isinstance(now, bool) or now < 1:
        raise InputError([Problem("--now", None, "", quoted(str(now)), "expected a whole number of years, at least 1")])
    found = slacks_usd(slack, float(plan.summary["premium_usd"]))
    return _Asked(plan, found, now, time_limit, stop, say).answer(threads or os.cpu_count() or 1)


def refuse(plan: Plan) -> None:
    """Plans that can't be asked which decisions hold. Raises ValueError, InputError."""
    goal = plan.solved.outcome.goal
    if goal != "cost":
        raise ValueError(f"which decisions hold is asked of a plan of the goal cost, not of {goal}")
    if "whole_units" in plan.summary:
        raise InputError(
            [Problem("plan", None, "", "", "is of whole plants; ask the plan in which any size can be built")]
        )
    if "builds" in plan.summary["overrides"]:
        raise InputError([Problem("plan", None, "", "", "holds its builds: nothing is left to decide")])


class _Asked:
    """The question about one plan."""

    def __init__(
        self,
        plan: Plan,
        slacks: Sequence[float],
        now: int,
        time_limit: float,
        stop: threading.Event | None,
        say: Callable[[str], None],
    ) -> None:
        self.plan, self.slacks, self.say = plan, slacks, say
        self.limit, self.stop = time.monotonic() + time_limit, stop or threading.Event()
        self.amounts = Amounts(plan.solved, now)
        self.mine = threading.local()

    @property
    def near(self) -> Near:
        """The programme of this thread."""
        if not hasattr(self.mine, "near"):
            s, left = self.plan.solved, max(0.0, self.limit - time.monotonic())
            self.mine.near = Near(s.arrays, s.outcome, s.chances, left, self.stop)
        found: Near = self.mine.near
        return found

    def answer(self, threads: int) -> Alternatives:
        """Every table."""
        plants, places = self.amounts.plants, self.amounts.places
        sets = dict.fromkeys(places.values())
        work = [*(partial(self._plant, j) for j in plants), *(partial(self._place, some) for some in sets)]
        found = list(self._all(work, threads))
        rows = [row for some in found[: len(plants)] for row in some]
        of_place = dict(zip(sets, found[len(plants) :], strict=True))
        of_places = [(*key, *row) for key, some in places.items() for row in of_place[some]]
        now = self.amounts.now
        asked: dict[str, Any] = {"slacks_usd": list(self.slacks), "now": [now.start, now.stop - 1]}
        return Alternatives(self.plan.summary, asked, frame("alternatives", rows), frame("places", of_places))

    def _all(self, work: Sequence[Callable[[], list[Row]]], threads: int) -> Iterator[list[Row]]:
        """What each piece of work gives, in its order; each starts at the plan, so that threads change nothing."""
        pool = ThreadPoolExecutor(threads)
        try:
            for done, found in enumerate(pool.map(lambda piece: piece(), work), start=1):
                self.say(f"{done} of {len(work)} decisions")
                yield found
        except BaseException:
            self.stop.set()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _plant(self, j: str) -> list[Row]:
        """The rows of a plant."""
        near, decision, forced = self.near, self.amounts.plant(j), self.amounts.forced(j)
        found = ranges(near, decision, self.slacks)
        more = None if forced is None else _told(near.with_least(decision.whole, forced))
        further = found.plan_now, *_told(found.not_now), forced and forced * T_PER_KT, *(more or (None, None, None))
        return [(j, self.plan.instance.plants[j].region, *row, *further) for row in _rows(found)]

    def _place(self, some: Sequence[str]) -> list[Row]:
        """The rows of a stage in a place, without the two."""
        return [*_rows(ranges(self.near, self.amounts.place(some), self.slacks))]


def _rows(found: Ranges) -> Iterator[Row]:
    """Slack, least, plan, most, the same now, verdict, where it turns, and what dropping it costs."""
    for at in found.at:
        amounts = at.least, found.plan, at.most, at.least_now, at.most_now
        yield (at.slack, *amounts, at.verdict, found.turns_at(at.verdict), *_told(found.dropped))


def _told(regret: Regret) -> tuple[float | None, float | None, float | None]:
    """A regret in USD, what falls short more and what is unserved more, t; blank where there is no plan."""
    if regret.x is None:
        return None, None, None
    return regret.cost * USD_PER_MUSD, regret.shortfall * T_PER_KT, regret.unserved * T_PER_KT
