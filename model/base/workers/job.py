"""What a worker needs to know of its tasks: packed once, unpacked once in each process at work."""

from __future__ import annotations

import hashlib
import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

JOBS_HELD = 4
"""Jobs that a process works on at a time, where several run on one cluster."""


class Works(Protocol):
    """Whoever works tasks off."""

    def result(self, task: Any, stop: threading.Event | None = None) -> Any:
        """The result of a task."""


_WORKERS: OrderedDict[str, Works] = OrderedDict()
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Job:
    """How a worker is made and of what, pickled; ``digest`` tells jobs apart, ``needs`` names packages."""

    digest: str
    data: bytes
    needs: tuple[str, ...] = ()

    @classmethod
    def of(cls, make: Callable[..., Works], *of: Any, needs: tuple[str, ...] = ()) -> Job:
        """Pack what a worker is made of: a class, such as ``Worker``, and its arguments."""
        data = pickle.dumps((make, of))
        return cls(hashlib.sha256(data).hexdigest(), data, needs)

    def worker(self) -> Works:
        """The job's worker in this process, made when it is first asked for."""
        with _ONE_AT_A_TIME:
            if self.digest not in _WORKERS:
                while len(_WORKERS) >= JOBS_HELD:
                    _WORKERS.popitem(last=False)
                make, of = pickle.loads(self.data)
                _WORKERS[self.digest] = make(*of)
            _WORKERS.move_to_end(self.digest)
            return _WORKERS[self.digest]

    def forget(self) -> None:
        """Free what the job's worker holds in this process."""
        with _ONE_AT_A_TIME:
            _WORKERS.pop(self.digest, None)


def run_job(job: Job, task: Any) -> Any:
    """A task in any process, which is handed the job with it."""
    return job.worker().result(task)


def run_here(digest: str, task: Any) -> Any:
    """A task in a process that has been handed the job before."""
    return _WORKERS[digest].result(task)
