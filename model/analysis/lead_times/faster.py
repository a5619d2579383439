"""The plan's programme in which a plant can be replaced by itself a year faster.

Behind the programme's columns stand, shut, the builds of each plant with a year less of lead time, compiled by the same
formulation and put into the rows of their plant. Capacity that starts in the same year, decided now or a year later,
shares one row for the yearly limit, so that the limit has one price for both.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from model.compiling.arrays import Floats, Index, Ints, sparse_row
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.reading import edited
from model.plan.solved import Solved
from model.solving.held import HeldProgramme
from model.solving.programme import Arrays, compiled


class Builds(NamedTuple):
    """Decisions on a plant: places of their columns, and their upper bounds while they are open, kt/yr."""

    columns: Ints
    most: Floats


class Faster:
    """The programme, its targets in force, every plant as it is. ``cost`` is the goal cost with the new columns."""

    def __init__(self, s: Solved, plants: Collection[str], time_limit: float, stop: threading.Event | None) -> None:
        arrays, net = s.arrays, s.network
        network = Network(a_year_faster(net.instance, plants), net.policy, net.tree)
        other = compiled(network)
        self.kept = HeldProgramme(arrays, time_limit, stop)
        own = arrays.places("column", "build")
        there = {index: c for index, c in other.places("column", "build").items() if index[0] in plants}
        faster = dict(zip(there, self._add(arrays, other, list(there.values())), strict=True))
        costs = np.concatenate([arrays.cost, other.cost[list(there.values())]])
        self.cost = sparse_row(np.arange(len(costs), dtype=np.int32), costs, arrays.constant)
        most = np.concatenate([arrays.upper, other.upper[list(there.values())]])
        self._own, self._faster = ({j: _builds(places, j, most) for j in plants} for places in (own, faster))
        for (j, b), then in faster.items():
            now = own.get((j, net.tree.by_name[b].parent))
            if now is not None and np.isfinite(most[now]):
                self._limit(now, then, float(most[now]))
                self._own[j].most[self._own[j].columns == now] = np.inf
        for j in plants:
            self.restore(j)

    def replace(self, plant: str) -> None:
        """A plant is built a year faster and no longer as it is."""
        self._set(self._own[plant], 0.0)
        self._set(self._faster[plant], self._faster[plant].most)

    def restore(self, plant: str) -> None:
        """A plant is built as it is."""
        self._set(self._own[plant], self._own[plant].most)
        self._set(self._faster[plant], 0.0)

    def _set(self, builds: Builds, most: Floats | float) -> None:
        nothing = np.zeros(len(builds.columns))
        self.kept.solver.set_column_bounds(builds.columns, nothing, nothing + most)

    def built(self, plant: str, x: Floats) -> bool:
        """Whether a point builds anything of a plant as it is."""
        return bool(x[self._own[plant].columns].any())

    def asked_for(self, plant: str, reduced_cost: Floats) -> bool:
        """Whether at some optimum a price asks for a plant a year faster."""
        return bool((reduced_cost[self._faster[plant].columns] < 0).any())

    def _add(self, arrays: Arrays, other: Arrays, columns: list[int]) -> list[int]:
        """Append columns of another programme, and those of their rows that this one lacks; their places."""
        matrix, rows = other.matrix, _places_here(arrays, other)
        row_of = np.repeat(np.arange(len(rows)), np.diff(matrix.start))
        for row in np.unique(row_of[np.isin(matrix.column, columns)]):
            if rows[row] < 0:
                rows[row] = self.kept.add_row(sparse_row(rows[:0], np.zeros(0)))
                self.kept.set_rows(rows[[row]], other.row_lower[row], other.row_upper[row])
        entries = [np.flatnonzero(matrix.column == column) for column in columns]
        return [self.kept.solver.add_column(rows[row_of[at]], matrix.value[at]) for at in entries]

    def _limit(self, now: int, then: int, most: float) -> None:
        """What starts in the same year, decided now or then, is limited together."""
        row = self.kept.add_row(sparse_row(np.array([now, then], dtype=np.int32), np.ones(2)))
        self.kept.bound(row, most)


def a_year_faster(instance: Instance, plants: Collection[str]) -> Instance:
    """The instance with a year less of lead time for some plants."""
    frame = instance.tables["plants"].copy()
    frame.loc[frame["plant"].isin(plants), "lead_time"] -= 1
    return edited(instance, plants=frame)


def _builds(places: dict[Index, int], plant: str, most: Floats) -> Builds:
    columns = np.array([place for (j, _), place in places.items() if j == plant], dtype=np.int32)
    return Builds(columns, most[columns])


def _places_here(arrays: Arrays, other: Arrays) -> Ints:
    """Where the rows of another programme stand in this one; -1 for those that it lacks."""
    found = np.full(len(other.row_lower), -1, dtype=np.int32)
    for name, span in other.rows.items():
        here = arrays.places("row", name)
        found[span.places] = [here.get(index, -1) for index in span.index]
    return found
