"""A workbook -> the instance folder that it stands for, checked as any instance is, problems said by sheet and cell."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from model.base.places import write_files
from model.base.problems import InputError, Problem
from model.instance.files.dictionary import TABLES, fields
from model.instance.reading import read
from model.output.workbook.cells import Cell
from model.output.workbook.files import KEPT, TABLE, Rows, record, trimmed, written
from model.output.workbook.listing import Entry, listing
from model.output.workbook.packing import CONTENTS, ORIGINALS
from model.output.workbook.places import check_folder
from model.output.workbook.problems import CellProblem, moved
from model.output.workbook.unpacking import Sheet, unpack

BREAK = "\x0b"
"""Stands for a line end within a cell where each row has to be one line."""


def from_workbook(file: str | Path, folder: str | Path, *, replace: bool = False) -> Path:
    """Write the instance folder that a workbook of ``to_workbook`` stands for, edited or not.

    Raises InputError with every problem by sheet and cell (nothing is written then), or where ``folder`` holds
    anything and ``replace`` is not set.
    """
    folder = Path(folder)
    sheets = unpack(Path(file))
    entries, problems = listing(sheets)
    originals, found = _originals(sheets, entries)
    problems += found
    if not any(e.sheet is not None for e in entries):
        raise InputError(problems)
    grids = {}
    for entry in entries:
        if entry.sheet is not None:
            grids[entry.path] = _grid(entry, entry.sheet)
            problems += grids[entry.path].problems
    problems = _checked(folder.absolute().name, grids, originals, problems)
    if problems:
        raise InputError(problems)
    files = {e.path: originals[e.path] for e in entries if e.kind == KEPT}
    files |= {path: written(g.entry.kind, g.rows, originals.get(path)) for path, g in grids.items()}
    check_folder(folder, replace, files)
    write_files(folder, files)
    return folder


@dataclass
class Grid:
    """A sheet's cells as the rows of a file: ``at`` is the row of each in the sheet, ``columns`` where each stands."""

    entry: Entry
    rows: Rows = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    dates: set[tuple[int, int]] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def lines(self) -> str:
        """The file with each row on the line of its number in the sheet, so that a line's number is a row's."""
        lines = [""] * (self.at[-1] if self.at else 0)
        for row, cells in zip(self.at, self.rows, strict=True):
            flat = [cell.replace("\r\n", BREAK).replace("\n", BREAK).replace("\r", BREAK) for cell in cells]
            lines[row - 1] = record(flat) if self.entry.kind == TABLE else flat[0]
        return "".join(f"{line}\n" for line in lines)


def _grid(entry: Entry, sheet: Sheet) -> Grid:
    grid = Grid(entry)
    rows = dict(sorted(sheet.rows.items()))
    if entry.kind == TABLE:
        rows = {number: cells for number, cells in rows.items() if _filled(cells)}
        _as_table(grid, rows)
    else:
        last = max(rows, default=0)
        grid.rows = trimmed([[rows.get(n, {}).get(0, Cell("")).text] for n in range(1, last + 1)])
        grid.at, grid.columns = list(range(1, len(grid.rows) + 1)), [0]
        grid.problems += _beside(grid, rows, "stands beside the text; a text has one line a row, all in column A")
    grid.problems += _unread(grid, rows)
    for merged in sheet.merged:
        expected = "the cells are merged and hold one value only; expected a value in each: unmerge them"
        grid.problems.append(CellProblem(sheet.name, None, "", "", expected, place=merged))
    return grid


def _filled(cells: Mapping[int, Cell]) -> bool:
    return any(cell.kind or cell.text.strip() for cell in cells.values())


def _as_table(grid: Grid, rows: Mapping[int, Mapping[int, Cell]]) -> None:
    if not rows:
        return
    top = min(rows)
    table = grid.entry.path.removesuffix(".csv")
    known = fields(table) if table in TABLES else {}
    header = {column: cell.text for column, cell in sorted(rows[top].items()) if cell.text.strip()}
    grid.columns, grid.at = list(header), list(rows)
    flags = {column for column, name in header.items() if name in known and known[name].type == "flag"}
    for number, cells in rows.items():
        grid.rows.append([_text(cells.get(c, Cell("")), c in flags) for c in grid.columns])
        grid.dates |= {(number, c) for c, cell in cells.items() if cell.kind == "date"}
    grid.problems += _beside(grid, rows, "stands in a column that has no header")


def _text(cell: Cell, flag: bool) -> str:
    return {"TRUE": "1", "FALSE": "0"}[cell.text] if flag and cell.kind == "flag" else cell.text


def _beside(grid: Grid, rows: Mapping[int, Mapping[int, Cell]], expected: str) -> list[Problem]:
    """The first cell of each column that belongs to nothing."""
    first: dict[int, tuple[int, Cell]] = {}
    for number, cells in rows.items():
        for column, cell in cells.items():
            if column not in grid.columns and cell.text.strip():
                first.setdefault(column, (number, cell))
    sheet = grid.entry.name
    return [CellProblem.at(sheet, n, column, cell.text, expected) for column, (n, cell) in first.items()]


def _unread(grid: Grid, rows: Mapping[int, Mapping[int, Cell]]) -> list[Problem]:
    """Cells whose value isn't there: errors, and formulas that were never reckoned."""
    said = {
        "error": "is a formula's error; expected a value",
        "formula": "holds a formula without its value; open the workbook in a spreadsheet program and save it",
    }
    return [
        CellProblem.at(grid.entry.name, number, column, cell.text, said[cell.kind])
        for number, cells in rows.items()
        for column, cell in cells.items()
        if cell.kind in said
    ]


def _originals(sheets: list[Sheet], entries: list[Entry]) -> tuple[dict[str, bytes], list[Problem]]:
    """Files as they were, by path, as far as the workbook keeps them; a file kept as it is must be there."""
    sheet = next((s for s in sheets if s.name == ORIGINALS), Sheet(ORIGINALS))
    found: dict[str, bytes] = {}
    problems: list[Problem] = []
    for number, cells in sorted(sheet.rows.items()):
        path, chunk = (cells.get(c, Cell("")).text for c in (0, 1))
        try:
            found[path] = found.get(path, b"") + base64.b64decode(chunk, validate=True)
        except (binascii.Error, ValueError):
            problems.append(CellProblem.at(ORIGINALS, number, 1, "", "is damaged; expected a file as it was"))
    for entry in entries:
        if entry.kind == KEPT and entry.path not in found:
            expected = "is no longer in the workbook; remove its row from Contents or make the workbook anew"
            problems.append(CellProblem.at(CONTENTS, *entry.place, entry.path, expected))
    return found, problems


def _checked(
    name: str, grids: Mapping[str, Grid], originals: Mapping[str, bytes], problems: list[Problem]
) -> list[Problem]:
    """Problems of the workbook and of the instance that it holds, each cell's once."""
    said = {(p.sheet, p.place) for p in problems if isinstance(p, CellProblem)}
    with tempfile.TemporaryDirectory() as beside:
        base = Path(beside) / (name or "instance")
        write_files(base, {path: grid.lines().encode("utf-8", "surrogatepass") for path, grid in grids.items()})
        try:
            read(base)
        except InputError as error:
            for problem in error.problems:
                if problem.file == str(base):  # there is no instance.toml: Contents says so
                    continue
                found = moved(problem, grids)
                if not (isinstance(found, CellProblem) and (found.sheet, found.place) in said):
                    problems.append(found)
    return problems
