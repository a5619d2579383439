"""Fixtures that several tests share."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import model

ROOT = Path(__file__).parent.parent
INSTANCES = ROOT / "instances"


@cache
def solved(instance: str, policy: str) -> model.Plan:
    """The plan of a shipped instance; each is solved once a session."""
    return model.solve(model.read(INSTANCES / instance), policy)


@pytest.fixture
def two_country() -> model.Instance:
    return model.read(INSTANCES / "two-country")
