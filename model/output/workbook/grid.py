"""A sheet of an instance as the rows of its file, and problems of the file as problems of the sheet's cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from model.base.problems import Problem
from model.instance.files.dictionary import TABLES, fields
from model.output.workbook.cells import Cell, letters
from model.output.workbook.files import TABLE, Rows, file_bytes, record, trimmed
from model.output.workbook.listing import Entry
from model.output.workbook.problems import CellProblem
from model.output.workbook.unpacking import Sheet

BREAK = "\x0b"
"""Stands for a line end within a cell where each row has to be one line."""
_UNREAD = {
    "error": "is a formula's error; expected a value",
    "formula": "holds a formula without its value; open the workbook in a spreadsheet program and save it",
}
Cells = Mapping[int, Mapping[int, Cell]]


@dataclass
class Grid:
    """A sheet's cells as the rows of a file: ``at`` is the row of each in the sheet, ``columns`` where each stands."""

    entry: Entry
    rows: Rows = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    dates: set[tuple[int, int]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def data(self) -> bytes:
        """The file."""
        return file_bytes(self.entry.kind, self.rows, self.entry.ends)

    def lines(self) -> str:
        """The file with each row on the line of its number in the sheet, so that a line's number is a row's."""
        lines = [""] * (self.at[-1] if self.at else 0)
        for row, cells in zip(self.at, self.rows, strict=True):
            flat = [re.sub("\r\n|\n|\r", BREAK, cell) for cell in cells]
            lines[row - 1] = record(flat) if self.entry.kind == TABLE else cells[0].rstrip("\n")
        return "".join(f"{line}\n" for line in lines)

    def moved(self, problem: Problem) -> CellProblem:
        """A problem of the file as one of its sheet."""
        place, expected = "", in_rows(problem.expected)
        if problem.line is not None:
            at = self._column(problem)
            if (problem.line, at) in self.dates:
                expected += "; the cell holds a date: give it the format of a number"
            place = f"{letters(at)}{problem.line}" if at is not None else ""
        about = (self.entry.name, problem.line, problem.column, problem.value, expected, problem.nearest)
        return CellProblem(*about, place=place)

    def _column(self, problem: Problem) -> int | None:
        """The column of the sheet that a problem speaks of; None where it speaks of a row."""
        if self.entry.kind != TABLE:
            return 0
        header = self.rows[0] if self.rows else []
        names = [problem.column.partition(", ")[0], problem.value[1:-1]]
        for name in names[: 1 if problem.column else 2]:
            if name in header:
                return self.columns[header.index(name)]
        return None


def in_rows(expected: str) -> str:
    """What a message says of lines, said of rows."""
    return re.sub(r"\bline (?=\d)", "row ", re.sub(r"\bmore line(s?)\b", r"more row\1", expected))


def grid(entry: Entry, sheet: Sheet) -> Grid:
    """The rows of a sheet, and what keeps it from being a file."""
    made = Grid(entry)
    rows = dict(sorted(sheet.rows.items()))
    if entry.kind == TABLE:
        rows = {number: cells for number, cells in rows.items() if _filled(cells)}
        _as_table(made, rows)
    else:
        _as_text(made, rows)
    made.problems += [
        CellProblem.at(sheet.name, number, column, cell.text, _UNREAD[cell.kind])
        for number, cells in rows.items()
        for column, cell in cells.items()
        if cell.kind in _UNREAD
    ]
    for merged in sheet.merged:
        expected = "the cells are merged and hold one value only; expected a value in each: unmerge them"
        made.problems.append(CellProblem(sheet.name, None, "", "", expected, place=merged))
    return made


def _filled(cells: Mapping[int, Cell]) -> bool:
    return any(cell.kind or cell.text.strip() for cell in cells.values())


def _as_table(made: Grid, rows: Cells) -> None:
    if not rows:
        return
    top = min(rows)
    table = made.entry.path.removesuffix(".csv")
    known = fields(table) if table in TABLES else {}
    header = {column: cell.text for column, cell in sorted(rows[top].items()) if cell.text.strip()}
    made.columns, made.at = list(header), list(rows)
    flags = {column for column, name in header.items() if name in known and known[name].type == "flag"}
    for number, cells in rows.items():
        made.rows.append([_text(cells.get(c, Cell("")), c in flags) for c in made.columns])
        made.dates |= {(number, c) for c, cell in cells.items() if cell.kind == "date"}
    made.problems += _beside(made, rows, "stands in a column that has no header")


def _text(cell: Cell, flag: bool) -> str:
    return {"TRUE": "1", "FALSE": "0"}[cell.text] if flag and cell.kind == "flag" else cell.text


def _as_text(made: Grid, rows: Cells) -> None:
    last = max(rows, default=0)
    made.rows = trimmed([[rows.get(n, {}).get(0, Cell("")).text] for n in range(1, last + 1)])
    made.at, made.columns = list(range(1, len(made.rows) + 1)), [0]
    made.problems += _beside(made, rows, "stands beside the text; a text has one line a row, all in column A")
    for number, (line,) in enumerate(made.rows, 1):
        if "\n" in line.rstrip("\n"):
            expected = "holds a line end within; expected one line a row"
            made.problems.append(CellProblem.at(made.entry.name, number, 0, line, expected))


def _beside(made: Grid, rows: Cells, expected: str) -> list[Problem]:
    """The first cell of each column that belongs to nothing."""
    first: dict[int, tuple[int, Cell]] = {}
    for number, cells in rows.items():
        for column, cell in cells.items():
            if column not in made.columns and cell.text.strip():
                first.setdefault(column, (number, cell))
    sheet = made.entry.name
    return [CellProblem.at(sheet, n, column, cell.text, expected) for column, (n, cell) in first.items()]
