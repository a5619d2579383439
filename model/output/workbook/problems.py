"""Problems of an instance said by sheet and cell instead of file and line."""

from __future__ import annotations

from dataclasses import dataclass

from model.base.problems import Problem, quoted
from model.output.workbook.cells import letters
from model.output.workbook.sheets import reference


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
