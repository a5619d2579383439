"""A worker that dies over some tasks: in a module of its own, so that a new process finds it."""

from __future__ import annotations

import os

from model.analysis.sweeps.running.teams import run_here
from model.analysis.sweeps.running.worker import Done, Task

DEADLY = 2
"""Place of the case that no worker survives."""


def run_or_die(digest: str, task: Task) -> Done:
    """A task, but for the deadly one."""
    if task.place == DEADLY and task.plan is None:
        os._exit(9)
    return run_here(digest, task)
