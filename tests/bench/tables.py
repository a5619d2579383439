"""The benchmark's tables as Markdown: each measurement is a process of its own, figures are medians of rounds."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.bench.generate import SIZES, write_instance

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
    said = ran("-m", f"tests.bench.{module}", *options)
    return json.loads(said.splitlines()[-1])  # a solver may greet before


def ran(*command: object, good: tuple[int, ...] = (0,)) -> str:
    """What a command of Python's prints."""
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}  # as solve.py has it
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as on a user's machine
    words = [sys.executable, *map(str, command)]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode not in good:
        raise RuntimeError(f"{' '.join(words[1:])} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def whole(folder: Path, policy: str) -> dict[str, Any]:
    """A run of ``solve.py`` as a user starts it, by the clock on the wall, but without the report."""
    with tempfile.TemporaryDirectory() as out:
        start = time.perf_counter()
        said = ran("solve.py", folder, "--policy", policy, "--no-report", "--json", "--out", out, good=(0, 3))
        wall = time.perf_counter() - start
    summary = json.loads(said)
    took = {name: phase["seconds"] for name, phase in summary["phases"].items()}
    highs = took["HiGHS within solve"]
    seconds = {
        "imports": took["imports"],
        "read": took["read"],
        "build": took["build"] + took["compile"],
        "HiGHS": highs,
        "between": took["solve"] - highs,
        "tables": took["tables"],
        "check": took["check"],
    }
    return {"seconds": seconds | {"rest": wall - sum(seconds.values())}, "runs": summary["solves"]}


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


def table(columns: Iterable[str], rows: list[tuple[str, ...]]) -> list[str]:
    """A Markdown table; nothing where it has no rows."""
    if not rows:
        return []
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
            times = f"{held['held'] / held['programme']:.1f}" if "programme" in held else ""
            seconds = (f"{part:.3f}" for part in (build, hand, build + hand))
            rows.append((name, road, size_text, *seconds, ratio, memory, times))
    return table(
        ("programme", "road", "columns, rows, nonzeros", "build s", "hand-over s", "both s", "times the first road",
         "MiB to build, with HiGHS", "times the programme"), rows)  # fmt: skip


def _programmes(sizes: Iterable[str]) -> Iterable[tuple[str, str, str, int, list[str]]]:
    """Name, size, policy, branches and roads; trees and content classes go by our roads alone."""
    for size in sizes:
        yield size, size, "all", 1, ["raw", "ours", "linopy"]
        small = SIZES[size]["regions"] <= SIZES["100k"]["regions"]
        if small:
            yield f"{size}, three futures", size, "all", 3, ["ours"]
            yield f"{size}, two content classes", size, "traced", 1, ["ours"]


def whole_runs(cases: list[tuple[str, Path, str, str]], rounds: int, say: Say) -> list[str]:
    """Seconds of whole runs by phase, rounds going over the cases in turn; and each phase's peak memory, once.

    A case that isn't solved ends at the hand-over.
    """
    found: dict[str, list[Any]] = {name: [] for name, *_ in cases}
    peaks = []
    for number in range(rounds):
        for name, folder, policy, until in cases:
            say(f"whole runs: {name}, round {number + 1} of {rounds}")
            phases = [measured("phases", folder, "--policy", policy, "--until", until)] if number == 0 else []
            peaks += [(name, phases[0])] if phases else []
            if until == "write":
                found[name].append(whole(folder, policy))
    solved = {name: runs for name, runs in found.items() if runs}
    return [
        *table(("run", "columns, rows, nonzeros", *WHOLE, "all", "all but HiGHS", "all / HiGHS"), [
            _seconds(name, next(run["size"] for n, run in peaks if n == name), runs) for name, runs in solved.items()
        ]),
        *("Peak memory by phase, MiB:", ""),
        *table(("run", "columns, rows, nonzeros", *PEAKS), [_peaks(name, run) for name, run in peaks]),
        *(["The solves:", ""] if solved else []),
        *table(("run", "solve", "algorithm", "status", "iterations", "s"), [
            line for name, runs in solved.items() for line in _solves(name, runs)
        ]),
    ]  # fmt: skip


WHOLE = ("imports", "read", "build", "HiGHS", "between", "tables", "check", "rest")
PEAKS = ("read", "build", "hand-over", "solve", "tables", "check", "write")


def _size(numbers: Iterable[int]) -> str:
    return ", ".join(f"{n:,}" for n in numbers)


def _seconds(name: str, size: Iterable[int], runs: list[Any]) -> tuple[str, ...]:
    """Medians by phase, of the whole, of the whole without HiGHS, and of the ratio of the whole to HiGHS."""
    totals = [sum(run["seconds"].values()) for run in runs]
    highs = [run["seconds"]["HiGHS"] for run in runs]
    cells = [[run["seconds"][phase] for run in runs] for phase in WHOLE]
    cells += [totals, [total - own for total, own in zip(totals, highs, strict=True)]]
    cells += [[total / own for total, own in zip(totals, highs, strict=True)]]
    return name, _size(size), *(f"{statistics.median(cell):.2f}" for cell in cells)


def _peaks(name: str, run: Any) -> tuple[str, ...]:
    return name, _size(run["size"]), *(f"{run['peak'][p]:.0f}" if p in run["peak"] else "" for p in PEAKS)


def _solves(name: str, runs: list[Any]) -> Iterator[tuple[str, ...]]:
    """Each solve of a run, with the median of its seconds."""
    for i, solve in enumerate(runs[0]["runs"]):
        seconds = statistics.median(run["runs"][i]["seconds"] for run in runs)
        said = solve["name"], solve["algorithm"], solve["status"]
        yield name, *said, f"{solve['iterations']:,}", f"{seconds:.2f}"


def algorithms(cases: list[tuple[str, Path, str, int]], limit: float, say: Say) -> list[str]:
    """Each question by each algorithm, one measurement; from a million columns on the first question alone."""
    rows = []
    for name, folder, policy, branches in cases:
        say(f"algorithms: {name}")
        first = ("--first",) if folder.name in ("1M", "3M") else ()
        options = ("--policy", policy, "--branches", branches, "--limit", limit, *first)
        for r in measured("algorithms", folder, *options):
            figures = f"{r['columns']:,}", r["question"], r["from"], r["algorithm"], f"{r['seconds']:.2f}"
            rows.append((name, *figures, f"{r['iterations']:,}", r["status"]))
    return table(("programme", "columns", "question", "from", "algorithm", "s", "iterations", "status"), rows)
