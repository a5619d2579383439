"""Optima worked out by hand; the arithmetic is in the README of two-country."""

import pytest

from tests.conftest import solved

D = [1.05**-i for i in range(6)]  # 2030 ... 2035
A = 20_000 * (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-10) + 1_000  # a t/yr at home in an operating year: 4 759.42


def test_no_policy_imports_everything():
    # 100 t x 11 000 USD/t in each year
    plan = solved("two-country", "none")
    assert plan.summary["cost_usd"] == pytest.approx(100 * 11_000 * sum(D), abs=0.005)
    assert round(plan.summary["cost_usd"], 2) == 5_862_424.34
    assert len(plan["builds"]) == 0
    assert plan.summary["premium_usd"] == pytest.approx(0, abs=1e-6)


def test_cap_builds_30_and_20():
    # K + M/2 = 40, K + M = 50; home output saves 2 000 USD/t against imports once its capacity is paid
    plan = solved("two-country", "cap")
    by_hand = (
        100 * 11_000 * sum(D)
        + A * (30 * sum(D[2:]) + 20 * sum(D[3:]))
        - 2_000 * (15 * D[2] + 40 * D[3] + 50 * D[4] + 50 * D[5])
    )
    assert plan.summary["cost_usd"] == pytest.approx(by_hand, abs=0.005)
    assert round(plan.summary["cost_usd"], 2) == 6_322_795.53
    builds = plan["builds"]
    assert builds["decision_year"].tolist() == [2030, 2031]
    assert builds["online_year"].tolist() == [2032, 2033]
    assert builds["capacity_t_per_yr"].tolist() == pytest.approx([30, 20])
    assert plan.summary["capex_usd"] == pytest.approx(1_000_000)
    home = plan["activity"][plan["activity"]["plant"] == "A_MAGNET"]
    assert home["activity_t"].tolist() == pytest.approx([15, 40, 50, 50])


def test_cap_shadow_prices():
    # a point more in 2033: 2 a D32 saved, 2 000 (D32 + D33) lost; in 2034: a (D33+D34+D35 - D32) + 1 000 D32 saved,
    # 2 000 (D34 + D35) lost; both in money of their year
    shares = solved("two-country", "cap")["shares"].set_index("year")["shadow_price_usd_per_pt"]
    in_2033 = (2 * A * D[2] - 2_000 * (D[2] + D[3])) / D[3]
    in_2034 = (A * (sum(D[3:]) - D[2]) + 1_000 * D[2] - 2_000 * (D[4] + D[5])) / D[4]
    assert shares[2033] == pytest.approx(in_2033, abs=0.005)
    assert shares[2034] == pytest.approx(in_2034, abs=0.005)
    assert round(shares[2033], 2) == 5_894.78
    assert round(shares[2034], 2) == 6_240.07


def test_cap_price_of_magnets_at_home():
    # one more tonne used allows 0.6 (0.5) t more from abroad
    prices = solved("two-country", "cap")["prices"]
    home = prices[(prices["commodity"] == "magnet") & (prices["region"] == "A")].set_index("year")["price_usd_per_t"]
    expected = {2030: 11_000, 2031: 11_000, 2032: 11_000, 2033: 13_357.91, 2034: 14_120.03, 2035: 11_000}
    assert home.round(2).to_dict() == expected


def test_cap_builds_just_break_even():
    # a plant that is built and not at its limit earns what it needs: the price of magnets made at home, where the cap
    # binds 13 357.91 + 0.6 x 5 894.78 ... = 16 894.78 (one t made inside also relieves the cap)
    builds = solved("two-country", "cap")["builds"]
    assert builds["price_needed_usd_per_t"].tolist() == pytest.approx(builds["market_price_usd_per_t"].tolist())
    # levelised cost of the 30 t of 2030: a and 6 400 USD/t over 15, 30, 30, 30 t
    made = 15 * D[2] + 30 * (D[3] + D[4] + D[5])
    assert builds["levelised_cost_usd_per_t"][0] == pytest.approx(A * 30 * sum(D[2:]) / made + 6_400)
    # and the oxide: half a tonne at 5 200 USD/t
    needed = builds["levelised_cost_usd_per_t"] + 2_600
    assert builds["price_needed_usd_per_t"].tolist() == pytest.approx(needed.tolist())


def test_too_early_falls_20_t_short():
    # (100 - 60) x 0.5 t in 2031; 2032 can be met with K/2 = 40
    plan = solved("two-country", "too-early")
    by_hand = 100 * 11_000 * sum(D) + 80 * A * sum(D[2:]) - 2_000 * (40 * D[2] + 80 * sum(D[3:]))
    assert plan.summary["cost_usd"] == pytest.approx(by_hand, abs=0.01)
    assert round(plan.summary["cost_usd"]) == 6_680_492
    assert plan.summary["shortfall_t"] == pytest.approx(20)
    assert plan.summary["shortfall"] == pytest.approx({"share_cap.0": 20})
    assert not plan.compliant
    assert plan.summary["first_compliant_year"] == 2032
    assert plan["builds"]["capacity_t_per_yr"].tolist() == pytest.approx([80])
    shares = plan["shares"].set_index("year")
    assert shares["headroom"][2031] == pytest.approx(-0.4)
    assert shares["shadow_price_usd_per_pt"].isna().to_dict() == {2031: True, 2032: False}
