"""The goals in order: unserved demand, shortfall, cost; and among equally cheap plans always the same one.

The cheapest plan without policy comes first: it says what may stay unserved and what the policy costs, and its basis is
where every later cost solve starts. Then the hard problem, which may leave no more unserved than that; only where it is
infeasible are the goals solved in turn, unserved demand and shortfall each held by a row.

The last step picks one plan of the equally cheap ones: least tonnes made, moved, stored and built, each column with a
weight between 1 and 2 that hangs on its name alone. By complementary slackness the optima are the points where every
column with a reduced cost stands at its bound and every row with a dual is tight, so the choice keeps the cost exactly
and does not depend on the path, the algorithm or the threads.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from model.compile import Arrays, Floats, Ints, Span, Sparse
from model.errors import SolverError, Unmeetable
from model.formulation import POLICY_ROWS, SHORTFALLS
from model.solver import TOLERANCE, Point, Run, Solver
from model.units import T_PER_KT

SLACKS = (0.0, 1e-9, 1e-7)
"""Relative slack with which the shortfall is held: none, or as little as the solver's tolerance needs.

With a slack a plan would miss, by grams, rows that it can meet, where a gram of shortfall saves much cost.
"""
NOTHING_T = 1e-4
"""A shortfall below this, t, is the solver's tolerance and counts as none."""


@dataclass(frozen=True)
class Outcome:
    """What the solves found: the plan ``x`` and the prices ``dual`` and ``reduced_cost``; kt and million USD.

    The bounds are those of the last cost solve. Its rows are the programme's and, behind them, goals 1 and 2.
    """

    x: Floats
    dual: Floats
    reduced_cost: Floats
    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    cost: float
    unserved: float
    shortfall: float
    baseline_cost: float
    baseline_x: Floats
    runs: tuple[Run, ...]


