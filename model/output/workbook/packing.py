"""An instance folder -> one workbook to edit: every table a sheet with its dictionary at hand, every text its lines."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path

from model.base.places import check_file
from model.instance.files.dictionary import CONFIDENCES, TABLES, Field, fields
from model.instance.instance import Instance
from model.instance.reading import policy_names, read
from model.output.workbook.cells import MOST_CHARACTERS, letters, typed
from model.output.workbook.files import KEPT, TABLE, Part, parts
from model.output.workbook.sheets import Book, Page, names, new_book, reference, span, width

CONTENTS, NAMES, ORIGINALS = "Contents", "Names", "Originals"
OWN = (CONTENTS, NAMES, ORIGINALS)
"""Sheets that stand for no file of the instance."""
LISTED = ("sheet", "file", "kind", "holds")
"""Header of the list of sheets in Contents."""
HOW = (
    "One sheet for each file of the instance; edit, save as .xlsx, and bring it back with: "
    "python scripts/workbook.py from-xlsx FILE",
    "A header's comment says what its column means. Names can be chosen from a list; a new name is added in its own "
    "sheet first.",
    "A new sheet needs a row below (kind table for CSV files, text for TOML and other text, one line a row). Kind "
    "ignored: a sheet of your own that is left alone. To drop a file, delete its sheet and its row.",
)
CHUNK = MOST_CHARACTERS // 4 * 3 - 3
SPARE = 1000
"""Rows below a table that have its lists and formats too."""


def to_workbook(folder: str | Path, file: str | Path, *, replace: bool = False) -> Path:
    """Write an instance folder as one workbook that ``from_workbook`` turns back into it, to the byte if unedited.

    Raises InputError where the instance is not sound, or where ``file`` exists and ``replace`` is not set.
    """
    folder, file = Path(folder), Path(file)
    instance = read(folder)
    check_file(file, replace)
    found = parts(folder)
    called = dict(zip([p.path for p in found], names((_stem(p.path) for p in found), OWN), strict=True))
    with new_book(file, instance.title) as book:
        contents = book.page(CONTENTS)
        pages = [(part, book.page(called[part.path])) for part in found if part.kind != KEPT]
        lists = _Lists(instance, {p.path: p for p in found}, called)
        _contents(book, contents, instance, [(p, "" if p.kind == KEPT else called[p.path]) for p in found])
        for part, page in pages:
            _table(book, page, part, lists) if part.kind == TABLE else _text(book, page, part)
        lists.write(book)
        _originals(book, [p for p in found if not p.plain])
    return file


def _stem(path: str) -> str:
    return path.rpartition(".")[0] if path.endswith((".csv", ".toml", ".md")) else path


def _contents(book: Book, page: Page, instance: Instance, listed: list[tuple[Part, str]]) -> None:
    page.put(0, 0, instance.title, book.format(bold=True, font_size=14))
    for row, text in enumerate(HOW, 1):
        page.put(row, 0, text)
    row = len(HOW) + 2
    for column, name in enumerate(LISTED):
        page.put(row, column, name, book.head)
    for place, (part, sheet) in enumerate(listed, row + 1):
        if sheet:
            link = f"internal:{reference(sheet)}!A1"
            page.inner.write_url(place, 0, link, book.format(font_color="#0563C1", underline=1), sheet)
        count = len(part.rows) - (part.kind == TABLE)
        unit = "row" if part.kind == TABLE else "line"
        held = f"{len(part.data):,} bytes" if part.kind == KEPT else f"{count:,} {unit}{'s' if count != 1 else ''}"
        for column, value in enumerate((part.path, part.kind, held), 1):
            page.put(place, column, value)
    for column, texts in enumerate(zip(*((s, p.path, p.kind, "1,000 rows") for p, s in listed), strict=True)):
        page.inner.set_column(column, column, width(texts))


def _table(book: Book, page: Page, part: Part, lists: _Lists) -> None:
    header, *rows = part.rows
    table = part.path.removesuffix(".csv")
    known = fields(table) if table in TABLES else {}
    numeric = [_numeric(known.get(name), [row[i] for row in rows]) for i, name in enumerate(header)]
    last = len(rows) + SPARE
    for column, name in enumerate(header):
        texts = [name, *(row[column] for row in rows[:500])]
        form = book.format() if numeric[column] else book.format(num_format="@")
        page.inner.set_column(column, column, width(texts), form)
        if name in known:
            page.inner.write_comment(0, column, said(known[name]), {"x_scale": 2, "y_scale": 1.2, "font_size": 9})
            lists.offer(page, column, last, known[name])
        page.put(0, column, name, book.head)
    for place, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            value, code = typed(text) if numeric[column] else (text, "@")
            if text:
                page.put(place, column, value, book.format(num_format=code) if code else None)
    page.inner.freeze_panes(1, 1)
    page.inner.autofilter(0, 0, max(len(rows), 1), len(header) - 1)
    page.inner.ignore_errors({"number_stored_as_text": f"A1:{letters(len(header) - 1)}{last}"})


def _numeric(field: Field | None, texts: list[str]) -> bool:
    """Whether a column holds numbers; one that no dictionary knows does where every filled cell is a number."""
    if field is not None:
        return field.type not in ("name", "text", "choice")
    return any(texts) and all(not text or typed(text)[1] != "@" for text in texts)


def said(field: Field) -> str:
    """What a column means, for the comment of its header."""
    blanks = {
        "error": "A value is needed.",
        "none": "",
        "inf": "Blank: no limit.",
        "discount_rate": "Blank: the discount rate.",
    }
    unit = f" [{field.unit}]" if field.unit not in ("", "1") else ""
    expected = "" if field.type == "text" else field.expected[0].upper() + field.expected[1:] + "."
    blank = blanks.get(field.blank, f"Blank: {field.blank}.")
    return "\n".join(filter(None, [field.description + unit, expected, blank]))


def _text(book: Book, page: Page, part: Part) -> None:
    page.inner.set_column(0, 0, 110, book.format(num_format="@", font_name="Consolas"))
    for place, row in enumerate(part.rows):
        page.put(place, 0, row[0] or None, book.format(num_format="@", font_name="Consolas"))
    page.inner.ignore_errors({"number_stored_as_text": f"A1:A{len(part.rows) + SPARE}"})


def _originals(book: Book, kept: list[Part]) -> None:
    """Files that their sheets alone don't give back, as they were."""
    page = book.page(ORIGINALS)
    page.inner.very_hidden()
    row = 0
    for part in kept:
        for start in range(0, max(len(part.data), 1), CHUNK):
            page.put(row, 0, part.path)
            page.put(row, 1, base64.b64encode(part.data[start : start + CHUNK]).decode())
            row += 1


