"""A plan kept while the world turns out otherwise: its builds fixed, all else decided anew."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable

import numpy as np

from model.analysis.sweeps.running.outcomes import MET, MISSED, Row
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.formulation.network import Network
from model.plan.solved import Solved
from model.plan.tables import targets
from model.solving.goals import solve as solve_goals
from model.solving.outcome import WarmStart
from model.solving.programme import Arrays

Build = tuple[str, int, float]
"""Plant, decision year, capacity in t/yr."""


def with_builds_fixed(
    network: Network,
    arrays: Arrays,
    builds: Iterable[Build],
    start: WarmStart | None = None,
    stop: threading.Event | None = None,
) -> Row:
    """What a plan's builds come to under a network's assumptions, by the same goals in order.

    Budgets and build limits don't hold: what is built is built. Capacity whose decision can't come on stream any more
    is left out (``not_built_t_per_yr``). Raises Unmeetable, Stopped, SolverError.
    """
    fixed, lost = _with_builds(network, arrays, builds)
    solved = Solved(network, fixed, solve_goals(fixed, stop=stop, canonical=False, near=start))
    short = targets.shortfalls(solved)
    return {
        "status": MISSED if len(short) else MET,
        "reason": "",
        "cost_usd": solved.outcome.cost * USD_PER_MUSD,
        "shortfall_t": float(short["shortfall_t"].sum()),
        "unserved_t": solved.unserved_t(),
        "not_built_t_per_yr": lost,
    }


def _with_builds(network: Network, arrays: Arrays, builds: Iterable[Build]) -> tuple[Arrays, float]:
    node = {n.year: n.name for n in network.tree}
    places = arrays.places("column", "build")
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    span = arrays.columns["build"].places
    lower[span] = upper[span] = 0.0
    lost = 0.0
    for plant, year, capacity in builds:
        column = places.get((plant, node.get(year, "")))
        if column is None:
            lost += capacity
        else:
            lower[column] = upper[column] = capacity / T_PER_KT
    row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    for family in ("build_limit", "budget_max", "budget_min"):
        rows = arrays.rows[family].places
        row_lower[rows], row_upper[rows] = -np.inf, np.inf
    fixed = dataclasses.replace(arrays, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)
    return fixed, lost
