"""Scenario files: named branches off the certain future, checked as the format describes them.

Plans are made for one certain future today; the files are read so that a wrong one is found with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.inputs.checks import wrong_reference
from model.inputs.dictionary import fields
from model.inputs.problems import Problem
from model.inputs.toml_files import Document, KeyPath, check_keys

NEEDED = {
    "export_limit": ("max_flow", "factor"),
    "demand": ("factor",),
    "price": ("factor",),
    "capacity_factor": ("factor",),
    "lead_time_delay": ("years",),
}


def check_scenario(doc: Document, names: Mapping[str, set[str]], first_year: int, last_year: int) -> list[Problem]:
    """Every problem of a scenario file."""
    _, problems = check_keys(doc, "scenario", doc.data, also=("branch",))
    rows = doc.data.get("branch", [])
    if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
        return [*problems, doc.problem(("branch",), None, "expected rows that begin with [[branch]]")]
    total, seen = 0.0, set()
    for number, data in enumerate(rows):
        path: KeyPath = ("branch", str(number))
        row, found = check_keys(doc, "scenario.branch", data, path, also=("event",))
        problems += found
        total += row["probability"] or 0.0
        if row["name"] in seen:
            problems.append(doc.problem((*path, "name"), row["name"], "names an earlier branch already"))
        seen.add(row["name"])
        if row["from"] is not None and not first_year < row["from"] <= last_year:
            expected = f"expected a year after the first year {first_year} and up to {last_year}"
            problems.append(doc.problem((*path, "from"), row["from"], expected))
        if row["to"] is not None and row["from"] is not None and row["to"] < row["from"]:
            problems.append(doc.problem((*path, "to"), row["to"], "is before the branch's first year"))
        events = data.get("event", [])
        if not isinstance(events, list) or not all(isinstance(e, Mapping) for e in events):
            problems.append(doc.problem((*path, "event"), None, "expected rows that begin with [[branch.event]]"))
            continue
        for place, event in enumerate(events):
            problems += _check_event(doc, (*path, "event", str(place)), event, names)
    if total > 1 + 1e-9:
        problems.append(doc.problem(("branch",), f"{total:g}", "the branches' probabilities add up to more than 1"))
    return problems


def _check_event(
    doc: Document, path: KeyPath, data: Mapping[str, Any], names: Mapping[str, set[str]]
) -> list[Problem]:
    event, problems = check_keys(doc, "scenario.branch.event", data, path)
    for column, spec in fields("scenario.branch.event").items():
        value = event[column]
        if not spec.refers_to or value is None or spec.type == "choice":
            continue
        for name in (value,) if isinstance(value, str) else value:
            wrong = wrong_reference(spec.refers_to, name, names)
            if wrong:
                problems.append(doc.problem((*path, column), name, *wrong))
    kind = event["kind"]
    if kind in NEEDED and all(event[key] is None for key in NEEDED[kind]):
        expected = f"an event of kind {kind} needs {' or '.join(NEEDED[kind])}"
        problems.append(doc.problem(path, None, expected))
    if kind == "export_limit" and event["origin"] is None:
        problems.append(doc.problem((*path, "origin"), None, "an export limit needs the origin it holds for"))
    return problems