class _Lists:
    """Names to choose from, by kind of reference: those of one table where it stands, the others in a hidden sheet."""

    def __init__(self, instance: Instance, found: Mapping[str, Part], called: Mapping[str, str]) -> None:
        def column(table: str, name: str) -> list[str]:
            return list(dict.fromkeys(v for v in instance.tables[table][name].tolist() if v))

        places = column("regions", "region") + column("groups", "group")
        self._own = {
            "place": places,
            "place*": ["*", *places],
            "commodity*": ["*", *column("commodities", "commodity")],
            "process": column("recipes", "process"),
            "confidence": list(CONFIDENCES),
            "policy": list(policy_names(instance)),
        }
        self._sources = {}
        for number, (kind, values) in enumerate(self._own.items()):
            if values:
                self._sources[kind] = span(NAMES, number, 2, len(values) + 1)
        for kind, table in (
            *(("region", "regions"), ("stage", "stages"), ("commodity", "commodities")),
            *(("plant", "plants"), ("source", "sources")),
        ):
            part = found.get(f"{table}.csv")
            if part is not None and part.kind == TABLE and kind in part.rows[0]:
                at, sheet = letters(part.rows[0].index(kind)), reference(called[part.path])
                filled = f"MAX(COUNTA({sheet}!${at}:${at})-1,1)"
                self._sources[kind] = f"=OFFSET({sheet}!${at}$2,0,0,{filled},1)"

    def offer(self, page: Page, column: int, last: int, field: Field) -> None:
        """Let the cells of a column be chosen from a list; another name is asked about, not refused."""
        if field.type == "flag":
            source: object = ["0", "1"]
        elif field.type == "choice":
            source = field.refers_to.split("|")
        else:
            source = self._sources.get(field.refers_to)
        if not source:
            return
        about = {
            "validate": "list",
            "source": source,
            "error_type": "warning",
            "error_title": "Not in the list",
            "error_message": "This name isn't known yet. Keep it only if you add it in its own sheet.",
        }
        page.inner.data_validation(1, column, last, column, about)

    def write(self, book: Book) -> None:
        """Write the hidden sheet of names."""
        page = book.page(NAMES)
        page.inner.hide()
        for column, kind in enumerate(self._own):
            page.put(0, column, kind)
        for row in range(max(map(len, self._own.values()))):
            for column, values in enumerate(self._own.values()):
                if row < len(values):
                    page.put(row + 1, column, values[row], book.format(num_format="@"))
