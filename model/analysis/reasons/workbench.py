"""A programme with every lever that a way out may pull, each shut until it is tried.

Levers are ordinary rows of an edited instance, so that they obey the same formulation: a plant's twin that costs
nothing and runs from a year on (more capacity), a twin with a shorter lead time, a twin without limits on building.
Stockpiles get a column that enlarges them, or that fills them before the first year.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.analysis.reasons.misses import Missed
from model.base.units import T_PER_KT
from model.compiling.arrays import Ints
from model.formulation.network import FREE, NO_ORIGIN, Network
from model.instance.instance import Instance
from model.instance.reading import revised
from model.plan.solved import Solved
from model.solving.held import HeldProgramme
from model.solving.programme import compiled
from model.solving.solver.points import Point

MORE, FASTER, WIDER = "more", "faster", "wider"
TRACE_T = 1e-6
"""Tonnes with which a stockpile is opened so that the programme has its columns."""


@dataclass(frozen=True)
class Lever:
    """What may be changed: ``kind`` (more, faster, wider), of which plant; ``at``: the year, or the lead time."""

    kind: str
    plant: str
    mark: str
    at: int = 0

    @property
    def twin(self) -> str:
        """Name of the plant that stands for it; the mark is in no other plant's name."""
        return f"{self.plant} {self.mark} {self.kind} {self.at}"


def free_mark(instance: Instance) -> str:
    """A mark that is in no plant's name."""
    mark = "|"
    while any(mark in plant for plant in instance.plants):
        mark += "|"
    return mark


class Workbench:
    """The programme with levers, solved from one basis."""

    def __init__(
        self,
        s: Solved,
        missed: Missed,
        levers: Sequence[Lever],
        piles: Sequence[tuple[str, str]],
        time_limit: float,
        stop: threading.Event | None,
    ) -> None:
        instance = with_levers(s.network.instance, levers, piles)
        self.network = Network(instance, s.network.policy, s.network.tree)
        self.arrays = compiled(self.network)
        gc.collect()
        self.missed = missed.elsewhere(self.arrays, self.network)
        self.levers, self.piles = levers, piles
        self.kept = kept = HeldProgramme(self.arrays, time_limit, stop)
        self._columns: dict[str, list[int]] = {}
        for (j, _), place in self.arrays.places("column", "build").items():
            self._columns.setdefault(j, []).append(place)
        self.larger = {pile: self._larger(pile) for pile in piles}
        self.earlier = {pile: self._earlier(pile) for pile in piles}
        for lever in levers:
            self.shut(lever)
        kept.free_policy()
        kept.keep_served(missed.unserved, missed.harm)
        start = kept.least("all levers shut")
        assert start is not None
        self.start: Point = start
        kept.keep_policy()

    def columns(self, plant: str) -> Ints:
        """Places of a plant's builds."""
        return np.array(self._columns.get(plant, []), dtype=np.int32)

    def shut(self, lever: Lever) -> None:
        """Nothing is built of a lever; the plant that it may have replaced is itself again."""
        twin, own = self.columns(lever.twin), self.columns(lever.plant)
        self.kept.set_columns(twin, 0.0, 0.0)
        self.kept.set_columns(own, 0.0, self.arrays.upper[own])

    def pull(self, lever: Lever) -> None:
        """Let a lever be used. A faster plant replaces the one that it is the twin of."""
        twin = self.columns(lever.twin)
        self.kept.set_columns(twin, 0.0, self.arrays.upper[twin])
        if lever.kind == FASTER:
            self.kept.set_columns(self.columns(lever.plant), 0.0, 0.0)

    def set_pile(self, column: int, most: float) -> None:
        """Let a stockpile be larger, or be filled before the first year, by so much, kt."""
        self.kept.solver.set_column_bounds(np.array([column], dtype=np.int32), np.zeros(1), np.array([most]))

    def _larger(self, pile: tuple[str, str]) -> int:
        """A column for t of capacity that a stockpile lacks."""
        rows = [row for (k, r, _), row in self.arrays.places("row", "stock_limit").items() if (k, r) == pile]
        return self.kept.solver.add_column(np.array(rows, dtype=np.int32), np.full(len(rows), -1.0))

    def _earlier(self, pile: tuple[str, str]) -> int:
        """A column for t in stock before the first year, which enters it as its stock enters the second."""
        rows, values = self._as_parent(pile)
        column = self.kept.solver.add_column(np.array(rows, dtype=np.int32), np.array(values))
        limits = [row for (k, r, _), row in self.arrays.places("row", "stock_limit").items() if (k, r) == pile]
        self.kept.solver.set_coefficients(
            np.array(limits, dtype=np.int32), np.full(len(limits), column, dtype=np.int32), np.full(len(limits), -1.0)
        )
        return column

    def _as_parent(self, pile: tuple[str, str]) -> tuple[list[int], list[float]]:
        """Rows of the first year and what one t in stock before it adds there.

        What the stock of the first year adds in the second; where that has not the same rows, what the right-hand sides
        of another instance say.
        """
        arrays, nodes = self.arrays, [n.name for n in self.network.tree]
        based = arrays.rows["consumption_is_use"].index
        first, second = ({i[:-1] for i in based if i[-1] == n} for n in (nodes[0], nodes[min(1, len(nodes) - 1)]))
        if len(nodes) == 1 or first != second:
            fuller = filled(self.network.instance, pile)
            other = compiled(Network(fuller, self.network.policy, self.network.tree))
            sides = [np.where(np.isinf(a.row_upper), a.row_lower, a.row_upper) for a in (arrays, other)]
            moved = np.flatnonzero(sides[0] != sides[1])
            return moved.tolist(), ((sides[0] - sides[1])[moved] * T_PER_KT).tolist()
        rows: list[int] = []
        values: list[float] = []
        place = arrays.places("column", "stock").get((*pile, NO_ORIGIN, FREE, nodes[0]))
        where = np.flatnonzero(arrays.matrix.column == place) if place is not None else np.zeros(0, dtype=int)
        row_of = np.searchsorted(arrays.matrix.start, where, side="right") - 1
        for name, span in arrays.rows.items():
            sibling = arrays.places("row", name)
            for at, row in zip(where.tolist(), row_of.tolist(), strict=True):
                if span.first <= row < span.stop and span.index[row - span.first][-1] == nodes[1]:
                    there = sibling.get((*span.index[row - span.first][:-1], nodes[0]))
                    if there is not None:
                        rows.append(there)
                        values.append(float(arrays.matrix.value[at]))
        return rows, values


