"""Workbooks changed as another program would, and what is said of them."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from model.base.problems import InputError
from model.instance.files.csv_tables import read_tables, type_table
from model.output.workbook.returning import from_workbook


def contents(folder: Path) -> dict[str, bytes]:
    """Files of a folder by path within."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def texts(table: bytes) -> list[list[str]]:
    """Cells of a CSV table."""
    return list(csv.reader(io.StringIO(table.decode(), newline="")))


def same_data(back: Path, folder: Path) -> None:
    """Two instance folders hold equal tables, to the last digit, and other files of the same words."""
    found, expected = contents(back), contents(folder)
    assert set(found) == set(expected)
    (tables, wrong), (before, _) = read_tables(back), read_tables(folder)
    assert wrong == []
    for name, frame in before.items():
        pd.testing.assert_frame_equal(
            type_table(name, tables[name])[0].reset_index(drop=True),
            type_table(name, frame)[0].reset_index(drop=True),
            check_exact=True,
        )
        found.pop(f"{name}.csv", None)
        expected.pop(f"{name}.csv", None)
    for path in [p for p in expected if p.endswith(".csv") and p != "evidence/ragged.csv"]:
        assert texts(found.pop(path)) == texts(expected.pop(path)), path
    assert found == expected


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
