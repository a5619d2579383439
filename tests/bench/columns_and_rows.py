"""A programme that grows by columns, rows and nonzeros, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array


@dataclass
class Raw:
    """Matrix, ledger and bounds; ``rows`` and ``columns`` say where a family begins and ends."""

    columns: dict[str, slice] = field(default_factory=dict)
    rows: dict[str, slice] = field(default_factory=dict)
    lower: list[Any] = field(default_factory=list)
    upper: list[Any] = field(default_factory=list)
    coo: list[tuple[Any, Any, Any]] = field(default_factory=list)
    side: list[tuple[Any, Any]] = field(default_factory=list)
    matrix: Any = None
    ledger: Any = None
    cost: Any = None

    def variable(self, name: str, count: int, most: Any = np.inf) -> int:
        """New columns; their first place."""
        first = sum(len(x) for x in self.lower)
        self.columns[name] = slice(first, first + count)
        self.lower.append(np.zeros(count))
        self.upper.append(np.broadcast_to(most, count))
        return first

    def family(self, name: str, count: int, low: Any, high: Any) -> int:
        """New rows; their first place."""
        first = sum(len(x) for x, _ in self.side)
        self.rows[name] = slice(first, first + count)
        self.side.append((np.broadcast_to(low, count), np.broadcast_to(high, count)))
        return first

    def add(self, rows: Any, columns: Any, values: Any) -> None:
        """Nonzeros; the arrays broadcast."""
        shape = np.broadcast_shapes(np.shape(rows), np.shape(columns), np.shape(values))
        self.coo.append(tuple(np.broadcast_to(a, shape).ravel() for a in (rows, columns, values)))  # type: ignore[arg-type]

    def take(self, shape: tuple[int, int]) -> Any:
        """The nonzeros so far as a matrix by row."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self.coo, strict=True))
        self.coo = []
        found = coo_array((values, (rows.astype(np.int32), columns.astype(np.int32))), shape=shape).tocsr()
        found.eliminate_zeros()
        return found
