"""One year's crisis as a small linear programme, kept while suppliers, lengths and buyers change.

Exports of some goods out of a set of regions stop on the first day of a year and for ``tau`` years. Amounts over those
``tau`` years, in thousandths of the world's yearly demand, so that a small instance is solved as sharply as a large:

    sum_d ship[k,o,d]  =  sum_j made[j,k] activity[j]            (<= where the good may be unsold)       supply[k, o]
    sum_o ship[k,o,r] + draw[k,r]  =  sum_j needed[j,k] activity[j] + sum_q served[q]                    use[k, r]
    activity[j]    <=  tau availability[j] capacity[j]                                                   plant[j]
    ship[k,o,d]    <=  tau max_flow[k,o,d]                        where limited                          lane[k, o, d]
    served[q]      <=  tau demand[q]                              = for who is to be served in full      demand[q]
    served[q] + owed[q]  >=  others tau demand[q]                 outside buyers and supplier            others[q]
    draw[k,r]      <=  (1 - loss) stock[k,r], of the year before; ship[k,o,d] = 0 where it is stopped

Written by itself and not taken from the formulation, so that a ``[[withstand]]`` row and this test of it can disagree.
(Simchi-Levi, D. and others (2015), Identifying Risks and Mitigating Disruptions in the Automotive Supply Chain,
Interfaces 45(5), 375-390: time to survive.)
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from model.base.errors import SolverError
from model.compiling.arrays import Floats, Ints, LinearProgram, Sparse, sparse_row
from model.instance.instance import DemandKey, Instance, Pair
from model.instance.lanes import Lanes
from model.plan.stress.standing import Standing
from model.solving.solver.highs import Solver
from model.solving.solver.points import Basis, Point

LONGEST = 2.0
"""The longest crisis that is looked at, years."""
SLACKS = (1e-9, 1e-8, 1e-7, 1e-6)
"""Part, and amount, by which a total that is held may fall: the least that the solver's tolerance doesn't refuse."""

THOUSAND = 1e3

Lane = tuple[str, str, str]


@dataclass(frozen=True)
class Stop:
    """Goods that a set of regions no longer ships out of itself."""

    regions: frozenset[str]
    commodities: frozenset[str]


class _Rows:
    """Rows as they are written: bounds and entries."""

    def __init__(self) -> None:
        self.start, self.column, self.value = [0], list[int](), list[float]()
        self.lower, self.upper = list[float](), list[float]()

    def add(self, entries: Iterable[tuple[int, float]], lower: float, upper: float) -> int:
        """A row; returns its place."""
        for column, value in entries:
            self.column.append(column)
            self.value.append(value)
        self.start.append(len(self.column))
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1


class Crisis:
    """The crisis of one year. ``buyers``: regions by name; ``others``: share of everybody else's demand."""

    def __init__(
        self,
        instance: Instance,
        lanes: Lanes,
        standing: Standing,
        year: int,
        buyers: Mapping[str, Collection[str]],
        others: float = 0.0,
    ) -> None:
        self.instance, self.year, self.others = instance, year, others
        self.buyers = {name: frozenset(regions) for name, regions in buyers.items()}
        asked = {q: by[year].quantity for q, by in instance.demands.items() if by[year].quantity > 0}
        self.unit = sum(asked.values()) / THOUSAND or 1.0  # t
        self.capacity = {
            j: cap * instance.plants[j].availability / self.unit for j, cap in standing.capacity[year].items()
        }
        self.stock = {
            pair: (1 - instance.stockpiles[pair].loss_rate) * t / self.unit for pair, t in standing.stock[year].items()
        }
        self.demand = {q: t / self.unit for q, t in asked.items()}
        self.served_content = {q: instance.content[q[0]] for q in self.demand}
        self._columns(lanes)
        self._write()
        self._basis: Basis | None = None
        self._stopped: Ints = np.zeros(0, dtype=np.int32)

    # what may move
    def _columns(self, lanes: Lanes) -> None:
        instance = self.instance
        made: dict[Pair, list[tuple[str, float]]] = {}
        needed: dict[Pair, list[tuple[str, float]]] = {}
        for j in self.capacity:
            plant = instance.plants[j]
            for k, a in instance.recipes[plant.process].items():
                (made if a > 0 else needed).setdefault((k, plant.region), []).append((j, abs(a)))
        self.made, self.needed = made, needed
        wanted: dict[Pair, list[DemandKey]] = {}
        for q in self.demand:
            wanted.setdefault(q[:2], []).append(q)
        self.wanted = wanted
        used = {*needed, *wanted}
        at = self.year - instance.first_year
        limits: dict[Lane, float] = {(k, r, r): np.inf for k, r in made if (k, r) in used}
        for (k, o, d), place in lanes:
            limit = float(lanes.max_flow[place, at])
            if limit > 0 and (k, o) in made and (k, d) in used:
                limits[k, o, d] = limit / self.unit
        self.lanes = limits
        self.drawn = {pair: t for pair, t in self.stock.items() if pair in used}
        names: list[tuple[Any, ...]] = [("activity", j) for j in self.capacity]
        names += [("ship", *lane) for lane in limits]
        names += [("draw", *pair) for pair in self.drawn]
        names += [("served", *q) for q in self.demand]
        names += [("owed", *q) for q in self.demand] if self.others else []
        names += [("tau",), ("even",)]
        self.place = {name: i for i, name in enumerate(names)}
        self.used = used

    def _write(self) -> None:
        at, rows = self.place, _Rows()
        out: dict[Pair, list[int]] = {}
        into: dict[Pair, list[int]] = {}
        for k, o, d in self.lanes:
            out.setdefault((k, o), []).append(at["ship", k, o, d])
            into.setdefault((k, d), []).append(at["ship", k, o, d])
        tau, inf = at[("tau",)], np.inf
        self.row: dict[tuple[Any, ...], int] = {}
        for (k, o), makers in self.made.items():
            entries = [*((c, 1.0) for c in out.get((k, o), ())), *((at["activity", j], -a) for j, a in makers)]
            lower = -inf if self.instance.may_be_unsold[k] else 0.0
            self.row["supply", k, o] = rows.add(entries, lower, 0.0)
        for k, r in sorted(self.used):
            entries = [(c, 1.0) for c in into.get((k, r), ())]
            entries += [(at["draw", k, r], 1.0)] if (k, r) in self.drawn else []
            entries += [(at["activity", j], -a) for j, a in self.needed.get((k, r), ())]
            entries += [(at["served", *q], -1.0) for q in self.wanted.get((k, r), ())]
            self.row["use", k, r] = rows.add(entries, 0.0, 0.0)
        for j, capacity in self.capacity.items():
            self.row["plant", j] = rows.add([(at["activity", j], 1.0), (tau, -capacity)], -inf, 0.0)
        for lane, limit in self.lanes.items():
            if limit < inf:
                self.row["lane", *lane] = rows.add([(at["ship", *lane], 1.0), (tau, -limit)], -inf, 0.0)
        for q, t in self.demand.items():
            self.row["demand", *q] = rows.add([(at["served", *q], 1.0), (tau, -t)], -inf, 0.0)
            if self.others:
                owed = [(at["served", *q], 1.0), (at["owed", *q], 1.0), (tau, -self.others * t)]
                self.row["others", *q] = rows.add(owed, -inf, inf)
        upper = np.full(len(at), inf)
        for pair, t in self.drawn.items():
            upper[at["draw", *pair]] = t
        upper[tau], upper[at[("even",)]] = LONGEST, LONGEST
        ints = [np.array(x, dtype=np.int32) for x in (rows.start, rows.column)]
        matrix = Sparse(ints[0], ints[1], np.array(rows.value), np.zeros(len(rows.lower)))
        self._upper = upper
        self._zero = np.zeros(len(at))
        bounds = np.array(rows.lower), np.array(rows.upper)
        arrays = LinearProgram({}, {}, matrix, *bounds, np.zeros(len(at)), upper, self._zero, 0.0, sparse_row(
            ints[1][:0], np.zeros(0)), [], {})  # fmt: skip
        self._kept = Solver(arrays, np.inf, threading.Event())
        self._totals: dict[tuple[DemandKey, ...], int] = {}
        self._held: dict[int, float] = {}

    # who is asked for, and what is stopped
    def of(self, buyer: str = "", sector: str = "") -> list[DemandKey]:
        """Demands of a buyer (blank: of all together) in a sector (blank: in all)."""
        regions = self.buyers[buyer] if buyer else frozenset().union(*self.buyers.values())
        return [q for q in self.demand if q[1] in regions and sector in ("", q[2])]

    def stop(self, stop: Stop) -> None:
        """Shut the lanes that are stopped, and those only; who else must be served follows."""
        columns = [
            self.place["ship", k, o, d]
            for k, o, d in self.lanes
            if k in stop.commodities and o in stop.regions and d not in stop.regions
        ]
        nothing = np.zeros(len(self._stopped))
        self._kept.set_column_bounds(self._stopped, nothing, self._upper[self._stopped])
        self._stopped = np.array(columns, dtype=np.int32)
        self._kept.set_column_bounds(self._stopped, np.zeros(len(columns)), np.zeros(len(columns)))
        if self.others:
            inside = frozenset().union(*self.buyers.values()) | stop.regions
            for q in self.demand:
                lower = -np.inf if q[1] in inside else 0.0
                self._set_row(self.row["others", *q], lower, np.inf)

    # what it asks of the solver
    def survives(self, asked: Sequence[DemandKey]) -> tuple[float, Point]:
        """The longest ``tau``, years, at which all of some demands are served, at most LONGEST."""
        self._release()
        self._full(asked)
        self._tau(0.0, LONGEST)
        if self.others:
            self._hold_owed(0.0)
        point = self._most({("tau",): 1.0})
        self._full(())
        return min(LONGEST, max(0.0, float(point.x[self.place[("tau",)]]))), point

    def begin(self, tau: float) -> None:
        """A crisis of a given length; others are served first, as far as can be."""
        self._full(())
        self._tau(tau, tau)
        self._release()
        if self.others:
            self._hold_owed(np.inf)
            costs = {("owed", *q): -self.served_content[q] for q in self.demand}
            owed = -self._value(self._most(costs), costs)
            self._hold_owed(max(0.0, -owed))

    def most(self, asked: Sequence[DemandKey]) -> tuple[float, Point]:
        """The most that can be served of some demands, in content, which is held from then on."""
        weights = {("served", *q): self.served_content[q] for q in asked}
        point = self._most(weights)
        best = self._value(point, weights)
        self._hold(asked, best)
        return best, point

    def evenly(self, parts: Mapping[Any, Sequence[DemandKey]]) -> Floats:
        """Shares as even as can be under what is held: the least as large as can be, then the next, and so on.

        Each part is a set of demands and is held at its share. Returns the plan, by column.
        """
        content = {p: sum(self.demand[q] * self.served_content[q] for q in qs) for p, qs in parts.items()}
        left = [p for p in parts if content[p] > 0]
        even = self.place[("even",)]
        rows = {p: self._share_row(parts[p], content[p]) for p in left}
        point = None
        while left:
            for p in left:
                self._set_row(rows[p], 0.0, np.inf)
            point = self._most({("even",): 1.0})
            level = float(point.x[even])
            bound = [p for p in left if abs(point.dual[rows[p]]) > 1e-9] or left
            for p in bound:
                self._set_row(rows[p], -np.inf, np.inf)
                self._hold(parts[p], content[p] * level)
            left = [p for p in left if p not in bound]
        x: Floats = self._most({("even",): 0.0}).x if point is None else point.x
        return x

    def served(self, x: Floats, asked: Iterable[DemandKey]) -> float:
        """What of some demands a plan serves, t of content."""
        return self.unit * sum(float(x[self.place["served", *q]]) * self.served_content[q] for q in asked)

    def wanted_content(self, asked: Iterable[DemandKey]) -> float:
        """Content of a year of some demands, t."""
        return self.unit * sum(self.demand[q] * self.served_content[q] for q in asked)

    # the programme
    def _most(self, weights: Mapping[tuple[Any, ...], float]) -> Point:
        cost = np.zeros(len(self._zero))
        for name, weight in weights.items():
            cost[self.place[name]] = -weight
        self._kept.set_cost(cost, 0.0)
        for slack in SLACKS:
            if slack > SLACKS[0]:
                for row, held in self._held.items():
                    self._set_row(row, held * (1 - slack) - slack, np.inf)
            point = self._kept.minimise(f"crisis of {self.year}", self._basis)
            if point is not None:
                self._basis = point.basis
                return point
        raise SolverError(f"the crisis of {self.year} has no plan, though to serve nobody is one")

    def _value(self, point: Point, weights: Mapping[tuple[Any, ...], float]) -> float:
        return sum(w * float(point.x[self.place[name]]) for name, w in weights.items())

    def _set_row(self, row: int, lower: float, upper: float) -> None:
        self._kept.set_row_bounds(np.array([row], dtype=np.int32), np.array([lower]), np.array([upper]))

    def _tau(self, lower: float, upper: float) -> None:
        at = np.array([self.place[("tau",)]], dtype=np.int32)
        self._kept.set_column_bounds(at, np.array([lower]), np.array([upper]))

    def _full(self, asked: Sequence[DemandKey]) -> None:
        """Some demands are to be served in full, the others as far as can be."""
        whole = set(asked)
        rows = np.array([self.row["demand", *q] for q in self.demand], dtype=np.int32)
        lower = np.array([0.0 if q in whole else -np.inf for q in self.demand])
        self._kept.set_row_bounds(rows, lower, np.zeros(len(rows)))

    def _release(self) -> None:
        """Nothing is held any more."""
        self._held.clear()
        rows = np.array(list(self._totals.values()), dtype=np.int32)
        free = np.full(len(rows), np.inf)
        self._kept.set_row_bounds(rows, -free, free)

    def _hold(self, asked: Sequence[DemandKey], least: float) -> None:
        """At least so much content of some demands is served."""
        name = tuple(asked)
        if name not in self._totals:
            columns = np.array([self.place["served", *q] for q in asked], dtype=np.int32)
            values = np.array([self.served_content[q] for q in asked])
            self._totals[name] = self._kept.add_row(-np.inf, np.inf, columns, values)
        self._held[self._totals[name]] = least
        self._set_row(self._totals[name], least * (1 - SLACKS[0]) - SLACKS[0], np.inf)

    def _share_row(self, asked: Sequence[DemandKey], content: float) -> int:
        name = ("even", *asked)
        if name not in self.row:
            columns = [*(self.place["served", *q] for q in asked), self.place[("even",)]]
            values = [*(self.served_content[q] for q in asked), -content]
            self.row[name] = self._kept.add_row(-np.inf, np.inf, np.array(columns, np.int32), np.array(values))
        return self.row[name]

    def _hold_owed(self, most: float) -> None:
        name = ("owed",)
        if name not in self.row:
            columns = np.array([self.place["owed", *q] for q in self.demand], dtype=np.int32)
            values = np.array([self.served_content[q] for q in self.demand])
            self.row[name] = self._kept.add_row(-np.inf, np.inf, columns, values)
        self._set_row(self.row[name], -np.inf, most * (1 + SLACKS[0]) + (SLACKS[0] if most > 0 else 0.0))
