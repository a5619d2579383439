"""A workbook file -> its sheets as text by cell, whichever program saved it. Nothing in it is run or fetched."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from model.base.problems import InputError, Problem
from model.output.workbook.cells import MOST_ROWS, Cell, said

MB = 1_000_000
MOST_FILE, MOST_UNPACKED, MOST_PARTS, MOST_CELLS = 100 * MB, 300 * MB, 5_000, 5_000_000
"""Size of a file, of what is packed in it, number of parts and of cells beyond which a workbook is refused."""
MOST_PART, MOST_RATIO = 10 * MB, 100
"""A part larger than the first is refused where it was packed to less than a hundredth: no table packs so well."""
_ENCODING = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"'](?!utf-8[\"']|us-ascii[\"'])", re.IGNORECASE)
_UNTOLD = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)\b")


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
        with _stream(file) as stream, zipfile.ZipFile(stream) as archive, warnings.catch_warnings():
            _judge(archive)
            warnings.simplefilter("ignore")  # of charts, extensions and styles, which no instance has
            return list(_sheets(stream, archive))
    except _NoBookError as error:
        wrong = str(error)
    except Exception as error:  # a library that meets a broken file may fail in any way
        system = getattr(error, "strerror", None)
        wrong = f"can't be read: {system}" if system else f"is a damaged workbook: {_sentence(error)}"
    raise InputError([Problem(str(file), None, "", "", wrong)])


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _stream(file: Path) -> IO[bytes]:
    """The file, opened, where it may be a workbook."""
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
    return file.open("rb")


def _judge(archive: zipfile.ZipFile) -> None:
    """Refuse what is no workbook or could blow up: its size, its kind, and declarations within its parts."""
    parts, names = archive.infolist(), set(archive.namelist())
    if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
        raise _NoBookError(f"unpacks to more than {MOST_UNPACKED // MB} MB or {MOST_PARTS} parts; no instance does")
    if swollen := next((p for p in parts if p.file_size > max(MOST_PART, MOST_RATIO * p.compress_size)), None):
        size = f"{swollen.file_size // MB} MB from {swollen.compress_size / MB:.1f}"
        raise _NoBookError(f"is a damaged workbook: {swollen.filename} unpacks to {size}; no instance does")
    if any(p.flag_bits & 1 for p in parts):
        raise _NoBookError("has a password; save it as .xlsx without one")
    if "mimetype" in names and b"opendocument" in archive.read("mimetype"):
        raise _NoBookError("is an OpenDocument file; save it as .xlsx")
    if "xl/workbook.bin" in names:
        raise _NoBookError("is a binary workbook (.xlsb); save it as .xlsx")
    if "_rels/.rels" not in names or "[Content_Types].xml" not in names:
        raise _NoBookError("is an archive but no workbook; expected a file saved as .xlsx")
    for part in parts:
        data = archive.read(part)
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise _NoBookError(f"is a damaged workbook: {part.filename} declares a document type")
        if part.filename.endswith((".xml", ".rels")) and (b"\0" in data[:200] or _ENCODING.search(data[:200])):
            raise _NoBookError(f"is a damaged workbook: {part.filename} is not UTF-8")


def _sheets(stream: IO[bytes], archive: zipfile.ZipFile) -> Iterator[Sheet]:
    from openpyxl import load_workbook

    count = 0
    for page in load_workbook(stream, read_only=True, data_only=True, keep_links=False).worksheets:
        page.reset_dimensions()  # the sheet may state others than it has
        sheet = Sheet(page.title)
        for number, row in enumerate(page.iter_rows(), 1):
            count += len(row)
            if number > MOST_ROWS or count > MOST_CELLS:
                raise _NoBookError(f"holds more than {MOST_CELLS:,} cells; no instance does")
            cells = {i: said(c.value, c.data_type) for i, c in enumerate(row) if c.value is not None}
            if cells:
                sheet.rows[number] = cells
        _add_untold(sheet, archive.read(page._worksheet_path))
        yield sheet


def _add_untold(sheet: Sheet, part: bytes) -> None:
    """What openpyxl doesn't tell when it reads values only: merged cells, and formulas that were never reckoned."""
    if not _UNTOLD.search(part):
        return
    from openpyxl.utils.cell import coordinate_to_tuple

    for _, item in ElementTree.iterparse(BytesIO(part)):
        tag = _tag(item)
        if tag == "mergeCell":
            sheet.merged.append(item.get("ref", ""))
        elif tag == "c" and item.get("t") != "str":
            within: dict[str, Any] = {_tag(child): child.text for child in item}
            if "f" in within and not within.get("v"):
                row, column = coordinate_to_tuple(item.get("r", ""))
                sheet.rows.setdefault(row, {})[column - 1] = Cell("", "formula")


def _tag(item: ElementTree.Element) -> str:
    return str(item.tag).rpartition("}")[2]
