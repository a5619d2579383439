"""A stop of exports as an outcome of a sweep: each case's is that of the plan by itself, and by hand."""

from __future__ import annotations

import pytest

import model
from model.analysis.sweeps.asked.files import read_sweep
from model.base.problems import InputError
from model.output.terminal.console import plain
from model.output.terminal.questions.sweep import report
from tests.siege import ROW, TABLES
from tests.tiny import write

SWEEP = """
title = "Stock"
design = "grid"
[[factor]]
name = "stock"
values = [0, 30]
[[factor.edit]]
table = "stockpiles"
column = "initial"
op = "set"
"""
STOP = """
[stop]
suppliers = ["B"]
months = 8
year = 2030
buyers = ["A"]
"""


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    rows = ROW + "months = 1\nfrom = 2031\n"
    return model.read(write(tmp_path_factory.mktemp("stop") / "siege", {"all": rows, "asked": rows}, **TABLES))


def swept(instance, folder, text):
    file = folder / "stock.toml"
    file.write_text(text, encoding="utf-8")
    return model.sweep(instance, file, folder / "out", workers=1)


def test_survival_by_hand(instance, tmp_path):
    """10 t a month of which 4 are made at home: 30 t of stock last 5 months, and 62 of 80 t are served in 8."""
    found = swept(instance, tmp_path, SWEEP + STOP)
    cases = found["cases"].set_index("stock")
    assert cases["stop_survives_months"].tolist() == pytest.approx([0, 5], abs=1e-6)
    assert cases["stop_served_share"].tolist() == pytest.approx([32 / 80, 62 / 80])
    assert set(cases["stop_supplier"]) == {"B"}
    assert "served while exports stop, %" in plain(report(found))


def test_blanks_are_those_of_the_policies_and_a_case_is_its_plan(instance, tmp_path):
    """The buyer that the policy names, its first year, six months, the supplier whose stop leaves least."""
    cases = swept(instance, tmp_path, SWEEP + "[stop]\n")["cases"].set_index("stock")
    plan = model.solve(instance, "asked")
    table = model.stress(plan, scopes=["all"], months=[6], years=[2031]).table
    whole = table[(table["buyer"] == "all") & (table["sector"] == "all")].sort_values("share").iloc[0]
    assert cases.loc[30, "stop_served_share"] == pytest.approx(whole["share"])
    assert cases.loc[30, "stop_survives_months"] == pytest.approx(whole["survives_months"])
    assert cases.loc[30, "stop_supplier"] == whole["supplier"]


def test_nothing_is_tested_where_none_asks(instance, tmp_path, monkeypatch):
    monkeypatch.setattr("model.analysis.sweeps.running.stopped.of_year", None)
    cases = swept(instance, tmp_path, SWEEP)["cases"]
    assert (cases["status"] == "met").all()
    assert cases[["stop_served_share", "stop_survives_months", "stop_supplier"]].isna().all(axis=None)


def test_what_is_wrong_with_a_stop_is_said_by_its_line(instance, tmp_path):
    file = tmp_path / "wrong.toml"
    stop = '[stop]\nsuppliers = ["X"]\nmonths = 30\nyear = 2050\nbuyer = ["A"]\n'
    file.write_text(SWEEP + stop, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_sweep(instance, file)
    first = SWEEP.count("\n") + 2
    said = {(p.line, p.column): p.nearest for p in error.value.problems}
    assert said.keys() == {(first + at, f"stop.{k}") for at, k in enumerate(("suppliers.0", "months", "year", "buyer"))}
    assert said[first + 3, "stop.buyer"] == "buyers"
