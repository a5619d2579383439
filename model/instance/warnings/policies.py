"""Rows of policies that ask for nothing: out of the horizon, with no supplier or maker, of goods without content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from model.base.problems import Problem, quoted
from model.instance.files.policy_files import read_policy
from model.instance.files.toml_files import Document
from model.instance.instance import Instance
from model.instance.policy.kinds import CRISIS, USE, asked_of, kind_of
from model.instance.policy.policies import Policy
from model.instance.policy.targets import Target
from model.instance.warnings.crises import without_crisis
from model.instance.warnings.trade import against_contracts, of_quotas
from model.instance.warnings.warned import Warned, of_kind


def policy_warnings(instance: Instance) -> list[Warned]:
    """Findings on every policy file of the instance."""
    found: list[Warned] = []
    for file, doc in instance.documents.items():
        if file.startswith("policies/"):
            found += _of_policy(instance, doc, read_policy(doc, Path(file).stem, instance.places)[0])
    return found


def warnings_of_policy(instance: Instance, policy: Policy) -> list[Warned]:
    """Findings on a policy as it is solved; one that was made in Python has no lines."""
    written = policy.written
    if written is None:
        return _of_policy(instance, Document(f"policy {policy.name}", {}), policy)
    return _of_policy(instance, Document(written.file, dict(written.data), dict(written.places)), policy)


def _of_policy(instance: Instance, doc: Document, policy: Policy) -> list[Warned]:
    return [
        *of_kind("never in force", _out_of_horizon(instance, doc, policy)),
        *of_kind("own supplier", _inside(instance, doc)),
        *of_kind("no content", _without_content(instance, doc, policy)),
        *of_kind("never used", _without_users(instance, doc, policy)),
        *of_kind("no maker", _without_makers(instance, doc, policy)),
        *of_kind("no crisis", without_crisis(instance, doc, policy)),
        *of_kind("quota", of_quotas(instance, doc, policy)),
        *of_kind("capped contract", against_contracts(instance, doc, policy)),
        *of_kind("may close under a minimum", _kept_open(instance, doc, policy)),
        *of_kind("no common material", _no_common_material(instance, doc, policy)),
    ]


def _kept_open(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Capacity minima that count plants which may close: what is kept open counts, idle or not."""
    closing = [p for p in instance.plants.values() if p.may_close and any(instance.existing.get(p.name, {}).values())]
    said: dict[str, list[str]] = {}
    for target in policy.domestic_mins if closing else ():
        counted = [p for p in closing if p.region in target.regions and target.measure == "capacity" and target.share]
        for plant in counted:
            makes = any(instance.recipes[plant.process].get(k, 0.0) > 0 for k in target.commodities)
            if makes and (target.processes is None or plant.process in target.processes):
                said.setdefault(target.row, []).append(plant.name)
    for row, names in said.items():
        which = ", ".join(dict.fromkeys(names))
        expected = "may close, and this minimum counts what is kept open, idle or not: it may be kept for its sake"
        yield doc.problem(tuple(row.split(".")), which, expected)


