"""Cells of a workbook and the text that they stand for in a CSV table, both ways without loss.

A number is typed as a number, so that it can be edited and reckoned with. Its spelling travels in its number format
(0.10 is 0.1 shown as 0.00), which stays with the cell when rows are sorted or moved. A spelling that no format gives
back (1e3, 007, more digits than a spreadsheet keeps) stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

MOST_ROWS, MOST_COLUMNS, MOST_CHARACTERS = 1_048_576, 16_384, 32_767
"""What a sheet and a cell of it can hold."""
DIGITS = 15
"""Significant digits that every spreadsheet program keeps and shows."""
_PLAIN = re.compile(r"-?(?:0|[1-9]\d*)(?:\.(\d+))?", re.ASCII)
_FIXED = re.compile(r"0\.(0+)")
_UNHELD = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    """What a cell says as text; ``kind`` is flag, date, error or formula (one without a value) where it says more."""

    text: str
    kind: str = ""


def typed(text: str) -> tuple[str | float, str]:
    """A text of a CSV table as what a cell holds, and its number format: a number where nothing is lost by it.

    >>> typed("0.10"), typed("2030"), typed("1e3")
    ((0.1, '0.00'), (2030.0, ''), ('1e3', '@'))
    """
    found = _PLAIN.fullmatch(text)
    if not found or (text.startswith("-") and float(text) == 0) or len(re.sub(r"\D", "", text).lstrip("0")) > DIGITS:
        return text, "@"
    number = float(text)
    code = "" if spelled(number) == text else "0." + "0" * len(found.group(1) or "")
    return (number, code) if spelled(number, code) == text else (text, "@")


def spelled(number: float, code: str = "") -> str:
    """The text of a number in a cell with the number format ``code``.

    >>> spelled(0.1, "0.00"), spelled(0.125, "0.00"), spelled(2030.0), spelled(0.1 + 0.2)
    ('0.10', '0.125', '2030', '0.3')
    """
    number = float(f"{number:.{DIGITS}g}")
    fixed = _FIXED.fullmatch(code)
    if fixed:
        text = f"{number:.{len(fixed.group(1))}f}"
        if float(text) == number:
            return text
    return str(int(number)) if number.is_integer() and abs(number) < 10**DIGITS else repr(number)


def is_date(code: str) -> bool:
    """Whether a number format shows a date or a time.

    >>> is_date("dd/mm/yyyy"), is_date('0.0 "days"'), is_date("[Red]#,##0.00"), is_date("General")
    (True, False, False, False)
    """
    return code.casefold() != "general" and bool(re.search("[dmyhs]", _ASIDE.sub("", code), re.IGNORECASE))


def dated(serial: float, since_1904: bool) -> str:
    """The date (and time of day) that a number in a date cell stands for; the number where there is no such date."""
    start = datetime(1904, 1, 1, tzinfo=UTC) if since_1904 else datetime(1899, 12, 30, tzinfo=UTC)
    shift = 1 if not since_1904 and serial < 60 else 0  # spreadsheets count a 29 February 1900
    try:
        when = start + timedelta(days=serial + shift)
    except OverflowError:
        return spelled(serial)
    when = when.replace(microsecond=0)
    return when.strftime("%Y-%m-%d") if serial == int(serial) else when.strftime("%Y-%m-%d %H:%M:%S")


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


def place(name: str) -> tuple[int, int]:
    """Row (from 1) and column (from 0) of a cell's name. Raises ValueError where it is none.

    >>> place("B12")
    (12, 1)
    """
    found = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", name, re.ASCII)
    if not found:
        raise ValueError(f"{name!r} is no cell")
    column = 0
    for letter in found.group(1).upper():
        column = column * 26 + ord(letter) - 64
    row = int(found.group(2))
    if not 1 <= row <= MOST_ROWS or column > MOST_COLUMNS:
        raise ValueError(f"{name!r} lies outside a sheet")
    return row, column - 1
