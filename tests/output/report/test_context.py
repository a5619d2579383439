"""What the results say of the instance, and what the plan rests on."""

import pytest

import model
from model.base.economics import discount_factor
from tests.conftest import solved

PLANT = "A_MAGNET"


def figure(plan, table, name, column, value="effect_usd"):
    rows = plan["figures"]
    row = rows[(rows["table"] == table) & (rows["figure"] == name) & (rows["column"] == column)]
    return float(row[value].iloc[0])


def test_what_is_paid_through_each_cost_adds_up_to_the_cost():
    for key in (("two-country", "cap"), ("allied-2045", "crma-2030")):
        plan = solved(*key)
        paid = plan["figures"]
        columns = ("capex", "fixed_cost", "variable_cost", "freight", "tariff", "holding_cost", "shortage_cost")
        total = paid["effect_usd"][paid["column"].isin(columns)].sum()
        assert total == pytest.approx(plan.summary["cost_usd"], rel=1e-8)
        premium = paid["premium_effect_usd"][paid["column"].isin(columns)].sum()
        assert premium == pytest.approx(plan.summary["premium_usd"], rel=1e-6)


@pytest.mark.parametrize("column", ["capex", "fixed_cost", "variable_cost", "availability"])
def test_one_percent_more_costs_a_hundredth_of_the_effect(two_country, column):
    """A small change and the plan made anew: the cost moves as the effect says."""
    plan, plants = solved("two-country", "cap"), two_country.table("plants")
    step = -1e-4 if column == "availability" else 1e-4
    plants.loc[plants["plant"] == PLANT, column] *= 1 + step
    again = model.solve(model.edited(two_country, plants=plants), "cap")
    moved = (again.summary["cost_usd"] - plan.summary["cost_usd"]) / step
    assert moved == pytest.approx(figure(plan, "plants", PLANT, column), rel=1e-3)


def test_demand_and_recipes_by_hand(two_country):
    """Served times its price; 0.5 t of oxide a tonne of magnets, at the price of oxide where it is used."""
    plan = solved("two-country", "cap")
    weight = {y: discount_factor(0.05, y - 2030) for y in two_country.years}
    prices = plan["prices"].set_index(["commodity", "region", "year"])["price_usd_per_t"]
    worth = sum(100 * prices["magnet", "A", y] * weight[y] for y in two_country.years)
    assert figure(plan, "demand", "magnet: A, all", "quantity") == pytest.approx(worth, rel=1e-9)
    runs = plan["activity"][plan["activity"]["process"] == "press"]
    used = sum(
        0.5 * r["activity_t"] * prices["oxide", r["region"], r["year"]] * weight[r["year"]]
        for r in runs.to_dict("records")
        if r["activity_t"] > 0
    )
    assert figure(plan, "recipes", "press: oxide", "coefficient") == pytest.approx(used, rel=1e-9)


def test_decisions_and_when_they_could_be_taken():
    """By hand: two years to build, one at half load; what is decided in 2030 and 2031 is used in full in 2033, 2034."""
    rows = solved("two-country", "cap")["decisions"].to_dict("records")
    assert [(r["decision_year"], r["online_year"], r["full_year"]) for r in rows] == [
        (2030, 2032, 2033),
        (2031, 2033, 2034),
    ]


def test_names_and_targets_are_the_instances():
    plan = solved("allied-2045", "crma-2030")
    assert plan["regions"]["region"].tolist() == sorted(plan.instance.regions)
    assert set(plan["plants"]["plant"]) == set(plan.instance.plants)
    assert set(plan["goods"]["stage"]) == {s for s, goods in plan.instance.stages.items() if goods}
    asked = {(t.row, t.buyer, t.scope, y): v for t in plan.policy.targets for y, v in t.share.items()}
    rows = plan["targets"][["policy_row", "buyer", "scope", "year", "limit"]].itertuples(index=False)
    assert {tuple(r[:4]): r[4] for r in rows} == asked


def test_the_envelope_is_in_the_summary():
    envelope = solved("allied-2045", "crma-2030").summary["envelope"]
    assert (envelope["min_usd"], envelope["max_usd"]) == (13e9, 18e9)
    assert envelope["citation"]
    assert solved("two-country", "cap").summary["envelope"] is None
