"""Result tables don't depend on how indices are held, and stand where nothing moves."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.compiling.arrays import Span
from model.plan.plan import tabulate
from model.plan.solved import Solved
from tests.conftest import solved

PLANS = [("two-country", "cap"), ("two-country", "too-early"), ("allied-2045", "traced-65")]


@pytest.mark.parametrize("plan", PLANS, ids=lambda p: p[1])
def test_indices_may_be_plain_lists(plan):
    """The road that expands a programme index by index lists them."""
    found = solved(*plan)
    s = found.solved
    columns, rows = (
        {name: Span(span.first, list(span.index)) for name, span in spans.items()}
        for spans in (s.arrays.columns, s.arrays.rows)
    )
    tables = tabulate(Solved(s.network, replace(s.arrays, columns=columns, rows=rows), s.outcome))
    for name, frame in found.tables.items():
        pd.testing.assert_frame_equal(tables[name], frame, check_exact=True)


def test_where_nothing_moves_nobody_pays_for_more_than_what_stands_and_what_lacks():
    s = solved("allied-2045", "traced-65").solved
    nothing = np.zeros(len(s.outcome.x))
    tables = tabulate(Solved(s.network, s.arrays, replace(s.outcome, x=nothing, baseline_x=nothing)))
    assert not len(tables["shipments"])
    paid, buyers = tables["costs_by_buyer"], tables["buyers"]
    assert set(tables["costs"]["term"]) == set(paid["term"]) == {"fixed_existing", "shortage"}
    assert set(paid["buyer"][paid["term"] == "fixed_existing"]) == {"-"}
    theirs = buyers["cost_usd"][buyers["kind"] != "group"].sum()
    assert theirs == pytest.approx(tables["costs"]["present_value_usd"].sum())
