"""Ways out of a miss: for each lever the least that removes it, found by a solve. ``verify`` proves them.

The question for a group of missed limits is always the same: all else as asked, and other groups missed by no more than
in the plan, what is the least change of one kind with which nothing of the group falls short?
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from model.analysis.reasons.causes import Binding, least_miss
from model.analysis.reasons.changes import Addition, Change, Way, capacity_changes, up
from model.analysis.reasons.easing import feasible
from model.analysis.reasons.misses import Group, Missed
from model.analysis.reasons.workbench import FASTER, MORE, WIDER, Lever, Workbench, free_mark, pile_terms
from model.base.units import T_PER_KT
from model.compiling.arrays import sparse_row
from model.formulation.policy.domestic_min import counted
from model.instance.policy.kinds import kind_of
from model.plan.solved import Solved
from model.solving.solver.points import Basis, Point
from model.solving.trees.carried import carried

LARGE = 30_000
"""Columns from which a solve takes seconds."""
MOST_PLANTS = 10
"""Plants tried for a group: those whose next tonne avoids most of the miss. Half as many in a large programme."""
MOST_WAYS = 2
"""Ways of one kind that are shown and proved; one in a large programme, whose solves take seconds."""
HELPS = -1e-9
ROUNDED = 1 - 1e-6
"""Part of a bound that counts: the solver's tolerance is left out of it."""


def physical(
    s: Solved,
    missed: Missed,
    group: Group,
    binding: Sequence[Binding],
    near: Point,
    time_limit: float,
    stop: threading.Event | None,
) -> list[Way]:
    """More capacity, shorter lead times, wider build limits, stock: of each kind the least, and the least mix.

    ``near`` is the point of the plan's programme at which the group misses least.
    """
    plants = candidates(s, group, binding)
    levers = [lever for j in plants for lever in _levers(s, j, min(group.years))]
    bench = Workbench(s, missed, levers, _piles(s, group), time_limit, stop)
    there = next(g for g in bench.missed.groups if g.name == group.name)
    return _Finder(s, bench, group, there, carried(near.basis, s.arrays, bench.arrays)).found()


