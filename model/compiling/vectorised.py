"""Compile a declared model: rules called once, evaluated over whole index tables."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from pyomo.core import Constraint, Var

from model.compiling.arrays import Arrays, Floats, Span, Sparse
from model.compiling.assemble import Sided, assembled, sided
from model.compiling.evaluate import Evaluator, Rows
from model.compiling.indices import Indices
from model.compiling.sets import Data, Index
from model.compiling.symbols import Caller, Relation, Template, Untemplatable
from model.formulation import COST_TERMS

if TYPE_CHECKING:
    from model.compiling.fallback import Expansion

LOG = logging.getLogger("model")
GOALS = ("unserved", "shortfall", "capital")


def compile_declared(m: Any) -> Arrays:
    """The arrays of a model that is declared and not constructed.

    A rule that can't be called with templates is expanded index by index, and the log says so. Raises RuleError for a
    rule that templates would go through wrongly, KeyError for an index that its Set doesn't have.
    """
    try:
        return _Compiler(m).arrays()
    except Untemplatable as reason:
        LOG.warning("the programme is expanded index by index, which is slow: %s", reason)
        from model.compiling.expanded import compile_expanded

        return compile_expanded(m.create_instance())


class _Compiler:
    def __init__(self, m: Any) -> None:
        self.m = m
        self.data = Data(m)
        self.caller = Caller(m)
        self.columns: dict[str, Span] = {}
        self.size = 0
        for name, var in m.component_map(Var).items():
            index = self.data.index(var)
            index.check()
            span = Span(self.size, Indices(index))
            self.columns[name] = span
            self.size = span.stop
        self.evaluator = Evaluator(self.data, {name: span.first for name, span in self.columns.items()})

    def arrays(self) -> Arrays:
        """Everything."""
        lower, upper = self._bounds()
        rows, blocks = {}, []
        first = 0
        for name, constraint in self.m.component_map(Constraint).items():
            block = self._family(constraint)
            rows[name] = Span(first, block.index)
            first = rows[name].stop
            blocks.append(block)
        row_lower = np.concatenate([block.lower for block in blocks])
        row_upper = np.concatenate([block.upper for block in blocks])
        matrix = assembled([block.rows for block in blocks], self.size)
        ledger, ledger_index = self._ledger()
        goals = [assembled([self._expression(getattr(self.m, goal))], self.size) for goal in GOALS]
        present = self.data.values(self.m.present_value)
        nodes = {n: i for i, n in enumerate(self.data.members(self.m.N).table)}
        weights = present[[nodes[n] for _, _, n in ledger_index]]
        cost = ledger.transposed_times(weights, self.size)
        constant = float(weights @ ledger.constant)
        return Arrays(
            self.columns, rows, matrix, row_lower, row_upper, lower, upper, cost, constant, ledger, ledger_index, *goals
        )

    def _call(self, component: Any, initializer: Any) -> tuple[Any, Index, tuple[Template, ...]]:
        rule: Callable[..., Any] | None = getattr(initializer, "_fcn", None)
        if rule is None:
            raise Untemplatable("it has no rule")
        index = self.data.index(component)
        templates = tuple(Template() for f in index.factors for _ in range(f.dimen))
        return self.caller.call(rule, templates), index, templates

    def _family(self, constraint: Any) -> Sided:
        try:
            relation, index, templates = self._call(constraint, constraint._rule)
            if not isinstance(relation, Relation):
                raise Untemplatable("no relation between two expressions")
            left, right = (self.evaluator.rows(e, index, templates) for e in (relation.left, relation.right))
        except (Untemplatable, KeyError) as reason:
            rows, lower, upper, places = self._expanded(constraint, reason).constraints(constraint.local_name)
            index = self.data.index(constraint)
            return Sided(Rows(index, constant=rows.constant, ready=rows), lower, upper, places)
        return sided(relation.sense, left, right)

    def _expression(self, component: Any) -> Rows:
        try:
            return self.evaluator.rows(*self._call(component, component._rule))
        except (Untemplatable, KeyError) as reason:
            rows = self._expanded(component, reason).expressions(component.local_name)
            return Rows(self.data.index(component), constant=rows.constant, ready=rows)

    def _expanded(self, component: Any, reason: Exception) -> Expansion:
        LOG.warning("%s is expanded index by index, which is slow: %s", component.local_name, reason)
        return self._expansion

    @cached_property
    def _expansion(self) -> Expansion:
        from model.compiling.fallback import Expansion

        return Expansion(self.m)

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
        try:
            (low, high), index, templates = self._call(var, var._rule_bounds._initializer)
            given = [b if b is None else self.evaluator.value(b, index, templates) for b in (low, high)]
        except (Untemplatable, KeyError) as reason:
            return self._expanded(var, reason).bounds(self.columns[var.local_name].places)
        low, high = (b if b is None else np.broadcast_to(b, index.shape).ravel() for b in given)
        return low, high

    def _ledger(self) -> tuple[Sparse, list[tuple[str, str, str]]]:
        """The cost terms' rows, those without anything left out."""
        blocks = [self._expression(getattr(self.m, f"cost_{term}")) for term in COST_TERMS]
        index = [(term, *cell) for term, b in zip(COST_TERMS, blocks, strict=True) for cell in Indices(b.index)]
        found = assembled(blocks, self.size)
        lengths = np.diff(found.start)
        kept = (lengths > 0) | (found.constant != 0)
        start = np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int32)
        rows = Sparse(start, found.column, found.value, found.constant[kept])
        return rows, [cell for cell, keep in zip(index, kept.tolist(), strict=True) if keep]
