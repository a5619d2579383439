"""Who works: this process, processes of this machine, or any ``concurrent.futures.Executor``.

A worker gets the instance and the sweep once (``Shared``) and keeps them; a task is three numbers.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from model.analysis.sweeps.asked.definition import Sweep
from model.analysis.sweeps.running.worker import Done, Task, Work
from model.instance.instance import Instance

MOST = 4
"""Sweeps that a process works on at a time, where several run on one cluster."""

_WORK: OrderedDict[str, Work] = OrderedDict()
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Shared:
    """What every worker needs, pickled once; ``digest`` tells sweeps apart."""

    digest: str
    data: bytes

    @classmethod
    def of(cls, instance: Instance, sweep: Sweep, folders: bool) -> Shared:
        """Pack an instance and a sweep."""
        data = pickle.dumps((instance, sweep, folders))
        return cls(hashlib.sha256(data).hexdigest(), data)

    def work(self) -> Work:
        """The worker of the sweep in this process, made when it is first asked for."""
        with _ONE_AT_A_TIME:
            if self.digest not in _WORK:
                while len(_WORK) >= MOST:
                    _WORK.popitem(last=False)
                _WORK[self.digest] = Work(*pickle.loads(self.data))
            _WORK.move_to_end(self.digest)
            return _WORK[self.digest]

    def forget(self) -> None:
        """Free what the worker of the sweep holds in this process."""
        with _ONE_AT_A_TIME:
            _WORK.pop(self.digest, None)


def run_shared(shared: Shared, task: Task) -> Done:
    """A task in any worker, which is handed the instance with it."""
    return shared.work().done(task)


def run_here(digest: str, task: Task) -> Done:
    """A task in a worker that has been handed the instance before."""
    return _WORK[digest].done(task)


@dataclass(frozen=True)
class Crew:
    """Workers: how to give them a task, and how many there are by now.

    ``deadly`` errors mean that a task's worker died; then ``renew`` makes the crew whole, or raises.
    """

    submit: Callable[[Task], Future[Done]]
    width: Callable[[], int]
    deadly: tuple[type[Exception], ...]
    renew: Callable[[], None]


def begin(shared: Shared) -> None:
    """Prepare a process of this machine: it has the instance, leaves Ctrl-C to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    shared.work()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


class Processes:
    """Processes of this machine."""

    def __init__(self, shared: Shared, workers: int) -> None:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # the processes share the cores as it is
        self.shared, self.workers = shared, workers
        self.pool = self._pool()
        self.crew = Crew(self._submit, lambda: self.workers, (BrokenExecutor,), self._renew)

    def _pool(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")  # HiGHS's threads don't survive a fork
        return ProcessPoolExecutor(self.workers, mp_context=spawn, initializer=begin, initargs=(self.shared,))

    def _submit(self, task: Task) -> Future[Done]:
        with _without_ctrl_c():
            return self.pool.submit(run_here, self.shared.digest, task)

    def _renew(self) -> None:
        """A new pool in place of a broken one."""
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.pool = self._pool()

    def close(self, at_once: bool) -> None:
        """End the processes; ``at_once`` without waiting for what they do."""
        if at_once:
            for process in list((self.pool._processes or {}).values()):
                process.kill()
        self.pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """A process that begins inside never hears Ctrl-C, not even while it imports; ours hears it once that is done.

    The mask is what the new process inherits. It doesn't keep the signal from our other threads, so it is noted too.
    """
    noted: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, lambda number, _: noted.append(number)) if main else None
    masks = hasattr(signal, "pthread_sigmask")  # not on Windows
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before is not None:
            signal.signal(signal.SIGINT, before)
        if noted:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def handed_over(executor: Executor, shared: Shared, workers: int | None) -> Iterator[Crew]:
    """Somebody's executor as a crew of ``workers`` (None: as many as it says); the instance is sent once if it can be.

    A dask client's executor: by a plugin, which workers that join later get too. Threads share it; to a process pool it
    goes with each task.
    """
    client = getattr(executor, "_client", None)
    if client is None:
        count = workers or int(getattr(executor, "_max_workers", None) or 1)
        try:
            yield Crew(partial(_submit, executor, run_shared, shared), lambda: count, (BrokenExecutor,), _give_up)
        finally:
            shared.forget()
        return
    from model.analysis.sweeps.running.cluster import hand_out, hands, lost

    with hand_out(client, shared):
        submit = partial(_submit, executor, run_here, shared.digest)
        yield Crew(submit, lambda: workers or hands(client), lost, lambda: None)


def _submit(executor: Executor, run: Callable[[Any, Task], Done], shared: Any, task: Task) -> Future[Done]:
    return executor.submit(run, shared, task)


def _give_up() -> None:
    raise BrokenExecutor("a process of the executor died, and no other takes its place; results so far are kept")
