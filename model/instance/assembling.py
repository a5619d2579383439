"""Tables and documents -> a checked :class:`Instance`, or every problem in one report."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.problems import InputError, Problem
from model.instance import trade
from model.instance.files import checks
from model.instance.files.csv_tables import type_table
from model.instance.files.dictionary import TABLES
from model.instance.files.policy_files import read_policy
from model.instance.files.scenario_files import read_scenario
from model.instance.files.toml_files import Document, check_keys
from model.instance.instance import Instance
from model.instance.loops import loops
from model.instance.policy.policies import Policy
from model.instance.ranges import check_ranges
from model.instance.records import Envelope


def assembled(
    name: str,
    raw: Mapping[str, pd.DataFrame],
    head: Document,
    documents: Mapping[str, Document],
    problems: list[Problem],
    overrides: Mapping[str, Any],
    overlooked: tuple[str, ...],
) -> Instance:
    """The instance of raw tables and parsed files, through every check. Raises :class:`InputError`.

    ``problems`` are those found before.
    """
    tables = {}
    for table in TABLES:
        tables[table], found = type_table(table, raw[table])
        problems += found
    names = checks.known(tables, stems(documents, "policies"))
    problems += checks.check_absent(tables) + checks.check_references(tables, names) + checks.check_sense(tables)
    scalars, found = check_keys(head, "instance.toml", head.data)
    if not head.unread:
        problems += found + _check_head(head, scalars, names)
    first, last = scalars["horizon.first_year"], scalars["horizon.last_year"]
    known = first is not None and last is not None and first <= last
    if known:
        problems += checks.check_horizon(tables, names, first, last)
    instance = _instance(name, tables, scalars, {"instance.toml": head, **documents}, overrides, overlooked)
    policies = list[tuple[Policy, Document]]()
    for file, doc in documents.items():
        if doc.unread:
            continue
        if file.startswith("policies/"):
            asked, found = read_policy(doc, stem(file), instance.places)
            problems += found
            policies.append((asked, doc))
        elif file.startswith("scenarios/"):
            problems += read_scenario(doc, stem(file), instance.places, instance.years if known else None)[1]
    problems = problems or [*loops(instance), *trade.wrong(instance), *check_ranges(tables)]
    if not problems:
        problems = [p for asked, doc in policies for p in trade.wrong_policy(instance, asked, doc)]
    if problems:
        raise InputError(checks.fold_groups(tables, problems))
    return instance


def stem(file: str) -> str:
    """A file's name without folder and ending."""
    return Path(file).stem


def stems(documents: Collection[str], kind: str) -> list[str]:
    """Names of the files of a kind."""
    return [stem(file) for file in documents if file.startswith(f"{kind}/")]


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
