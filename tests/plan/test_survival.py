"""What is said of a stop of exports: the share served and the months in full speak of the same stop, and agree."""

from __future__ import annotations

import pytest

import model
from model.output.report.markup import Column, html_table
from model.plan.saying import survival
from tests.analysis.stress import small

ROW = {"supplier": "B", "scope": "all", "months": 6.0, "buyer": "all", "sector": "all"}


def stop(year, share, survives, **other):
    return {**ROW, "year": year, "share": share, "survives_months": survives, **other}


def test_both_figures_of_a_column_are_of_one_stop():
    # whole in 2035, for six months and no longer; in 2045, which isn't what plans are compared by, not for a day
    rows = [
        stop(2035, 1.0, 6.0),
        stop(2035, 1.0, 24.0, supplier="C"),
        stop(2045, 0.976, 0.0),
        stop(2035, 1.0, 9.0, months=1.0),
    ]
    assert survival.column_of(rows) == {"served_share": 1.0, "survives_months": 6.0}
    assert survival.stop_of(rows) == ""
    assert survival.worst(rows)["year"] == 2045  # an answer does speak of it
    worse = [*rows, stop(2035, 0.997, 2.5, supplier="D")]
    assert survival.column_of(worse) == {"served_share": 0.997, "survives_months": 2.5}
    assert survival.stop_of(worse).startswith("6 months from 2035 without D")


def test_what_is_missing_is_never_all():
    assert survival.percent(0.9997) == "99.97"
    table = html_table([Column("Plan"), Column("Served, %", 0, 100.0)], [("a", 99.97), ("b", 100.0), ("c", 41.7)], "")
    assert [cell.split("<")[0] for cell in table.split('">')[-5::2]] == ["99.97", "100", "42"]


@pytest.mark.parametrize("made", [120.0, 119.9999999])
def test_all_of_six_months_served_is_six_months_survived(made, tmp_path):
    # no store; what home makes is all that it asks for, or a hair less, which the solver's tolerance hides in the share
    capacity = small.TABLES["capacity"].replace("A_MAG,2030,48", f"A_MAG,2030,{made}")
    piles = small.TABLES["stockpiles"].replace("30,30,0,0", "0,30,0,0")
    plan = small.plan(tmp_path, capacity=capacity, stockpiles=piles)
    table = model.stress(plan, suppliers=["B"], scopes=["all"], months=[1, 6], years=[2030]).table
    assert (table["share"] >= survival.UNHARMED).all()
    assert (table["survives_months"] >= 6).all()


def test_years_in_which_no_stop_harms_come_first():
    rows = [{**stop(year, 1.0 if year < 2045 else 0.9, 24.0 if year < 2045 else 2.0), "buyer": buyer}
            for year in (2030, 2035, 2045) for buyer in ("all", "home")]  # fmt: skip
    said = survival.sentence({"stress": rows, "regions": [{"region": "home", "name": "Home"}]})
    said = said.replace("\u2068", "").replace("\u2069", "")  # isolates around names
    assert said.startswith(
        "A stop of six months that begins in 2030 and 2035 harms nobody. If B stopped its exports in 2045, Home"
    )
