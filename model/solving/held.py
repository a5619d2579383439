"""A compiled programme held by the solver, whose limits move between solves.

Behind the programme's rows stand the goals as rows, open at first: harm (goal 1), shortfall and capital. Nobody may be
starved until ``allow_harm`` says so.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from model.base.errors import SolverError
from model.compiling.arrays import Floats, Ints, Span, Sparse, sparse_row
from model.instance.policy.kinds import programme_rows, shortfalls
from model.solving.goals.targets import NO_BASE_KT, Limit, columns_of, rows_of
from model.solving.programme import Arrays
from model.solving.solver.highs import TOLERANCE, Solver
from model.solving.solver.points import Basis, Point, Run

MOST_ROUNDS = 60
"""Rounds after which the tightest level counts as not found; seven is the most seen."""

PROOF = 1e-7
"""A tightest level is proved to be no further than this from the true one, relative to 1."""
NEARER = 0.7
"""Next level of a bracket, from what is impossible towards what can be had: solves far on the other side are slow."""
ENDLESS = 1e3
"""A minimum that can be beaten by a thousand times its base has no end."""


class HeldProgramme:
    """The programme with its current bounds. Amounts in kt and million USD.

    ``added`` are the rows behind the programme's own, the goals first, as they are at present.
    ``known``: bases by the names of solves, each a better start than the one that is asked for. Where it is given, even
    empty, ``bases`` gathers those at which the solves here end.
    """

    def __init__(
        self,
        arrays: Arrays,
        time_limit: float = float("inf"),
        stop: threading.Event | None = None,
        known: Mapping[str, Basis] | None = None,
    ) -> None:
        self.arrays = arrays
        self.known, self.bases = known, dict[str, Basis]()
        self.solver = Solver(arrays, time_limit, stop or threading.Event())
        self.short = _places([arrays.columns[s] for s in shortfalls()])
        self.policy = _places([arrays.rows[r] for r in programme_rows()])
        self.lower, self.upper = arrays.lower.copy(), arrays.upper.copy()
        self.row_lower, self.row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
        self.added: list[Sparse] = []
        self.starved, self.not_starved = _places([arrays.columns["starved"]]), _places([arrays.rows["not_starved"]])
        self.harm_row = self.add_row(arrays.harm)
        self.shortfall_row = self.add_row(arrays.shortfall)
        self.capital_row = self.add_row(arrays.capital)
        self.allow(self.starved, 0.0)

    @property
    def runs(self) -> list[Run]:
        """Every call of the solver so far."""
        return self.solver.runs

    def add_row(self, row: Sparse) -> int:
        """Append an open row; returns its place."""
        self.row_lower, self.row_upper = np.append(self.row_lower, -np.inf), np.append(self.row_upper, np.inf)
        self.added.append(row)
        return self.solver.add_row(-np.inf, np.inf, row.column, row.value)

    def set_columns(self, columns: Ints, lower: Any, upper: Any) -> None:
        """Replace the bounds of some columns."""
        self.lower[columns], self.upper[columns] = lower, upper
        self.solver.set_column_bounds(columns, self.lower[columns], self.upper[columns])

    def set_rows(self, rows: Ints, lower: Any, upper: Any) -> None:
        """Replace the bounds of some rows."""
        self.row_lower[rows], self.row_upper[rows] = lower, upper
        self.solver.set_row_bounds(rows, self.row_lower[rows], self.row_upper[rows])

    def bound(self, row: int, upper: float) -> None:
        """Bound a goal's row from above."""
        self.set_rows(np.array([row], dtype=np.int32), -np.inf, upper)

    def keep_served(self, unserved: Floats, harm: float | None = None) -> None:
        """Goal 1: no demand is served less than where ``unserved`` (kt, by demand and node) stays unserved.

        ``harm``: the sum by which that may be missed all the same, million USD; None: not at all.
        """
        self.set_rows(self.not_starved, self.arrays.demanded - unserved, np.inf)
        self.allow_harm(harm)

    def allow_harm(self, most: float | None) -> None:
        """Buyers may be starved in all by as much, million USD; None: nobody."""
        self.allow(self.starved, 0.0 if most is None else np.inf)
        self.bound(self.harm_row, np.inf if most is None else most)

    @property
    def harm(self) -> float | None:
        """By how much goal 1 may be missed at present, million USD; None where nobody may be starved."""
        most = float(self.row_upper[self.harm_row])
        return most if np.isfinite(most) else None

    def free_policy(self) -> None:
        """Take the policy away: its rows open, its shortfalls nil."""
        self.set_rows(self.policy, -np.inf, np.inf)
        self.allow(self.short, 0.0)

    def keep_policy(self) -> None:
        """The policy's rows as asked."""
        self.set_rows(self.policy, self.arrays.row_lower[self.policy], self.arrays.row_upper[self.policy])

    def allow(self, shortfalls: Ints, most: Any) -> None:
        """Let some limits be missed (or demands be starved) by as much, kt."""
        self.set_columns(shortfalls, self.arrays.lower[shortfalls], most)

    def open(self, found: Iterable[Limit]) -> None:
        """Take some limits away."""
        self.set_rows(rows_of(found), -np.inf, np.inf)

    def set_level(self, found: Sequence[Limit], level: float | None = None, eased: bool = False) -> None:
        """Ask some limits for one share, or without a level for their own; they are in force afterwards.

        ``eased``: none for more than its own.
        """
        asked = [limit.asked if level is None else limit.eased(level) if eased else level for limit in found]
        pairs = list(zip(found, asked, strict=True))
        moving = [(limit.row, limit.base_column, -z * limit.turned) for limit, z in pairs if limit.base_column >= 0]
        if moving:
            rows, columns, values = (np.array(v) for v in zip(*moving, strict=True))
            self.solver.set_coefficients(rows, columns, values)
        own = len(self.arrays.row_lower)
        for limit, z in pairs:
            if limit.row >= own:
                self.added[limit.row - own] = limit.at_level(z)
        side = np.array([z * limit.fixed_base - limit.constant for limit, z in pairs])
        side *= (turned := np.array([limit.turned for limit in found]))
        at_most = np.array([limit.at_most for limit in found], dtype=bool) == (turned > 0)
        self.set_rows(rows_of(found), np.where(at_most, -np.inf, side), np.where(at_most, side, np.inf))

    def copied(self, limit: Limit) -> Limit:
        """A second row of a limit, open, that can't be missed."""
        row = self.add_row(limit.at_level(limit.asked))
        return dataclasses.replace(limit, row=row, short=-1, turned=1.0)

    def moved(self, basis: Any, found: Sequence[Limit], copies: Sequence[Limit]) -> Any:
        """A basis of some limits' rows as one of their copies' rows."""
        return self.solver.swapped(basis, rows_of(found), rows_of(copies))

    def restore(self) -> None:
        """Every bound as the programme has it, the goals open, nobody starved; levels and copies are left as moved."""
        arrays, rows = self.arrays, len(self.row_lower)
        self.set_columns(np.arange(len(arrays.cost), dtype=np.int32), arrays.lower, arrays.upper)
        beyond = np.full(rows - len(arrays.row_lower), np.inf)
        lower, upper = np.append(arrays.row_lower, -beyond), np.append(arrays.row_upper, beyond)
        self.set_rows(np.arange(rows, dtype=np.int32), lower, upper)
        self.allow(self.starved, 0.0)

    def least(self, name: str, goal: Sparse | None = None, basis: Any = None, primal: bool = False) -> Point | None:
        """Minimise a goal (default: cost); None where nothing is feasible. ``primal`` as in ``Solver.minimise``.

        With ``primal`` the basis is a plan of this programme, which no known one is.
        """
        columns = self.solver.columns
        if goal is None:
            cost = np.zeros(columns)
            cost[: len(self.arrays.cost)] = self.arrays.cost
            self.solver.set_cost(cost, self.arrays.constant)
        else:
            self.solver.set_cost(goal.transposed_times(np.ones(1), columns), float(goal.constant[0]))
        if self.known is None:
            return self.solver.minimise(name, basis, primal)
        point = self.solver.minimise(name, basis if primal else self.known.get(name, basis), primal)
        if point is not None:
            self.bases[name] = point.basis
        return point

    def surely(self, name: str, goal: Sparse | None = None, basis: Any = None, primal: bool = False) -> Point:
        """The same where something is feasible for sure. Raises SolverError."""
        point = self.least(name, goal, basis, primal)
        if point is None:
            raise SolverError(f"the solve '{name}' found nothing feasible, which can't be")
        return point

    def tightest(
        self,
        found: Sequence[Limit],
        start: Point,
        beyond: float,
        along: Sequence[Limit] | None = None,
        first: float | None = None,
        price: Sparse | None = None,
    ) -> tuple[float, Point]:
        """The least level at which some caps hold together (the greatest, for minima), and a point there.

        ``start`` is a point that keeps all other bounds; no level further than ``beyond`` is of interest. ``along``:
        all limits that the level eases, these among them; one that asks for less stays as it is. ``first`` is a level
        to begin with. ``price`` is a goal, such as cost with a price on what is missed, by which each level is solved
        first: from its plan the least missed is near. The rows stay at the level found, which is proved to be within
        ``PROOF`` of the true one.
        """
        if len(found) == 1 and along is None:
            level, point = self._fraction(found[0], start)
        else:
            level, point = self._together(found, start, beyond, along, first, price)
        self.allow(columns_of(found), 0.0)
        self.set_level(along or found, level if np.isfinite(level) else None, eased=along is not None)
        return level, point

    def _together(
        self,
        found: Sequence[Limit],
        start: Point,
        beyond: float,
        along: Sequence[Limit] | None,
        first: float | None,
        price: Sparse | None,
    ) -> tuple[float, Point]:
        """Newton's method on ``miss(z)``, the least sum of what is missed at level ``z``, in a bracket.

        By the envelope theorem ``-miss'(z) = sum_i dual_i base_i``; ``miss`` falls to 0 at the level looked for.
        """
        sign, moved = (1.0 if found[0].at_most else -1.0), list(along or found)
        short, rows = columns_of(found), rows_of(moved)
        missed = sparse_row(short, np.ones(len(short)))
        near, far, point, basis = _worst(found, start.x), beyond, start, start.basis
        step, level = np.inf, beyond + NEARER * (near - beyond) if first is None else first
        self.allow(short, np.inf)
        for _ in range(MOST_ROUNDS):
            self.set_level(moved, level, eased=along is not None)
            name = f"level {level:.7f}"
            cheap = None if price is None else self.least(f"{name} at a price", price, basis)
            least = self.least(name, missed, cheap.basis if cheap else basis, primal=cheap is not None)
            if least is None:
                break
            basis = cheap.basis if cheap else least.basis
            if least.objective <= TOLERANCE:
                # a level that Newton names is the true one, or nearly: the next solve proves it
                step = sign * (level - far) - 0.9 * PROOF if step < np.inf else np.inf
                near, point = level, least
            else:
                far = level
                bases = [0.0 if along and limit.eased(level) != level else limit.base(least.x) for limit in moved]
                slope = float(np.abs(least.dual[rows]) @ np.array(bases))
                step = least.objective / slope if slope > 0 else np.inf
            width = sign * (near - far)
            if width <= PROOF:
                break
            level = far + sign * (max(step, PROOF / 2) if step < width else NEARER * width)
        return near, point

    def _fraction(self, limit: Limit, start: Point) -> tuple[float, Point]:
        """Dinkelbach's method (1967, Management Science 13, 492-498) for one limit.

        At level ``z`` minimise ``amount - z base`` (maximise, for a minimum); the share at the optimum is the next
        level. No gain proves that none is better. A cap that nothing at all may count against is tried first: it may be
        kept by using nothing.
        """
        sign, place = (1.0 if limit.at_most else -1.0), rows_of([limit])
        level, point, basis = limit.share(start.x), start, start.basis
        self.allow(columns_of([limit]), 0.0)
        if limit.at_most and level > 0:
            self.set_level([limit], 0.0)
            nothing = self.least("none from there", sparse_row(place[:0], np.zeros(0)), basis)
            if nothing is not None:
                return 0.0, nothing
        most = np.inf if limit.at_most else ENDLESS * max(1.0, limit.fixed_base)
        self.set_rows(place, -np.inf if limit.turned > 0 else -most, most if limit.turned > 0 else np.inf)
        for _ in range(MOST_ROUNDS):
            if not np.isfinite(level) or limit.base(point.x) <= NO_BASE_KT:
                break
            better = self.least("best that can be reached", limit.gap(level, sign), basis)
            if better is None:
                break
            basis, reached = better.basis, limit.share(better.x)
            closer = sign * (level - reached)
            if closer > 0:
                level, point = reached, better
            if closer <= PROOF / 10 * max(1.0, level) or limit.base_column < 0:
                break
        if not limit.at_most and level >= ENDLESS / 2:
            level = np.inf
        return level, Point(point.x, point.reduced_cost, point.dual, point.objective, basis)


def _worst(found: Sequence[Limit], x: Floats) -> float:
    """The level at which all of some limits hold at a point."""
    return (max if found[0].at_most else min)(limit.share(x) for limit in found)


def _places(spans: list[Span]) -> Ints:
    return np.concatenate([np.arange(s.first, s.stop, dtype=np.int32) for s in spans])
