"""Workbooks changed as another program would, and what is said of them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from model.base.problems import InputError
from model.output.workbook.returning import from_workbook


def contents(folder: Path) -> dict[str, bytes]:
    """Files of a folder by path within."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def edit(file: Path, change: Callable[[Any], object]) -> Path:
    """Change a workbook as another program would, and save it."""
    opened = openpyxl.load_workbook(file)
    change(opened)
    opened.save(file)
    return file


def refused(file: Path, tmp_path: Path) -> list[str]:
    """The problems for which a workbook is refused; nothing is written."""
    with pytest.raises(InputError) as caught:
        from_workbook(file, tmp_path / "back")
    assert not (tmp_path / "back").exists()
    return [str(p) for p in caught.value.problems]


def spoil(b: Any) -> None:
    """Wrong in many ways at once."""
    b["plants"]["E2"] = "abc"
    b["plants"]["D3"] = "C"
    b["capacity"]["B2"] = datetime.datetime(2030, 1, 1)  # noqa: DTZ001
    b["demand"]["E1"] = "quantty"
    b["lanes"]["D2"] = "=1/0"
    b["recipes"]["C3"] = 0
    b["recipes"]["I4"] = "beside"
    (row,) = (c.row for c in b["policies cap"]["A"] if str(c.value).startswith("max ="))
    b["policies cap"][f"A{row}"] = "max = 7"
    b["stages"]["C2"] = True
    b["commodities"].merge_cells("E2:E3")
