"""The programme of an instance under a policy: as arrays for the solver, or as an ordinary Pyomo model."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

import numpy as np

from model.base.clock import Clock
from model.base.units import MUSD_PER_KT
from model.compiling.arrays import Floats, LinearProgram, Sparse
from model.compiling.compile import compile_model
from model.formulation import expanded, formulate
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.policy.kinds import soft
from model.instance.policy.policies import Policy
from model.instance.reading import policy as read_policy
from model.instance.trees.tree import Tree
from model.solving.trees.risk import weighed

_ONE_AT_A_TIME = threading.Lock()
"""Pyomo builds one model at a time."""

NOISE_KT = 1e-9
"""Unserved demand below a gram is the solver's tolerance."""


class Arrays(LinearProgram):
    """The programme as arrays, kt and million USD; its ledger by cost term, region and node, undiscounted."""

    @property
    def harm(self) -> Sparse:
        """What buyers are served less than without policy, at the cost of a shortage, probability-weighted, MUSD."""
        return self.goals["harm"]

    @property
    def demanded(self) -> Floats:
        """Demand by buyer and node, kt/yr, in the order of the rows ``demand_met``."""
        return self.row_upper[self.rows["demand_met"].places]

    def unserved(self, x: Floats) -> Floats:
        """What a plan leaves unserved of each, kt/yr; what is the solver's noise is nothing."""
        span, matrix = self.rows["demand_met"], self.matrix
        start = matrix.start[span.first : span.stop + 1]
        place = slice(start[0], start[-1])
        rows = Sparse(start - start[0], matrix.column[place], matrix.value[place], np.zeros(len(span.index)))
        left = self.demanded - rows.times(x)
        return np.where(left > NOISE_KT, left, 0.0)

    @property
    def shortfall(self) -> Sparse:
        """Sum of the shortfalls of policy rows, probability-weighted, kt."""
        return self.goals["shortfall"]

    @property
    def capital(self) -> Sparse:
        """Capital of everything that is built, probability-weighted, million USD."""
        return self.goals["capital"]


def compiled(network: Network, clock: Clock | None = None) -> Arrays:
    """The programme of a network as arrays; the clock is told how long ``build`` and ``compile`` took."""
    clock = clock or Clock()
    with _ONE_AT_A_TIME, _no_collection():
        with clock.phase("build"):
            model = formulate(network)
        with clock.phase("compile"):
            return Arrays(**vars(weighed(compile_model(model), network)))


def pyomo_model(instance: Instance, policy: str | Policy = "", *, shortfall_price: float | None = None) -> Any:
    """The same programme as a ConcreteModel, to look at, to export or to hand to another solver.

    ``policy`` is a name, a file or a Policy; default: the instance's. Targets are hard (their shortfalls are fixed
    at 0), and a policy that can't be met has no solution. With ``shortfall_price``, USD per tonne that is missing, they
    may be missed at that price. That nobody is served less than without policy isn't in it (``model.export`` has it).
    Raises InputError.
    """
    asked = policy if isinstance(policy, Policy) else read_policy(instance, policy)
    network = Network(instance, asked, Tree.chain(instance.years))
    with _ONE_AT_A_TIME:
        made = expanded(network)
    if shortfall_price is None:
        for kind in soft():
            attrgetter(kind.short)(made).fix(0)
    else:
        made.objective.set_value(made.objective.expr + shortfall_price * MUSD_PER_KT * made.shortfall)
    return made


@contextmanager
def _no_collection() -> Iterator[None]:
    """Building makes many objects and no garbage: looking for it would take a third of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
