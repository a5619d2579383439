"""The tables and columns of a plan that the checker judges: all but those that need the solver."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from model.base import schema
from model.base.schema import Column

BESIDE = frozenset(
    {
        *("stock_origins", "downgrades", "shortfalls", "content", "withstand", "crises", "served"),
        *("costs_by_buyer", "premium", "buyers", "lane_limits", "build_limits"),
        *("quotas", "contracts", "deliveries", "switching", "closures"),
    }
)
"""Tables that stand beside those of the results format: a plan from elsewhere may lack them; an absent one is empty."""

FROM_PRICES = frozenset({"support", "price_floors", "calibration"})
"""Tables that follow from the duals, which need the solver: the checker doesn't read them."""


@cache
def tables(traced: bool) -> Mapping[str, tuple[Column, ...]]:
    """Columns by table, in their order, of a plan that traces content or of one that doesn't."""
    when = {"always", "world", *(("traced",) if traced else ())}
    every = schema.tables(traced, explained=True)
    told = {t: tuple(c for c in schema.columns(t) if c.when in when) for t in every}
    return MappingProxyType({t: columns for t, columns in told.items() if columns and t not in FROM_PRICES})


def judged(column: Column) -> bool:
    """Whether the checker reads the column: not the duals and what follows from them, which need the solver."""
    return column.column != "mark" and not any(word in column.column for word in ("price", "levelised"))
