"""Problems of an instance said by sheet and cell instead of file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model.base.problems import Problem, quoted
from model.output.workbook.cells import letters
from model.output.workbook.files import TABLE
from model.output.workbook.sheets import reference

if TYPE_CHECKING:
    from model.output.workbook.returning import Grid


@dataclass(frozen=True, order=True)
class CellProblem(Problem):
    """A problem at a cell (``place``: H12) of a sheet (``file``), or of the whole sheet."""

    place: str = ""

    @property
    def sheet(self) -> str:
        """Name of the sheet."""
        return self.file

    @classmethod
    def at(cls, sheet: str, row: int, column: int, value: str, expected: str, near: str = "") -> CellProblem:
        """A problem of the cell at a row (from 1) and a column (from 0)."""
        shown = quoted(value) if value else ""
        return cls(sheet, row, "", shown, expected, near, place=f"{letters(column)}{row}")

    def __str__(self) -> str:
        where = reference(self.file) + (f"!{self.place}" if self.place else f", row {self.line}" if self.line else "")
        return str(Problem(where, None, self.column, self.value, self.expected, self.nearest))


def moved(problem: Problem, grids: Mapping[str, Grid]) -> Problem:
    """A problem of a file as one of its sheet; unchanged where the workbook has no such file."""
    grid = grids.get(problem.file)
    expected = re.sub(r"\bmore line(s?)\b", r"more row\1", problem.expected)
    expected = re.sub(r"\bline (?=\d)", "row ", expected)
    if grid is None:
        return Problem(problem.file, problem.line, problem.column, problem.value, expected, problem.nearest)
    place, column = "", problem.column
    if problem.line is not None:
        at = _column(grid, problem)
        if (problem.line, at) in grid.dates:
            expected += "; the cell holds a date: give it the format of a number"
        place = f"{letters(at)}{problem.line}" if at is not None else ""
    return CellProblem(grid.entry.name, problem.line, column, problem.value, expected, problem.nearest, place=place)


def _column(grid: Grid, problem: Problem) -> int | None:
    """The column of the sheet that a problem speaks of; None where it speaks of a row."""
    if grid.entry.kind != TABLE:
        return 0
    header = grid.rows[0] if grid.rows else []
    names = [problem.column.partition(", ")[0], problem.value[1:-1]]
    for name in names[: 1 if problem.column else 2]:
        if name in header:
            return grid.columns[header.index(name)]
    return None
