"""From a Pyomo model to the arrays that the solver takes.

A declared model (:func:`model.formulation.formulate`) is compiled table by table, each rule called once. A constructed
one (:func:`model.formulation.expanded`) is walked index by index by Pyomo's own linear representation visitor. Both
give the same arrays. The cost terms are compiled as rows of a ledger, so that the objective and the cost table come
from the same numbers.
"""

from __future__ import annotations

import contextlib
import ctypes
from typing import Any

from model.compiling.arrays import Arrays, Floats, Index, Ints, Span, Sparse, sparse_row, stacked
from model.compiling.vectorised import compile_declared

__all__ = ["Arrays", "Floats", "Index", "Ints", "Span", "Sparse", "compile_model", "sparse_row", "stacked"]


def compile_model(m: Any) -> Arrays:
    """The arrays of a model made by :mod:`model.formulation`, declared or constructed.

    Raises RuleError for a rule that asks its indices what only Python values can answer.
    """
    if not m.is_constructed():
        arrays = compile_declared(m)
        _give_back()
        return arrays
    from model.compiling.expanded import compile_expanded  # imports Pyomo's visitor, which is seldom needed

    return compile_expanded(m)


def _give_back() -> None:
    """Freed memory goes back to the system before the solver takes as much again: glibc would keep it, in pieces."""
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another system
        ctypes.CDLL(None).malloc_trim(0)
