"""By when at the latest: by hand, never cheaper by waiting, and as the edited instance solved from the start."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import model
from model.analysis.latest.latest import waiting_instance
from model.base.problems import InputError
from model.cli.planning.solve import COMMAND as SOLVE
from model.cli.questions.latest import COMMAND
from model.output.report import page
from tests.conftest import INSTANCES, solved
from tests.tiny import write

D = [1.05**-i for i in range(6)]  # 2030 ... 2035
NOW = 20_000 * (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-10) + 1_000  # USD a year for a t/yr at home, two years to build


def run_from(first: int) -> float:
    """USD that a t/yr costs more than buying abroad, running from a year at half load in its first."""
    return NOW * sum(D[first:]) - 2_000 * (0.5 * D[first] + sum(D[first + 1 :]))


def test_waiting_by_hand():
    # 40 t of magnets must come from home in 2033, 50 t in 2034. Planned: 30 t/yr decided in 2030 and 20 t/yr in 2031,
    # at half load in 2033. Nothing before 2031: 80 t/yr at half load give the 40 t. Nothing before 2032: 2033 misses
    # 40 t, 20 t of oxide, and 100 t/yr at half load give the 50 t of 2034. Nothing before 2033: 2034 misses 25 t too.
    found = model.latest(solved("two-country", "cap"))
    rows = found.table.set_index("kind")
    for kind in ("all", "stage", "plant"):
        assert rows.loc[kind, ["planned_year", "latest_year"]].tolist() == [2030, 2031]
        extra = 80 * run_from(3) - (30 * run_from(2) + 20 * run_from(3))
        assert rows.loc[kind, "waiting_usd"] == pytest.approx(extra, abs=0.01)
        assert rows.loc[kind, "premium_usd"] == pytest.approx(80 * run_from(3), abs=0.01)
    waits = found.waiting.set_index("first_decision")
    assert waits["holds"].tolist() == ["yes", "yes", "no", "no", "no"]
    assert waits.loc[2032, "premium_usd"] == pytest.approx(100 * run_from(4), abs=0.01)
    assert waits.loc[2033, "premium_usd"] == pytest.approx(0, abs=0.01)
    missed = found.missed.groupby(["first_decision", "year"])["shortfall_t"].sum().to_dict()
    expected = {(2032, 2033): 20, (2033, 2033): 20, (2033, 2034): 25, (2034, 2033): 20, (2034, 2034): 25}
    assert missed == pytest.approx(expected)


def cases(tmp_path):
    """Plans that hold and plans that miss."""
    tiny = model.read(write(tmp_path / "tiny"))
    yield from (solved("two-country", policy) for policy in ("cap", "too-early", "none"))
    yield from (model.solve(tiny, policy) for policy in ("all", "none"))


def test_waiting_never_misses_less_and_never_costs_less_while_the_targets_hold(tmp_path):
    longest = 0
    for plan in cases(tmp_path):
        found = model.latest(plan)
        held = found.waiting[found.waiting["holds"] == "yes"]
        assert held["cost_usd"].diff().dropna().ge(-1e-6 * plan.summary["cost_usd"]).all()
        assert held["first_decision"].tolist() == found.waiting["first_decision"].tolist()[: len(held)]
        total = found.missed.groupby("first_decision")["shortfall_t"].sum()
        assert total.diff().dropna().ge(-1e-6).all()
        together = found.table["latest_year"].iloc[0]
        each = found.table["latest_year"].iloc[1:].dropna()
        assert each.empty or (not pd.isna(together) and each.min() >= together)
        longest = max(longest, len(held))
    assert longest > 1


def test_as_the_edited_instance_solved_from_the_start(tmp_path):
    compared = 0
    for plan in cases(tmp_path):
        for row in model.latest(plan).waiting.dropna().itertuples():
            if row.first_decision not in plan.instance.years:
                continue
            cold = model.solve(waiting_instance(plan.instance, row.first_decision), plan.policy)
            assert cold["builds"].empty or cold["builds"]["decision_year"].min() >= row.first_decision
            if cold.summary["unserved_without_policy_t"] > plan.summary["unserved_without_policy_t"]:
                continue  # there goal 1 asks for less
            assert row.cost_usd == pytest.approx(cold.summary["cost_usd"], rel=1e-9)
            compared += 1
    assert compared >= 10


def test_another_goal_is_refused(two_country):
    with pytest.raises(ValueError, match="goal cost"):
        model.latest(model.solve(two_country, "cap", goal="capital"))


def test_beside_the_plan_in_its_folder_and_its_report(tmp_path):
    plan = solved("two-country", "cap")
    found = model.latest(plan)
    folder = plan.write(tmp_path / "plan", found.tables, model.write_report)
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert page([folder]) == text
    told = re.search(r'<section id="latest".*?</section>', text, re.DOTALL).group(0)
    assert "Nothing need be decided before 2031 (planned: 2030). That costs 0.2 m USD more" in told
    assert "If nothing is decided before 2032, more is missed of: " in told
    assert "(2033)" in told
    drawn = json.loads(re.search(r'id="pictures">(.*?)</script>', text, re.DOTALL).group(1))
    assert drawn["waiting"]["data"]["years"] == [2030, 2031, 2032, 2033, 2034]
    assert [v is None for v in drawn["waiting"]["data"]["values"]] == [False, False, True, True, True]
    assert {(r["planned"], r["latest"]) for r in drawn["waits"]["data"]["rows"]} == {(2030, 2031)}
    now = re.search(r'<section id="now".*?</section>', text, re.DOTALL).group(0)
    assert "By itself, at the latest" in now
    assert "<bdi>2031</bdi>" in now
    described = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert {"latest", "waiting", "missed"} < {r["name"] for r in described}
    pd.testing.assert_frame_equal(model.read_results(folder)["waiting"], found.waiting, check_dtype=False)


def test_asked_with_the_solve(tmp_path, capsys):
    call = [str(INSTANCES / "two-country"), "--policy", "cap", "--latest", "--out", str(tmp_path / "plan")]
    assert SOLVE.main(call) == 0
    assert "Nothing need be decided before 2031" in " ".join(capsys.readouterr().out.split())
    assert (tmp_path / "plan" / "latest.csv").is_file()
    with pytest.raises(SystemExit) as ended:
        SOLVE.main([*call, "--goal", "capital"])
    assert ended.value.code == 2


def test_the_script_writes_the_answer_or_the_plan_that_waits(tmp_path, capsys):
    call = [str(INSTANCES / "two-country"), "--policy", "cap"]
    assert COMMAND.main([*call, "--out", str(tmp_path / "asked")]) == 0
    assert "Nothing need be decided before 2031 (planned: 2030)" in capsys.readouterr().out
    found = pd.read_csv(tmp_path / "asked" / "latest.csv")
    assert COMMAND.main([*call, "--from", "2031", "--out", str(tmp_path / "plan")]) == 0
    plan = model.read_results(tmp_path / "plan")
    assert plan["builds"]["decision_year"].min() == 2031
    assert plan.summary["cost_usd"] == pytest.approx(found["cost_usd"].iloc[0], rel=1e-9)
    assert COMMAND.main([*call, "--from", "1999", "--out", str(tmp_path / "no")]) == 2
    assert not (tmp_path / "no").exists()
    with pytest.raises(InputError):
        model.latest(solved("two-country", "cap")).write(tmp_path / "plan")
