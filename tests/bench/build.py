"""Time and memory from tables to a programme held by HiGHS: the project's road, raw numpy, and index by index.

``python -m tests.bench.build 1M`` makes the instance and prints medians of rounds in which the roads take turns; each
round reads the instance anew, so that nothing is known from the round before. Peaks of memory are from processes of
their own.
"""

from __future__ import annotations

import argparse
import gc
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highspy
import numpy as np

import model
from model.compile import compile_model
from model.formulation import expanded, formulate
from model.formulation.network import Network
from model.nodes import Tree
from model.reading import policy as read_policy
from tests.bench.generate import SIZES, write_instance
from tests.bench.raw import assemble

ROADS = ("raw", "tables", "expanded")


def built(road: str, instance: Any, policy: Any) -> tuple[Any, ...]:
    """The programme as the arguments that HiGHS takes: costs, bounds, and the matrix by row."""
    if road == "raw":
        raw = assemble(instance, policy)
        low, high = (np.concatenate(part) for part in zip(*raw.side, strict=True))
        bounds = np.concatenate(raw.lower), np.concatenate(raw.upper)
        return 0.0, raw.cost, *bounds, low, high, raw.matrix.indptr, raw.matrix.indices, raw.matrix.data, raw.ledger
    network = Network(instance, policy, Tree.chain(instance.years))
    a = compile_model((formulate if road == "tables" else expanded)(network))
    m = a.matrix
    return a.constant, a.cost, a.lower, a.upper, a.row_lower, a.row_upper, m.start, m.column, m.value, a.ledger


def handed(programme: tuple[Any, ...]) -> highspy.Highs:
    """HiGHS holding the programme."""
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
    """Peak memory of this process so far, MiB (Linux: getrusage would tell of the parent as well)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def one(road: str, folder: Path, policy: str) -> str:
    """Peak memory above the imports and the instance, in MiB and in times the programme's bytes."""
    instance = model.read(folder)
    asked = read_policy(instance, policy)
    before = peak()
    gc.disable()
    programme = built(road, instance, asked)
    after = peak()
    size = bytes_of(programme) / 2**20
    kept = handed(programme)
    assert kept.getNumCol() == len(programme[1])
    times = f"{after - before:.0f} MiB to build, {(after - before) / size:.1f} times {size:.0f} MiB"
    return f"{times}; {peak() - before:.0f} with HiGHS"


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", help=f"one of {', '.join(SIZES)}, or the folder of an instance")
    parser.add_argument("--policy", default="all")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--roads", nargs="+", default=list(ROADS), choices=ROADS)
    parser.add_argument("--memory", choices=ROADS, help="only measure the peak memory of one road, in this process")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(given.size)
        if given.size in SIZES:
            folder = write_instance(Path(made), **SIZES[given.size])
        if given.memory:
            print(one(given.memory, folder, given.policy))
            return
        print(f"{platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
        seconds: dict[str, list[tuple[float, float]]] = {road: [] for road in given.roads}
        for _ in range(given.rounds):
            for road in given.roads:
                instance = model.read(folder)
                asked = read_policy(instance, given.policy)
                build, programme = timed(lambda road=road, i=instance, p=asked: built(road, i, p))  # type: ignore[misc]
                hand, _ = timed(lambda programme=programme: handed(programme))  # type: ignore[misc]
                seconds[road].append((build, hand))
        base = statistics.median(sum(pair) for pair in seconds[given.roads[0]])
        for road, found in seconds.items():
            build, hand = (statistics.median(part) for part in zip(*found, strict=True))
            total = statistics.median(sum(pair) for pair in found)
            ratio = f"{total / base:.2f} x {given.roads[0]}"
            print(f"{road:9} build {build:.3f} hand over {hand:.3f} total {total:.3f} s, {ratio}")
            options = ["--memory", road, "--policy", given.policy]
            command = [sys.executable, "-m", "tests.bench.build", str(folder), *options]
            print(f"{'':9} {subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()}")


if __name__ == "__main__":
    main()
