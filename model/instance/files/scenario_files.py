"""Scenario files: futures that leave one trunk, checked as the format describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model.base.problems import Problem, known_names, nearest
from model.instance.files.dictionary import fields
from model.instance.files.policy_files import wrong_names
from model.instance.files.toml_files import Document, check_keys
from model.instance.files.toml_lines import KeyPath
from model.instance.policy.policies import Places
from model.instance.trees.events import Event
from model.instance.trees.scenarios import Branch, Scenario

NUMBERS = {
    "export_limit": ("max_flow", "quota"),
    "tariff": ("add",),
    "demand": ("factor",),
    "cost": ("factor",),
    "capacity_factor": ("factor",),
    "lead_time_delay": ("years",),
    "no_build": (),
}
"""The number that each kind of event needs, one of them."""
ON_LANES = ("origin", "destination", "commodities", "stages")
ON_PLANTS = ("regions", "processes", "plants")
FILTERS = {
    "export_limit": ON_LANES,
    "tariff": ON_LANES,
    "demand": ("commodities", "stages", "regions", "sectors"),
    "cost": ("regions", "processes", "plants"),
    "capacity_factor": ON_PLANTS,
    "lead_time_delay": ON_PLANTS,
    "no_build": ON_PLANTS,
}
"""What each kind of event may be narrowed to."""


def read_scenario(doc: Document, name: str, places: Places, years: range | None) -> tuple[Scenario, list[Problem]]:
    """A scenario from its parsed file, and every problem in it; ``years``: the horizon, where it is known."""
    head, problems = check_keys(doc, "scenario", doc.data, also=("branch", "event"))
    reader = _Reader(doc, places, years or range(places.first_year, places.last_year + 1), problems)
    trunk = head["trunk"] or "as planned"
    events = reader.events((), doc.data, reader.years[0] if reader.years else 0, None)
    branches = reader.branches(trunk, known_years=years is not None)
    title = head["title"] or name
    return Scenario(
        name, title, trunk, branches, events, head["risk.level"] or 0.0, head["risk.weight"] or 0.0
    ), problems


@dataclass
class _Reader:
    """Reads the rows of one file; what is wrong is added to ``problems``."""

    doc: Document
    places: Places
    years: range
    problems: list[Problem]
    starts: dict[str, int] = field(default_factory=dict)
    left: dict[str, float] = field(default_factory=dict)

    def _rows(self, path: KeyPath, data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        rows = data.get(key, [])
        if isinstance(rows, list) and all(isinstance(r, Mapping) for r in rows):
            return rows
        header = ".".join([*(p for p in path if not p.isdigit()), key])
        self.problems.append(self.doc.problem((*path, key), None, f"expected rows that begin with [[{header}]]"))
        return []

    def branches(self, trunk: str, known_years: bool) -> tuple[Branch, ...]:
        """The branches, each off the trunk or an earlier one."""
        found = []
        self.starts, self.left = {trunk: self.years[0] if self.years else 0}, {trunk: 1.0}
        for number, data in enumerate(self._rows((), self.doc.data, "branch")):
            path: KeyPath = ("branch", str(number))
            row, wrong = check_keys(self.doc, "scenario.branch", data, path, also=("event",))
            self.problems += wrong
            first, last, share, name = row["from"], row["to"], row["probability"], row["name"]
            off = trunk if row["off"] is None else row["off"]
            self._check_name(path, name)
            if off not in self.starts:
                expected = f"is neither the trunk nor a branch listed above; known: {known_names(self.starts, 20)}"
                self.problems.append(self.doc.problem((*path, "off"), off, expected, nearest(off, self.starts)))
            if known_years:
                self._check_years(path, first, last, off)
            if share is not None and off in self.left:
                self.left[off] -= share
                if self.left[off] < -1e-9:
                    said = f"the probabilities of branches off {off} add up to more than 1"
                    self.problems.append(self.doc.problem((*path, "probability"), f"{1 - self.left[off]:g}", said))
            start = first or (self.years[0] if self.years else 0)
            events = self.events(path, data, start, last)
            if name is not None and name not in self.starts:
                self.starts[name], self.left[name] = start, 1.0
            found.append(Branch(name or "", off, start, share or 0.0, events))
        return tuple(found)

    def _check_name(self, path: KeyPath, name: str | None) -> None:
        if name is not None and name in self.starts:
            what = "the trunk" if name == next(iter(self.starts)) else "an earlier branch"
            self.problems.append(self.doc.problem((*path, "name"), name, f"names {what} already"))

    def _check_years(self, path: KeyPath, first: int | None, last: int | None, off: str) -> None:
        start = self.starts.get(off, self.years[0])
        if first is not None and not start <= first <= self.years[-1]:
            expected = f"expected a year from {start}, in which its line begins, to {self.years[-1]}"
            self.problems.append(self.doc.problem((*path, "from"), first, expected))
        self._check_order(path, first, last)

    def _check_order(self, path: KeyPath, first: int | None, last: int | None) -> None:
        if first is not None and last is not None and last < first:
            self.problems.append(self.doc.problem((*path, "to"), last, f"is before the first year {first}"))

    def events(self, path: KeyPath, data: Mapping[str, Any], start: int, end: int | None) -> tuple[Event, ...]:
        """The events of a branch, or at the top level."""
        rows = enumerate(self._rows(path, data, "event"))
        return tuple(self._event((*path, "event", str(number)), row, start, end) for number, row in rows)

    def _event(self, path: KeyPath, data: Mapping[str, Any], start: int, end: int | None) -> Event:
        row, wrong = check_keys(self.doc, "scenario.event", data, path)
        self.problems += wrong
        for column, spec in fields("scenario.event").items():
            if spec.refers_to and row[column] is not None and spec.type != "choice" and column in data:
                names = self.places.names
                self.problems += wrong_names(self.doc, (*path, column), row[column], spec.refers_to, names)
        if row["kind"] in NUMBERS:
            self._check_keys(path, data, row["kind"])
        first = start if row["from"] is None else row["from"]
        last = row["to"] if row["to"] is not None else end if end is not None else self.years[-1] if self.years else 0
        self._check_order(path, row["from"], row["to"])
        named: dict[str, Any] = {
            c: None if row[c] is None else frozenset(row[c]) for c in ("sectors", "processes", "plants")
        }
        return Event(
            ".".join(path),
            row["kind"] or "",
            max(first, start),
            last,
            origin=self._members(row["origin"]),
            destination=self._members(row["destination"]),
            goods=self._goods(row),
            regions=self._members(row["regions"]),
            **named,
            max_flow=row["max_flow"],
            quota=row["quota"],
            add=row["add"] or 0.0,
            factor=1.0 if row["factor"] is None else row["factor"],
            years=row["years"] or 0,
        )

    def _check_keys(self, path: KeyPath, data: Mapping[str, Any], kind: str) -> None:
        """The number that the kind needs, and no key that means nothing with it."""
        needed = NUMBERS[kind]
        given = [key for key in needed if key in data]
        if needed and not given:
            said = f"an event of kind {kind} needs {' or '.join(needed)}"
            self.problems.append(self.doc.problem(path, None, said))
        elif len(given) > 1:
            said = f"expected either {' or '.join(given)}"
            self.problems.append(self.doc.problem((*path, given[1]), data[given[1]], said))
        if kind in ("export_limit", "tariff") and "origin" not in data:
            what = "an export limit" if kind == "export_limit" else "a tariff"
            self.problems.append(self.doc.problem(path, None, f"{what} needs the origin that it holds for"))
        if "commodities" in data and "stages" in data:
            said = "expected either commodities or stages"
            self.problems.append(self.doc.problem((*path, "stages"), None, said))
        means = {"kind", "from", "to", *needed, *FILTERS[kind]}
        for key in (k for k in data if k in fields("scenario.event") and k not in means):
            said = f"has no meaning with kind {kind}"
            self.problems.append(
                self.doc.problem((*path, key), None if isinstance(data[key], list) else data[key], said)
            )

    def _members(self, value: tuple[str, ...] | str | None) -> frozenset[str] | None:
        """The regions of some places; None: everywhere."""
        names = (value,) if isinstance(value, str) else value
        if names is None or "*" in names:
            return None
        return frozenset(r for name in names for r in self.places.members(name))

    def _goods(self, row: Mapping[str, Any]) -> frozenset[str] | None:
        if row["stages"] is not None:
            return frozenset(k for stage in row["stages"] for k in self.places.stages.get(stage, ()))
        return None if row["commodities"] is None else frozenset(row["commodities"])
