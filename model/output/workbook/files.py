"""Files of an instance as tables, as lines of text or as they are, and back: to the byte where nothing was edited.

A file that its plain form doesn't give back (quotes that need not be, other line ends, blank rows) comes with its
original. From that an untouched file is taken whole, and an edited one line by line where a row is untouched.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from model.base.problems import InputError, Problem
from model.instance.files.dictionary import TABLES
from model.instance.files.folder import TOML_FOLDERS
from model.output.workbook.cells import MOST_COLUMNS, MOST_ROWS, holdable

TABLE, TEXT, KEPT, IGNORED = "table", "text", "kept", "ignored"
KINDS = (TABLE, TEXT, KEPT, IGNORED)
MOST_BYTES = 50_000_000
"""Size of an instance folder beyond which it is refused: no workbook could hold it well."""
BOM = b"\xef\xbb\xbf"
Rows = list[list[str]]


@dataclass(frozen=True)
class Part:
    """One file: its path within the folder, how it is shown, its rows (a line of text is a row of one cell)."""

    path: str
    kind: str
    rows: Rows
    data: bytes

    @property
    def plain(self) -> bool:
        """Whether the rows alone give the file back."""
        return self.kind != KEPT and written(self.kind, self.rows, None) == self.data


def parts(folder: Path) -> list[Part]:
    """The files of an instance folder in the order of the workbook; hidden ones are left out. Raises InputError."""
    paths = [p for p in folder.rglob("*") if p.is_file() and not _hidden(p, folder)]
    try:
        if sum(p.stat().st_size for p in paths) > MOST_BYTES:
            expected = f"holds more than {MOST_BYTES // 1_000_000} MB; move large files out of it"
            raise InputError([Problem(str(folder), None, "", "", expected)])
        found = [part(p.relative_to(folder).as_posix(), p.read_bytes()) for p in paths]
    except OSError as error:
        expected = f"can't be read: {error.strerror or error}"
        raise InputError([Problem(str(error.filename or folder), None, "", "", expected)]) from None
    return sorted(found, key=lambda p: _order(p.path))


def _hidden(path: Path, folder: Path) -> bool:
    return any(name.startswith(".") for name in path.relative_to(folder).parts)


def _order(path: str) -> tuple[int, int, str]:
    """instance.toml, then the tables as the dictionary has them, policies, scenarios, sweeps, then the rest."""
    first = ["instance.toml", *(f"{t}.csv" for t in TABLES)]
    if path in first:
        return 0, first.index(path), path
    head = path.partition("/")[0]
    return (1, TOML_FOLDERS.index(head), path) if head in TOML_FOLDERS else (2, 0, path)


def part(path: str, data: bytes) -> Part:
    """A file as a table where it is one, else as text, else as it is."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Part(path, KEPT, [], data)
    if path.lower().endswith(".csv"):
        rows = _table(text)
        if rows and _fits(rows):
            return Part(path, TABLE, rows, data)
    rows = _lines(text)
    return Part(path, TEXT, rows, data) if _fits(rows) else Part(path, KEPT, [], data)


def _table(text: str) -> Rows:
    """Rows of a well-formed table, its header first and blank ones left out; none where it isn't well-formed."""
    rows = [row for row, _ in _records(text)]
    header = rows[0] if rows else []
    good = header and all(header) and len(set(header)) == len(header) and all(len(r) == len(header) for r in rows)
    return rows if good and "\0" not in text else []


def _records(text: str) -> list[tuple[list[str], str]]:
    """Each row that holds anything and how it is written, without its line end."""
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, strict=True)
    found, start = [], 0
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((row, "".join(lines[start : reader.line_num]).rstrip("\r\n")))
            start = reader.line_num
    except csv.Error:
        return []
    return found


def _lines(text: str) -> Rows:
    """Lines of a text, blank ones at its end left out."""
    return trimmed([[line] for line in re.split(r"\r\n|\r|\n", text)])


def trimmed(rows: Sequence[list[str]]) -> Rows:
    """Rows without blank ones at the end."""
    last = max((i for i, row in enumerate(rows, 1) if any(row)), default=0)
    return list(rows[:last])


def _fits(rows: Rows) -> bool:
    wide = max((len(row) for row in rows), default=0) <= MOST_COLUMNS
    return len(rows) <= MOST_ROWS and wide and all(holdable(cell) for row in rows for cell in row)


def written(kind: str, rows: Rows, original: bytes | None) -> bytes:
    """A file's bytes from its rows; ``original`` is what it was before, where the rows alone don't give that back."""
    if original is None:
        return _plain(kind, rows)
    try:
        before = original.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _plain(kind, rows)
    if rows == (_table(before) if kind == TABLE else _lines(before)):
        return original
    return (BOM if original.startswith(BOM) else b"") + _revised(kind, rows, before).encode()


def _plain(kind: str, rows: Rows) -> bytes:
    if kind == TEXT:
        return "".join(f"{row[0]}\n" for row in rows).encode()
    return "".join(f"{record(row)}\n" for row in rows).encode()


def _revised(kind: str, rows: Rows, before: str) -> str:
    """An edited file: untouched rows as they were written, and the line ends of before."""
    end = (re.search(r"\r\n|\r|\n", before) or ["\n"])[0]
    if kind == TEXT:
        lines = [row[0] for row in rows]
    else:
        known = {tuple(row): raw for row, raw in _records(before)}
        lines = [known.get(tuple(row)) or record(row) for row in rows]
    last = end if before.endswith(("\r", "\n")) or not before else ""
    return end.join(lines) + last


def record(row: Sequence[str]) -> str:
    """A row of a CSV table, quoted where it must be, without a line end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(row)
    return out.getvalue()
