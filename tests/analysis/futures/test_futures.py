"""What knowing and hedging are worth, decisions side by side, and the curve of risk: LandS has published figures."""

from __future__ import annotations

import json

import pytest

import model
from model.base.words import name
from model.output.report.sections.futures import futures as section
from model.plan import futures as told_of
from model.plan.saying.along import along
from model.plan.saying.rows import Told
from tests import lands


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return model.solve(model.read(lands.write(tmp_path_factory.mktemp("lands") / "lands")), scenarios="three")


@pytest.fixture(scope="module")
def valued(plan):
    return model.futures(plan)


def test_the_worth_of_knowing(valued):
    assert valued.summary["evpi_usd"] == pytest.approx(14.353333, abs=1e-6)
    assert valued.summary["cost_with_perfect_information_usd"] == pytest.approx(367.5, abs=1e-6)
    alone = dict(zip(valued.tables["futures"]["future"], valued.tables["futures"]["alone_cost_usd"], strict=True))
    assert alone == pytest.approx({"low": 269, "as planned": 365, "high": 469.333333}, abs=1e-6)


def test_the_trunks_plan_leaves_two_unserved_with_three_chances_in_ten(valued):
    assert valued.summary["hedge_worth_unserved_t"] == pytest.approx(0.6, abs=1e-6)
    assert valued.summary["hedge_worth_shortfall_t"] == 0
    assert valued.summary["hedge_worth_usd"] == pytest.approx(0.6 * 10_000 - 40.3333, abs=1)


def test_decisions_side_by_side(valued):
    now = valued.tables["decisions_now"].set_index("plant")
    assert now["together_t_per_yr"].tolist() == pytest.approx([8 / 3, 4, 10 / 3, 2], abs=1e-6)
    assert now["trunk_t_per_yr"].tolist() == pytest.approx([2.333333, 0.666667, 5, 2], abs=1e-6)
    assert now["safe"].tolist() == ["yes", "no", "yes", "yes"]  # low needs no X2
    assert now.loc["X1", "safe_t_per_yr"] == pytest.approx(2.333333, abs=1e-6)


def test_less_risk_costs_more(valued):
    curve = valued.tables["risk_curve"]
    assert curve["weight"].tolist() == [0, 0.25, 0.5, 0.75, 0.95]
    assert curve["cost_usd"].is_monotonic_increasing
    assert curve["cvar_usd"].is_monotonic_decreasing
    assert curve["cvar_usd"].iloc[-1] == pytest.approx(469.333333, abs=1e-5)


def test_a_certain_plan_has_no_futures_to_value(plan):
    with pytest.raises(ValueError, match="of one certain future"):
        model.futures(model.solve(plan.instance))


def test_one_future_is_told_as_a_certain_plan_is(plan):
    told = along(plan)
    assert "branch" not in told["demand"]
    assert told["demand"]["demand_t"].tolist() == [5, 3, 2]
    assert told["costs"]["present_value_usd"].sum() == pytest.approx(380.333333, abs=1e-5)


def test_the_lines_say_each_future_and_what_waits_for_news(plan):
    said = dict(told_of.lines(Told(plan)))
    assert [k for k in said if k.startswith("If")] == [f"If {name(f)}" for f in ("as planned", "low", "high")]
    assert said["Whatever comes"].startswith("4 plants before 2031")
    assert any(k.startswith("Then") and "nothing is decided" in v for k, v in said.items())
    assert section(Told(plan)) is not None


def test_a_tree_is_written_read_and_judged_again(plan, tmp_path):
    plan.write(tmp_path / "out", model.write_report)
    read = model.read_results(tmp_path / "out")
    assert read.branched
    assert read.summary["futures"] == plan.summary["futures"]
    assert "What may happen" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text(encoding="utf-8"))
    fields = {r["name"]: r["schema"]["primaryKey"] for r in package["resources"] if "schema" in r}
    assert fields["demand"] == ["commodity", "region", "sector", "branch", "year"]
    told = model.scenario(plan.instance, "three")
    assert not len(model.violations(plan.instance, plan.policy, read.tables, read.summary, told))


def spoilt(plan, table, change):
    tables = dict(plan.tables)
    tables[table] = change(tables[table].copy())
    told = model.scenario(plan.instance, "three")
    return set(model.violations(plan.instance, plan.policy, tables, plan.summary, told)["rule"])


def test_what_a_branch_foresees_is_found(plan):
    def early(builds):
        builds["branch"] = "high"
        return builds

    assert "non_anticipativity" in spoilt(plan, "builds", early)


def test_demand_of_another_future_is_found(plan):
    def other(demand):
        high = (demand["branch"] == "high") & (demand["commodity"] == "d1")
        demand.loc[high, ["demand_t", "served_t"]] = 5.0
        return demand

    assert "demand_met" in spoilt(plan, "demand", other)


def test_a_future_that_is_said_wrong_is_found(plan):
    said = [dict(f) for f in plan.summary["futures"]]
    said[1]["cost_usd"] += 1e4
    said[2]["probability"] = 0.4
    told = model.scenario(plan.instance, "three")
    broken = model.violations(plan.instance, plan.policy, plan.tables, {**plan.summary, "futures": said}, told)
    assert broken["key"].tolist() == ["cost_usd future=low", "probability future=high"]
