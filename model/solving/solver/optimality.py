"""Is the point optimal? Primal and dual residuals and the gap, from the matrix, the plan and the prices alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from model.compiling.arrays import Floats
from model.solving.outcome import Outcome
from model.solving.programme import Arrays


@dataclass(frozen=True)
class Residuals:
    """Largest violations, and how far the plan's cost is above the bound that its prices prove.

    ``primal_kt``: of a row or a bound, kt (million USD in a budget row); ``dual_musd_per_kt``: of a price's sign;
    ``gap``: relative.
    """

    primal_kt: float
    dual_musd_per_kt: float
    gap: float

    def acceptable(self) -> bool:
        """Whether the plan is feasible and optimal: a tenth of a kilogram, 0.001 USD/t, one part in ten million."""
        return self.primal_kt <= 1e-7 and self.dual_musd_per_kt <= 1e-6 and abs(self.gap) <= 1e-7


def residuals(arrays: Arrays, outcome: Outcome) -> Residuals:
    """Re-compute feasibility and the duality gap of the last cost solve.

    With ``d = c - A'y`` any ``y`` proves the bound ``sum_i y_i b_i + sum_j d_j x_j``, each ``b_i`` and ``x_j`` at the
    side that the sign of its price names; where that side is infinite, the price is a dual residual.
    """
    x, y = outcome.x, outcome.dual
    blocks = (arrays.matrix, outcome.held)
    activity = np.concatenate([block.times(x) - block.constant for block in blocks])
    primal = max(_excess(activity, outcome.row_lower, outcome.row_upper), _excess(x, outcome.lower, outcome.upper), 0.0)
    priced = np.zeros(len(x))
    first = 0
    for block in blocks:
        rows = len(block.start) - 1
        priced += block.transposed_times(y[first : first + rows], len(x))
        first += rows
    d = arrays.cost - priced
    row_bound, row_wrong = _side(y, outcome.row_lower, outcome.row_upper)
    column_bound, column_wrong = _side(d, outcome.lower, outcome.upper)
    cost = _product(arrays.cost, x)
    bound = row_bound + column_bound
    return Residuals(primal, max(row_wrong, column_wrong), (cost - bound) / max(1.0, abs(cost)))


def _product(a: Floats, b: Floats) -> float:
    """The inner product, rounded once: the same however many threads a library would add up with."""
    return math.fsum((a * b).tolist())


def _excess(value: Floats, lower: Floats, upper: Floats) -> float:
    return float(np.maximum(lower - value, value - upper).max(initial=0.0))


def _side(price: Floats, lower: Floats, upper: Floats) -> tuple[float, float]:
    """Sum of prices times the side they name, and the largest price whose side is infinite."""
    side = np.where(price > 0, lower, upper)
    finite = np.isfinite(side)
    wrong = np.abs(price[~finite]).max(initial=0.0)
    return _product(price[finite], side[finite]), float(wrong)
