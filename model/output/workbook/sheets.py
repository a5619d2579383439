"""Writing of workbooks: formats, names of sheets, and text that stays text."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from model.base.places import new_file
from model.output.workbook.cells import MOST_CHARACTERS, holdable, letters, like_runs, units

LONGEST = 31
"""Characters of a sheet's name."""
RESERVED = ("history",)
CUT = " [cut]"
MADE = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed day, so that the same input gives the same bytes
_UNHELD = re.compile("[\ud800-\udfff\ufffe\uffff]")
NARROW, WIDE = 8, 60


class Book:
    """A workbook that is being written, its formats made once each."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **about: Any) -> Any:
        """A cell format such as ``bold=True, num_format="0.00"``."""
        key = tuple(sorted(about.items()))
        if key not in self._formats:
            self._formats[key] = self.inner.add_format(about)
        return self._formats[key]

    @property
    def head(self) -> Any:
        """Format of a header cell."""
        return self.format(bold=True, bg_color="#DCE6F1", bottom=1, valign="top")

    def page(self, name: str) -> Page:
        """A new sheet, its rows to be written from the top."""
        return Page(self.inner.add_worksheet(name))


class Page:
    """A sheet that is being written; ``inner`` is the writer's own."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def put(self, row: int, column: int, value: object, form: Any = None) -> None:
        """Write a cell (row and column from 0): numbers as numbers, text as text whatever it begins with."""
        if value is None or value == "" or value != value:
            if form is not None:
                self.inner.write_blank(row, column, None, form)
        elif isinstance(value, bool):
            self.inner.write_boolean(row, column, value, form)
        elif isinstance(value, int | float) and abs(value) != math.inf:
            self.inner.write_number(row, column, value, form)
        else:
            self._text(row, column, str(value), form)

    def _text(self, row: int, column: int, text: str, form: Any) -> None:
        """Write text; what no cell can hold is replaced or cut, and seen to be."""
        if not holdable(text):
            text = clean(text)
            while units(text) > MOST_CHARACTERS:
                text = text[: MOST_CHARACTERS // 2 - len(CUT)] + CUT
            text += " " if like_runs(text) else ""
        self.inner.write_string(row, column, text, form)


@contextmanager
def new_book(file: Path, title: str) -> Iterator[Book]:
    """A workbook that takes the place of ``file`` when all went well; the same sheets give the same bytes."""
    from xlsxwriter import Workbook

    whole = BytesIO()  # an archive that a full disk cuts off would complain again when it is let go
    inner = Workbook(whole, {"constant_memory": True})
    inner.set_properties({"title": clean(title)[:255], "created": MADE})
    inner.set_calc_mode("auto")
    try:
        yield Book(inner)
        inner.close()
    except BaseException:
        for sheet in inner.worksheets():  # each has a file of its own beside
            with contextlib.suppress(OSError, ValueError):
                sheet._opt_close()
        raise
    with new_file(file) as beside:
        beside.write_bytes(whole.getvalue())


def clean(text: str) -> str:
    """Text without characters that a workbook can't hold."""
    return _UNHELD.sub("\ufffd", text)


def names(wanted: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Names of sheets: of at most 31 characters, without what is forbidden there, each once whatever its case.

    >>> names(["policies/allied-traced-10-13bn-2030", "a[b]", "A(b)", "History"])
    ['policies allied-traced-10-13b~2', 'a(b)', 'A(b)~2', 'History~2']
    """
    used = {name.casefold() for name in (*taken, *RESERVED)}
    found = []
    for name in wanted:
        plain = re.sub(r"[\\/:]", " ", name.replace("[", "(").replace("]", ")"))
        plain = re.sub(r"[?*\x00-\x1f]", "-", clean(plain)).strip("' ") or "sheet"
        short, number = plain if units(plain) <= LONGEST else "", 2
        while not short or short.casefold() in used:
            mark = f"~{number}"
            short, number = _cut(plain, LONGEST - len(mark)) + mark, number + 1
        used.add(short.casefold())
        found.append(short)
    return found


def _cut(text: str, most: int) -> str:
    while units(text) > most:
        text = text[:-1]
    return text.rstrip("' ")


def reference(name: str) -> str:
    """A sheet's name as a formula or a message writes it.

    >>> reference("plants"), reference("policies crma-2030")
    ('plants', "'policies crma-2030'")
    """
    simple = re.fullmatch(r"[A-Za-z_]+", name) and not re.fullmatch(r"[A-Za-z]{1,3}|[RrCc]", name)
    return name if simple else "'" + name.replace("'", "''") + "'"


def span(name: str, column: int, first: int, last: int) -> str:
    """Cells of one column of a sheet, rows from 1, as a formula writes them."""
    letter = letters(column)
    return f"={reference(name)}!${letter}${first}:${letter}${last}"


def width(texts: Sequence[str]) -> float:
    """Width of a column that shows its texts, within reason."""
    longest = max((max(map(len, text.split("\n"))) for text in texts if text), default=0)
    return float(min(max(longest + 2, NARROW), WIDE))
