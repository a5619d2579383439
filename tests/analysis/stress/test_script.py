"""The command: from a results folder to tables, a picture and an answer; wrong calls."""

from __future__ import annotations

import os
import subprocess
import sys

import pandas as pd
import pytest

import model
from tests.conftest import INSTANCES, ROOT


def run(*words, cwd):
    call = [sys.executable, str(ROOT / "scripts" / "stress.py"), *map(str, words)]
    return subprocess.run(call, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_the_command(tmp_path):
    plan = model.solve(INSTANCES / "two-country", "cap")
    plan.write(tmp_path / "cap")
    done = run(tmp_path / "cap", "--instance", INSTANCES / "two-country", "--workers", 1, "--months", "6", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "stopped its exports in" in done.stdout
    folder = tmp_path / "cap-stress"
    names = {
        "stress.csv",
        "gives_way.csv",
        "hedges.csv",
        "stress.svg",
        "stress.png",
        "summary.json",
        "datapackage.json",
    }
    assert {p.name for p in folder.iterdir()} == names
    table = pd.read_csv(folder / "stress.csv")
    pd.testing.assert_frame_equal(table, model.stress(plan, months=[6]).table, check_dtype=False)
    wrong = run(
        tmp_path / "cap", "--instance", INSTANCES / "two-country", "--supplier", "Bb", "--out", tmp_path / "x",
        cwd=tmp_path,
    )  # fmt: skip
    assert wrong.returncode == 2
    assert 'did you mean "B"' in wrong.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [("--months", "6,x", "such as 1,3,6"), ("--years", "2030-x", "such as 2030,2032-2035")],
)
def test_a_list_that_is_none_says_what_one_looks_like(option, value, said, tmp_path):
    done = run(tmp_path, option, value, cwd=tmp_path)
    assert done.returncode == 2
    assert f'argument {option}: "{value}": expected' in done.stderr
    assert said in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals of a POSIX shell")
def test_workers_leave_ctrl_c_to_their_parent():
    """A worker that is interrupted by itself goes on: a traceback of it would reach the user otherwise."""
    code = "import os, signal; from model.plan.stress.running import _begin; _begin(); " + (
        "os.kill(os.getpid(), signal.SIGINT); print('goes on')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("goes on\n", "")
