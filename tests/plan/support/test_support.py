"""What new plants need and are paid, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import model
from tests.conftest import solved
from tests.plan.support.home import AT_HOME, CAP_PAID, IMPORTED, A, D, only, policy_file, said, with_plants

CAP_MADE = [15, 40, 50, 50]  # at home 2032 ... 2035 under the cap


def test_a_built_plant_is_paid_what_it_needs_where_its_limits_do_not_bind():
    # 30 t decided in 2030 and 20 t in 2031 are one plant: it pays for 30 t in 2032 and 50 t after
    row = only(solved("two-country", "cap"))
    made = [t * d for t, d in zip(CAP_MADE, D[2:], strict=True)]
    levelised = A * (30 * D[2] + 50 * sum(D[3:])) / sum(made) + 6_400
    assert (row["plant"], row["kind"], row["region"], row["commodity"]) == ("A_MAGNET", "built", "A", "magnet")
    assert (row["first_year"], row["idle"], row["capital_counted"]) == (2032, "no", "yes")
    assert row["capacity_t_per_yr"] == pytest.approx(50)
    assert row["output_t_per_yr"] == pytest.approx((15 + 40 + 50 + 50) / 4)
    assert row["utilisation"] == pytest.approx(1)
    assert row["levelised_cost_usd_per_t"] == pytest.approx(levelised)
    assert row["price_needed_usd_per_t"] == pytest.approx(levelised + 2_600)
    paid = sum(t * p for t, p in zip(made, CAP_PAID, strict=True)) / sum(made)
    assert row["market_price_usd_per_t"] == pytest.approx(paid)
    assert row["gap_usd_per_t"] == pytest.approx(0, abs=1e-4)
    assert row["support_usd_per_yr"] == pytest.approx(0, abs=1e-2)
    # without policy magnets at home are worth what imports cost
    assert row["price_without_policy_usd_per_t"] == pytest.approx(IMPORTED)
    assert row["gap_without_policy_usd_per_t"] == pytest.approx(levelised + 2_600 - IMPORTED)


def test_a_plant_that_a_benchmark_asks_for_is_not_paid_by_the_market(two_country, tmp_path):
    # 50 t/yr of capacity in 2034: decided in 2031, 25 t in 2033, then 50 t. Magnets stay at the price of imports
    asked = '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 0.5\nfrom = 2034\n'
    row = only(model.solve(two_country, policy_file(tmp_path, asked)))
    needed = A * 50 * sum(D[3:]) / (25 * D[3] + 50 * D[4] + 50 * D[5]) + AT_HOME
    assert row["first_year"] == 2033
    assert row["price_needed_usd_per_t"] == pytest.approx(needed)
    assert row["market_price_usd_per_t"] == pytest.approx(IMPORTED)
    assert row["gap_usd_per_t"] == pytest.approx(needed - IMPORTED)
    assert row["support_usd_per_yr"] == pytest.approx((needed - IMPORTED) * (25 + 50 + 50) / 3)
    assert row["price_without_policy_usd_per_t"] == pytest.approx(IMPORTED)


def test_a_plant_built_for_its_capacity_alone_costs_its_capital(two_country, tmp_path):
    # running at home costs 9 000 + 2 600, more than imports: the 50 t/yr of 2034 stand idle
    asked = '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 0.5\nfrom = 2034\n'
    dear = with_plants(two_country, [], variable_cost=9_000)
    row = only(model.solve(dear, policy_file(tmp_path, asked)))
    assert (row["idle"], row["output_t_per_yr"], row["utilisation"]) == ("yes", 0, 0)
    assert all(math.isnan(row[f"{c}_usd_per_t"]) for c in ("levelised_cost", "price_needed", "market_price", "gap"))
    assert row["support_usd_per_yr"] == pytest.approx(50 * A)
    assert row["price_without_policy_usd_per_t"] == pytest.approx(IMPORTED)


def test_committed_capacity_is_what_is_listed_above_the_first_years(two_country):
    # 5 t exist; 25 t from 2032 and 15 t from 2034 are listed: 20 and 10 t are committed and run full
    capacity = [("A_MAGNET", 2030, 5.0), ("A_MAGNET", 2032, 25.0), ("A_MAGNET", 2034, 15.0)]
    row = only(model.solve(with_plants(two_country, capacity), "none"))
    assert (row["kind"], row["first_year"], row["capital_counted"]) == ("committed", 2032, "yes")
    assert row["capacity_t_per_yr"] == pytest.approx(20)
    assert row["output_t_per_yr"] == pytest.approx((20 + 20 + 10 + 10) / 4)
    assert row["levelised_cost_usd_per_t"] == pytest.approx(A + 6_400)
    assert row["price_needed_usd_per_t"] == pytest.approx(A + AT_HOME)
    assert row["market_price_usd_per_t"] == pytest.approx(IMPORTED)
    assert row["support_usd_per_yr"] == pytest.approx((A + AT_HOME - IMPORTED) * 15)


def test_existing_and_committed_capacity_share_the_output(two_country):
    # 40 t exist, 160 t from 2032: they make the 100 t that home uses, 75 t of them in the 120 t committed;
    # with room to make more, a magnet is worth what it costs to make
    capacity = [("A_MAGNET", 2030, 40.0), ("A_MAGNET", 2032, 160.0)]
    row = only(model.solve(with_plants(two_country, capacity), "none"))
    assert row["output_t_per_yr"] == pytest.approx(75)
    assert row["utilisation"] == pytest.approx(100 / 160)
    assert row["levelised_cost_usd_per_t"] == pytest.approx(A * 120 / 75 + 6_400)
    assert row["market_price_usd_per_t"] == pytest.approx(AT_HOME)
    assert row["gap_usd_per_t"] == pytest.approx(A * 120 / 75)
    assert row["support_usd_per_yr"] == pytest.approx(A * 120)


def test_the_same_plant_built_and_committed(two_country):
    # 10 t are committed from 2032; the cap then asks for 30 t (2033) and 40 t (2034) of new capacity:
    # K + M/2 = 30, K + M = 40, so K = 20, M = 20, and all of it runs full
    plan = model.solve(with_plants(two_country, [("A_MAGNET", 2032, 10.0)]), "cap")
    rows = plan["support"].set_index("kind")
    assert rows.index.tolist() == ["built", "committed"]
    assert rows["capacity_t_per_yr"].tolist() == pytest.approx([40, 10])
    assert rows["output_t_per_yr"].tolist() == pytest.approx([(10 + 30 + 40 + 40) / 4, 10])
    built = A * (20 * D[2] + 40 * sum(D[3:])) / (10 * D[2] + 30 * D[3] + 40 * (D[4] + D[5]))
    assert rows["levelised_cost_usd_per_t"].tolist() == pytest.approx([built + 6_400, A + 6_400])


def test_an_idle_committed_plant_without_known_capital_costs_its_fixed_cost(two_country):
    blank = dict.fromkeys(("capex", "lead_time", "ramp_years", "lifetime", "wacc", "max_build"), float("nan"))
    instance = with_plants(two_country, [("A_MAGNET", 2033, 10.0)], variable_cost=9_000, **blank)
    plan = model.solve(instance, "none")
    row = only(plan)
    assert (row["kind"], row["idle"], row["capital_counted"]) == ("committed", "yes", "no")
    assert row["support_usd_per_yr"] == pytest.approx(10 * 1_000)
    text = said(plan)
    assert "Committed but never run: Magnets at home (10,000 USD a year)." in text


def test_capacity_that_never_rises_is_not_committed(two_country):
    capacity = [("A_MAGNET", 2030, 50.0), ("A_MAGNET", 2033, 20.0)]
    plan = model.solve(with_plants(two_country, capacity), "none")
    assert len(plan["support"]) == 0
    assert "Who pays" not in said(plan)


def test_a_plant_that_earns_more_than_it_needs_gets_no_support(two_country):
    # at home for 100 + 2 600 and the capacity, against imports for 11 000
    instance = with_plants(two_country, [("A_MAGNET", 2032, 10.0)], variable_cost=100, max_build=0)
    row = only(model.solve(instance, "none"))
    assert row["gap_usd_per_t"] == pytest.approx(A + 2_700 - IMPORTED)
    assert row["support_usd_per_yr"] == 0


def third_country(instance, lanes, plant, *capacity):
    """Two countries and C with one plant; lanes without a limit."""

    def more(table, *rows):
        return pd.concat([instance.table(table), pd.DataFrame(rows)], ignore_index=True)

    return model.edited(
        instance,
        regions=more("regions", {"region": "C", "name": "Third"}),
        plants=more("plants", {"name": "C", "region": "C", **plant}),
        capacity=more("capacity", *({"plant": p, "year": y, "capacity": t} for p, y, t in capacity)),
        lanes=more("lanes", *lanes).fillna({"max_flow": float("inf")}),
    )


def test_without_policy_the_content_of_a_good_is_worth_nothing(two_country, tmp_path):
    # at most 95 % of magnets from 2032 with content of B: 5 t from C's oxide at 20 000 + 100, pressed for 9 000 in the
    # 10 t committed at home. They are worth 19 050 then; without policy they would be worth what imports cost, not
    # what free ones would cost that nobody makes
    instance = third_country(
        with_plants(two_country, [("A_MAGNET", 2032, 10.0)], variable_cost=9_000),
        [{"commodity": "oxide", "origin": "C", "destination": "A", "freight": 100.0, "tariff": 0.0}],
        {"plant": "C_OXIDE", "process": "refine", "variable_cost": 20_000.0, "fixed_cost": 0.0},
        ("C_OXIDE", 2030, 100.0),
    )
    asked = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.95\nfrom = 2032\n'
    plan = model.solve(instance, policy_file(tmp_path, asked + 'measure = "traced"\ntraced = "B"\n'))
    row = only(plan)
    assert row["output_t_per_yr"] == pytest.approx(5)
    assert row["price_needed_usd_per_t"] == pytest.approx(2 * A + 19_050)
    assert row["market_price_usd_per_t"] == pytest.approx(19_050)
    assert row["price_without_policy_usd_per_t"] == pytest.approx(IMPORTED)
    # without policy the half tonne of oxide comes from B for 5 200: 2 600 instead of 10 050
    assert row["price_needed_without_policy_usd_per_t"] == pytest.approx(2 * A + 9_000 + 2_600)
    assert row["gap_without_policy_usd_per_t"] == pytest.approx(2 * A + 11_600 - IMPORTED)


def test_where_nobody_makes_a_good_it_is_worth_the_best_price_less_the_way_there(two_country):
    # C may make magnets (idle: they are too dear) and ship them to A from 2033 for 700 + 10 % of 10 000
    lanes = (
        {"commodity": "oxide", "origin": "B", "destination": "C", "freight": 100.0, "tariff": 0.0},
        {"commodity": "magnet", "origin": "C", "destination": "A", "freight": 700.0, "tariff": 0.1, "from": 2033},
        {"commodity": "magnet", "origin": "C", "destination": "B", "freight": 5000.0, "tariff": 0.0},
    )
    plant = {"plant": "C_MAGNET", "process": "press", "variable_cost": 9_000.0, "fixed_cost": 50.0}
    instance = third_country(two_country, lanes, plant, ("C_MAGNET", 2032, 10.0))
    row = only(model.solve(instance, "none"))
    assert row["idle"] == "yes"
    expected = (IMPORTED - 700 - 1_000) * sum(D[3:]) / sum(D[2:])  # nothing in 2032: no lane yet
    assert row["price_without_policy_usd_per_t"] == pytest.approx(expected)


@pytest.mark.parametrize("policy", ["allied-65", "traced-65"])
def test_nothing_is_built_at_a_loss_where_only_shares_are_asked_for(policy):
    built = solved("allied-2045", policy)["support"].query("kind == 'built' and idle == 'no'")
    assert len(built) > 2
    assert (built["gap_usd_per_t"] <= 1e-5 * built["price_needed_usd_per_t"]).all()


def test_without_policy_plants_are_paid_what_they_would_be_paid_without_policy():
    running = solved("allied-2045", "none")["support"].query("idle == 'no'")
    assert len(running) > 40
    np.testing.assert_allclose(running["price_without_policy_usd_per_t"], running["market_price_usd_per_t"], rtol=1e-7)


def test_support_agrees_with_builds():
    """One decision is one plant: the two tables then say the same."""
    plan = solved("allied-2045", "crma-2030")
    once = plan["builds"].groupby("plant").filter(lambda rows: len(rows) == 1).set_index("plant").sort_index()
    support = plan["support"].query("kind == 'built'").set_index("plant").loc[once.index]
    assert len(once) > 2
    for column in ("levelised_cost_usd_per_t", "price_needed_usd_per_t", "market_price_usd_per_t"):
        np.testing.assert_array_equal(support[column], once[column])
