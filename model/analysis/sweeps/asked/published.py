"""A factor's range from ``ranges.csv``: what was published of the figures that it edits, in place of per cents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.instance.editing.edit import ADD, SCALE, Edit
from model.instance.editing.making import cells
from model.instance.instance import Instance
from model.instance.ranges import FORMS, known


class NoRange(ValueError):
    """Why there is none; the text says so."""


def published(instance: Instance, edits: Sequence[Edit]) -> tuple[float, float]:
    """The lowest and the highest value of a factor, the mean over the figures that its edits meet.

    A figure's ends are those of ``ranges.csv`` as the edit takes them: shares of the figure where it scales,
    differences from it where it adds, themselves where it sets. Raises NoRange where a figure has no range.
    """
    ends = [end for edit in edits for end in _ends(instance, edit)]
    if not ends:
        raise NoRange("its edits meet no figure")
    return sum(low for low, _ in ends) / len(ends), sum(high for _, high in ends) / len(ends)


def _ends(instance: Instance, edit: Edit) -> Iterator[tuple[float, float]]:
    if edit.table not in FORMS:
        raise NoRange(f"{edit.table} has no rows in ranges.csv")
    frame = instance.tables[edit.table]
    told = dict(zip(frame.index, known(instance.tables, edit.table, edit.column), strict=True))
    for line, row in cells(instance, edit).iterrows():
        value, figure = row[edit.column], told[line]
        if value != value:
            continue
        if figure.low is None or figure.high is None:
            named = next(str(row[c]) for c in FORMS[edit.table][1])
            raise NoRange(f"{edit.column} of {named} in {edit.table}.csv has no low and high in ranges.csv")
        pair = [_as(edit.op, end, float(value)) for end in (figure.low, figure.high)]
        yield min(pair), max(pair)


def _as(op: str, end: float, value: float) -> float:
    if op == SCALE:
        if value == 0:
            raise NoRange("a figure of 0 can't be scaled")
        return end / value
    return end - value if op == ADD else end
