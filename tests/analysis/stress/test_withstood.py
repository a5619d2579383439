"""Two pieces of code that must agree: a plan that was made to withstand a stop survives it in the stress test."""

from __future__ import annotations

import pytest

import model
from tests.independent.generate import write_instance
from tests.siege import ROW, besieged


@pytest.mark.parametrize("months", [3, 5])
def test_as_long_as_it_was_asked_to(tmp_path, months):
    plan = besieged(tmp_path, f"{ROW}months = {months}\n")
    assert plan.compliant
    table = model.stress(plan, buyers=["A"], suppliers=["B"], scopes=["all"], months=[months]).table
    whole = table[(table["buyer"] == "all") & (table["sector"] == "all")]
    assert sorted(whole["year"]) == [2030, 2031, 2032]
    assert (whole["survives_months"] >= months - 1e-6).all()
    assert whole["share"].tolist() == pytest.approx([1, 1, 1])


@pytest.mark.parametrize("seed", [2, 7, 11])
def test_what_is_missing_is_what_the_stress_test_can_not_serve(tmp_path, seed):
    """All of one buyer's demand asked for, everything stopped: the two count the same tonnes."""
    write_instance(tmp_path / "i", seed)
    instance = model.read(tmp_path / "i")
    leader = instance.regions[0]
    file = tmp_path / "asked.toml"
    file.write_text(f'[[withstand]]\nbuyer = "home"\nsuppliers = ["{leader}"]\nmonths = 6\n', encoding="utf-8")
    plan = model.solve(instance, str(file))
    table = model.stress(plan, buyers=["home"], suppliers=[leader], scopes=["all"], months=[6]).table
    whole = table[(table["buyer"] == "all") & (table["sector"] == "all")].set_index("year")
    crises = plan["withstand"].set_index("year")
    assert len(crises)
    for year, crisis in crises.iterrows():
        assert crisis["served_t"] == pytest.approx(whole["served_t"][year], rel=1e-5, abs=1e-3)
        assert (whole["survives_months"][year] >= 6 - 1e-6) == (crisis["share"] >= 1 - 1e-6)
