"""An instance folder (or edited frames) -> a checked :class:`Instance`, or every problem in one report."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem, nearest, quoted
from model.instance import trade
from model.instance.assembling import assembled, stem, stems
from model.instance.editing import inline
from model.instance.editing.edit import Change, NewRow
from model.instance.editing.making import made, placed
from model.instance.editing.names import edited_title
from model.instance.editing.rows import placed_row
from model.instance.files.csv_tables import read_tables
from model.instance.files.folder import (
    TABLE_FILES,
    TOML_FOLDERS,
    no_instance,
    overlooked,
    stands,
    strays,
    toml_files,
    unsayable,
)
from model.instance.files.overrides import merged
from model.instance.files.policy_files import read_policy
from model.instance.files.scenario_files import read_scenario
from model.instance.files.toml_files import Document, read_toml
from model.instance.framed import as_toml, policy_place, with_lines, wrong_frames
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.policy.row_names import short_names
from model.instance.trees.scenarios import Scenario


def read(folder: str | Path, overrides: Mapping[str, Any] | None = None) -> Instance:
    """Read and check an instance folder, its policies and scenarios included.

    ``overrides`` sets scalars of ``instance.toml`` before the checks (``{"finance.discount_rate": 0.03}``) and edits
    tables (``{"plants[region=CN].variable_cost": "*= 0.8"}``, see :mod:`model.instance.editing.inline`).
    Raises :class:`InputError` with every problem found.
    """
    scalars, edits = inline.split(overrides)
    folder = Path(folder)
    problems = [] if stands(folder / "instance.toml") else [no_instance(folder)]
    if problems and not any(stands(folder / name) for name in TABLE_FILES):
        raise InputError(problems)
    problems += strays(folder) + unsayable(folder)
    raw, found = read_tables(folder)
    problems += found
    if stands(folder / "instance.toml"):
        head, found = read_toml(folder / "instance.toml", "instance.toml")
    else:
        head, found = Document("instance.toml", {}, unread=True), []
    problems += found
    documents = {}
    for kind in TOML_FOLDERS:
        files, found = toml_files(folder, kind)
        problems += found
        for path in files:
            doc, found = read_toml(path, f"{kind}/{path.name}")
            documents[doc.file] = doc
            problems += found
    name, unread = folder.resolve().name, tuple(overlooked(folder))
    asked, wrong = merged(head, scalars)
    changes, wrong_edits = inline.changes(edits)
    try:
        instance = assembled(name, raw, asked, documents, problems + wrong, scalars, unread)
    except InputError as error:
        if scalars and edits:  # the edits are judged beside wrong scalars
            with contextlib.suppress(InputError):
                base = assembled(name, raw, head, documents, list(problems), {}, unread)
                wrong_edits += made(base, None, changes).problems
        raise InputError([*error.problems, *wrong_edits]) from None
    return _changed(instance, edits, changes, wrong_edits) if edits else instance


def with_edits(instance: Instance, edits: Mapping[str, Any]) -> Instance:
    """The instance with some table edits made, by their text, and checked anew. Raises :class:`InputError`."""
    changes, problems = inline.changes(edits)
    problems += [Problem("edits", None, "", quoted(k), inline.TWICE) for k in edits if k in instance.overrides]
    return _changed(instance, edits, changes, problems)


def _changed(
    instance: Instance, edits: Mapping[str, Any], changes: Sequence[Change | NewRow], problems: list[Problem]
) -> Instance:
    found = made(instance, None, changes)
    if problems + found.problems:
        raise InputError(problems + found.problems)
    try:
        changed = revised(instance, found.frames)
    except InputError as error:
        rows = [change for change in changes if isinstance(change, NewRow)]
        raise InputError([placed_row(p, rows) for p in error.problems]) from None
    return dataclasses.replace(changed, overrides={**instance.overrides, **inline.plain(edits)})


def edited(
    instance: Instance, *, edits: str | Iterable[str] | Mapping[str, Any] = (), **tables: pd.DataFrame
) -> Instance:
    """The instance with some tables replaced, then some edits made, checked anew. Raises :class:`InputError`.

    A problem names the line of the file whose row has the same key, if there is one.

    ``edits`` are text, one or several, as :mod:`model.instance.editing.inline` reads it: ``"plants[region=CN].capex
    *= 1.2"``. They stand in ``instance.overrides`` and in a plan's summary; replaced tables don't.
    """
    asked = inline.typed(edits)
    if wrong_frames(tables):
        raise InputError(wrong_frames(tables))
    lined = {name: with_lines(name, frame, instance.tables[name]) for name, frame in tables.items()}
    changed = revised(instance, lined) if tables or not asked else instance
    return with_edits(changed, asked) if asked else changed


def revised(
    instance: Instance, tables: Mapping[str, pd.DataFrame], scalars: Mapping[str, Any] | None = None
) -> Instance:
    """The instance with some tables replaced and ``scalars`` of ``instance.toml`` set, checked anew.

    Raises :class:`InputError`.
    """
    wrong = wrong_frames(tables)
    if wrong:
        raise InputError(wrong)
    raw = {name: tables.get(name, frame) for name, frame in instance.tables.items()}
    head, problems = merged(instance.documents["instance.toml"], scalars)
    documents = {file: doc for file, doc in instance.documents.items() if file != "instance.toml"}
    overrides = {**instance.overrides, **(scalars or {})}
    return assembled(instance.name, raw, head, documents, problems, overrides, instance.overlooked)


def applied(instance: Instance, policy: str, changes: Iterable[Change], file: str = "") -> tuple[Instance, Policy]:
    """The instance and the policy with all changes made, in their order. Raises InputError; ``file`` is the sweep's."""
    asked, problems = merged(policy_document(instance, policy), None)
    found = made(instance, asked, changes, file)
    if problems + found.problems:
        raise InputError(problems + found.problems)
    if found.frames or found.scalars:
        try:
            instance = revised(instance, found.frames, found.scalars)
        except InputError as error:
            raise InputError([placed(p, found) for p in error.problems]) from None
    found_policy, wrong = read_policy(asked, stem(asked.file), instance.places)
    if wrong:
        raise InputError(wrong)
    return instance, found_policy


