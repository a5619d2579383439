"""A tree's plan as the certain plans of its futures: the rows on the way to each end, and what holds there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model.base.schema import columns
from model.check.facts import Facts, Plants, yearly_payment
from model.check.findings import Findings
from model.check.rows.totals import Totals, judge
from model.check.tolerance import apart
from model.instance.policy.policies import Policy
from model.instance.trees.events import Event
from model.instance.trees.tree import Tree

PROBABILITY = 1e-9


def _nodes(name: str, frame: pd.DataFrame) -> list[tuple[Any, Any]]:
    """Branch and year of each row; of one that speaks of a whole future the year is blank."""
    year = next((c for c in ("year", "decision_year") if c in frame), None)
    years = frame[year].tolist() if year else [None] * len(frame)
    if name == "build_limits" and "limit" in frame:
        years = [None if what == "total" else y for what, y in zip(frame["limit"], years, strict=True)]
    return list(zip(frame["branch"].tolist(), years, strict=True))


class Branched:
    """The tables of a tree's plan, each row with the place of its node among those of the tree; -1: of none of them.

    Behind the nodes stand the ends, of which rows speak that tell of a whole future.
    """

    def __init__(self, tree: Tree, tables: Mapping[str, pd.DataFrame]) -> None:
        self.tree, self.tables = tree, tables
        keys: list[tuple[Any, Any]] = [(n.line, n.year) for n in tree] + [(line, None) for line in tree.ends]
        self.place = {key: place for place, key in enumerate(keys)}
        self.of_row = {name: self._places(name, frame) for name, frame in tables.items() if "branch" in frame}

    def _places(self, name: str, frame: pd.DataFrame) -> Any:
        return np.array([self.place.get(node, -1) for node in _nodes(name, frame)], dtype=np.int64)

    def judge(self, findings: Findings) -> None:
        """Every row stands at a node of the tree: a branch has none before it leaves, so that nothing is foreseen."""
        for name, frame in self.tables.items():
            if name not in self.of_row:
                if any(c.column == "branch" for c in columns(name, branched=True)):
                    findings.said("known", f"missing table={name} column=branch")
                continue
            for branch, year in dict.fromkeys(_nodes(name, frame[self.of_row[name] < 0])):
                findings.said("non_anticipativity", f"unknown table={name} branch={branch} year={year}")

    def along(self, end: str) -> dict[str, pd.DataFrame]:
        """The rows of every table on the way to an end, without their branch, as a certain plan has them."""
        chance = np.zeros(len(self.place) + 1)  # the last stands for -1
        for node in self.tree.paths[end]:
            chance[self.place[node.line, node.year]] = node.probability
        chance[self.place[self.tree.by_name[end].line, None]] = 1.0
        found = {}
        for name, frame in self.tables.items():
            if name not in self.of_row:
                found[name] = frame
                continue
            at = chance[self.of_row[name]]
            view = frame[at > 0].drop(columns="branch").reset_index(drop=True)
            if "present_value_usd" in view:
                view["present_value_usd"] /= at[at > 0]
            found[name] = view
        return found


def while_holding(facts: Facts, tree: Tree, end: str) -> Facts:
    """The facts on the way to an end: demand and plants in each year as that year's events leave them."""
    events = tuple(tree.events.get(node.name, ()) for node in tree.paths[end])
    demand, plants = facts.demand.copy(), facts.plants
    years: dict[str, Any] = {
        c: getattr(plants, c).copy() for c in ("variable_cost", "availability", "lead_time", "open")
    }
    for place, holding in enumerate(events):
        for event in holding:
            if event.kind == "demand":
                demand[_demands(facts, event), place] *= event.factor
            elif event.kind == "cost":
                years["variable_cost"][_plants(facts, event), place] *= event.factor
            elif event.kind == "capacity_factor":
                years["availability"][_plants(facts, event), place] *= event.factor
            elif event.kind == "lead_time_delay":
                years["lead_time"][_plants(facts, event), place] += event.years
            elif event.kind == "no_build":
                years["open"][_plants(facts, event), place] = False
    return replace(facts, demand=demand, plants=_with(facts, plants, years), events=events)


