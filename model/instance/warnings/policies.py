"""Rows of policies that ask for nothing: out of the horizon, with no supplier or maker, of goods without content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from model.base.problems import Problem, quoted
from model.instance.files.policy_files import read_policy
from model.instance.files.toml_files import Document
from model.instance.instance import Instance
from model.instance.kinds import KINDS
from model.instance.policies import Policy


def policy_warnings(instance: Instance) -> list[Problem]:
    """Findings on every policy file of the instance."""
    found: list[Problem] = []
    for file, doc in instance.documents.items():
        if not file.startswith("policies/"):
            continue
        policy, _ = read_policy(doc, Path(file).stem, instance.places)
        for kind in KINDS:
            for number, row in enumerate(doc.data.get(kind, [])):
                found += _out_of_horizon(instance, doc, (kind, str(number)), row)
                if kind == "share_cap":
                    found += _inside(instance, doc, (kind, str(number)), row)
        found += _without_content(instance, doc, policy)
        found += _without_makers(instance, doc, policy)
    return found


def _out_of_horizon(
    instance: Instance, doc: Document, path: tuple[str, str], row: Mapping[str, Any]
) -> Iterable[Problem]:
    first, last = row.get("from", instance.first_year), row.get("to", instance.last_year)
    expected = f"the row never holds in the horizon {instance.first_year} to {instance.last_year}"
    if first > instance.last_year:
        yield doc.problem((*path, "from"), first, expected)
    elif last < instance.first_year:
        yield doc.problem((*path, "to"), last, expected)


def _inside(instance: Instance, doc: Document, path: tuple[str, str], row: Mapping[str, Any]) -> Iterable[Problem]:
    """Suppliers that are regions of the buyer: a cap is on third countries, so they are dropped."""
    if row.get("measure") == "traced":
        return
    named = row.get("suppliers", "each-third-country")
    together = row.get("together") or (named["together"] if isinstance(named, Mapping) else "")
    key = "together" if together else "suppliers"
    listed = [together] if together else instance.regions if isinstance(named, str) else named
    buyers = row.get("buyers") or [row["buyer"]]
    for buyer in buyers:
        regions = set(instance.members(buyer))
        if all(set(instance.members(place)) <= regions for place in listed):
            expected = f"no third country is left: all of them lie in the buyer {buyer}, so nothing is asked"
            yield doc.problem((*path, key), together or named, expected)
    dropped = [p for p in listed if all(set(instance.members(p)) <= set(instance.members(b)) for b in buyers)]
    if not isinstance(named, str) and dropped and len(dropped) < len(listed):
        expected = f"lies in the buyer {', '.join(buyers)} and is dropped: a cap is on third countries"
        yield doc.problem((*path, key), ", ".join(dropped), expected)


def _without_content(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Scopes of goods that hold no oxide equivalent, in rows that weigh it: nothing is asked."""
    seen = set()
    for target in policy.targets:
        empty = not any(instance.ree_content[k] for k in target.commodities)
        if target.weight == "ree_content" and empty and (target.row, target.scope) not in seen:
            seen.add((target.row, target.scope))
            expected = 'its commodities hold no oxide equivalent, so nothing is asked; expected weight = "tonnes"'
            if not target.commodities:
                expected = "no commodity belongs to it, so nothing is asked"
            key = "stages" if target.scope in instance.stages else "commodities"
            path = (*target.row.split("."), key)
            found = doc.problem(path if path in doc.places else path[:-1], None, expected)
            yield Problem(found.file, found.line, found.column, quoted(target.scope), expected)


def _without_makers(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Price floors on goods that no plant makes where they hold."""
    for floor in policy.price_floors:
        makers = (instance.plants[j] for r in floor.regions for j in instance.makers.get((floor.commodity, r), ()))
        if not any(floor.processes is None or plant.process in floor.processes for plant in makers):
            which = " by these processes" if floor.processes is not None else ""
            expected = f"no plant where the floor holds makes it{which}, so it is never paid"
            yield doc.problem((*floor.row.split("."), "commodity"), floor.commodity, expected)
