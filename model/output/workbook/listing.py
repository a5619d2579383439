"""What the sheets of a workbook stand for, as its sheet Contents lists them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model.base.problems import Problem, known_names, nearest
from model.output.workbook.cells import Cell
from model.output.workbook.files import ENDS, IGNORED, KINDS, TEXT
from model.output.workbook.packing import CONTENTS, LISTED, OWN
from model.output.workbook.problems import CellProblem
from model.output.workbook.unpacking import Sheet


@dataclass(frozen=True)
class Entry:
    """A row of Contents: the file, its kind, its sheet, and how the lines of a text end (of ENDS)."""

    path: str
    kind: str
    sheet: Sheet
    ends: str

    @property
    def name(self) -> str:
        """Name of the sheet."""
        return self.sheet.name


def listing(sheets: list[Sheet]) -> tuple[list[Entry], list[Problem]]:
    """The files of a workbook, and what is wrong with its list of them."""
    problems: list[Problem] = []
    by_name: dict[str, Sheet] = {}
    for sheet in sheets:
        if sheet.name.casefold() in by_name:
            problems.append(CellProblem(sheet.name, None, "", "", "stands twice; expected one sheet of a name"))
        by_name.setdefault(sheet.name.casefold(), sheet)
    contents = by_name.get(CONTENTS.casefold())
    if contents is None:
        expected = "the sheet is missing; expected a workbook made by scripts/workbook.py to-xlsx"
        return [], [CellProblem(CONTENTS, None, "", "", expected)]
    top, columns = _header(contents)
    if not columns:
        expected = f"has no row with the headers {', '.join(LISTED[:3])}; it says which file each sheet is"
        return [], [*problems, CellProblem(CONTENTS, None, "", "", expected)]
    entries: list[Entry] = []
    used: set[str] = {name.casefold() for name in OWN}
    for row, cells in sorted(contents.rows.items()):
        said = {name: cells.get(column, Cell("")).text.strip() for name, column in columns.items()}
        if row > top and any(said.values()):
            _enter(row, columns, said, by_name, entries, used, problems)
    if not any(e.path == "instance.toml" for e in entries):
        problems.append(
            CellProblem(CONTENTS, None, "", "", "lists no instance.toml; expected the files of an instance")
        )
    for sheet in sheets:
        if sheet.name.casefold() not in used and sheet.rows:
            expected = f"is not listed in {CONTENTS}; add its file there, or kind {IGNORED}, or delete the sheet"
            problems.append(CellProblem(sheet.name, None, "", "", expected))
    return entries, problems


def _header(contents: Sheet) -> tuple[int, dict[str, int]]:
    """Row of the header of the list, and where its columns stand."""
    for row, cells in sorted(contents.rows.items()):
        columns = {cell.text.strip().casefold(): column for column, cell in cells.items()}
        if all(name in columns for name in LISTED[:3]):
            return row, {name: columns[name] for name in LISTED[:4] if name in columns}
    return 0, {}


def _enter(
    row: int,
    columns: dict[str, int],
    said: dict[str, str],
    by_name: dict[str, Sheet],
    entries: list[Entry],
    used: set[str],
    problems: list[Problem],
) -> None:
    """Judge one row of the list and add it."""

    def wrong(name: str, expected: str, near: str = "") -> None:
        problems.append(CellProblem.at(CONTENTS, row, columns[name], said[name], expected, near))

    name, path, kind, ends = said["sheet"], said["file"], said["kind"], said.get("line ends") or "LF"
    sheet = by_name.get(name.casefold())
    before = len(problems)
    if kind not in KINDS:
        wrong("kind", f"is no kind; known: {known_names(KINDS)}", nearest(kind, KINDS))
    elif sheet is None and kind != IGNORED:
        free = [s.name for key, s in by_name.items() if key not in used]
        expected = "is no sheet of the workbook; remove the row, or bring the sheet back" if name else "names no sheet"
        wrong("sheet", expected, nearest(name, free) if name else "")
    elif name and name.casefold() in used:
        wrong("sheet", "is listed already" if name.casefold() not in _own() else "stands for no file")
    if kind != IGNORED:
        if _unsafe(path):
            wrong("file", f"{_unsafe(path)}; expected a path within the instance such as policies/new.toml")
        elif path.casefold() in {e.path.casefold() for e in entries}:
            wrong("file", "is listed already")
    if kind == TEXT and ends not in ENDS:
        wrong("line ends", f"is no way to end lines; known: {known_names(ENDS)}", nearest(ends, ENDS))
    if sheet is not None:
        used.add(name.casefold())
    if len(problems) == before and sheet is not None and kind != IGNORED:
        entries.append(Entry(path, kind, sheet, ends))


def _own() -> set[str]:
    return {name.casefold() for name in OWN}


def _unsafe(path: str) -> str:
    """Why a path can't be one within an instance's folder."""
    if not path:
        return "is no path"
    if re.search(r"[\\:*?\"<>|\x00-\x1f]", path) or not path.isprintable():
        return "holds a character that paths can't have everywhere"
    if path.startswith("/") or any(part in ("", ".", "..") for part in path.split("/")):
        return "leads elsewhere"
    return "is hidden" if any(part.startswith(".") for part in path.split("/")) else ""
