"""The benchmark's tables as Markdown: each measurement is a process of its own, figures are medians of rounds."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.bench.generate import SIZES, write_instance
from tests.bench.phases import PHASES

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("pyomo", "highspy", "pandas", "numpy", "scipy", "linopy", "xarray")
ALLIED = ROOT / "instances" / "allied-2045"
Say = Callable[[str], None]


def made(size: str, folder: Path) -> Path:
    """The generated instance of a size; made once."""
    place = folder / size
    return place if place.exists() else write_instance(place, **SIZES[size])


def measured(module: str, *options: object) -> Any:
    """What a module of the bench prints in a process of its own."""
    command = [sys.executable, "-m", f"tests.bench.{module}", *map(str, options)]
    one = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as solve.py has it
    done = subprocess.run(command, cwd=ROOT, env=one, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[2:])} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])  # a solver may greet before


def head() -> list[str]:
    """Date, machine and versions."""
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{package} none")
    system = f"{processor()}, {cores()} cores, {memory_gib():.0f} GiB, {platform.system()}"
    python = f"Python {platform.python_version()}"
    return [f"{time.strftime('%Y-%m-%d')}; {system}; {python}, {', '.join(versions)}.", ""]


def processor() -> str:
    """The processor's name, as Linux tells it."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))


def memory_gib() -> float:
    """The machine's memory."""
    lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
    return int(lines[0].split()[1]) / 2**20


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[str]:
    """A Markdown table."""
    names = list(columns)
    lines = [names, ["---"] * len(names), *rows]
    return [*("| " + " | ".join(map(str, line)) + " |" for line in lines), ""]


def roads(sizes: Iterable[str], rounds: int, folder: Path, say: Say) -> list[str]:
    """Build and hand-over by road; ratios are medians of the ratios within each round."""
    rows = []
    for name, size, policy, branches, some in _programmes(sizes):
        say(f"roads: {name}")
        place = made(size, folder)
        options = ("--policy", policy, "--branches", branches)
        race = measured("build", place, *options, "--rounds", rounds, "--roads", *some)
        totals = {road: [sum(pair) for pair in race["seconds"][road]] for road in some}
        first = totals[some[0]]
        for road in some:
            build, hand = (statistics.median(part) for part in zip(*race["seconds"][road], strict=True))
            pairs = [(own / base) for own, base in zip(totals[road], first, strict=True)]
            ratio = f"{statistics.median(pairs):.2f} ({min(pairs):.2f}-{max(pairs):.2f})"
            held = measured("build", place, *options, "--memory", road)
            size_text = ", ".join(f"{n:,}" for n in race["sizes"][road])
            memory = f"{held['build']:.0f}, {held['held']:.0f}"
            rows.append((name, road, size_text, f"{build:.3f}", f"{hand:.3f}", f"{build + hand:.3f}", ratio, memory))
    return table(
        ("programme", "road", "columns, rows, nonzeros", "build s", "hand-over s", "both s", "times the first road",
         "MiB to build, with HiGHS"), rows)  # fmt: skip


def _programmes(sizes: Iterable[str]) -> Iterable[tuple[str, str, str, int, list[str]]]:
    """Name, size, policy, branches and roads; trees and content classes go by our roads alone."""
    for size in sizes:
        yield size, size, "all", 1, ["raw", "ours", "linopy"]
        small = SIZES[size]["regions"] <= SIZES["100k"]["regions"]
        others = ["ours", "expanded"] if size == "20k" else ["ours"]
        if small:
            yield f"{size}, three futures", size, "all", 3, others
            yield f"{size}, two content classes", size, "traced", 1, others


def whole_runs(cases: list[tuple[str, Path, str, str]], rounds: int, say: Say) -> list[str]:
    """Seconds and peak memory of whole runs by phase: rounds go over the cases in turn."""
    found: dict[str, list[Any]] = {name: [] for name, *_ in cases}
    for number in range(rounds):
        for name, folder, policy, until in cases:
            say(f"whole runs: {name}, round {number + 1} of {rounds}")
            found[name].append(measured("phases", folder, "--policy", policy, "--until", until))
    lines = [_lines(name, until, found[name]) for name, *_, until in cases]
    seconds, peaks, runs = zip(*lines, strict=True)
    return [
        *table(("run", "columns, rows, nonzeros", *PHASES, "all", "all / HiGHS"), seconds),
        *("Peak memory by phase, MiB:", ""),
        *table(("run", *("solve" if p == "HiGHS" else p for p in PEAKS)), peaks),
        *("The solves:", ""),
        *table(("run", "solve", "algorithm", "status", "iterations", "s"), [line for some in runs for line in some]),
    ]


PEAKS = ("read", "build", "hand-over", "HiGHS", "tables", "check", "write")
UNSOLVED = ("imports", "read", "build", "hand-over")


def _lines(name: str, until: str, found: list[Any]) -> tuple[tuple[str, ...], tuple[str, ...], list[tuple[str, ...]]]:
    """Of one case the lines of seconds, of peaks, and of each solve."""
    shown = PHASES if until == "write" else UNSOLVED
    cells = [f"{statistics.median(run['seconds'][p] for run in found):.2f}" if p in shown else "" for p in PHASES]
    totals = [sum(run["seconds"].values()) for run in found]
    ratios = [total / run["seconds"]["HiGHS"] for total, run in zip(totals, found, strict=True) if until == "write"]
    size = ", ".join(f"{n:,}" for n in found[0]["size"])
    ratio = f"{statistics.median(ratios):.2f}" if ratios else ""
    known = [[run["peak"][p] for run in found if p in run["peak"]] for p in PEAKS]
    runs = [
        (name, what, algorithm, status, f"{steps:,}", f"{statistics.median(run['runs'][i][4] for run in found):.2f}")
        for i, (what, algorithm, status, steps, _) in enumerate(found[0]["runs"])
    ]
    return (
        (name, size, *cells, f"{statistics.median(totals):.2f}", ratio),
        (name, *(f"{statistics.median(some):.0f}" if some else "" for some in known)),
        runs,
    )


def algorithms(cases: list[tuple[str, Path, str]], limit: float, say: Say) -> list[str]:
    """Each question by each algorithm; one measurement."""
    rows = []
    for name, folder, policy in cases:
        say(f"algorithms: {name}")
        for r in measured("algorithms", folder, "--policy", policy, "--limit", limit):
            figures = f"{r['columns']:,}", r["question"], r["from"], r["algorithm"], f"{r['seconds']:.2f}"
            rows.append((name, *figures, f"{r['iterations']:,}", r["status"]))
    return table(("programme", "columns", "question", "from", "algorithm", "s", "iterations", "status"), rows)
