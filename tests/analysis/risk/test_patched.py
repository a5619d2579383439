"""Programmes written by their numbers are those that compiling gives, column for column and row for row."""

from __future__ import annotations

import numpy as np
import pytest

import model
from model.analysis.risk.late import LateNetwork
from model.analysis.risk.patched import Patches
from model.analysis.risk.projects import Luck
from model.solving.programme import compiled
from tests.analysis.risk.world import PLANT, world
from tests.conftest import solved

MORE = "capacity += {plant = 'B_MAGNET', year = 2032, capacity = 1500}"


def same(patched, whole):
    """Whether two programmes are equal within rounding."""
    x = np.random.default_rng(1).random(len(whole.cost))
    assert np.allclose(patched.matrix.times(x), whole.matrix.times(x), rtol=1e-12, atol=1e-12)
    for name in ("cost", "lower", "upper", "row_lower", "row_upper", "constant"):
        one, other = getattr(patched, name), getattr(whole, name)
        assert np.allclose(one, other, rtol=1e-11, atol=1e-9), name
    assert np.allclose(patched.capital.value, whole.capital.value)


@pytest.mark.parametrize("luck", [Luck(comes=False, late=0), *(Luck(comes=True, late=d) for d in (1, 2, 3, 9))])
@pytest.mark.parametrize("plants", [(PLANT,), ("B_MAGNET",), (PLANT, "B_MAGNET")])
def test_two_countries(plants, luck):
    plan = model.solve(world(0.5, 0.0, MORE), "cap")
    network = LateNetwork.of(plan.solved.network, dict.fromkeys(plants, luck))
    same(Patches(plan.solved).known(network), compiled(network))


def test_a_short_life_and_a_last_year_of_decision_are_compiled():
    """The patch has nothing to go by: what ends within the horizon would end later, or a later decision is barred."""
    for edit in ("lifetime = 2", "last_decision = 2031"):
        plan = model.solve(world(0.5, 0.0, f"plants[plant={PLANT}].{edit}"), "cap")
        network = LateNetwork.of(plan.solved.network, {PLANT: Luck(comes=True, late=1)})
        same(Patches(plan.solved).known(network), compiled(network))


def test_the_large_instance_under_benchmarks_of_capacity():
    plan = solved("allied-2045", "crma-2030")
    plants = ("SE_MINE_NORRAKARR", "FR_SEP_CAREMAG", "DE_METAL_NEW", "US_METAL_MP", "DE_SREC", "AF_MINE_LONGONJO")
    lucks = (Luck(False, 0), Luck(True, 3), Luck(True, 2), Luck(False, 0), Luck(True, 1), Luck(True, 2))
    network = LateNetwork.of(plan.solved.network, dict(zip(plants, lucks, strict=True)))
    patches = Patches(plan.solved)
    same(patches.known(network), compiled(network))
    assert set(patches.sides) == {"FR_SEP_CAREMAG", "US_METAL_MP", "AF_MINE_LONGONJO"}
