"""Sweeps of two-country that tests share, and folders compared byte by byte."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import model
from model.analysis.sweeps.asked.definition import Sweep
from model.analysis.sweeps.asked.files import read_sweep
from model.analysis.sweeps.running.journal import NAME
from tests.conftest import INSTANCES, ROOT

TWO = INSTANCES / "two-country"
SCRIPT = ROOT / "scripts" / "sweep.py"

CAPS = """
title = "Caps and what may turn out otherwise"
design = "grid"
policies = ["cap"]
regret = true
[[factor]]
name = "cap"
values = [0.9, 0.4]
edit = [{ table = "share_cap", column = "max", op = "set" }]
"""
DEMAND = """
[[factor]]
name = "demand"
values = [0.8, 1.25]
edit = [{ table = "demand", column = "quantity", op = "scale" }]
"""
LEAD = """
[[factor]]
name = "lead"
values = [2, 4]
edit = [{ table = "plants", where = { plant = "A_MAGNET" }, column = "lead_time", op = "set" }]
"""
GRID, SMALL = CAPS + LEAD, CAPS + DEMAND
"""4 cases each and, since the cap is a choice, 4 regrets; the lead times make two groups."""

SAMPLED = """
title = "Sampled"
design = "latin-hypercube"
policies = ["cap"]
samples = {samples}
[[factor]]
name = "cap"
low = 0.3
high = 0.9
edit = [{{ table = "share_cap", column = "max", op = "set" }}]
[[factor]]
name = "demand"
low = 0.8
high = 1.2
edit = [{{ table = "demand", column = "quantity", op = "scale" }}]
"""


def instance() -> model.Instance:
    """The instance that is swept."""
    return model.read(TWO)


def written(folder: Path, text: str, name: str = "asked") -> Path:
    """A sweep file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder / f"{name}.toml"


def asked(folder: Path, text: str, of: model.Instance | None = None) -> Sweep:
    """A sweep of two-country, or of another instance."""
    return read_sweep(of or instance(), written(folder, text))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def start(*args: object) -> subprocess.Popen[str]:
    """The script, begun in a group of processes of its own."""
    call = [sys.executable, str(SCRIPT), *map(str, args)]
    return subprocess.Popen(
        call, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )


def results(folder: Path) -> int:
    """How many results a journal holds that another process may be writing; -1 where there is none yet."""
    with tempfile.TemporaryDirectory() as beside:
        for name in (NAME, f"{NAME}-wal"):  # a copy: whoever writes has the file to itself
            with contextlib.suppress(OSError):
                shutil.copy(folder / name, beside)
        with contextlib.closing(sqlite3.connect(Path(beside) / NAME)) as base, contextlib.suppress(sqlite3.Error):
            return int(base.execute("SELECT count(*) FROM results").fetchone()[0]) - 1
    return -1


def wait_for_results(folder: Path, count: int, seconds: float = 60.0) -> None:
    """Wait until the journal of a run holds so many results."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if results(folder) >= count:
            return
        time.sleep(0.01)
    raise TimeoutError(f"{folder} has no {count} results")


def living(group: int) -> list[int]:
    """Processes of a group that still live, from /proc; zombies are dead."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, _, pgrp = (path / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(pgrp) == group and state != "Z":
            found.append(int(path.name))
    return found


def all_gone(group: int, seconds: float = 10.0) -> bool:
    """Whether a group of processes ends within some seconds."""
    end = time.monotonic() + seconds
    while living(group) and time.monotonic() < end:
        time.sleep(0.05)
    return not living(group)


def end_group(process: subprocess.Popen[str]) -> None:
    """Leave nothing behind, whatever became of the test."""
    for pid in living(process.pid):
        os.kill(pid, signal.SIGKILL)
    process.communicate(timeout=10)
