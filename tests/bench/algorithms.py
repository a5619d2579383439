"""Which algorithm where: cold and from a basis, seconds by the simplex and by interior point with crossover.

    python -m tests.bench.algorithms FOLDER [--policy all] [--branches 1] [--limit 120] [--first]

Three questions of a run: the plan without policy and the least shortfall, both cold, and the cheapest plan with that
shortfall from the basis of the plan without policy. A solve is given up after ``--limit`` seconds.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from pathlib import Path
from typing import Any

import highspy
import numpy as np

import model
from model.formulation.network import Network
from model.instance.reading import policy as read_policy
from model.solving.held import HeldProgramme
from model.solving.programme import compiled
from model.solving.solver.highs import ENDLESS, TOLERANCE
from model.solving.solver.points import Basis
from tests.bench.generate import forked


def compare(folder: Path, policy: str, branches: int, limit: float, first: bool) -> list[dict[str, Any]]:
    """Seconds, iterations and status of each question by each algorithm; or of the ``first`` question alone."""
    instance = model.read(folder)
    arrays = compiled(Network(instance, read_policy(instance, policy), forked(instance.years, branches)))
    found = []
    best: Any = None

    def ask(kept: HeldProgramme, question: str, algorithm: str, basis: Basis | None) -> Any:
        kept.solver._deadline = time.perf_counter() + limit
        status = kept.solver._run(question, algorithm, TOLERANCE, basis, False, ENDLESS)
        run = kept.runs[-1]
        start = "a basis" if basis else "nothing"
        found.append({"question": question, "from": start, "algorithm": algorithm, "columns": len(arrays.cost)})
        found[-1] |= {"seconds": run.seconds, "iterations": run.iterations, "status": run.status}
        return kept.solver._point() if status == highspy.HighsModelStatus.kOptimal else None

    kept = HeldProgramme(arrays, stop=threading.Event())
    kept.free_policy()
    kept.solver.set_cost(arrays.cost, arrays.constant)
    for algorithm in ("simplex", "ipx"):
        best = ask(kept, "without policy", algorithm, None) or best
    if first or not len(kept.policy) or best is None:
        return found
    kept.restore()
    kept.keep_served(arrays.unserved(best.x))
    goal = arrays.shortfall
    kept.solver.set_cost(goal.transposed_times(np.ones(1), len(arrays.cost)), float(goal.constant[0]))
    least = None
    for algorithm in ("simplex", "ipx"):
        least = ask(kept, "least shortfall", algorithm, None) or least
    ask(kept, "least shortfall", "simplex", best.basis)
    if least is None:
        return found
    kept.solver.set_cost(arrays.cost, arrays.constant)
    kept.bound(kept.shortfall_row, max(least.objective, 0.0) * (1 + 1e-7) + 1e-9)
    for algorithm, basis in (("simplex", best.basis), ("simplex", None), ("ipx", None)):
        ask(kept, "cost at the least shortfall", algorithm, basis)
    return found


def main() -> None:
    """Print one process's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--policy", default="all")
    parser.add_argument("--branches", type=int, default=1)
    parser.add_argument("--limit", type=float, default=120)
    parser.add_argument("--first", action="store_true", help="the plan without policy alone")
    call = parser.parse_args()
    print(json.dumps(compare(call.folder, call.policy, call.branches, call.limit, call.first)))


if __name__ == "__main__":
    main()