def _with(facts: Facts, plants: Plants, years: Mapping[str, Any]) -> Plants:
    """The plants with figures by year; capital carries interest for the time that construction takes."""
    rate = np.array([p.wacc for p in facts.instance.plants.values()], dtype=float)[:, None]
    shape = years["lead_time"].shape
    each = (np.broadcast_to(a, shape) for a in (rate, years["lead_time"], plants.lifetime[:, None]))
    return replace(plants, annuity=plants.capex * yearly_payment(*each), **years)


def _plants(facts: Facts, event: Event) -> Any:
    plants, some = facts.plants, np.ones(len(facts.plants.names), dtype=bool)
    if event.regions is not None:
        some &= facts.inside(tuple(event.regions))[plants.region]
    if event.processes is not None:
        some &= np.isin(np.array(plants.processes, dtype=object), list(event.processes))
    if event.plants is not None:
        some &= plants.names.isin(list(event.plants))
    return some


def _demands(facts: Facts, event: Event) -> Any:
    some = np.ones(len(facts.demands), dtype=bool)
    if event.goods is not None:
        some &= facts.scope(tuple(event.goods))[facts.demand_good]
    if event.regions is not None:
        some &= facts.inside(tuple(event.regions))[facts.demand_region]
    if event.sectors is not None:
        some &= np.array([key.rsplit("\x1f", 1)[1] in event.sectors for key in facts.demands.tolist()], dtype=bool)
    return some


def _judge_tail(found: list[tuple[float, float]], summary: Mapping[str, Any], findings: Findings) -> None:
    """The mean cost of the dear futures: least of ``eta + E[max(cost - eta, 0)] / (1 - level)``, reached at a cost."""
    if "cvar_usd" not in summary:
        return
    rest = 1.0 - summary["risk"]["level"]
    least = min(eta + sum(pi * max(cost - eta, 0.0) for pi, cost in found) / rest for _, eta in found)
    if bool(apart(summary["cvar_usd"], least, "USD")):
        findings.said("futures", "summary cvar_usd", summary["cvar_usd"], least, "USD")


def judge_totals(
    found: Sequence[tuple[str, float, Totals | None]],
    policy: Policy,
    summary: Mapping[str, Any],
    findings: Findings,
) -> None:
    """The summary's totals are the expectation over the futures, and its list of futures says each one's own."""
    known = [(line, pi, totals) for line, pi, totals in found if totals is not None]
    if len(known) < len(found):
        return
    amounts: dict[str, float] = {}
    declared: dict[str, float] = {}
    for _, pi, totals in known:
        for into, part in ((amounts, totals.amounts), (declared, totals.declared)):
            for key, amount in part.items():
                into[key] = into.get(key, 0.0) + pi * amount
    each = [totals.compliance for _, _, totals in known]
    sure, perhaps = (frozenset[int]().union(*years) for years in ((c.sure for c in each), (c.perhaps for c in each)))
    when = replace(each[0], sure=sure, perhaps=perhaps, missed=max(c.missed for c in each))
    expected = Totals(amounts, declared, any(totals.short for _, _, totals in known), when)
    judge(expected, policy, summary, findings)
    _judge_tail([(pi, totals.amounts["cost_usd"]) for _, pi, totals in known], summary, findings)
    told = {str(future.get("name")): future for future in summary.get("futures") or ()}
    for line, pi, totals in known:
        said = told.pop(line, None)
        if said is None:
            findings.said("futures", f"missing future={line}")
            continue
        if abs(said.get("probability", np.nan) - pi) > PROBABILITY:
            findings.said("futures", f"probability future={line}", said.get("probability", np.nan), pi)
        for key in ("cost_usd", "unserved_t", "shortfall_t"):
            value, unit = said.get(key, np.nan), "USD" if key.endswith("usd") else "t"
            if bool(apart(value, totals.amounts[key], unit)) or value != value:
                findings.said("futures", f"{key} future={line}", value, totals.amounts[key], unit)
    for line in told:
        findings.said("futures", f"unknown future={line}")
