"""A terminal of 80 columns: consoles, headings and tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.base.words import bare

STYLE = {"yes": "green", "no": "red", "asks nothing": "yellow"}
"""The colour of whether a plan complies."""


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


def said(sentence: str, style: str = "") -> Text:
    """A sentence as a terminal shows it: without the marks around names."""
    return Text(bare(sentence), style=style)


def marked(price: str, mark: Any) -> str:
    """A shown price with its mark, which is blank (or no text) where it has none."""
    return f"{price} {mark}" if isinstance(mark, str) and mark else price


def heading(text: str) -> Text:
    """A section's heading."""
    return Text(f"\n{text}", style="bold")


def table(*columns: tuple[str, str]) -> Table:
    """A table with columns of a name and a justification."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1), header_style="dim", show_edge=False)
    for name, justify in columns:
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name in ("policy", "row"))  # type: ignore[arg-type]
    return table


def grouped(frame: pd.DataFrame, key: Sequence[str], cells: Sequence[str]) -> dict[tuple[str, ...], list[Any]]:
    """Rows by the text of the ``key`` columns, in the frame's order: a list of values for each column of ``cells``."""
    found: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    names = zip(*(frame[column].tolist() for column in key), strict=True)
    for name, row in zip(names, zip(*(frame[column].tolist() for column in cells), strict=True), strict=True):
        found.setdefault(tuple(map(str, name)), []).append(row)
    return {name: [list(column) for column in zip(*rows, strict=True)] for name, rows in found.items()}
