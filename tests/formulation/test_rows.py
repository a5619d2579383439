"""Exact rows of the tiny instance: the algebra of each family, number by number."""

import pytest
from pyomo.core import Constraint, Expression, Var

from model.formulation import COST_TERMS, expanded
from model.formulation.network import Network
from model.instance.policy.kinds import programme_rows, shortfalls
from model.instance.reading import policy, read, scenario
from model.instance.trees.scenarios import tree_of
from model.instance.trees.tree import Tree
from tests.formulation.rows import IN_A_TREE, IN_A_WORLD, ROWS, TREE, WORLD
from tests.tiny import ALL, write

MORE = """
[[withstand]]
buyer = "home"
suppliers = ["B"]
stages = ["processing"]
months = 3
serve = 0.8
[[stock_min]]
buyer = "home"
commodities = ["oxide"]
days = 36.5
basis = "net_imports"
[[share_cap]]
buyer = "home"
stages = ["magnet"]
max = 0.4
measure = "traced"
traced = "B"
sectors = ["cars"]
"""
IMPORTS = """
[[quota]]
quota = "imports"
commodity = "magnet"
origin = "*"
destination = "home"
max_flow = 50
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    instance = read(write(tmp_path_factory.mktemp("tiny") / "tiny", {"every": ALL + MORE}))
    return expanded(Network(instance, policy(instance, "every"), Tree.chain(instance.years)))


@pytest.fixture(scope="module")
def in_a_tree(tmp_path_factory):
    """The same with a branch in which what B sells abroad has a quota, A builds later and its plant runs at half."""
    folder = write(tmp_path_factory.mktemp("tree") / "tiny", {"every": ALL + MORE})
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "tree.toml").write_text(TREE, encoding="utf-8")
    instance = read(folder)
    return expanded(Network(instance, policy(instance, "every"), tree_of(scenario(instance, "tree"), instance.years)))


@pytest.fixture(scope="module")
def in_a_world(tmp_path_factory):
    """The same with quotas, contracts, lanes that may not fall freely, cheaper capital and plants that may close."""
    asked = {"every": ALL + MORE + IMPORTS}
    instance = read(write(tmp_path_factory.mktemp("world") / "tiny", asked, **WORLD))
    return expanded(Network(instance, policy(instance, "every"), Tree.chain(instance.years)))


@pytest.mark.parametrize(("component", "index"), list(IN_A_WORLD))
def test_row_in_a_world(in_a_world, component, index):
    assert str(getattr(in_a_world, component)[index].expr) == IN_A_WORLD[component, index]


@pytest.mark.parametrize(("component", "index"), list(IN_A_TREE))
def test_row_in_a_tree(in_a_tree, component, index):
    assert str(getattr(in_a_tree, component)[index].expr) == IN_A_TREE[component, index]


@pytest.mark.parametrize(("component", "index"), list(ROWS))
def test_row(tiny, component, index):
    assert str(getattr(tiny, component)[index].expr) == ROWS[component, index]


def test_every_family_of_rows_has_a_row_here(tiny):
    goals = {"harm", "shortfall", "capital"}
    declared = {c.local_name for c in tiny.component_objects((Constraint, Expression))} - goals
    assert declared == {component for component, _ in [*ROWS, *IN_A_TREE, *IN_A_WORLD]}


def test_what_a_crisis_stops_and_what_its_length_limits(tiny):
    found = {k[2:5]: v.bounds for k, v in tiny.crisis_ship.items() if k[-1] == "2032"}
    # B keeps its own oxide and ships none to A; its magnets still go, three months of 70 t a year
    assert ("oxide", "B", "A") not in found
    assert found["oxide", "B", "B"] == (0, None)
    assert found["magnet", "B", "A"] == (0, pytest.approx(0.0175))
    assert tiny.crisis_served["withstand.0", "B", "magnet", "A", "cars", "2032"].ub == pytest.approx(0.03)


def test_shortfalls_are_the_only_variables_that_relax_the_policy(tiny):
    assert {v.local_name for v in tiny.component_objects(Var) if v.local_name.endswith("_short")} == set(shortfalls())
    assert str(tiny.shortfall.expr).count("_short[") == sum(len(getattr(tiny, s)) for s in shortfalls())


def test_the_goal_of_capital_counts_every_build(tiny):
    assert str(tiny.capital.expr) == "20.0*build[A_MAG,'2030'] + 20.0*build[A_MAG,'2031']"


def test_rows_that_a_policy_adds_are_the_ones_freed_without_it(in_a_world, tmp_path):
    instance, tiny = read(write(tmp_path / "tiny", **WORLD)), in_a_world
    bare = expanded(Network(instance, policy(instance, "none"), Tree.chain(instance.years)))
    added = {
        c.local_name for c in tiny.component_objects(Constraint) if len(c) and not len(getattr(bare, c.local_name))
    }
    crises = {name for name in added if name.startswith("crisis_")}  # they say what can be done in a crisis
    assert added - crises == {
        *programme_rows(),
        "consumption_is_use",
        "net_imports_are",
    }  # the last say what their name is
    assert len(crises) == 7


def test_a_plant_outside_the_traced_set_that_uses_nothing_makes_free_goods_only(tiny):
    assert [h for j, h in tiny.RUNNING if j == "C_OX"] == ["free"]
    assert [h for j, h in tiny.RUNNING if j == "B_OX"] == ["traced"]
    assert [h for j, h in tiny.RUNNING if j == "A_MAG"] == ["free", "traced"]


def test_a_decision_comes_early_enough_to_start_within_the_horizon(tiny):
    assert [b for j, b in tiny.BUILD] == ["2030", "2031"]


def test_the_compiler_is_told_of_every_cost_term_and_measure(tiny):
    assert tiny.cost_terms == {term: f"cost_{term}" for term in COST_TERMS}
    assert {c.local_name for c in tiny.component_objects(Expression)} == {*tiny.cost_terms.values(), *tiny.goals}


def test_every_cost_term_is_declared(tiny):
    assert {c.local_name for c in tiny.component_objects(Expression) if c.local_name.startswith("cost_")} == {
        f"cost_{term}" for term in COST_TERMS
    }
