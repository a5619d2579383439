"""What must hold between the tables of an instance: references and sense. Shape and types are checked before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from model.inputs.dictionary import CONFIDENCES, TABLES, fields
from model.inputs.problems import Problem, known_names, line_of, nearest, quoted

Frames = Mapping[str, pd.DataFrame]
Names = Mapping[str, Collection[str]]


def known(tables: Frames, policies: Collection[str] = ()) -> dict[str, set[str]]:
    """The names that may be referred to, by kind; a star is added where it stands for all."""
    names = {
        "region": set(tables["regions"]["region"]),
        "group": set(tables["groups"]["group"]),
        "stage": set(tables["stages"]["stage"]),
        "commodity": set(tables["commodities"]["commodity"]),
        "process": set(tables["recipes"]["process"]),
        "plant": set(tables["plants"]["plant"]),
        "source": set(tables["sources"]["source"]),
        "confidence": set(CONFIDENCES),
        "policy": set(policies),
    }
    names["place"] = names["region"] | names["group"]
    for kind in ("place", "commodity"):
        names[f"{kind}*"] = names[kind] | {"*"}
    return {kind: found - {""} for kind, found in names.items()}


def wrong_reference(kind: str, name: str, names: Names) -> tuple[str, str] | None:
    """What was expected and the nearest name, where ``name`` is not a known one of its kind."""
    if name in names[kind]:
        return None
    what = {"place": "region or group", "confidence": "grade of confidence"}.get(kind.rstrip("*"), kind.rstrip("*"))
    return f"is not a known {what}; known: {known_names(names[kind])}", nearest(name, names[kind])


def check_references(tables: Frames, names: Names) -> list[Problem]:
    """Every name that stands in a table must be known; the same wrong name in a column is said once."""
    problems = []
    unread = {t for t in TABLES if tables[t].attrs.get("unread")}
    home = {"region": "regions", "stage": "stages", "commodity": "commodities", "process": "recipes"}
    home |= {"plant": "plants", "source": "sources", "place": "regions"}
    for table in TABLES:
        for column, field in fields(table).items():
            kind = field.refers_to
            if not kind or home.get(kind.rstrip("*")) in unread:
                continue
            values = tables[table][column]
            for name in values[~values.isin([*names[kind], ""])].unique():
                expected, near = wrong_reference(kind, name, names) or ("", "")
                lines = values.index[values == name]
                more = f" (and in {len(lines) - 1} more lines)" if len(lines) > 1 else ""
                line = line_of(lines[0])
                problems.append(Problem(f"{table}.csv", line, column, quoted(name), expected + more, near))
    return problems


def check_sense(tables: Frames) -> list[Problem]:
    """Checks that need several cells of one table at once, or two tables."""
    problems = []
    regions = set(tables["regions"]["region"])
    for line, group in tables["groups"]["group"].items():
        if group in regions:
            problems.append(_at("groups", line, "group", group, "is the name of a region; a group needs its own"))
    for line, row in _rows(tables["plants"]):
        problems += _check_plant(line, row)
    for line, row in _rows(tables["lanes"]):
        if not _none(row["from"]) and not _none(row["to"]) and row["from"] > row["to"]:
            problems.append(_at("lanes", line, "to", row["to"], f"is before the row's first year {row['from']}"))
    for line, row in _rows(tables["stockpiles"]):
        if row["initial"] > row["capacity"]:
            expected = f"does not fit into the stock's capacity of {row['capacity']:g} t"
            problems.append(_at("stockpiles", line, "initial", row["initial"], expected))
    return problems


def _check_plant(line: Any, row: Mapping[str, Any]) -> list[Problem]:
    problems = []
    if not _none(row["capex"]):
        problems += [
            _at("plants", line, column, None, "a value is needed where capex is given; expected a whole number [years]")
            for column in ("lead_time", "lifetime")
            if _none(row[column])
        ]
    first, last = row["first_decision"], row["last_decision"]
    if not _none(first) and not _none(last) and first > last:
        problems.append(_at("plants", line, "last_decision", last, f"is before first_decision {first}"))
    return problems


def check_horizon(tables: Frames, first_year: int, last_year: int) -> list[Problem]:
    """Every demand's listed years must span the horizon."""
    problems = []
    key = ["commodity", "region", "sector"]
    for values, rows in tables["demand"].dropna(subset=["year"]).groupby(key, sort=True):
        low, high = rows["year"].min(), rows["year"].max()
        if low > first_year or high < last_year:
            expected = f"the listed years {low} to {high} do not span the horizon {first_year} to {last_year}"
            line = rows.index[0] if low > first_year else rows.index[-1]
            shown = ", ".join(map(str, values))  # type: ignore[arg-type]
            problems.append(_at("demand", line, "year", shown, expected))
    return problems


def _rows(frame: pd.DataFrame) -> list[tuple[Any, dict[str, Any]]]:
    return list(zip(frame.index, frame.to_dict("records"), strict=True))


def _none(value: Any) -> bool:
    return value is None or value is pd.NA or value != value


def _at(table: str, line: Any, column: str, value: object, expected: str) -> Problem:
    return Problem(f"{table}.csv", line_of(line), column, "" if value is None else quoted(value), expected)


