"""The edge as its user asks for it: defaults, wrong questions, progress, the script and its files."""

from __future__ import annotations

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
from model.analysis.frontier.question import ask
from model.analysis.frontier.writing import OF_CRISES, OURS
from model.base.errors import Stopped
from model.base.schema import columns
from model.cli.questions.frontier import arguments
from model.output.pictures.frontier import pictures
from model.output.terminal.questions.frontier import report
from tests.conftest import INSTANCES, ROOT
from tests.tiny import write


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
    assert (q.budget.row, q.note) == ("budget.0", "the most that “Capital of new plants outside China” allows varies")
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
        model.frontier(two_country, "cap", caps=[-0.1, 1.2, 0.5], years=[2029, 2035], budgets=[-1])
    said = str(caught.value)
    assert "5 problems" in said
    for words in ('"-0.1"', '"1.2"', "horizon 2030 to 2035", "of every varied cap, 2034", '"-1"'):
        assert words in said, words
    with pytest.raises(model.InputError, match='did you mean "share_cap.0"'):
        model.frontier(two_country, "cap", rows=["share_cap.1"])
    with pytest.raises(model.InputError, match="no cap to vary"):
        model.frontier(two_country, "none")


def test_nothing_at_all_from_abroad_may_be_asked(two_country):
    assert ask(two_country, "cap", [0.5, 0], (), (), ()).caps == (0.5, 0)


def test_several_caps_are_arguments_of_their_own(capsys):
    with pytest.raises(SystemExit) as caught:
        arguments(["two-country", "--caps", "0.65,0.35"])
    assert caught.value.code == 2
    assert '"0.65,0.35" is not a number; several are separated by blanks' in capsys.readouterr().err
    with pytest.raises(SystemExit):
        arguments(["two-country", "--caps", "much"])
    assert "blanks" not in capsys.readouterr().err


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
    assert found.query("kind == 'tightest_cap'")["cap"].nunique() == 1
    with pytest.raises(model.InputError, match="below the least that budget.1 asks"):
        ask(instance, "two", (), (), (5e4,), ())


def call(*arguments, cwd=None):
    command = [sys.executable, str(ROOT / "scripts" / "frontier.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


def test_the_script(tmp_path):
    done = call(INSTANCES / "two-country", "--budgets", "1e6", "2e6", "--years", 2032, 2033, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    folder = tmp_path / "results" / "two-country" / "cap-frontier"
    assert {p.name for p in folder.iterdir()} == set(OURS) - set(OF_CRISES)
    table = pd.read_csv(folder / "frontier.csv")
    assert table.columns.tolist() == [c.column for c in columns("frontier", family="frontier")]
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
    done = call(INSTANCES / "two-country", "--caps", 1.5, 2, "--budgets", 0, "--row", "share_cap.7", cwd=tmp_path)
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
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (4, "", "Stopped. Nothing was written.\n")
    assert list(tmp_path.iterdir()) == []


def test_nothing_met_is_shown_too(two_country):
    found = model.frontier(two_country, "cap", caps=[0.2], years=[2031], budgets=[1e4])
    assert found.table.query("kind == 'case'")["met"].tolist() == ["no"]
    assert pictures(found.question, found.table)["frontier.svg"]
    assert "none of 1 cases" in str(report(found.question, found.table, 1.0).renderables[-1])
