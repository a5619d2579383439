"""The goals in order: unserved demand, shortfall, cost; and among equally cheap plans always the same one.

The cheapest plan without policy comes first: it says what may stay unserved and what the policy costs, and from its
basis starts the hard problem, which may leave no more unserved than that. Only where that is infeasible are the goals
solved in turn, from where it ended: a price on what is missed leads to the least shortfall, which a solve of its own
proves; unserved demand and shortfall are each held by a row. ``GOALS`` names the orders. ``ties`` picks the plan among
the cheapest.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from model.base.errors import SolverError, Unmeetable
from model.base.units import T_PER_KT
from model.compiling.arrays import Sparse, sparse_row, stacked
from model.solving.held import Kept
from model.solving.highs import Basis, Point
from model.solving.outcome import Near, Outcome
from model.solving.programme import Arrays
from model.solving.targets import Limit, columns_of
from model.solving.ties import NOTHING_T, break_ties, tie_weights, violated

GOALS = ("cost", "exposure", "capital", "earliest")
"""What comes before cost, after unserved demand (and shortfall, but for ``exposure`` and ``earliest``, which precede
it): nothing; the largest share that any supplier has under any cap; overnight capital; the year from which every
target holds."""

SLACKS = (0.0, 1e-9, 1e-7)
"""Relative slack with which a goal is held: none, or as little as the solver's tolerance needs.

