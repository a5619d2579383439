"""What must hold between the tables of an instance: references and sense. Shape and types are checked before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from model.base.problems import Problem, and_more, known_names, line_of, look_alike, nearest, quoted
from model.instance.files.dictionary import CONFIDENCES, TABLES, fields
from model.instance.files.shape import shape_of

Frames = Mapping[str, pd.DataFrame]
Names = Mapping[str, Collection[str]]
HOMES = {
    "region": ("regions", "region"),
    "group": ("groups", "group"),
    "stage": ("stages", "stage"),
    "commodity": ("commodities", "commodity"),
    "material": ("contents", "material"),
    "process": ("recipes", "process"),
    "plant": ("plants", "plant"),
    "sector": ("demand", "sector"),
    "source": ("sources", "source"),
}
NO_PLACE = "is not a known region or group"


def known(tables: Frames, policies: Collection[str] = ()) -> dict[str, set[str]]:
    """The names that may be referred to, by kind; a star is added where it stands for all.

    A kind whose table could not be read, or is empty although others refer to it, is left out: that is said once.
    """
    names = {"confidence": set(CONFIDENCES), "policy": set(policies)}
    for kind, (table, column) in HOMES.items():
        frame, shape = tables[table], shape_of(tables[table])
        lost = shape.unread or column in shape.missing or (kind != "group" and _hollow(tables, kind))
        if not lost:
            names[kind] = {*frame[column], *shape.meant.get(column, ())} - {""}
    if "region" in names and "group" in names:
        names["place"] = names["region"] | names["group"]
    if "commodity" in names and "stage" in names:
        names["goods"] = names["commodity"] | names["stage"]
    return names | {f"{k}*": names[k] | {"*"} for k in ("place", "commodity", "process", "goods") if k in names}


def _hollow(tables: Frames, kind: str) -> list[str]:
    """The tables that name things of a kind whose own table is absent or has no row."""
    table, column = HOMES[kind]
    if len(tables[table]) or shape_of(tables[table]).meant.get(column):
        return []
    kinds = {kind, f"{kind}*", *(("place", "place*") if kind == "region" else ())}
    return [
        other
        for other in TABLES
        if any(f.refers_to in kinds and (~tables[other][c].isin(["", "*"])).any() for c, f in fields(other).items())
    ]


def check_absent(tables: Frames) -> list[Problem]:
    """A table that is absent or empty although others refer to it: said once, not for every name."""
    problems = []
    for kind, (table, _) in HOMES.items():
        shape = shape_of(tables[table])
        others = [] if kind == "group" or shape.unread else _hollow(tables, kind)
        if others:
            files = ", ".join(f"{t}.csv" for t in others)
            said = f"{'is absent' if shape.absent else 'has no row'}, but each {kind} named in {files} stands there"
            columns = ", ".join(c for c, f in fields(table).items() if f.required)
            problems.append(Problem(f"{table}.csv", None, "", "", f"{said}; expected the columns {columns}"))
    return problems


def wrong_reference(kind: str, name: str, names: Names) -> tuple[str, str] | None:
    """What was expected and the nearest name, where ``name`` is not a known one of its kind."""
    if kind not in names or name in names[kind]:
        return None
    plain = kind.rstrip("*")
    words = {
        "place": NO_PLACE,
        "confidence": "is not a known grade of confidence",
        "goods": "is not a known commodity or stage",
    }
    what = words.get(plain, f"is not a known {plain}")
    near = nearest(name, names[kind])
    return f"{what}{look_alike(name, near) if near else ''}; known: {known_names(names[kind])}", near


def check_references(tables: Frames, names: Names) -> list[Problem]:
    """Every name that stands in a table must be known; the same wrong name in a column is said once."""
    problems = []
    for table in TABLES:
        for column, field in fields(table).items():
            kind = field.refers_to
            if not kind or kind not in names:
                continue
            values = tables[table][column]
            for name in dict.fromkeys(v for v in values.tolist() if v and v not in names[kind]):
                expected, near = wrong_reference(kind, name, names) or ("", "")
                lines = list(values.index[values == name])
                expected += and_more(lines)
                problems.append(Problem(f"{table}.csv", line_of(lines[0]), column, quoted(name), expected, near))
    return problems


def fold_groups(tables: Frames, problems: Sequence[Problem]) -> list[Problem]:
    """Where there are no groups, the names that only a group could have are said once, with their places."""
    shape = shape_of(tables["groups"])
    lost = [p for p in problems if p.expected.startswith(NO_PLACE) and not p.nearest]
    if len(lost) < 2 or len(tables["groups"]) or shape.unread or shape.ragged:
        return list(problems)
    places = [f"{p.value} in {p.file}" + (f", line {p.line}" if p.line else "") for p in lost]
    said = "; ".join(places[:12]) + (f" and {len(places) - 12} more" if len(places) > 12 else "")
    what = "is absent" if shape.absent else "has no row"
    whole = Problem("groups.csv", None, "", "", f"{what}, but names are used that no region has: {said}")
    return [whole, *(p for p in problems if p not in lost)]


def check_sense(tables: Frames) -> list[Problem]:
    """Checks that need several cells of one table at once, or two tables."""
    problems = []
    regions = set(tables["regions"]["region"]) - {""}
    groups = tables["groups"]["group"]
    for group in groups[groups.isin(regions)].unique():
        lines = list(groups.index[groups == group])
        expected = "is the name of a region; a group needs its own" + and_more(lines)
        problems.append(_at("groups", lines[0], "group", group, expected))
    needed = ["capex", "lead_time", "lifetime", "first_decision", "last_decision"]
    missing = (
        shape_of(tables["plants"]).missing & {"lead_time", "lifetime"}
        if tables["plants"]["capex"].notna().any()
        else ()
    )
    for column in sorted(missing):
        expected = f"the column is missing: {fields('plants')[column].description}"
        problems.append(Problem("plants.csv", shape_of(tables["plants"]).header, column, "", expected))
    for line, row in _rows(tables["plants"], needed):
        problems += _check_plant(line, row, tables["plants"])
    for table in ("lanes", "quotas", "contracts"):
        for line, row in _rows(tables[table], ["from", "to"]):
            if not _none(row["from"]) and not _none(row["to"]) and row["from"] > row["to"]:
                problems.append(_at(table, line, "to", row["to"], f"is before the row's first year {row['from']}"))
    problems += _check_falls(tables["lanes"])
    problems += _check_contents(tables)
    for line, row in _rows(tables["stockpiles"], ["initial", "capacity"]):
        if row["initial"] > row["capacity"]:
            expected = f"does not fit into the stock's capacity of {row['capacity']:g} t"
            problems.append(_at("stockpiles", line, "initial", f"{row['initial']:g}", expected))
    return problems


def _check_contents(tables: Frames) -> Iterator[Problem]:
    """A good's content stands in one place, or is the same in both."""
    goods, shape = tables["commodities"], shape_of(tables["commodities"])
    held = tables["contents"].groupby("commodity")["content"].sum()
    if not len(held):
        field = fields("commodities")["content"]
        if "content" in shape.missing and not shape.unread:
            said = f"the column is missing: {field.description}"
            yield Problem("commodities.csv", shape.header, "content", "", said)
            return
        for line, row in _rows(goods, ["content"]):
            if _none(row["content"]) and (line, "content") not in shape.bad:
                yield _at("commodities", line, "content", None, f"a value is needed; {field.expected}")
        return
    for line, row in _rows(goods, ["commodity", "content"]):
        total, said = float(held.get(row["commodity"], 0.0)), row["content"]
        if not _none(said) and abs(said - total) > 1e-9 * max(1.0, total):
            expected = f"contents.csv says {total:g} in all; leave one of them out"
            yield _at("commodities", line, "content", f"{said:g}", expected)


