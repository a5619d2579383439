"""What a solve ends at: a basis, an optimal point, and a record of the call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy

from model.compiling.arrays import Floats


@dataclass(frozen=True)
class Basis:
    """A basis of HiGHS and its size, which is slow to ask of it."""

    status: Any
    columns: int
    rows: int

    def __getstate__(self) -> tuple[bool, bytes, bytes, int, int]:
        """What can be pickled, which HiGHS's own object can't: each status as a byte."""
        at, to = (bytes(map(int, found)) for found in (self.status.col_status, self.status.row_status))
        return bool(self.status.valid), at, to, self.columns, self.rows

    def __setstate__(self, state: tuple[bool, bytes, bytes, int, int]) -> None:
        valid, column_status, row_status, columns, rows = state
        status = highspy.HighsBasis()
        status.valid = valid
        status.col_status = [highspy.HighsBasisStatus(s) for s in column_status]
        status.row_status = [highspy.HighsBasisStatus(s) for s in row_status]
        self.__dict__.update(status=status, columns=columns, rows=rows)


@dataclass(frozen=True)
class Point:
    """An optimal point: columns, their reduced costs, rows' duals (cost per unit of right-hand side), kt and MUSD."""

    x: Floats
    reduced_cost: Floats
    dual: Floats
    objective: float
    basis: Basis


@dataclass(frozen=True)
class Run:
    """One call of the solver, for the record."""

    name: str
    status: str
    algorithm: str
    iterations: int
    seconds: float
