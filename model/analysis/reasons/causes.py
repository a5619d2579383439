"""What holds a missed limit: the tonnes that plants can give by then, and the limits that bind.

Tonnes, in the weight of the limit: what the plants that count towards it (a minimum), or that can supply its buyer from
elsewhere (a cap), can make in the year with what exists, what is committed, and what could be built as fast as the
instance allows. Binding limits come from the solve that misses as little as possible: ``worth`` is the dual, by how
many tonnes the miss of all its years shrinks with one more tonne of the limit; at most, for the next tonnes bring less.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from model.analysis.reasons.misses import Group, Missed
from model.base.economics import ramp
from model.base.units import T_PER_KT
from model.compiling.arrays import sparse_row
from model.formulation.policy.domestic_min import counted
from model.instance.instance import Instance
from model.instance.policy.kinds import kind_of
from model.instance.records import Plant
from model.plan.solved import Solved
from model.solving.goals.targets import Limit, columns_of
from model.solving.held import HeldProgramme
from model.solving.solver.points import Point

NOTHING = 1e-6


class Supply(NamedTuple):
    """What one plant can give in a year, t in the limit's weight; ``online`` is the year new capacity can run from."""

    plant: str
    existing: float
    committed: float
    new: float
    online: int | None


class Binding(NamedTuple):
    """A limit that binds: its kind, of what, when, and the t of the miss that one more t (or million USD) avoids."""

    kind: str
    what: str
    years: tuple[int, ...]
    worth: float


def supplies(s: Solved, limit: Limit) -> list[Supply]:
    """What each plant that matters can give in the limit's year, largest first."""
    instance, found = s.network.instance, []
    for j, per_unit in _plants(s, limit):
        plant = instance.plants[j]
        unit = per_unit * plant.availability
        had = instance.existing.get(j, {})
        now, then = had.get(instance.first_year, 0.0), had.get(limit.year, 0.0)
        fastest, online = _fastest(instance, plant, limit.year)
        supply = Supply(j, unit * min(now, then), unit * max(0.0, then - now), unit * fastest, online)
        if supply.existing or supply.committed or online is not None:
            found.append(supply)
    return sorted(found, key=lambda p: (-(p.existing + p.committed + p.new), p.online or 0, p.plant))


def _plants(s: Solved, limit: Limit) -> Iterator[tuple[str, float]]:
    """Plants that count towards a minimum, or can supply a cap's buyer from elsewhere; t in the weight per unit."""
    net, target = s.network, limit.target
    instance = net.instance
    per_unit: dict[str, float] = {}
    if kind_of(target).inside:
        pairs = counted(net, target)
    else:
        away = target.away(limit.supplier)
        near = {(k, o) for k, o, d in net.lanes if d in target.regions}
        pairs = [
            (j, k)
            for k in target.commodities
            for o in instance.regions
            if o not in away and (k, o) in near
            for j in instance.makers.get((k, o), ())
        ]
    for j, k in pairs:
        made = net.weight(target, k) * instance.recipes[instance.plants[j].process][k]
        per_unit[j] = per_unit.get(j, 0.0) + made
    return iter(per_unit.items())


def _fastest(instance: Instance, plant: Plant, year: int) -> tuple[float, int | None]:
    """Most new capacity that can run in a year, t/yr, and the first year in which any can."""
    decisions = instance.decision_years(plant)
    if not decisions:
        return 0.0, None
    have, left = 0.0, plant.max_build
    for decided in decisions:  # the earliest have ramped up furthest
        built = min(left, plant.max_build_per_year)
        part = ramp(year - decided - plant.lead_time, plant.ramp_years, plant.lifetime)
        have += part * built if part > 0 else 0.0
        left = left - built if built < float("inf") else left
    return have, decisions[0] + plant.lead_time


def bindings(s: Solved, kept: HeldProgramme, group: Group, missed: Missed, start: Point) -> tuple[list[Binding], Point]:
    """Limits that bind where a group misses as little as possible, most worth first; other misses stay as they are."""
    point = least_miss(kept, group, missed, start)
    instance = s.network.instance
    worth: dict[tuple[str, str], dict[int, float]] = {}

    def note(kind: str, what: str, node: str, value: float) -> None:
        if value > NOTHING:
            years = worth.setdefault((kind, what), {})
            years[s.year[node]] = years.get(s.year[node], 0.0) + value

    duals = {name: point.dual[span.places] for name, span in s.arrays.rows.items()}
    for (j, n), dual in zip(s.arrays.rows["capacity_limit"].index, duals["capacity_limit"].tolist(), strict=True):
        note("capacity", j, n, -dual * instance.plants[j].availability)
    for (j, leaf), dual in zip(s.arrays.rows["build_limit"].index, duals["build_limit"].tolist(), strict=True):
        note("build limit", j, leaf, -dual)
    for (k, o, d, n), dual in zip(s.arrays.rows["lane_limit"].index, duals["lane_limit"].tolist(), strict=True):
        note("lane", f"{k}, {o} to {d}", n, -dual)
    for (k, r, n), dual in zip(s.arrays.rows["stock_limit"].index, duals["stock_limit"].tolist(), strict=True):
        note("stock capacity", f"{k}, {r}", n, -dual)
    for (row, leaf), dual in zip(s.arrays.rows["budget_max"].index, duals["budget_max"].tolist(), strict=True):
        note("budget", row, leaf, -dual * T_PER_KT)
    span = s.arrays.columns["build"]
    for (j, b), reduced in zip(span.index, point.reduced_cost[span.places].tolist(), strict=True):
        note("yearly build limit", j, b, -reduced)
    found = [Binding(kind, what, tuple(sorted(by)), max(by.values())) for (kind, what), by in worth.items()]
    return sorted(found, key=lambda b: (-b.worth, b.kind, b.what)), point


def least_miss(kept: HeldProgramme, group: Group, missed: Missed, start: Point, primal: bool = False) -> Point:
    """The least sum of a group's shortfalls with every other limit missed by no more than in the plan.

    ``primal``: the start's basis is a plan, or nearly, from which the simplex goes on through plans.
    """
    allow_others(kept, group, missed)
    short = columns_of(group.limits)
    kept.allow(short, np.inf)
    point = kept.least("least miss", sparse_row(short, np.ones(len(short))), start.basis, primal)
    kept.allow(short, 0.0)
    return start if point is None else point


def allow_others(kept: HeldProgramme, group: Group, missed: Missed) -> None:
    """Every target in force; what other groups miss in the plan they may miss, and this group nothing."""
    kept.allow(kept.short, 0.0)
    for other in missed.groups:
        if other.name != group.name:
            kept.allow(columns_of(other.limits), np.array(other.short) * (1 + 1e-9) + 1e-10)
