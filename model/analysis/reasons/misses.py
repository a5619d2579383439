"""What is missed, grouped by limit, and the best that each limit can reach by itself."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.base.units import T_PER_KT
from model.compiling.arrays import Floats
from model.formulation.network import Network
from model.instance.policy.kinds import hard_rows
from model.plan.solved import Solved
from model.solving.goals.targets import Limit, columns_of, limits_of
from model.solving.goals.ties import NOTHING_T
from model.solving.held import HeldProgramme
from model.solving.programme import Arrays
from model.solving.solver.points import Point


@dataclass(frozen=True)
class Group:
    """A limit (row, buyer, scope, supplier) and the years in which the plan misses it, by ``short`` kt."""

    limits: tuple[Limit, ...]
    short: tuple[float, ...]

    @property
    def name(self) -> tuple[str, str, str, str]:
        """Policy row, buyer, scope and supplier."""
        return self.limits[0].name

    @property
    def years(self) -> list[int]:
        """Years missed."""
        return [limit.year for limit in self.limits]

    @property
    def at_most(self) -> bool:
        """Whether a cap is missed; else a minimum."""
        return self.limits[0].at_most

    @property
    def short_t(self) -> float:
        """What falls short in all years, t."""
        return sum(self.short) * T_PER_KT


@dataclass(frozen=True)
class Missed:
    """All limits, and those that one plan misses, and goal 1 as the plan has it.

    ``unserved``: what stays unserved without policy, kt by demand and node; ``harm``: by how much buyers may be served
    less, million USD, None: not at all.
    """

    limits: Sequence[Limit]
    groups: Sequence[Group]
    unserved: Floats
    harm: float | None

    @classmethod
    def of(cls, s: Solved) -> Missed:
        """What a solved plan misses, in the policy's order."""
        limits = limits_of(s.arrays, s.network)
        found: dict[tuple[str, ...], list[Limit]] = {}
        for limit in limits:
            if s.outcome.x[limit.short] * T_PER_KT > NOTHING_T:
                found.setdefault(limit.name, []).append(limit)
        groups = [Group(tuple(ls), tuple(float(s.outcome.x[limit.short]) for limit in ls)) for ls in found.values()]
        return cls(limits, groups, s.outcome.baseline.unserved, s.outcome.harm)

    def elsewhere(self, arrays: Arrays, net: Network) -> Missed:
        """The same misses in another programme of the same policy."""
        limits = limits_of(arrays, net)
        there = {(limit.name, limit.year): limit for limit in limits}
        groups = [Group(tuple(there[g.name, limit.year] for limit in g.limits), g.short) for g in self.groups]
        return Missed(limits, groups, self.unserved, self.harm)


def kept_alone(
    s: Solved, missed: Missed, time_limit: float, stop: threading.Event | None
) -> tuple[HeldProgramme, Point]:
    """The programme without targets but with its budgets and goal 1, and the plan as a point in it."""
    kept = HeldProgramme(s.arrays, time_limit, stop)
    kept.free_policy()
    for family in hard_rows():
        span = s.arrays.rows[family]
        rows = np.arange(span.first, span.stop, dtype=np.int32)
        kept.set_rows(rows, s.arrays.row_lower[rows], s.arrays.row_upper[rows])
    kept.keep_served(missed.unserved, missed.harm)
    return kept, plan_point(s)


def plan_point(s: Solved) -> Point:
    """The plan as a point to start from, with the basis of the plan without policy."""
    return Point(s.outcome.x, np.zeros(0), np.zeros(0), 0.0, s.outcome.baseline_basis)


def best(kept: HeldProgramme, start: Point, limits: Sequence[Limit]) -> list[float]:
    """The best share that each limit can reach by itself: goal 1 and the budgets kept, all other targets put aside."""
    found, basis = [], start.basis
    for limit in limits:
        level, point = kept.tightest([limit], Point(start.x, start.reduced_cost, start.dual, 0.0, basis), limit.asked)
        kept.open([limit])
        kept.set_columns(columns_of([limit]), 0.0, 0.0)
        found.append(level)
        basis = point.basis
    return found
