"""An instance folder (or edited frames) -> a checked :class:`Instance`, or every problem in one report."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem, nearest, quoted
from model.instance.assembling import assembled, stem, stems
from model.instance.editing import inline
from model.instance.editing.edit import Change
from model.instance.editing.making import made, placed
from model.instance.editing.names import edited_title
from model.instance.files.csv_tables import read_tables
from model.instance.files.dictionary import TABLES
from model.instance.files.folder import TABLE_FILES, TOML_FOLDERS, no_instance, overlooked, stands, strays, toml_files
from model.instance.files.overrides import merged
from model.instance.files.policy_files import read_policy
from model.instance.files.toml_files import Document, read_toml
from model.instance.instance import Instance
from model.instance.policies import Policy
from model.instance.row_names import short_names


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
    problems += strays(folder)
    raw, found = read_tables(folder)
    problems += found
    if stands(folder / "instance.toml"):
        head, found = read_toml(folder / "instance.toml", "instance.toml")
    else:
        head, found = Document("instance.toml", {}, unread=True), []
    problems += found
    head, found = merged(head, scalars)
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
    instance = assembled(name, raw, head, documents, problems, scalars, unread)
    return with_edits(instance, edits) if edits else instance


def with_edits(instance: Instance, edits: Mapping[str, Any]) -> Instance:
    """The instance with some table edits made, by their text, and checked anew. Raises :class:`InputError`."""
    changes, problems = inline.changes(edits)
    found = made(instance, None, changes)
    if problems + found.problems:
        raise InputError(problems + found.problems)
    changed = revised(instance, found.frames)
    return dataclasses.replace(changed, overrides={**instance.overrides, **inline.plain(edits)})


def edited(instance: Instance, **tables: pd.DataFrame) -> Instance:
    """The instance with some tables replaced, checked anew. Raises :class:`InputError`."""
    return revised(instance, tables)


def revised(
    instance: Instance, tables: Mapping[str, pd.DataFrame], scalars: Mapping[str, Any] | None = None
) -> Instance:
    """The instance with some tables replaced and ``scalars`` of ``instance.toml`` set, checked anew.

    Raises :class:`InputError`.
    """
    wrong = [Problem(t, None, "", "", "is not a table", nearest(t, TABLES)) for t in tables if t not in TABLES]
    wrong += [
        Problem(t, None, "", quoted(type(frame).__name__), "expected a pandas DataFrame")
        for t, frame in tables.items()
        if not isinstance(frame, pd.DataFrame)
    ]
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


def policy(instance: Instance, name: str | Path = "", overrides: Mapping[str, Any] | None = None) -> Policy:
    """One of the instance's policies by name, or a policy file by path; no name: the instance's default.

    ``overrides`` sets scalars (``{"share_cap.0.max": 0.5}``), trajectories (``{"share_cap.0.max": {2030: 0.65}}``) and
    edits rows (``{"share_cap[buyers=EU].max": "*= 0.9"}``). Raises :class:`InputError`.
    """
    scalars, edits = inline.split(overrides)
    doc, problems = merged(policy_document(instance, name), scalars)
    if edits:
        changes, wrong_edits = inline.changes(edits)
        problems += wrong_edits + made(instance, doc, changes).problems
    found, wrong = read_policy(doc, stem(doc.file), instance.places)
    if problems + wrong:
        raise InputError(problems + wrong)
    if overrides and "title" not in overrides:
        called = short_names(instance.tables, found)
        found = dataclasses.replace(found, title=edited_title(found.name, inline.plain(overrides), called))
    return found


def policy_document(instance: Instance, name: str | Path = "") -> Document:
    """The parsed file of a policy; a file of no rows where none is named and the instance has none."""
    name = str(name) or instance.default_policy
    names = stems(instance.documents, "policies")
    if not name:
        if names:
            expected = f"is not set and no policy was named; known policies: {', '.join(names)}"
            raise InputError([Problem("instance.toml", None, "defaults.policy", "", expected)])
        return Document("none", {"title": "No policy"})
    if name in names:
        return instance.documents[f"policies/{name}.toml"]
    if not re.search(r"\.toml$|[/\\]", name):
        expected = f"is not a policy of {instance.name}; known: {', '.join(names) or 'none'}"
        raise InputError([Problem("--policy", None, "", quoted(name), expected, nearest(name, names))])
    doc, problems = read_toml(Path(name), name)
    if problems:
        known = nearest(stem(name), names)
        raise InputError([Problem(p.file, p.line, p.column, p.value, p.expected, known) for p in problems])
    return doc


def policy_names(instance: Instance) -> Sequence[str]:
    """Names of the instance's policies."""
    return stems(instance.documents, "policies")
