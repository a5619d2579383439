"""Fixtures that several tests share."""

from __future__ import annotations

import signal
import threading
from functools import cache
from pathlib import Path

import pytest

import model
from model.formulation.network import Network
from model.instance.reading import policy as read_policy
from model.instance.trees.tree import Tree
from model.solving.programme import Arrays, compiled

ROOT = Path(__file__).parent.parent
INSTANCES = ROOT / "instances"

if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background: scripts must hear Ctrl-C in it


@cache
def solved(instance: str, policy: str) -> model.Plan:
    """The plan of a shipped instance; each is solved once a session."""
    return model.solve(model.read(INSTANCES / instance), policy)


def programme(instance: model.Instance, policy: str | model.Policy) -> Arrays:
    """The arrays of an instance's certain future under a policy."""
    asked = policy if isinstance(policy, model.Policy) else read_policy(instance, policy)
    return compiled(Network(instance, asked, Tree.chain(instance.years)))


@pytest.fixture
def two_country() -> model.Instance:
    return model.read(INSTANCES / "two-country")
