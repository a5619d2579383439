"""What a policy adds to each kind of cost: by hand, summing to the premium, judged by the checker, drawn and said."""

from __future__ import annotations

import re

import pytest

import model
from model.base.words import bare
from model.check import violations
from model.plan.saying import sentences
from model.plan.saying.rows import ToldShort
from tests.conftest import solved
from tests.tiny import write


@pytest.fixture(scope="module", params=["cap", "tiny"])
def plan(request, tmp_path_factory):
    if request.param == "cap":
        return solved("two-country", "cap")
    return model.solve(model.read(write(tmp_path_factory.mktemp("premium") / "tiny")), "all")


def test_it_sums_to_the_premium_and_to_the_costs(plan):
    frame, summary = plan["premium"], plan.summary
    assert frame["premium_usd"].sum() == pytest.approx(summary["premium_usd"])
    assert frame["cost_usd"].sum() == pytest.approx(summary["cost_usd"])
    assert frame["cost_without_policy_usd"].sum() == pytest.approx(summary["cost_without_policy_usd"])
    costs = plan["costs"].groupby("term")["present_value_usd"].sum()
    assert frame.set_index("term")["cost_usd"].to_dict() == pytest.approx(costs.to_dict())
    more = frame["cost_usd"] - frame["cost_without_policy_usd"]
    assert frame["premium_usd"].tolist() == pytest.approx(more.tolist(), abs=1e-3)


def test_less_is_bought_abroad_under_a_cap():
    more = solved("two-country", "cap")["premium"].set_index("term")["premium_usd"]
    assert (more[["capital", "fixed_new"]] > 0).all()
    assert (more[["tariff", "freight"]] < 0).all()


@pytest.mark.parametrize("column", ["cost_usd", "cost_without_policy_usd", "premium_usd"])
def test_the_checker_sees_a_kind_that_is_off(plan, column):
    frame = plan["premium"].copy()
    frame.loc[0, column] += 1e4
    found = violations(plan.instance, plan.policy, {**plan.tables, "premium": frame}, plan.summary)
    assert set(found["rule"]) == {"premium"}


def test_the_checker_sees_a_summary_that_is_off(plan):
    found = violations(plan.instance, plan.policy, plan.tables, {**plan.summary, "premium_usd": 1.0})
    assert found["rule"].tolist() == ["premium"]


def test_the_report_draws_the_premium_by_kind(plan, tmp_path):
    page = (plan.write(tmp_path / "out", model.write_report) / "report.html").read_text("utf-8")
    assert "The premium by kind of cost" in page
    assert "The cost by kind" not in page
    assert not re.search(r"[\">]nobody[\"<]", page)


def test_what_it_costs_the_chain_and_what_buyers_would_pay_are_two_things():
    told = ToldShort(solved("two-country", "cap"))
    assert bare(sentences.cost(told)).endswith("more than without policy; 0.86 USD per kg of home's own goods.")
    buyer = next(b for b in told["buyers"] if b["buyer"] == "home")
    usd = buyer["price_rise_usd_per_kg"] * 1e3 * 100  # 100 t a year
    assert usd == pytest.approx(86_382, rel=1e-4)
    assert bare(sentences.pays_more(told)).endswith("costs: home 86,400 USD a year more.")
