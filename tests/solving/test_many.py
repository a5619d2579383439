"""Trees that are cut at their forks: the optimum, goals and prices are those of one programme for the whole tree."""

from __future__ import annotations

import threading
from functools import partial

import numpy as np
import pytest

import model
from model.base.errors import Stopped
from model.formulation.network import Network
from model.instance.trees.scenarios import tree_of
from model.solving.goals.goals import solve
from model.solving.many import solve as cutting
from model.solving.many.solve import solve_cut
from model.solving.many.team import alone, team
from model.solving.many.worker import Cannot
from model.solving.programme import compiled
from model.solving.solver import optimality
from tests import lands, tiny
from tests.formulation.test_rows import MORE
from tests.solving.test_random_trees import tree as random_tree

SEEDS = range(20, 30)
POLICIES = {
    "every": tiny.ALL.replace("min = 1e5\n", "") + MORE,
    "soft": '[[share_cap]]\nbuyer = "home"\nstages = ["processing"]\nmax = 0.3\nfrom = 2031\n',
    "met": '[[share_cap]]\nbuyer = "home"\nstages = ["processing"]\nmax = 0.9\nfrom = 2031\n',
    "withstood": '[[withstand]]\nbuyer = "home"\nsuppliers = ["B"]\nmonths = 2\nserve = 0.2\nfrom = 2032\n',
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tiny.write(tmp_path_factory.mktemp("many") / "tiny", POLICIES)
    (folder / "scenarios").mkdir()
    for seed in SEEDS:
        (folder / "scenarios" / f"s{seed}.toml").write_text(random_tree(seed), encoding="utf-8")
    return model.read(folder)


def programme(instance, scenario, policy):
    tree = tree_of(model.scenario(instance, scenario), instance.years)
    return compiled(Network(instance, model.policy(instance, policy), tree)), tree


def cut(arrays, tree, who=alone, canonical=True):
    return solve_cut(arrays, tree, who, float("inf"), lambda _: None, threading.Event(), canonical)


@pytest.mark.parametrize("policy", [*POLICIES, "none"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_tree_that_is_cut_has_the_optimum_of_the_whole(small, seed, policy):
    arrays, tree = programme(small, f"s{seed}", policy)
    whole, found = solve(arrays), cut(arrays, tree)
    assert found.baseline_cost == pytest.approx(whole.baseline_cost, rel=1e-7)
    assert found.shortfall == pytest.approx(whole.shortfall, rel=1e-6, abs=1e-7)
    assert found.cost == pytest.approx(whole.cost, rel=1e-6)
    assert optimality.residuals(arrays, found).acceptable()


def test_some_of_those_trees_miss_targets_and_some_meet_them(small):
    """Or the goals in order would not have been asked for."""
    short = [cut(*programme(small, f"s{seed}", "soft"), canonical=False).shortfall for seed in SEEDS]
    met = [cut(*programme(small, f"s{seed}", "met"), canonical=False).shortfall for seed in SEEDS]
    assert max(short) > 1e-3
    assert min(met) < 1e-7


def test_lands_with_27_futures(tmp_path):
    instance = model.read(lands.write(tmp_path / "lands", lands.twenty_seven()))
    arrays, tree = programme(instance, "three", "budget")
    assert cut(arrays, tree).cost * 1e6 == pytest.approx(397.751333, abs=1e-4)


def same(one, other):
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("x", "dual", "baseline_x"))


def test_the_same_bytes_whoever_works(small):
    arrays, tree = programme(small, f"s{SEEDS[0]}", "every")
    here = cut(arrays, tree)
    assert same(here, cut(arrays, tree, partial(team, workers=2)))


def test_a_tree_is_cut_where_its_futures_are_many_and_the_plan_passes_every_check(small, monkeypatch):
    monkeypatch.setattr(cutting, "MANY", 2)
    monkeypatch.setattr(cutting, "LARGE", 0)
    said = list[str]()
    plan = model.solve(small, "every", scenarios=f"s{SEEDS[0]}", workers=1, say=said.append)
    assert any("futures and their trunk" in line for line in said)
    assert plan.summary["goal"] == "cost"


def test_what_can_not_be_cut_is_one_programme(small, monkeypatch):
    def refuses(*_, **__):
        raise Cannot("somebody would have to be served less")

    monkeypatch.setattr("model.solving.goals.goals.worth_cutting", lambda *_: True)
    monkeypatch.setattr("model.solving.goals.goals.solve_cut", refuses)
    arrays, tree = programme(small, f"s{SEEDS[0]}", "met")
    said = list[str]()
    assert solve(arrays, tree=tree, say=said.append).cost == pytest.approx(solve(arrays).cost)
    assert "somebody would have to be served less: all futures as one programme" in said


def test_a_stop_is_heard_among_the_futures(small):
    arrays, tree = programme(small, f"s{SEEDS[0]}", "every")
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        solve_cut(arrays, tree, partial(team, workers=1, stop=stop), float("inf"), lambda _: None, stop)
    with pytest.raises(Stopped):
        cut(arrays, tree, partial(team, workers=1, time_limit=-1.0))
