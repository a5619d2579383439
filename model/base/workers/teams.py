"""Who works: this process, processes of this machine, or any ``concurrent.futures.Executor``.

A worker gets what its tasks have in common once (``Job``) and keeps it; a task is a few numbers.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from model.base.processes import GUARD, close, leave_to_parent, without_ctrl_c, without_main
from model.base.workers.job import Job, run_here, run_job


@dataclass(frozen=True)
class Team:
    """Workers: how to give them a task, and how many there are by now.

    ``deadly`` errors mean that a task's worker died; then ``renew`` makes the team whole, or raises.
    """

    submit: Callable[[Any], Future[Any]]
    width: Callable[[], int]
    deadly: tuple[type[Exception], ...]
    renew: Callable[[], None]


def begin(job: Job) -> None:
    """Prepare a process of this machine: it has the job, leaves Ctrl-C to its parent, and ends with it."""
    leave_to_parent()
    job.worker()


class Processes:
    """Processes of this machine."""

    def __init__(self, job: Job, workers: int) -> None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the processes share the cores as it is
        self.job, self.workers = job, workers
        self.pool = self._pool()
        self.team = Team(self._submit, lambda: self.workers, (BrokenExecutor,), self._renew)

    def _pool(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")  # HiGHS's threads don't survive a fork
        return ProcessPoolExecutor(self.workers, mp_context=spawn, initializer=begin, initargs=(self.job,))

    def _submit(self, task: Any) -> Future[Any]:
        with without_ctrl_c(), without_main():
            return self.pool.submit(run_here, self.job.digest, task)

    def _renew(self) -> None:
        """A new pool in place of a broken one."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.pool = self._pool()

    def close(self, at_once: bool) -> None:
        """End the processes; ``at_once`` without waiting for what they do."""
        close(self.pool, at_once)


@contextmanager
def handed_over(executor: Executor, job: Job, workers: int | None) -> Iterator[Team]:
    """Somebody's executor as a team of ``workers`` (None: as many as it says); the job is sent once if it can be.

    A dask client's executor: by a plugin, which workers that join later get too. Threads share it; to a process pool it
    goes with each task.
    """
    client = getattr(executor, "_client", None)
    if client is None:
        count = workers or int(getattr(executor, "_max_workers", None) or 1)
        try:
            yield Team(partial(_submit, executor, run_job, job), lambda: count, (BrokenExecutor,), _give_up)
        finally:
            job.forget()
        return
    from model.base.workers.cluster import hand_out, hands, lost

    with hand_out(client, job):
        submit = partial(_submit, executor, run_here, job.digest)
        yield Team(submit, lambda: workers or hands(client), lost, lambda: None)


def _submit(executor: Executor, run: Callable[[Any, Any], Any], job: Any, task: Any) -> Future[Any]:
    return executor.submit(run, job, task)


def _give_up() -> None:
    raise BrokenExecutor(
        f"a process of the executor died, and no other takes its place; results so far are kept (a script that makes "
        f"its own pool of processes does so under {GUARD})"
    )
