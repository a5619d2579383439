"""A basis of one programme as a place to start from in another: by the names of columns and rows."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from model.compiling.arrays import Span
from model.solving.programme import Arrays
from model.solving.solver.points import Basis

Status = highspy.HighsBasisStatus


def same_structure(a: Arrays, b: Arrays) -> bool:
    """Whether two programmes have the same columns and rows, so that a basis of one is one of the other."""
    return all(
        mine is yours or (mine.keys() == yours.keys() and all(mine[name].index == yours[name].index for name in mine))
        for mine, yours in ((a.columns, b.columns), (a.rows, b.rows))
    )


def carried(basis: Basis, here: Arrays, there: Arrays) -> Basis:
    """The basis of ``here`` in ``there``: what only that has is out of it (columns at a bound, rows basic).

    Rows behind the programme's own, a held programme's goals, stay as they are. It may be far from a plan, or even
    singular, which the solver mends; it is never more than a place to start from.
    """
    columns = _statuses(basis.status.col_status, here.columns, there.columns, Status.kLower)
    own = len(here.row_lower)
    rows = _statuses(basis.status.row_status, here.rows, there.rows, Status.kBasic)
    rows += list(basis.status.row_status)[own:]
    _as_many_basic_as_rows(columns, rows, there)
    found = highspy.HighsBasis()
    found.valid, found.col_status, found.row_status = True, columns, rows
    return Basis(found, len(columns), len(rows))


def _statuses(given: Any, here: dict[str, Span], there: dict[str, Span], other: Any) -> list[Any]:
    was = list(given)
    found = [other] * max((span.stop for span in there.values()), default=0)
    for name, span in there.items():
        before = here.get(name)
        if before is None:
            continue
        if before.index == span.index:
            found[span.places] = was[before.places]
            continue
        place = {index: at for at, index in enumerate(before.index, start=before.first)}
        for at, index in enumerate(span.index, start=span.first):
            if index in place:
                found[at] = was[place[index]]
    return found


def _as_many_basic_as_rows(columns: list[Any], rows: list[Any], there: Arrays) -> None:
    """Rows enter or leave the basis until it has as many members as there are rows."""
    lacks = len(rows) - sum(s == Status.kBasic for s in (*columns, *rows))
    lower = np.isfinite(there.row_lower)
    for at in reversed(range(len(there.row_lower))):
        if lacks > 0 and rows[at] != Status.kBasic:
            rows[at], lacks = Status.kBasic, lacks - 1
        elif lacks < 0 and rows[at] == Status.kBasic:
            rows[at], lacks = (Status.kLower if lower[at] else Status.kUpper), lacks + 1
