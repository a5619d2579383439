"""Runs of draws: the same bytes whoever works and whatever breaks off; wrong questions named at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

import model
from model.analysis.risk import risk
from model.analysis.risk.asked import ask
from model.analysis.sweeps.running.journal import NAME
from tests.analysis.risk.world import planned, world
from tests.analysis.sweeps.same import all_gone, contents, end_group, wait_for_results
from tests.conftest import INSTANCES, ROOT

SCRIPT = ROOT / "scripts" / "risk.py"
LUCK = ["--edit", "plants[plant=A_MAGNET].success = 0.5", "--edit", "plants[plant=A_MAGNET].slip_years = 1"]


def call(*words):
    """The script's call."""
    return [sys.executable, str(SCRIPT), str(INSTANCES / "two-country"), *map(str, words)]


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """Twelve draws of the plan and of one that counts on less, in one process."""
    plan, out = planned(0.5, 1.0), tmp_path_factory.mktemp("straight") / "out"
    risk(plan, out, draws=12, insure=(1.0,), workers=1)
    return contents(out)


def test_more_workers_change_no_byte(straight, tmp_path):
    seen = []
    risk(planned(0.5, 1.0), tmp_path / "out", draws=12, insure=(1.0,), workers=2, hear=lambda p: seen.append(p.done))
    assert contents(tmp_path / "out") == straight
    assert seen[-1] == 25


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=lambda s: s.name)
def test_a_run_that_is_ended_goes_on_to_the_same_bytes(ending, tmp_path):
    out, words = tmp_path / "out", ["--draws", 60, "--insure", 0, *LUCK]
    process = subprocess.Popen(
        call(*words, "--out", out, "--workers", 2), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_for_results(out, 3)
        process.kill() if ending == signal.SIGKILL else os.killpg(process.pid, ending)
        said, err = process.communicate(timeout=30)
        assert all_gone(process.pid)
    finally:
        end_group(process)
    assert "Traceback" not in said + err
    if ending == signal.SIGINT:
        assert process.returncode == 4
        assert err.strip().endswith(f"Stopped. What is done is kept in {out}; --resume goes on.")
    assert (out / NAME).exists()
    with pytest.raises(model.InputError, match="broken off"):
        risk(planned(0.5, 1.0), out, draws=60, insure=())
    two = model.read(INSTANCES / "two-country", dict(_edits()))
    plan, before = model.solve(two, "cap"), []
    risk(plan, out, draws=60, insure=(), workers=1, resume=True, hear=lambda p: before.append(p.before))
    assert before[-1] >= 3
    risk(plan, tmp_path / "straight", draws=60, insure=(), workers=1)
    assert contents(out) == contents(tmp_path / "straight")
    again = risk(plan, out, draws=60, insure=(), resume=True)
    assert len(again["draws"]) == 60


def _edits():
    for text in LUCK[1::2]:
        key, _, value = text.partition(" = ")
        yield key, f"= {value}"


def test_the_answer_at_the_terminal(tmp_path):
    words = call("--draws", 4, "--insure", 1, *LUCK, "--workers", 1, "--out", tmp_path / "out")
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    for said in ("hold as planned, in every year", "Hurts most by itself: Magnets at home", "Over-building"):
        assert said in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_all_that_is_wrong_with_a_call_is_said_and_nothing_written(tmp_path):
    words = call("--draws", 0, "--seed", -1, "--insure", 3, "--policy", "capp", "--out", tmp_path / "out")
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("4 problems in the input; nothing was solved:")
    assert 'did you mean "cap"?' in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_with_something_else_is_left_alone(tmp_path):
    (tmp_path / "notes.md").write_text("mine")
    with pytest.raises(model.InputError, match="no answer about risk"):
        risk(planned(0.5), tmp_path, draws=2)


def test_a_plan_of_another_goal_is_refused():
    plan = model.solve(world(0.5), "cap", goal="capital")
    with pytest.raises(model.InputError, match="goal cost"):
        ask(plan, 10, 1, ())


@pytest.mark.parametrize(("column", "value"), [("success", "1.2"), ("success", "-0.1"), ("slip_years", "-1")])
def test_figures_out_of_range_are_named(column, value):
    with pytest.raises(model.InputError, match=column):
        model.edited(model.read(INSTANCES / "two-country"), edits=f"plants[plant=A_MAGNET].{column} = {value}")
