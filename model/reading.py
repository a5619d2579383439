"""An instance folder (or edited frames) -> a checked :class:`Instance`, or every problem in one report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.inputs import checks
from model.inputs.csv_tables import read_tables, type_table
from model.inputs.dictionary import TABLES
from model.inputs.problems import InputError, Problem, nearest, quoted
from model.inputs.scenario_files import check_scenario
from model.inputs.toml_files import Document, check_keys, read_toml
from model.instance import Envelope, Instance
from model.policy import Policy, read_policy

SECTIONS = ("horizon", "finance", "defaults", "envelope")


def read(folder: str | Path, overrides: Mapping[str, Any] | None = None) -> Instance:
    """Read and check an instance folder, its policies and scenarios included.

    ``overrides`` sets scalars of ``instance.toml`` before the checks (``{"finance.discount_rate": 0.03}``).
    Raises :class:`InputError` with every problem found.
    """
    folder = Path(folder)
    if not (folder / "instance.toml").is_file():
        raise InputError([_no_instance(folder)])
    raw, problems = read_tables(folder)
    head, found = read_toml(folder / "instance.toml", "instance.toml")
    problems += found
    for key, value in (overrides or {}).items():
        problems += override(head, key, value)
    documents = {}
    for kind in ("policies", "scenarios"):
        for path in sorted((folder / kind).glob("*.toml")) if (folder / kind).is_dir() else ():
            doc, found = read_toml(path, f"{kind}/{path.name}")
            problems += found
            if not found:
                documents[doc.file] = doc
    name = folder.resolve().name
    return _check(name, raw, head, documents, problems, dict(overrides or {}))


def _no_instance(folder: Path) -> Problem:
    parent, name = folder.parent, folder.name
    beside = [p.parent.name for p in parent.glob("*/instance.toml")] if parent.is_dir() else []
    expected = "holds no instance.toml" if folder.is_dir() else "is not a folder"
    near = nearest(name, beside)
    return Problem(str(folder), None, "", "", f"{expected}; expected the folder of an instance", near)


def edited(instance: Instance, **tables: pd.DataFrame) -> Instance:
    """The instance with some tables replaced, checked anew. Raises :class:`InputError`."""
    unknown = [Problem(t, None, "", "", "is not a table", nearest(t, TABLES)) for t in tables if t not in TABLES]
    if unknown:
        raise InputError(unknown)
    raw = {name: tables.get(name, frame) for name, frame in instance.tables.items()}
    head = instance.documents["instance.toml"]
    documents = {file: doc for file, doc in instance.documents.items() if file != "instance.toml"}
    return _check(instance.name, raw, head, documents, [], dict(instance.overrides))


def override(doc: Document, key: str, value: Any) -> list[Problem]:
    """Set one scalar of a parsed file by its dotted key; the later checks judge key and value."""
    path = tuple(key.split("."))
    at: Any = doc.data
    for here, following in zip(path[:-1], path[1:], strict=True):
        if isinstance(at, list):
            at = at[int(here)] if here.isdecimal() and int(here) < len(at) else None
        elif isinstance(at, dict):
            at = at.setdefault(here, {}) if not following.isdecimal() else at.get(here)
        if not isinstance(at, dict | list):
            return [Problem(f"--set {key}", None, "", "", f"{doc.file} has no {'.'.join(path[:-1])} to set it in")]
    if not isinstance(at, dict):
        return [Problem(f"--set {key}", None, "", "", "is not a scalar; expected for example share_cap.0.max=0.5")]
    at[path[-1]] = value
    doc.places[path] = (f"--set {key}", None)
    return []


def _check(
    name: str,
    raw: Mapping[str, pd.DataFrame],
    head: Document,
    documents: Mapping[str, Document],
    problems: list[Problem],
    overrides: Mapping[str, Any],
) -> Instance:
    tables = {}
    for table in TABLES:
        tables[table], found = type_table(table, raw[table])
        problems += found
    names = checks.known(tables, _stems(documents, "policies"))
    problems += checks.check_references(tables, names) + checks.check_sense(tables)
    scalars, found = check_keys(head, "instance.toml", head.data)
    problems += found + _check_head(head, scalars, names)
    first, last = scalars["horizon.first_year"], scalars["horizon.last_year"]
    if first is not None and last is not None:
        if first > last:
            problems.append(head.problem(("horizon", "last_year"), last, f"is before the first year {first}"))
        else:
            problems += checks.check_horizon(tables, first, last)
    instance = _instance(name, tables, scalars, {"instance.toml": head, **documents}, overrides)
    for file, doc in documents.items():
        if file.startswith("policies/"):
            problems += read_policy(doc, Path(file).stem, instance.places)[1]
        else:
            problems += check_scenario(doc, names, instance.first_year, instance.last_year)
    if problems:
        raise InputError(problems)
    return instance


def _stems(documents: Mapping[str, Document], kind: str) -> list[str]:
    return [Path(file).stem for file in documents if file.startswith(f"{kind}/")]


def _check_head(head: Document, scalars: Mapping[str, Any], names: Mapping[str, set[str]]) -> list[Problem]:
    problems = []
    for key, kind in (("defaults.policy", "policy"), ("envelope.hosts", "place"), ("envelope.source", "source")):
        wrong = checks.wrong_reference(kind, scalars[key], names) if scalars[key] else None
        if wrong:
            problems.append(head.problem(key.split("."), scalars[key], *wrong))
    given = [scalars[f"envelope.{k}"] is not None for k in ("min", "max", "hosts")]
    if any(given) and not all(given):
        problems.append(head.problem(("envelope",), None, "an envelope needs hosts, min and max"))
    return problems


def _instance(
    name: str,
    tables: Mapping[str, pd.DataFrame],
    scalars: Mapping[str, Any],
    documents: Mapping[str, Document],
    overrides: Mapping[str, Any],
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
    )


def policy(instance: Instance, name: str = "", overrides: Mapping[str, Any] | None = None) -> Policy:
    """One of the instance's policies by name, or a policy file by path; no name: the instance's default.

    ``overrides`` sets scalars (``{"share_cap.0.max": 0.5}``). Raises :class:`InputError`.
    """
    name = name or instance.default_policy
    names = _stems(instance.documents, "policies")
    if not name:
        if names:
            expected = f"is not set and no policy was named; known policies: {', '.join(names)}"
            raise InputError([Problem("instance.toml", None, "defaults.policy", "", expected)])
        return Policy("none", "No policy")
    if name in names:
        doc = instance.documents[f"policies/{name}.toml"]
    elif re.search(r"\.toml$|[/\\]", name):
        doc, problems = read_toml(Path(name), name)
        if problems:
            raise InputError(problems)
        name = Path(name).stem
    else:
        expected = f"is not a policy of {instance.name}; known: {', '.join(names) or 'none'}"
        raise InputError([Problem("--policy", None, "", quoted(name), expected, nearest(name, names))])
    doc = Document(doc.file, _copy(doc.data), dict(doc.places))
    problems = [p for key, value in (overrides or {}).items() for p in override(doc, key, value)]
    found, wrong = read_policy(doc, name, instance.places)
    if problems + wrong:
        raise InputError(problems + wrong)
    return found


def _copy(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _copy(v) for k, v in data.items()}
    return [_copy(v) for v in data] if isinstance(data, list) else data


def policy_names(instance: Instance) -> Sequence[str]:
    """Names of the instance's policies."""
    return _stems(instance.documents, "policies")
