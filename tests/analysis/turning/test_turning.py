"""Figures that turn a decision: found by solving, and verified by a plan on either side of the value."""

import pandas as pd
import pytest

import model
from model.analysis.turning.turning import Decision, candidates, turning
from model.instance.ranges import names_of
from tests.conftest import solved


@pytest.fixture(scope="module")
def found():
    return turning(solved("two-country", "cap"), most=3)


def first(plan):
    rows = plan["builds"]
    return set(rows["plant"][rows["decision_year"] == plan.instance.first_year])


def test_the_weightiest_first(found):
    chosen = candidates(solved("two-country", "cap"))
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["figure"].tolist() == [f["figure"] for f in chosen[:3]]
    assert [f["weight"] for f in chosen] == sorted((f["weight"] for f in chosen), reverse=True)
    assert all(f["confidence"] != "definition" for f in chosen)


def test_the_decision_is_another_beyond_a_value_and_the_same_before_it(found):
    """Each value holds in a plan made by the public door, 3 % on either side."""
    plan, tried = solved("two-country", "cap"), 0
    base = first(plan), plan.compliant
    for row in found.itertuples():
        for side, beyond, before in (("below", 0.97, 1.03), ("above", 1.03, 0.97)):
            at = getattr(row, f"turns_{side}")
            if pd.isna(at):
                continue
            frame = plan.instance.table(row.table)
            mine = [name == row.figure for name in names_of(plan.instance.tables, row.table)]
            for factor, same in ((beyond, False), (before, True)):
                scaled = frame.copy()
                scaled.loc[mine, row.column] = frame.loc[mine, row.column] * (at / row.value * factor)
                other = model.solve(model.edited(plan.instance, **{row.table: scaled}), "cap")
                assert ((first(other), other.compliant) == base) is same, (row.figure, side, factor)
            tried += 1
            assert getattr(row, f"changes_{side}")
    assert tried


def test_what_a_decision_does_otherwise():
    one = Decision(frozenset({"a", "b"}), True)
    assert one.otherwise(Decision(frozenset({"b", "c"}), False)) == "with c; without a; targets missed"
    assert one.otherwise(one) == ""