def _check_falls(lanes: pd.DataFrame) -> Iterator[Problem]:
    """What a lane may fall and what falling further costs: one needs the other."""
    shape = shape_of(lanes)
    for line, row in _rows(lanes, ["fall", "switch_cost"]):
        blank = [c for c in row if _none(row[c])]
        if len(blank) == 1 and not any((line, c) in shape.bad for c in row):
            other = "fall" if blank[0] == "switch_cost" else "switch_cost"
            yield _at("lanes", line, blank[0], None, f"a value is needed where {other} is given")


def _check_plant(line: Any, row: Mapping[str, Any], plants: pd.DataFrame) -> list[Problem]:
    problems, shape = [], shape_of(plants)
    if not _none(row["capex"]):
        problems += [
            _at("plants", line, column, None, f"a value is needed where capex is given; {spec.expected}")
            for column, spec in fields("plants").items()
            if column in ("lead_time", "lifetime")
            and _none(row[column])
            and column not in shape.missing
            and (line, column) not in shape.bad
        ]
    first, last = row["first_decision"], row["last_decision"]
    if not _none(first) and not _none(last) and first > last:
        problems.append(_at("plants", line, "last_decision", last, f"is before first_decision {first}"))
    return problems


def check_horizon(tables: Frames, names: Names, first_year: int, last_year: int) -> list[Problem]:
    """Every demand's listed years must span the horizon; a demand that may own a row with a wrong name is left out."""
    problems = []
    frame, shape = tables["demand"], shape_of(tables["demand"])
    if shape.missing & {"commodity", "region", "sector", "year"}:
        return []
    key = ["commodity", "region", "sector"]
    demands: dict[tuple[str, ...], list[tuple[Any, int]]] = {}
    for line, row in _rows(frame, [*key, "year"]):
        demands.setdefault(tuple(row[c] for c in key), []).append((line, row["year"]))
    wrong = {d for d in demands if wrong_reference("commodity", d[0], names) or wrong_reference("region", d[1], names)}
    wrong |= {tuple(row.get(c, "") for c in key) for row in shape.ragged} | {d for d in demands if "" in d}
    for demand, rows in demands.items():
        if any(sum(a == b for a, b in zip(demand, w, strict=True)) >= 2 for w in wrong):
            continue
        if any((line, "year") in shape.bad for line, _ in rows):
            continue
        low, high = min(year for _, year in rows), max(year for _, year in rows)
        if low > first_year or high < last_year:
            expected = f"the listed years {low} to {high} do not span the horizon {first_year} to {last_year}"
            line, _ = rows[0] if low > first_year else rows[-1]
            problems.append(_at("demand", line, "year", ", ".join(demand), expected))
    return problems


def _rows(frame: pd.DataFrame, columns: list[str]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Line and cells of each row."""
    cells = zip(*(frame[column].tolist() for column in columns), strict=True)
    for line, row in zip(frame.index, cells, strict=True):
        yield line, dict(zip(columns, row, strict=True))


def _none(value: Any) -> bool:
    return value is None or value is pd.NA or value != value


def _at(table: str, line: Any, column: str, value: object, expected: str) -> Problem:
    return Problem(f"{table}.csv", line_of(line), column, "" if value is None else quoted(value), expected)
