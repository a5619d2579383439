"""Sweeps over what a withstand row asks for: each case is the plan that an override makes."""

from __future__ import annotations

import pandas as pd
import pytest

import model
from model.analysis.sweeps.running.run import sweep
from tests.siege import ROW, TABLES
from tests.tiny import write

SWEEP = """
title = "Months"
design = "grid"
policies = ["asked"]
[[factor]]
name = "months"
values = [0, 2, 5, 8]
[[factor.edit]]
table = "withstand"
column = "months"
op = "set"
[[factor]]
name = "serve"
values = [0.5, 1]
[[factor.edit]]
table = "withstand"
column = "serve"
op = "set"
"""


def test_months_and_serve_vary(tmp_path):
    rows = ROW + "months = 6\nfrom = 2031\n"
    instance = model.read(write(tmp_path / "siege", {"all": rows, "asked": rows}, **TABLES))
    file = tmp_path / "months.toml"
    file.write_text(SWEEP, encoding="utf-8")
    sweep(instance, str(file), tmp_path / "out", workers=1)
    found = pd.read_csv(tmp_path / "out" / "cases.csv").set_index(["months", "serve"])
    assert len(found) == 8
    for (months, serve), row in found.iterrows():
        plan = model.solve(instance, "asked", {"withstand.0.months": months, "withstand.0.serve": serve})
        assert row["cost_usd"] == pytest.approx(plan.summary["cost_usd"])
        assert row["shortfall_t"] == pytest.approx(plan.summary["shortfall_t"], abs=1e-6)
    # two years of 8 months: 80 t asked for, 32 made, 30 in stock
    assert found["shortfall_t"][8, 1] == pytest.approx(36)
