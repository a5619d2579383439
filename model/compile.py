"""From Pyomo's rules to arrays: the programme as HiGHS takes it, built without scipy or a file.

Rules stay ordinary Pyomo; each expression is walked once by Pyomo's own linear representation visitor. The cost terms
are compiled as rows of a ledger, so that the objective and the cost table come from the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.core import Constraint, Var
from pyomo.repn.linear import LinearRepnVisitor

from model.formulation import COST_TERMS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Index = tuple[Any, ...]


@dataclass(frozen=True)
class Sparse:
    """Linear expressions as rows: ``start`` (rows + 1), ``column`` and ``value`` by nonzero, and a constant each."""

    start: Ints
    column: Ints
    value: Floats
    constant: Floats

    def times(self, x: Floats) -> Floats:
        """The rows' values at ``x``."""
        products = np.append(self.value * x[self.column], 0.0)
        sums = np.add.reduceat(products, np.minimum(self.start[:-1], len(self.value))) if len(self.start) > 1 else x[:0]
        return np.where(np.diff(self.start) > 0, sums, 0.0) + self.constant

    def row(self, place: int, factor: float = 1.0) -> Sparse:
        """One row by itself, times a factor, without its constant."""
        span = slice(*self.start[place : place + 2])
        return sparse_row(self.column[span], factor * self.value[span])

    def transposed_times(self, y: Floats, columns: int) -> Floats:
        """Sum of the rows weighted by ``y``, constants apart, by column."""
        weights = np.repeat(y, np.diff(self.start))
        return np.bincount(self.column, weights * self.value, columns).astype(float)


def sparse_row(columns: Ints, values: Floats, constant: float = 0.0) -> Sparse:
    """One linear expression."""
    return Sparse(np.array([0, len(columns)], dtype=np.int32), columns, values, np.array([constant]))


def stacked(blocks: Iterable[Sparse]) -> Sparse:
    """Rows below one another."""
    found = list(blocks)
    lengths = np.concatenate([np.diff(block.start) for block in found])
    return Sparse(
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        np.concatenate([block.column for block in found]),
        np.concatenate([block.value for block in found]),
        np.concatenate([block.constant for block in found]),
    )


@dataclass(frozen=True)
class Span:
    """Where the columns (or rows) of a component stand, and their indices in order."""

    first: int
    index: list[Index]

    @property
    def stop(self) -> int:
        """One past the last place."""
        return self.first + len(self.index)

    @property
    def places(self) -> slice:
        """The places as a slice."""
        return slice(self.first, self.stop)


@dataclass(frozen=True)
class Arrays:
    """``min cost @ x + constant`` with ``row_lower <= A x <= row_upper`` and ``lower <= x <= upper``; kt, million USD.

    ``ledger`` holds one row for each cost term, region and node (``ledger_index``), undiscounted; ``unserved``,
    ``shortfall`` and ``capital`` are the measures of goals as rows.
    """

    columns: dict[str, Span]
    rows: dict[str, Span]
    matrix: Sparse
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    cost: Floats
    constant: float
    ledger: Sparse
    ledger_index: list[tuple[str, str, str]]
    unserved: Sparse
    shortfall: Sparse
    capital: Sparse

    def places(self, kind: str, name: str) -> dict[Index, int]:
        """Places of a component's columns (``kind="column"``) or rows (``kind="row"``) by index."""
        span = (self.columns if kind == "column" else self.rows)[name]
        return dict(zip(span.index, range(span.first, span.stop), strict=True))

    def names(self) -> Iterator[str]:
        """The columns' names, such as ``ship[magnet,B,A,free,2033]``."""
        for name, span in self.columns.items():
            for index in span.index:
                yield f"{name}[{','.join(map(str, index))}]"


class _Recorder:
    """Notes the variables that a visitor meets (Pyomo's own enumerate the whole component)."""

    def __init__(self) -> None:
        self.var_map: dict[int, Any] = {}
        self.var_order: dict[int, int] = {}

    def add(self, var: Any) -> None:
        """Take note of a variable."""
        self.var_order[id(var)] = len(self.var_map)
        self.var_map[id(var)] = var


class _Walker:
    """Collects linear expressions as rows."""

    def __init__(self, places: dict[int, int]) -> None:
        self.places = places
        self.visitor = LinearRepnVisitor({}, var_recorder=_Recorder())
        self.clear()

    def clear(self) -> None:
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


def compile_model(m: Any) -> Arrays:
    """Compile a model made by :func:`model.formulation.formulate`."""
    columns, places, lower, upper = _columns(m)
    walker = _Walker(places)
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


def _index(keys: Iterable[Any]) -> list[Index]:
    return [k if isinstance(k, tuple) else (k,) for k in keys]


def _columns(m: Any) -> tuple[dict[str, Span], dict[int, int], Floats, Floats]:
    columns: dict[str, Span] = {}
    places: dict[int, int] = {}
    lower: list[float] = []
    upper: list[float] = []
    for component in m.component_objects(Var):
        columns[component.local_name] = Span(len(places), _index(component.keys()))
        for var in component.values():
            places[id(var)] = len(places)
            low, high = var.bounds
            lower.append(-np.inf if low is None else low)
            upper.append(np.inf if high is None else high)
    return columns, places, np.array(lower), np.array(upper)


def _rows(m: Any, walker: _Walker) -> tuple[dict[str, Span], Floats, Floats]:
    rows: dict[str, Span] = {}
    row_lower: list[float] = []
    row_upper: list[float] = []
    for component in m.component_objects(Constraint):
        rows[component.local_name] = Span(len(row_lower), _index(component.keys()))
        for constraint in component.values():
            low, body, high = constraint.to_bounded_expression(True)
            constant = walker.add(body)
            row_lower.append(-np.inf if low is None else low - constant)
            row_upper.append(np.inf if high is None else high - constant)
            walker.constant[-1] = 0.0
    return rows, np.array(row_lower), np.array(row_upper)
