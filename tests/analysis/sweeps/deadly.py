"""A worker that dies over some tasks: in a module of its own, so that a new process finds it."""

from __future__ import annotations

import os

from model.analysis.sweeps.running.worker import Task, TaskResult
from model.base.workers.job import run_here

DEADLY = 2
"""Place of the case that no worker survives."""


def run_or_die(digest: str, task: Task) -> TaskResult:
    """A task, but for the deadly one."""
    if task.case == DEADLY and task.kept_plan is None:
        os._exit(9)
    return run_here(digest, task)
