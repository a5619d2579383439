"""From tables to a programme held by HiGHS, by several roads: seconds and memory.

``raw`` is numpy and scipy by hand, ``ours`` the project's, ``linopy`` the programme of ``raw`` in linopy. As a
process it prints what it measured as JSON:

    python -m tests.bench.build FOLDER [--policy all] [--branches 1] [--rounds 5] [--roads raw ours linopy]
    python -m tests.bench.build FOLDER --memory ours

In each round every road takes its turn, with the instance read anew, so that nothing is known from the round before.
Peaks of memory want a process of their own.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highspy
import numpy as np

import model
from model.formulation.network import Network
from model.instance.reading import policy as read_policy
from model.solving.programme import compiled
from tests.bench.generate import forked

ROADS = ("raw", "ours", "linopy")


def built(road: str, instance: Any, policy: Any, branches: int = 1) -> Any:
    """The programme as the arguments that HiGHS takes: costs, bounds, and the matrix by row; or linopy's model."""
    if road == "linopy":
        from tests.bench.linopy_road import model_of

        return model_of(instance, policy)
    if road == "raw":
        from tests.bench.raw import assemble

        raw = assemble(instance, policy)
        low, high = (np.concatenate(part) for part in zip(*raw.side, strict=True))
        bounds = np.concatenate(raw.lower), np.concatenate(raw.upper)
        return 0.0, raw.cost, *bounds, low, high, raw.matrix.indptr, raw.matrix.indices, raw.matrix.data, raw.ledger
    network = Network(instance, policy, forked(instance.years, branches))
    a = compiled(network)
    m = a.matrix
    return a.constant, a.cost, a.lower, a.upper, a.row_lower, a.row_upper, m.start, m.column, m.value, a.ledger


def handed(programme: Any) -> highspy.Highs:
    """HiGHS holding the programme."""
    if not isinstance(programme, tuple):
        return programme.to_highspy(set_names=False)
    constant, cost, lower, upper, low, high, start, column, value, _ = programme
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    kind = int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize)
    integer = np.zeros(len(cost), np.int32)
    size = len(cost), len(low), len(value)
    highs.passModel(*size, *kind, constant, cost, lower, upper, low, high, start, column, value, integer)
    return highs


def bytes_of(programme: tuple[Any, ...]) -> int:
    """Bytes of the matrix, the bounds and the costs."""
    return sum(part.nbytes for part in programme[1:-1])


def sizes(highs: highspy.Highs) -> tuple[int, int, int]:
    """Columns, rows and nonzeros that HiGHS holds."""
    return highs.getNumCol(), highs.getNumRow(), highs.getNumNz()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds without garbage collection, as ``model.solve`` builds, and what came of it."""
    gc.collect()
    gc.disable()
    begin = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - begin
    gc.enable()
    return seconds, found


def peak() -> float:
    """Peak memory of this process since it began or since ``forget_peak``, MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def forget_peak() -> None:
    """Let the peak begin at what the process holds now."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory(road: str, folder: Path, policy: str, branches: int) -> dict[str, float]:
    """Peaks above the imports and the instance, MiB: to build, and with HiGHS holding it; a small road goes first."""
    instance = model.read(folder)
    asked = read_policy(instance, policy)
    if road == "linopy":  # imports are no part of the programme
        import linopy  # noqa: F401
    if road == "raw":
        import tests.bench.raw  # noqa: F401
    gc.disable()
    before = peak()
    programme = built(road, instance, asked, branches)
    after = peak()
    highs = handed(programme)
    found = {"build": after - before, "held": peak() - before, "columns": float(highs.getNumCol())}
    return found | ({"programme": bytes_of(programme) / 2**20} if isinstance(programme, tuple) else {})


def race(folder: Path, policy: str, roads: list[str], rounds: int, branches: int) -> dict[str, Any]:
    """Seconds to build and to hand over by road and round, and how large each road's programme is."""
    seconds: dict[str, list[tuple[float, float]]] = {road: [] for road in roads}
    held = {}
    for number in range(rounds + 1):
        for road in roads:
            instance = model.read(folder)
            asked = read_policy(instance, policy)
            build, programme = timed(lambda road=road, i=instance, p=asked: built(road, i, p, branches))  # type: ignore[misc]
            hand, highs = timed(lambda programme=programme: handed(programme))  # type: ignore[misc]
            held[road] = sizes(highs)
            del programme, highs
            if number:  # the first round imports what each road needs
                seconds[road].append((build, hand))
    return {"seconds": seconds, "sizes": held}


def main() -> None:
    """Print one process's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--policy", default="all")
    parser.add_argument("--branches", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--roads", nargs="+", default=["raw", "ours", "linopy"], choices=ROADS)
    parser.add_argument("--memory", choices=ROADS, help="only the peak memory of one road")
    call = parser.parse_args()
    if call.memory:
        print(json.dumps(memory(call.memory, call.folder, call.policy, call.branches)))
    else:
        print(json.dumps(race(call.folder, call.policy, call.roads, call.rounds, call.branches)))


if __name__ == "__main__":
    main()
