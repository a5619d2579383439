"""The arrays are the programme that numpy makes by hand, without Pyomo."""

import numpy as np
import scipy.sparse as sp

import model
from tests.bench.generate import write_instance
from tests.bench.raw import assemble
from tests.conftest import programme


def test_written_out_by_hand(tmp_path):
    """The programme of a generated instance against numpy that has never heard of sets and rules."""
    write_instance(tmp_path / "i", regions=6, elements=3, grades=2, years=9)
    instance = model.read(tmp_path / "i")
    asked = model.policy(instance, "all")
    a = programme(instance, "all")
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
