"""Stocks by hand: what is missing, what it costs, how long a sum lasts, and how fast it may be bought."""

from __future__ import annotations

import pytest

import model
from tests.analysis.stress import small


def test_what_is_missing_is_bought(tmp_path):
    # six months without B: 60 t of magnets asked for, 30 in store and 24 made at home. 6 t more, at 10,000 USD a t;
    # 5 % of the 120 t that are made a year are 6 t, bought in 2030.
    plan = small.plan(tmp_path)
    found = model.stockpiles(plan, plan.instance, supplier="B", year=2031)
    bridge = found.bridge.set_index("year")
    # the plan draws its store where it can: what is left of it at the eve of the year counts
    left = plan["stocks"].set_index("year")["stock_t"].get(2030, 0.0)
    assert bridge.loc[2031, "survives_months"] == pytest.approx(left / 6)
    lacks = 60 - left - 24
    bought = min(lacks, 6.0)
    assert bridge.loc[2031, "cost_usd"] == pytest.approx(bought * 10_000, rel=1e-4)
    assert bridge.loc[2031, "share"] == pytest.approx((left + 24 + bought) / 60)
    curve = found.curve.set_index("spent_usd")["survives_months"]
    assert curve[3e6] == pytest.approx((left + 6) / 6, rel=1e-6)  # no more than 6 t can be had


def test_nothing_is_bought_before_the_first_year(tmp_path):
    plan = small.plan(tmp_path)
    bridge = model.stockpiles(plan, plan.instance, supplier="B", part=1.0).bridge.set_index("year")
    assert bridge.loc[2030, "cost_usd"] == 0
    assert bridge.loc[2030, "share"] == pytest.approx(0.9)
    assert bridge.loc[2031, "share"] == pytest.approx(1)


def test_wrong_questions(tmp_path):
    plan = small.plan(tmp_path)
    for wrong in ({"part": 0.0}, {"year": 1999}, {"supplier": "Bb"}, {"months": 30}):
        with pytest.raises(model.InputError):
            model.stockpiles(plan, plan.instance, **wrong)
