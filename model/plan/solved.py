"""The solved programme seen as tables: values and prices of a component by its index, in t and USD."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from model.base.economics import discount_factor, ramp
from model.base.schema import Column, columns
from model.base.units import MUSD_PER_KT, T_PER_KT, USD_PER_MUSD
from model.compiling.arrays import Floats, Index
from model.formulation.network import NO_ORIGIN, Network
from model.instance.records import Plant
from model.solving.outcome import Outcome
from model.solving.programme import Arrays
from model.solving.trees.risk import counted

NOISE_KT = 1e-10
"""Values below a tenth of a gram are the solver's noise and are 0."""


@dataclass(frozen=True)
class Solved:
    """A network, its arrays and what the solver found."""

    network: Network
    arrays: Arrays
    outcome: Outcome

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled and copied: not what others have worked out, which is worked out again."""
        return {name: self.__dict__[name] for name in ("network", "arrays", "outcome")}

    @cached_property
    def traced(self) -> bool:
        """Whether content is traced."""
        return len(self.network.classes) > 1

    @cached_property
    def x(self) -> Any:
        """The plan's columns, kt, without noise."""
        return np.where(np.abs(self.outcome.x) < NOISE_KT, 0.0, self.outcome.x)

    @cached_property
    def year(self) -> dict[str, int]:
        """Year of each node."""
        return {n.name: n.year for n in self.network.tree}

    @cached_property
    def branched(self) -> bool:
        """Whether a tree of futures was solved."""
        return bool(self.network.tree.scenario)

    @cached_property
    def _when(self) -> dict[str, tuple[Any, ...]]:
        return {n.name: ((n.line,) if self.branched else ()) + (n.year,) for n in self.network.tree}

    def when(self, n: str) -> tuple[Any, ...]:
        """The cells that say which node a row is of: its year, and its branch where a tree was solved."""
        return self._when[n]

    def line(self, n: str) -> tuple[str, ...]:
        """The cell that says which branch a node is on, where a tree was solved."""
        return self._when[n][:-1]

    def is_in(self, plant: str, n: str) -> Plant:
        """A plant as it is at a node; its lead time is that of what is decided there."""
        return self.network.at(n).plants[plant]

    @cached_property
    def present_value(self) -> dict[str, float]:
        """Probability times discount factor of each node."""
        instance = self.network.instance
        return {
            n.name: n.probability * discount_factor(instance.discount_rate, n.year - instance.first_year)
            for n in self.network.tree
        }

    @cached_property
    def price_weight(self) -> dict[str, float]:
        """What a dollar at each node counts in the goal cost: its present value, with the weight of dear futures."""
        if not self.network.tree.risk_weight:
            return self.present_value
        tail = {leaf: place for (leaf,), place in self.arrays.places("row", "tail").items()}
        counts = counted(self.network, self.outcome.dual, tail)
        return {n.name: self.present_value[n.name] * counts[n.name] / n.probability for n in self.network.tree}

    @cached_property
    def without_policy(self) -> Solved:
        """The plan without policy, seen the same way."""
        return replace(self, outcome=replace(self.outcome, x=self.outcome.baseline_x, dual=self.outcome.baseline_dual))

    def unserved_t(self, goods: bool = False) -> float:
        """Content of what the plan leaves unserved, t, or the tonnes of ``goods``; expected over the tree."""
        content = self.network.instance.content
        weights = [1.0 if goods else content[k] for k, *_ in self.arrays.rows["demand_met"].index]
        return float((np.array(weights) * self.chances) @ self.outcome.unserved) * T_PER_KT

    @property
    def chances(self) -> Floats:
        """Probability of each demand's node, in the order of the rows ``demand_met``."""
        chance = self.network.tree.by_name
        return np.array([chance[n].probability for *_, n in self.arrays.rows["demand_met"].index])

    def positive(self, name: str) -> Iterator[tuple[Index, float]]:
        """Indices and values, t, of a variable where it is above 0."""
        if name not in self._positive:
            span = self.arrays.columns[name]
            values = self.x[span.places]
            places = np.flatnonzero(values > 0).astype(np.int32)
            self._positive[name] = list(zip(span.at(places), (values[places] * T_PER_KT).tolist(), strict=True))
        return iter(self._positive[name])

    @cached_property
    def _positive(self) -> dict[str, list[tuple[Index, float]]]:
        return {}

    @cached_property
    def _lookups(self) -> dict[str, dict[Index, float]]:
        return {}

    def value(self, name: str, index: Index) -> float:
        """One value of a variable, t; 0 where the programme has no such column."""
        if name not in self._lookups:
            self._lookups[name] = dict(self.positive(name))
        return self._lookups[name].get(index, 0.0)

    @cached_property
    def capacity(self) -> dict[tuple[str, str], float]:
        """Capacity of each plant at each node, t/yr: existing and committed that is open, and what has ramped up."""
        instance, tree = self.network.instance, self.network.tree
        have: dict[tuple[str, str], float] = defaultdict(float)
        for j, by_year in instance.existing.items():
            for node in tree:
                have[j, node.name] += by_year[node.year]
        for (j, n), closed in self.positive("closed"):
            left = have[j, n] - closed
            have[j, n] = left if left > 1e-9 * have[j, n] else 0.0
        for (j, b), built in self.positive("build"):
            plant = instance.plants[j]
            for node in tree.below[b]:
                at = node.year - self.year[b] - self.is_in(j, b).lead_time
                have[j, node.name] += built * ramp(at, plant.ramp_years, plant.lifetime)
        return {key: t for key, t in have.items() if t > 0}

    @cached_property
    def used(self) -> dict[Index, float]:
        """What is used by commodity, origin, region, class and node, t/yr."""
        piles, uses = self.network.instance.stockpiles, dict(self.positive("ship"))
        filled = {index[:-1] for index, _ in self.positive("stock")}
        for k, r, o, h in self.network.held:
            if o != NO_ORIGIN and (k, r, o, h) not in filled:
                continue
            pile = piles[k, r]
            for node in self.network.tree:
                n, before = node.name, (k, r, o, h, node.parent)
                held = self.value("stock", before) if node.parent else pile.initial if o == NO_ORIGIN else 0.0
                drawn = (1 - pile.loss_rate) * held - self.value("stock", (k, r, o, h, n))
                if drawn:
                    uses[k, o, r, h, n] = uses.get((k, o, r, h, n), 0.0) + drawn
        return uses

    @cached_property
    def memo(self) -> dict[str, Any]:
        """What others have worked out from this plan and ask for again."""
        return {}

    @cached_property
    def ledger(self) -> Floats:
        """Each ledger cell's cost in the year, USD, undiscounted."""
        return self.arrays.ledger.times(self.x) * USD_PER_MUSD

    @cached_property
    def paid(self) -> dict[Index, float]:
        """What a maker is paid for one more tonne, by commodity, region, class and node, USD/t in that year."""
        return {i: -v for row in ("supply", "supply_unsold") for i, v in self.duals(row).items()}

    @cached_property
    def cost_of_use(self) -> dict[Index, float]:
        """What one more tonne costs where it is used, by commodity, region, class and node, USD/t in that year."""
        return self.duals("use")

    @cached_property
    def lane_places(self) -> dict[tuple[str, str, str], int]:
        """Place of each lane in the lane table."""
        return {lane: i for i, lane in enumerate(self.network.lane_table.keys)}

    def raw_duals(self, row: str) -> dict[Index, float]:
        """Duals of a family's rows as the solver gives them: present value, million USD per unit of right-hand side."""
        if row not in self._duals:
            span = self.arrays.rows[row]
            self._duals[row] = dict(zip(span.index, self.outcome.dual[span.places].tolist(), strict=True))
        return self._duals[row]

    @cached_property
    def _duals(self) -> dict[str, dict[Index, float]]:
        return {}

    def binding(self, row: str) -> Iterator[tuple[Index, float]]:
        """The duals of a family's rows, as the solver gives them, that are not 0."""
        span = self.arrays.rows[row]
        values = self.outcome.dual[span.places]
        places = np.flatnonzero(values).astype(np.int32)
        return zip(span.at(places), values[places].tolist(), strict=True)

    def duals(self, row: str) -> dict[Index, float]:
        """Prices of a family's rows, USD/t in money of the node's year: cost of one more t on the right-hand side."""
        return self.priced(self.raw_duals(row).items())

    def priced(self, duals: Iterable[tuple[Index, float]]) -> dict[Index, float]:
        """Duals as prices, USD/t in money of the node's year."""
        pv = self.price_weight
        return {i: dual / MUSD_PER_KT / pv[i[-1]] for i, dual in duals}

    def table(self, name: str, rows: Sequence[tuple[Any, ...]]) -> pd.DataFrame:
        """A result table with the columns of its dictionary, sorted by its key."""
        return framed(columns(name, self.traced, branched=self.branched), rows)

    def content(self, h: str) -> tuple[str, ...]:
        """The content cell of a row: none where content is not traced."""
        return (h,) if self.traced else ()


