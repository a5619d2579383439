"""What is odd in a checked instance though nothing is wrong, and where its figures come from.

A finding has the form of a problem and stops nothing. The tables are judged here, what can reach what in
``network_warnings``, policies in ``policy_warnings``.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.base.problems import Problem, in_order, line_of, quoted
from model.instance.files.dictionary import CONFIDENCES, TABLES, fields
from model.instance.files.shape import shape_of
from model.instance.instance import Instance
from model.instance.warnings.network import network_warnings
from model.instance.warnings.policies import policy_warnings

STEP = 0.2
MORE_MADE = 1e-6  # relative; coefficients are rounded
GRADES = (*CONFIDENCES, "ungraded")
PLACED = ("latitude", "longitude")


def warnings(instance: Instance) -> list[Problem]:
    """Everything odd in an instance, by file and line."""
    found = [
        *capacity_steps(instance),
        *unsourced(instance),
        *recipes(instance),
        *plants(instance),
        *network_warnings(instance),
        *policy_warnings(instance),
    ]
    return list(in_order(found))


def capacity_steps(instance: Instance) -> list[Problem]:
    """Capacity that leaps after it was held for years, while demand runs in a line between its listed years.

    A value listed for every year is no step of that kind, nor is the start or the end of a plant.
    """
    spans = _straight_spans(instance)
    found = []
    for plant, rows in instance.tables["capacity"].sort_values("year").groupby("plant", sort=False):
        listed = list(zip(rows["year"].astype(int), rows["capacity"], strict=True))
        steps = [
            f"{before:,.10g} -> {after:,.10g} t/yr in {year}"
            for (earlier, before), (year, after) in zip(listed[:-1], listed[1:], strict=True)
            if before > 0 < after
            and abs(after / before - 1) > STEP * (1 + 1e-9)
            and year - earlier > 1
            and instance.first_year < year <= instance.last_year
            and any(low < year <= high for low, high in spans)
        ]
        if steps:
            expected = f"a step of more than a fifth, while demand runs in a line: {'; '.join(steps)}"
            line = min(rows.index)
            found.append(Problem("capacity.csv", line_of(line), "capacity", quoted(plant), expected))
    return found


def _straight_spans(instance: Instance) -> set[tuple[int, int]]:
    """Pairs of listed years of some demand between which other years are filled in."""
    spans = set()
    for _, rows in instance.tables["demand"].groupby(["commodity", "region", "sector"]):
        years = sorted(rows["year"].astype(int))
        spans |= {(low, high) for low, high in zip(years[:-1], years[1:], strict=True) if high - low > 1}
    return spans


def unsourced(instance: Instance) -> list[Problem]:
    """Rows without a source or a grade of confidence: one finding a table."""
    found = []
    for table in TABLES:
        if "confidence" not in fields(table):
            continue
        frame = instance.tables[table]
        rows = frame.index[(frame["source"] == "") | (frame["confidence"] == "")]
        if len(rows):
            said = ", ".join(str(line) for line in rows)
            column = "source" if (frame["source"] == "").any() else "confidence"
            expected = f"{len(rows)} of {len(frame)} rows have no source or no grade of confidence: lines {said}"
            found.append(Problem(f"{table}.csv", line_of(rows[0]), column, "", expected))
    return found


def recipes(instance: Instance) -> list[Problem]:
    """Processes that make nothing, or more oxide equivalent than they use; those without inputs bring it in."""
    found = []
    frame = instance.tables["recipes"]
    for process, recipe in instance.recipes.items():
        line = line_of(frame.index[frame["process"] == process][0])
        made = sum(a * instance.ree_content[k] for k, a in recipe.items() if a > 0)
        used = sum(-a * instance.ree_content[k] for k, a in recipe.items() if a < 0)
        if all(a < 0 for a in recipe.values()):
            found.append(Problem("recipes.csv", line, "process", quoted(process), "makes nothing"))
        elif any(a < 0 for a in recipe.values()) and made > used * (1 + MORE_MADE):
            expected = f"makes {made:.6g} t of oxide equivalent per unit of activity out of {used:.6g} t"
            found.append(Problem("recipes.csv", line, "coefficient", quoted(process), expected))
    return found


def plants(instance: Instance) -> list[Problem]:
    """Plants that can never run: without capacity, or without a year in which to decide on it."""
    found = []
    names = instance.tables["plants"]["plant"]
    for label, name in names.items():
        plant = instance.plants[name]
        column = ""
        if plant.capex is None and not any(instance.existing.get(name, {}).values()):
            column, expected = "capex", "can never run: it has neither capacity within the horizon nor capex"
        elif plant.capex is not None and min(plant.max_build, plant.max_build_per_year) > 0:
            first = max(plant.first_decision, instance.first_year)
            last = min(plant.last_decision, instance.last_year - plant.lead_time)
            column = "" if instance.decision_years(plant) else "lead_time"
            expected = f"no year is left to decide on it: not before {first}, to be on stream in time not after {last}"
        if column:
            found.append(Problem("plants.csv", line_of(label), column, quoted(name), expected))
    return found


def figures(instance: Instance) -> pd.DataFrame:
    """How many figures are sourced, recalled, assumed or ungraded, by ``table`` and in all (the last row).

    A figure is a cell that the file fills with a number; those that say which row it is (a year that is part of the
    key) or where a region lies on the map are none.
    """
    rows: dict[str, dict[str, int]] = {}
    for table in TABLES:
        known = fields(table)
        if "confidence" not in known:
            continue
        frame, blank = instance.tables[table], shape_of(instance.tables[table]).blank
        numbers = [
            c
            for c, f in known.items()
            if f.type in ("number", "whole", "nonzero", "positive") and not f.key and c not in PLACED
        ]
        counts = dict.fromkeys(GRADES, 0)
        for label, row in zip(frame.index, frame[[*numbers, "confidence"]].to_dict("records"), strict=True):
            grade = row["confidence"] or "ungraded"
            counts[grade] += sum(_filled(row[c]) and (label, c) not in blank for c in numbers)
        rows[table] = counts | {"figures": sum(counts.values())}
    counted = pd.DataFrame.from_dict(rows, orient="index", columns=[*GRADES, "figures"])
    counted.loc["all"] = counted.sum()
    return counted.rename_axis("table").reset_index()


def _filled(value: Any) -> bool:
    return value is not None and value is not pd.NA and value == value
