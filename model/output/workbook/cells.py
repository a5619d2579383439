"""Cells of a workbook and the text that they stand for in a CSV table, both ways to the same value.

A number is typed as a number, so that it can be edited and reckoned with. What a number in a spreadsheet doesn't give
back (1e3, 007, more digits than such programs keep) stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767
"""What a sheet and a cell of it can hold."""
DIGITS = 15
"""Significant digits that every spreadsheet program keeps and shows."""
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_UNHELD = re.compile("[\ud800-\udfff\ufffe\uffff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ESCAPE = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff])_")


@dataclass(frozen=True)
class Cell:
    """What a cell says as text; ``kind`` is flag, date, error or formula (one without a value) where it says more."""

    text: str
    kind: str = ""


def typed(text: str) -> str | float:
    """A text of a CSV table as what a cell holds: a number where its value comes back to the last digit.

    >>> typed("0.10"), typed("2030"), typed("1e3"), typed("007"), typed("0.1234567890123456")
    (0.1, 2030.0, '1e3', '007', '0.1234567890123456')
    """
    if not _PLAIN.fullmatch(text) or len(re.sub(r"\D", "", text).lstrip("0")) > DIGITS:
        return text
    return text if text.startswith("-") and float(text) == 0 else float(text)


def spelled(number: float) -> str:
    """The text of a number in a cell, in the digits that a spreadsheet shows.

    >>> spelled(0.1), spelled(2030.0), spelled(0.1 + 0.2)
    ('0.1', '2030', '0.3')
    """
    number = float(f"{number:.{DIGITS}g}")
    return str(int(number)) if number.is_integer() and abs(number) < 10**DIGITS else repr(number)


def said(value: object, kind: str) -> Cell:
    """A cell by its value and kind (``e``: error) as openpyxl gives them.

    >>> said(0.5, "n").text, said(True, "b").kind, said(datetime(2026, 5, 1), "d").text, said("#N/A", "e").kind
    ('0.5', 'flag', '2026-05-01', 'error')
    """
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", "flag")
    if isinstance(value, int | float):
        return Cell(spelled(value))
    if isinstance(value, date | time | timedelta):
        day = isinstance(value, datetime) and value.time() == time()
        return Cell(str(value).partition(" ")[0] if day else str(value), "date")
    text = "" if value is None else _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), str(value))
    return Cell(text, "error" if kind == "e" else "")


def lost(text: str) -> str:
    """Why a text wouldn't come back from a cell as it is; empty where it does."""
    if units(text) > MOST_CHARACTERS:
        return f"is longer than the {MOST_CHARACTERS:,} characters of a cell"
    unsafe = not holdable(text) or _CONTROL.search(text) or _ESCAPE.search(text)
    return "holds characters that a workbook doesn't give back" if unsafe else ""


def holdable(text: str) -> bool:
    """Whether a cell can hold a text without loss."""
    return units(text) <= MOST_CHARACTERS and not _UNHELD.search(text) and not like_runs(text)


def like_runs(text: str) -> bool:
    """Whether the writer of workbooks would take a text for formatted runs of its own making."""
    return text.startswith("<r>") and text.endswith("</r>")


def units(text: str) -> int:
    """Length of a text as spreadsheets count it: in UTF-16 units."""
    return len(text) if len(text) * 2 <= MOST_CHARACTERS else len(text.encode("utf-16-le", "surrogatepass")) // 2


def letters(column: int) -> str:
    """Name of a column by its number, from 0.

    >>> letters(0), letters(25), letters(26), letters(16383)
    ('A', 'Z', 'AA', 'XFD')
    """
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
