"""An instance folder -> one workbook to edit: every table a sheet with its dictionary at hand, every text its lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from model.base.places import check_file
from model.instance.files.dictionary import CONFIDENCES, TABLES, Field, fields
from model.instance.instance import Instance
from model.instance.reading import policy_names, read
from model.output.workbook.cells import letters, spelled, typed
from model.output.workbook.files import IGNORED, TABLE, InstanceFile, instance_files
from model.output.workbook.sheets import Book, Page, names, new_book, reference, span, width

CONTENTS, NAMES = "Contents", "Names"
OWN = (CONTENTS, NAMES)
"""Sheets that stand for no file of the instance."""
LISTED = ("sheet", "file", "kind", "line ends", "holds")
"""Header of the list of sheets in Contents."""
HOW = (
    "One sheet for each file of the instance; edit, save as .xlsx, and bring it back with: "
    "python scripts/workbook.py from-xlsx FILE",
    "A header's comment says what its column means. Names can be chosen from a list; a new name is added in its own "
    "sheet first.",
    "A new sheet needs a row below (kind table for CSV files, text for TOML and other text, one line a row). Kind "
    "ignored: a sheet of your own that is left alone. To drop a file, delete its sheet and its row.",
)
SPARE = 1000
"""Rows below a table that have its lists and formats too."""


def to_workbook(folder: str | Path, file: str | Path, *, replace: bool = False) -> Path:
    """Write an instance folder as one workbook from which ``from_workbook`` makes an instance of the same data.

    TOML and other text comes back word for word, other CSV files as tables. What no sheet holds (pictures, a text with
    lines of more than 32,767 characters) is listed in Contents and left out.

    Raises InputError where the instance is not sound, where a table or a TOML file holds what a sheet doesn't give
    back, or where ``file`` exists and ``replace`` is not set.
    """
    folder, file = Path(folder), Path(file)
    instance = read(folder)
    check_file(file, replace)
    files = instance_files(folder)
    shown = [f for f in files if f.kind != IGNORED]
    called = dict(zip([f.path for f in shown], names((_stem(f.path) for f in shown), OWN), strict=True))
    with new_book(file, instance.title) as book:
        contents = book.page(CONTENTS)
        pages = [(one, book.page(called[one.path])) for one in shown]
        lists = _Lists(instance, {f.path: f for f in shown}, called)
        _contents(book, contents, instance, [(f, called.get(f.path, "")) for f in files])
        for one, page in pages:
            _table(book, page, one, lists) if one.kind == TABLE else _text(book, page, one)
        lists.write(book)
    return file


def _stem(path: str) -> str:
    return path.rpartition(".")[0] if path.endswith((".csv", ".toml", ".md")) else path


def _contents(book: Book, page: Page, instance: Instance, listed: list[tuple[InstanceFile, str]]) -> None:
    page.put(0, 0, instance.title, book.format(bold=True, font_size=14))
    for row, text in enumerate(HOW, 1):
        page.put(row, 0, text)
    row = len(HOW) + 2
    for column, name in enumerate(LISTED):
        page.put(row, column, name, book.head)
    for place, (file, sheet) in enumerate(listed, row + 1):
        if sheet:
            link = f"internal:{reference(sheet)}!A1"
            page.inner.write_url(place, 0, link, book.format(font_color="#0563C1", underline=1), sheet)
        count = len(file.rows) - (file.kind == TABLE)
        unit = "row" if file.kind == TABLE else "line"
        held = f"{count:,} {unit}{'s' if count != 1 else ''}" if sheet else f"left out: {file.size:,} bytes"
        for column, value in enumerate((file.path, file.kind, file.ends if sheet else "", held), 1):
            page.put(place, column, value)
    for column, texts in enumerate(
        zip(*((s, f.path, f.kind, "LF between", "1,000 rows") for f, s in listed), strict=True)
    ):
        page.inner.set_column(column, column, width(texts))


def _table(book: Book, page: Page, file: InstanceFile, lists: _Lists) -> None:
    header, *rows = file.rows
    table = file.path.removesuffix(".csv")
    known = fields(table) if table in TABLES else {}
    numeric = [_numeric(known.get(name), [row[i] for row in rows]) for i, name in enumerate(header)]
    last, words = len(rows) + SPARE, book.format(num_format="@")
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
            value = typed(text) if numeric[column] else text
            page.put(place, column, value, words if isinstance(value, str) and text else None)
    page.inner.freeze_panes(1, 1)
    page.inner.autofilter(0, 0, max(len(rows), 1), len(header) - 1)
    page.inner.ignore_errors({"number_stored_as_text": f"A1:{letters(len(header) - 1)}{last}"})


def _numeric(field: Field | None, texts: list[str]) -> bool:
    """Whether a column holds numbers; one that no dictionary knows does where its texts come back from numbers."""
    if field is not None:
        return field.type not in ("name", "text", "choice")
    numbers = [(typed(text), text) for text in texts if text]
    return bool(numbers) and all(isinstance(n, float) and spelled(n) == text for n, text in numbers)


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


def _text(book: Book, page: Page, file: InstanceFile) -> None:
    page.inner.set_column(0, 0, 110, book.format(num_format="@", font_name="Consolas"))
    for place, row in enumerate(file.rows):
        page.put(place, 0, row[0] or None, book.format(num_format="@", font_name="Consolas"))
    page.inner.ignore_errors({"number_stored_as_text": f"A1:A{len(file.rows) + SPARE}"})


class _Lists:
    """Names to choose from, by kind of reference: those of one table where it stands, the others in a hidden sheet."""

    def __init__(self, instance: Instance, files: Mapping[str, InstanceFile], called: Mapping[str, str]) -> None:
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
            file = files.get(f"{table}.csv")
            if file is not None and file.kind == TABLE and kind in file.rows[0]:
                at, sheet = letters(file.rows[0].index(kind)), reference(called[file.path])
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
