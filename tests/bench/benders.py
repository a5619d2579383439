"""How a tree of futures would be cut: Benders' method at the fork, against one programme for the whole tree.

    python -m tests.bench.benders FOLDER [--policy none] [--branches 3] [--rounds 200] [--limit 300]

The plan without policy; after the fork demand is 0.7 to 1.3 times the instance's. The master holds the columns of the
years before the fork and, for each future, a cost that its cuts bound from below; a future is solved with those columns
fixed, and their reduced costs are its cut. Every future has a plan whatever came before, for demand may stay unserved.
No step is damped. A prototype: no goals in order, no tie-break, one core.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import highspy
import numpy as np

import model
from model.formulation.network import Network
from model.instance.policy.kinds import programme_rows, shortfalls
from model.instance.reading import policy as read_policy
from model.solving.programme import Arrays, compiled
from tests.bench.generate import forked

CLOSE = 1e-6
"""Gap at which the method ends, relative to the cost."""
NOISE = 1e-9
"""Slopes below this, million USD per kt, are the solver's tolerance."""
LEAST = -1e8
"""No future costs less, million USD; what is served counts below 0, as it saves the cost of its shortage."""


def futures(arrays: Arrays, network: Network) -> tuple[Any, Any]:
    """The future of each column and row, counted from 1; 0 before the fork."""
    part = {node.name: int(node.name.partition(" ")[2] or -1) + 1 for node in network.tree}
    columns = np.array(
        [
            next((part[label] for label in reversed(index) if label in part), 0)
            for span in arrays.columns.values()
            for index in span.index
        ]
    )
    rows = np.zeros(len(arrays.row_lower), int)
    row = np.repeat(np.arange(len(rows)), np.diff(arrays.matrix.start))
    np.maximum.at(rows, row, columns[arrays.matrix.column])
    there = columns[arrays.matrix.column]
    assert ((there == 0) | (there == rows[row])).all(), "a row that joins two futures"
    return columns, rows


class Part:
    """Some rows of a programme and some columns, held by HiGHS; other columns are taken as 0."""

    def __init__(self, arrays: Arrays, rows: Any, columns: Any) -> None:
        self.columns, self.highs = columns, highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        matrix, place = arrays.matrix, np.full(len(arrays.cost), -1)
        place[columns] = np.arange(len(columns))
        row = np.full(len(arrays.row_lower), -1)
        row[rows] = np.arange(len(rows))
        row = np.repeat(row, np.diff(matrix.start))
        at = np.flatnonzero((row >= 0) & (place[matrix.column] >= 0))
        start = np.searchsorted(row[at], np.arange(len(rows) + 1)).astype(np.int32)
        self.highs.passModel(
            len(columns), len(rows), len(at), int(highspy.MatrixFormat.kRowwise), 1, 0.0,
            arrays.cost[columns], arrays.lower[columns], arrays.upper[columns],
            arrays.row_lower[rows], arrays.row_upper[rows],
            start, place[matrix.column[at]].astype(np.int32), matrix.value[at], np.zeros(len(columns), np.int32),
        )  # fmt: skip

    def solved(self) -> Any:
        """Optimal columns, their reduced costs, and the cost."""
        self.highs.run()
        assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal, self.highs.getModelStatus()
        found = self.highs.getSolution()
        return np.array(found.col_value), np.array(found.col_dual), self.highs.getInfo().objective_function_value


def cut_by_cut(arrays: Arrays, columns: Any, rows: Any, rounds: int, limit: float) -> dict[str, Any]:
    """The least that the cost can be and the least found, once they meet or time is up; seconds, million USD."""
    began, count = time.perf_counter(), int(columns.max())
    before = np.flatnonzero(columns == 0)
    limits = np.arange(len(rows))[arrays.rows["build_limit"].places]  # what is built before the fork keeps them too
    master, parts = Part(arrays, np.union1d(np.flatnonzero(rows == 0), limits), before), []
    theta = [len(before) + i for i in range(count)]
    for _ in theta:
        master.highs.addCol(1.0, LEAST, np.inf, 0, np.zeros(0, np.int32), np.zeros(0))
    nonzero_row = np.repeat(np.arange(len(rows)), np.diff(arrays.matrix.start))
    for future in range(1, count + 1):
        own = np.flatnonzero(rows == future)
        shared = np.unique(arrays.matrix.column[(rows[nonzero_row] == future) & (columns[arrays.matrix.column] == 0)])
        part = Part(arrays, own, np.concatenate([shared, np.flatnonzero(columns == future)]))
        part.highs.setOptionValue("presolve", "off")  # columns fixed to the tolerance must do
        part.highs.changeColsCost(len(shared), np.arange(len(shared), dtype=np.int32), np.zeros(len(shared)))
        parts.append((part, shared, np.searchsorted(before, shared).astype(np.int32)))
    best, done, seconds = np.inf, 0, 0.0
    low = -best
    while not done or (best - low > CLOSE * abs(best) and done < rounds and seconds < limit):
        x, _, low = master.solved()
        total = low - x[theta].sum()
        for (part, shared, place), own in zip(parts, theta, strict=True):
            at = np.clip(x[place], arrays.lower[shared], arrays.upper[shared])
            part.highs.changeColsBounds(len(shared), np.arange(len(shared), dtype=np.int32), at, at)
            _, price, cost = part.solved()
            slope = price[: len(shared)]
            kept = np.flatnonzero(np.abs(slope) > NOISE)
            entries = np.append(place[kept], own).astype(np.int32), np.append(-slope[kept], 1.0)
            master.highs.addRow(cost - slope[kept] @ at[kept], np.inf, len(kept) + 1, *entries)
            total += cost
        low, best = low + arrays.constant, min(best, total + arrays.constant)
        seconds, done = time.perf_counter() - began, done + 1
    linked = len(np.unique(np.concatenate([shared for _, shared, _ in parts])))
    return {"linked": linked, "rounds": done, "seconds": seconds, "least": low, "found": best}


def compare(folder: Path, policy: str, branches: int, rounds: int = 200, limit: float = 300) -> dict[str, Any]:
    """The whole tree as one programme, and cut."""
    instance = model.read(folder)
    network = Network(instance, read_policy(instance, policy), forked(instance.years, branches))
    arrays = compiled(network)
    for name in programme_rows():
        arrays.row_lower[arrays.rows[name].places], arrays.row_upper[arrays.rows[name].places] = -np.inf, np.inf
    for name in shortfalls():
        arrays.upper[arrays.columns[name].places] = 0.0
    columns, rows = futures(arrays, network)
    demand = np.arange(len(rows))[arrays.rows["demand_met"].places]
    arrays.row_upper[demand] *= np.append(1.0, np.linspace(0.7, 1.3, branches))[rows[demand]]
    start = time.perf_counter()
    _, _, cost = Part(arrays, np.arange(len(rows)), np.arange(len(columns))).solved()
    whole = {"columns": len(columns), "seconds": time.perf_counter() - start, "cost": cost + arrays.constant}
    return {"whole": whole, "cut": cut_by_cut(arrays, columns, rows, rounds, limit)}


def main() -> None:
    """Print one process's figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--policy", default="none")
    parser.add_argument("--branches", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--limit", type=float, default=300)
    call = parser.parse_args()
    print(json.dumps(compare(call.folder, call.policy, call.branches, call.rounds, call.limit), indent=1))


if __name__ == "__main__":
    main()
