"""The plans near a plan: its goals held, and cost at most so much above its own.

The programme is that of the plan: nobody is served less, the total shortfall is no larger, and cost is a row. Its
cheapest plan is found once; every question starts at that basis. Where a decision is taken away the basis stays one of
prices, and the dual simplex goes on from it; where another amount is sought it stays a plan, and the primal one does.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from model.base.errors import Unmeetable
from model.base.units import T_PER_KT
from model.compiling.arrays import Floats, Ints, Sparse, sparse_row
from model.solving.goals.in_order import SLACKS, in_order
from model.solving.goals.ties import NOTHING_T, hold_optima
from model.solving.held import HeldProgramme
from model.solving.outcome import Outcome
from model.solving.programme import Arrays
from model.solving.solver.points import Point

TINY = 1e-9
"""A slack below this part of the cost is none: the equally cheap plans are then told by their prices, exactly."""


class Amount(NamedTuple):
    """A weighted sum of columns that can be made small or large: what is built of something. kt."""

    columns: Ints
    weights: Floats

    @property
    def row(self) -> Sparse:
        """It as a row."""
        return sparse_row(self.columns, self.weights)

    def of(self, x: Floats) -> float:
        """Its value in a plan."""
        return float(self.weights @ x[self.columns])


class Regret(NamedTuple):
    """What the best plan under a further condition costs more, million USD, falls short more, kt, and serves less.

    ``harm`` is what it serves less at the cost of a shortage, million USD, ``unserved`` the goods, kt; ``x`` is that
    plan, None where the hard limits leave none.
    """

    cost: float
    shortfall: float
    harm: float
    unserved: float
    x: Floats | None

    @property
    def missed(self) -> bool:
        """Whether the plan's goals before cost can't be kept."""
        return self.x is None or self.shortfall > 0.0 or self.harm > 0.0


class Near:
    """The programme of a plan with its goals held. Raises Stopped, SolverError wherever it solves.

    ``chances``: the probability of each demand's node.
    """

    def __init__(
        self,
        arrays: Arrays,
        outcome: Outcome,
        chances: Floats,
        time_limit: float = float("inf"),
        stop: threading.Event | None = None,
    ) -> None:
        self.arrays, self.outcome, self.chances = arrays, outcome, chances
        self.held = HeldProgramme(arrays, time_limit, stop)
        columns = np.flatnonzero(arrays.cost).astype(np.int32)
        self._cost_row = self.held.add_row(sparse_row(columns, arrays.cost[columns]))
        most = float(outcome.row_upper[self.held.shortfall_row])
        self._short = most if np.isfinite(most) else None
        self._amount_row = self.held.add_row(sparse_row(columns[:0], np.zeros(0)))
        self._amount = columns[:0]
        self.hold()
        begin = next((outcome.bases[name] for name in ("cost", "hard") if name in outcome.bases), None)
        self.cheapest = self.held.surely("the plan again", basis=begin or outcome.baseline_basis)
        self.shortfall = max(0.0, float(arrays.shortfall.times(self.cheapest.x)[0]))

    def hold(self) -> None:
        """The goals before cost as in the plan, and no limit to cost."""
        held, arrays = self.held, self.arrays
        held.restore()
        self._moved = False
        own, outcome = len(arrays.row_lower), self.outcome
        held.set_columns(np.arange(len(arrays.cost), dtype=np.int32), outcome.lower, outcome.upper)
        held.set_rows(np.arange(own, dtype=np.int32), outcome.row_lower[:own], outcome.row_upper[:own])
        held.keep_served(outcome.baseline.unserved, outcome.harm)
        held.allow(held.short, 0.0 if self._short is None else np.inf)
        if self._short is not None:
            held.bound(held.shortfall_row, self._short)

    def again(self) -> None:
        """The same as it was, whatever the last question moved; one that moved little is undone alone."""
        if self._moved:
            self.hold()
        self.held.bound(self._cost_row, np.inf)

    def within(self, slack: float) -> None:
        """Cost at most ``slack``, million USD, above the plan's; without slack the equally cheap plans."""
        if slack <= TINY * abs(self.cheapest.objective):
            self.hold()
            hold_optima(self.held, self.cheapest)
            self._moved = True
        else:
            self.again()
            self.held.bound(self._cost_row, self.cheapest.objective - self.arrays.constant + slack)

    def range_end(self, amount: Amount, sign: int, slacks: Sequence[float]) -> Iterator[Point]:
        """A plan with the least (``sign`` 1) or the most (-1) of an amount at each of some slacks, in their order."""
        goal, start, primal = sparse_row(amount.columns, sign * amount.weights), self.cheapest.basis, True
        for slack in slacks:
            self.within(slack)
            point = self.held.surely("an end of a range", goal, start, primal)
            yield point
            if slack > 0:  # only the limit to cost moves: its end is the next one's start
                start, primal = point.basis, False

    def without(self, columns: Ints) -> Regret:
        """What the best plan without some builds comes to."""
        self.again()
        self.held.set_columns(columns, 0.0, 0.0)
        found = self._best()
        self.held.set_columns(columns, self.outcome.lower[columns], self.outcome.upper[columns])
        return found

    def with_least(self, amount: Amount, least: float) -> Regret:
        """What the best plan with at least so much of an amount comes to."""
        self.again()
        row = np.full(1, self._amount_row, dtype=np.int32)
        self._set_amount(amount)
        self.held.set_rows(row, least, np.inf)
        found = self._best()
        self.held.set_rows(row, -np.inf, np.inf)
        return found

    def _set_amount(self, amount: Amount) -> None:
        """The row of amounts is that of one."""
        for columns, weights in ((self._amount, np.zeros(len(self._amount))), (amount.columns, amount.weights)):
            self.held.solver.set_coefficients(np.full(len(columns), self._amount_row), columns, weights)
        self._amount = amount.columns
        self.held.added[self._amount_row - len(self.arrays.row_lower)] = amount.row

    def _best(self) -> Regret:
        """The best plan within the present bounds: the plan's goals kept if that can be, else the goals in order."""
        held, plan = self.held, self.cheapest
        for slack in SLACKS if self._short is not None else SLACKS[:1]:
            if self._short is not None:
                self._moved |= slack > 0
                held.bound(held.shortfall_row, self._short * (1 + slack))
            point = held.least("another best plan", basis=plan.basis)
            if point is not None:
                return Regret(max(0.0, point.objective - plan.objective), 0.0, 0.0, 0.0, point.x)
        self._moved = True
        held.allow(held.short, np.inf)
        held.bound(held.shortfall_row, np.inf)
        with contextlib.suppress(Unmeetable):
            point = in_order(held, plan.basis, lambda _: None)
            return Regret(point.objective - plan.objective, *self._missed(point.x), point.x)
        return Regret(np.inf, np.inf, np.inf, np.inf, None)

    def _missed(self, x: Floats) -> tuple[float, float, float]:
        """What a plan falls short more, kt, its harm, million USD, and goods that it leaves unserved more, kt."""
        arrays, was = self.arrays, self.cheapest.x
        short, harm = (float(goal.times(x)[0] - goal.times(was)[0]) for goal in (arrays.shortfall, arrays.harm))
        less = float(self.chances @ (arrays.unserved(x) - arrays.unserved(was)))
        return _above(short), _above(harm), max(0.0, less)


def _above(more: float) -> float:
    """What is more than the solver's tolerance."""
    return more if more * T_PER_KT > NOTHING_T else 0.0
