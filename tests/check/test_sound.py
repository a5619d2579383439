"""Plans made by hand are sound, whatever is left out that says nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.check.rows import mixing
from model.check.tolerance import TONNES, USD
from model.instance.reading import edited, policy
from tests.check import small, two_country


def test_two_country_is_sound() -> None:
    plan = two_country.sound()
    assert plan.violations().to_dict("records") == []
    assert plan.summary["cost_usd"] == pytest.approx(two_country.COST, abs=0.01)


def test_small_is_sound() -> None:
    assert small.sound().violations().to_dict("records") == []


def test_rows_that_say_nothing_may_stand_or_be_left_out() -> None:
    plan = two_country.sound()
    plan.add("shipments", commodity="oxide", origin="A", destination="B", year=2030, quantity_t=0.0)
    idle = {"plant": "A_MAGNET", "region": "A", "process": "press", "year": 2030}
    plan.add("activity", **idle, activity_t=0.0, capacity_t=0.0)
    assert plan.violations().empty
    nobody = pd.DataFrame({"region": ["C"], "name": ["Third"]}, index=[4])
    plan.instance = edited(plan.instance, regions=pd.concat([plan.instance.table("regions"), nobody]))
    plan.policy = policy(plan.instance, "cap")
    assert len(plan.policy.share_caps[0].suppliers) == 2
    assert plan.violations().empty
    traced = small.sound()
    none = {"policy_row": "share_cap.1", "buyer": "home", "scope": "magnet", "supplier": "Z", "year": 2030}
    traced.add("shares", **none, arrivals_t=0.0, consumption_t=55.5, share=0.0, limit=0.9, headroom=0.9)
    traced.drop("budgets", bound="min")
    traced.policy = replace(traced.policy, budgets=(replace(traced.policy.budgets[0], min_usd=0.0),))
    assert traced.violations().empty


def test_a_plan_from_elsewhere_needs_no_summary() -> None:
    plan = two_country.sound()
    plan.summary = {}
    assert plan.violations().empty


def test_a_plan_from_elsewhere_may_lack_the_tables_beside_the_format() -> None:
    plan = two_country.sound()
    for table in ("stock_origins", "shortfalls", "content"):
        del plan.tables[table]
    assert plan.rules() == set()
    plan.set("activity", "activity_t", 39.0, plant="A_MAGNET", year=2033)
    assert "supply" in plan.rules()


def test_noise_below_the_tolerances_is_no_finding() -> None:
    plan = two_country.sound()
    plan.set(
        "shipments", "quantity_t", lambda t: t + 0.9 * TONNES, commodity="oxide", origin="B", destination="A", year=2034
    )
    plan.set("costs", "cost_usd", lambda usd: usd + 0.9 * USD, term="tariff", year=2030)
    assert plan.violations().empty
    plan.set(
        "shipments", "quantity_t", lambda t: t + 0.2 * TONNES, commodity="oxide", origin="B", destination="A", year=2034
    )
    assert plan.rules() == {"supply", "use"}


def test_rows_and_columns_may_come_in_any_order() -> None:
    plan = small.sound()
    plan.tables = {t: f.iloc[::-1, ::-1] for t, f in reversed(plan.tables.items())}
    assert plan.violations().empty


def test_findings_say_where_by_how_much_and_in_which_unit() -> None:
    plan = two_country.sound()
    plan.set("costs", "cost_usd", 1e6, term="tariff", year=2030)
    assert plan.violations().to_dict("records") == [
        {
            "rule": "costs",
            "key": "term=tariff region=A year=2030 column=cost_usd",
            "value": 1e6,
            "limit": 50_000.0,
            "excess": 950_000.0,
            "unit": "USD",
        }
    ]


def test_no_policy() -> None:
    plan = two_country.sound()
    plan.policy = policy(plan.instance, "none")
    for table in ("shares", "content"):
        plan.tables[table] = plan.tables[table].iloc[:0]
    assert plan.rules() == {"compliant"}
    plan.summary["first_compliant_year"] = 2030
    assert plan.violations().empty


def test_a_closed_loop_of_material_has_no_content() -> None:
    passed, own = np.array([[0.0, 1.0], [1.0, 0.0]]), np.zeros((2, 1), dtype=np.bool_)
    assert mixing._goods(passed, np.zeros((2, 1)), own) == pytest.approx(0.0)
    half = np.array([[0.0, 0.5], [0.5, 0.0]])
    assert mixing._goods(half, np.zeros((2, 1)), np.array([[True], [False]]))[:, 0] == pytest.approx([1.0, 0.5])
