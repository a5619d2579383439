"""The programme once some projects are known to be late or to fail, written from the plan's own by its numbers.

Of what a project is late by, only numbers tell: a decision's coefficients in the rows of capacity are those of a
decision so many years later, its cost is that of fewer years, and committed capacity moves the sides of rows. It gives
what compiling gives, in a tenth of the time.
"""

from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import NamedTuple

import numpy as np

from model.analysis.risk.late import LateNetwork, with_existing
from model.analysis.risk.projects import Luck
from model.base.economics import annuity, discount_factor
from model.base.units import MUSD_PER_KT, T_PER_KT
from model.compiling.arrays import Floats
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.paths import moves
from model.plan.solved import Solved
from model.solving.builds import LIMITS
from model.solving.programme import Arrays, compiled


class Sides(NamedTuple):
    """What one more kt/yr of committed capacity of a plant in all years adds to the sides of rows."""

    lower: Floats
    upper: Floats


class Patches:
    """The programmes of a plan of the one certain future in worlds that differ in their projects' luck."""

    def __init__(self, plan: Solved) -> None:
        self.plan, self.arrays = plan, plan.arrays
        instance = plan.network.instance
        self.discount = {y: discount_factor(instance.discount_rate, y - instance.first_year) for y in instance.years}
        self.sides: dict[str, Sides] = {}

    @cached_property
    def base(self) -> Arrays:
        """The programme of the plan's instance, whatever the plan was held to."""
        return compiled(self.plan.network)

    @cached_property
    def decisions(self) -> dict[str, dict[int, int]]:
        """By plant and year of decision its column."""
        span = self.base.columns["build"]
        found: dict[str, dict[int, int]] = {}
        for i, (plant, node) in enumerate(span.index):
            found.setdefault(plant, {})[self.plan.year[node]] = span.first + i
        return found

    @cached_property
    def entries(self) -> dict[int, dict[int, int]]:
        """By column of a decision the places of its coefficients in rows of capacity, by row."""
        matrix, span = self.base.matrix, self.base.columns["build"]
        row = np.repeat(np.arange(len(self.base.row_lower)), np.diff(matrix.start))
        limits = np.zeros(len(self.base.row_lower), dtype=bool)
        for family in LIMITS:
            limits[self.base.rows[family].places] = True
        ours = (matrix.column >= span.first) & (matrix.column < span.stop) & ~limits[row]
        found: dict[int, dict[int, int]] = {column: {} for column in range(span.first, span.stop)}
        for place in np.flatnonzero(ours).tolist():
            found[int(matrix.column[place])][int(row[place])] = place
        return found

    @cached_property
    def row_year(self) -> dict[int, int]:
        """The year of each row that belongs to one."""
        found = {}
        for span in self.base.rows.values():
            for i, index in enumerate(span.index):
                if index and index[-1] in self.plan.year:
                    found[span.first + i] = self.plan.year[index[-1]]
        return found

    def known(self, network: LateNetwork) -> Arrays:
        """The programme of a network of the plan's instance in which some luck is known."""
        if self._otherwise(network.instance):
            return compiled(network)
        value, cost = self.base.matrix.value.copy(), self.base.cost.copy()
        if not all(self._late(network, plant, luck, value, cost) for plant, luck in network.known.items()):
            return compiled(network)
        lower, upper = self.base.row_lower.copy(), self.base.row_upper.copy()
        constant = self.base.constant
        for plant in network.known:
            constant += self._committed(network, plant, lower, upper)
        matrix = dataclasses.replace(self.base.matrix, value=value)
        return dataclasses.replace(
            self.base, matrix=matrix, cost=cost, row_lower=lower, row_upper=upper, constant=constant
        )

    @staticmethod
    def _otherwise(instance: Instance) -> bool:
        """Whether costs move or plants may close: then luck changes more than what is written here."""
        return moves(instance) or any(p.may_close for p in instance.plants.values())

    def _late(self, network: LateNetwork, plant: str, luck: Luck, value: Floats, cost: Floats) -> bool:
        """Move the decisions on a plant; False where there is no such decision to go by."""
        p, last = network.instance.plants[plant], network.instance.last_year
        columns = self.decisions.get(plant, {})
        given = self.base.matrix.value
        for year, column in columns.items():
            late = luck.late if luck.comes else last
            if year + p.lead_time + p.lifetime <= last:
                return False  # it would end later than the rows that it stands in
            later = columns.get(year + late)
            if later is None and year + late + p.lead_time <= last:
                return False
            like = self.entries[later] if later is not None else {}
            for row, place in self.entries[column].items():
                value[place] = given[like[row]] if row in like else 0.0
            paid = sum(v for y, v in self.discount.items() if y >= year + p.lead_time + late)
            each = annuity(p.capex or 0.0, p.wacc, p.lead_time + late, p.lifetime) if paid else 0.0
            cost[column] = (each + p.fixed_cost) * MUSD_PER_KT * paid
        return True

    def _committed(self, network: LateNetwork, plant: str, lower: Floats, upper: Floats) -> float:
        """Move the sides of rows by what of a plant's committed capacity does not come; returns the change of cost."""
        before, after = (i.existing.get(plant, {}) for i in (self.plan.network.instance, network.instance))
        less = {y: (after[y] - t) / T_PER_KT for y, t in before.items() if after[y] != t}
        if not less:
            return 0.0
        sides = self._sides(plant)
        for row in np.flatnonzero((sides.lower != 0) | (sides.upper != 0)).tolist():
            kt = less.get(self.row_year[row], 0.0)
            lower[row] += sides.lower[row] * kt
            upper[row] += sides.upper[row] * kt
        fixed = network.instance.plants[plant].fixed_cost * MUSD_PER_KT
        return sum(self.discount[y] * fixed * kt for y, kt in less.items())

    def _sides(self, plant: str) -> Sides:
        """Found once by compiling with more of the plant: sides are linear in it."""
        if plant not in self.sides:
            instance, network = self.plan.network.instance, self.plan.network
            more = {y: t + T_PER_KT for y, t in instance.existing[plant].items()}
            other = compiled(Network(with_existing(instance, {plant: more}), network.policy, network.tree))
            lower, upper = (
                np.where(np.isfinite(b), a - np.where(np.isfinite(b), b, 0.0), 0.0)
                for a, b in ((other.row_lower, self.base.row_lower), (other.row_upper, self.base.row_upper))
            )
            self.sides[plant] = Sides(lower, upper)
        return self.sides[plant]
