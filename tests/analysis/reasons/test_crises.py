"""Why a crisis can't be withstood, and what would do it: by hand."""

from __future__ import annotations

import json

import pytest

import model
from tests.siege import ROW, besieged


@pytest.fixture(scope="module")
def ways(tmp_path_factory):
    """Eight months in 2030: 80 t less 30 in stock and 32 of its own; nothing new can be there by then."""
    plan = besieged(tmp_path_factory.mktemp("ways"), f"{ROW}months = 8\nto = 2031\n")
    assert plan["shortfalls"]["shortfall_t"].tolist() == pytest.approx([18, 18])
    found = model.explain(plan)
    return plan, found


def test_what_would_do_it(ways):
    _, found = ways
    rows = {(w["kind"], w["unit"]): w for w in found.tables["ways_out"].to_dict("records")}
    assert rows["limit", "months"]["amount"] == 5
    assert json.loads(rows["limit", "months"]["changes"])[0]["set"] == {"months": 5}
    assert rows["limit", "share"]["amount"] == pytest.approx(0.775)  # 62 of 80 t
    assert rows["stock", "t"]["amount"] == pytest.approx(18, rel=1e-2)
    assert ("start", "year") not in rows  # all years are missed alike


def test_in_words(ways):
    plan, found = ways
    said = " ".join(str(found).split())
    assert "8 months without Supplier, Home" in said or "8 months without B, A" in said
    assert "ask for 5 months in place of 8 in 2030-2031" in said
    assert "ask for 77.5 % of their demand in 2030-2031" in said
    assert plan.summary["compliant"] is False
