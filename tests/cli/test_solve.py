"""solve.py and check_plan.py as their users call them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from tests.conftest import INSTANCES, ROOT
from tests.tiny import write


def call(*arguments, cwd=None, env=None, script="solve.py"):
    return subprocess.run(
        [sys.executable, str(ROOT / script), *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=300,
    )


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture
def two_country(tmp_path):
    return shutil.copytree(INSTANCES / "two-country", tmp_path / "two-country")


def test_met_and_written(two_country, tmp_path):
    done = call(two_country, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    out = tmp_path / "results" / "two-country" / "cap"
    summary = json.loads((out / "summary.json").read_text())
    assert summary["cost_usd"] == pytest.approx(6_322_795.53, abs=0.01)
    assert max(len(line) for line in done.stdout.splitlines()) <= 80
    assert "\x1b" not in done.stdout
    for words in ("Every target is met", "Magnets at home", "Abroad's part", "--full"):
        assert words in done.stdout
    full = call(two_country, "--full", cwd=tmp_path)
    assert max(len(line) for line in full.stdout.splitlines()) <= 80
    for words in ("Every target is met", "Magnets at home", "Magnet, home, from Abroad", "Seconds:"):
        assert words in full.stdout


def test_what_the_check_knows_the_solve_says_once_a_kind(two_country, tmp_path):
    steps = "".join(f"{plant},2033,{t},textbook,assumption,\n" for plant, t in (("B_OXIDE", 1400), ("B_MAGNET", 1500)))
    with (two_country / "capacity.csv").open("a") as file:
        file.write(steps)
    with (two_country / "lanes.csv").open("a") as file:
        file.write("oxide,A,B,1,0,,2036,,,,\n")
    done = call(two_country, "--policy", "none", "--policy", "cap", "--out", tmp_path / "o")
    said = " ".join(done.stdout.split())
    assert said.count("Warning:") == 3
    order = [said.index(w) for w in ("lanes.csv, line 4, from", "(and 1 more like it)", "lanes.csv, line 4, source")]
    assert order == sorted(order)
    kept = json.loads((tmp_path / "o" / "cap" / "summary.json").read_text())["warnings"]
    assert [(k["kind"], k["count"]) for k in kept] == [("idle lane", 1), ("step", 2), ("source", 1)]
    page = (tmp_path / "o" / "cap" / "report.html").read_text()
    assert page.count("the row never holds in the horizon 2030 to 2035") == 1


def test_nothing_odd_nothing_said(two_country, tmp_path):
    done = call(two_country, "--out", tmp_path / "o")
    assert "Warning" not in done.stdout
    assert json.loads((tmp_path / "o" / "summary.json").read_text())["warnings"] == []
    assert "Odd in the input" not in (tmp_path / "o" / "report.html").read_text()


def test_missed(two_country, tmp_path):
    done = call(two_country, "--policy", "too-early", "--out", tmp_path / "o")
    assert done.returncode == 3
    said = " ".join(done.stdout.split())
    assert "The target can't be met in time." in said
    assert "40.0 points over;" in said
    assert "missed in 2031, met from 2032" in said


def test_json(two_country, tmp_path):
    done = call(two_country, "--json", "--out", tmp_path / "o", "--no-report")
    assert json.loads(done.stdout) == json.loads((tmp_path / "o" / "summary.json").read_text())
    two = call(two_country, "--json", "--policy", "none", "--policy", "cap", "--out", tmp_path / "both")
    assert [s["policy"]["name"] for s in json.loads(two.stdout)] == ["none", "cap"]


def test_side_by_side(two_country, tmp_path):
    done = call(two_country, "--policy", "none", "--policy", "too-early", "--out", tmp_path / "o")
    assert done.returncode == 3
    table = pd.read_csv(tmp_path / "o" / "comparison.csv")
    assert table["policy"].tolist() == ["none", "too-early"]
    assert table["worst_miss"].tolist() == pytest.approx([0, 0.4])  # all is imported in 2031 where 60 % may be
    assert table["targets_missed"].tolist() == [0, 1]
    assert (tmp_path / "o" / "too-early" / "shares.csv").exists()
    assert max(len(line) for line in done.stdout.splitlines()) <= 80


def test_overrides(two_country, tmp_path):
    done = call(
        two_country,
        "--set",
        "share_cap.0.max.2034=0.6",
        "--set",
        "finance.discount_rate=0",
        "--json",
        "--out",
        tmp_path / "o",
    )
    summary = json.loads(done.stdout)
    # without discounting; 40 t in 2033 and 2034: K/2... K + M/2 = 40 and K + M = 40, so K = 40
    a = 20_000 * (1.1**2 + 1.1) / 2 * 0.1 / (1 - 1.1**-10) + 1_000
    assert summary["cost_usd"] == pytest.approx(6_600_000 + 40 * 4 * a - 2_000 * (20 + 40 + 40 + 40), abs=0.01)
    assert summary["overrides"] == {
        "instance": {"finance.discount_rate": 0},
        "policy": {"share_cap.0.max.2034": 0.6},
    }
    judged = call(two_country, tmp_path / "o", script="scripts/check_plan.py")
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--policy", "cpa"], ['"cpa"', 'did you mean "cap"']),
        (["--set", "finanse.discount_rate=0.1"], ["finanse", 'did you mean "finance"']),
        (["--set", "finance.discount_rat=0.1"], ["discount_rat", 'did you mean "finance.discount_rate"']),
        (["--set", "share_cap.0.maks=0.1"], ["maks", 'did you mean "share_cap.0.max"']),
        (["--set", "share_cap.3.max=0.1"], ["share_cap.3"]),
        (["--set", "share_cap.0.max=60"], ['"60"', "from 0 to 1"]),
        (["--set", "nonsense"], ["KEY=VALUE"]),
        (["--threads", "0"], ["whole number"]),
        (["--time-limit", "-1"], ["number of seconds of at least 0"]),
        (["--time-limit", "nan"], ["number of seconds of at least 0"]),
        (["--polcy", "cap"], ["--polcy"]),
    ],
)
def test_a_wrong_call_says_what_is_wrong(two_country, tmp_path, arguments, words):
    done = call(two_country, *arguments, cwd=tmp_path)
    assert done.returncode == 2
    for word in words:
        assert word in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not (tmp_path / "results").exists()


def test_no_instance(tmp_path):
    done = call(INSTANCES / "two-contry", cwd=tmp_path)
    assert done.returncode == 2
    assert 'did you mean "two-country"' in done.stderr


def test_every_problem_at_once_and_nothing_written(two_country, tmp_path):
    plants = (
        (two_country / "plants.csv")
        .read_text()
        .replace("A_MAGNET,Magnets at home,press", "A_MAGNET,Magnets at home,pres")
    )
    (two_country / "plants.csv").write_text(plants)
    (two_country / "policies" / "cap.toml").write_text('[[share_cap]]\nbuyr = "home"\n')
    done = call(two_country, "--policy", "none", cwd=tmp_path)
    assert done.returncode == 2
    assert "plants.csv, line 4" in done.stderr
    assert 'did you mean "press"' in done.stderr
    assert "policies/cap.toml, line 2" in done.stderr
    assert 'did you mean "buyer"' in done.stderr
    assert not (tmp_path / "results").exists()


def test_check_stops_there(tmp_path):
    done = call("--check", INSTANCES / "allied-2045", cwd=tmp_path)
    assert done.returncode == 0
    assert "sound" in done.stdout
    assert "CN_MINE_LIGHT" in done.stdout
    assert "assumption" in done.stdout
    assert not (tmp_path / "results").exists()


def test_a_folder_of_the_users_own_is_never_replaced(two_country, tmp_path):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("years of work")
    done = call(two_country, "--out", out)
    assert done.returncode == 2
    assert "thesis.txt" in done.stderr
    assert files(out) == {"thesis.txt": b"years of work"}


def test_an_earlier_result_is_replaced_whole(two_country, tmp_path):
    out = tmp_path / "o"
    call(two_country, "--out", out)
    (out / "report.html").write_text("old")
    refused = call(two_country, "--policy", "too-early", "--out", out)
    assert refused.returncode == 2
    assert "holds another plan" in refused.stderr
    assert (out / "report.html").read_text(encoding="utf-8") == "old"
    assert call(two_country, "--policy", "too-early", "--out", out, "--replace").returncode == 3
    assert (out / "report.html").read_text(encoding="utf-8") != "old"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_place_that_cannot_be_written(two_country, tmp_path):
    (tmp_path / "file").write_text("")
    done = call(two_country, "--out", tmp_path / "file" / "o")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert done.stderr


def _without_times(folder):
    found = files(folder)
    for name in [n for n in found if n.endswith("summary.json")]:
        summary = json.loads(found[name])
        del summary["phases"]
        for run in summary["solves"]:
            del run["seconds"]
        found[name] = json.dumps(summary)
    return found


def test_same_input_same_bytes_on_one_thread_or_two(tmp_path):
    outs = []
    for threads, seed in (("1", "1"), ("2", "2")):
        outs.append(tmp_path / threads)
        done = call(
            INSTANCES / "allied-2045", "--policy", "crma-2030", "--policy", "allied-65", "--threads", threads,
            "--out", outs[-1], env={"PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert done.returncode == 3, done.stderr
    one, two = map(_without_times, outs)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def test_time_limit(tmp_path):
    done = call(INSTANCES / "allied-2045", "--time-limit", "0.05", "--out", tmp_path / "o")
    assert done.returncode == 4
    assert "time limit" in done.stderr
    assert not (tmp_path / "o").exists()


def test_budget_that_cannot_be_spent(tmp_path):
    folder = write(tmp_path / "tiny", policies={"rich": "[[budget]]\nmin = 5e6\n"})
    done = call(folder, "--policy", "rich", "--out", tmp_path / "o")
    assert done.returncode == 2
    assert "budget.0" in done.stderr
    assert not (tmp_path / "o").exists()


def test_names_with_markup_and_control_characters_stay_text(tmp_path):
    regions = "region,name\nA,[red]Home[/red]\nB,Big\x1b[31m\nC,Other\n"
    folder = write(tmp_path / "tiny", regions=regions)
    text = (folder / "plants.csv").read_text().replace("Magnets A", "[bold]x\x1b]0;y\x07")
    (folder / "plants.csv").write_text(text)
    done = call(folder, "--policy", "all", "--out", tmp_path / "o")
    assert done.returncode in (0, 3), done.stderr
    assert "[bold]x" in done.stdout
    assert "\x1b" not in done.stdout


def test_help_and_version_of_python_are_quick():
    done = call("--help")
    assert done.returncode == 0
    assert "Exit codes" in done.stdout


def test_a_python_without_the_packages_says_what_to_do(two_country):
    command = [sys.executable, "-S", str(ROOT / "solve.py"), str(two_country)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": ""})
    assert done.returncode == 2
    assert "has no package" in done.stderr
    assert "pip install ." in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pipe_that_is_closed_early(two_country, tmp_path):
    command = f'"{sys.executable}" "{ROOT / "solve.py"}" "{two_country}" --out "{tmp_path / "o"}" | head -n 1'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr


def test_check_plan_finds_a_broken_plan(two_country, tmp_path):
    call(two_country, "--out", tmp_path / "o")
    assert call(two_country, tmp_path / "o", script="scripts/check_plan.py").returncode == 0
    builds = pd.read_csv(tmp_path / "o" / "builds.csv")
    builds["capacity_t_per_yr"] *= 0.9
    builds.to_csv(tmp_path / "o" / "builds.csv", index=False)
    done = call(two_country, tmp_path / "o", script="scripts/check_plan.py")
    assert done.returncode == 3
    assert "capacity_limit" in done.stdout
    (tmp_path / "o" / "shares.csv").unlink()
    done = call(two_country, tmp_path / "o", script="scripts/check_plan.py")
    assert done.returncode == 2
    assert "shares.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_builds_of_a_folder_are_held(two_country, tmp_path):
    assert call(two_country, "--out", tmp_path / "plan").returncode == 0
    done = call(two_country, "--policy", "none", "--builds", tmp_path / "plan", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "results" / "two-country").iterdir()
    assert folder.name.startswith("none+builds=those_of_cap_of_two-country")
    kept, held = ((f / "builds.csv").read_text().splitlines() for f in (tmp_path / "plan", folder))
    assert [line.split(",")[:6] for line in held] == [line.split(",")[:6] for line in kept]
    cut = (tmp_path / "plan" / "builds.csv").read_text().replace("A_MAGNET", "A_MAGNETS")
    (tmp_path / "plan" / "builds.csv").write_text(cut)
    done = call(two_country, "--builds", tmp_path / "plan", "--out", tmp_path / "o")
    assert done.returncode == 2
    assert 'builds, row 0, plant: "A_MAGNETS": is not a plant' in done.stderr