NOISE = 4e-15
"""Part of a number that is the rounding of doubles."""
FEW = 5000
"""Rows below which Python sorts sooner than pandas."""


def framed(spec: Sequence[Column], rows: Sequence[tuple[Any, ...]], blanks: bool = False) -> pd.DataFrame:
    """Rows as a table with some columns, sorted by its key; whole numbers may have ``blanks``."""
    keys = [i for i, c in enumerate(spec) if c.key]
    if keys and len(rows) < FEW:
        rows = sorted(rows, key=itemgetter(*keys))
    parts = zip(*rows, strict=True) if rows else ((),) * len(spec)
    frame = pd.DataFrame({c.column: _cells(c.type, part, blanks) for c, part in zip(spec, parts, strict=True)})
    if len(rows) < FEW:
        return frame
    return frame.sort_values([spec[i].column for i in keys], kind="stable", ignore_index=True)


def rounded(values: Floats) -> Floats:
    """Numbers without the rounding of a solve: what lies within some 1e-15 of one of twelve figures is that one.

    >>> rounded(np.array([30.000000000000014, 1 / 3, 0.0, np.inf])).tolist()
    [30.0, 0.3333333333333333, 0.0, inf]
    """
    some = np.isfinite(values) & (np.abs(values) > 1e-280)
    power = 11 - np.floor(np.log10(np.abs(values[some]))).astype(int)
    up, down = 10.0 ** np.clip(power, 0, None), 10.0 ** np.clip(-power, 0, None)
    short = np.round(values[some] / down * up) / up * down
    values[some] = np.where(np.abs(values[some] - short) <= NOISE * np.abs(short), short, values[some])
    return values


def _cells(kind: str, values: tuple[Any, ...], blanks: bool) -> Any:
    if kind == "number":
        return rounded(np.array(values, dtype=float)) + 0.0  # no minus zero
    if kind == "integer" and not blanks:
        return np.array(values, dtype=np.int64)
    return pd.array(values, dtype="Int64" if kind == "integer" else "str")