With a slack a plan would miss, by grams, rows that it can meet, where a gram of shortfall saves much cost.
"""

SHORTFALL_PRICE = 1e4
"""Million USD per kt: a price at which hardly a tonne is missed that could be had. The least is proved from there."""


def solve(
    arrays: Arrays,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
    goal: str = "cost",
    limits: Sequence[Limit] = (),
    canonical: bool = True,
    near: Near | None = None,
) -> Outcome:
    """Solve a compiled programme within ``time_limit`` seconds, or until ``stop`` is set; ``say`` hears each step.

    ``limits`` are the policy's, which the goals ``exposure`` and ``earliest`` speak of. Where the plan is not
    ``canonical``, any of the equally cheap will do. ``near``: a programme solved before with the same columns and rows.
    Raises Unmeetable, Stopped, SolverError.
    """
    return _Solve(arrays, time_limit, say, stop, goal, limits, near).outcome(canonical)


class _Solve:
    def __init__(
        self,
        arrays: Arrays,
        time_limit: float,
        say: Callable[[str], None],
        stop: threading.Event | None,
        goal: str,
        limits: Sequence[Limit],
        near: Near | None,
    ) -> None:
        self.arrays, self.say, self.goal, self.limits, self.near = arrays, say, goal, limits, near
        self.kept = Kept(arrays, time_limit, stop, near.bases if near else {})
        self.held = [arrays.unserved, arrays.shortfall, arrays.capital]
        self.value: float | None = None
        self.start: Basis | None = None

    def outcome(self, canonical: bool) -> Outcome:
        kept, arrays = self.kept, self.arrays
        self.say("the cheapest plan without policy")
        kept.free_policy()
        baseline = self.near.baseline if self.near else None
        if baseline is None:
            baseline = kept.least("without policy")
        if baseline is None:
            raise Unmeetable("the instance has no plan at all, even without policy")
        self.baseline = final = baseline
        self.start = baseline.basis
        if len(kept.policy) or self.goal != "cost":
            kept.keep_policy()
            kept.limit_unserved(kept.unserved(baseline.x))
            final = getattr(self, f"_{self.goal}")()
        bounds = (kept.lower.copy(), kept.upper.copy(), kept.row_lower.copy(), kept.row_upper.copy())
        x, without = (np.clip(point.x, arrays.lower, arrays.upper) for point in (final, baseline))
        weights = self.near.weights if self.near else tie_weights(arrays)
        if canonical:
            self.say("one plan among the equally cheap")
            x = without = break_ties(kept, final, self.held, weights)
        if canonical and final is not baseline and self.near is None:
            kept.restore()
            kept.free_policy()
            without = break_ties(kept, baseline, self.held, weights, "one plan without policy")
        return Outcome(
            x,
            final.dual,
            final.reduced_cost,
            *bounds,
            stacked(self.held),
            float(arrays.cost @ x) + arrays.constant,
            kept.unserved(x),
            float(arrays.shortfall.times(x)[0]),
            self.goal,
            self.value,
            without,
            baseline,
            dict(kept.bases),
            weights,
            tuple(kept.runs),
        )

    def _cost(self) -> Point:
        """Unserved demand, shortfall, cost."""
        self.say("the plan that meets every target")
        point = self.kept.least("hard", basis=self.baseline.basis)
        if point is not None:
            return point
        # its end is dual feasible for cost, and what it lacks is what the shortfalls give: both goals are near
        self.start = self.kept.solver.ended or self.start
        self.kept.allow(self.kept.short, np.inf)
        return self._in_order()

    def _capital(self) -> Point:
        """Unserved demand, shortfall, overnight capital, cost."""
        self.say("the least capital that meets every target")
        capital = self.arrays.capital
        least = self.kept.least("least capital", capital, self.baseline.basis)
        if least is None:
            self.kept.allow(self.kept.short, np.inf)
            self._in_order()
            self.say("the least capital with the least shortfall")
            least = self.kept.least("least capital", capital)
        if least is None:
            raise SolverError("the least shortfall could not be held")
        self.value = least.objective
        self.say("the cheapest plan with the least capital")
        return self._hold(self.kept.capital_row, least.objective)

    def _earliest(self) -> Point:
        """Unserved demand, the year from which every target holds, the shortfall before it, cost."""
        years = sorted({limit.year for limit in self.limits})
        low, high = 0, len(years)  # from years[high] on all holds; at the end that says nothing
        while low < high:
            middle = (low + high) // 2
            self.say(f"every target from {years[middle]}")
            before = columns_of([limit for limit in self.limits if limit.year < years[middle]])
            self.kept.allow(self.kept.short, 0.0)
            self.kept.allow(before, np.inf)
            found = self.kept.least(f"every target from {years[middle]}", self.arrays.shortfall, self.baseline.basis)
            low, high = (low, middle) if found is not None else (middle + 1, high)
        self.value = float(years[high]) if high < len(years) else None
        self.kept.allow(self.kept.short, 0.0)
        self.kept.allow(columns_of([limit for limit in self.limits if limit.year < (self.value or np.inf)]), np.inf)
        return self._in_order()

    def _exposure(self) -> Point:
        """Unserved demand, the shortfall of all that is no cap, the largest share under any cap, shortfall, cost."""
        kept, caps = self.kept, [limit for limit in self.limits if limit.at_most]
        kept.allow(columns_of(caps), np.inf)
        start = kept.least("targets other than caps", basis=self.baseline.basis)
        if start is None:
            others = columns_of([limit for limit in self.limits if not limit.at_most])
            kept.allow(others, np.inf)
            start = self._in_order()
            kept.allow(others, np.maximum(start.x[others], 0.0) * (1 + SLACKS[-1]))
            kept.bound(kept.shortfall_row, np.inf)
        self.say("the least largest share")
        level, tightest = kept.tightest(caps, start, 0.0)
        kept.set_level(caps)
        copies = [kept.copied(limit) for limit in caps]
        self.value, first = level, len(self.held)
        for slack in (*SLACKS, 1e-6):
            kept.set_level(copies, level * (1 + slack))
            self.held[first:] = [limit.at_level(level * (1 + slack)) for limit in copies]
            kept.allow(columns_of(caps), np.inf)
            point = None
            with contextlib.suppress(SolverError):  # the next slack may do
                point = self._least_shortfall_then_cost(kept.moved(tightest.basis, caps, copies))
            if point is not None and not violated(kept, self.held, point.x):
                return point
        raise SolverError("the least largest share could not be held")

    def _in_order(self) -> Point:
        """The cheapest plan with the least shortfall, with its prices; what stays unserved may have to grow for it.

        The prices hold with each shortfall fixed at its own value too: fixing a column frees its reduced cost alone.
        """
        found = self._least_shortfall_then_cost(None)
        if found is None:
            self.kept.limit_unserved(self._least_unserved())
            found = self._least_shortfall_then_cost(None)
        if found is None:
            raise Unmeetable(self._why_unmeetable())
        return found

    def _least_shortfall_then_cost(self, basis: Any) -> Point | None:
        """The cheapest plan with the least shortfall within the shortfalls' bounds; None where there is no plan."""
        kept, short = self.kept, self.kept.short
        most = kept.upper[short].copy()
        self.say("the least shortfall")
        near = None
        if basis is None:
            with contextlib.suppress(SolverError):
                near = kept.least("shortfall at a price", self._priced(), self.start)
        basis = near.basis if near else basis or self.start
        least = kept.least("least shortfall", self.arrays.shortfall, basis, primal=near is not None)
        if least is None:
            return None
        self.say("the cheapest plan with the least shortfall")
        if least.objective * T_PER_KT <= NOTHING_T:
            kept.allow(short, 0.0)
            cheapest = kept.least("cost", basis=self.start)
            if cheapest is not None:
                return cheapest
            kept.allow(short, most)
        return self._hold(kept.shortfall_row, least.objective, least.basis if near else None)

    def _priced(self) -> Sparse:
        """Cost, and a price on what is missed."""
        arrays, columns = self.arrays, len(self.arrays.cost)
        cost = arrays.cost + SHORTFALL_PRICE * arrays.shortfall.transposed_times(np.ones(1), columns)
        return sparse_row(np.arange(columns, dtype=np.int32), cost)

    def _hold(self, row: int, value: float, basis: Basis | None = None) -> Point:
        """The cheapest plan with a goal at its value; ``basis``: that of a plan which has it."""
        for slack in SLACKS:
            self.kept.bound(row, value * (1 + slack))
            cheapest = self.kept.least("cost", basis=basis or self.start, primal=basis is not None)
            if cheapest is not None:
                return cheapest
        raise SolverError(f"a goal could not be held at {value:.9g}")

    def _least_unserved(self) -> float:
        """Goal 1 where even the unserved demand of the plan without policy can't be had."""
        self.say("the least unserved demand")
        self.kept.bound(self.kept.unserved_row, np.inf)
        point = self.kept.least("least unserved", self.arrays.unserved)
        if point is None:
            raise Unmeetable(self._why_unmeetable())
        return self.kept.unserved(point.x)

    def _why_unmeetable(self) -> str:
        """Which budget asks for more than can be spent; every other hard limit is kept by doing nothing."""
        kept, arrays = self.kept, self.arrays
        span, said = arrays.rows["budget_min"], []
        kept.set_rows(np.arange(span.first, span.stop, dtype=np.int32), -np.inf, np.inf)
        for place, index in enumerate(span.index, start=span.first):
            point = kept.least(f"most that {index[0]} can spend", arrays.matrix.row(place, -1.0))
            asked = arrays.row_lower[place]
            if point is not None and -point.objective < asked - 1e-6:
                said.append(
                    f"{index[0]} asks for at least {asked:,.6g} million USD; {-point.objective:,.6g} can be spent"
                )
        return "; ".join(said) or "the budgets' minima contradict one another or another budget's maximum"
