"""Files of an instance as tables or as lines of text, and back: a table to the same data, a text word for word."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model.base.problems import InputError, Problem, quoted
from model.instance.files.dictionary import TABLES
from model.instance.files.folder import TABLE_FILES, TOML_FOLDERS
from model.output.workbook.cells import MOST_COLUMNS, MOST_ROWS, lost

TABLE, TEXT, IGNORED = "table", "text", "ignored"
KINDS = (TABLE, TEXT, IGNORED)
ENDS = {"LF": ("\n", "\n"), "CRLF": ("\r\n", "\r\n"), "LF between": ("\n", ""), "CRLF between": ("\r\n", "")}
"""How the lines of a text end: what stands between two of them, and after the last one."""
MOST_BYTES = 50_000_000
"""Size of an instance folder beyond which it is refused: no workbook could hold it well."""
Rows = list[list[str]]


@dataclass(frozen=True)
class InstanceFile:
    """A file of an instance: its path within the folder and its rows (a line of text is a row of one cell).

    A file of kind ``ignored`` has no rows: a sheet can't give it back, and the instance reads the same without it.
    """

    path: str
    kind: str
    rows: Rows = field(default_factory=list)
    ends: str = ""
    size: int = 0


def instance_files(folder: Path) -> list[InstanceFile]:
    """The files of an instance folder in the order of the workbook; hidden ones are left out.

    Raises InputError where the folder is too large, or a table or TOML file holds what no sheet gives back.
    """
    paths = [p for p in folder.rglob("*") if p.is_file() and not _hidden(p, folder)]
    problems: list[Problem] = []
    try:
        if sum(p.stat().st_size for p in paths) > MOST_BYTES:
            expected = f"holds more than {MOST_BYTES // 1_000_000} MB; move large files out of it"
            raise InputError([Problem(str(folder), None, "", "", expected)])
        found = [_file(p.relative_to(folder).as_posix(), p.read_bytes(), problems) for p in paths]
    except OSError as error:
        expected = f"can't be read: {error.strerror or error}"
        raise InputError([Problem(str(error.filename or folder), None, "", "", expected)]) from None
    if problems:
        raise InputError(problems)
    return sorted(found, key=lambda f: _order(f.path))


def _hidden(path: Path, folder: Path) -> bool:
    return any(name.startswith(".") for name in path.relative_to(folder).parts)


def _order(path: str) -> tuple[int, int, str]:
    """instance.toml, then the tables as the dictionary has them, policies, scenarios, sweeps, then the rest."""
    first = ["instance.toml", *(f"{t}.csv" for t in TABLES)]
    if path in first:
        return 0, first.index(path), path
    head = path.partition("/")[0]
    return (1, TOML_FOLDERS.index(head), path) if head in TOML_FOLDERS else (2, 0, path)


def _file(path: str, data: bytes, problems: list[Problem]) -> InstanceFile:
    """A file as a table where it is one, else as text, else left out; a problem where the instance needs it."""
    needed = path in TABLE_FILES or path.endswith(".toml")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if needed:
            problems.append(Problem(path, None, "", "", "is not UTF-8 text; save the file as UTF-8"))
        return InstanceFile(path, IGNORED, size=len(data))
    if path.lower().endswith(".csv"):
        records = _table(text)
        wrong = list(_unheld(path, records))
        if records and not (wrong and not needed):
            problems += wrong
            return InstanceFile(path, TABLE, [row for _, row in records], size=len(data))
    rows, ends = _lines(text)
    wrong = list(_unheld(path, list(enumerate(rows, 1)), text=True))
    problems += wrong if needed else []
    return InstanceFile(path, IGNORED if wrong else TEXT, [] if wrong else rows, ends, len(data))


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Rows of a well-formed table by line, its header first, blank ones left out; none where it isn't well-formed."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    found, line = [], 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                found.append((line, row))
            line = reader.line_num + 1
    except csv.Error:
        return []
    header = found[0][1] if found else []
    good = header and all(header) and len(set(header)) == len(header) and all(len(r) == len(header) for _, r in found)
    return found if good else []


def _lines(text: str) -> tuple[Rows, str]:
    """Lines of a text and how they end; blank ones at its end stand within the last cell, for no sheet keeps them."""
    end = "\r\n" if 0 < text.count("\n") == text.count("\r\n") else "\n"
    last = end if text.endswith(end) else ""
    lines = [[line] for line in text.removesuffix(last).split(end)]
    rows = trimmed(lines) or [[""]]
    rows[-1] = [rows[-1][0] + "\n" * (len(lines) - len(rows))]
    return rows, next(name for name, said in ENDS.items() if said == (end, last))


def trimmed(rows: Sequence[list[str]]) -> Rows:
    """Rows without blank ones at the end."""
    last = max((i for i, row in enumerate(rows, 1) if any(row)), default=0)
    return list(rows[:last])


def _unheld(path: str, rows: Sequence[tuple[int, list[str]]], text: bool = False) -> Iterator[Problem]:
    """What a sheet wouldn't give back of the rows of a file, by line."""
    wide = max((len(row) for _, row in rows), default=0)
    if len(rows) > MOST_ROWS or wide > MOST_COLUMNS:
        expected = f"is larger than a sheet: {len(rows):,} rows and {wide:,} columns"
        yield Problem(path, None, "", "", expected)
        return
    for line, row in rows:
        for place, cell in enumerate(row):
            wrong = lost(cell) or (
                "ends otherwise than the other lines; expected one way" if text and "\r" in cell else ""
            )
            if wrong:
                yield Problem(path, line, "" if text else rows[0][1][place], quoted(cell[:40]), wrong)


def file_bytes(kind: str, rows: Rows, ends: str) -> bytes:
    """A file's bytes from its rows; ``ends`` is one of ENDS for a text."""
    if kind == TABLE:
        return "".join(f"{record(row)}\n" for row in rows).encode()
    between, last = ENDS[ends]
    return (between.join(row[0].replace("\n", between) for row in rows) + last).encode()


def record(row: Sequence[str]) -> str:
    """A row of a CSV table, quoted where it must be, without a line end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(row)  # a cell that holds either of the two is quoted
    return out.getvalue()[:-2]