def candidates(s: Solved, group: Group, binding: Sequence[Binding]) -> list[str]:
    """Plants that may help: those that count towards a minimum, and those whose capacity binds."""
    target = group.limits[0].target
    found = [j for j, _ in counted(s.network, target)] if kind_of(target).inside else []
    found += [b.what for b in binding if b.kind in ("capacity", "build limit", "yearly build limit")]
    return list(dict.fromkeys(found))[: MOST_PLANTS // 2 if large(s) else MOST_PLANTS]


def large(s: Solved) -> bool:
    """Whether a solve takes seconds."""
    return len(s.arrays.cost) >= LARGE


def _levers(s: Solved, j: str, year: int) -> Iterator[Lever]:
    plant = s.network.instance.plants[j]
    mark = free_mark(s.network.instance)
    yield Lever(MORE, j, mark, year)
    if plant.capex is None or plant.max_build == 0 or plant.max_build_per_year == 0:
        return
    for lead_time in range(plant.lead_time):
        yield Lever(FASTER, j, mark, lead_time)
    if min(plant.max_build, plant.max_build_per_year) < math.inf:
        yield Lever(WIDER, j, mark)


def _piles(s: Solved, group: Group) -> list[tuple[str, str]]:
    """Where a stock might help: goods of a cap's or a stock minimum's scope in the buyer's regions."""
    target = group.limits[0].target
    if kind_of(target).inside:
        return []
    return [(k, r) for k in target.commodities for r in target.regions if (k, r) in set(s.network.instance.used_at)]


class _Finder:
    """Tries the levers of a workbench for one group; ``there`` is the group in the workbench's programme.

    ``near`` is a basis to look for the least miss from.
    """

    def __init__(self, s: Solved, bench: Workbench, group: Group, there: Group, near: Basis) -> None:
        self.s, self.bench, self.group, self.there = s, bench, group, there
        self.instance = s.network.instance
        self.mark = free_mark(self.instance)
        self.by, self.most = min(group.years), 1 if large(s) else MOST_WAYS
        start = replace(bench.start, basis=near)
        least = least_miss(bench.kept, there, bench.missed, start, primal=True)
        self.miss = 0.0 if least is start else least.objective  # nothing is known where there is no such plan
        self.start = Point(least.x, least.reduced_cost, least.dual, 0.0, least.basis)
        self.helpful = [
            lever for lever in bench.levers if (least.reduced_cost[bench.columns(lever.twin)] < HELPS).any()
        ]
        self.worth = {p: least.reduced_cost[c] for both in (bench.larger, bench.earlier) for p, c in both.items()}
        self.reduced_cost = least.reduced_cost

    def found(self) -> list[Way]:
        """All single ways, and the least mix."""
        more = sorted(self._more(), key=lambda way: way.amount)
        return [*more[: self.most], *self._faster(), *self._wider(), *self._stock(), *self._mix(more)]

    def _at_least(self, columns: Sequence[int]) -> float:
        """What some columns must come to for nothing to be missed, kt, at the least: known before it is solved for.

        The least miss falls by no more for each kt than their reduced costs say where none of it is had.
        """
        worth = -min(float(self.reduced_cost[c]) for c in columns)
        return self.miss / worth if worth > -HELPS else math.inf

    def _smallest(self, tries: Sequence[tuple[float, Callable[[], Way | None]]]) -> list[Way]:
        """The ways with the least amounts, as many as are shown, of tries each with an amount that it can't be below.

        The rest are not solved once as many are found below all that they could come to.
        """
        found: list[tuple[int, Way]] = []
        for at in sorted(range(len(tries)), key=lambda i: tries[i][0]):
            amounts = sorted(way.amount for _, way in found)[: self.most]
            if len(amounts) == self.most and up(tries[at][0] * T_PER_KT * ROUNDED) > amounts[-1]:
                break
            way = tries[at][1]()
            found += [(at, way)] if way is not None else []
        return [way for _, way in sorted(found, key=lambda one: (one[1].amount, one[0]))[: self.most]]

    def _least(self, columns: Sequence[int]) -> Point | None:
        places = np.array(columns, dtype=np.int32)
        return self.bench.kept.least("least change", sparse_row(places, np.ones(len(places))), self.start.basis)

    def _more(self) -> Iterator[Way]:
        """N t/yr more of one plant from the first missed year on."""
        for lever in (x for x in self.helpful if x.kind == MORE):
            self.bench.pull(lever)
            least = self._least(self.bench.columns(lever.twin).tolist())
            self.bench.shut(lever)
            if least is not None:
                amount = up(least.objective * T_PER_KT)
                yield self._given("capacity", [Addition(lever.plant, lever.at, amount)])

    def _faster(self) -> Iterator[Way]:
        """One plant with a shorter lead time; or all of them by the same number of years."""
        plants = list(dict.fromkeys(x.plant for x in self.helpful if x.kind == FASTER))
        leads = {j: self.instance.plants[j].lead_time for j in plants}
        alone = []
        for j in plants:
            levers = [Lever(FASTER, j, self.mark, years) for years in range(leads[j])]
            slowest = self._slowest([[lever] for lever in levers])
            if slowest is not None:
                alone.append(slowest[0])
        alone.sort(key=lambda lever: (leads[lever.plant] - lever.at, lever.plant))
        for lever in alone[: self.most]:
            yield self._shorter([lever])
        most = min((leads[x.plant] - x.at for x in alone), default=math.inf)
        together = [
            [Lever(FASTER, j, self.mark, max(0, leads[j] - years)) for j in plants if leads[j] > 0]
            for years in range(max(leads.values(), default=0), 0, -1)
            if years < most
        ]
        if len(plants) > 1 and together:
            slowest = self._slowest(together)
            if slowest is not None:
                yield self._shorter(slowest)

    def _slowest(self, steps: Sequence[list[Lever]]) -> list[Lever] | None:
        """The last of some steps (fastest first) with which there is a plan."""
        low, high = -1, len(steps) - 1
        while low < high:
            middle = (low + high + 1) // 2
            for lever in steps[middle]:
                self.bench.pull(lever)
            there = feasible(self.bench.kept, self.start)
            for lever in steps[middle]:
                self.bench.shut(lever)
            low, high = (middle, high) if there is not None else (low, middle - 1)
        return steps[low] if low >= 0 else None

    def _shorter(self, levers: Sequence[Lever]) -> Way:
        plants = self.instance.plants
        changes = tuple(Change("plants", {"plant": x.plant}, {"lead_time": x.at}) for x in levers)
        years = max(plants[x.plant].lead_time - x.at for x in levers)
        what = tuple(x.plant for x in levers)
        return Way(self.group, "lead time", what, years, "years less", self.by, changes)

    def _wider(self) -> list[Way]:
        """Higher build limits of one plant."""
        levers = [x for x in self.helpful if x.kind == WIDER]
        return self._smallest(
            [(self._at_least(self.bench.columns(x.twin).tolist()), partial(self._wider_one, x)) for x in levers]
        )

    def _wider_one(self, lever: Lever) -> Way | None:
        plant = self.instance.plants[lever.plant]
        twin, own = self.bench.columns(lever.twin), self.bench.columns(lever.plant)
        self.bench.pull(lever)
        least = self._least(twin.tolist())
        self.bench.shut(lever)
        if least is None:
            return None
        amount = up(least.objective * T_PER_KT)
        yearly = up(float((least.x[twin] + least.x[own]).max()) * T_PER_KT)
        values = {}
        if plant.max_build < math.inf:
            values["max_build"] = plant.max_build + amount
        if yearly > plant.max_build_per_year:
            values["max_build_per_year"] = yearly
        change = Change("plants", {"plant": lever.plant}, values)
        return Way(self.group, "build limit", (lever.plant,), amount, "t/yr", self.by, (change,))

    def _stock(self) -> list[Way]:
        """A larger stockpile, filled in time; else one that is there before the first year."""
        bench, tries = self.bench, list[tuple[float, Callable[[], Way | None]]]()
        for pile in bench.piles:
            both = [(bench.larger[pile], False), (bench.earlier[pile], True)]
            helps = [(column, early) for column, early in both if self.reduced_cost[column] < HELPS]
            if helps:
                least = min(self._at_least([column]) for column, _ in helps)
                tries.append((least, partial(self._stock_one, pile, helps)))
        return self._smallest(tries)

    def _stock_one(self, pile: tuple[str, str], helps: Sequence[tuple[int, bool]]) -> Way | None:
        for column, early in helps:
            self.bench.set_pile(column, np.inf)
            least = self._least([column])
            self.bench.set_pile(column, 0.0)
            if least is not None:
                amount = up(least.objective * T_PER_KT)
                by = self.instance.first_year - 1 if early else self._filled(pile, least)
                change = larger_pile(self.s, pile, amount, early)
                return Way(self.group, "stock", pile, amount, "t", by, (change,))
        return None

    def _filled(self, pile: tuple[str, str], least: Point) -> int:
        """The year at whose end a stockpile is fullest."""
        held: dict[str, float] = {}
        for (k, r, _, _, n), place in self.bench.arrays.places("column", "stock").items():
            if (k, r) == pile:
                held[n] = held.get(n, 0.0) + float(least.x[place])
        return self.s.year[max(held, key=lambda n: (round(held[n], 9), -self.s.year[n]))]

    def _mix(self, alone: Sequence[Way]) -> Iterator[Way]:
        """More capacity of several plants: the least sum, each as a part of what it would take alone (else tonnes)."""
        levers = [x for x in self.helpful if x.kind == MORE]
        if len(levers) < 2:
            return
        part = {way.what[0]: 1 / way.amount for way in alone}
        for lever in levers:
            self.bench.pull(lever)
        columns = [(x.plant, place) for x in levers for place in self.bench.columns(x.twin).tolist()]
        weights = np.array([part.get(j, max(part.values(), default=1.0)) * T_PER_KT for j, _ in columns])
        places = np.array([place for _, place in columns], dtype=np.int32)
        least = self.bench.kept.least("least mix", sparse_row(places, weights), self.start.basis)
        for lever in levers:
            self.bench.shut(lever)
        if least is None or (part and least.objective > 0.98):
            return
        amounts = {j: up(float(least.x[place]) * T_PER_KT) for j, place in columns if least.x[place] * T_PER_KT > 0.05}
        if len(amounts) > 1:
            yield self._given("combination", [Addition(j, self.by, amount) for j, amount in amounts.items()])

    def _given(self, kind: str, additions: Sequence[Addition]) -> Way:
        """A way that takes more capacity as given."""
        changes = capacity_changes(self.instance, additions)
        total = sum(a.amount for a in additions)
        plants = tuple(a.plant for a in additions)
        return Way(self.group, kind, plants, total, "t/yr", self.by, changes, tuple(additions))


def larger_pile(s: Solved, pile: tuple[str, str], amount: float, early: bool) -> Change:
    """The row of stockpiles.csv that is larger by so much, and full before the first year if it has to be."""
    there = s.network.instance.stockpiles.get(pile)
    values = {} if there else pile_terms(s.network.instance, pile[0])
    values["capacity"] = (there.capacity if there else 0.0) + amount
    values["initial"] = (there.initial if there else 0.0) + (amount if early else 0.0)
    return Change("stockpiles", {"commodity": pile[0], "region": pile[1]}, values)
