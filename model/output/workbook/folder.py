"""A results folder -> its tables, typed as the dictionary of results says, and its summary."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem, quoted
from model.base.schema import columns, tables

SUMMARY = "summary.json"
NEEDED = ("cost_usd", "first_year", "last_year", "price_year", "instance", "policy", "versions")
"""What a plan's summary must hold."""


def read_tables_of(folder: Path, only: Sequence[str] = ()) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Every table of a results folder (or ``only`` some), and its summary; a table that isn't there is left out.

    Whole numbers are Int64 (blank: NA), numbers float (blank: NaN). Raises InputError with all that is broken.
    """
    problems: list[Problem] = []
    if not folder.is_dir():
        raise InputError([Problem(str(folder), None, "", "", "is not a folder; expected the results of solve.py")])
    summary = _summary(folder, problems)
    traced = (folder / "downgrades.csv").is_file()
    found = {}
    for name in tables(traced, explained=True):
        file = folder / f"{name}.csv"
        if file.is_file() and (not only or name in only):
            found[name] = _frame(file, name, traced, problems)
    if problems:
        raise InputError(problems)
    return found, summary


def _summary(folder: Path, problems: list[Problem]) -> dict[str, Any]:
    file = folder / SUMMARY
    try:
        found = json.loads(file.read_bytes())
    except OSError as error:
        expected = f"can't be read: {error.strerror}; expected the folder of one plan's results"
        problems.append(Problem(str(file), None, "", "", expected))
        return {}
    except ValueError as error:
        problems.append(Problem(str(file), None, "", "", f"is not well-formed JSON: {error}"))
        return {}
    missing = [key for key in NEEDED if not isinstance(found, dict) or key not in found]
    if missing:
        expected = f"lacks {', '.join(missing)}; expected the summary of a plan"
        problems.append(Problem(str(file), None, "", "", expected))
        return {}
    return dict(found)


def _frame(file: Path, name: str, traced: bool, problems: list[Problem]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(file, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        problems.append(Problem(str(file), None, "", "", f"can't be read: {error}"))
        return pd.DataFrame()
    kinds = {c.column: c.type for c in columns(name, traced)}
    missing = [column for column in kinds if column not in frame]
    if missing:
        problems.append(Problem(str(file), 1, missing[0], "", "the column is missing; run again"))
    for column in frame.columns:
        if kinds.get(column) in ("integer", "number"):
            frame[column] = _numbers(file, frame[column], kinds[column] == "integer", problems)
    return frame


def _numbers(file: Path, texts: pd.Series[str], whole: bool, problems: list[Problem]) -> pd.Series[Any]:
    values = pd.to_numeric(texts.where(texts != ""), errors="coerce").astype(float)
    wrong = (values.isna() & (texts != "")) | (whole & (values % 1 != 0) & values.notna())
    if wrong.any():
        first = int(wrong.to_numpy().argmax())
        expected = "expected a whole number" if whole else "expected a number"
        problems.append(Problem(str(file), first + 2, str(texts.name), quoted(texts.iloc[first]), expected))
        return values
    if whole:
        return pd.Series([pd.NA if math.isnan(v) else int(v) for v in values], index=texts.index, dtype="Int64")
    return values
