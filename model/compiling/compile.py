"""From a declared Pyomo model to the arrays that a solver takes.

Every rule is called once and evaluated over its component's whole index. Beside Sets, Params, Vars, Expressions and
Constraints the model says what is to be made of its costs, by names of its components:

- ``m.cost_terms``: each cost term's name -> the Expression that holds it. The terms become rows of a ledger, so that
  the objective and a table of costs come from the same numbers.
- ``m.cost_weight``: the Param, by the last index of the cost terms, by which a term counts in the objective.
- ``m.goals``: Expressions without an index that are compiled beside the objective.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from pyomo.core import Constraint, Var

from model.compiling.arrays import Floats, LinearProgram, Span, Sparse
from model.compiling.assemble import Sided, assembled, sided
from model.compiling.codes import Index
from model.compiling.evaluate import Evaluator, Rows
from model.compiling.expressions import Relation, Template, Untemplatable
from model.compiling.indices import Indices
from model.compiling.rules import RuleError, located
from model.compiling.sets import Data
from model.compiling.symbols import Caller

__all__ = ["LinearProgram", "RuleError", "compile_model"]

BOUNDS = "return (lower, upper), None where there is none"
RELATION = "return left <= right or left == right, and put the indices that have a row into the Constraint's Set"


def compile_model(m: Any) -> LinearProgram:
    """The arrays of a model that is declared (an AbstractModel) and not constructed.

    Raises RuleError for a rule that can't be evaluated over its whole index, ValueError for a constructed model.
    """
    if m.is_constructed():
        raise ValueError(f"{m.name} is constructed: declare an AbstractModel, whose rules have not been called yet")
    program = _Compiler(m).program()
    _give_back()
    return program


def _give_back() -> None:
    """Freed memory goes back to the system before the solver takes as much again: glibc would keep it, in pieces."""
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another system
        ctypes.CDLL(None).malloc_trim(0)


class _Compiler:
    def __init__(self, m: Any) -> None:
        self.m = m
        self.data = Data(m)
        self.caller = Caller(m)
        self.columns: dict[str, Span] = {}
        self.size = 0
        for name, var in m.component_map(Var).items():
            with _refused(var):
                index = self.data.index(var)
                index.check()
            span = Span(self.size, Indices(index))
            self.columns[name] = span
            self.size = span.stop
        self.evaluator = Evaluator(self.data, {name: span.first for name, span in self.columns.items()})

    def program(self) -> LinearProgram:
        """Everything."""
        lower, upper = self._bounds()
        rows, blocks = {}, []
        first = 0
        for name, constraint in self.m.component_map(Constraint).items():
            block = self._constraint(constraint)
            rows[name] = Span(first, block.index)
            first = rows[name].stop
            blocks.append(block)
        row_lower = np.concatenate([block.lower for block in blocks])
        row_upper = np.concatenate([block.upper for block in blocks])
        matrix = assembled([block.rows for block in blocks], self.size)
        ledger, ledger_index = self._ledger()
        goals = {goal: assembled([self._expression(getattr(self.m, goal))], self.size) for goal in self.m.goals}
        weights = self._weights(ledger_index)
        cost = ledger.transposed_times(weights, self.size)
        constant = float(weights @ ledger.constant)
        bounds = row_lower, row_upper, lower, upper
        return LinearProgram(self.columns, rows, matrix, *bounds, cost, constant, ledger, ledger_index, goals)

    def _called(self, component: Any, rule: Any) -> tuple[Any, Index, tuple[Template, ...]]:
        """What a rule says, over what index, at which templates."""
        if rule is None:
            raise Untemplatable("it is made without a rule", "give it a function as its rule")
        index = self.data.index(component)
        templates = tuple(Template() for f in index.factors for _ in range(f.dimen))
        return self.caller.call(rule, templates), index, templates

    def _constraint(self, constraint: Any) -> Sided:
        rule = getattr(constraint._rule, "_fcn", None)
        with _refused(constraint, rule):
            relation, index, templates = self._called(constraint, rule)
            if not isinstance(relation, Relation):
                raise Untemplatable("it returns no relation between two expressions", RELATION)
            left, right = (self.evaluator.rows(e, index, templates) for e in (relation.left, relation.right))
        return sided(relation.sense, left, right)

    def _expression(self, component: Any) -> Rows:
        rule = getattr(component._rule, "_fcn", None)
        with _refused(component, rule):
            return self.evaluator.rows(*self._called(component, rule))

    def _bounds(self) -> tuple[Floats, Floats]:
        lower, upper = np.full(self.size, -np.inf), np.full(self.size, np.inf)
        for name, var in self.m.component_map(Var).items():
            places = self.columns[name].places
            low, high = var._rule_domain(self.m, None, var).bounds()
            bounds = [(low, high)]
            if var._rule_bounds is not None:
                bounds.append(self._rule_bounds(var))
            for low, high in bounds:
                if low is not None:
                    lower[places] = np.maximum(lower[places], low)
                if high is not None:
                    upper[places] = np.minimum(upper[places], high)
        return lower, upper

    def _rule_bounds(self, var: Any) -> tuple[Any, Any]:
        if var._rule_bounds.constant():
            low, high = var._rule_bounds(self.m, None)
            return low, high
        rule = getattr(var._rule_bounds._initializer, "_fcn", None)
        with _refused(var, rule):
            pair, index, templates = self._called(var, rule)
            if not isinstance(pair, tuple):
                raise Untemplatable(
                    "it returns no lower and upper bound", "return (lower, upper), None where there is none"
                )
            given = [b if b is None else self.evaluator.value(b, index, templates) for b in pair]
        low, high = (b if b is None else np.broadcast_to(b, index.shape).ravel() for b in given)
        return low, high

    def _ledger(self) -> tuple[Sparse, list[Any]]:
        """The cost terms' rows, those without anything left out."""
        terms = self.m.cost_terms
        blocks = [self._expression(getattr(self.m, name)) for name in terms.values()]
        index = [(term, *cell) for term, b in zip(terms, blocks, strict=True) for cell in Indices(b.index)]
        found = assembled(blocks, self.size)
        lengths = np.diff(found.start)
        kept = (lengths > 0) | (found.constant != 0)
        start = np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int32)
        rows = Sparse(start, found.column, found.value, found.constant[kept])
        return rows, [cell for cell, keep in zip(index, kept.tolist(), strict=True) if keep]

    def _weights(self, ledger_index: list[Any]) -> Floats:
        """What each row of the ledger counts in the objective."""
        weight = getattr(self.m, self.m.cost_weight)
        with _refused(weight):
            values, index = self.data.values(weight), self.data.index(weight)
        places = {label: place for place, (label,) in enumerate(Indices(index))}
        return np.asarray(values[[places[cell[-1]] for cell in ledger_index]])


@contextmanager
def _refused(component: Any, rule: Any = None) -> Iterator[None]:
    """What can't be compiled is a RuleError, at the line of the rule where there is one."""
    try:
        yield
    except Untemplatable as error:
        if rule is not None:
            raise located(rule, error) from error
        raise RuleError(f"{component.local_name}: {error.what}: {error.instead}") from error
