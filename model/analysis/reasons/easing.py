"""Ways out that an asker can take by pen: ask for less, begin later, give more money."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from model.analysis.reasons.causes import allow_others
from model.analysis.reasons.changes import POLICY, Change, Way, up
from model.analysis.reasons.misses import Group, Missed
from model.base.tables import ranges
from model.compiling.arrays import sparse_row
from model.instance.policy.kinds import kind_of
from model.instance.policy.targets import Withstand
from model.plan.solved import Solved
from model.solving.held import HeldProgramme
from model.solving.solver.points import Point

FURTHER = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)
"""Parts of the way to asking for nothing, tried in turn."""


def eased(kept: HeldProgramme, s: Solved, missed: Missed, group: Group, start: Point) -> Iterator[Way]:
    """Ask the row for less: the strictest single level at which nothing of the group is missed; or begin later."""
    row, kind = group.name[0], kind_of(group.limits[0].target)
    allow_others(kept, group, missed)
    asked = [limit.asked for limit in group.limits]
    of_row = [limit for limit in missed.limits if limit.target.row == row]
    level, _ = kept.tightest(group.limits, start, min(asked) if group.at_most else max(asked), along=of_row)
    kept.set_level(of_row)
    # rounded to the easier side, so that it can be typed
    rounded = math.ceil(level * 1e4 - 1e-6) / 1e4 if group.at_most else math.floor(level * 1e4 + 1e-6) / 1e4
    target = group.limits[0].target
    if isinstance(target, Withstand):
        served = math.floor(level * target.serve * 1e4 + 1e-6) / 1e4
        yield Way(group, "limit", (row,), served, "share", None, (Change(POLICY, {"row": row}, {kind.cell: served}),))
        months = _months(kept, s, target, start)
        yield Way(group, "limit", (row,), months, "months", None, (Change(POLICY, {"row": row}, {"months": months}),))
    elif kind.days:
        days = math.floor(level * 365 * 10 + 1e-6) / 10
        yield Way(group, "limit", (row,), days, "days of use", None, (Change(POLICY, {"row": row}, {kind.cell: days}),))
    else:
        yield Way(group, "limit", (row,), rounded, "share", None, (Change(POLICY, {"row": row}, {kind.cell: rounded}),))
    last = max(limit.year for limit in of_row)
    low, high = min(limit.year for limit in of_row) + 1, max(group.years) + 1
    while low < high:
        middle = (low + high) // 2
        kept.set_level(of_row)
        kept.open([limit for limit in of_row if limit.year < middle])
        low, high = (low, middle) if feasible(kept, start) else (middle + 1, high)
    kept.set_level(of_row)
    if high <= last:
        yield Way(group, "start", (row,), high, "year", high, (Change(POLICY, {"row": row}, {"from": high}),))


def _months(kept: HeldProgramme, s: Solved, target: Withstand, start: Point) -> float:
    """The most months, to a tenth, through which nothing is missing: half way again and again.

    What a crisis of other months asks for is what its own asks for, in proportion, but for the stocks, which last the
    longer: their coefficients move.
    """
    piles = s.arrays.rows["crisis_stock"]
    rows = [i for i, index in enumerate(piles.index, start=piles.first) if index[0] == target.row]
    matrix, draws = s.arrays.matrix, s.arrays.columns["crisis_draw"]
    places = ranges(matrix.start[rows].astype(np.int64), np.diff(matrix.start)[rows].astype(np.int64))
    owner = np.repeat(rows, np.diff(matrix.start)[rows]).astype(np.int32)
    stocks = (matrix.column[places] < draws.first) | (matrix.column[places] >= draws.stop)
    owner, places = owner[stocks], places[stocks]
    lower, upper = (side[rows].copy() for side in (s.arrays.row_lower, s.arrays.row_upper))

    def last(months: float) -> None:
        longer = target.months / months
        kept.solver.set_coefficients(owner, matrix.column[places], matrix.value[places] * longer)
        kept.set_rows(np.array(rows, dtype=np.int32), lower * longer, upper * longer)

    low, high = 0, math.ceil(target.months * 10 - 1e-9)
    while high - low > 1:
        middle = (low + high) // 2
        last(middle / 10)
        low, high = (middle, high) if feasible(kept, start) else (low, middle)
    last(target.months)
    return low / 10


def feasible(kept: HeldProgramme, start: Point) -> Point | None:
    """Whether there is a plan."""
    return kept.least("is there a plan", sparse_row(np.zeros(0, dtype=np.int32), np.zeros(0)), start.basis)


def richer(kept: HeldProgramme, s: Solved, missed: Missed, group: Group, start: Point) -> Iterator[Way]:
    """More money in one budget."""
    allow_others(kept, group, missed)
    for place, (row, _) in enumerate(s.arrays.rows["budget_max"].index, start=s.arrays.rows["budget_max"].first):
        one = np.array([place], dtype=np.int32)
        kept.set_rows(one, -np.inf, np.inf)
        least = kept.least("least budget", s.arrays.matrix.row(place), start.basis)
        kept.set_rows(one, -np.inf, s.arrays.row_upper[place])
        if least is not None and least.objective > s.arrays.row_upper[place]:
            limit = up(least.objective, 4)
            more = limit - float(s.arrays.row_upper[place])
            yield Way(
                group, "budget", (row,), more, "m USD", None, (Change(POLICY, {"row": row}, {"max": limit * 1e6}),)
            )


def further(way: Way, last: int) -> Iterator[Way]:
    """The same way, step by step further: where targets compete, the least that is possible may not be chosen.

    With a group's row just easy enough, the least sum of all that is missed may still miss it a little and others less.
    """
    row = {"row": way.what[0]}
    if way.kind == "limit":
        end = 1.0 if way.group.at_most else 0.0
        cell, digits = next(iter(way.changes[0].values)), 1 if way.unit in ("days of use", "months") else 4
        for part in FURTHER:
            amount = round(way.amount + part * (end - way.amount), digits)
            yield replace(way, amount=amount, changes=(Change(POLICY, row, {cell: amount}),))
    elif way.kind == "start":
        for year in range(int(way.amount) + 1, last + 1):
            yield replace(way, amount=year, by=year, changes=(Change(POLICY, row, {"from": year}),))


def between(less: Way, more: Way) -> Way:
    """A limit half way between one that is not kept and one that is."""
    cell, digits = next(iter(more.changes[0].values)), 1 if more.unit in ("days of use", "months") else 4
    amount = round((less.amount + more.amount) / 2, digits)
    return replace(more, amount=amount, changes=(Change(POLICY, more.changes[0].key, {cell: amount}),))
