"""The edge: worked by hand, against plans of the policy edited by hand, and as its user calls it."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time

import pandas as pd
import pytest

import model
from model import goals
from model.edge import Question
from model.edge.question import ask
from model.edge.schedule import answer
from model.edge.schema import COLUMNS
from model.edge.table import edge_table
from model.edge.text import report
from model.edge.writing import OURS, contents
from model.errors import Stopped
from model.ties import NOTHING_T
from tests.conftest import INSTANCES, ROOT
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
    _, arrays = model.programme(question.instance, by_hand(question, cap, year, budget))
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


def test_more_workers_change_no_byte(tmp_path):
    write_instance(tmp_path / "i", 23)
    instance = model.read(tmp_path / "i")
    question = ask(instance, "policy-1", (0.9, 0.5, 0.3), (), (2e8, 6e8), ())
    bytes_of = []
    for workers in (1, 3):
        found = answer(question, workers, threading.Event(), lambda done, total: None)
        bytes_of.append(contents(question, edge_table(question, found), found.cost_without_policy_usd))
    assert bytes_of[0].keys() == set(OURS)
    assert bytes_of[0] == bytes_of[1]
    assert len(set(rows(edge_table(question, found), "tightest_cap")["cap"])) > 2


def test_progress_and_stop(two_country):
    heard = []
    model.frontier(two_country, "cap", tell=lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1] > 1
    assert [done for done, _ in heard] == list(range(len(heard)))
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped):
        model.frontier(two_country, "cap", stop=stop)


def test_defaults(two_country):
    allied = model.read(INSTANCES / "allied-2045")
    q = ask(allied, "allied-65", (), (), (), ())
    assert q.caps == (0.9, 0.75, 0.65, 0.5, 0.35, 0.2)
    assert q.years == (2028, 2030, 2032, 2035, 2037, 2039)
    assert q.budgets == (13e9, 15.5e9, 18e9)
    assert (q.budget.row, q.note) == ("budget.0", "the max of budget.0 varies")
    # no budget of its own: one over the envelope's hosts
    q = ask(allied, "crma-2030", (), (), (), ())
    assert (q.budget.row, q.budget.hosts, q.budgets) == ("budget.0", "outside_china", (13e9, 15.5e9, 18e9))
    assert (q.budget.first_year, q.budget.last_year) == (2026, 2045)
    assert 2030 in q.years
    # no envelope either; a home plant runs from 2032, two thirds of the horizon end in 2033
    q = ask(two_country, "cap", (), (), (), ())
    assert (q.budgets, q.budget, q.years) == ((None,), None, (2032, 2033))
    assert ask(two_country, "cap", (), (), (1e6,), ()).budget.hosts == "everywhere"


def test_every_problem_at_once(two_country):
    with pytest.raises(model.InputError) as caught:
        model.frontier(two_country, "cap", caps=[0, 1.2, 0.5], years=[2029, 2035], budgets=[-1])
    said = str(caught.value)
    assert "5 problems" in said
    for words in ('"0"', '"1.2"', "horizon 2030 to 2035", "of every varied cap, 2034", '"-1"'):
        assert words in said, words
    with pytest.raises(model.InputError, match='did you mean "share_cap.0"'):
        model.frontier(two_country, "cap", rows=["share_cap.1"])
    with pytest.raises(model.InputError, match="no cap to vary"):
        model.frontier(two_country, "none")


def test_the_largest_budget_varies_and_the_others_are_kept(tmp_path):
    policy = (
        '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.8\n'
        '[[budget]]\nhosts = "home"\nmax = 2e5\n[[budget]]\nhosts = "home"\nmax = 2e6\nmin = 1e5\n'
    )
    instance = model.read(write(tmp_path / "tiny", {"two": policy}))
    q = ask(instance, "two", (), (), (), ())
    assert (q.budget.row, q.budgets) == ("budget.1", (2e6,))
    assert "largest of 2" in q.note
    # 2e5 USD are 10 t/yr whatever the larger budget
    found = model.frontier(instance, "two", caps=[0.9], years=[2032], budgets=[2e6, 4e6]).table
    assert rows(found, "tightest_cap")["cap"].nunique() == 1
    with pytest.raises(model.InputError, match="below the least that budget.1 asks"):
        ask(instance, "two", (), (), (5e4,), ())


def call(*arguments, cwd=None):
    command = [sys.executable, str(ROOT / "scripts" / "frontier.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


def test_the_script(tmp_path):
    done = call(INSTANCES / "two-country", "--budgets", "1e6", "2e6", "--years", 2032, 2033, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    folder = tmp_path / "results" / "two-country" / "cap-frontier"
    assert {p.name for p in folder.iterdir()} == set(OURS)
    table = pd.read_csv(folder / "frontier.csv")
    assert table.columns.tolist() == [c.column for c in COLUMNS]
    assert table.groupby("kind").size().to_dict() == {"case": 24, "earliest_year": 12, "tightest_cap": 4}
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert [f["name"] for f in package["resources"][0]["schema"]["fields"]] == table.columns.tolist()
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))["varied_rows"] == ["share_cap.0"]
    picture = (folder / "frontier.png").read_bytes()
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", picture[16:20]) == (1280,)
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    for words in ("Tightest cap", "75.00 %", "Earliest year", "never", "10 of 12"):
        assert words in done.stdout, words
    # again into the same folder, but never into another's
    assert call(INSTANCES / "two-country", "--years", 2033, "--caps", 0.5, cwd=tmp_path).returncode == 0
    (folder / "notes.txt").touch()
    done = call(INSTANCES / "two-country", cwd=tmp_path)
    assert done.returncode == 2
    assert "notes.txt" in done.stderr


def test_bad_calls(tmp_path):
    done = call(INSTANCES / "two-country", "--caps", 0, 2, "--budgets", 0, "--row", "share_cap.7", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("4 problems")
    assert call(INSTANCES / "two-country", "--policy", "none", cwd=tmp_path).returncode == 2
    assert call(tmp_path / "nowhere", cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c(tmp_path):
    command = [sys.executable, str(ROOT / "scripts" / "frontier.py"), str(INSTANCES / "allied-2045")]
    command += ["--policy", "allied-65", "--out", str(tmp_path / "o")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(3.5)
    process.send_signal(signal.SIGINT)
    began = time.perf_counter()
    out, err = process.communicate(timeout=60)
    assert time.perf_counter() - began < 3
    assert (process.returncode, out, err) == (4, "", "Stopped. Nothing was written.\n")
    assert list(tmp_path.iterdir()) == []


def test_nothing_met_is_shown_too(two_country):
    found = model.frontier(two_country, "cap", caps=[0.2], years=[2031], budgets=[1e4])
    assert rows(found.table, "case")["met"].tolist() == ["no"]
    assert contents(found.question, found.table, found.cost_without_policy_usd)["frontier.svg"]
    assert "none of 1 cases" in str(report(found.question, found.table, 1.0).renderables[-1])
