"""One whole run in a process of its own, phase by phase: seconds and peak memory, printed as JSON.

    python -m tests.bench.phases FOLDER [--policy all] [--until solve]

The phases are those of ``solve.py``: imports, read (the input is checked there), build (rules to arrays), hand-over
(arrays to HiGHS), HiGHS (its own time in all solves), between (goals, ties, values and bases back from HiGHS), tables,
check, write (the report left out). The peak of each phase begins at what the process holds as it starts.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

PHASES = ("imports", "read", "build", "hand-over", "HiGHS", "between", "tables", "check", "write")


class Meter:
    """Seconds and peak memory, MiB, by phase."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(PHASES, 0.0)
        self.peak: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        from tests.bench.build import forget_peak, peak

        forget_peak()
        start = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - start
        self.peak[name] = peak()


def run(folder: Path, policy: str, until: str) -> dict[str, Any]:
    """Read, build, hand over; where asked for solve, tabulate, check and write."""
    meter = Meter()
    import model
    from model import plan as road
    from model.solver import Solver

    meter.seconds["imports"] = time.perf_counter() - STARTED
    with meter.phase("read"):
        instance = model.read(folder)
        asked = model.reading.policy(instance, policy)
    with meter.phase("build"):
        network = road.Network(instance, asked, road.Tree.chain(instance.years))
        arrays = road.compiled(network)
    size = len(arrays.cost), len(arrays.row_lower), len(arrays.matrix.value)
    found: dict[str, Any] = {"size": size, "runs": []}
    if until == "hand-over":
        import threading

        with meter.phase("hand-over"):
            Solver(arrays, float("inf"), threading.Event())
    else:
        with hand_over_timed(meter.seconds, Solver), meter.phase("between"):
            outcome = road.solve_goals(arrays, limits=road.limits_of(arrays, network))
        meter.peak["HiGHS"] = meter.peak.pop("between")  # one peak for all that lies between
        meter.seconds["HiGHS"] = sum(r.seconds for r in outcome.runs)
        meter.seconds["between"] -= meter.seconds["HiGHS"] + meter.seconds["hand-over"]
        found["runs"] = [(r.name, r.algorithm, r.status, r.iterations, r.seconds) for r in outcome.runs]
        solved = road.Solved(network, arrays, outcome)
        with meter.phase("tables"):
            tables = road.tabulate(solved)
        with meter.phase("check"):
            residuals = road.optimality.residuals(arrays, outcome)
            summary = road.summarise(solved, tables, residuals)
            road._reject_unsound(instance, asked, tables, summary, residuals)
        summary["overrides"]["policy"] = {}
        with meter.phase("write"), tempfile.TemporaryDirectory() as made:
            road.write(tables, summary | {"phases": {}}, Path(made) / "results", report=False)
    return found | {"seconds": meter.seconds, "peak": meter.peak}


@contextmanager
def hand_over_timed(seconds: dict[str, float], solver: Any) -> Iterator[None]:
    """Count what the solver's making takes."""
    make = solver.__init__

    def making(*given: Any) -> None:
        start = time.perf_counter()
        make(*given)
        seconds["hand-over"] += time.perf_counter() - start

    solver.__init__ = making
    try:
        yield
    finally:
        solver.__init__ = make


def main() -> None:
    """Print one process's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--policy", default="")
    parser.add_argument("--until", choices=["hand-over", "write"], default="write")
    call = parser.parse_args()
    print(json.dumps(run(call.folder, call.policy, call.until)))


if __name__ == "__main__":
    main()