def filled(instance: Instance, pile: tuple[str, str]) -> Instance:
    """The instance with one tonne more in a stockpile before the first year."""
    stock = instance.tables["stockpiles"].copy()
    here = (stock["commodity"] == pile[0]) & (stock["region"] == pile[1])
    stock.loc[here, ["initial", "capacity"]] += 1.0
    return revised(instance, {"stockpiles": stock})


def with_levers(instance: Instance, levers: Iterable[Lever], piles: Iterable[tuple[str, str]]) -> Instance:
    """The instance with a twin for each lever and a stockpile, next to nothing in it, wherever one is asked for."""
    plants = instance.tables["plants"].copy().set_index("plant", drop=False)
    twins: list[Mapping[str, Any]] = []
    for lever in levers:
        row: dict[str, Any] = {**{str(c): v for c, v in plants.loc[lever.plant].items()}, "plant": lever.twin}
        if lever.kind == MORE:
            row |= {"capex": 0.0, "lead_time": 0, "ramp_years": 0, "lifetime": len(instance.years)}
            row |= {"first_decision": lever.at, "last_decision": lever.at}
        elif lever.kind == FASTER:
            row |= {"lead_time": lever.at}
        if lever.kind != FASTER:
            row |= {"max_build": np.inf, "max_build_per_year": np.inf}
        twins.append(row)
    frame = instance.tables["plants"].copy()
    more = pd.DataFrame(twins, columns=frame.columns).astype(frame.dtypes.to_dict())
    frames = {"plants": pd.concat([frame, more], ignore_index=True)}
    stock = instance.tables["stockpiles"].copy()
    for k, r in piles:
        here = (stock["commodity"] == k) & (stock["region"] == r)
        if not here.any():
            row = {"commodity": k, "region": r, **pile_terms(instance, k), "initial": TRACE_T, "capacity": TRACE_T}
            stock = pd.concat([stock, pd.DataFrame([row])], ignore_index=True).astype(stock.dtypes.to_dict())
        else:
            stock.loc[here & (stock["initial"] == 0), "initial"] = TRACE_T
            stock.loc[here, "capacity"] += TRACE_T
    return revised(instance, {**frames, "stockpiles": stock})


def pile_terms(instance: Instance, commodity: str) -> dict[str, float]:
    """Cost and loss of storing a good where nobody does yet: as elsewhere, else 6 % of its price a year, no loss.

    The share of the price is an assumption: interest and storage.
    """
    there = [pile for (k, _), pile in instance.stockpiles.items() if k == commodity]
    if there:
        return {"holding_cost": max(p.holding_cost for p in there), "loss_rate": max(p.loss_rate for p in there)}
    return {"holding_cost": 0.06 * instance.price[commodity], "loss_rate": 0.0}
