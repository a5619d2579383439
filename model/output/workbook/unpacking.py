"""A workbook file -> its sheets as text by cell, whichever program saved it. Nothing in it is run or fetched."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO
from xml.etree import ElementTree

from model.base.problems import InputError, Problem
from model.output.workbook.cells import Cell, dated, is_date, place, spelled

MB = 1_000_000
MOST_FILE, MOST_UNPACKED, MOST_PARTS, MOST_CELLS = 100 * MB, 300 * MB, 5_000, 5_000_000
"""Size of a file, of what is packed in it, number of parts and of filled cells beyond which a workbook is refused."""
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_BUILT_IN = {1: "0", 2: "0.00"}
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


@dataclass
class Sheet:
    """Cells of a sheet by row (from 1) and column (from 0), blank ones left out, and its merged ranges."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


class _NoBookError(Exception):
    """Why a file can't be read as a workbook."""


def unpack(file: Path) -> list[Sheet]:
    """The sheets of a workbook in their order.

    Raises InputError where the file is no .xlsx workbook, is damaged, locked or too large.
    """
    try:
        _judge(file)
        with zipfile.ZipFile(file) as book:
            _judge_parts(book)
            return _sheets(book)
    except _NoBookError as error:
        said = str(error)
    except OSError as error:
        said = f"can't be read: {error.strerror or error}"
    except (zipfile.BadZipFile, zlib.error, EOFError, ElementTree.ParseError, KeyError, ValueError) as error:
        said = f"is a damaged workbook: {error}"
    except (RuntimeError, NotImplementedError) as error:
        said = f"can't be unpacked: {error}"
    raise InputError([Problem(str(file), None, "", "", said)])


def _judge(file: Path) -> None:
    if not file.exists():
        raise _NoBookError("does not exist; expected a workbook (.xlsx)")
    if not file.is_file():
        raise _NoBookError("is no file; expected a workbook (.xlsx)")
    if file.stat().st_size > MOST_FILE:
        raise _NoBookError(f"is larger than {MOST_FILE // MB} MB; no instance is")
    with file.open("rb") as stream:
        start = stream.read(8)
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _NoBookError("is an old .xls workbook or one with a password; save it as .xlsx without a password")
    if not zipfile.is_zipfile(file):
        raise _NoBookError("is no workbook; expected a file saved as .xlsx")


def _judge_parts(book: zipfile.ZipFile) -> None:
    parts, names = book.infolist(), set(book.namelist())
    if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
        raise _NoBookError(f"unpacks to more than {MOST_UNPACKED // MB} MB or {MOST_PARTS} parts; no instance does")
    if "mimetype" in names and b"opendocument" in book.read("mimetype"):
        raise _NoBookError("is an OpenDocument file; save it as .xlsx")
    if "xl/workbook.bin" in names:
        raise _NoBookError("is a binary workbook (.xlsb); save it as .xlsx")
    if "_rels/.rels" not in names or "[Content_Types].xml" not in names:
        raise _NoBookError("is an archive but no workbook; expected a file saved as .xlsx")


def _sheets(book: zipfile.ZipFile) -> list[Sheet]:
    root = next((to for kind, to in _relations(book, "").values() if kind == "officeDocument"), None)
    if root is None or root not in book.namelist():
        raise _NoBookError("holds no workbook; expected a file saved as .xlsx")
    relations = _relations(book, root)
    beside = {kind: to for kind, to in relations.values() if kind in ("sharedStrings", "styles")}
    there = set(book.namelist())
    strings = _strings(book, beside["sharedStrings"]) if beside.get("sharedStrings") in there else []
    codes = _codes(book, beside["styles"]) if beside.get("styles") in there else []
    since_1904, found = False, []
    for _, item in _elements(book, root):
        if _tag(item) == "workbookPr":
            since_1904 = item.get("date1904") in ("1", "true")
        elif _tag(item) == "sheet":
            link = next((value for key, value in item.attrib.items() if key.endswith("}id")), "")
            kind, to = relations.get(link, ("", ""))
            if kind == "worksheet":
                found.append((item.get("name", ""), to))
    reader = _Reader(strings, codes, since_1904)
    return [reader.sheet(book, name, to) for name, to in found]


def _elements(book: zipfile.ZipFile, part: str) -> Iterator[tuple[str, ElementTree.Element]]:
    with book.open(part) as stream:
        _no_doctype(stream, part)
        yield from ElementTree.iterparse(stream)


