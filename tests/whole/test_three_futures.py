"""Three futures of ``allied-2045``: recorded; as shipped before, another solver of the same specification agreed."""

import pytest

import model
from model.formulation.network import Network
from model.instance.trees.scenarios import tree_of
from model.plan.solved import Solved
from model.solving.goals.goals import solve
from model.solving.goals.targets import limits_of
from model.solving.programme import compiled
from tests.conftest import INSTANCES

FUTURES = """
[[branch]]
name = "overshoot"
from = 2030
to = 2031
probability = 0.2
[[branch.event]]
kind = "export_limit"
origin = "CN"
destination = "allied"
stages = ["processing", "metal", "magnet"]
max_flow = 0
[[branch]]
name = "multilateral"
from = 2030
probability = 0.3
[[branch.event]]
kind = "demand"
factor = 1.1
"""


def test_an_overshoot_and_multilateralism(tmp_path):
    """The figures say changed, never right; tables and checks are left to smaller trees."""
    (tmp_path / "three.toml").write_text(FUTURES, encoding="utf-8")
    instance = model.read(INSTANCES / "allied-2045")
    tree = tree_of(model.scenario(instance, tmp_path / "three.toml"), instance.years)
    network = Network(instance, model.policy(instance, "allied-65"), tree)
    arrays = compiled(network)
    outcome = solve(arrays, limits=limits_of(arrays, network))
    s = Solved(network, arrays, outcome)
    assert outcome.cost / 1e3 == pytest.approx(260.1957, abs=5e-5)
    assert s.unserved_t() == pytest.approx(3_752.0, abs=0.05)
    assert outcome.shortfall == 0
    assert outcome.baseline_cost / 1e3 == pytest.approx(259.6960, abs=5e-5)
