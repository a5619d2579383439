"""Peak memory of one whole run, phase by phase, in a process of its own, printed as JSON.

    python -m tests.bench.phases FOLDER [--policy all] [--until hand-over]

The phases are those of ``solve.py``; a peak begins at what the process holds as its phase starts. The programme is
handed over twice: once for the peak of that alone, once by the solves.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import model
from model.plan import plan as road
from model.solving.programme import compiled
from model.solving.solver.highs import Solver
from tests.bench.build import forget_peak, peak


class Meter:
    """Peak memory, MiB, by phase."""

    def __init__(self) -> None:
        self.peak: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        forget_peak()
        yield
        self.peak[name] = peak()


def run(folder: Path, policy: str, until: str) -> dict[str, Any]:
    """Read, build, hand over; where asked for solve, tabulate, check and write."""
    meter = Meter()
    with meter.phase("read"):
        instance = model.read(folder)
        asked = model.policy(instance, policy)
    with meter.phase("build"):
        network = road.Network(instance, asked, road.Tree.chain(instance.years))
        arrays = compiled(network)
    size = len(arrays.cost), len(arrays.row_lower), len(arrays.matrix.value)
    with meter.phase("hand-over"):
        Solver(arrays, float("inf"), threading.Event())
    if until == "write":
        with meter.phase("solve"):
            outcome = road.solve_goals(arrays, limits=road.limits_of(arrays, network))
        solved = road.Solved(network, arrays, outcome)
        with meter.phase("tables"):
            tables = road.tabulate(solved)
        with meter.phase("check"):
            residuals = road.optimality.residuals(arrays, outcome)
            summary = road.summarise(solved, tables, residuals)
            road._reject_unsound(network, tables, summary, residuals)
        summary["overrides"]["policy"] = {}
        with meter.phase("write"), tempfile.TemporaryDirectory() as made:
            road.Results(tables, summary | {"phases": {}}).write(Path(made) / "results")
    return {"size": size, "peak": meter.peak}


def main() -> None:
    """Print one process's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--policy", default="")
    parser.add_argument("--until", choices=["hand-over", "write"], default="write")
    call = parser.parse_args()
    gc.disable()  # as solve.py does
    print(json.dumps(run(call.folder, call.policy, call.until)))


if __name__ == "__main__":
    main()
