"""The best share that can be reached, against solves of the independent programme that know nothing of the model's."""

import pytest

import model
from model.analysis.reasons.misses import Missed, best, kept_alone
from model.formulation.network import key
from model.instance.policy.kinds import CRISIS, NET_IMPORTS, base_of
from tests.analysis.reasons.shares import Asked
from tests.analysis.reasons.strict import write_strict

NEAR = 1e-5
SEEDS = (1, 20, 57, 4, 12, 29, 104)
"""Caps by origin and by content, minima of capacity, output and stock, budgets, demand that stays unserved."""


def reached(plan):
    """Every missed limit with the best share that the explanation states, by row, buyer, scope, supplier and year."""
    missed = Missed.of(plan.solved)
    alone, start = kept_alone(plan.solved, missed, float("inf"), None)
    # the independent programme of shares knows no crises and no stocks by net imports; others' oracles do
    others = {key(t) for t in plan.policy.targets if base_of(t) in (CRISIS, NET_IMPORTS)}
    for group in (g for g in missed.groups if tuple(g.name[:3]) not in others):
        for limit, share in zip(group.limits, best(alone, start, group.limits), strict=True):
            yield (*group.name, limit.year), share


def wrong(asked, key, share):
    """What the independent programme says against a share: that it can't be had, or that a better one can."""
    limit = asked.shares[key]
    easier, stricter = (share + NEAR, share - NEAR) if limit.at_most else (share - NEAR, share + NEAR)
    if share == float("inf"):
        easier, stricter = 1e3, None
    if limit.at_most and share < NEAR:
        stricter = None
    found = []
    if asked.gap(key, easier) > 2e-9:
        found.append("can't be had")
    if stricter is not None and asked.gap(key, stricter) < 1e-9:
        found.append("a better one can be had")
    if not limit.base and abs(asked.best_of_fixed_base(key) - share) > NEAR:
        found.append(f"is {asked.best_of_fixed_base(key)}")
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_does_better_and_one_does_as_well(tmp_path, seed):
    paths = write_strict(tmp_path / "instance", seed)
    instance = model.read(tmp_path / "instance")
    checked, failed = 0, {}
    for path in paths:
        plan = model.solve(instance, path.stem)
        if plan.compliant:
            continue
        asked = Asked(tmp_path / "instance", path)
        for limit, share in reached(plan):
            checked += 1
            if said := wrong(asked, limit, share):
                failed[path.stem, limit, share] = said
    assert checked
    assert not failed
