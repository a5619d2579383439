"""The run of a sweep: tasks to workers, results to the journal as they come, whatever breaks off in between."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field
from itertools import islice

from model.analysis.sweeps.running.journal import Journal, Key
from model.analysis.sweeps.running.outcomes import FAILED, MET, Row
from model.analysis.sweeps.running.worker import Task, TaskResult
from model.base.workers.job import Works
from model.base.workers.teams import Team

AHEAD = 2
"""Tasks that each worker has at a time, so that none waits for the next one."""
LOOK_S = 5.0
"""Seconds after which it is asked again how many workers there are."""


@dataclass
class Progress:
    """How far a sweep is. ``best`` and ``worst``: number and row of the cases that fare best and worst so far."""

    total: int
    done: int = 0
    before: int = 0
    failed: int = 0
    missed: int = 0
    started: float = field(default_factory=time.perf_counter)
    best: tuple[int, Row] | None = None
    worst: tuple[int, Row] | None = None

    def add(self, number: int, row: Row) -> None:
        """Count a case."""
        self.count(row)
        if row["status"] == FAILED:
            return
        self.missed += row["status"] != MET
        if self.best is None or _rank(row) < _rank(self.best[1]):
            self.best = (number, row)
        if self.worst is None or _rank(row) > _rank(self.worst[1]):
            self.worst = (number, row)

    def count(self, row: Row) -> None:
        """Count a result that is no case of its own."""
        self.done += 1
        self.failed += row["status"] == FAILED

    @property
    def rate(self) -> float:
        """Cases a second in this run."""
        return (self.done - self.before) / max(1e-9, time.perf_counter() - self.started)

    @property
    def seconds_left(self) -> float:
        """At this rate; infinite while there is none."""
        return (self.total - self.done) / self.rate if self.done > self.before else float("inf")


def _rank(row: Row) -> tuple[float, float, float, float]:
    """Goods that are missing first, then the worst miss of a target, then premium, then cost."""
    return round(row["unserved_goods_t"], 3), round(row["worst_miss"], 6), row["premium_usd"], row["cost_usd"]


def key(task: Task) -> Key:
    """How the journal names a task's result."""
    return (task.case + 1, 0) if task.kept_plan is None else (task.kept_plan.case + 1, task.case + 1)


Hear = Callable[[Task, TaskResult], None]


def alone(worker: Works, tasks: Iterable[Task], hear: Hear, stop: threading.Event | None) -> None:
    """One task after the other in this process. Raises Stopped."""
    for task in tasks:
        hear(task, worker.result(task, stop))


def work_off(team: Team, tasks: Iterable[Task], hear: Hear) -> None:
    """Tasks to a team. What ran when a worker died is tried again, each task by itself.

    A task that kills its worker once more fails: out of memory, for one.
    """
    waiting = iter(tasks)
    while suspects := _flow(team, waiting, hear):
        for task in suspects:
            team.renew()
            if _flow(team, iter([task]), hear):
                row = {"status": FAILED, "reason": "its worker died twice over it (out of memory?)"}
                hear(task, TaskResult(task, row, [], {}))
        team.renew()


def _flow(team: Team, waiting: Iterator[Task], hear: Hear) -> list[Task]:
    """Keep the team going until no task is left or a worker has died; returns those that ran when one did."""
    running: dict[Future[TaskResult], Task] = {}
    lost: list[Task] = []
    window, looked = 0, -math.inf
    try:
        while True:
            if time.perf_counter() >= looked + LOOK_S:
                window, looked = team.width() * AHEAD, time.perf_counter()
            for task in islice(waiting, 0 if lost else max(0, window - len(running))):
                try:
                    running[team.submit(task)] = task
                except team.deadly:
                    lost.append(task)
                    break
            if not running:
                return sorted(lost, key=key)
            for future in wait(running, timeout=LOOK_S, return_when=FIRST_COMPLETED).done:
                task = running.pop(future)
                try:
                    result = future.result()
                except team.deadly:
                    lost.append(task)
                    continue
                except CancelledError:
                    raise ConnectionError(
                        "the executor has let go of a task: it was closed, or can't be reached"
                    ) from None
                hear(task, result)
    finally:
        for future in running:
            future.cancel()


def unfinished(tasks: Iterable[Task], journal: Journal) -> Iterator[Task]:
    """The tasks that the journal has no result of."""
    return (task for task in tasks if key(task) not in journal)
