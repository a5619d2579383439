"""Result tables stand where nothing moves."""

from dataclasses import replace

import numpy as np
import pytest

from model.plan.plan import tabulate
from model.plan.solved import Solved
from tests.conftest import solved


def test_where_nothing_moves_nobody_pays_for_more_than_what_stands_and_what_lacks():
    s = solved("allied-2045", "traced-65").solved
    nothing = np.zeros(len(s.outcome.x))
    unused = replace(s.outcome.baseline, x=nothing)
    tables = tabulate(Solved(s.network, s.arrays, replace(s.outcome, x=nothing, baseline=unused)))
    assert not len(tables["shipments"])
    paid, buyers = tables["costs_by_buyer"], tables["buyers"]
    assert set(tables["costs"]["term"]) == set(paid["term"]) == {"fixed_existing", "shortage"}
    assert set(paid["buyer"][paid["term"] == "fixed_existing"]) == {"-"}
    theirs = buyers["cost_usd"][buyers["kind"] != "group"].sum()
    assert theirs == pytest.approx(tables["costs"]["present_value_usd"].sum())