def solve(
    arrays: Arrays,
    time_limit: float = float("inf"),
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Outcome:
    """Solve a compiled programme within ``time_limit`` seconds, or until ``stop`` is set; ``say`` hears each step.

    Raises Unmeetable, Stopped, SolverError.
    """
    return _Solve(arrays, time_limit, say, stop or threading.Event()).outcome()


class _Solve:
    def __init__(self, arrays: Arrays, time_limit: float, say: Callable[[str], None], stop: threading.Event) -> None:
        self.arrays, self.say = arrays, say
        self.solver = Solver(arrays, time_limit, stop)
        self.short = _span_places([arrays.columns[s] for s in SHORTFALLS])
        self.policy = _span_places([arrays.rows[r] for r in POLICY_ROWS])
        # goals 1 and 2 as rows, open at first; on the left of goal 1 stands minus what is served
        self.demanded = float(arrays.unserved.constant[0])
        self.unserved_row = self.solver.add_row(-np.inf, np.inf, arrays.unserved.column, arrays.unserved.value)
        self.shortfall_row = self.solver.add_row(-np.inf, np.inf, arrays.shortfall.column, arrays.shortfall.value)
        self.row_lower = np.append(arrays.row_lower, [-np.inf, -np.inf])
        self.row_upper = np.append(arrays.row_upper, [np.inf, np.inf])

    def outcome(self) -> Outcome:
        baseline = self._baseline()
        allowed, final = self._unserved(baseline.x), baseline
        if len(self.policy):
            self.say("the plan that meets every target")
            self._keep_policy()
            self._limit_unserved(allowed)
            point = self.solver.minimise("hard", baseline.basis)
            if point is None:
                point = self._in_order(baseline)
            final = point
        self.say("one plan among the equally cheap")
        x = self._break_ties(final)
        return Outcome(
            x,
            final.dual,
            final.reduced_cost,
            self.lower,
            self.upper,
            self.row_lower,
            self.row_upper,
            float(self.arrays.cost @ x) + self.arrays.constant,
            self._unserved(x),
            float(self.arrays.shortfall.times(x)[0]),
            baseline.objective,
            baseline.x,
            tuple(self.solver.runs),
        )

    def _unserved(self, x: Floats) -> float:
        return max(0.0, float(self.arrays.unserved.times(x)[0]))

    def _baseline(self) -> Point:
        """The cheapest plan without policy: its rows free, its shortfalls nil."""
        self.say("the cheapest plan without policy")
        arrays = self.arrays
        self.lower, self.upper = arrays.lower.copy(), arrays.upper.copy()
        self.upper[self.short] = 0.0
        self.solver.set_column_bounds(self.short, self.lower[self.short], self.upper[self.short])
        free = np.full(len(self.policy), np.inf)
        self.solver.set_row_bounds(self.policy, -free, free)
        point = self.solver.minimise("without policy")
        if point is None:
            raise Unmeetable("the instance has no plan at all, even without policy")
        return point

    def _keep_policy(self) -> None:
        rows = self.policy
        self.solver.set_row_bounds(rows, self.arrays.row_lower[rows], self.arrays.row_upper[rows])

    def _in_order(self, baseline: Point) -> Point:
        """Goals in turn; returns the cheapest plan with its prices.

        The prices hold with each shortfall fixed at its own value too: fixing a column frees its reduced cost alone.
        """
        solver, arrays = self.solver, self.arrays
        self._set_columns(self.short, self.lower[self.short], np.full(len(self.short), np.inf))
        self.say("the least shortfall")
        least = self._least_shortfall()
        if least is None:
            self._limit_unserved(self._least_unserved())
            least = self._least_shortfall()
        if least is None:
            raise Unmeetable(self._why_unmeetable())
        solver.set_cost(arrays.cost, arrays.constant)
        self.say("the cheapest plan with the least shortfall")
        if least.objective * T_PER_KT <= NOTHING_T:
            self._set_columns(self.short, self.lower[self.short], np.zeros(len(self.short)))
            cheapest = solver.minimise("cost", baseline.basis)
            if cheapest is not None:
                return cheapest
            self._set_columns(self.short, self.lower[self.short], np.full(len(self.short), np.inf))
        for slack in SLACKS:
            self._bound(self.shortfall_row, least.objective * (1 + slack))
            cheapest = solver.minimise("cost", baseline.basis)
            if cheapest is not None:
                return cheapest
        raise SolverError("the least shortfall could not be held")

    def _least_shortfall(self) -> Point | None:
        self.solver.set_cost(*_goal(self.arrays.shortfall, len(self.arrays.cost)))
        return self.solver.minimise("least shortfall")

    def _least_unserved(self) -> float:
        """Goal 1 where even the unserved demand of the plan without policy can't be had."""
        self.say("the least unserved demand")
        self._bound(self.unserved_row, np.inf)
        self.solver.set_cost(*_goal(self.arrays.unserved, len(self.arrays.cost)))
        point = self.solver.minimise("least unserved")
        if point is None:
            raise Unmeetable(self._why_unmeetable())
        return self._unserved(point.x)

    def _why_unmeetable(self) -> str:
        """Which budget asks for more than can be spent; every other hard limit is kept by doing nothing."""
        span, said = self.arrays.rows["budget_min"], []
        places = np.arange(span.first, span.stop, dtype=np.int32)
        free = np.full(len(places), np.inf)
        self.solver.set_row_bounds(places, -free, free)
        for place, index in zip(places, span.index, strict=True):
            row = slice(*self.arrays.matrix.start[place : place + 2])
            spent = np.zeros(len(self.arrays.cost))
            spent[self.arrays.matrix.column[row]] = self.arrays.matrix.value[row]
            self.solver.set_cost(-spent, 0.0)
            point = self.solver.minimise(f"most that {index[0]} can spend")
            asked = self.arrays.row_lower[place]
            if point is not None and -point.objective < asked - 1e-6:
                said.append(
                    f"{index[0]} asks for at least {asked:,.6g} million USD; {-point.objective:,.6g} can be spent"
                )
        return "; ".join(said) or "the budgets' minima contradict one another or another budget's maximum"

    def _set_columns(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        self.lower[columns], self.upper[columns] = lower, upper
        self.solver.set_column_bounds(columns, lower, upper)

    def _limit_unserved(self, allowed: float) -> None:
        """Unserved <= allowed; what is served stands on the row's left side with a minus."""
        self._bound(self.unserved_row, (allowed if allowed > TOLERANCE else 0.0) - self.demanded)

    def _bound(self, row: int, upper: float) -> None:
        self.row_upper[row] = upper
        self.solver.set_row_bounds(np.array([row], dtype=np.int32), np.array([-np.inf]), np.array([upper]))

    def _break_ties(self, optimum: Point) -> Floats:
        """The plan of least weighted tonnes among the optima; the optimum itself should that fail by a hair."""
        columns = np.flatnonzero(np.abs(optimum.reduced_cost) > TOLERANCE).astype(np.int32)
        at = np.where(optimum.reduced_cost[columns] > 0, self.lower[columns], self.upper[columns])
        rows = np.flatnonzero(np.abs(optimum.dual) > TOLERANCE).astype(np.int32)
        tight = np.where(optimum.dual[rows] > 0, self.row_lower[rows], self.row_upper[rows])
        self.solver.set_column_bounds(columns, at, at)
        self.solver.set_row_bounds(rows, tight, tight)
        weights = [1 + zlib.crc32(name.encode()) / 2**32 for name in self.arrays.names()]
        self.solver.set_cost(np.array(weights), 0.0)
        try:
            chosen = self.solver.minimise("one plan of the equally cheap", optimum.basis)
        except SolverError:  # the optimum stands, though another of the same cost might have been published
            chosen = None
        cost, least = self.arrays.cost, float(self.arrays.cost @ optimum.x)
        worse = chosen is None or float(cost @ chosen.x) > least + 1e-9 * max(1.0, abs(least))
        x = optimum.x if worse or chosen is None else chosen.x
        return np.clip(x, self.arrays.lower, self.arrays.upper)


def _span_places(spans: list[Span]) -> Ints:
    return np.concatenate([np.arange(s.first, s.stop, dtype=np.int32) for s in spans])


def _goal(goal: Sparse, columns: int) -> tuple[Floats, float]:
    return goal.transposed_times(np.ones(1), columns), float(goal.constant[0])
