"""How figures, years, names and tables are written on a terminal of 80 columns."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text


def console(file: Any = None, stderr: bool = False) -> Console:
    """A console that never needs more than 80 columns; colour where the terminal has it."""
    wide = Console(file=file, stderr=stderr, highlight=False, markup=False, emoji=False)
    return Console(
        file=file, stderr=stderr, highlight=False, markup=False, emoji=False, width=min(wide.width, 80), soft_wrap=False
    )


def plain(shown: Any) -> str:
    """What a terminal of 80 columns without colour would show."""
    written = io.StringIO()
    console(written).print(shown)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def clean(name: object) -> str:
    """A name from somebody else's file, without control characters."""
    return "".join(c if c.isprintable() else "?" for c in str(name))


def years(found: Iterable[int]) -> str:
    """Years as ranges.

    >>> years([2030, 2031, 2032, 2040])
    '2030-2032, 2040'
    """
    ordered, parts = sorted(set(found)), []
    start = previous = None
    for year in [*ordered, None]:
        if start is not None and previous is not None and year != previous + 1:
            parts.append(str(start) if start == previous else f"{start}-{previous}")
            start = None
        start = year if start is None else start
        previous = year
    return ", ".join(parts)


def money(usd: float) -> str:
    """An amount with a unit that suits it.

    >>> money(282_126_282_326), money(5_862_424.34), money(-31_250)
    ('282.126 bn USD', '5.862 m USD', '-31,250 USD')
    """
    if abs(usd) >= 1e9:
        return f"{usd / 1e9:,.3f} bn USD"
    return f"{usd / 1e6:,.3f} m USD" if abs(usd) >= 1e6 else f"{usd:,.0f} USD"


def grouped(frame: pd.DataFrame, key: Sequence[str], cells: Sequence[str]) -> dict[tuple[str, ...], list[Any]]:
    """Rows by the text of the ``key`` columns, in the frame's order: a list of values for each column of ``cells``."""
    found: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    names = zip(*(frame[column].tolist() for column in key), strict=True)
    for name, row in zip(names, zip(*(frame[column].tolist() for column in cells), strict=True), strict=True):
        found.setdefault(tuple(map(str, name)), []).append(row)
    return {name: [list(column) for column in zip(*rows, strict=True)] for name, rows in found.items()}


def heading(text: str) -> Text:
    """A section's heading."""
    return Text(f"\n{text}", style="bold")


def table(*columns: tuple[str, str]) -> Table:
    """A table with columns of a name and a justification."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim", show_edge=False)
    for name, justify in columns:
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name in ("policy", "row"))  # type: ignore[arg-type]
    return table