def _no_doctype(stream: IO[bytes], part: str) -> None:
    """A document type is no part of a workbook: it could blow up a small file, or have others fetched."""
    if b"<!DOCTYPE" in stream.read(4096).replace(b"\0", b"").upper():
        raise _NoBookError(f"is a damaged workbook: {part} declares a document type")
    stream.seek(0)


def _tag(item: ElementTree.Element) -> str:
    return str(item.tag).rpartition("}")[2]


def _relations(book: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Kind and target of a part's relations by their id."""
    where = PurePosixPath(part)
    file = str(where.parent / "_rels" / f"{where.name}.rels")
    found: dict[str, tuple[str, str]] = {}
    if file not in book.namelist():
        return found
    for _, item in _elements(book, file):
        if _tag(item) == "Relationship" and item.get("TargetMode") != "External":
            target = item.get("Target", "")
            path = target[1:] if target.startswith("/") else _joined(where.parent, target)
            found[item.get("Id", "")] = (item.get("Type", "").rpartition("/")[2], path)
    return found


def _joined(folder: PurePosixPath, target: str) -> str:
    parts = list(folder.parts)
    for part in PurePosixPath(target).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def _strings(book: zipfile.ZipFile, part: str) -> list[str]:
    found = []
    for _, item in _elements(book, part):
        if _tag(item) == "si":
            found.append(_said(item))
            item.clear()
    return found


def _said(item: ElementTree.Element) -> str:
    """The text of a string that may be made of runs; how it is read aloud (phonetic runs) is left out."""
    parts = []
    for child in item:
        if _tag(child) == "t":
            parts.append(child.text or "")
        elif _tag(child) == "r":
            parts += [t.text or "" for t in child if _tag(t) == "t"]
    return _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), "".join(parts))


def _codes(book: zipfile.ZipFile, part: str) -> list[str]:
    """Number format by the number of a cell's style; ``date`` where it is a built-in one of a date."""
    own: dict[int, str] = {}
    codes: list[str] = []
    for _, item in _elements(book, part):
        if _tag(item) == "numFmt":
            own[int(item.get("numFmtId", "0"))] = item.get("formatCode", "")
        elif _tag(item) == "cellXfs":
            numbers = [int(xf.get("numFmtId", "0")) for xf in item if _tag(xf) == "xf"]
            codes = [own.get(n, "date" if n in _DATES else _BUILT_IN.get(n, "")) for n in numbers]
    return codes


class _Reader:
    def __init__(self, strings: list[str], codes: list[str], since_1904: bool) -> None:
        self.strings, self.codes, self.since_1904, self.count = strings, codes, since_1904, 0

    def sheet(self, book: zipfile.ZipFile, name: str, part: str) -> Sheet:
        sheet, row = Sheet(name), 0
        for _, item in _elements(book, part):
            if _tag(item) == "row":
                row = int(item.get("r", row + 1))
                cells = self._row(item)
                if cells:
                    sheet.rows[row] = cells
                self.count += len(cells)
                if self.count > MOST_CELLS:
                    raise _NoBookError(f"holds more than {MOST_CELLS:,} cells; no instance does")
                item.clear()
            elif _tag(item) == "mergeCell":
                sheet.merged.append(item.get("ref", ""))
        return sheet

    def _row(self, row: ElementTree.Element) -> dict[int, Cell]:
        cells: dict[int, Cell] = {}
        column = -1
        for item in row:
            if _tag(item) != "c":
                continue
            name = item.get("r")
            column = place(name)[1] if name else column + 1
            cell = self._cell(item)
            if cell.text or cell.kind:
                cells[column] = cell
        return cells

    def _cell(self, item: ElementTree.Element) -> Cell:
        parts: Mapping[str, ElementTree.Element] = {_tag(child): child for child in item}
        kind = item.get("t", "n")
        if kind == "inlineStr":
            return Cell(_said(parts["is"]) if "is" in parts else "")
        value = parts["v"].text if "v" in parts else None
        if value is None:
            return Cell("", "formula") if "f" in parts and kind != "str" else Cell("")
        if kind == "s":
            return Cell(self.strings[int(value)])
        if kind == "str":
            return Cell(_ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), value))
        if kind == "b":
            return Cell("TRUE" if value.strip() in ("1", "true") else "FALSE", "flag")
        if kind == "e":
            return Cell(value, "error")
        if kind == "d":
            return Cell(value.partition("T")[0] if value.endswith("T00:00:00") else value, "date")
        style = int(item.get("s", "0"))
        code = self.codes[style] if style < len(self.codes) else ""
        number = float(value)
        if code and is_date(code):
            return Cell(dated(number, self.since_1904), "date")
        return Cell(spelled(number, code))
