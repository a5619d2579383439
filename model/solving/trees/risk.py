"""The goal cost of a tree whose dear futures count for more, written into a compiled programme."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from model.base.economics import discount_factor
from model.compiling.arrays import Floats, LinearProgram, Sparse, sparse_row, stacked
from model.formulation.network import Network


def weighed(arrays: LinearProgram, net: Network) -> LinearProgram:
    """The programme with the costs of each future in the rows ``tail`` and with its risk in the objective."""
    tree, first = net.tree, net.instance.first_year
    if not tree.risk_weight:
        return arrays
    level, weight, size = tree.risk_level, tree.risk_weight, len(arrays.cost)
    span, start = arrays.columns["tail_excess"], arrays.columns["tail_from"].first
    cost = (1 - weight) * arrays.cost
    cost[start] = weight
    rows, lower, upper = arrays.rows["tail"], arrays.row_lower.copy(), arrays.row_upper.copy()
    blocks = [arrays.matrix.row(place) for place in range(len(lower))]
    years = {n.name: n.year for n in tree}
    for place, (leaf,) in enumerate(span.index):
        on = {n.name for n in tree.paths[leaf]}
        parts = [
            discount_factor(net.instance.discount_rate, years[n] - first) if n in on else 0.0
            for *_, n in arrays.ledger_index
        ]
        of_future = arrays.ledger.transposed_times(np.array(parts), size)
        some = np.flatnonzero(of_future).astype(np.int32)
        columns = np.concatenate([[start, span.first + place], some]).astype(np.int32)
        blocks[rows.first + place] = sparse_row(columns, np.concatenate([[1.0, 1.0], -of_future[some]]))
        lower[rows.first + place] = float(np.array(parts) @ arrays.ledger.constant)
        upper[rows.first + place] = np.inf
        cost[span.first + place] = weight * tree.by_name[leaf].probability / (1 - level)
    return dataclasses.replace(
        arrays,
        matrix=_sorted(stacked(blocks)),
        row_lower=lower,
        row_upper=upper,
        cost=cost,
        constant=(1 - weight) * arrays.constant,
    )


def _sorted(rows: Sparse) -> Sparse:
    """Rows with their columns in order."""
    owner = np.repeat(np.arange(len(rows.constant)), np.diff(rows.start))
    order = np.lexsort((rows.column, owner))
    return Sparse(rows.start, rows.column[order], rows.value[order], rows.constant)


def tail_mean(costs: Sequence[float], probabilities: Sequence[float], level: float) -> float:
    """Mean of the dearest part ``1 - level`` of some futures: the conditional value at risk.

    >>> tail_mean([269.0, 365.0, 470.0], [0.3, 0.4, 0.3], 0.5)
    428.0
    """
    left, total = 1 - level, 0.0
    for cost, pi in sorted(zip(costs, probabilities, strict=True), reverse=True):
        part = min(pi, left)
        total, left = total + part * cost, left - part
    return total / (1 - level)


def counted(net: Network, dual: Floats, tail: Mapping[str, int]) -> dict[str, float]:
    """What a dollar at each node counts in the goal cost before discounting: its probability, its risk included.

    ``tail``: places of the rows ``tail`` by end. A node that counts nothing keeps its probability: its duals are 0.
    """
    tree = net.tree
    found = {n.name: (1 - tree.risk_weight) * n.probability for n in tree}
    for leaf, place in tail.items():
        for node in tree.paths[leaf]:
            found[node.name] += abs(float(dual[place]))
    return {n.name: found[n.name] if found[n.name] > 1e-12 else n.probability for n in tree}
