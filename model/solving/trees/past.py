"""A programme part of whose years are past: what was done in them stays done, the rest is decided anew."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from model.compiling.arrays import Floats
from model.formulation.network import Network
from model.instance.policy.kinds import shortfalls
from model.solving.builds import LIMITS
from model.solving.programme import Arrays

FOLLOWS = ("starved", "crisis_")
"""Beginnings of the families whose columns are no deeds: tests of the plan, which follow from what is done."""


def years_of(network: Network, arrays: Arrays) -> Any:
    """The year of each column that is a deed; of shortfalls, and of what only follows from deeds, one beyond all."""
    when = {n.name: n.year for n in network.tree}
    found = np.full(len(arrays.cost), np.iinfo(np.int32).max, dtype=np.int32)
    for name, span in arrays.columns.items():
        if len(span.index) and name not in shortfalls() and not name.startswith(FOLLOWS):
            found[span.places] = [when[index[-1]] for index in span.index]
    return found


def with_past(arrays: Arrays, years: Any, x: Floats, year: int) -> Arrays:
    """The programme in which all that a point ``x`` does before a year is done; ``years`` are ``years_of`` its columns.

    Rows that hold nothing else don't bind any more, and limits of builds let pass what was built.
    """
    done = years < year
    point = np.clip(x, arrays.lower, arrays.upper)
    lower, upper = np.where(done, point, arrays.lower), np.where(done, point, arrays.upper)
    row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    matrix = arrays.matrix
    has = matrix.times(np.where(done, point, 0.0)) - matrix.constant
    for family in LIMITS:
        places = arrays.rows[family].places
        row_upper[places] = np.maximum(row_upper[places], has[places])
    length = np.diff(matrix.start)
    open_ = np.repeat(np.arange(len(length)), length)[~done[matrix.column]]
    closed = length > 0
    closed[open_] = False
    closed[arrays.rows["demand_met"].places] = False  # their sides are the demand
    row_lower[closed], row_upper[closed] = -np.inf, np.inf
    return dataclasses.replace(arrays, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def without_builds(arrays: Arrays, some: Callable[[str, str], bool]) -> Arrays:
    """The programme in which nothing may be built where ``some``, asked of plant and node, says so."""
    span = arrays.columns["build"]
    upper = arrays.upper.copy()
    places = [span.first + i for i, (plant, node) in enumerate(span.index) if some(plant, node)]
    upper[places] = 0.0
    return dataclasses.replace(arrays, upper=upper)
