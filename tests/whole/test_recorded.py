"""Recorded optima: last in the pyramid. They say that something changed, never that it is right."""

import tomllib

import pytest

from tests.conftest import ROOT, solved

EXPECTED = tomllib.loads((ROOT / "tests" / "whole" / "expected.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("instance", "policy"), [(i, p) for i, ps in EXPECTED.items() for p in ps])
def test_recorded(instance, policy):
    expected, summary = EXPECTED[instance][policy], solved(instance, policy).summary
    assert summary["cost_usd"] == pytest.approx(expected["cost_usd"], rel=1e-8)
    assert summary["shortfall_t"] == pytest.approx(expected["shortfall_t"], rel=1e-6, abs=1e-4)
    if "capex_usd" in expected:
        assert summary["capex_usd"] == pytest.approx(expected["capex_usd"], rel=1e-5)
    for row, year in expected.get("first_compliant_year", {}).items():
        assert summary["first_compliant_year_by_row"][row] == year
    assert summary["residuals"]["duality_gap"] == pytest.approx(0, abs=1e-9)
