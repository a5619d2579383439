"""A sweep in a script that has no main guard: its workers never run the script again."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.analysis.sweeps.same import SMALL, TWO, written
from tests.conftest import ROOT

SCRIPT = """
import sys
import model
print("run")
swept = model.sweep(model.read(sys.argv[1]), sys.argv[2], sys.argv[3], workers=2)
print(swept.progress.failed, list(swept["cases"]["status"]))
"""


@pytest.mark.parametrize("piped", [False, True])
def test_a_script_without_a_guard(tmp_path, piped):
    file, script = written(tmp_path, SMALL), tmp_path / "script.py"
    script.write_text(SCRIPT)
    call = [sys.executable, "-" if piped else script, TWO, file, tmp_path / "out"]
    env = {"PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(
        call, input=SCRIPT if piped else "", env=env, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "run"
    assert done.stdout.splitlines()[1].startswith("0 [")
    assert len(done.stdout.splitlines()) == 2
    assert not done.stderr


OWN_POOL = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
import model
pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
model.sweep(model.read(sys.argv[1]), sys.argv[2], sys.argv[3], executor=pool)
"""


def test_a_pool_of_ones_own_needs_the_guard(tmp_path):
    file, script = written(tmp_path, SMALL), tmp_path / "script.py"
    script.write_text(OWN_POOL)
    call = [sys.executable, script, TWO, file, tmp_path / "out"]
    done = subprocess.run(call, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert 'put the call under a main guard:\n\n    if __name__ == "__main__":\n        model.sweep(...)' in done.stderr
    assert "BrokenExecutor" in done.stderr
