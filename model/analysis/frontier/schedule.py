"""Who waits for whom: the solves of a question as tasks that threads work off in a fixed order.

A task starts from bases that its forerunners name, never from what a thread happened to do before, so that the answer
does not hang on the number of threads.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from model.analysis.frontier.earliest import earliest
from model.analysis.frontier.levels import Edge, Walk, edge, walk
from model.analysis.frontier.programme import Base, Programme
from model.analysis.frontier.question import Question
from model.base.errors import Stopped
from model.base.units import USD_PER_MUSD

T = TypeVar("T")
Place = tuple[float | None, int]
"""Budget, USD, and first year."""


@dataclass(frozen=True)
class Answer:
    """Edges by budget and year; earliest years by budget and cap."""

    edges: dict[Place, Edge]
    earliest: dict[tuple[float | None, float], int | None]
    cost_without_policy_usd: float


class _Pool:
    """Threads, and a count of what they have done."""

    def __init__(self, workers: int, total: int, tell: Callable[[int, int], None], stop: threading.Event) -> None:
        self.threads, self.stop = ThreadPoolExecutor(workers), stop
        self.total, self.done, self.tell = total, 0, tell
        self.lock = threading.Lock()

    def submit(self, task: Callable[[], T]) -> Future[T]:
        def unless_stopped() -> T:
            if self.stop.is_set():
                raise Stopped("stopped by the user")
            return task()

        future = self.threads.submit(unless_stopped)
        future.add_done_callback(self._count)
        return future

    def _count(self, future: Future[Any]) -> None:
        with self.lock:
            self.done += 1
            self.tell(self.done, self.total)


def answer(question: Question, workers: int, stop: threading.Event, tell: Callable[[int, int], None]) -> Answer:
    """Solve everything that a question asks."""
    caps, years, budgets = question.caps, question.years, question.budgets
    tell(0, 1)
    programme = Programme.of(question, stop)
    pool = _Pool(workers, len(budgets) * (1 + 2 * len(years) + len(caps)), tell, stop)
    try:
        tasks = _Schedule(question, programme, pool, stop)
        return Answer(
            {place: future.result() for place, future in tasks.edges.items()},
            {place: future.result() for place, future in tasks.earliest.items()},
            programme.baseline.point.objective * USD_PER_MUSD,
        )
    except BaseException:
        stop.set()
        raise
    finally:
        pool.threads.shutdown(cancel_futures=True)


class _Schedule:
    """Every task as a future. None is submitted before those it waits for, so no thread waits for one not begun."""

    def __init__(self, question: Question, programme: Programme, pool: _Pool, stop: threading.Event) -> None:
        self.question, self.programme, self.pool, self.stop = question, programme, pool, stop
        self.bases = {budget: self._base(budget) for budget in reversed(question.budgets)}
        self.walks: dict[Place, Future[Walk]] = {}
        self.edges: dict[Place, Future[Edge]] = {}
        first, *others = _diagonally(question)
        self.walks[first] = self._walk(first)
        self.edges[first] = self._edge(first)  # the longest: no other edge shortens it
        for place in others:
            self.walks[place] = self._walk(place)
        for place in others:
            self.edges[place] = self._edge(place)
        self.earliest = {
            (budget, cap): self._earliest(budget, cap) for budget in question.budgets for cap in question.caps
        }

    def _base(self, budget: float | None) -> Future[Base]:
        return self.pool.submit(lambda: self.programme.base(budget, self.stop))

    def _nested(self, place: Place, other: Place) -> bool:
        """Whether all that may be done at a place may be done at another, the caps apart."""
        return self.bases[place[0]].result().within(self.bases[other[0]].result())

    def _walk(self, place: Place) -> Future[Walk]:
        budget, year = place
        richer = self.question.richer(budget)

        def task() -> Walk:
            larger = self.walks[richer, year].result() if richer and self._nested(place, (richer, year)) else None
            base = self.bases[budget].result()
            return walk(self.programme, base, year, self.question.caps, larger, self.stop)

        return self.pool.submit(task)

    def _edge(self, place: Place) -> Future[Edge]:
        budget, year = place
        richer, later = self.question.richer(budget), self.question.later(year)
        looser = [(budget, later)] if later else []
        looser += [(richer, year)] if richer else []

        def task() -> Edge:
            base, done = self.bases[budget].result(), self.walks[place].result()
            known = [self.edges[other].result() for other in looser if self._nested(place, other)]
            return edge(self.programme, base, year, self.question.caps, done, known, self.stop)

        return self.pool.submit(task)

    def _earliest(self, budget: float | None, cap: float) -> Future[int | None]:
        def task() -> int | None:
            edges = {year: self.edges[budget, year].result() for year in self.question.years}
            base, horizon = self.bases[budget].result(), self.question.horizon
            return earliest(self.programme, base, horizon, cap, edges, self.stop)

        return self.pool.submit(task)


def _diagonally(question: Question) -> Iterator[Place]:
    """Budgets from large, years from late: each after the two that it can't be tighter than."""
    budgets, years = question.budgets[::-1], question.years[::-1]
    for step in range(len(budgets) + len(years) - 1):
        for i, budget in enumerate(budgets):
            if 0 <= step - i < len(years):
                yield budget, years[step - i]
