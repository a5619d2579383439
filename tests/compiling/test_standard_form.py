"""The arrays are the programme that Pyomo's own compiler makes of the same rules, to the last nonzero."""

import numpy as np
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

import model
from model.compiling.compile import Sparse
from tests.conftest import INSTANCES
from tests.independent.generate import write_instance
from tests.tiny import write


def compare(m, arrays):
    repn = LinearStandardFormCompiler().write(m, mixed_form=True, set_sense=None)
    ours = {name: j for j, name in enumerate(arrays.names())}
    place = [ours[_name(v)] for v in repn.columns]
    matrix = np.zeros((len(arrays.row_lower), len(arrays.cost)))
    for i in range(len(arrays.row_lower)):
        row = slice(*arrays.matrix.start[i : i + 2])
        np.add.at(matrix[i], arrays.matrix.column[row], arrays.matrix.value[row])
    rows = {}
    for name, span in arrays.rows.items():
        for i, index in enumerate(span.index):
            rows[f"{name}[{','.join(map(str, index))}]"] = span.first + i
    theirs = repn.A.toarray()
    seen = set()
    for (constraint, kind), values, bound in zip(repn.rows, theirs, repn.rhs, strict=True):
        i = rows[_name(constraint)]
        seen.add(i)
        dense = np.zeros(matrix.shape[1])
        dense[place] = values
        np.testing.assert_allclose(dense, matrix[i], rtol=1e-12, atol=1e-15)
        assert bound == pytest.approx(arrays.row_upper[i] if kind >= 0 else arrays.row_lower[i])
    assert seen == set(range(len(arrays.row_lower)))
    cost = np.zeros(matrix.shape[1])
    cost[place] = repn.c.toarray()[0]
    np.testing.assert_allclose(cost, arrays.cost, rtol=1e-9, atol=1e-12)
    assert repn.c_offset[0] == pytest.approx(arrays.constant, rel=1e-9)


def _name(component):
    index = component.index()
    return f"{component.parent_component().local_name}[{','.join(map(str, index))}]"


def test_tiny(tmp_path):
    compare(*model.programme(model.read(write(tmp_path / "tiny")), "all"))


@pytest.mark.parametrize("seed", range(3))
def test_random(tmp_path, seed):
    policies = write_instance(tmp_path / "i", seed)
    instance = model.read(tmp_path / "i")
    for path in policies:
        compare(*model.programme(instance, path.stem))


def test_numbers_are_scaled():
    """kt and million USD: coefficients within 1e-3 ... 1e4, costs within 1e-2 ... 1e4 (performance and accuracy)."""
    instance = model.read(INSTANCES / "allied-2045")
    for policy in ("crma-2030", "allied-traced-10"):
        _, arrays = model.programme(instance, policy)
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
