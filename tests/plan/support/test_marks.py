"""Prices have a top and a mark; a plant that hardly runs has no needed price: by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

import model
from model.plan.quantities.values import values_of
from model.plan.tables.prices import prices
from tests.conftest import solved
from tests.plan.support.home import A, only, said, with_plants


def of(plan, k, r, y):
    """Price and mark of a good."""
    row = plan["prices"].set_index(["commodity", "region", "year"]).loc[(k, r, y)]
    return row["price_usd_per_t"], row["mark"]


def test_a_price_where_demand_goes_unserved_is_what_a_shortage_costs(two_country):
    # 60 of the 100 t that home wants in 2030 can be shipped in, and nothing can run at home before 2032
    lanes = two_country.table("lanes")
    lanes.loc[lanes["commodity"] == "magnet", "max_flow"] = 60.0
    plan = model.solve(model.edited(two_country, lanes=lanes), "none")
    assert of(plan, "magnet", "A", 2030) == (pytest.approx(100_000), "scarce")
    assert plan["buyers"].set_index("buyer")["mark"]["A"] == "scarce"


def test_where_a_target_is_missed_the_goods_that_it_counts_are_scarce():
    # at most 60 % from abroad in 2031 and 2032; the first magnets made at home are those of 2032
    plan = solved("two-country", "too-early")
    assert of(plan, "magnet", "A", 2031)[1] == "scarce"
    assert of(plan, "magnet", "A", 2035)[1] == ""
    assert plan["prices"]["price_usd_per_t"].max() <= 100_000


def test_duals_without_a_top_end_at_what_a_shortage_costs():
    # a shortage of magnets costs 100 000; half a tonne of oxide makes one, so oxide is worth 200 000 at most, and by
    # its content (1 t/t against 0.5 in a magnet) 1 / 0.5 x 100 000 too
    s = solved("two-country", "cap").solved
    dear = prices(replace(s, outcome=replace(s.outcome, dual=1e3 * s.outcome.dual)))
    top = dear.groupby("commodity")["price_usd_per_t"].max()
    assert top.to_dict() == {"magnet": pytest.approx(100_000), "oxide": pytest.approx(200_000)}
    assert set(dear["mark"]) == {"scarce"}


def test_a_price_below_nothing_is_marked():
    s = solved("two-country", "none").solved
    cheap = prices(replace(s, outcome=replace(s.outcome, dual=-s.outcome.dual)))
    assert set(cheap["mark"]) == {"worthless"}
    assert set(solved("two-country", "none")["prices"]["mark"]) == {""}


def test_the_top_of_an_input_never_lies_below_its_price_without_policy():
    # where content says that oxide is worth 100 at most, it is still worth what it costs without policy: 5 200 at home
    s = replace(solved("two-country", "cap").solved)
    values = values_of(s)
    values._content = {k: 0 * v + 100.0 for k, v in values._content.items()}
    n = next(node.name for node in s.network.tree if node.year == 2033)
    assert values.top_used("oxide", "A", "free", n) == pytest.approx(5_200)
    assert values.top_used("magnet", "A", "free", n) == pytest.approx(100_000)


def test_a_plant_that_runs_under_a_tenth_has_no_needed_price(two_country):
    # 2 000 t from 2032 make the 100 t that home wants: 5 %; it is paid what it costs to run, and lacks all the rest
    plan = model.solve(with_plants(two_country, [("A_MAGNET", 2032, 2_000.0)]), "none")
    row = only(plan)
    assert row["utilisation"] == pytest.approx(0.05)
    assert math.isnan(row["price_needed_usd_per_t"])
    assert math.isnan(row["gap_usd_per_t"])
    assert row["support_usd_per_yr"] == pytest.approx(2_000 * A)
    assert "Magnets at home (counts, runs at 5.0 %)" in said(plan)
