"""The small plan broken on purpose: stocks, by-products, traced content, limited lanes, minima and budgets."""

from __future__ import annotations

import pytest

from tests.check import small
from tests.check.changes import Case, adding, asking, dropping, given, narrowed, saying, setting, together, without

STOCK = {"commodity": "magnet", "region": "Y", "year": 2030}
ORE = {"commodity": "ore", "year": 2030}
DOWN = {"commodity": "ore", "region": "Y", "year": 2030}
SHORT = {"policy_row": "share_cap.0", "year": 2030}
PRESS = {"plant": "Y_PRESS", "region": "Y", "process": "press"}
MINIMUM = {"policy_row": "domestic_min.0", "year": 2030}
FROM_NOWHERE, FROM_HOME = STOCK | {"origin": "-"}, STOCK | {"origin": "Y"}
NO_SHORTFALL = saying(shortfall={}, shortfall_t=0.0)
ORE_STOCK = {"commodity": "ore", "region": "Y", "year": 2031, "content": "free", "stock_t": 1.0}
# what a plan's use moves: its consumption, and with it shares, minima and content
SHARES = {"shares", "share_cap", "benchmarks", "content"}
# what moves where more use in the first year takes the shortfall to the second
LATER = {"shortfall", "compliant"}

CASES: dict[str, Case] = {
    "lane limit": (given("lanes", "max_flow", 30.0, commodity="ore", destination="home"), {"lane_limit"}),
    "lane limit of both classes": (
        together(
            given("lanes", "max_flow", 31.5, commodity="ore", destination="home"),
            adding("shipments", **ORE, content="traced", origin="Z", destination="Y", quantity_t=1.0),
        ),
        {"lane_limit", "supply", "use", "content"},
    ),
    "lane closed by a later row": (
        adding("shipments", **ORE, content="traced", origin="X", destination="Z", quantity_t=1.0),
        {"lane_open", "supply", "use"},
    ),
    "by-product not made": (
        adding(
            "shipments", commodity="rock", year=2030, content="traced", origin="X", destination="X", quantity_t=61.0
        ),
        {"supply", "use"},
    ),
    "by-product sold to nobody": (
        adding(
            "shipments", commodity="rock", year=2030, content="traced", origin="X", destination="X", quantity_t=60.0
        ),
        {"use"},
    ),
    "by-product that must be sold": (given("commodities", "may_be_unsold", False), {"supply"}),
    "traced region makes free goods": (
        together(
            setting("activity", "content", "free", plant="X_MINE", year=2030),
            setting("shipments", "content", "free", **ORE, origin="X", destination="Y"),
            setting("shipments", "content", "free", **ORE, origin="X", destination="X"),
            setting("downgrades", "quantity_t", 21.0, **DOWN),
            adding("downgrades", **DOWN | {"region": "X"}, quantity_t=10.0),
        ),
        {"content_class"},
    ),
    "free activity uses traced goods": (setting("downgrades", "quantity_t", 2.0, **DOWN), {"use", "content_class"}),
    "traced activity uses what isn't there": (dropping("downgrades", **DOWN), {"use"}),
    "more drawn than there is": (
        together(
            setting("stock_origins", "stock_t", 10.0, **FROM_NOWHERE),
            setting("stock_origins", "stock_t", 5.0, **FROM_HOME),
        ),
        {"use_by_origin", "content"},
    ),
    "loss": (given("stockpiles", "loss_rate", 0.2), {"use", "use_by_origin", *SHARES}),
    "initial stock": (given("stockpiles", "initial", 0.0), {"use", "use_by_origin", *SHARES}),
    "stock limit": (given("stockpiles", "capacity", 19.0), {"stock_limit"}),
    "stock where there is no stockpile": (
        together(adding("stocks", **ORE_STOCK), adding("stock_origins", **ORE_STOCK, origin="Z")),
        {"stock_limit", "use", "content_class", "content"},
    ),
    "stock of no origin": (dropping("stock_origins", **FROM_NOWHERE), {"stock_origins", "use", *SHARES, *LATER}),
    "stock misreported": (
        setting("stocks", "stock_t", 14.0, **STOCK, content="free"),
        {"stock_origins", "costs", "benchmarks"},
    ),
    "unknown class": (
        setting("stocks", "content", "other", **STOCK, content="free"),
        {"known", "stock_origins", "stock_min", "benchmarks", "costs"},
    ),
    "unknown origin": (
        setting("stock_origins", "origin", "Q", **FROM_NOWHERE),
        {"known", "stock_origins", "use", *SHARES, *LATER},
    ),
    "no table of downgrades": (without("downgrades"), {"use"}),
    "no content column": (without("activity", "content"), {"known"}),
    "decided too late": (
        adding("builds", **PRESS, decision_year=2031, online_year=2031, capacity_t_per_yr=0.0, capex_usd=0.0),
        {"decision_window"},
    ),
    "above the budget": (asking(budget__0__max=10_000), {"budget", "budgets"}),
    "below the budget's minimum": (asking(budget__0__min=12_000), {"budget", "budgets"}),
    "budget of other processes": (narrowed("budgets", 0, "mine"), {"budget", "budgets"}),
    "spent": (setting("budgets", "spent_usd", 1.0, bound="max"), {"budgets"}),
    "limit of a budget": (setting("budgets", "limit_usd", 2e5, bound="max"), {"budgets"}),
    "budget left out": (dropping("budgets", bound="max"), {"budgets"}),
    "production below its minimum": (asking(domestic_min__0__min=0.92), {"domestic_min", "benchmarks", "compliant"}),
    "capacity below its minimum": (asking(domestic_min__1__min=0.8), {"domestic_min", "benchmarks", "compliant"}),
    "other processes only": (narrowed("domestic_mins", 1, "mine"), {"domestic_min", "benchmarks", "compliant"}),
    "too little in stock": (asking(stock_min__0__days=73), {"stock_min", "benchmarks"}),
    "value of a minimum": (setting("benchmarks", "value_t", 50.0, **MINIMUM), {"benchmarks"}),
    "need of a minimum": (setting("benchmarks", "needed_t", 50.0, **MINIMUM), {"benchmarks"}),
    "output of a minimum": (setting("benchmarks", "output_t", 50.0, **MINIMUM), {"benchmarks"}),
    "share of a minimum": (setting("benchmarks", "share", 0.5, **MINIMUM), {"benchmarks"}),
    "limit of a minimum": (setting("benchmarks", "limit", 0.5, **MINIMUM), {"benchmarks"}),
    "minimum left out": (dropping("benchmarks", **MINIMUM), {"benchmarks"}),
    "shortfall not declared": (together(dropping("shortfalls", **SHORT), NO_SHORTFALL), {"share_cap"}),
    "shortfall declared too small": (
        together(
            setting("shortfalls", "shortfall_t", 0.5, **SHORT), saying(shortfall={"share_cap.0": 0.5}, shortfall_t=0.5)
        ),
        {"share_cap"},
    ),
    "shortfall padded": (
        together(
            setting("shortfalls", "shortfall_t", 1.0, **SHORT), saying(shortfall={"share_cap.0": 1.0}, shortfall_t=1.0)
        ),
        {"shortfall"},
    ),
    "shortfall missing from the summary": (NO_SHORTFALL, {"shortfall"}),
    "compliance claimed": (saying(compliant=True), {"compliant"}),
    "compliance claimed too early": (saying(first_compliant_year=2030), {"compliant"}),
    "never compliant": (saying(first_compliant_year=None), {"compliant"}),
    "unserved in t of goods": (saying(unserved_t=1.0), {"unserved"}),
    "traced arrivals": (setting("shares", "arrivals_t", 20.0, **SHORT), {"shares"}),
    "content by mixing": (
        setting("content", "content_share", 0.61, policy_row="share_cap.1", supplier="Z", year=2031),
        {"content"},
    ),
    "holding cost": (dropping("costs", term="holding"), {"costs", "cost"}),
    "shortage cost": (setting("costs", "cost_usd", 4_000.0, term="shortage"), {"costs"}),
    "tariff": (given("commodities", "price", 900.0, commodity="magnet"), {"costs"}),
    "freight": (given("lanes", "freight", 2.0, commodity="ore", destination="home"), {"costs"}),
    "cost of capital": (given("plants", "wacc", 0.05, plant="Y_PRESS"), {"costs"}),
    "lead time": (
        given("plants", "lead_time", 1, plant="Y_PRESS"),
        {"capacity", "capacity_limit", "utilisation", "builds", "costs"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_broken(name: str) -> None:
    plan, (change, rules) = small.sound(), CASES[name]
    change(plan)
    assert plan.rules() == rules, plan.violations().to_string()
