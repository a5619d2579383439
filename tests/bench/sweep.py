"""A sweep of a cap, seconds a point: against ``solve.py`` as a process of its own, and against solves in one process.

    python -m tests.bench.sweep [--points 100] [--cold 5]

One core. Ratios within one run; each cold figure is the median over ``--cold`` points spread over the sweep.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import model
from model.analysis.sweeps.running.run import sweep
from tests.conftest import ROOT

POLICY, TIGHTEST, LOOSEST = "allied-65", 0.30, 0.90

FILE = """title = "Caps"
design = "grid"
policies = ["{policy}"]
[[factor]]
name = "cap"
values = {values}
[[factor.edit]]
table = "share_cap"
column = "max"
op = "set"
"""


def main() -> None:
    """Measure and print one line each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--points", type=int, default=100)
    parser.add_argument("--cold", type=int, default=5)
    call = parser.parse_args()
    step = (LOOSEST - TIGHTEST) / (call.points - 1)
    caps = [round(LOOSEST - step * i, 6) for i in range(call.points)]
    some = caps[:: max(1, call.points // call.cold)][: call.cold]
    instance = model.read(ROOT / "instances" / "allied-2045")
    with tempfile.TemporaryDirectory() as folder:
        process = statistics.median(as_process(cap, Path(folder)) for cap in some)
        cold = statistics.median(in_process(instance, cap) for cap in some)
        file = Path(folder) / "caps.toml"
        file.write_text(FILE.format(policy=POLICY, values=caps), encoding="utf-8")
        start = time.perf_counter()
        found = sweep(instance, file, Path(folder) / "out", workers=1)
        point = (time.perf_counter() - start) / call.points
        assert (found["cases"]["status"] != "failed").all()
    print(f"sweep of {call.points} points  {point:8.4f} s a point")
    print(f"solve.py as a process   {process:8.4f} s, {process / point:5.1f} times the sweep's")
    print(f"solve in one process    {cold:8.4f} s, {cold / point:5.1f} times the sweep's")


def as_process(cap: float, folder: Path) -> float:
    """Seconds of a whole process, results and report written."""
    command = [sys.executable, "solve.py", "instances/allied-2045", "--policy", POLICY, "--set"]
    start = time.perf_counter()
    subprocess.run(
        [*command, f"share_cap.0.max={cap}", "--out", str(folder / "cold")], cwd=ROOT, check=True, capture_output=True
    )
    return time.perf_counter() - start


def in_process(instance: model.Instance, cap: float) -> float:
    """Seconds of a solve with all its tables and checks, everything imported and read."""
    start = time.perf_counter()
    model.solve(instance, POLICY, {"share_cap.0.max": cap})
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
