"""The tables' road gives what Pyomo's own visitor gives, index by index, to the last nonzero."""

import numpy as np
import pytest
import scipy.sparse as sp

import model
from model.compiling.compile import compile_model
from model.formulation import expanded, formulate
from model.formulation.network import Network
from model.instance.tree import Node, Tree
from tests.bench.generate import write_instance as write_large
from tests.bench.raw import assemble
from tests.conftest import INSTANCES
from tests.independent.generate import write_instance
from tests.tiny import write


def sorted_rows(s):
    row = np.repeat(np.arange(len(s.start) - 1), np.diff(s.start))
    order = np.lexsort((s.column, row))
    assert not ((np.diff(row[order]) == 0) & (np.diff(s.column[order]) == 0)).any(), "a column twice in a row"
    return s.start, s.column[order], s.value[order], s.constant


def assert_equal(ours, theirs):
    for kind in ("columns", "rows"):
        a, b = getattr(ours, kind), getattr(theirs, kind)
        assert list(a) == list(b)
        for name in a:
            assert (a[name].first, list(a[name].index)) == (b[name].first, list(b[name].index)), name
    assert ours.ledger_index == theirs.ledger_index
    for name in ("row_lower", "row_upper", "lower", "upper", "cost", "constant"):
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-12, atol=1e-15, err_msg=name)
    for name in ("matrix", "ledger", "unserved", "shortfall", "capital"):
        a, b = sorted_rows(getattr(ours, name)), sorted_rows(getattr(theirs, name))
        assert np.array_equal(a[0], b[0]), name
        assert np.array_equal(a[1], b[1]), name
        np.testing.assert_allclose(a[2], b[2], rtol=1e-13, err_msg=name)
        np.testing.assert_allclose(a[3], b[3], rtol=1e-12, atol=1e-15, err_msg=name)


def compare(instance, policy):
    # each road has a network of its own: neither sees what the other has prepared
    asked = model.policy(instance, policy)
    ours, theirs = (
        compile_model(road(Network(instance, asked, Tree.chain(instance.years)))) for road in (formulate, expanded)
    )
    assert_equal(ours, theirs)


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
    tree = Tree((Node("2030", 2030, "", 1.0), *first, *last))
    asked = model.policy(instance, "all")
    assert_equal(*(compile_model(road(Network(instance, asked, tree))) for road in (formulate, expanded)))


def test_written_out_by_hand(tmp_path):
    """The programme of a generated instance against numpy that has never heard of sets and rules."""
    write_large(tmp_path / "i", regions=6, elements=3, grades=2, years=9)
    instance = model.read(tmp_path / "i")
    asked = model.policy(instance, "all")
    a = compile_model(formulate(Network(instance, asked, Tree.chain(instance.years))))
    raw = assemble(instance, asked)
    shape = len(a.row_lower), len(a.cost)
    matrix = sp.csr_array((a.matrix.value, a.matrix.column, a.matrix.start), shape=shape)
    columns = np.concatenate([np.arange(a.columns[n].first, a.columns[n].stop) for n in raw.columns])
    low, high = (np.concatenate(side) for side in zip(*raw.side, strict=True))
    for name, rows in raw.rows.items():
        ours = a.rows[name].places
        assert abs(matrix[ours][:, columns] - raw.matrix[rows]).max() < 1e-12, name
        np.testing.assert_allclose(a.row_lower[ours], low[rows], rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(a.row_upper[ours], high[rows], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(a.cost[columns], raw.cost, rtol=1e-12)
    assert raw.matrix.nnz > 0.95 * len(a.matrix.value)
