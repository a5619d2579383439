"""Random instances with every table of the page on what the world holds: the same optimum from a matrix of its own.

`python -m tests.independent.compare --seeds 300` compares hundreds.
"""

from __future__ import annotations

import pytest

from .compare import differences
from .reading import read_instance
from .richer import write_world

SEEDS = (37,)
"""Seeds quick enough for the suite: a policy with quotas of its own, a crisis and two traced caps, and a tree."""

DRAWN = 30


@pytest.mark.parametrize("seed", SEEDS)
def test_random_instance(tmp_path, seed):
    assert [str(found) for found in differences(tmp_path, seed)] == []


def test_every_table_is_drawn(tmp_path):
    """Over some seeds every table appears, and what binds in its own way."""
    found: set[str] = set()
    for seed in range(DRAWN):
        policies, scenarios = write_world(tmp_path / str(seed), seed)
        wider, instance = read_instance(tmp_path / str(seed)).wider, read_instance(tmp_path / str(seed))
        found |= {name for name in ("contents", "quotas", "contracts", "trade", "paths") if getattr(wider, name)}
        found |= {f"quotas {len({q['quota'] for q in wider.quotas})}"} if wider.quotas else set()
        found |= {"may_close"} if any(p.may_close for p in instance.plants) else set()
        found |= {"fall"} if any(lane.fall is not None for lane in instance.lanes.values()) else set()
        text = "".join(path.read_text(encoding="utf-8") for path in policies)
        found |= {mark for mark in ("material", "[[quota]]", "[[withstand]]", "traced") if mark in text}
        found |= {"branch"} if "[[branch]]" in scenarios[0].read_text(encoding="utf-8") else set()
        assert 2 <= len(instance.regions) <= 4
        assert 3 <= len(instance.years) <= 5
    wanted = {"contents", "quotas", "contracts", "trade", "paths", "quotas 1", "quotas 2", "may_close", "fall"}
    assert found >= wanted | {"material", "[[quota]]", "[[withstand]]", "traced", "branch"}
