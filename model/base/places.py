"""A results folder on disk, whole or not at all: written beside its place and moved there when complete."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.datapackage import table_resource
from model.base.problems import InputError, Problem
from model.base.schema import columns, tables

REPORT = "report.html"
OURS = ("summary.json", "datapackage.json", REPORT, "results.xlsx")


def write(frames: Mapping[str, pd.DataFrame], summary: Mapping[str, Any], folder: Path, *, report: bool = True) -> Path:
    """Write tables, ``summary.json``, ``datapackage.json`` and ``report.html``; an earlier folder there is replaced.

    Raises InputError where ``folder`` holds what no run has written, OSError where the disk refuses.
    """
    with place(folder) as beside:
        fill(beside, frames, summary, report=report)
        if report:
            from model.output.report import write_report  # costs what it costs only where it is asked for

            write_report(beside)
    return folder


def check_place(folder: Path) -> None:
    """A results folder may be new, empty, or one that a run has written; nothing else is ever replaced."""
    if not folder.exists():
        parent = next(p for p in folder.absolute().parents if p.exists())
        if not parent.is_dir() or not os.access(parent, os.W_OK):
            raise InputError([Problem(str(folder), None, "", "", f"can't be made: {parent} is no folder to write in")])
        return
    if not folder.is_dir():
        raise InputError([Problem(str(folder), None, "", "", "is a file; expected a folder for the results")])
    known = {*OURS, *(f"{t}.csv" for t in tables(traced=True, explained=True))}
    strange = sorted(p.name for p in folder.iterdir() if p.name not in known)
    if strange:
        expected = f"holds what no run has written ({', '.join(strange[:3])}); choose another folder with --out"
        raise InputError([Problem(str(folder), None, "", "", expected)])


@contextmanager
def place(folder: Path, check: Callable[[Path], None] = check_place) -> Iterator[Path]:
    """A new folder to write in, which takes the place of ``folder`` when all went well.

    ``check`` judges what is there before. Raises as it does, and OSError.
    """
    check(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        beside.chmod(0o755)
        yield beside
        _replace(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def fill(folder: Path, frames: Mapping[str, pd.DataFrame], summary: Mapping[str, Any], *, report: bool) -> None:
    """Write tables, ``summary.json`` and ``datapackage.json`` (which speaks of a ``report``) into a folder."""
    write_tables(folder, frames)
    write_json(folder / "summary.json", summary)
    write_json(folder / "datapackage.json", datapackage(frames, summary, report=report))


def write_tables(folder: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    """Write each table as ``NAME.csv``."""
    for name, frame in frames.items():
        write_table(folder / f"{name}.csv", frame)


def write_table(path: Path, frame: pd.DataFrame) -> None:
    """Write one table as CSV."""
    path.write_text(to_csv(frame), encoding="utf-8", newline="\n")


def to_csv(frame: pd.DataFrame) -> str:
    """A table as CSV: numbers in full, blanks where there is no value; what ``DataFrame.to_csv`` gives, sooner."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows(zip(*(_cells(column) for _, column in frame.items()), strict=True))
    return text.getvalue()


def _cells(column: pd.Series[Any]) -> list[Any]:
    """The cells as Python has them, None where there is no value."""
    cells = column.tolist()
    return [None if cell is pd.NA or cell != cell else cell for cell in cells] if column.hasnans else cells


def _replace(beside: Path, folder: Path) -> None:
    if folder.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
        folder.replace(old / "old")
        try:
            beside.replace(folder)
        except OSError:
            (old / "old").replace(folder)
            raise
        finally:
            shutil.rmtree(old, ignore_errors=True)
    else:
        beside.replace(folder)


def write_json(path: Path, data: Any) -> None:
    """Write data as ``to_json`` publishes it."""
    path.write_text(to_json(data), encoding="utf-8", newline="\n")


def to_json(data: Any) -> str:
    """JSON as it is published: readable, with no NaN (null instead)."""
    return json.dumps(_plain(data), indent=2, ensure_ascii=False) + "\n"


def _plain(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {str(k): _plain(v) for k, v in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(v) for v in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def datapackage(
    frames: Mapping[str, pd.DataFrame], summary: Mapping[str, Any], *, report: bool = False
) -> dict[str, Any]:
    """A Frictionless Data Package that describes every file and column: type, unit, meaning."""
    traced = "downgrades" in frames
    resources = [table_resource(name, columns(name, traced)) for name in sorted(frames)]
    about = [{"name": "summary", "path": "summary.json", "format": "json", "mediatype": "application/json"}]
    if report:
        about.append({"name": "report", "path": REPORT, "format": "html", "mediatype": "text/html"})
    return {
        "profile": "data-package",
        "name": f"{summary['instance']['name']}-{summary['policy']['name']}".lower(),
        "title": f"{summary['instance']['title']}: {summary['policy']['title']}",
        "description": f"Money: USD of {summary['price_year']}; empty cells have no value; rows of zeros are left out.",
        "resources": [*resources, *about],
    }
