"""Trees of any number of futures: as one programme, and cut at the fork.

    python -m tests.bench.futures FOLDER [--policy allied-65] [--count 100] [--from 2031] [--region CN] [--workers 2]
                                  [--whole] [--file FILE]

The futures are equally likely and leave in one year, each with a world of its own: demand, the costs of one region's
plants, what they can run and a tariff move by seeded factors that mean nothing. ``--file`` writes them as a scenario
file; ``--whole`` solves them as one programme, which takes long beyond some ten.
"""

from __future__ import annotations

import argparse
import json
import resource
import threading
import time
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import model
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.trees.scenarios import tree_of
from model.solving.goals.goals import solve
from model.solving.many import solve as many
from model.solving.many.team import team
from model.solving.programme import compiled
from model.solving.solver import optimality


def scenario(count: int, first: int, region: str, seed: int = 0) -> str:
    """The text of a scenario file with ``count`` futures: the trunk, and branches that leave it in ``first``."""
    draw, text = Random(seed), 'title = "Made by rule"\n'
    for number in range(1, count):
        text += f'[[branch]]\nname = "future {number}"\nfrom = {first}\nprobability = {1 / count!r}\n'
        events = [
            f'kind = "demand"\nfactor = {draw.uniform(0.75, 1.3):.4f}\n',
            f'kind = "cost"\nregions = "{region}"\nfactor = {draw.uniform(0.7, 1.6):.4f}\n',
        ]
        if draw.random() < 0.5:
            events.append(f'kind = "capacity_factor"\nregions = "{region}"\nfactor = {draw.uniform(0.6, 1.0):.4f}\n')
        if draw.random() < 0.3:
            events.append(f'kind = "tariff"\norigin = "{region}"\nadd = {draw.uniform(0.0, 0.4):.4f}\n')
        text += "".join(f"[[branch.event]]\n{event}" for event in events)
    return text


def compare(instance: Instance, policy: str, file: Path, workers: int, whole: bool = True) -> dict[str, Any]:
    """Columns, cost (million USD), gap and seconds of a tree as one programme (where asked), and cut."""
    tree = tree_of(model.scenario(instance, file), instance.years)
    arrays = compiled(Network(instance, model.policy(instance, policy), tree))
    found: dict[str, Any] = {"futures": len(tree.leaves), "columns": len(arrays.cost)}

    def cut() -> Any:
        who = partial(team, workers=workers)
        return many.solve_cut(arrays, tree, who, float("inf"), lambda _: None, threading.Event())

    roads = {"cut": cut, "whole": lambda: _as_one(arrays, tree)}
    for road in roads if whole else ["cut"]:
        wall, processor = time.perf_counter(), _processor()
        outcome = roads[road]()
        seconds = {"seconds": time.perf_counter() - wall, "processor_s": _processor() - processor}
        gap = optimality.residuals(arrays, outcome).gap
        found[road] = {"cost": outcome.cost, "shortfall": outcome.shortfall, "gap": gap, **seconds}
    return found


def _as_one(arrays: Any, tree: Any) -> Any:
    most, many.MANY = many.MANY, len(tree.leaves) + 1
    try:
        return solve(arrays, tree=tree)
    finally:
        many.MANY = most


def _processor() -> float:
    """Processor seconds of this process and of those that it has ended."""
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in each)


def main() -> None:
    """Print one process's figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--policy", default="")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--from", type=int, default=2031, dest="first")
    parser.add_argument("--region", default="CN")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--file", type=Path, default=Path("futures.toml"))
    call = parser.parse_args()
    call.file.write_text(scenario(call.count, call.first, call.region), encoding="utf-8")
    print(json.dumps(compare(model.read(call.folder), call.policy, call.file, call.workers, call.whole), indent=1))


if __name__ == "__main__":
    main()
