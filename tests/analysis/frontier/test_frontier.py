"""The edge: worked by hand, and against plans of the policy edited by hand."""

from __future__ import annotations

import dataclasses
import threading

import pandas as pd
import pytest

import model
from model.analysis.frontier import Question
from model.analysis.frontier.question import ask
from model.analysis.frontier.schedule import answer
from model.analysis.frontier.table import edge_table
from model.analysis.frontier.writing import OF_CRISES, OURS, contents
from model.output.pictures.frontier import pictures
from model.solving.goals import goals
from model.solving.goals.ties import NOTHING_T
from tests.conftest import INSTANCES, programme
from tests.independent.generate import write_instance
from tests.tiny import write

D = [1.05**-i for i in range(6)]
A = 20_000 * 1.155 * 0.1 / (1 - 1.1**-10) + 1_000
"""What a tonne a year at home costs in each operating year (README of two-country)."""


def rows(table, kind, **at):
    found = table[table["kind"] == kind]
    for column, value in at.items():
        found = found[found[column] == value]
    return found


def one(table, kind, **at):
    found = rows(table, kind, **at)
    assert len(found) == 1, (kind, at)
    return found.iloc[0]


def by_hand(question: Question, cap: float, year: int, budget: float) -> model.Policy:
    """The policy of a case, written without the engine's own edit."""
    caps = tuple(
        dataclasses.replace(c, share={y: cap for y in c.share.keys() | set(range(year, max(c.share))) if y >= year})
        if c.row in question.rows
        else c
        for c in question.asked.share_caps
    )
    varied = dataclasses.replace(question.budget, max_usd=budget)
    others = tuple(b for b in question.asked.budgets if b.row != varied.row)
    return dataclasses.replace(question.asked, share_caps=caps, budgets=(*others, varied))


def planned(question: Question, cap: float, year: int, budget: float) -> tuple[bool, float]:
    """Whether the policy of a case complies, and its cost, USD, solved from the start."""
    arrays = programme(question.instance, by_hand(question, cap, year, budget))
    outcome = goals.solve(arrays, canonical=False)
    return outcome.shortfall * 1_000 < NOTHING_T, outcome.cost * 1e6


@pytest.fixture(scope="module")
def paper():
    """two-country, with no budget, and with one for 50 t/yr of the 100 t/yr that can be built."""
    instance = model.read(INSTANCES / "two-country")
    asked = {"caps": [0.9, 0.6, 0.5, 0.4], "years": [2031, 2032, 2033]}
    return {
        "free": model.frontier(instance, "cap", **asked).table,
        "poor": model.frontier(instance, "cap", **asked, budgets=[1e6]).table,
    }


def test_tightest_caps_by_hand(paper):
    # A decision of 2030 runs at one half in 2032, whole from 2033; no more than 100 t/yr, for 100 t of use. From 2031
    # nothing can be at home; from 2032 half of all that is built; from 2033 all. For 1 m USD there are 50 t/yr.
    assert rows(paper["free"], "tightest_cap")["cap"].tolist() == pytest.approx([1, 0.5, 0], abs=2e-7)
    assert rows(paper["poor"], "tightest_cap")["cap"].tolist() == pytest.approx([1, 0.75, 0.5], abs=2e-7)


def test_earliest_years_by_hand(paper):
    assert rows(paper["free"], "earliest_year")["year"].tolist() == [2032, 2032, 2032, 2033]
    assert rows(paper["poor"], "earliest_year")["year"].tolist() == [2032, 2033, 2033, pd.NA]
    assert rows(paper["poor"], "earliest_year")["met"].tolist() == ["yes", "yes", "yes", "no"]


@pytest.mark.parametrize("years", [[2034], [2031, 2034], [2031]])
def test_earliest_years_do_not_hang_on_the_grid(two_country, years):
    found = model.frontier(two_country, "cap", caps=[0.6, 0.4], years=years, budgets=[1e6, 2e6]).table
    assert rows(found, "earliest_year", budget_usd=1e6)["year"].fillna(0).tolist() == [2033, 0]
    assert rows(found, "earliest_year", budget_usd=2e6)["year"].tolist() == [2032, 2033]


