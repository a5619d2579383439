"""Tasks handed to whoever works: this process, processes of this machine, or somebody's executor."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor

from model.analysis.sweeps.running import runner
from model.analysis.sweeps.running.runner import Hear
from model.analysis.sweeps.running.worker import Task
from model.base.workers.job import Job, Works
from model.base.workers.teams import Processes, handed_over

Each = Callable[[Callable[[Iterator[Task]], None]], None]
"""Gives lists of tasks, one after the other, to a function that works one off."""


def work(
    job: Job,
    here: Callable[[], Works],
    each: Each,
    hear: Hear,
    total: int,
    executor: Executor | None = None,
    workers: int | None = None,
    stop: threading.Event | None = None,
) -> None:
    """Work off all lists of tasks; ``hear`` gets each result. ``here`` makes the worker of this process.

    ``workers`` processes of this machine (default: its cores; a single one is this process), of ``total`` tasks at
    most, or ``executor``. Raises Stopped, OSError, BrokenExecutor, KeyboardInterrupt.
    """
    count = min(workers or os.cpu_count() or 1, total)
    if executor is not None:
        with handed_over(executor, job, workers) as team:
            each(lambda tasks: runner.work_off(team, tasks, hear))
    elif count == 1:
        worker = here()
        each(lambda tasks: runner.alone(worker, tasks, hear, stop))
    else:
        processes, well = Processes(job, count), False
        try:
            each(lambda tasks: runner.work_off(processes.team, tasks, hear))
            well = True
        finally:
            processes.close(at_once=not well)
