"""Figures of several plans beside one another on 80 columns: plans are letters, and few of them stand in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from string import ascii_uppercase

from rich.console import RenderableType
from rich.text import Text

from model.base.words import clean
from model.output.terminal.console import table

ACROSS = 6
"""Plans in one table; more make another below it."""
WIDE = 4
"""Plans in a table of long cells."""


def letters(plans: Sequence[str]) -> dict[str, str]:
    """A short name for each plan.

    >>> list(letters([str(i) for i in range(28)]).values())[-3:]
    ['Z', 'AA', 'AB']
    """
    size = len(ascii_uppercase)
    return {
        plan: (ascii_uppercase[i // size - 1] if i >= size else "") + ascii_uppercase[i % size]
        for i, plan in enumerate(plans)
    }


def blocks(
    heads: Sequence[str],
    rows: Sequence[tuple[tuple[object, ...], Mapping[str, str]]],
    names: Mapping[str, str],
    most: int,
    file: str,
    across: int = ACROSS,
) -> Iterable[RenderableType]:
    """Tables of the first ``most`` rows: names of a row, then a cell for each plan ('-' where there is none)."""
    plans = list(names)
    for first in range(0, len(plans), across):
        here = plans[first : first + across]
        shown = table(*((head, "left") for head in heads), *((names[p], "right") for p in here))
        for about, cells in rows[:most]:
            shown.add_row(*(clean(a) for a in about), *(cells.get(p, "-") for p in here))
        yield shown
        if first + across < len(plans):
            yield Text("")
    if len(rows) > most:
        yield Text(f"{len(rows) - most} more: {file}.csv", style="dim")


def cells(plans: Iterable[str], write: Callable[[str], str | None]) -> dict[str, str]:
    """The cells of a row, where there is something to write."""
    found = {plan: write(plan) for plan in plans}
    return {plan: cell for plan, cell in found.items() if cell is not None}
