"""Policy files: every key and name of a row judged, then one target for each buyer and scope that the row names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from model.base.problems import Problem
from model.instance.files.checks import wrong_reference
from model.instance.files.dictionary import fields
from model.instance.files.toml_files import Document, check_keys
from model.instance.files.toml_lines import KeyPath
from model.instance.policy.kind import Kind
from model.instance.policy.kinds import KINDS
from model.instance.policy.policies import Places, Policy, Written
from model.instance.policy.rows import EACH, Row


def read_policy(doc: Document, name: str, places: Places) -> tuple[Policy, list[Problem]]:
    """A policy from its parsed file, and every problem in it. Unknown keys and names are problems, never ignored."""
    head, problems = check_keys(doc, "policy", doc.data, also=tuple(KINDS))
    reader = _Reader(doc, places, problems)
    found: dict[str, list[Any]] = {key: [] for key in KINDS}
    for kind in KINDS.values():
        rows = doc.data.get(kind.key, [])
        if not isinstance(rows, list) or not all(isinstance(r, Mapping) for r in rows):
            problems.append(doc.problem((kind.key,), None, f"expected rows that begin with [[{kind.key}]]"))
            continue
        for number, data in enumerate(rows):
            found[kind.key] += reader.row(kind, number, data)
    traced = reader.traced
    policy = Policy(
        name,
        head["title"] or name,
        traced=traced,
        traced_regions=frozenset(places.members(traced)) if traced else frozenset(),
        titles=reader.titles,
    )
    for kind in KINDS.values():
        if found[kind.key]:
            policy = kind.replaced(policy, found[kind.key])
    return replace(policy, written=Written(doc.data, policy.asked, doc.file, dict(doc.places))), problems


class _Reader:
    """Reads the rows of one policy file; collects problems, titles and the one traced set."""

    def __init__(self, doc: Document, places: Places, problems: list[Problem]) -> None:
        self.doc, self.places, self.problems = doc, places, problems
        self.traced = ""
        self.titles: dict[str, str] = {}

    def row(self, kind: Kind, number: int, data: Mapping[str, Any]) -> list[Any]:
        """What one row asks for; nothing where it is wrong."""
        path: KeyPath = (kind.key, str(number))
        nested = data.get("suppliers")
        if isinstance(nested, Mapping) and set(nested) == {"together"} and "together" not in data:
            data = {**{k: v for k, v in data.items() if k != "suppliers"}, **nested}
            at = self.doc.places.get((*path, "suppliers", "together"))
            self.doc.places |= {(*path, "together"): at} if at else {}
        cells, found = check_keys(self.doc, f"policy.{kind.key}", data, path)
        before = len(self.problems)
        self.problems += found
        self._check_names(kind, cells, path)
        row = Row(".".join(path), cells, data, self.places, self.traced, not found)
        if row["title"]:
            self.titles[row.name] = row["title"]
        if row["from"] is not None and row["to"] is not None and row["from"] > row["to"]:
            self._wrong(path, "to", row["to"], f"is before the row's first year {row['from']}")
        for wrong in kind.wrong(row):
            self._wrong(path, *wrong)
        if row["measure"] == "traced":
            self.traced = self.traced or row["traced"] or ""
        return list(kind.read(row)) if len(self.problems) == before else []

    def _wrong(self, path: KeyPath, key: str, value: object, expected: str) -> None:
        self.problems.append(self.doc.problem((*path, key) if key else path, value, expected, ""))

    def _check_names(self, kind: Kind, cells: Mapping[str, Any], path: KeyPath) -> None:
        for column, spec in fields(f"policy.{kind.key}").items():
            value = cells[column]
            if not spec.refers_to or value is None or spec.type == "choice":
                continue
            if spec.type == "suppliers" and value == EACH:
                continue
            self.problems += wrong_names(self.doc, (*path, column), value, spec.refers_to, self.places.names)


def wrong_names(
    doc: Document, path: KeyPath, value: str | tuple[str, ...], kind: str, names: Mapping[str, set[str]]
) -> list[Problem]:
    """The names at a key, one or a list, that are not known."""
    problems = []
    for number, name in enumerate((value,) if isinstance(value, str) else value):
        wrong = wrong_reference(kind, name, names)
        inner = (*path, str(number))
        if wrong:
            problems.append(doc.problem(inner if inner in doc.places else path, name, *wrong))
    return problems
