"""All results of a plan as one workbook: a sheet for each table, and Contents that says what is where."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.content import content_of
from model.base.places import check_file
from model.base.problems import InputError
from model.base.results import WORKBOOK, Results, read_results
from model.base.schema import Column, columns, tables
from model.base.summaries import judge
from model.output.workbook.cells import MOST_ROWS, letters
from model.output.workbook.contents import write_contents
from model.output.workbook.sheets import Book, Page, names, new_book, width

TOP = 2
"""Rows above the data: units, names of the columns."""
_FORMATS = {
    "year": "0",
    "years": "0",
    "1": "0.0%",
    "degrees": "0.00",
    "USD/kg": "#,##0.00",
    "t/t": "0.000",
    "see unit": "#,##0.0###",
    "t per unit of activity": "0.0###",
    "t per t or million USD": "#,##0.0##",
    "USD per million USD": "#,##0",
}
"""Number formats by unit; money in whole USD, tonnes to a tenth."""


def results_workbook(folder: Path, file: Path | None = None, *, replace: bool = False) -> Path:
    """Write the workbook of a results folder, ``results.xlsx`` within it unless ``file`` is another.

    Raises InputError where the folder holds no results, or where ``file`` exists and ``replace`` is not set.
    """
    return write_workbook(folder, file or folder / WORKBOOK, replace=replace or file is None)


def write_workbook(results: Results | str | Path, place: str | Path, *, replace: bool = False) -> Path:
    """Write all tables of a plan, or of its results folder, as one workbook; returns the file.

    ``place`` is the file, or a folder to write ``results.xlsx`` into. Raises InputError where a folder holds no
    results, or where the file exists and ``replace`` is not set.
    """
    found = results if isinstance(results, Results) else read_results(results)
    file = Path(place) / WORKBOOK if Path(place).is_dir() else Path(place)
    check_file(file, replace)
    if wrong := judge(found.summary):
        raise InputError(wrong)
    return write_book(found.tables, found.summary, file)


def write_book(frames: Mapping[str, pd.DataFrame], summary: Mapping[str, Any], path: Path) -> Path:
    """Write result tables and the key figures of the summary as one workbook; the same input gives the same bytes.

    A table of more rows than a sheet holds is left to its CSV file, and its sheet says so.
    """
    traced = "downgrades" in frames
    order = [t for t in tables(explained=True) if t in frames]
    order += sorted(t for t in frames if t not in order)
    called = names(order, ["Contents"])
    measure = content_of(summary.get("content") or {}).measure
    title = f"{summary['instance']['title']}: {summary['policy']['title']}"
    with new_book(path, title) as book:
        contents = book.page("Contents")
        write_contents(book, contents, summary, [(t, n, len(frames[t])) for t, n in zip(order, called, strict=True)])
        for table, name in zip(order, called, strict=True):
            known = {c.column: dataclasses.replace(c, description=c.said(measure)) for c in columns(table, traced)}
            _sheet(book, book.page(name), frames[table], known, table)
    return path


def _sheet(book: Book, page: Page, frame: pd.DataFrame, known: Mapping[str, Column], table: str) -> None:
    if len(frame) + TOP > MOST_ROWS:
        page.put(0, 0, f"{len(frame):,} rows: more than a sheet can hold. They are in {table}.csv.")
        return
    for column, name in enumerate(map(str, frame.columns)):
        about = known.get(name)
        unit = about.unit if about and about.unit != "1" else ""
        page.put(0, column, unit or None, book.format(italic=True, font_color="#595959", font_size=9))
        if about:
            page.inner.write_comment(1, column, about.description, {"x_scale": 2, "font_size": 9})
    texts = [[str(name)] for name in frame.columns]
    for column, name in enumerate(map(str, frame.columns)):
        page.put(1, column, name, book.head)
        first = frame.iloc[:300, column]
        texts[column] += first.tolist() if _is_text(first) else ["1,000,000"]
    for column, shown in enumerate(texts):
        page.inner.set_column(column, column, width(shown))
    forms = [_form(book, known.get(str(name)), frame[name]) for name in frame.columns]
    for row, values in enumerate(zip(*(_cells(frame[name]) for name in frame.columns), strict=True), TOP):
        for column, value in enumerate(values):
            if value is not None:
                page.put(row, column, value, forms[column])
    keys = [i for i, name in enumerate(frame.columns) if (c := known.get(str(name))) and c.key]
    page.inner.freeze_panes(TOP, 1 if keys and keys[0] == 0 else 0)
    if len(frame.columns):
        page.inner.autofilter(1, 0, max(len(frame) + 1, 2), len(frame.columns) - 1)
        page.inner.ignore_errors({"number_stored_as_text": f"A1:{letters(len(frame.columns) - 1)}{MOST_ROWS}"})


def _is_text(values: pd.Series[Any]) -> bool:
    return not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values))


def _form(book: Book, about: Column | None, values: pd.Series[Any]) -> Any:
    """Number format of a column: by its unit, or plain where the dictionary doesn't know it."""
    if _is_text(values):
        return book.format(num_format="@")
    if about is None:
        return None
    if about.unit in _FORMATS:
        return book.format(num_format=_FORMATS[about.unit])
    return book.format(num_format="#,##0.0" if about.unit.startswith("t") else "#,##0")


def _cells(values: pd.Series[Any]) -> Sequence[Any]:
    """Plain values of a column; None for blanks."""
    return [None if v is None or v is pd.NA or v != v else v for v in values.astype(object).tolist()]
