"""Draws: the same for the same seed, nested as figures change, with the mean that was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from model.analysis.risk.draws import delays, draw
from model.analysis.risk.projects import Project


def some(success, slip, others=3):
    """A project with this luck among others."""
    rest = [Project(f"P{i}", 0.7, 1.0, 1.0, can_be_built=True) for i in range(others)]
    return [Project("P", success, slip, 1.0, can_be_built=True), *rest]


def test_the_seed_decides():
    one, again, other = draw(some(0.5, 1), 50, 3), draw(some(0.5, 1), 50, 3), draw(some(0.5, 1), 50, 4)
    assert [one[i] for i in range(50)] == [again[i] for i in range(50)]
    assert [one[i] for i in range(50)] != [other[i] for i in range(50)]


def test_more_success_and_less_slip_never_hurt_a_draw_and_leave_the_others():
    before = draw(some(0.5, 2.0), 200, 1)
    for success, slip in ((0.5, 1.0), (0.8, 2.0), (1.0, 0.0)):
        after = draw(some(success, slip), 200, 1)
        assert (after.comes[:, 0] >= before.comes[:, 0]).all()
        both = after.comes[:, 0] & before.comes[:, 0]
        assert (after.late[both, 0] <= before.late[both, 0]).all()
        assert (after.comes[:, 1:] == before.comes[:, 1:]).all()
        assert (after.late[:, 1:] == before.late[:, 1:]).all()


def test_shares_and_means_are_those_asked_for():
    found = draw(some(0.6, 0.0), 500, 1)
    assert found.comes[:, 0].mean() == pytest.approx(0.6)
    assert not found.late[:, 0].any()
    even = (np.arange(100_000) + 0.5) / 100_000
    for mean in (0.5, 1.0, 3.0):
        late = delays(even, mean)
        assert late.mean() == pytest.approx(mean, rel=2e-3)
        assert (late == 0).mean() == pytest.approx(1 / (1 + mean), rel=1e-3)


def test_a_project_without_bad_luck_is_not_named():
    assert set(draw(some(1.0, 0.0, others=0), 20, 1)[7]) == set()
