"""The arrays are the programme that Pyomo's own compiler makes of the same rules, to the last nonzero."""

from operator import attrgetter

import numpy as np
import pytest
from pyomo.environ import SolverFactory, value

import model
from model.compiling.arrays import Sparse
from model.compiling.compile import compile_model
from model.formulation import expanded, formulate
from model.formulation.network import Network
from model.instance.policy.kinds import soft
from model.instance.trees.tree import Node, Tree
from tests.compiling.standard_form import assert_standard
from tests.conftest import INSTANCES, programme
from tests.independent.generate import write_instance
from tests.tiny import write


def compare(instance, policy, tree=None):
    # each road has a network of its own: neither sees what the other has prepared
    asked, tree = model.policy(instance, policy), tree or Tree.chain(instance.years)
    assert_standard(expanded(Network(instance, asked, tree)), compile_model(formulate(Network(instance, asked, tree))))


@pytest.mark.parametrize("policy", ["cap", "none", "too-early"])
def test_two_countries(policy):
    compare(model.read(INSTANCES / "two-country"), policy)


@pytest.mark.parametrize("policy", ["none", "crma-2030", "allied-65", "allied-traced-10"])
def test_allied(policy):
    compare(model.read(INSTANCES / "allied-2045"), policy)


@pytest.mark.parametrize("policy", ["all", "none"])
def test_tiny(tmp_path, policy):
    compare(model.read(write(tmp_path / "tiny")), policy)


# policy-2 of 23 caps a good that weighs nothing: rows whose every use has the coefficient 0
@pytest.mark.parametrize("seed", [*range(12), 23])
def test_random(tmp_path, seed):
    policies = write_instance(tmp_path / "i", seed)
    instance = model.read(tmp_path / "i")
    for path in policies:
        compare(instance, path.stem)


def test_a_tree_that_forks(tmp_path):
    """Sets by node are not all alike: two futures from 2031 on, one likelier than the other."""
    instance = model.read(write(tmp_path / "tiny"))
    futures = [("a", 0.7), ("b", 0.3)]
    first = [Node(f"2031{s}", 2031, "2030", p) for s, p in futures]
    last = [Node(f"2032{s}", 2032, f"2031{s}", p) for s, p in futures]
    compare(instance, "all", Tree((Node("2030", 2030, "", 1.0), *first, *last)))


def test_the_public_pyomo_model_is_the_programme_that_is_solved(two_country):
    for asked in ("cap", model.policy(two_country, "cap")):
        made = model.pyomo_model(two_country, asked)
        for kind in soft():
            attrgetter(kind.short)(made).unfix()  # what is fixed is no column to Pyomo's compiler
        assert_standard(made, programme(two_country, "cap"))


def elsewhere(made):
    """The cost at which another road to a solver ends, million USD."""
    done = SolverFactory("appsi_highs").solve(made)
    assert done.solver.termination_condition == "optimal"
    return value(made.objective)


def test_another_solver_finds_the_plans_cost_and_not_that_of_no_policy(two_country):
    cost = model.solve(two_country, "cap").summary["cost_usd"] / 1e6
    assert cost == pytest.approx(6.322796, abs=1e-6)
    assert elsewhere(model.pyomo_model(two_country, "cap")) == pytest.approx(cost, abs=1e-8)
    # 20 t of oxide equivalent are missed in 2031: at 100 USD/t it costs 0.002 m USD to miss them, and less to miss more
    priced = elsewhere(model.pyomo_model(two_country, "too-early", shortfall_price=100.0))
    assert 5.862424 < priced < 5.862424 + 0.1


def test_a_constructed_model_is_refused(two_country):
    with pytest.raises(ValueError, match="is constructed: declare an AbstractModel"):
        compile_model(model.pyomo_model(two_country, "cap"))


def test_numbers_are_scaled():
    """kt and million USD: coefficients within 1e-3 ... 1e4, costs within 1e-2 ... 1e4 (performance and accuracy)."""
    instance = model.read(INSTANCES / "allied-2045")
    for policy in ("crma-2030", "allied-traced-10"):
        arrays = programme(instance, policy)
        for values in (arrays.matrix.value, arrays.cost[arrays.cost != 0]):
            assert np.abs(values).min() >= 1e-3
            assert np.abs(values).max() <= 1e4
        bounds = np.concatenate([arrays.row_upper, arrays.upper])
        assert bounds[np.isfinite(bounds)].max() <= 1e5


def test_rows_times_a_vector():
    # rows x0 + 2 x2 + 5 and nothing: 1 + 6 + 5 = 12 and 7
    rows = Sparse(np.array([0, 2, 2]), np.array([0, 2]), np.array([1.0, 2.0]), np.array([5.0, 7.0]))
    assert rows.times(np.array([1.0, 9.0, 3.0])).tolist() == [12.0, 7.0]
    assert rows.transposed_times(np.array([10.0, 1.0]), 3).tolist() == [10.0, 0.0, 20.0]