def test_cost_and_worth_of_a_point_by_hand(paper):
    # at most 60 % from 2033: 40 t/yr decided in 2030, 20 t in 2032 and 40 t a year after; each home tonne saves 2 000
    case = one(paper["free"], "case", cap=0.6, year=2033)
    saved = 2_000 * (0.5 * D[2] + D[3] + D[4] + D[5])
    assert case["met"] == "yes"
    assert case["premium_usd"] == pytest.approx(40 * (A * sum(D[2:]) - saved), rel=1e-9)
    assert case["cost_usd"] == pytest.approx(1_100_000 * sum(D) + case["premium_usd"], rel=1e-9)
    assert case["capex_usd"] == pytest.approx(800_000)
    assert case["unserved_goods_t"] == 0
    # one more point is one t/yr less
    assert case["marginal_cost_usd_per_pt"] == pytest.approx(A * sum(D[2:]) - saved, rel=1e-9)
    assert rows(paper["poor"], "case", met="no")[["cost_usd", "premium_usd", "capex_usd"]].isna().all(axis=None)
    met = rows(paper["poor"], "case", met="yes")
    assert sorted(zip(met["cap"], met["year"], strict=True)) == [(0.5, 2033), (0.6, 2033), (0.9, 2032), (0.9, 2033)]


CASES = [(23, "policy-1", (0.9, 0.5, 0.35)), (14, "policy-0", (0.9, 0.6, 0.55))]


@pytest.fixture(scope="module", params=CASES, ids=[f"{seed} {name}" for seed, name, _ in CASES])
def drawn(request, tmp_path_factory):
    """A random instance, in which all targets but the caps can be met; with little capital and with enough."""
    seed, name, caps = request.param
    folder = tmp_path_factory.mktemp("random") / str(seed)
    write_instance(folder, seed)
    instance = model.read(folder)
    capital = model.solve(instance, name).summary["capex_usd"]
    return model.frontier(instance, name, caps=caps, budgets=[0.3 * capital, 1.2 * capital])


