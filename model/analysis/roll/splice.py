"""A programme whose past is fixed, and in which one year is as it really goes while those after it are as believed.

Columns and rows are told by name, a component and its index, which ends in the node of a year: so the row of a year
can be taken from the programme of another instance.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from model.base.economics import discount_factor
from model.base.problems import InputError, Problem
from model.base.tables import ranges
from model.compiling.arrays import Floats, Ints, LinearProgram, Span, Sparse, stacked
from model.formulation.network import Network
from model.instance.policy.kinds import shortfalls
from model.solving.builds import LIMITS
from model.solving.programme import Arrays

Name = tuple[str, tuple[Any, ...]]
"""A component and an index of it."""
History = Mapping[Name, float]
"""Columns of the years that are over (kt), those at 0 left out."""


@dataclasses.dataclass(frozen=True)
class Laid:
    """A compiled programme, its columns and rows by name and year; ``closed``: builds that its instance doesn't allow.

    Rows behind those with a name are what a splice added.
    """

    network: Network
    arrays: Arrays
    closed: frozenset[Name] = frozenset()

    @cached_property
    def _year(self) -> dict[str, int]:
        return {node.name: node.year for node in self.network.tree}

    def _listed(self, spans: Mapping[str, Span]) -> tuple[list[Name], Ints]:
        names = [(family, index) for family, span in spans.items() for index in span.index]
        years = [0 if f in LIMITS or not i else self._year.get(i[-1], 0) for f, i in names]
        return names, np.array(years, dtype=np.int32)

    @cached_property
    def columns(self) -> tuple[list[Name], Ints]:
        """The columns' names, and the year of each."""
        return self._listed(self.arrays.columns)

    @cached_property
    def rows(self) -> tuple[list[Name], Ints]:
        """The rows' names, and the year of each; 0 where a row speaks of all years."""
        return self._listed(self.arrays.rows)

    @cached_property
    def place(self) -> dict[Name, int]:
        """Place of each column."""
        return {name: i for i, name in enumerate(self.columns[0])}

    @cached_property
    def row_place(self) -> dict[Name, int]:
        """Place of each row."""
        return {name: i for i, name in enumerate(self.rows[0])}

    def values(self, history: History) -> Floats:
        """The columns of a history, by place; what the programme has no column for is left out."""
        found = np.zeros(len(self.arrays.cost))
        for name, value in history.items():
            place = self.place.get(name)
            if place is not None:
                found[place] = value
        return found


