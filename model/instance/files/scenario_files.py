"""Scenario files: named branches off the certain future, checked as the format describes them.

Plans are made for one certain future today; the files are read so that a wrong one is found with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.base.problems import Problem
from model.instance.files.dictionary import fields
from model.instance.files.policy_files import wrong_names
from model.instance.files.toml_files import Document, check_keys
from model.instance.files.toml_lines import KeyPath

NEEDED = {
    "export_limit": ("max_flow", "factor"),
    "demand": ("factor",),
    "price": ("factor",),
    "capacity_factor": ("factor",),
    "lead_time_delay": ("years",),
}
# Keys that belong to some kinds of events alone.
OWN = {
    "origin": ("export_limit",),
    "destination": ("export_limit",),
    "max_flow": ("export_limit",),
    "factor": ("export_limit", "demand", "price", "capacity_factor"),
    "years": ("lead_time_delay",),
}


def check_scenario(doc: Document, names: Mapping[str, set[str]], years: range | None) -> list[Problem]:
    """Every problem of a scenario file; ``years``: the horizon, where it is known."""
    _, problems = check_keys(doc, "scenario", doc.data, also=("branch",))
    rows = doc.data.get("branch", [])
    if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
        return [*problems, doc.problem(("branch",), None, "expected rows that begin with [[branch]]")]
    total, seen = 0.0, set()
    for number, data in enumerate(rows):
        path: KeyPath = ("branch", str(number))
        row, found = check_keys(doc, "scenario.branch", data, path, also=("event",))
        problems += found + _check_years(doc, path, row, years)
        total += row["probability"] or 0.0
        if row["name"] is not None and row["name"] in seen:
            problems.append(doc.problem((*path, "name"), row["name"], "names an earlier branch already"))
        seen.add(row["name"])
        events = data.get("event", [])
        if not isinstance(events, list) or not all(isinstance(e, Mapping) for e in events):
            problems.append(doc.problem((*path, "event"), None, "expected rows that begin with [[branch.event]]"))
            continue
        for place, event in enumerate(events):
            problems += _check_event(doc, (*path, "event", str(place)), event, names)
    if total > 1 + 1e-9:
        last = ("branch", str(len(rows) - 1), "probability")
        problems.append(doc.problem(last, f"{total:g}", "the branches' probabilities add up to more than 1"))
    return problems


def _check_years(doc: Document, path: KeyPath, row: Mapping[str, Any], years: range | None) -> list[Problem]:
    problems = []
    first, last = row["from"], row["to"]
    if first is not None and years is not None and first not in years[1:]:
        expected = f"expected a year after the first year {years[0]} and up to {years[-1]}"
        problems.append(doc.problem((*path, "from"), first, expected))
    if first is not None and last is not None and last < first:
        problems.append(doc.problem((*path, "to"), last, f"is before the branch's first year {first}"))
    return problems


def _check_event(doc: Document, path: KeyPath, data: Mapping[str, Any], names: Mapping[str, set[str]]) -> list[Problem]:
    event, problems = check_keys(doc, "scenario.branch.event", data, path)
    for column, spec in fields("scenario.branch.event").items():
        value = event[column]
        if spec.refers_to and value is not None and spec.type != "choice":
            problems += wrong_names(doc, (*path, column), value, spec.refers_to, names)
    kind = event["kind"]
    if kind not in NEEDED:
        return problems
    given = [key for key in NEEDED[kind] if key in data]
    if not given:
        problems.append(doc.problem(path, None, f"an event of kind {kind} needs {' or '.join(NEEDED[kind])}"))
    elif len(given) > 1:
        problems.append(doc.problem((*path, given[1]), data[given[1]], f"expected either {' or '.join(given)}"))
    if kind == "export_limit" and "origin" not in data:
        problems.append(doc.problem(path, None, "an export limit needs the origin that it holds for"))
    for key, kinds in OWN.items():
        if key in data and kind not in kinds:
            problems.append(doc.problem((*path, key), data[key], f"has no meaning with kind {kind}"))
    return problems
