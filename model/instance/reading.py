"""An instance folder (or edited frames) -> a checked :class:`Instance`, or every problem in one report."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem, nearest, quoted
from model.instance.files import checks
from model.instance.files.csv_tables import read_tables, type_table
from model.instance.files.dictionary import TABLES
from model.instance.files.folder import TABLE_FILES, TOML_FOLDERS, no_instance, overlooked, stands, strays, toml_files
from model.instance.files.overrides import merged
from model.instance.files.policy_files import read_policy
from model.instance.files.scenario_files import read_scenario
from model.instance.files.toml_files import Document, check_keys, read_toml
from model.instance.instance import Envelope, Instance
from model.instance.loops import loops
from model.instance.policies import Policy
from model.instance.scenarios import Scenario


def read(folder: str | Path, overrides: Mapping[str, Any] | None = None) -> Instance:
    """Read and check an instance folder, its policies and scenarios included.

    ``overrides`` sets scalars of ``instance.toml`` before the checks (``{"finance.discount_rate": 0.03}``).
    Raises :class:`InputError` with every problem found.
    """
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
    head, found = merged(head, overrides)
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
    return _check(name, raw, head, documents, problems, dict(overrides or {}), unread)


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
    return _check(instance.name, raw, head, documents, problems, overrides, instance.overlooked)


def _check(
    name: str,
    raw: Mapping[str, pd.DataFrame],
    head: Document,
    documents: Mapping[str, Document],
    problems: list[Problem],
    overrides: Mapping[str, Any],
    overlooked: tuple[str, ...],
) -> Instance:
    tables = {}
    for table in TABLES:
        tables[table], found = type_table(table, raw[table])
        problems += found
    names = checks.known(tables, _stems(documents, "policies"))
    problems += checks.check_absent(tables) + checks.check_references(tables, names) + checks.check_sense(tables)
    scalars, found = check_keys(head, "instance.toml", head.data)
    if not head.unread:
        problems += found + _check_head(head, scalars, names)
    first, last = scalars["horizon.first_year"], scalars["horizon.last_year"]
    known = first is not None and last is not None and first <= last
    if known:
        problems += checks.check_horizon(tables, names, first, last)
    instance = _instance(name, tables, scalars, {"instance.toml": head, **documents}, overrides, overlooked)
    for file, doc in documents.items():
        if doc.unread:
            continue
        if file.startswith("policies/"):
            problems += read_policy(doc, _stem(file), instance.places)[1]
        elif file.startswith("scenarios/"):
            problems += read_scenario(doc, _stem(file), instance.places, instance.years if known else None)[1]
    problems = problems or loops(instance)
    if problems:
        raise InputError(checks.fold_groups(tables, problems))
    return instance


def _stem(file: str) -> str:
    return Path(file).stem


def _stems(documents: Collection[str], kind: str) -> list[str]:
    return [_stem(file) for file in documents if file.startswith(f"{kind}/")]


def _check_head(head: Document, scalars: Mapping[str, Any], names: Mapping[str, set[str]]) -> list[Problem]:
    problems = []
    for key, kind in (("defaults.policy", "policy"), ("envelope.hosts", "place"), ("envelope.source", "source")):
        wrong = checks.wrong_reference(kind, scalars[key], names) if scalars[key] else None
        if wrong:
            problems.append(head.problem(key.split("."), scalars[key], *wrong))
    first, last = scalars["horizon.first_year"], scalars["horizon.last_year"]
    if first is not None and last is not None and first > last:
        problems.append(head.problem(("horizon", "last_year"), last, f"is before the first year {first}"))
    section = head.data.get("envelope")
    if isinstance(section, Mapping):
        low, high = scalars["envelope.min"], scalars["envelope.max"]
        if not {"min", "max", "hosts"} <= set(section):
            problems.append(head.problem(("envelope",), None, "an envelope needs hosts, min and max"))
        if low is not None and high is not None and low > high:
            problems.append(
                head.problem(("envelope", "min"), section["min"], f"is above the envelope's max of {high:g} USD")
            )
    return problems


def _instance(
    name: str,
    tables: Mapping[str, pd.DataFrame],
    scalars: Mapping[str, Any],
    documents: Mapping[str, Document],
    overrides: Mapping[str, Any],
    overlooked: tuple[str, ...],
) -> Instance:
    low, high = scalars["envelope.min"], scalars["envelope.max"]
    hosts, source = scalars["envelope.hosts"] or "", scalars["envelope.source"] or ""
    first = scalars["horizon.first_year"]
    return Instance(
        name,
        scalars["title"] or name,
        scalars["description"] or "",
        first if first is not None else 0,
        scalars["horizon.last_year"] if scalars["horizon.last_year"] is not None else 0,
        scalars["finance.discount_rate"] or 0.0,
        scalars["finance.price_year"] or 0,
        scalars["defaults.policy"] or "",
        Envelope(hosts, low, high, source) if hosts and low is not None and high is not None else None,
        tables,
        documents,
        overrides,
        overlooked,
    )


def policy(instance: Instance, name: str | Path = "", overrides: Mapping[str, Any] | None = None) -> Policy:
    """One of the instance's policies by name, or a policy file by path; no name: the instance's default.

    ``overrides`` sets scalars (``{"share_cap.0.max": 0.5}``). Raises :class:`InputError`.
    """
    doc, problems = merged(policy_document(instance, name), overrides)
    found, wrong = read_policy(doc, _stem(doc.file), instance.places)
    if problems + wrong:
        raise InputError(problems + wrong)
    return found


def policy_document(instance: Instance, name: str | Path = "") -> Document:
    """The parsed file of a policy; a file of no rows where none is named and the instance has none."""
    name = str(name) or instance.default_policy
    names = _stems(instance.documents, "policies")
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
    found, problems = read_scenario(doc, _stem(doc.file), instance.places, instance.years)
    for option, value, most in (("--risk-weight", risk_weight, 1.0), ("--risk-level", risk_level, 0.999)):
        if value is not None and not 0 <= value <= most:
            problems.append(Problem(option, None, "", f"{value:g}", f"expected a number from 0 to {most:g}"))
    if problems:
        raise InputError(problems)
    weight = found.risk_weight if risk_weight is None else risk_weight
    return replace(found, risk_weight=weight, risk_level=found.risk_level if risk_level is None else risk_level)


def _document(instance: Instance, name: str, folder: str, what: str) -> Document:
    """A file of the instance by its name, or any other by its path."""
    names = _stems(instance.documents, folder)
    if name in names:
        return instance.documents[f"{folder}/{name}.toml"]
    if not re.search(r"\.toml$|[/\\]", name):
        option = f"--{folder}" if what == "scenario" else f"--{what}"
        expected = f"is not a {what} of {instance.name}; known: {', '.join(names) or 'none'}"
        raise InputError([Problem(option, None, "", quoted(name), expected, nearest(name, names))])
    doc, problems = read_toml(Path(name), name)
    if problems:
        known = nearest(_stem(name), names)
        raise InputError([Problem(p.file, p.line, p.column, p.value, p.expected, known) for p in problems])
    return doc


def policy_names(instance: Instance) -> Sequence[str]:
    """Names of the instance's policies."""
    return _stems(instance.documents, "policies")
