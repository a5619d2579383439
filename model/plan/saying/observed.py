"""How far a plan is from what was observed: the rows of ``calibration``, the largest misses first."""

from __future__ import annotations

from collections.abc import Iterable

from model.base.words import name, several
from model.plan.saying.rows import Row, Told

WHAT = {
    "share_of_use": "share of use",
    "share_of_output": "share of output",
    "output": "output",
    "flow": "trade",
    "use": "use",
    "price": "price",
}
LARGE = 10.0
"""A miss of more points, or per cent, is counted as large."""


def misses(rows: Iterable[Row]) -> list[Row]:
    """Rows by the size of the miss, points of shares and per cent of other figures alike; last those without one."""
    return sorted(rows, key=lambda r: (size(r) is None, -abs(size(r) or 0.0)))


def size(row: Row) -> float | None:
    """The plan's figure less what was observed, in points or per cent; None where the plan has no figure."""
    points: float | None = row["error_points"]
    percent: float | None = row["error_percent"]
    return percent if points is None else points


def difference(row: Row) -> str:
    """The miss in words.

    >>> [difference({"error_points": a, "error_percent": b}) for a, b in ((4.6, None), (None, -52.0), (None, None))]
    ['+4.6 points', '-52.0 %', '–']
    """
    found = size(row)
    return "–" if found is None else f"{round(found, 1) + 0.0:+,.1f} {'%' if row['error_points'] is None else 'points'}"


def about(told: Told, row: Row) -> str:
    """What was observed, of what, from where to where."""
    if row["what"] == "price":
        return f"{WHAT['price']} of {_good(told, row)} in {_place(told, row['destination'])}"
    places = [f"from {_place(told, row['origin'])}"] if row["origin"] != "*" else []
    places += [f"in {_place(told, row['destination'])}"] if row["destination"] != "*" else []
    return " ".join([WHAT.get(row["what"], str(row["what"])), "of", _good(told, row), *places])


def in_short(rows: Iterable[Row]) -> str:
    """How many figures are compared, and how many are missed by much."""
    found = list(rows)
    sizes = [abs(s) for s in map(size, found) if s is not None]
    far = sum(s > LARGE for s in sizes)
    head = f"{several(len(found), 'published figure')} beside the plan’s own"
    head += f"; off by more than {LARGE:g} points or per cent: {far}"
    none = len(found) - len(sizes)
    return f"{head}; without a figure in the plan: {none}." if none else f"{head}."


def _good(told: Told, row: Row) -> str:
    return "all goods" if row["commodity"] == "*" else name(told.scope(row["commodity"]))


def _place(told: Told, place: str) -> str:
    return "all regions" if place == "*" else name(told.place(place))