def begun(laid: Laid, year: int, history: History, decided: bool = False) -> Arrays:
    """The programme with everything before a year as it was; with ``decided`` the builds of the year too.

    What was done stays done: no row of a past year, and no limit of builds, is missed by it.
    """
    arrays = laid.arrays
    years, build = laid.columns[1], arrays.columns["build"].places
    is_build = np.zeros(len(years), dtype=bool)
    is_build[build] = True
    past = (years > 0) & (years < year) | (is_build & decided & (years == year))
    x = np.where(past, laid.values(history), 0.0)
    for family in (*shortfalls(), "starved"):
        x[arrays.columns[family].places] = 0.0
    lower, upper = np.where(past, x, arrays.lower), np.where(past, x, arrays.upper)
    for name in laid.closed:
        if not past[laid.place[name]]:
            upper[laid.place[name]] = 0.0
    given = arrays.matrix.times(x)
    row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    row_years = np.append(laid.rows[1], np.full(len(given) - len(laid.rows[1]), year))
    over = (row_years > 0) & (row_years < year)
    row_lower[over], row_upper[over] = -np.inf, np.inf
    met = np.zeros(len(given), dtype=bool)
    met[arrays.rows["demand_met"].places] = True
    row_upper[over & met] = given[over & met]
    free = arrays.matrix.times((~past).astype(float)) != 0
    for family in LIMITS:
        rows = arrays.rows[family].places
        row_upper[rows] = np.maximum(row_upper[rows], given[rows])
        row_lower[rows] = np.where(free[rows], row_lower[rows], -np.inf)
    return dataclasses.replace(arrays, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def spliced(believed: Laid, real: Laid, year: int, history: History) -> Laid:
    """What is believed, with one year's rows, limits and costs as they really are.

    Raises InputError where the world has something in the year, such as a lane or a plant, that nobody knows of.
    """
    ours, theirs = believed.arrays, real.arrays
    to = _columns(believed, real, year)
    known = np.where(to < 0, real.values(history), 0.0)  # what was done and what is believed has no column for
    rows = np.flatnonzero(real.rows[1] == year)
    own = np.array([believed.row_place.get(real.rows[0][row], -1) for row in rows.tolist()], dtype=np.int64)
    new, shift = _moved(_taken(theirs.matrix, rows), to, known)
    order = np.arange(len(ours.row_lower))
    order[own[own >= 0]] = len(order) + np.flatnonzero(own >= 0)
    order = np.concatenate([order, len(ours.row_lower) + np.flatnonzero(own < 0)])
    row_lower, row_upper = ours.row_lower.copy(), ours.row_upper.copy()
    gone = np.append(believed.rows[1], np.zeros(len(row_lower) - len(believed.rows[1]), dtype=np.int32)) == year
    row_lower[gone], row_upper[gone] = -np.inf, np.inf
    row_lower = np.concatenate([row_lower, theirs.row_lower[rows] - shift])[order]
    row_upper = np.concatenate([row_upper, theirs.row_upper[rows] - shift])[order]
    lower, upper = ours.lower.copy(), ours.upper.copy()
    here = believed.columns[1] == year
    here[ours.columns["build"].places] = False
    lower[here] = upper[here] = 0.0
    both = np.flatnonzero((to >= 0) & (real.columns[1] == year))
    both = both[here[to[both]]]
    lower[to[both]], upper[to[both]] = theirs.lower[both], theirs.upper[both]
    cost, constant = _cost(believed, real, year, to, known)
    arrays = dataclasses.replace(
        ours, matrix=_taken(stacked([ours.matrix, new]), order), row_lower=row_lower, row_upper=row_upper, lower=lower,
        upper=upper, cost=cost, constant=constant,
    )  # fmt: skip
    return Laid(believed.network, arrays, believed.closed)


def _columns(believed: Laid, real: Laid, year: int) -> Ints:
    """For each column of the world its place in what is believed; -1 where it has none."""
    names, years = real.columns
    to = np.array([believed.place.get(name, -1) for name in names], dtype=np.int32)
    unknown = [names[i] for i in np.flatnonzero((to < 0) & (years == year)).tolist() if names[i][0] != "build"]
    if unknown:
        shown = ", ".join(f"{family}[{','.join(map(str, index))}]" for family, index in unknown[:3])
        expected = (
            f"the world has in {year} what the instance, as it is believed then, doesn't ({shown}); a row that is new "
            "and real has to be known from the first year (with a limit of 0 where nobody reckons with it)"
        )
        raise InputError([Problem("--knowledge", None, "edit", "", expected)])
    return to


def _taken(matrix: Sparse, rows: Any) -> Sparse:
    """Some rows, in an order."""
    lengths = np.diff(matrix.start)[rows].astype(np.int64)
    place = ranges(matrix.start[rows].astype(np.int64), lengths)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return Sparse(start, matrix.column[place], matrix.value[place], matrix.constant[rows])


def _moved(rows: Sparse, to: Ints, known: Floats) -> tuple[Sparse, Floats]:
    """Rows in other columns, and what those without a place come to in each."""
    there = to[rows.column] >= 0
    owner = np.repeat(np.arange(len(rows.start) - 1), np.diff(rows.start))
    lost = np.bincount(owner, rows.value * known[rows.column], len(rows.start) - 1).astype(np.float64)
    lengths = np.bincount(owner[there], minlength=len(rows.start) - 1)
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return Sparse(start, to[rows.column[there]], rows.value[there], rows.constant), lost


def _cost(believed: Laid, real: Laid, year: int, to: Ints, known: Floats) -> tuple[Floats, float]:
    """Cost and constant with one year's ledger as it really is."""
    instance = believed.network.instance
    weight = discount_factor(instance.discount_rate, year - instance.first_year)
    cost, constant = believed.arrays.cost.copy(), believed.arrays.constant
    for laid, sign in ((believed, -weight), (real, weight)):
        rows = _of_year(laid.arrays, laid.network, year)
        ledger = _taken(laid.arrays.ledger, rows)
        lost = np.zeros(len(rows))
        if sign > 0:
            ledger, lost = _moved(ledger, to, known)
        cost += sign * ledger.transposed_times(np.ones(len(rows)), len(cost))
        constant += sign * float((ledger.constant + lost).sum())
    return cost, constant


def _of_year(arrays: LinearProgram, network: Network, year: int) -> Any:
    nodes = {node.name for node in network.tree if node.year == year}
    return np.array([i for i, index in enumerate(arrays.ledger_index) if index[-1] in nodes], dtype=np.int64)
