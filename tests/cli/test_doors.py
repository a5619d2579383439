"""``solve.py`` and ``scripts/``: small doors, each to one question; what a wrong call or a closed pipe gives."""

from __future__ import annotations

import argparse
import ast
import os
import subprocess
import sys

import pytest

from model.base import problems
from model.base.errors import Stopped, Unmeetable
from model.base.problems import InputError, Problem
from model.cli.command import Command, command
from tests.conftest import INSTANCES, ROOT

DOORS = {p.stem: p for p in (ROOT / "solve.py", *sorted((ROOT / "scripts").glob("*.py"))) if p.stem != "bench"}
"""All but the developers' one."""
CALLS = {
    "solve": ["no-such"],
    "alternatives": ["no-such"],
    "approve": ["no-such"],
    "backtest": ["no-such"],
    "check_plan": [INSTANCES / "two-country", "no-such"],
    "compare": ["no-such", "nor-this"],
    "desk": ["no-such"],
    "frontier": ["no-such"],
    "latest": ["no-such"],
    "lead_times": ["no-such"],
    "pictures": ["no-such"],
    "report": ["no-such"],
    "risk": ["no-such"],
    "roll": ["no-such", "--knowledge", "nor-this"],
    "stockpiles": ["no-such"],
    "stress": ["no-such"],
    "sweep": ["no-such", "caps"],
    "turning": ["no-such"],
    "workbook": ["results", "no-such"],
}


def called(name, *arguments, cwd):
    command = [sys.executable, str(DOORS[name]), *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("name", DOORS)
def test_a_door_is_small_and_its_help_asks_a_question(name, capsys):
    assert len(DOORS[name].read_text(encoding="utf-8").splitlines()) <= 20
    with pytest.raises(SystemExit) as end:
        command(name).main(["--help"])
    assert end.value.code == 0
    about = capsys.readouterr().out.partition("\n\n")[2].partition("\n\n")[0]
    assert "?" in about


def test_the_help_of_solve_names_every_script_by_its_question(capsys):
    with pytest.raises(SystemExit):
        command("solve").main(["--help"])
    said = capsys.readouterr().out
    for name in DOORS.keys() - {"solve"}:
        assert f"scripts/{name}.py" in said
    assert "By when must something be decided at the latest?" in said


def options(monkeypatch):
    """Every option of every script, without its dashes."""
    found = set()

    def seen(parser, _=None):
        found.update(o[2:] for action in parser._actions for o in action.option_strings if o.startswith("--"))
        raise SystemExit

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", seen)
    for name in DOORS:
        with pytest.raises(SystemExit):
            command(name).arguments([])
    return found


def test_messages_name_options_as_they_are_typed(monkeypatch):
    """Whatever is wrong with an option is said of ``--option``; Python is told its own name for it."""
    known = options(monkeypatch)
    python = {problems._CALLED.get(o, o).replace("-", "_") for o in known}
    wrong = []
    for file in (ROOT / "model").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("Problem", "_wrong"):
                about = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
                if about in python or (str(about).startswith("--") and about[2:].split()[0] not in known):
                    wrong.append((file.name, call.lineno, about))
    assert wrong == []
    assert {"supplier", "months", "goal"} <= known
    one = Problem("--supplier", None, "", '"X"', "is no region or group")
    assert (str(one)[:10], one.at_the_shell()[:11]) == ("suppliers:", "--supplier:")


@pytest.mark.parametrize("name", DOORS)
def test_a_missing_folder_is_said_and_nothing_is_written(name, tmp_path):
    done = called(name, *CALLS[name], cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "no-such" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", DOORS)
def test_a_wrong_option_is_named(name, capsys):
    with pytest.raises(SystemExit) as end:
        command(name).main([*map(str, CALLS[name]), "--trace"])  # never abbreviated
    assert end.value.code == 2
    assert "--trace" in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="pipes of a POSIX shell")
@pytest.mark.parametrize("name", ["solve", "sweep", "frontier"])
def test_a_pipe_that_is_closed_at_once(name, tmp_path):
    more = {"solve": [], "sweep": ["caps", "--check"], "frontier": ["--caps", "0.5", "--years", "2034"]}[name]
    command = [sys.executable, str(DOORS[name]), str(INSTANCES / "two-country"), *more]
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(command, cwd=tmp_path, stdout=writes, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writes)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (InputError([Problem("a.csv", 2, "x", '"y"', "expected z")]), 2, "a.csv, line 2"),
        (Unmeetable("budget.0"), 2, "The hard limits contradict one another; nothing was solved: budget.0\n"),
        (Stopped("a time limit"), 4, "Stopped: a time limit. Nothing was written.\n"),
        (KeyboardInterrupt(), 4, "Stopped. Nothing was written.\n"),
        (OSError(28, "No space left", "f.csv"), 1, "The system refused: No space left (f.csv)."),
        (ModuleNotFoundError(name="distributed"), 2, "pip install '.[cluster]'"),
        (RuntimeError("odd"), 1, "Unexpected failure. Nothing was written. RuntimeError: odd\n(--traceback shows"),
    ],
)
def test_what_goes_wrong_ends_in_a_message_and_a_code(error, code, said, capsys):
    def run(call):
        raise error

    parse = command("lead_times").arguments
    assert Command(parse, run).main(["x"]) == code
    assert said in capsys.readouterr().err


def test_the_traceback_is_shown_where_it_is_asked_for():
    def run(call):
        call.written.append("there")
        raise RuntimeError("odd")

    parse = command("lead_times").arguments
    with pytest.raises(RuntimeError, match="odd"):
        Command(parse, run).main(["x", "--traceback"])


def test_what_is_written_by_then_is_named(capsys):
    def run(call):
        call.written.append("there")
        raise KeyboardInterrupt

    assert Command(command("lead_times").arguments, run).main(["x"]) == 4
    assert capsys.readouterr().err == "Stopped. Written: there.\n"


@pytest.mark.parametrize(("closed", "code"), [(">&-", 2), ("2>&-", 2), (">&- 2>&-", 2)])
def test_closed_streams_end_in_no_traceback(tmp_path, closed, code):
    call = f"{sys.executable} {DOORS['solve']} no-such {closed}"
    done = subprocess.run(["sh", "-c", call], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())
