"""The one programme of all cases, and the plan of each budget without the varied caps.

A case may leave as much unserved, and miss every other target by as much, as that plan of its budget.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from model.analysis.frontier.question import Question
from model.base.errors import SolverError
from model.base.units import USD_PER_MUSD
from model.compiling.arrays import Floats, Ints, Sparse, sparse_row
from model.formulation.network import Network
from model.instance.policy.targets import ShareCap
from model.instance.trees.tree import Tree
from model.solving.goals.goals import without_policy
from model.solving.goals.in_order import SLACKS, settle_harm
from model.solving.goals.targets import Limit, columns_of, limits_of
from model.solving.goals.ties import break_ties, tie_weights
from model.solving.held import PROOF, HeldProgramme
from model.solving.outcome import WithoutPolicy
from model.solving.programme import Arrays, compiled
from model.solving.solver.highs import TOLERANCE
from model.solving.solver.points import Point

PENALTY = 10.0
"""Price of missing a varied cap, in largest costs of any column: so dear that few plans would rather miss."""


@dataclass(frozen=True)
class Base:
    """The cheapest plan of one budget without the varied caps, and what a case of this budget is allowed, kt.

    ``harm``: by how much buyers may be served less than without policy, million USD; None: not at all.
    """

    budget: float | None
    point: Point = field(repr=False)
    harm: float | None
    shortfalls: Floats = field(repr=False)

    def within(self, other: Base) -> bool:
        """Whether every plan that this base allows is allowed by the other too."""
        return (
            _limit(self.budget) <= _limit(other.budget)
            and (self.harm or 0.0) <= (other.harm or 0.0) + TOLERANCE
            and bool((self.shortfalls <= other.shortfalls + TOLERANCE).all())
        )


@dataclass(frozen=True)
class Programme:
    """Compiled once. ``others`` are the shortfalls that no varied cap has; ``baseline`` is the plan without policy."""

    arrays: Arrays
    varied: tuple[Limit, ...]
    others: Ints
    budget_rows: Ints
    baseline: WithoutPolicy

    @classmethod
    def of(cls, question: Question, stop: threading.Event) -> Programme:
        """Compile the widened policy and solve the instance without policy."""
        net = Network(question.instance, question.policy, Tree.chain(question.instance.years))
        arrays = compiled(net)
        limits = limits_of(arrays, net)
        varied = tuple(x for x in limits if isinstance(x.target, ShareCap) and x.target.row in question.rows)
        kept = HeldProgramme(arrays, stop=stop)
        kept.free_policy()
        baseline = without_policy(kept, tie_weights(arrays), canonical=False)
        name = question.budget.row if question.budget else ""
        rows = [place for (row, _), place in arrays.places("row", "budget_max").items() if row == name]
        others = np.setdiff1d(kept.short, columns_of(varied)).astype(np.int32)
        return cls(arrays, varied, others, np.array(rows, dtype=np.int32), baseline)

    def in_force(self, year: int) -> list[Limit]:
        """The varied limits from a year on."""
        return [limit for limit in self.varied if limit.year >= year]

    def kept(self, base: Base, stop: threading.Event) -> HeldProgramme:
        """The programme in the solver with what a base allows; no varied cap in force."""
        kept = self._without_caps(base.budget, stop)
        kept.keep_served(self.baseline.unserved, base.harm)
        kept.allow(self.others, base.shortfalls)
        return kept

    def _without_caps(self, budget: float | None, stop: threading.Event) -> HeldProgramme:
        kept = HeldProgramme(self.arrays, stop=stop)
        kept.open(self.varied)
        kept.allow(kept.short, 0.0)
        kept.set_rows(self.budget_rows, -np.inf, _limit(budget))
        return kept

    def penalised(self, found: Sequence[Limit]) -> Sparse:
        """Cost, and a dear price on missing some caps: the cheapest plan where they hold, near it where they can't."""
        cost = self.arrays.cost.copy()
        cost[columns_of(found)] += PENALTY * float(np.abs(cost).max())
        columns = np.flatnonzero(cost).astype(np.int32)
        return sparse_row(columns, cost[columns], self.arrays.constant)

    def holds(self, base: Base, found: Sequence[Limit], level: float, x: Floats) -> bool:
        """Whether a plan of another base is one of this base too, in which some caps hold at a level."""
        spent = [float(self.arrays.matrix.row(int(row)).times(x)[0]) for row in self.budget_rows]
        return (
            all(s <= _limit(base.budget) + TOLERANCE for s in spent)
            and float(self.arrays.harm.times(x)[0]) <= (base.harm or 0.0) + TOLERANCE
            and bool((x[self.others] <= base.shortfalls + TOLERANCE).all())
            and all(limit.share(x) <= level + PROOF for limit in found)
        )

    def base(self, budget: float | None, stop: threading.Event) -> Base:
        """The plan of a budget without the varied caps: nobody served less, shortfall, cost, as ever."""
        kept, start = self._without_caps(budget, stop), self.baseline.point.basis
        kept.keep_served(self.baseline.unserved)
        point = kept.least("without the varied caps", basis=start)
        if point is not None:
            return Base(budget, point, None, np.zeros(len(self.others)))
        settle_harm(kept, start)
        kept.allow(kept.short, 0.0)
        kept.allow(self.others, np.inf)
        least = kept.surely("least shortfall", self.arrays.shortfall)
        base = Base(budget, least, kept.harm, self._shortfalls(kept, least))
        cheapest = self.kept(base, stop).surely("without the varied caps", basis=start)
        return replace(base, point=cheapest)

    def _shortfalls(self, kept: HeldProgramme, least: Point) -> Floats:
        """What falls short in the cheapest plan with the least shortfall, the one that would be published."""
        for slack in SLACKS:
            kept.bound(kept.shortfall_row, least.objective * (1 + slack))
            cheapest = kept.least("cost", basis=self.baseline.point.basis)
            if cheapest is not None:
                x = break_ties(kept, cheapest, tie_weights(self.arrays))
                short = x[self.others]
                return np.where(short > TOLERANCE, short * (1 + SLACKS[-1]) + TOLERANCE, 0.0)
        raise SolverError("the least shortfall could not be held")


def missed(found: Sequence[Limit]) -> Sparse:
    """The sum by which some limits are missed, kt."""
    short = columns_of(found)
    return sparse_row(short, np.ones(len(short)))


def met(found: Sequence[Limit], point: Point) -> bool:
    """Whether a plan misses none of some limits."""
    return float(point.x[columns_of(found)].sum()) <= TOLERANCE


def _limit(budget: float | None) -> float:
    """A budget in million USD."""
    return np.inf if budget is None else budget / USD_PER_MUSD
