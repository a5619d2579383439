"""Work on a cluster of dask.distributed: the job goes to each worker once, to those that join later as well."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from distributed import Client, KilledWorker, WorkerPlugin

from model.base.extras import lacks
from model.base.problems import InputError, Problem
from model.base.version import __version__
from model.base.workers.job import Job

TIMEOUT_S = 10
"""Seconds after which a scheduler that doesn't answer counts as gone."""

lost = (KilledWorker,)
"""What a task ends with whose workers died, one after the other."""


class HandOut(WorkerPlugin):
    """Gives a worker the job when it starts."""

    idempotent = True

    def __init__(self, job: Job) -> None:
        self.job, self.name = job, f"job-{job.digest[:16]}"

    def setup(self, worker: Any) -> None:
        """Called on each worker once."""
        self.job.worker()

    def teardown(self, worker: Any) -> None:
        """Called when the work has ended."""
        self.job.forget()


@contextmanager
def hand_out(client: Any, job: Job) -> Iterator[None]:
    """While inside, every worker of the cluster has the job. Raises InputError where a worker can't take it."""
    plugin = HandOut(job)
    versions = client.run(_version, on_error="return")
    others = {v if isinstance(v, str) else f"none ({v})" for v in versions.values()} - {__version__}
    if others:
        expected = f"expected model {__version__} on every worker, found {', '.join(sorted(others))}"
        raise InputError([Problem(str(client.scheduler.address), None, "", "", expected)])
    for package in job.needs:
        without = [a for a, lacking in client.run(lacks, package).items() if lacking]
        if without:
            expected = f"the sweep draws samples, for which each worker needs {package}; {', '.join(without)} has none"
            raise InputError([Problem(str(client.scheduler.address), None, "", "", expected)])
    client.register_plugin(plugin)
    try:
        yield
    finally:
        client.unregister_worker_plugin(plugin.name)


def hands(client: Any) -> int:
    """How many tasks the workers that are there by now work on at a time."""
    return max(1, sum(int(w["nthreads"]) for w in client.scheduler_info(n_workers=-1)["workers"].values()))


def _version() -> str:
    """The model's version on a worker; one that has none fails to find this function."""
    return __version__


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client's executor for a scheduler. Raises InputError where nobody answers there, or nobody works."""
    for name in ("distributed", "distributed.client"):  # what it has to say comes as errors too, without tracebacks
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client: Any = Client(address, timeout=TIMEOUT_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except Exception as error:  # dask has many ways to say that nobody is there
        said = str(error) or type(error).__name__
        raise InputError([Problem("--scheduler", None, "", f'"{address}"', f"no scheduler answers: {said}")]) from None
    with client:
        if not client.scheduler_info()["workers"]:
            raise InputError([Problem("--scheduler", None, "", f'"{address}"', "the scheduler has no workers yet")])
        yield client.get_executor(pure=False)
