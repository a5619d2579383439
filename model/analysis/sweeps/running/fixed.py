"""A plan kept while the world turns out otherwise: its builds fixed, all else decided anew."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from model.analysis.sweeps.running.outcomes import MET, MISSED, Row, miss, unserved
from model.base.units import USD_PER_MUSD
from model.formulation.network import Network
from model.plan.solved import Solved
from model.plan.tables import targets
from model.solving.builds import Build, fixed, without_limits
from model.solving.goals.goals import solve as solve_goals
from model.solving.outcome import WarmStart
from model.solving.programme import Arrays


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
    held, lost = fixed(network, without_limits(arrays), builds)
    solved = Solved(network, held, solve_goals(held, stop=stop, canonical=False, near=start))
    short = targets.shortfalls(solved)
    return {
        "status": MISSED if len(short) else MET,
        "reason": "",
        "cost_usd": solved.outcome.cost * USD_PER_MUSD,
        **miss(solved, short),
        **unserved(solved),
        "not_built_t_per_yr": lost,
    }
