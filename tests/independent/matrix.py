"""A linear programme as it grows, variable by variable and row by row."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, vstack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

Terms = dict[int, float]

TOLERANCE = 1e-9
INFEASIBLE = 2
"""linprog's status for it."""
LARGE = 20_000
"""Variables beyond which interior point with crossover beats simplex."""


@dataclass
class Rows:
    """Rows of one sense, kept as triplets."""

    row: list[int] = field(default_factory=list)
    column: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    right: list[float] = field(default_factory=list)

    def add(self, terms: Mapping[int, float], right: float, sign: float = 1.0) -> None:
        """One more row; `sign` turns a lower bound into an upper one."""
        number = len(self.right)
        self.right.append(sign * right)
        for column, value in terms.items():
            if value != 0.0:
                self.row.append(number)
                self.column.append(column)
                self.value.append(sign * value)

    def matrix(self, width: int) -> csr_array:
        """The rows as a sparse matrix of `width` columns."""
        shape = (len(self.right), width)
        return csr_array(coo_array((self.value, (self.row, self.column)), shape=shape))


class Programme:
    """Variables >= 0 with upper bounds, equalities and inequalities, and a cost."""

    def __init__(self) -> None:
        """Start empty."""
        self.cost: list[float] = []
        self.upper: list[float] = []
        self.constant = 0.0
        self.equal = Rows()
        self.at_most = Rows()

    def variable(self, cost: float = 0.0, upper: float = math.inf) -> int:
        """A new variable, and its column."""
        self.cost.append(cost)
        self.upper.append(upper)
        return len(self.cost) - 1

    def fix(self, terms: Mapping[int, float], right: float) -> None:
        """Terms equal the right-hand side."""
        self.equal.add(terms, right)

    def cap(self, terms: Mapping[int, float], right: float) -> None:
        """Terms are at most the right-hand side."""
        self.at_most.add(terms, right)

    def floor(self, terms: Mapping[int, float], right: float) -> None:
        """Terms are at least the right-hand side."""
        self.at_most.add(terms, right, sign=-1.0)

    def solve(
        self,
        objective: Terms | None = None,
        closed: Iterable[int] = (),
        caps: Iterable[tuple[Terms, float]] = (),
    ) -> NDArray[np.float64] | None:
        """Least cost, or least `objective`; None where no plan exists.

        `closed` variables are held at zero, `caps` are rows of this solve alone.
        """
        width = len(self.cost)
        aim = np.array(self.cost)
        if objective is not None:
            aim = np.zeros(width)
            aim[list(objective)] = list(objective.values())
        bounds = np.column_stack([np.zeros(width), np.array(self.upper)])
        bounds[list(closed), 1] = 0.0
        extra = Rows()
        for terms, right in caps:
            extra.add(terms, right)
        return _solve(
            aim,
            vstack([self.at_most.matrix(width), extra.matrix(width)], format="csr"),
            np.array(self.at_most.right + extra.right),
            self.equal.matrix(width),
            np.array(self.equal.right),
            bounds,
        )


def _solve(
    aim: NDArray[np.float64],
    a_ub: csr_array,
    b_ub: NDArray[np.float64],
    a_eq: csr_array,
    b_eq: NDArray[np.float64],
    bounds: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Small programmes by simplex; large ones by interior point with crossover, which is faster."""
    methods = ["highs-ds", "highs-ipm"]
    if len(aim) > LARGE:
        methods.reverse()
    for method in methods:
        options = {
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        }
        if method == "highs-ipm":
            options["ipm_optimality_tolerance"] = TOLERANCE
        result = linprog(  # type: ignore[call-overload]
            aim, a_ub, b_ub, a_eq, b_eq, bounds, method=method, options=options
        )
        if result.status == 0:
            return np.asarray(result.x, dtype=np.float64)
        if result.status == INFEASIBLE:
            return None
    message = f"no verdict: {result.message}"
    raise RuntimeError(message)
