"""The goals in order of a tree that is cut: without policy, with it, and among equals always the same plan.

1. The cheapest plan without policy says what may stay unserved; its cuts bound what follows too.
2. The cheapest plan with a price on every shortfall, and a far higher one on who would be served less. Where neither is
   needed it is the cheapest plan that meets every target.
3. Else the least shortfall by itself: where it is that of 2, the price was high enough, and 2 is the cheapest plan with
   the least shortfall. Where it isn't, or somebody would have to be served less, the tree is left to one programme.

Among equally cheap plans the trunk is that of least weighted tonnes, then each future is by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import highspy
import numpy as np

from model.base.units import T_PER_KT
from model.compiling.arrays import Floats, Ints, Span, Sparse, stacked
from model.instance.policy.kinds import shortfalls
from model.instance.trees.tree import Tree
from model.solving.goals.ties import NOTHING_T, tie_weights
from model.solving.many.blocks import Block, Cut, cut
from model.solving.many.few import Few
from model.solving.many.rounds import Asked, Converged, Rounds, Say, Solves
from model.solving.many.stage import CHEAPEST, NEAREST, WITHOUT, Stage
from model.solving.many.worker import Cannot
from model.solving.outcome import Outcome, WithoutPolicy
from model.solving.programme import Arrays
from model.solving.solver.points import Basis, Point, Run

Team = Callable[[tuple[Block, ...]], AbstractContextManager[Solves]]
"""Makes whoever works on some futures."""
PROVED = 1e-7
"""A shortfall is the least where it is no further from the bound than this, relative, or a tenth of a gram."""


MANY = 8
"""Futures from which on a tree is cut (measured: BENCHMARKS.md)."""
LARGE = 100_000
"""Columns from which on: below, one programme is quick however many futures it has."""


def worth_cutting(arrays: Arrays, tree: Tree) -> bool:
    """Whether a tree's futures are many and large enough, and joined by nothing but the trunk.

    Dear futures that count for more join all of them, and a least sum that must be spent may leave a trunk whose
    futures have no plan.
    """
    if len(tree.leaves) < MANY or len(arrays.cost) < LARGE or tree.risk_weight:
        return False
    return not len(arrays.rows["budget_min"].index)


@dataclass(frozen=True)
class Reached:
    """A stage's plan and its prices, as columns and rows of the tree's programme."""

    converged: Converged
    x: Floats
    dual: Floats


def solve_cut(
    arrays: Arrays,
    tree: Tree,
    team: Team,
    time_limit: float,
    say: Say,
    stop: threading.Event,
    canonical: bool = True,
) -> Outcome:
    """The plan of a tree of many futures by the goals in order. Raises Cannot, Stopped, SolverError."""
    say(f"{len(tree.leaves)} futures and their trunk")
    weights = tie_weights(arrays)
    parts = cut(arrays, tree, weights)
    with team(parts.futures) as solves:
        return _Goals(arrays, parts, weights, solves, time.perf_counter() + time_limit, stop, say, canonical).outcome()


class _Goals:
    def __init__(
        self, arrays: Arrays, parts: Cut, weights: Sparse, solves: Solves, until: float, stop: threading.Event,
        say: Say, canonical: bool,
    ) -> None:  # fmt: skip
        self.arrays, self.cut, self.weights, self.canonical = arrays, parts, weights, canonical
        self.solves, self.until, self.stop, self.say = solves, until, stop, say
        self.few = Few(parts, until, stop)
        self.runs: list[Run] = []
        self.of_demand = self._demands()

    def _demands(self) -> list[Ints]:
        """Part by part the demands of its own, by their place among all."""
        span = self.arrays.rows["demand_met"]
        return [rows[(rows >= span.first) & (rows < span.stop)] - span.first for rows in self.cut.rows]

    def outcome(self) -> Outcome:
        """All stages."""
        arrays = self.arrays
        free = self.reached(self._asked(Stage(WITHOUT), None), None)
        baseline = self._without_policy(free)
        unserved = [baseline.unserved[places] for places in self.of_demand]
        stage = Stage(CHEAPEST)
        found = self.reached(self._asked(stage, unserved), free.converged)
        short = np.concatenate([_places(arrays.columns[name]) for name in shortfalls()])
        starved = _places(arrays.columns["starved"])
        missed = self._missed(found, short, starved, unserved)
        x = found.x
        lower, upper = arrays.lower.copy(), arrays.upper.copy()
        upper[starved] = 0.0
        x[starved] = 0.0
        if not missed:
            upper[short] = x[short] = 0.0
        row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
        kept = arrays.rows["not_starved"].places
        row_lower[kept], row_upper[kept] = arrays.demanded - baseline.unserved, np.inf
        shortfall = float(arrays.shortfall.times(x)[0])
        goals = np.array([np.inf, max(0.0, shortfall) if missed else np.inf, np.inf])
        dual = np.append(found.dual, [0.0, -stage.price if missed else 0.0, 0.0])
        held = stacked([arrays.harm, arrays.shortfall, arrays.capital])
        return Outcome(
            x=x, dual=dual, reduced_cost=self._reduced(dual, held), lower=lower, upper=upper,
            row_lower=np.append(row_lower, np.full(3, -np.inf)), row_upper=np.append(row_upper, goals), held=held,
            cost=float(arrays.cost @ x) + arrays.constant, unserved=arrays.unserved(x), harm=None, shortfall=shortfall,
            goal="cost", goal_value=None, baseline=baseline, bases={}, weights=self.weights, runs=tuple(self.runs),
        )  # fmt: skip

    def _asked(self, stage: Stage, unserved: Sequence[Floats] | None) -> Asked:
        constant = self.arrays.constant
        return Asked(self.cut, stage, unserved, constant, self.solves, self.until, self.stop, self.say)

    def reached(self, asked: Asked, after: Converged | None, canonical: bool = True) -> Reached:
        """A stage's plan; after another it has that one's cuts."""
        self.say(f"{asked.stage.kind}: {len(self.few.blocks)} futures that stand for all")
        trunk, ends = self.few.begin(asked.stage, asked.unserved)
        found = Rounds(asked, trunk, ends, after).run(self.canonical and canonical)
        self.runs += found.runs
        return self._whole(asked, found)

    def _whole(self, asked: Asked, found: Converged) -> Reached:
        """The plan and its prices in the tree's programme; among equally cheap futures one each."""
        a, parts = self.arrays, self.cut
        x, dual = np.zeros(len(a.cost)), np.zeros(len(a.row_lower))
        x[parts.columns[0]] = found.trunk
        own = len(parts.rows[0])
        dual[parts.rows[0]] = found.dual[:own]
        np.add.at(dual, parts.implied_by, found.dual[own:])
        for weight, bound in found.cuts:
            dual[parts.rows[1 + bound.future]] += weight * bound.dual
        last = asked.tasks(found.trunk, found.ends, range(len(found.ends)), x=True, ties=self.canonical)
        for f in self.solves(last):
            x[parts.columns[1 + f.future]] = f.x
            self.runs.append(Run(f"{parts.futures[f.future].name}, its plan", "Optimal", "simplex", f.steps, f.seconds))
        return Reached(found, np.clip(x, a.lower, a.upper), dual)

    def _without_policy(self, free: Reached) -> WithoutPolicy:
        dual = np.append(free.dual, np.zeros(3))
        nowhere = Basis(highspy.HighsBasis(), 0, 0)
        cost = free.converged.cost + self.arrays.constant
        point = Point(free.x, self._reduced(dual, None), dual, cost, nowhere)
        return WithoutPolicy(point, free.x, self.arrays.unserved(free.x))

    def _reduced(self, dual: Floats, held: Sparse | None) -> Floats:
        a = self.arrays
        found = a.cost - a.matrix.transposed_times(dual[: len(a.row_lower)], len(a.cost))
        return found if held is None else found - held.transposed_times(dual[len(a.row_lower) :], len(a.cost))

    def _missed(self, found: Reached, short: Ints, starved: Ints, unserved: Sequence[Floats]) -> bool:
        """Whether some target is missed; proved to be by as little as can be. Raises Cannot where that fails."""
        starving = float(found.x[starved].max(initial=0.0)) * T_PER_KT
        if starving > NOTHING_T:  # less is what the gap leaves at so high a price
            raise Cannot(f"somebody would have to be served less, by {starving:.2g} t")
        least = float(self.arrays.shortfall.times(found.x)[0])
        if found.x[short].max(initial=0.0) * T_PER_KT <= NOTHING_T:
            return False
        asked = self._asked(Stage(NEAREST), unserved)
        rounds = Rounds(asked, found.converged.trunk, found.converged.ends, None).run(canonical=False)
        self.runs += rounds.runs
        if least - rounds.least > max(PROVED * least, NOTHING_T / T_PER_KT):
            raise Cannot("a price on what is missed does not lead to the least")
        return True


def _places(span: Span) -> Ints:
    return np.arange(span.first, span.stop, dtype=np.int32)
