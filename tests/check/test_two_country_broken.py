"""Two-country's plan broken on purpose, in one way each: exactly the rules that the break touches are named."""

from __future__ import annotations

import pytest

from tests.check import two_country
from tests.check.changes import Case, adding, asking, dropping, given, more, saying, setting, together, twice, without

A_MAGNET = {"plant": "A_MAGNET", "region": "A", "process": "press"}
HOME = {"commodity": "magnet", "origin": "A", "destination": "A"}
ABROAD = {"commodity": "magnet", "origin": "B", "destination": "A"}
DEMAND = {"commodity": "magnet", "region": "A", "sector": "all"}
AMOUNTS = ("demand_t", "served_t", *two_country.UNSERVED)
CAP = {"policy_row": "share_cap.0", "buyer": "home", "scope": "magnet", "supplier": "B"}
CAPITAL = {"term": "capital", "region": "A", "year": 2034}
SHARE = CAP | {"year": 2033}
CONTENT = CAP | {"year": 2034}
TABLES: dict[str, Case] = {
    "unknown plant": (
        adding(
            "builds",
            **A_MAGNET | {"plant": "C", "decision_year": 2030, "online_year": 2032},
            capacity_t_per_yr=0.0,
            capex_usd=0.0,
        ),
        {"known"},
    ),
    "unknown region": (adding("shipments", **HOME | {"origin": "C"}, year=2035, quantity_t=5.0), {"known"}),
    "unknown commodity": (adding("shipments", **HOME | {"commodity": "ore"}, year=2035, quantity_t=5.0), {"known"}),
    "year outside the horizon": (adding("shipments", **HOME, year=2036, quantity_t=5.0), {"known"}),
    "unknown demand": (
        adding("demand", **DEMAND | {"sector": "cars"}, year=2030, **dict.fromkeys(AMOUNTS, 0.0)),
        {"known"},
    ),
    "unknown policy row": (
        adding(
            "shares", **CAP | {"policy_row": "share_cap.1"}, year=2033, arrivals_t=0.0, consumption_t=0.0, limit=1.0
        ),
        {"known"},
    ),
    "year not in force": (adding("shortfalls", **CAP, year=2035, shortfall_t=0.0), {"known"}),
    "unknown term": (
        adding("costs", term="salvage", region="A", year=2035, cost_usd=5.0, present_value_usd=5.0),
        {"known"},
    ),
    "another's region": (setting("activity", "region", "B", plant="A_MAGNET", year=2035), {"known"}),
    "another's process": (setting("builds", "process", "refine", decision_year=2030), {"known"}),
    "key twice": (twice("costs", cost_usd=0.0, present_value_usd=0.0), {"known"}),
    "missing table": (without("stocks"), {"known"}),
    "missing table of prices": (without("prices"), {"known"}),
    "missing column": (without("demand", "served_t"), {"known"}),
    "unknown column": (lambda p: p.tables["activity"].insert(4, "branch", "trunk"), {"known"}),
    "negative": (setting("shares", "arrivals_t", -30.0, **SHARE), {"sign", "shares"}),
    "not finite": (setting("demand", "unserved_t", float("inf"), **DEMAND, year=2030), {"sign"}),
    "not a number": (
        setting("shipments", "quantity_t", float("nan"), **ABROAD, year=2030),
        {"sign", "supply", "use", "costs"},
    ),
}
PHYSICS: dict[str, Case] = {
    "activity above capacity": (
        setting("activity", "activity_t", 16.0, plant="A_MAGNET", year=2032),
        {"capacity_limit", "utilisation", "supply", "use", "costs"},
    ),
    "capacity misreported": (setting("activity", "capacity_t", 30.0, plant="A_MAGNET", year=2032), {"capacity"}),
    "capacity before the ramp": (setting("activity", "capacity_t", 50.0, plant="A_MAGNET", year=2033), {"capacity"}),
    "utilisation": (setting("activity", "utilisation", 0.5, plant="A_MAGNET", year=2032), {"utilisation"}),
    "no capex": (
        adding(
            "builds",
            plant="B_MAGNET",
            region="B",
            process="press",
            decision_year=2035,
            online_year=2035,
            capacity_t_per_yr=5.0,
            capex_usd=0.0,
        ),
        {"decision_window", "capacity", "utilisation"},
    ),
    "before the horizon": (
        adding("builds", **A_MAGNET, decision_year=2029, online_year=2031, capacity_t_per_yr=0.0, capex_usd=0.0),
        {"decision_window"},
    ),
    "too late to start": (
        together(
            adding(
                "builds", **A_MAGNET, decision_year=2034, online_year=2036, capacity_t_per_yr=1.0, capex_usd=20_000.0
            ),
            saying(capex_usd=1_020_000.0),
        ),
        {"decision_window"},
    ),
    "online year": (setting("builds", "online_year", 2031, decision_year=2030), {"builds"}),
    "capital of a build": (setting("builds", "capex_usd", 500_000.0, decision_year=2030), {"builds"}),
    "sold but not made": (
        setting("shipments", "quantity_t", 60.0, commodity="oxide", origin="B", destination="B", year=2030),
        {"supply", "use"},
    ),
    "made but not sold": (
        setting("activity", "activity_t", 51.0, plant="B_OXIDE", year=2030),
        {"supply", "utilisation", "costs"},
    ),
    "no lane": (
        adding("shipments", **HOME | {"destination": "B"}, year=2035, quantity_t=1.0),
        {"lane_open", "supply", "use"},
    ),
    "used but not there": (
        setting("demand", "served_t", 99.0, **DEMAND, year=2030),
        {"use", "demand_met", "unserved", "costs"},
    ),
    "more than demanded": (setting("demand", "served_t", 101.0, **DEMAND, year=2030), {"use", "demand_met"}),
    "demand misreported": (setting("demand", "demand_t", 99.0, **DEMAND, year=2030), {"demand_met"}),
    "unserved misreported": (setting("demand", "unserved_t", 1.0, **DEMAND, year=2030), {"demand_met", "starved"}),
    "unserved without policy, but no more than what is demanded": (
        setting("demand", "unserved_without_policy_t", 101.0, **DEMAND, year=2030),
        {"starved"},
    ),
    "demand without its row": (dropping("demand", **DEMAND, year=2030), {"demand_met", "use", "unserved", "costs"}),
}
REPORTS: dict[str, Case] = {
    "padded shortfall": (adding("shortfalls", **CAP, year=2033, shortfall_t=1.0), {"shortfall"}),
    "shortfall in the summary only": (saying(shortfall={"share_cap.0": 1.0}), {"shortfall"}),
    "total shortfall": (saying(shortfall_t=1.0), {"shortfall"}),
    "arrivals": (setting("shares", "arrivals_t", 29.0, **SHARE), {"shares"}),
    "consumption": (setting("shares", "consumption_t", 60.0, **SHARE), {"shares"}),
    "share": (setting("shares", "share", 0.59, **SHARE), {"shares"}),
    "limit": (setting("shares", "limit", 0.61, **SHARE), {"shares"}),
    "headroom": (setting("shares", "headroom", 0.1, **SHARE), {"shares"}),
    "share left out": (dropping("shares", **SHARE), {"shares"}),
    "content": (setting("content", "content_share", 0.5, **CONTENT), {"content"}),
    "direct share": (setting("content", "direct_share", 0.4, **CONTENT), {"content"}),
    "embodied": (setting("content", "embodied_t", 100.0, **CONTENT), {"content"}),
    "base ratio": (setting("content", "base_ratio", 0.5, **CONTENT), {"content"}),
    "content left out": (dropping("content", **CONTENT), {"content"}),
    "cost of a term": (setting("costs", "cost_usd", more(5.0), **CAPITAL), {"costs"}),
    "present value of a term": (setting("costs", "present_value_usd", more(5.0), **CAPITAL), {"costs"}),
    "cost left out": (dropping("costs", **CAPITAL), {"costs", "cost"}),
    "cost in all": (saying(cost_usd=6_322_700.0), {"cost"}),
    "capital in all": (saying(capex_usd=900_000.0), {"capex"}),
    "unserved in all": (saying(unserved_t=1.0), {"unserved"}),
    "compliance denied": (saying(compliant=False), {"compliant"}),
    "first compliant year": (saying(first_compliant_year=2030), {"compliant"}),
    "never compliant": (saying(first_compliant_year=None), {"compliant"}),
    "a tighter cap": (asking(share_cap__0__max__2034=0.4), {"share_cap", "shares", "compliant"}),
    "covered by a shortfall": (
        together(asking(share_cap__0__max__2034=0.4), adding("shortfalls", **CAP, year=2034, shortfall_t=5.0)),
        {"shares", "shortfall", "compliant"},
    ),
    "built too much": (given("plants", "max_build", 49.0, plant="A_MAGNET"), {"build_limit"}),
    "built too much at once": (given("plants", "max_build_per_year", 25.0, plant="A_MAGNET"), {"build_limit_per_year"}),
    "decided too early": (given("plants", "first_decision", 2031, plant="A_MAGNET"), {"decision_window"}),
    "decided too late": (given("plants", "last_decision", 2030, plant="A_MAGNET"), {"decision_window"}),
    "shortfall of an unknown row": (saying(shortfall={"share_cap.9": 0.0}), {"known"}),
    "no figure": (saying(cost_usd=None), {"cost"}),
}
CASES = TABLES | PHYSICS | REPORTS


@pytest.mark.parametrize("name", CASES)
def test_broken(name: str) -> None:
    plan, (change, rules) = two_country.sound(), CASES[name]
    change(plan)
    assert plan.rules() == rules, plan.violations().to_string()
