"""Processes of a run that are killed or told to stop: none is left, and what was done is kept."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor

import pytest

from model.analysis.sweeps.running.run import sweep
from model.base.workers import teams
from tests.analysis.sweeps import deadly
from tests.analysis.sweeps.same import (
    SAMPLED,
    TWO,
    all_gone,
    contents,
    end_group,
    instance,
    start,
    wait_for_results,
    written,
)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=lambda s: s.name)
def test_script_ended_in_mid_run(tmp_path, ending):
    """The signal goes to every process at once, as Ctrl-C on a terminal does; SIGKILL to the first one alone."""
    folders = ending == signal.SIGKILL
    file = written(tmp_path, SAMPLED.format(samples=8 if folders else 24))
    more = ["--folders"] if folders else []
    process = start(TWO, file, "--workers", 2, "--out", tmp_path / "out", *more)
    try:
        wait_for_results(tmp_path / "out", 3)
        if ending == signal.SIGKILL:
            process.kill()
        else:
            os.killpg(process.pid, ending)
        out, err = process.communicate(timeout=30)
        assert all_gone(process.pid)
    finally:
        end_group(process)
    assert "Traceback" not in out + err
    if ending != signal.SIGKILL:
        assert process.returncode == 4
        assert err.strip().endswith(f"Stopped. What is done is kept in {tmp_path / 'out'}; --resume goes on.")
    assert not (tmp_path / "out" / "cases.csv").exists()
    assert sweep(instance(), file, tmp_path / "out", workers=1, folders=folders, resume=True).progress.before >= 3
    sweep(instance(), file, tmp_path / "straight", workers=1, folders=folders)
    assert contents(tmp_path / "out") == contents(tmp_path / "straight")


def test_ctrl_c_while_workers_begin(tmp_path):
    """They import for a while, and must not tell of it."""
    file = written(tmp_path, SAMPLED.format(samples=8))
    process = start(TWO, file, "--workers", 2, "--out", tmp_path / "out")
    try:
        wait_for_results(tmp_path / "out", 0)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert all_gone(process.pid)
    finally:
        end_group(process)
    assert "Traceback" not in out + err
    assert process.returncode == 4


def test_a_killed_worker_loses_nothing(two, grid, straight, tmp_path):
    killed = []

    def kill_one(progress):
        if progress.done in (2, 6):
            killed.append(multiprocessing.active_children()[0])
            killed[-1].kill()

    out = tmp_path / "out"
    sweep(two, grid, out, workers=2, folders=True, hear=kill_one)
    assert len(killed) == 2
    assert contents(out) == contents(straight.folder)


def test_a_task_that_kills_its_worker_fails_and_the_rest_goes_on(two, little, small, tmp_path, monkeypatch):
    monkeypatch.setattr(teams, "run_here", deadly.run_or_die)
    cases = sweep(two, little, tmp_path / "out", workers=2)
    rows = cases["cases"].set_index("case")
    assert rows["status"].to_dict() == {1: "met", 2: "met", deadly.DEADLY + 1: "failed", 4: "met"}
    assert rows["reason"][deadly.DEADLY + 1] == "its worker died twice over it (out of memory?)"
    assert cases.progress.failed == 1
    lines = [line for line in small[0]["cases.csv"].decode().splitlines(keepends=True) if not line.startswith("3,")]
    found = (tmp_path / "out" / "cases.csv").read_text().splitlines(keepends=True)
    assert [line for line in found if not line.startswith("3,")] == lines
    # case 3 has no plan to regret; nothing is known of regret under its assumptions
    regret = cases["regret"].set_index(["case", "under"])
    assert sorted(regret.index) == [(1, 2), (2, 1), (4, 3)]
    assert regret["regret_usd"].isna().to_dict() == {(1, 2): False, (2, 1): False, (4, 3): True}


def test_somebodys_pool_that_breaks_stops_the_run_and_loses_nothing(two, grid, straight, tmp_path):
    out = tmp_path / "out"

    def kill_one(progress):
        if progress.done == 3:
            multiprocessing.active_children()[0].kill()

    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=spawn) as pool, pytest.raises(BrokenExecutor, match="process of the exec"):
        sweep(two, grid, out, executor=pool, folders=True, hear=kill_one)
    assert not (out / "cases.csv").exists()
    assert sweep(two, grid, out, workers=1, folders=True, resume=True).progress.before >= 3
    assert contents(out) == contents(straight.folder)
