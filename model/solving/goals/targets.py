"""The limits of a policy where the programme holds them: one row each, with what it measures and against what.

A limit says ``amount <= level * base`` (a share cap) or ``amount >= level * base`` (a minimum). The base is a column
(consumption) or, for a domestic minimum, a number (the group's embodied final demand).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from model.base.units import T_PER_KT
from model.compiling.arrays import Floats, Ints, Sparse, sparse_row
from model.formulation.families.crises import Crises
from model.formulation.network import Network, key
from model.instance.policy.kinds import CRISIS, DEMAND, NET_IMPORTS, USE, base_of, kind_of
from model.instance.policy.targets import Target
from model.solving.programme import Arrays
from model.solving.solver.highs import TOLERANCE

NO_BASE_KT = 1e-10
"""A base below this, kt, is nothing: the limit is kept by using nothing."""


@dataclass(frozen=True)
class Limit:
    """One target in one year (of one supplier, for a cap). ``row`` and ``short`` are places; amounts in kt."""

    target: Target
    supplier: str
    node: str
    year: int
    row: int
    short: int
    base_column: int
    fixed_base: float
    columns: Ints
    values: Floats
    constant: float
    turned: float
    """-1 where Pyomo has turned the row around (``0 >= base - amount``), else 1."""

    @property
    def at_most(self) -> bool:
        """Whether it is a cap; else a minimum."""
        return kind_of(self.target).at_most

    @property
    def asked(self) -> float:
        """The share that the policy asks for."""
        return self.target.share[self.year]

    def eased(self, level: float) -> float:
        """A level, or the share that the policy asks for where that is less strict."""
        return max(self.asked, level) if self.at_most else min(self.asked, level)

    @property
    def name(self) -> tuple[str, str, str, str]:
        """Policy row, buyer, scope and supplier (blank for a minimum)."""
        return (*key(self.target), self.supplier)

    def amount(self, x: Floats) -> float:
        """What the limit counts, kt."""
        return float(self.values @ x[self.columns]) + self.constant

    def base(self, x: Floats) -> float:
        """What the share is taken of, kt."""
        return self.fixed_base if self.base_column < 0 else float(x[self.base_column])

    def at_level(self, level: float) -> Sparse:
        """The left side of the limit's row at a level, its shortfall apart."""
        if self.base_column < 0:
            return sparse_row(self.columns, self.values)
        return sparse_row(np.append(self.columns, np.int32(self.base_column)), np.append(self.values, -level))

    def gap(self, level: float, sign: float = 1.0) -> Sparse:
        """``sign (amount - level base)``, kt, as a goal."""
        row = self.at_level(level)
        return sparse_row(row.column, sign * row.value, sign * (self.constant - level * self.fixed_base))

    def share(self, x: Floats) -> float:
        """Amount over base, to the solver's tolerance; where there is no base the limit is kept at any level."""
        base, slack = self.base(x), TOLERANCE if self.at_most else -TOLERANCE
        if base > NO_BASE_KT:
            return max(0.0, (self.amount(x) - slack) / base)
        return 0.0 if self.at_most else float("inf")


def limits_of(arrays: Arrays, net: Network) -> list[Limit]:
    """Every limit that the programme has, caps first, in the order of its rows."""
    return [limit for target in net.policy.targets for limit in _of_target(arrays, net, target)]


def _of_target(arrays: Arrays, net: Network, target: Target) -> list[Limit]:
    kind = kind_of(target)
    family = kind.measure(target)[1].rows
    rows, shorts, bases = (
        arrays.places("row", family),
        arrays.places("column", kind.short),
        arrays.places("column", "consumption"),
    )
    taken_of = base_of(target)
    must_serve = Crises(net).must_serve if taken_of == CRISIS else {}
    found = []
    for supplier in target.parts:
        for node in net.in_force(target):
            index = (*key(target), *((supplier,) if supplier else ()), node.name)
            if index not in rows:
                continue
            base, fixed = -1, 0.0
            if taken_of == USE:
                base = bases[(*key(target), node.name)]
            elif taken_of == NET_IMPORTS:
                base = arrays.places("column", "net_imports")[(*key(target), node.name)]
            elif taken_of == DEMAND:
                fixed = net.at(node.name).final_demand(target.regions, node.year, target.weight) / T_PER_KT
            elif taken_of == CRISIS:
                fixed = must_serve[index]
            found.append(
                _limit(arrays, target, supplier, node.name, node.year, rows[index], shorts[index], base, fixed)
            )
    return found


def _limit(
    arrays: Arrays, target: Target, supplier: str, node: str, year: int, row: int, short: int, base: int, fixed: float
) -> Limit:
    span = slice(*arrays.matrix.start[row : row + 2])
    columns, values = arrays.matrix.column[span], arrays.matrix.value[span]
    counted = (columns != short) & (columns != base)
    lower, upper = arrays.row_lower[row], arrays.row_upper[row]
    turned = -1.0 if np.isinf(upper if kind_of(target).at_most else lower) else 1.0
    side = turned * (lower if np.isinf(upper) else upper)
    constant = float(target.share[year] * fixed - side)
    amounts = turned * values[counted]
    return Limit(target, supplier, node, year, row, short, base, fixed, columns[counted], amounts, constant, turned)


def columns_of(found: Iterable[Limit]) -> Ints:
    """Places of the limits' shortfalls."""
    return np.array([limit.short for limit in found], dtype=np.int32)


def rows_of(found: Iterable[Limit]) -> Ints:
    """Places of the limits' rows."""
    return np.array([limit.row for limit in found], dtype=np.int32)
