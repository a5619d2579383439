"""How each figure is known, and between what it lies: ``ranges.csv`` beside the tables whose figures it speaks of.

A grade and a source stand beside a whole row of a table; a row of ``ranges.csv`` speaks of one column of it, and of one
year where it names one: its grade and source go before, and ``low`` and ``high`` are what was published or thought
possible. A figure is named as ``figures.csv`` names it: a plant, ``process: good``, ``good: origin to destination``; a
``*`` in it stands for any text.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from model.base.problems import Problem, line_of, nearest, quoted
from model.instance.files.dictionary import fields
from model.instance.files.shape import shape_of

Frames = Mapping[str, pd.DataFrame]
FORMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "commodities": ("{}", ("commodity",)),
    "recipes": ("{}: {}", ("process", "commodity")),
    "plants": ("{}", ("plant",)),
    "capacity": ("{}", ("plant",)),
    "demand": ("{}: {}, {}", ("commodity", "region", "sector")),
    "lanes": ("{}: {} to {}", ("commodity", "origin", "destination")),
    "stockpiles": ("{}: {}", ("commodity", "region")),
    "contracts": ("{}", ("contract",)),
    "trade": ("{}: {} to {}", ("commodity", "origin", "destination")),
}
"""How the figures of a table are named, and from which columns."""
NUMBERS = ("number", "whole", "nonzero", "positive")
DEFINED = ("plants", "availability")
"""All of capacity is what a plant can run at unless somebody says otherwise: about a 1 nothing can be found out."""


class Known(NamedTuple):
    """How one figure is known. ``low`` and ``high`` are None where no range is given."""

    confidence: str
    source: str
    low: float | None
    high: float | None


def names_of(tables: Frames, table: str) -> list[str]:
    """The names of a table's figures, one a row; lanes with the years that they are limited to."""
    form, columns = FORMS[table]
    frame = tables[table]
    said = [form.format(*parts) for parts in zip(*(frame[c] for c in columns), strict=True)]
    if table != "lanes":
        return said
    return [
        name + "".join(f" {word} {y}" for word, y in (("from", first), ("to", last)) if not pd.isna(y))
        for name, first, last in zip(said, frame["from"], frame["to"], strict=True)
    ]


def known(tables: Frames, table: str, column: str) -> list[Known]:
    """How each row's figure in one column is known: by its own row of ``ranges.csv``, else by the table's row."""
    frame = tables[table]
    whole = (frame[column] == 1.0) if (table, column) == DEFINED else [False] * len(frame)
    found = [
        Known("definition" if one else str(grade), str(source), None, None)
        for one, grade, source in zip(whole, frame["confidence"], frame["source"], strict=True)
    ]
    for at, row in _matched(tables, table, column):
        low, high = (None if pd.isna(row[c]) else float(row[c]) for c in ("low", "high"))
        found[at] = Known(row["confidence"] or found[at].confidence, row["source"] or found[at].source, low, high)
    return found


def _matched(tables: Frames, table: str, column: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Places of a table's rows with the rows of ``ranges.csv`` that speak of them; a row with a year comes last."""
    frame = tables["ranges"]
    rows = frame[(frame["table"] == table) & (frame["column"] == column)]
    if not len(rows):
        return
    names = names_of(tables, table)
    years = tables[table]["year"].tolist() if "year" in tables[table] else [None] * len(names)
    for row in sorted(_records(rows), key=lambda r: not pd.isna(r["year"])):
        pattern = _pattern(str(row["figure"]))
        for at, name in enumerate(names):
            if pattern.fullmatch(name) and (pd.isna(row["year"]) or years[at] == row["year"]):
                yield at, row


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(c): value for c, value in row.items()} for row in frame.to_dict("records")]


@cache
def _pattern(figure: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(figure.replace("[", "[[]")))


def check_ranges(tables: Frames) -> Iterator[Problem]:
    """Every row speaks of figures that are there, and its ``low`` is not above its ``high``."""
    frame = tables["ranges"]
    bad = shape_of(frame).bad
    for line, row in zip(frame.index, _records(frame), strict=True):
        table, column = row["table"], row["column"]
        if table not in FORMS or not column or not row["figure"] or any(at == line for at, _ in bad):
            continue  # said before
        numbers = [c for c, f in fields(table).items() if f.type in NUMBERS and not f.key]
        if column not in numbers:
            expected = f"is not a column of figures in {table}.csv; known: {', '.join(numbers)}"
            yield _at(line, "column", column, expected, nearest(column, numbers))
            continue
        yield from _row(tables, line, row)


def _row(tables: Frames, line: Any, row: Mapping[str, Any]) -> Iterator[Problem]:
    table, low, high = row["table"], row["low"], row["high"]
    names, pattern = names_of(tables, table), _pattern(str(row["figure"]))
    here = [at for at, name in enumerate(names) if pattern.fullmatch(name)]
    if not names:
        return  # no rows, or none that could be read, which is said there
    if not here:
        expected = f"is not a figure of {table}.csv; expected a name such as {quoted(names[0])}"
        yield _at(line, "figure", row["figure"], expected, nearest(str(row["figure"]), set(names)))
        return
    if not pd.isna(row["year"]):
        listed = tables[table]["year"].tolist() if "year" in tables[table] else [None] * len(names)
        here = [at for at in here if listed[at] == row["year"]]
        if not here:
            yield _at(line, "year", int(row["year"]), f"is not a year that {table}.csv lists for {row['figure']}", "")
            return
    if not pd.isna(low) and not pd.isna(high) and low > high:
        yield _at(line, "low", f"{low:g}", f"is above the row's high of {high:g}", "")


def outside(tables: Frames) -> Iterator[Problem]:
    """Figures beyond what is said of them: as they stand, or as an edit made them; the first of each row."""
    frame = tables["ranges"]
    for line, row in zip(frame.index, _records(frame), strict=True):
        table, column = str(row["table"]), str(row["column"])
        names, pattern = names_of(tables, table), _pattern(str(row["figure"]))
        values = tables[table][column].tolist()
        years = tables[table]["year"].tolist() if "year" in tables[table] else [None] * len(names)
        for at, name in enumerate(names):
            here = pattern.fullmatch(name) and (pd.isna(row["year"]) or years[at] == row["year"])
            if not here or pd.isna(values[at]):
                continue
            beyond = "low" if values[at] < row["low"] else "high" if values[at] > row["high"] else ""
            if beyond:
                where = line_of(tables[table].index[at])
                side, there = "above" if beyond == "low" else "below", f" in line {where}" if where else ""
                said = f"is {side} the figure itself, {values[at]:.10g}{there} of {table}.csv"
                yield _at(line, beyond, f"{row[beyond]:.10g}", said, "")
                break


def _at(line: Any, column: str, value: object, expected: str, near: str) -> Problem:
    return Problem("ranges.csv", line_of(line), column, quoted(value), expected, near)
