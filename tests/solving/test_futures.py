"""Where the first solve of a tree starts: futures by themselves, put together; the optimum is that of a cold start."""

from __future__ import annotations

import dataclasses
import os
import threading

import numpy as np
import pytest

import model
from model.base.errors import Stopped
from model.formulation.network import Network
from model.instance.trees.scenarios import tree_of
from model.solving.goals.goals import solve
from model.solving.held import HeldProgramme
from model.solving.programme import compiled
from model.solving.trees import futures
from tests import tiny
from tests.solving.test_random_trees import tree as random_tree

DEMAND = (
    '[[branch]]\nname = "b{i}"\nfrom = {first}\nprobability = 0.05\n[[branch.event]]\nkind = "demand"\nfactor = {f}\n'
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tiny.write(tmp_path_factory.mktemp("futures") / "tiny")
    (folder / "scenarios").mkdir()
    for name, first in (("later", 2031), ("apart", 2030)):
        text = "".join(DEMAND.format(i=i, first=first, f=0.7 + i / 20) for i in range(12))
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    for seed in range(10, 16):
        (folder / "scenarios" / f"s{seed}.toml").write_text(random_tree(seed), encoding="utf-8")
    return model.read(folder)


def programme(instance, scenario, policy="all", weight=0.0):
    tree = tree_of(model.scenario(instance, scenario, risk_weight=weight), instance.years)
    return compiled(Network(instance, model.policy(instance, policy), tree)), tree


def begun(arrays, tree):
    held = HeldProgramme(arrays)
    held.free_policy()
    return held, futures.begun(held, tree), list(held.runs)


def statuses(basis):
    return list(map(int, basis.status.col_status)), list(map(int, basis.status.row_status))


@pytest.mark.parametrize("weight", [0.0, 0.5])
@pytest.mark.parametrize("scenario", ["later", "apart", *(f"s{seed}" for seed in range(10, 16))])
@pytest.mark.parametrize("policy", ["all", "none"])
def test_the_plan_is_that_of_a_cold_start(small, scenario, policy, weight, monkeypatch):
    monkeypatch.setattr(futures, "LARGE", 0)
    arrays, tree = programme(small, scenario, policy, weight)
    warm, cold = solve(arrays, tree=tree), solve(arrays)
    assert warm.baseline_cost == pytest.approx(cold.baseline_cost, rel=1e-9)
    assert warm.cost == pytest.approx(cold.cost, rel=1e-9)
    assert warm.shortfall == pytest.approx(cold.shortfall, abs=1e-9)
    assert warm.x == pytest.approx(cold.x, abs=1e-7)
    assert any(run.name.endswith("by itself") for run in warm.runs) == (len(tree.leaves) > 1)


def test_futures_that_share_nothing_start_at_their_optimum(small):
    held, start, _ = begun(*programme(small, "apart"))
    held.surely("without policy", basis=start)
    assert held.runs[-1].iterations == 0


def test_the_start_is_the_same_whoever_works(small, monkeypatch):
    arrays, tree = programme(small, "later")
    found = []
    for cores in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        _, start, runs = begun(arrays, tree)
        found.append((statuses(start), [(run.name, run.iterations) for run in runs]))
    assert found[0] == found[1]


def test_a_small_programme_one_future_and_dear_futures_alone_have_no_start(small, monkeypatch):
    arrays, tree = programme(small, "later")
    assert not futures.large(arrays, tree)
    monkeypatch.setattr(futures, "LARGE", 0)
    assert futures.large(arrays, tree)
    assert not futures.large(arrays, tree.alone(tree.leaves[0]))
    assert not futures.large(arrays, dataclasses.replace(tree, risk_weight=1.0))


def test_what_a_future_costs_by_itself_is_counted_in_full(small):
    """The part of one future is the programme of that future as a certain one."""
    arrays, tree = programme(small, "later")
    cut = futures._Tree(arrays, tree, float("inf"), threading.Event())
    leaf = tree.leaves[3]
    one = cut._alone(leaf)
    alone = compiled(Network(small, model.policy(small, "all"), tree.alone(leaf)))
    assert len(one.columns) == len(alone.cost)
    assert len(one.rows) == len(alone.row_lower)
    chance = np.array([node.probability for node in tree])
    own = arrays.cost[one.columns] / chance[cut.column_node[one.columns]]
    assert sorted(own) == pytest.approx(sorted(alone.cost), rel=1e-9, abs=1e-12)


def test_a_stop_is_heard_among_the_futures(small):
    arrays, tree = programme(small, "later")
    stop = threading.Event()
    stop.set()
    for held in (HeldProgramme(arrays, stop=stop), HeldProgramme(arrays, time_limit=0.0)):
        with pytest.raises(Stopped):
            futures.begun(held, tree)
