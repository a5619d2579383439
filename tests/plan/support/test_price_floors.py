"""What price floors cost the public, worked out by hand; they change neither the plan nor its cost."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import model
from tests.conftest import solved
from tests.plan.support.home import CAP, CAP_PAID, IMPORTED, D, only, policy_file, said
from tests.tiny import write

FLOORS = f"""{CAP}
[[price_floor]]
commodity = "magnet"
hosts = "home"
price = 12000
to = 2033
[[price_floor]]
commodity = "magnet"
price = 17000
from = 2033
to = 2033
[[price_floor]]
commodity = "magnet"
hosts = "B"
processes = ["press"]
price = 9999
[[price_floor]]
commodity = "magnet"
hosts = "home"
price = 20000
to = 2031
[[price_floor]]
commodity = "magnet"
processes = ["refine"]
price = 20000
"""


@pytest.fixture(scope="module")
def floors(tmp_path_factory):
    return model.solve(solved("two-country", "cap").instance, policy_file(tmp_path_factory.mktemp("p"), FLOORS))


def test_what_a_floor_costs_the_public(floors):
    frame = floors["price_floors"].set_index(["policy_row", "plant", "year"])
    cost = frame["public_cost_usd"]
    # 12 000 USD/t at home until 2033: 15 t at 11 000 in 2032; in 2033 the market pays 16 894.78
    assert cost["price_floor.0"].index.tolist() == [("A_MAGNET", 2032), ("A_MAGNET", 2033)]
    assert cost["price_floor.0"].tolist() == pytest.approx([15 * 1_000, 0])
    # 17 000 everywhere in 2033: 40 t at home, and 60 t abroad, where a magnet is worth the 10 000 that it costs
    home = 40 * (17_000 - CAP_PAID[1])
    assert cost["price_floor.1"].to_dict() == pytest.approx({("A_MAGNET", 2033): home, ("B_MAGNET", 2033): 60 * 7_000})
    # 9 999 abroad lies under the market price in every year
    assert cost["price_floor.2"].tolist() == [0] * 6
    assert frame["output_t"]["price_floor.2"].tolist() == pytest.approx([100, 100, 85, 60, 50, 50])
    assert frame["market_price_usd_per_t"]["price_floor.2"].tolist() == pytest.approx([10_000] * 6)
    # nothing is made at home until 2031
    assert "price_floor.3" not in cost
    assert "price_floor.4" not in cost
    worth = 15 * 1_000 * D[2] + (home + 60 * 7_000) * D[3]
    assert floors.summary["public_cost_usd"] == pytest.approx(worth)
    assert frame["present_value_usd"].sum() == pytest.approx(worth)


def test_a_floor_names_the_price_that_a_new_plant_needs(floors):
    needed = floors["price_floors"].groupby("plant")["price_needed_usd_per_t"].first()
    assert needed["A_MAGNET"] == only(floors)["price_needed_usd_per_t"]
    assert math.isnan(needed["B_MAGNET"])


def test_a_floor_changes_neither_the_plan_nor_its_cost(floors):
    plain = solved("two-country", "cap")
    for name in plain.tables:
        if name != "price_floors":
            pd.testing.assert_frame_equal(floors[name], plain[name])
    assert floors.summary["cost_usd"] == plain.summary["cost_usd"]
    assert plain.summary["public_cost_usd"] == 0
    assert floors.summary["premium_usd"] == plain.summary["premium_usd"]


def test_a_floor_under_a_by_product(tmp_path):
    """Slag is no main product, so its maker needs no price of it; by year B makes twice its oxide."""
    floor = '[[price_floor]]\ncommodity = "slag"\nhosts = "B"\nprice = 50\n'
    plan = model.solve(model.read(write(tmp_path / "tiny", policies={"slag": floor})), "slag")
    oxide = plan["activity"].query("plant == 'B_OX' and activity_t > 0")
    frame = plan["price_floors"]
    assert frame["year"].tolist() == oxide["year"].tolist() == [2030, 2031, 2032]
    assert frame["output_t"].tolist() == pytest.approx((2 * oxide["activity_t"]).tolist())
    assert frame["public_cost_usd"].tolist() == pytest.approx((100 * oxide["activity_t"]).tolist())
    assert frame["price_needed_usd_per_t"].isna().all()


def test_a_floor_on_traced_goods_counts_both_classes(tmp_path):
    """In the policy that asks for everything, A's magnets may be of either class: output is that of the plant."""
    plan = model.solve(model.read(write(tmp_path / "tiny")), "all")
    made = plan["activity"].query("plant == 'A_MAG' and activity_t > 0").groupby("year")["activity_t"].sum()
    frame = plan["price_floors"].set_index("year")
    assert frame["output_t"].to_dict() == pytest.approx(made.to_dict())
    assert (frame["public_cost_usd"] > 0).all()


def test_who_pays_in_words(floors):
    text = said(floors)
    assert "Nothing is missing at this plan's prices; 138,860 USD a year at prices without policy." in text
    assert "for Magnet made in Home: 15,000 USD a year in 2032, 13,605 USD in all" in text
    assert "for Magnet made in Home and Abroad: 424,209 USD a year in 2033" in text
    assert "for Magnet made in Abroad: never above the market price." in text
    assert "Nothing is made under the “price floor:" in text


def test_the_floor_of_the_shipped_policy():
    plan = solved("allied-2045", "allied-65-floor")
    frame = plan["price_floors"]
    assert (frame["region"] == "US").all()
    assert (frame["year"].min(), frame["year"].max()) == (2026, 2035)
    by_hand = frame["output_t"] * (110_000 - frame["market_price_usd_per_t"]).clip(lower=0)
    worth = (by_hand / 1.05 ** (frame["year"] - 2026)).sum()
    assert plan.summary["public_cost_usd"] == pytest.approx(worth)
    assert worth > 1e9
    text = said(plan)
    assert "NdPr oxide made in the US" in text
    assert "Committed but never run: " in text
    assert "m USD a year in 2026-2035, 1.696 bn USD in all (present value)" in text


def test_floors_alone_are_the_cheapest_plan(two_country, tmp_path):
    asked = '[[price_floor]]\ncommodity = "magnet"\nhosts = "B"\nprice = 10500\n'
    plan = model.solve(two_country, policy_file(tmp_path, asked))
    # 100 t at 500 USD/t over the market price in each year
    assert plan.summary["public_cost_usd"] == pytest.approx(100 * 500 * sum(D))
    assert plan.summary["cost_usd"] == pytest.approx(100 * IMPORTED * sum(D))
    assert "The cheapest plan; price floors leave it as it is." in said(plan)
