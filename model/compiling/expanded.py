"""The ordinary road: a constructed Pyomo model, expanded index by index, each row walked by Pyomo's own visitor.

It is the reference that the tables are compared with, and takes the rules that can't be called with templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from pyomo.core import Constraint, Var
from pyomo.repn.linear import LinearRepnVisitor

from model.compiling.arrays import Arrays, Floats, Index, Span, Sparse
from model.formulation import COST_TERMS


class _Recorder:
    """Notes the variables that a visitor meets (Pyomo's own enumerate the whole component)."""

    def __init__(self) -> None:
        self.var_map: dict[int, Any] = {}
        self.var_order: dict[int, int] = {}

    def add(self, var: Any) -> None:
        """Take note of a variable."""
        self.var_order[id(var)] = len(self.var_map)
        self.var_map[id(var)] = var


class Walker:
    """Collects linear expressions as rows."""

    def __init__(self, places: dict[int, int]) -> None:
        self.places = places
        self.visitor = LinearRepnVisitor({}, var_recorder=_Recorder())
        self.clear()

    def clear(self) -> None:
        """Forget the rows."""
        self.start, self.column, self.value, self.constant = [0], [], [], []  # type: ignore[var-annotated]

    def add(self, expression: Any) -> float:
        """Append an expression as a row; returns its constant."""
        repn = self.visitor.walk_expression(expression)
        if repn.nonlinear is not None:
            raise ValueError("the formulation holds an expression that is not linear")
        places = self.places
        for var, coefficient in repn.linear.items():
            if coefficient != 0:
                self.column.append(places[var])
                self.value.append(coefficient)
        self.start.append(len(self.column))
        self.constant.append(repn.constant)
        return float(repn.constant)

    def take(self) -> Sparse:
        """The rows so far, as arrays."""
        rows = Sparse(
            np.array(self.start, dtype=np.int32),
            np.array(self.column, dtype=np.int32),
            np.array(self.value, dtype=float),
            np.array(self.constant, dtype=float),
        )
        self.clear()
        return rows


def compile_expanded(m: Any) -> Arrays:
    """The arrays of a constructed model."""
    columns, places, lower, upper = columns_of(m)
    walker = Walker(places)
    rows, row_lower, row_upper = _rows(m, walker)
    matrix = walker.take()
    ledger_index = []
    for term in COST_TERMS:
        for (r, n), expression in getattr(m, f"cost_{term}").items():
            before = len(walker.column)
            if walker.add(expression.expr) == 0 and len(walker.column) == before:
                del walker.start[-1], walker.constant[-1]
            else:
                ledger_index.append((term, r, n))
    ledger = walker.take()
    goals = {}
    for goal in ("unserved", "shortfall", "capital"):
        walker.add(getattr(m, goal).expr)
        goals[goal] = walker.take()
    weights = np.array([m.present_value[n] for _, _, n in ledger_index])
    return Arrays(
        columns,
        rows,
        matrix,
        row_lower,
        row_upper,
        lower,
        upper,
        ledger.transposed_times(weights, len(lower)),
        float(weights @ ledger.constant),
        ledger,
        ledger_index,
        goals["unserved"],
        goals["shortfall"],
        goals["capital"],
    )


def index_of(component: Any) -> list[Index]:
    """A component's indices, each a tuple; an empty one where it has no index."""
    return [k if isinstance(k, tuple) else () if k is None else (k,) for k in component]


def columns_of(m: Any) -> tuple[dict[str, Span], dict[int, int], Floats, Floats]:
    """The columns, the place of each variable by its identity, and the bounds."""
    columns: dict[str, Span] = {}
    places: dict[int, int] = {}
    lower: list[float] = []
    upper: list[float] = []
    for component in m.component_objects(Var):
        columns[component.local_name] = Span(len(places), index_of(component))
        for var in component.values():
            places[id(var)] = len(places)
            low, high = var.bounds
            lower.append(-np.inf if low is None else low)
            upper.append(np.inf if high is None else high)
    return columns, places, np.array(lower), np.array(upper)


def _rows(m: Any, walker: Walker) -> tuple[dict[str, Span], Floats, Floats]:
    rows: dict[str, Span] = {}
    row_lower: list[float] = []
    row_upper: list[float] = []
    for component in m.component_objects(Constraint):
        rows[component.local_name] = Span(len(row_lower), index_of(component))
        for low, high in bounded(component, walker):
            row_lower.append(low)
            row_upper.append(high)
    return rows, np.array(row_lower), np.array(row_upper)


def bounded(component: Any, walker: Walker) -> Iterator[tuple[float, float]]:
    """The bounds of a constraint's rows, while the rows are added to ``walker``."""
    for constraint in component.values():
        low, body, high = constraint.to_bounded_expression(True)
        constant = walker.add(body)
        walker.constant[-1] = 0.0
        yield -np.inf if low is None else low - constant, np.inf if high is None else high - constant
