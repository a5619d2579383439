"""Sweeps of two-country that tests share, and folders compared byte by byte."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import model
from model.analysis.sweeps.asked.definition import Sweep
from model.analysis.sweeps.asked.files import read_sweep
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


def wait_for_lines(journal: Path, lines: int, seconds: float = 60.0) -> None:
    """Wait until a journal holds so many lines."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if journal.exists() and journal.read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.01)
    raise TimeoutError(f"{journal} has no {lines} lines")


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
