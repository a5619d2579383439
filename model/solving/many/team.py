"""Whoever works on the futures of a tree: this process, processes of this machine, or somebody's executor."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager
from functools import partial

from model.base.errors import Stopped
from model.base.workers.job import Job
from model.base.workers.teams import Processes, Team, handed_over
from model.solving.many.blocks import Block
from model.solving.many.rounds import Solves
from model.solving.many.worker import Found, FutureWorker, Task

LOOK_S = 0.1
"""Seconds after which it is looked again whether somebody asked to stop, or time is up."""
AGAIN = 2
"""How often a task may lose its worker before that is an error."""


@contextmanager
def team(
    futures: tuple[Block, ...],
    executor: Executor | None = None,
    workers: int | None = None,
    time_limit: float = float("inf"),
    stop: threading.Event | None = None,
) -> Iterator[Solves]:
    """``workers`` processes of this machine (default: its cores; a single one is this process), or ``executor``."""
    until, stop = time.perf_counter() + time_limit, stop or threading.Event()
    count = min(workers or os.cpu_count() or 1, len(futures))
    if executor is None and count == 1:
        worker = FutureWorker(futures)
        yield partial(_alone, worker, until, stop)
        return
    job = Job.of(FutureWorker, futures)
    if executor is not None:
        with handed_over(executor, job, workers) as others:
            yield partial(_together, others, until, stop)
        return
    processes, well = Processes(job, count), False
    try:
        yield partial(_together, processes.team, until, stop)
        well = True
    finally:
        processes.close(at_once=not well)


@contextmanager
def alone(futures: tuple[Block, ...]) -> Iterator[Solves]:
    """One future after the other in this process."""
    with team(futures, workers=1) as solves:
        yield solves


def _alone(worker: FutureWorker, until: float, stop: threading.Event, tasks: Sequence[Task]) -> list[Found]:
    found = []
    for task in tasks:
        _check(until, stop)
        found.append(worker.result(task, stop))
    return found


def _check(until: float, stop: threading.Event) -> None:
    if stop.is_set():
        raise Stopped("stopped by the user")
    if time.perf_counter() > until:
        raise Stopped("the time limit was reached among the futures")


def _together(others: Team, until: float, stop: threading.Event, tasks: Sequence[Task]) -> list[Found]:
    """Tasks to a team, results in their order; what ran when a worker died is tried again."""
    found: dict[int, Found] = {}
    for attempt in range(AGAIN + 1):
        left = [task for task in tasks if task.future not in found]
        if not left:
            break
        if attempt:
            others.renew()
        running: list[Future[Found]] = []
        try:
            running = [others.submit(task) for task in left]
            waiting = set(running)
            while waiting:
                done, waiting = wait(waiting, timeout=LOOK_S)
                _check(until, stop)
                for future in done:
                    one = future.result()
                    found[one.future] = one
        except others.deadly:
            if attempt == AGAIN:
                raise
        finally:
            for future in running:
                future.cancel()
    return [found[task.future] for task in tasks]