def policy(
    instance: Instance,
    asked: str | Path | Mapping[str, Any] = "",
    overrides: Mapping[str, Any] | None = None,
    *,
    name: str = "",
    title: str = "",
) -> Policy:
    """One of the instance's policies by name, a policy file by path, or what a file would hold as a mapping.

    Nothing asked: the instance's default. A mapping has rows by kind (``{"share_cap": [{"buyer": "EU", ...}]}``).
    ``overrides`` sets scalars (``{"share_cap.0.max": 0.5}``), trajectories (``{"share_cap.0.max": {2030: 0.65}}``) and
    edits rows (``{"share_cap[buyers=EU].max": "*= 0.9"}``); ``name`` and ``title`` are others than its own.
    Raises :class:`InputError`.
    """
    scalars, edits = inline.split(overrides)
    doc = policy_document(instance, asked, name)
    called = name or ("policy" if isinstance(asked, Mapping) else stem(doc.file))
    doc, problems = merged(doc, scalars)
    if edits:
        changes, wrong_edits = inline.changes(edits)
        problems += wrong_edits + made(instance, doc, changes).problems
    found, wrong = read_policy(doc, called, instance.places)
    problems += wrong or trade.wrong_policy(instance, found, doc)
    if problems:
        raise InputError(problems)
    if overrides and "title" not in overrides:
        rows = short_names(instance.tables, found)
        title = title or edited_title(found.name, inline.plain(overrides), rows)
    return dataclasses.replace(found, title=title) if title else found


def policy_document(instance: Instance, asked: str | Path | Mapping[str, Any] = "", called: str = "") -> Document:
    """The parsed file of a policy; a file of no rows where none is named and the instance has none.

    ``called``: the name of a policy that is given as a mapping.
    """
    if isinstance(asked, Mapping):
        return Document(policy_place(called or "policy"), as_toml(asked))
    name = str(asked) or instance.default_policy
    names = stems(instance.documents, "policies")
    if not name:
        if names:
            expected = f"is not set and no policy was named; known policies: {', '.join(names)}"
            raise InputError([Problem("instance.toml", None, "defaults.policy", "", expected)])
        return Document("none", {"title": "No policy"})
    return _document(instance, name, "policies", "policy")


def scenario(
    instance: Instance, name: str | Path, risk_weight: float | None = None, risk_level: float | None = None
) -> Scenario:
    """One of the instance's scenarios by name, or a scenario file by path. Raises InputError.

    ``risk_weight`` (0 to 1) and ``risk_level`` (0 to below 1) are set in place of the file's.
    """
    doc = _document(instance, str(name), "scenarios", "scenario")
    found, problems = read_scenario(doc, stem(doc.file), instance.places, instance.years)
    for option, value, most in (("--risk-weight", risk_weight, 1.0), ("--risk-level", risk_level, 0.999)):
        if value is not None and not 0 <= value <= most:
            problems.append(Problem(option, None, "", f"{value:g}", f"expected a number from 0 to {most:g}"))
    if problems:
        raise InputError(problems)
    weight = found.risk_weight if risk_weight is None else risk_weight
    return replace(found, risk_weight=weight, risk_level=found.risk_level if risk_level is None else risk_level)


def _document(instance: Instance, name: str, folder: str, what: str) -> Document:
    """A file of the instance by its name, or any other by its path."""
    names = stems(instance.documents, folder)
    if name in names:
        return instance.documents[f"{folder}/{name}.toml"]
    if not re.search(r"\.toml$|[/\\]", name):
        expected = f"is not a {what} of {instance.name}; known: {', '.join(names) or 'none'}"
        option = "--policy" if what == "policy" else "--scenarios"
        raise InputError([Problem(option, None, "", quoted(name), expected, nearest(name, names))])
    doc, problems = read_toml(Path(name), name)
    if problems:
        known = nearest(stem(name), names)
        raise InputError([Problem(p.file, p.line, p.column, p.value, p.expected, known) for p in problems])
    return doc


def policy_names(instance: Instance) -> Sequence[str]:
    """Names of the instance's policies."""
    return stems(instance.documents, "policies")
