"""What differs from future to future in a tree's plan: which plants stop, and what price floors cost the public.

A plant stops in a future where it has capacity and makes nothing in years in which it runs in the trunk, from the year
in which they part. What an event keeps from running (``able_t_per_yr`` is then 0) is told too.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd

from model.base.economics import discount_factor
from model.instance.trees.tree import Node
from model.plan.solved import Solved

RUNS_T, NOTHING_T = 0.5, 1e-3
"""A plant runs that makes as much a year, and stands idle with less than a kilogram."""


def idle_plants(s: Solved) -> pd.DataFrame:
    """Plants that run in the trunk and stand idle in a future, by future; none where the trunk is no future."""
    tree, rows = s.network.tree, list[tuple[Any, ...]]()
    trunk = tree.nodes[0].line
    if trunk in tree.ends:
        running = _running(s)
        usual = {node.year: node for node in tree.paths[tree.ends[trunk]]}
        for line, leaf in tree.ends.items():
            apart = [node for node in tree.paths[leaf] if node.name != usual[node.year].name]
            rows += _stopped(s, line, [(usual[node.year], node) for node in apart], running)
    return s.table("idle_plants", rows)


def _running(s: Solved) -> dict[tuple[str, str], float]:
    """Activity of each plant at each node, t/yr."""
    found: dict[tuple[str, str], float] = defaultdict(float)
    for (j, _, n), t in s.positive("activity"):
        found[j, n] += t
    return found


def _stopped(
    s: Solved, line: str, years: list[tuple[Node, Node]], running: dict[tuple[str, str], float]
) -> list[tuple[Any, ...]]:
    """The rows of one future; ``years``: the trunk's node and the future's, year by year."""
    rows: list[tuple[Any, ...]] = []
    for j, plant in s.network.instance.plants.items():
        idle, made = list[Node](), 0.0
        for usual, node in years:
            runs, has = running.get((j, usual.name), 0.0), s.capacity.get((j, node.name), 0.0)
            if has <= 0 or running.get((j, node.name), 0.0) > NOTHING_T:
                continue
            if runs >= RUNS_T:
                idle.append(node)
                made += runs
        if idle:
            last = years[-1][1].year
            again = any(running.get((j, node.name), 0.0) > NOTHING_T for _, node in years if node.year > idle[0].year)
            able = max(s.is_in(j, node.name).availability * s.capacity[j, node.name] for node in idle)
            good = "no" if again or idle[-1].year < last else "yes"
            about = (line, j, plant.region, plant.process, idle[0].year, len(idle), good)
            rows.append((*about, made / len(idle), able))
    return rows


def floors_by_future(s: Solved, floors: pd.DataFrame) -> pd.DataFrame:
    """What each price floor costs the public in each future; ``floors`` is the table of price floors."""
    tree, instance = s.network.tree, s.network.instance
    rate, first = instance.discount_rate, instance.first_year
    rows = []
    for line, leaf in tree.ends.items():
        path = {(node.line, node.year) for node in tree.paths[leaf]}
        on = [node in path for node in zip(floors["branch"], floors["year"], strict=True)]
        own = floors[np.array(on, dtype=bool)]
        for row, part in own.groupby("policy_row", sort=False):
            paid = defaultdict[int, float](float)
            for year, usd in zip(part["year"].tolist(), part["public_cost_usd"].tolist(), strict=True):
                paid[year] += usd
            worth = sum(usd * discount_factor(rate, year - first) for year, usd in paid.items())
            dearest = max(paid, key=lambda year: (paid[year], -year))
            about = (line, row, tree.by_name[leaf].probability, float(part["output_t"].sum()))
            rows.append((*about, worth, paid[dearest], dearest))
    return s.table("floors_by_future", rows)
