"""One budget and one first year: the cases from loose to tight, and the tightest cap that can be met."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from model.analysis.frontier.programme import Base, Programme, met, missed
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.compiling.arrays import Floats
from model.solving.goals.targets import Limit, columns_of
from model.solving.held import PROOF, HeldProgramme
from model.solving.solver.points import Point

STEP, SMALL = 0.75, 0.02
"""Below the caps asked for a walk goes on by this factor, down to this share, then to the end: a long step is slow."""


@dataclass(frozen=True)
class Case:
    """A case that is met. USD, present value; what one more point or million saves is that of the margin.

    ``unserved_goods_t``: t of goods that nobody serves, over all years.
    """

    cost_usd: float
    capex_usd: float
    usd_per_point: float
    usd_per_million: float
    unserved_goods_t: float
    x: Floats = field(repr=False, compare=False)
    basis: Any = field(repr=False, compare=False)


@dataclass(frozen=True)
class Walk:
    """How far a walk from loose to tight came: the last level that holds, its plan, and a level that seems not to.

    ``beyond`` is None where every level holds. ``basis`` is the last one.
    """

    cases: dict[float, Case]
    level: float
    x: Floats = field(repr=False)
    beyond: float | None
    basis: Any = field(repr=False)


@dataclass(frozen=True)
class Edge:
    """The tightest cap, a plan at it, and every case that is met."""

    tightest: float
    x: Floats = field(repr=False)
    cases: dict[float, Case]


def walk(
    programme: Programme, base: Base, year: int, caps: Sequence[float], larger: Walk | None, stop: threading.Event
) -> Walk:
    """The cases from a year on, from loose to tight, until a cap seems not to hold.

    ``larger`` is the same walk with more capital. A plan of it that needs no more than there is here is the cheapest
    here too; a cap that it did not hold is not tried.
    """
    found, point = programme.in_force(year), base.point
    if not found:
        cases = dict.fromkeys(caps, _case(programme, found, point))
        return Walk(cases, 0.0, point.x, None, point.basis)
    kept = programme.kept(base, stop)
    done = Walk({}, max(limit.share(point.x) for limit in found), point.x, None, point.basis)
    for cap in caps:
        same = larger.cases.get(cap) if larger else None
        if larger and same is None:
            return replace(done, beyond=cap)
        if same and programme.holds(base, found, cap, same.x):
            done = Walk({**done.cases, cap: same}, min(done.level, cap), same.x, None, same.basis)
        else:
            done = _go_on(programme, kept, found, [cap], done)
        if done.beyond is not None:
            return done
    return done


def _go_on(
    programme: Programme, kept: HeldProgramme, found: Sequence[Limit], levels: Sequence[float], done: Walk
) -> Walk:
    """Tighten some caps further. A cap may be missed at a price, so that a step too far ends soon.

    A cap that is missed may still hold in a plan that costs more than the price.
    """
    kept.allow(columns_of(found), np.inf)
    goal = programme.penalised(found)
    for level in levels:
        kept.set_level(found, level)
        tried = kept.surely(f"at most {level:g} from {found[0].year}", goal, done.basis)
        if not met(found, tried):
            return replace(done, beyond=level, basis=tried.basis)
        cases = {**done.cases, level: _case(programme, found, tried)}
        done = Walk(cases, min(done.level, level), tried.x, None, tried.basis)
    return done


def edge(
    programme: Programme,
    base: Base,
    year: int,
    caps: Sequence[float],
    done: Walk,
    known: Sequence[Edge],
    stop: threading.Event,
) -> Edge:
    """The tightest cap that holds from a year on, and the cases that only a dear plan meets.

    ``known`` are edges that this one can't be tighter than: of later years, or of more capital.
    """
    found, kept = programme.in_force(year), programme.kept(base, stop)
    if not found:
        return Edge(0.0, done.x, done.cases)
    level, x = _tightest(programme, base, kept, found, done, known)
    dear = {}
    for cap in caps:
        if cap not in done.cases and cap >= level - PROOF:
            kept.set_level(found, cap)
            kept.allow(columns_of(found), np.inf)
            least = kept.surely(f"least missed of {cap:g} from {year}", missed(found), done.basis, primal=True)
            kept.allow(columns_of(found), 0.0)
            point = kept.least(f"at most {cap:g} from {year}", basis=least.basis) if met(found, least) else None
            if point is not None:
                dear[cap] = _case(programme, found, point)
    return Edge(level, x, done.cases | dear)


def _tightest(
    programme: Programme, base: Base, kept: HeldProgramme, found: Sequence[Limit], done: Walk, known: Sequence[Edge]
) -> tuple[float, Floats]:
    """The level and a plan there: that of a known edge where it holds here too, else by ``HeldProgramme.tightest``."""
    best = max(known, key=lambda other: other.tightest, default=None)
    low = best.tightest if best is not None else 0.0
    if done.beyond is None or done.beyond <= low:
        if best is not None and programme.holds(base, found, low, best.x):
            return low, best.x
        done = _go_on(programme, kept, found, _further(done.level, low), replace(done, beyond=None))
        if done.beyond is None:
            return low, done.x
    start = Point(done.x, np.zeros(0), np.zeros(0), 0.0, done.basis)
    price = programme.penalised(found)
    level, point = kept.tightest(found, start, low, first=done.beyond, price=price)
    return max(level, low), point.x


def _further(cap: float, low: float) -> list[float]:
    levels = []
    while (cap := cap * STEP) > max(low, SMALL):
        levels.append(cap)
    return [*levels, low]


def _case(programme: Programme, found: Sequence[Limit], point: Point) -> Case:
    arrays, dual = programme.arrays, point.dual
    worth = -sum(float(dual[limit.row]) * limit.base(point.x) for limit in found)
    return Case(
        (float(arrays.cost @ point.x) + arrays.constant) * USD_PER_MUSD,
        float(arrays.capital.times(point.x)[0]) * USD_PER_MUSD,
        max(0.0, worth) / 100 * USD_PER_MUSD,
        max(0.0, -float(dual[programme.budget_rows].sum())) * USD_PER_MUSD,
        float(arrays.unserved(point.x).sum()) * T_PER_KT,
        point.x,
        point.basis,
    )
