"""The folder of a comparison: tables and what their columns mean, written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.comparison.reading import columns
from model.base import places, schema
from model.base.words import clean

LONGEST = 80
SURELY = {"plans.csv", "differences.csv", "datapackage.json"}
"""Files by which a comparison is known, of whatever version."""


def write(frames: Mapping[str, pd.DataFrame], price_year: int, folder: Path) -> Path:
    """Write the tables; an earlier comparison there is replaced. Raises InputError as ``check_comparison_place``."""
    check_comparison_place(folder)
    with places.new_folder(folder) as beside:
        for name, frame in frames.items():
            places.write_table(beside / f"{name}.csv", frame)
        places.write_json(beside / "datapackage.json", datapackage(frames, price_year))
    return folder


def check_comparison_place(folder: Path) -> None:
    """A comparison's folder may be new, empty, or one that a comparison was written to; nothing else is replaced."""
    ours = {"datapackage.json", *(f"{t}.csv" for t in schema.tables(family="comparison"))}
    places.check_place(folder, ours, "what is no comparison")
    there = {p.name for p in folder.iterdir()} if folder.exists() else set()
    if there and not there >= SURELY:
        expected = "holds what is no comparison (some of a comparison's files); choose another folder"
        raise places.wrong_place(folder, expected)


def place(labels: Sequence[str]) -> Path:
    """Where a comparison goes by default: a folder named after its plans.

    >>> place(["crma-2030", "none"]).as_posix()
    'results/comparison-crma-2030-none'
    """
    name = "-".join(re.sub(r"[^A-Za-z0-9._]+", "-", label).strip("-.") or "plan" for label in labels)
    if len(name) > LONGEST:
        name = f"{name[: LONGEST // 2].rstrip('-.')}-{len(labels)}-plans"
    return Path("results") / f"comparison-{name}"


def datapackage(frames: Mapping[str, pd.DataFrame], price_year: int) -> dict[str, Any]:
    """A Frictionless Data Package that describes every file and column: type, unit, meaning."""
    labels = list(frames["plans"]["plan"])
    return {
        "profile": "data-package",
        "name": place(labels).name.lower(),
        "title": f"Plans side by side: {', '.join(labels)}",
        "description": f"Money: USD of {price_year}; empty cells have no value; rows of zeros are left out.",
        "resources": [schema.resource(name, columns(name)) for name in sorted(frames)],
    }


def as_json(frame: pd.DataFrame) -> str:
    """A table as JSON: a list of rows, null where a cell is empty; text without control characters."""
    rows = [
        {key: clean(v) if isinstance(v, str) else None if pd.isna(v) else v for key, v in row.items()}
        for row in frame.to_dict("records")
    ]
    return places.to_json(rows)
