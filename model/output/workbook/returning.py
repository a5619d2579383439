"""A workbook -> the instance folder that it stands for, checked as any instance is, problems said by sheet and cell."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace as changed
from pathlib import Path

from model.base.places import write_files
from model.base.problems import InputError, Problem
from model.instance.reading import read
from model.output.workbook.grid import Grid, grid, in_rows
from model.output.workbook.listing import listing
from model.output.workbook.places import check_folder
from model.output.workbook.problems import CellProblem
from model.output.workbook.unpacking import unpack


def from_workbook(file: str | Path, folder: str | Path, *, replace: bool = False) -> Path:
    """Write the instance folder that a workbook of ``to_workbook`` stands for, edited or not.

    Raises InputError with every problem by sheet and cell (nothing is written then), or where ``folder`` holds
    anything and ``replace`` is not set.
    """
    folder = Path(folder)
    entries, problems = listing(unpack(Path(file)))
    if not entries:
        raise InputError(problems)
    grids = {entry.path: grid(entry, entry.sheet) for entry in entries}
    problems += [problem for made in grids.values() for problem in made.problems]
    problems += _wrong_instance(folder.absolute().name, grids, problems)
    if problems:
        raise InputError(problems)
    files = {path: made.data() for path, made in grids.items()}
    check_folder(folder, replace, files)
    write_files(folder, files)
    return folder


def _wrong_instance(name: str, grids: Mapping[str, Grid], known: list[Problem]) -> list[Problem]:
    """What is wrong with the instance that a workbook holds, but for the cells of which it is known already."""
    told = {(p.sheet, p.place) for p in known if isinstance(p, CellProblem)}
    problems: list[Problem] = []
    with tempfile.TemporaryDirectory() as beside:
        base = Path(beside) / (name or "instance")
        write_files(base, {path: made.lines().encode("utf-8", "surrogatepass") for path, made in grids.items()})
        try:
            read(base)
        except InputError as error:
            for problem in error.problems:
                if problem.file == str(base):  # there is no instance.toml: Contents says so
                    continue
                if problem.file not in grids:
                    problems.append(changed(problem, expected=in_rows(problem.expected)))
                    continue
                moved = grids[problem.file].moved(problem)
                if (moved.sheet, moved.place) not in told:
                    problems.append(moved)
    return problems