def _no_common_material(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Scopes whose goods have no material in common, in rows that name none."""
    seen = set()
    for target in policy.targets:
        held = [{m for m, by in instance.materials.items() if by.get(k)} for k in target.commodities]
        held = [some for some in held if some]
        if target.weight != "content" or len(held) < 2 or set.intersection(*held) or kind_of(target).base == CRISIS:
            continue
        if (target.row, target.scope) not in seen:
            seen.add((target.row, target.scope))
            expected = (
                "its goods have no material in common, whose tonnes are added up: name a material, or each_commodity"
            )
            yield doc.problem(tuple(target.row.split(".")), target.scope, expected)


def _row(doc: Document, name: str) -> Mapping[str, Any]:
    """A row as the file has it; nothing where the policy is of no file."""
    kind, _, number = name.partition(".")
    rows = doc.data.get(kind, [])
    return rows[int(number)] if int(number) < len(rows) else {}


def _out_of_horizon(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Rows that hold in no year."""
    for row in policy.rows:
        asked = [a for _, a in asked_of(policy) if a.row == row]
        if any(a.share if isinstance(a, Target) else a.first_year <= a.last_year for a in asked):
            continue
        given = _row(doc, row)
        late = given.get("from", instance.first_year) > instance.last_year
        early = given.get("to", instance.last_year) < instance.first_year
        key = ["from"] if late else ["to"] if early else []  # neither where the call has set other years
        expected = f"the row never holds in the horizon {instance.first_year} to {instance.last_year}"
        yield doc.problem((*row.split("."), *key), given[key[0]] if key else None, expected)


def _inside(instance: Instance, doc: Document) -> Iterable[Problem]:
    """Suppliers that are regions of the buyer: a cap is on third countries, so they are dropped."""
    for number, row in enumerate(doc.data.get("share_cap", [])):
        if row.get("measure") == "traced":
            continue
        named = row.get("suppliers", "each-third-country")
        together = row.get("together") or (named["together"] if isinstance(named, Mapping) else "")
        path = ("share_cap", str(number), "together" if together else "suppliers")
        listed = [together] if together else instance.regions if isinstance(named, str) else named
        buyers = row.get("buyers") or [row["buyer"]]
        inside = {buyer: set(instance.members(buyer)) for buyer in buyers}
        for buyer, own in inside.items():
            if all(set(instance.members(place)) <= own for place in listed):
                expected = f"no third country is left: all of them lie in the buyer {buyer}, so nothing is asked"
                yield doc.problem(path, together or named, expected)
        dropped = [p for p in listed if all(set(instance.members(p)) <= own for own in inside.values())]
        if not isinstance(named, str) and dropped and len(dropped) < len(listed):
            expected = f"lies in the buyer {', '.join(buyers)} and is dropped: a cap is on third countries"
            yield doc.problem(path, ", ".join(dropped), expected)
        if together and len(buyers) == 1:
            shared = [r for r in instance.members(together) if r in inside[buyers[0]]]
            if shared and len(shared) < len(instance.members(together)):
                expected = (
                    f"holds {', '.join(shared)} of the buyer {buyers[0]}, which the cap leaves out: a cap is on third "
                    "countries, and what is made at home has no limit"
                )
                yield doc.problem(path, together, expected)


def _without_content(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Scopes of goods that hold no content, in rows that weigh it: nothing is asked."""
    seen = set()
    for target in policy.targets:
        empty = not any(instance.content[k] for k in target.commodities)
        if kind_of(target).base == CRISIS and target.commodities:  # what is stopped may be without content
            continue
        if target.weight == "content" and empty and (target.row, target.scope) not in seen:
            seen.add((target.row, target.scope))
            held = instance.words.measure
            expected = f'its commodities hold no {held}, so nothing is asked; expected weight = "tonnes"'
            if not target.commodities:
                expected = "no commodity belongs to it, so nothing is asked"
            key = "stages" if target.scope in instance.stages else "commodities"
            path = (*target.row.split("."), key)
            found = doc.problem(path if path in doc.places else path[:-1], None, expected)
            yield Problem(found.file, found.line, found.column, quoted(target.scope), expected)


def _without_users(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Rows of which nobody has what they take a share of: neither plant, demand nor stock of the goods, or no demand.

    A row of several buyers and scopes is one as long as it asks somebody something.
    """
    using = set(instance.used_at)
    asked: dict[str, list[bool]] = {}
    said: dict[str, tuple[Target, str]] = {}
    for kind, target in asked_of(policy):
        if not isinstance(target, Target) or kind.base == CRISIS or not target.share or not target.commodities:
            continue
        if kind.base == USE:
            somebody = any((k, r) in using for k in target.commodities for r in target.regions)
            expected = f"nobody in {target.buyer} uses or stores {target.scope}, so nothing is asked"
        else:
            somebody = any(instance.final_demand(target.regions, year, target.weight) > 0 for year in target.share)
            expected = f"{target.buyer} has no final demand of which this is a share, so nothing is asked"
        asked.setdefault(target.row, []).append(somebody)
        said.setdefault(target.row, (target, expected))
    for row, (target, expected) in said.items():
        if not any(asked[row]):
            key = "buyers" if "buyers" in _row(doc, row) else "buyer"
            yield doc.problem((*row.split("."), key), target.buyer, expected)


def _without_makers(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Price floors on goods that no plant makes where they hold."""
    for floor in policy.price_floors:
        makers = (instance.plants[j] for r in floor.regions for j in instance.makers.get((floor.commodity, r), ()))
        if not any(floor.processes is None or plant.process in floor.processes for plant in makers):
            which = " by these processes" if floor.processes is not None else ""
            expected = f"no plant where the floor holds makes it{which}, so it is never paid"
            yield doc.problem((*floor.row.split("."), "commodity"), floor.commodity, expected)
