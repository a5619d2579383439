"""Ctrl-C: while a script starts, in the middle of a run, and where it is not to be heard."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.conftest import INSTANCES, ROOT


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("policies", [["allied-traced-10"], ["allied-traced-10", "allied-traced-20"]])
def test_ctrl_c_in_the_middle(tmp_path, policies):
    command = [sys.executable, str(ROOT / "solve.py"), str(INSTANCES / "allied-2045"), "--out", str(tmp_path / "o")]
    for policy in policies:
        command += ["--policy", policy]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 4, err
    assert "Stopped" in err
    assert "Traceback" not in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize(("begun", "code", "said"), [("", -signal.SIGINT, ""), ("listen()", 0, "heard\n")])
def test_ctrl_c_while_a_script_starts_shows_no_traceback(begun, code, said):
    work = f"""
import os, signal
from model.cli.command import hush, listen
hush()
{begun}
try:
    os.kill(os.getpid(), signal.SIGINT)
    signal.sigtimedwait([], 5)
except KeyboardInterrupt:
    print("heard")
"""
    done = subprocess.run([sys.executable, "-c", work], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (code, said, "")


def test_a_script_that_is_told_not_to_hear_ctrl_c_does_not():
    command = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); from model.cli.command import hush, listen\n"
    )
    command += "hush(); listen(); print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    done = subprocess.run([sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "True\n"
