"""Over-building: a plan made by who counts on less, put into the world as it is planned."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from model.analysis.risk.late import expected
from model.analysis.risk.projects import Project
from model.formulation.network import Network
from model.plan.plan import Plan
from model.plan.solved import Solved
from model.solving.builds import fixed
from model.solving.goals.goals import solve as solve_goals
from model.solving.programme import compiled


def insured(plan: Plan, some: Sequence[Project], part: float, stop: threading.Event | None = None) -> Solved:
    """A plan whose builds are those of one that takes a ``part`` of what goes wrong in the mean for certain.

    That plan is the cheapest of the same policy where each project gives ``1 - part (1 - success)`` of its capacity and
    comes ``part * slip_years`` later (in whole years). Its builds and no others are then held in the instance as it is.
    Raises Unmeetable, Stopped, SolverError.
    """
    network = plan.solved.network
    careful = Network(expected(plan.instance, [p for p in some if p.risky], part), network.policy, network.tree)
    arrays = compiled(careful)
    thought = Solved(careful, arrays, solve_goals(arrays, stop=stop))
    builds = [(j, thought.year[b], t) for (j, b), t in thought.positive("build")]
    standing = compiled(network)
    held, _ = fixed(network, standing, builds)
    found = solve_goals(held, stop=stop)
    return Solved(network, standing, found)
