"""Programmes that are kept, one a structure, so that a move of a number is solved from where the last one ended.

A plan is solved in one of two ways, both by the code of ``solve.py``. ``exact``: from the plan without policy of the
kept programme, as a cold solve goes on from there; every figure of it, prices included, is that of a cold solve. Else
from where the last plan ended, which is quicker: the same plan, for the tie-break picks it from the exact optimal face,
but prices may be others where an optimum is degenerate.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.analysis.sweeps.asked.definition import TORNADO, Factor
from model.analysis.sweeps.asked.files import read_sweep, sweep_names
from model.analysis.sweeps.running.similar import PolicyNumbers
from model.base.problems import InputError, Problem, quoted
from model.desk.state import State, edits_of
from model.formulation.network import Network
from model.instance.assembling import stems
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.reading import policy as read_policy
from model.instance.reading import read, revised, with_edits
from model.instance.reading import scenario as read_scenario
from model.instance.trees.scenarios import tree_of
from model.instance.trees.tree import Tree
from model.plan.solved import Solved
from model.solving.goals.goals import solve as solve_goals
from model.solving.goals.ties import tie_weights
from model.solving.outcome import Outcome, WarmStart, WithoutPolicy
from model.solving.programme import Arrays, compiled
from model.solving.solver.points import Basis
from model.solving.trees.carried import carried, same_structure

MOST_PROGRAMMES = 4
"""Kept at a time; each is some 30 MB with its bases."""
MOST_INSTANCES = 3
CARRIED = ("without policy", "hard")
"""Solves whose bases are carried to a programme of other columns; the tie-break starts from where the last ended."""


@dataclass(eq=False)
class Kept:
    """A compiled programme: of which instance and futures, its plan without policy, and where the last plan ended."""

    asked: Asked
    arrays: Arrays
    numbers: PolicyNumbers
    last: Outcome
    baseline: WithoutPolicy


@dataclass(frozen=True, eq=False)
class Asked:
    """What a state asks for; ``key`` is what the instance and the futures hang on."""

    instance: Instance
    policy: Policy
    tree: Tree
    key: tuple[Any, ...]

    @property
    def network(self) -> Network:
        """The network of it."""
        return Network(self.instance, self.policy, self.tree)


class Programmes:
    """An instance, its weighty assumptions, and the programmes that were compiled of it."""

    def __init__(self, folder: Path) -> None:
        self.base = read(folder)
        self.factors = factors_of(self.base)
        self._instances: OrderedDict[tuple[Any, ...], Instance] = OrderedDict()
        self._kept: list[Kept] = []

    def instance(self, state: State) -> Instance:
        """The instance with the state's figures and edits. Raises InputError."""
        if not state.figures and not state.edits:
            return self.base
        key = state.instance_key
        if key not in self._instances:
            scalars, edits = edits_of(state, self.factors)
            found = revised(self.base, {}, scalars) if scalars else self.base
            self._instances[key] = with_edits(found, edits) if edits else found
            while len(self._instances) > MOST_INSTANCES:
                self._instances.popitem(last=False)
        self._instances.move_to_end(key)
        return self._instances[key]

    def asked(self, state: State) -> Asked:
        """The instance, the policy and the futures of a state. Raises InputError."""
        instance = self.instance(state)
        policy = read_policy(instance, state.data, name=state.policy)
        tree = Tree.chain(instance.years)
        if state.scenario:
            names = scenario_names(instance)
            if state.scenario not in names:  # never a path: the page names what the instance has
                expected = f"is no scenario of {instance.name}; known: {', '.join(names) or 'none'}"
                raise InputError([Problem("page", None, "scenario", quoted(state.scenario), expected)])
            tree = tree_of(read_scenario(instance, state.scenario), instance.years)
        return Asked(instance, policy, tree, (state.instance_key, state.scenario))

    def solved(self, asked: Asked, exact: bool, stop: threading.Event | None = None) -> Solved:
        """The plan of what is asked. Raises Unmeetable, Stopped, SolverError."""
        kept = next((k for k in self._kept if k.asked.key == asked.key and k.numbers.fits(asked.policy)), None)
        network = asked.network
        if kept is None:
            return self._new(asked, network, exact, stop)
        arrays = kept.numbers.filled(asked.policy)
        near = WarmStart({} if exact else kept.last.bases, kept.last.weights, kept.baseline)
        outcome = solve_goals(arrays, stop=stop, near=near)
        kept.last = outcome
        self._kept.remove(kept)
        self._kept.insert(0, kept)
        return Solved(network, arrays, outcome)

    def _new(self, asked: Asked, network: Network, exact: bool, stop: threading.Event | None) -> Solved:
        """A structure that isn't kept: compiled, and solved cold or from the bases of the last plan."""
        arrays = compiled(network)
        near = None if exact else self._near(arrays, asked)
        outcome = solve_goals(arrays, stop=stop, near=near, tree=asked.tree)
        kept = Kept(asked, arrays, PolicyNumbers(arrays, network), outcome, outcome.baseline)
        self._kept = [kept, *self._kept][:MOST_PROGRAMMES]
        return Solved(network, arrays, outcome)

    def _near(self, arrays: Arrays, asked: Asked) -> WarmStart | None:
        """Where another programme's solves ended: one of the same columns and rows, else as far as it has them."""
        others = [k for k in self._kept if k.asked.key[1] == asked.key[1]]
        for other in others:
            if same_structure(arrays, other.arrays):
                return WarmStart(_own(other), other.last.weights)
        if not others:
            return None
        found = _own(others[0])
        bases = {name: carried(found[name], others[0].arrays, arrays) for name in CARRIED if name in found}
        return WarmStart(bases, tie_weights(arrays))


def _own(kept: Kept) -> dict[str, Basis]:
    """The bases that speak of the whole programme: those of a part of it don't fit."""
    whole = len(kept.arrays.cost)
    return {name: basis for name, basis in kept.last.bases.items() if basis.columns == whole}


def scenario_names(instance: Instance) -> list[str]:
    """Names of the instance's scenarios."""
    return stems(instance.documents, "scenarios")


def factors_of(instance: Instance) -> dict[str, Factor]:
    """The instance's weighty assumptions with their ranges, by name: the numbers of its one-at-a-time sweep."""
    for name in sweep_names(instance):
        try:
            sweep = read_sweep(instance, name)
        except InputError:
            continue
        if sweep.design == TORNADO:
            return {f.name: f for f in sweep.factors if f.low is not None and f.high is not None and f.edits}
    return {}
