"""What a worker needs to know of a sweep: packed once, unpacked once in each process that works on it."""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import OrderedDict
from dataclasses import dataclass

from model.analysis.sweeps.asked.definition import Sweep
from model.analysis.sweeps.running.worker import Task, TaskResult, Worker
from model.instance.instance import Instance

JOBS_HELD = 4
"""Sweeps that a process works on at a time, where several run on one cluster."""

_WORKERS: OrderedDict[str, Worker] = OrderedDict()
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Job:
    """Instance, sweep and whether folders are wanted, pickled; ``digest`` tells jobs apart."""

    digest: str
    data: bytes
    design: str

    @classmethod
    def of(cls, instance: Instance, sweep: Sweep, folders: bool) -> Job:
        """Pack an instance and a sweep."""
        data = pickle.dumps((instance, sweep, folders))
        return cls(hashlib.sha256(data).hexdigest(), data, sweep.design)

    def worker(self) -> Worker:
        """The worker of the sweep in this process, made when it is first asked for."""
        with _ONE_AT_A_TIME:
            if self.digest not in _WORKERS:
                while len(_WORKERS) >= JOBS_HELD:
                    _WORKERS.popitem(last=False)
                _WORKERS[self.digest] = Worker(*pickle.loads(self.data))
            _WORKERS.move_to_end(self.digest)
            return _WORKERS[self.digest]

    def forget(self) -> None:
        """Free what the worker of the sweep holds in this process."""
        with _ONE_AT_A_TIME:
            _WORKERS.pop(self.digest, None)


def run_job(job: Job, task: Task) -> TaskResult:
    """A task in any process, which is handed the job with it."""
    return job.worker().result(task)


def run_here(digest: str, task: Task) -> TaskResult:
    """A task in a process that has been handed the job before."""
    return _WORKERS[digest].result(task)
