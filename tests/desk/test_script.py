"""The script: two desks side by side, Ctrl-C, calls that are wrong, and packages that are missing."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.conftest import INSTANCES, ROOT

SCRIPT = str(ROOT / "scripts" / "desk.py")
TWO = str(INSTANCES / "two-country")


def run(*call, **about):
    return subprocess.run([sys.executable, *call], capture_output=True, text=True, check=False, timeout=120, **about)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_two_desks_side_by_side_end_at_ctrl_c():
    pytest.importorskip("uvicorn", reason="needs uvicorn")
    calls = [[SCRIPT, TWO, "--no-browser"], [str(ROOT / "solve.py"), TWO, "--desk", "--policy", "too-early"]]
    env = {**os.environ, "BROWSER": "true"}  # a command that opens nothing
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": env}
    desks = [subprocess.Popen([sys.executable, *call], **pipes) for call in calls]
    starts = []
    for desk in desks:
        address = next(line.strip() for line in iter(desk.stdout.readline, "") if line.startswith("http"))
        host, token = re.fullmatch(r"(http://127\.0\.0\.1:\d+)/\?token=([\w-]{20,})", address).groups()
        headers = {"Origin": host, "X-Desk-Token": token}
        request = urllib.request.Request(f"{host}/api/begin", b"{}", headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            starts.append((host, token, json.load(answer)["start"]["policy"]))
    assert len({token for _, token, _ in starts}) == len({host for host, _, _ in starts}) == 2
    assert [policy for *_, policy in starts] == ["cap", "too-early"]
    waiting = []
    for host, token, policy in starts:  # a request is under way when they end
        connection = http.client.HTTPConnection(host.removeprefix("http://"))
        headers = {"Origin": host, "X-Desk-Token": token}
        connection.request("POST", "/api/ask/why", json.dumps({"policy": policy, "data": {}}), headers)
        waiting.append(connection)
    time.sleep(0.5)
    for desk in desks:
        desk.send_signal(signal.SIGINT)
    for desk in desks:
        errors = desk.communicate(timeout=60)[1]
        assert (desk.returncode, errors) == (0, "")
    for connection in waiting:
        connection.close()


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ([TWO, "--policy", "cup"], 'did you mean "cap"?'),
        ([TWO, "--edit", "plants[plant=NO].capex = 5"], "no row matches"),
        (["nowhere"], "nowhere"),
        ([TWO, "--port", "70000"], "is not a port"),
    ],
    ids=str,
)
def test_a_wrong_call_is_said_and_opens_nothing(call, said):
    pytest.importorskip("uvicorn", reason="needs uvicorn")
    done = run(SCRIPT, *call, "--no-browser")
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "http" not in done.stdout


@pytest.mark.parametrize("call", [[SCRIPT, TWO], [str(ROOT / "solve.py"), TWO, "--desk"]], ids=["desk", "solve"])
def test_a_missing_package_is_one_sentence(call):
    """As where nothing but the project itself is installed."""
    hide = "import importlib.util as u, sys, runpy; find = u.find_spec; "
    hide += "u.find_spec = lambda name, *a: None if name in ('starlette', 'uvicorn') else find(name, *a); "
    hide += "sys.argv = sys.argv[1:]; sys.path.insert(0, sys.argv[0].rpartition('/')[0]); "
    hide += "runpy.run_path(sys.argv[0], run_name='__main__')"
    done = run("-c", hide, *call)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install '.[desk]'" in done.stderr