def test_cases_are_plans_of_the_policy_edited_by_hand(drawn):
    q, cases = drawn.question, rows(drawn.table, "case")
    assert set(cases["met"]) == {"yes", "no"}
    for case in cases.iloc[:: max(1, len(cases) // 8)].itertuples():
        plan = model.solve(q.instance, by_hand(q, case.cap, case.year, case.budget_usd))
        assert plan.compliant == (case.met == "yes"), case
        if plan.compliant:
            assert plan.summary["cost_usd"] == pytest.approx(case.cost_usd, rel=1e-6)
            assert plan.summary["premium_usd"] == pytest.approx(case.premium_usd, rel=1e-6, abs=1)
        else:
            assert set(plan["shortfalls"]["policy_row"]) <= set(q.rows)


def test_tightest_caps_hold_and_nothing_tighter(drawn):
    q, inside = drawn.question, 0
    for budget in q.budgets:
        for year in q.years[:: len(q.years) - 1]:
            cap = one(drawn.table, "tightest_cap", budget_usd=budget, year=year)["cap"]
            assert planned(q, min(1.0, cap * (1 + 1e-5)), year, budget)[0]
            if cap > 1e-4:
                inside += 1
                assert not planned(q, cap - 1e-4, year, budget)[0]
    assert inside


def test_earliest_years_hold_and_no_year_before(drawn):
    q, before = drawn.question, 0
    for row in rows(drawn.table, "earliest_year").itertuples():
        year = q.horizon[-1] + 1 if pd.isna(row.year) else row.year
        assert row.met == ("no" if pd.isna(row.year) else "yes")
        if row.met == "yes":
            assert planned(q, row.cap, year, row.budget_usd)[0]
        if year > q.horizon[0]:
            before += 1
            assert not planned(q, row.cap, year - 1, row.budget_usd)[0]
    assert before


def test_margins_are_what_a_small_step_saves(drawn):
    q, told = drawn.question, {"marginal_cost_usd_per_pt": 0, "marginal_budget_usd_per_million_usd": 0}
    cases = rows(drawn.table, "case", met="yes")
    assert (cases[list(told)] >= 0).all(axis=None)

    def cost(case, points, million):
        met, usd = planned(q, case["cap"] + points / 100, case["year"], case["budget_usd"] + million * 1e6)
        return usd if met else float("inf")

    for column, step in (("marginal_cost_usd_per_pt", (1e-3, 0)), ("marginal_budget_usd_per_million_usd", (0, 1e-4))):
        for _, case in cases.sort_values(column, kind="stable").iloc[[len(cases) // 2, -1]].iterrows():
            size, noise = sum(step), 2e-9 * case["cost_usd"]
            gain = (cost(case, 0, 0) - cost(case, *step)) / size
            loss = (cost(case, *(-s for s in step)) - cost(case, 0, 0)) / size
            worth = case[column]
            assert gain - noise / size - 1e-3 * worth <= worth <= loss + noise / size + 1e-3 * worth
            told[column] += worth > 0 and gain == pytest.approx(worth, rel=1e-2, abs=noise / size)
    assert told["marginal_cost_usd_per_pt"]


def test_other_targets_fall_short_by_no_more_than_without_the_caps(tmp_path):
    # 60 t/yr of own magnets at most, 40 a year: a half of 120 t can't be made at home in 2032, so the minimum is missed
    policy = (
        '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 0.9\nfrom = 2032\nmeasure = "production"\n'
        '[[share_cap]]\nbuyer = "home"\nstages = ["processing"]\nmax = 0.8\nfrom = 2031\n'
    )
    instance = model.read(write(tmp_path / "tiny", {"both": policy}))
    asked = model.policy(instance, "both")
    without = model.solve(instance, dataclasses.replace(asked, share_caps=()))
    short = without["shortfalls"]["shortfall_t"].item()
    assert short > 1
    found = model.frontier(instance, asked, caps=[0.9, 0.7, 0.1], years=[2031])
    (domestic,) = asked.domestic_mins
    needed = instance.final_demand(domestic.regions, 2032, domestic.weight)
    reached = dataclasses.replace(domestic, share={2032: 0.9 - short * (1 + 2e-7) / needed})
    told = set()
    for case in rows(found.table, "case").itertuples():
        caps = tuple(dataclasses.replace(c, share=dict.fromkeys((2031, 2032), case.cap)) for c in asked.share_caps)
        plan = model.solve(instance, dataclasses.replace(asked, share_caps=caps, domestic_mins=(reached,)))
        assert plan.compliant == (case.met == "yes")
        told.add(case.met)
        if plan.compliant:
            assert plan.summary["cost_usd"] == pytest.approx(case.cost_usd, rel=1e-6)
    assert told == {"yes", "no"}


def test_what_nobody_serves_is_told_in_tonnes_of_goods(tmp_path):
    # 200 t asked for in 2032: 70 t may come from abroad, and of 70 t/yr at home what 0.9 of the 120 t served allows
    policy = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.9\nfrom = 2032\n'
    asked = "magnet,A,cars,2030,100,90000\nmagnet,A,cars,2032,200,90000\n"
    demand = f"commodity,region,sector,year,quantity,shortage_cost\n{asked}"
    instance = model.read(write(tmp_path / "tiny", {"capped": policy}, demand=demand))
    found = model.frontier(instance, "capped", caps=[0.9], years=[2032]).table
    plan = model.solve(instance, "capped")
    assert plan.summary["unserved_goods_t"] > 50
    case = one(found, "case")
    assert case["unserved_goods_t"] == pytest.approx(plan.summary["unserved_goods_t"])
    assert pd.isna(one(found, "tightest_cap")["unserved_goods_t"])


def test_more_workers_change_no_byte(tmp_path):
    write_instance(tmp_path / "i", 23)
    instance = model.read(tmp_path / "i")
    question = ask(instance, "policy-1", (0.9, 0.5, 0.3), (), (2e8, 6e8), ())
    bytes_of = []
    for workers in (1, 3):
        found = answer(question, workers, threading.Event(), lambda done, total: None)
        bytes_of.append(
            contents(question, edge_table(question, found), found.cost_without_policy_usd)
            | pictures(question, edge_table(question, found))
        )
    assert bytes_of[0].keys() == set(OURS) - set(OF_CRISES)
    assert bytes_of[0] == bytes_of[1]
    assert len(set(rows(edge_table(question, found), "tightest_cap")["cap"])) > 2
