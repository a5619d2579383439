"""two-country with a home plant that may fail or be late."""

from __future__ import annotations

import model
from model.analysis.risk.projects import Luck
from tests.conftest import INSTANCES

NEVER = {"A_MAGNET": Luck(comes=False, late=0)}
PLANT = "A_MAGNET"


def world(success: float = 1.0, slip: float = 0.0, *more: str) -> model.Instance:
    """The instance whose home plant has this luck, with further edits."""
    edits = [f"plants[plant={PLANT}].success = {success}", f"plants[plant={PLANT}].slip_years = {slip}", *more]
    return model.edited(model.read(INSTANCES / "two-country"), edits=edits)


def planned(success: float = 1.0, slip: float = 0.0, policy: str = "cap") -> model.Plan:
    """Its plan."""
    return model.solve(world(success, slip), policy)
