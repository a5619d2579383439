"""Every limit of a policy as a share, on the independent programme: what is counted, and what it is a share of.

Written from the definitions in the specification; nothing of the model is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.independent.matrix import Terms
from tests.independent.physics import KILO, TRACED, Model, Wanted, assemble
from tests.independent.reading import read_instance, read_policy, trajectory
from tests.independent.reference import keep_served, unserved_without_policy
from tests.independent.targets import add_budgets, traced_regions

Name = tuple[str, str, str, str]
"""Policy row, buyer, scope, supplier."""
Key = tuple[str, str, str, str, int]
"""A name and a year."""

HOLD = 1e-9
"""Relative slack of goal 1: less than what a best share can feel (a slack of 1e-7 moves some by 4e-5)."""


@dataclass
class Share:
    """``amount / base``, kt; a cap asks for at most ``asked``, a minimum for at least. ``short``: its shortfall."""

    at_most: bool
    asked: float
    amount: Terms = field(default_factory=dict)
    constant: float = 0.0
    base: Terms = field(default_factory=dict)
    fixed: float = 0.0
    short: int = -1

    def missed(self, level: float, short: int) -> tuple[Terms, float]:
        """Terms and right side of the row that asks for a level, its shortfall among them: terms <= side."""
        sign = 1.0 if self.at_most else -1.0
        terms = {column: sign * value for column, value in self.amount.items()}
        for column, value in self.base.items():
            terms[column] = terms.get(column, 0.0) - sign * level * value
        terms[short] = -1.0
        return terms, sign * (level * self.fixed - self.constant)


class Asked:
    """An instance under a policy's hard part, and its targets as shares that may be asked for."""

    def __init__(self, folder: Path, policy: Path, unserved0: Mapping[Wanted, float] | None = None) -> None:
        self.instance = read_instance(folder)
        self.policy = read_policy(policy)
        self.model = assemble(self.instance, traced_regions(self.instance.members, self.policy))
        add_budgets(self.model, self.policy)
        self.shares = dict(_shares(self.model, self.policy))
        self.harm, self.allowed = self._goal_1(unserved0)
        self.spare = self.model.programme.variable()

    def _goal_1(self, unserved0: Mapping[Wanted, float] | None) -> tuple[Terms, float]:
        """What buyers may be served less than without policy, weighed: the least possible."""
        self.unserved0 = unserved_without_policy(self.instance) if unserved0 is None else unserved0
        harm = keep_served(self.model, self.unserved0)
        least = self.model.programme.solve(harm)
        assert least is not None
        return harm, float(sum(weight * least[column] for column, weight in harm.items())) * (1 + HOLD)

    def gap(self, key: Key, level: float) -> float:
        """By how much a share misses a level at best, kt: all other targets put aside."""
        share = self.shares[key]
        row, held = share.missed(level, self.spare), (self.harm, self.allowed)
        plan = self.model.programme.solve({self.spare: 1.0}, caps=[row, held])
        assert plan is not None
        return float(plan[self.spare])

    def best_of_fixed_base(self, key: Key) -> float:
        """The greatest share of a fixed base, by one solve."""
        share = self.shares[key]
        assert not share.base
        held = (self.harm, self.allowed)
        plan = self.model.programme.solve({c: -v for c, v in share.amount.items()}, caps=[held])
        assert plan is not None
        return (sum(v * plan[c] for c, v in share.amount.items()) + share.constant) / share.fixed

    def least_miss(self, name: Name, others: dict[Key, float]) -> float:
        """The least sum of what one group misses with every other limit missed by no more than ``others``, kt.

        Infinite where there is no plan at all.
        """
        programme = self.model.programme
        rows, goal = [(self.harm, self.allowed)], {}
        for key, share in self.shares.items():
            if share.short < 0:
                share.short = programme.variable()
            rows.append(share.missed(share.asked, share.short))
            if key[:4] == name:
                goal[share.short] = 1.0
            else:
                rows.append(({share.short: 1.0}, others.get(key, 0.0) * (1 + 1e-7) + 1e-10))
        plan = programme.solve(goal, caps=rows)
        return float("inf") if plan is None else float(sum(plan[c] for c in goal))


def _shares(model: Model, policy: dict[str, Any]) -> Any:
    members, years = model.instance.members, model.instance.years
    for kind in ("share_cap", "domestic_min", "stock_min"):
        for number, row in enumerate(policy.get(kind, [])):
            for buyer in row.get("buyers") or [row["buyer"]]:
                for scope, goods in _scopes(model, row, kind):
                    for year in years:
                        if row.get("from", year) <= year <= row.get("to", year):
                            name = (f"{kind}.{number}", buyer, scope)
                            for supplier, share in _of(model, row, kind, goods, members(buyer), year):
                                yield (*name, supplier, year), share


def _scopes(model: Model, row: dict[str, Any], kind: str) -> list[tuple[str, list[str]]]:
    stage = model.instance.stage
    if "stages" in row:
        scopes = [(name, [good for good in stage if stage[good] == name]) for name in row["stages"]]
    else:
        scopes = [("+".join(row["commodities"]), list(row["commodities"]))]
    if row.get("each_commodity") or kind == "stock_min":
        return [(good, [good]) for _, goods in scopes for good in goods]
    return scopes


def _of(model: Model, row: dict[str, Any], kind: str, goods: list[str], inside: list[str], year: int) -> Any:
    instance = model.instance
    rho = {good: 1.0 if row.get("weight") == "tonnes" else instance.rho[good] for good in instance.rho}
    uses = [(k, use) for k in goods for r in inside for use in model.use.get((k, r, year), [])]
    if kind == "share_cap":
        traced = row.get("measure") == "traced"
        for supplier, regions in [(row["traced"], set())] if traced else _suppliers(model, row, inside):
            share = Share(True, trajectory(row["max"], year))
            for k, use in uses:
                _add(share.base, use.terms, rho[k])
                if use.content == TRACED if traced else use.origin in regions:
                    _add(share.amount, use.terms, rho[k])
            yield supplier, share
    elif kind == "stock_min":
        share = Share(False, trajectory(row["days"], year) / 365)
        for k, use in uses:
            _add(share.base, use.terms, rho[k])
        for (k, r, _, when, _), column in model.stock.items():
            if k in goods and r in inside and when == year:
                share.amount[column] = rho[k]
        yield "", share
    else:
        share = Share(False, trajectory(row["min"], year))
        share.fixed = sum(rho[q.commodity] * q.quantity[year] * KILO for q in instance.demands if q.region in inside)
        for plant in instance.plants:
            if plant.region in inside and plant.process in row.get("processes", [plant.process]):
                recipe = instance.recipes[plant.process]
                made = sum(rho[k] * max(recipe.get(k, 0.0), 0.0) for k in goods)
                if row.get("measure", "capacity") == "capacity":
                    existing, builds = model.capacity(plant, year)
                    share.constant += made * existing
                    _add(share.amount, builds, made)
                else:
                    runs = {model.activity[plant.name, year, h]: 1.0 for h in model.made_classes(plant.region)}
                    _add(share.amount, runs, made)
        yield "", share


def _suppliers(model: Model, row: dict[str, Any], inside: list[str]) -> list[tuple[str, set[str]]]:
    regions, members = model.instance.regions, model.instance.members
    if "together" in row:
        return [(row["together"], set(members(row["together"])) - set(inside))]
    named = row.get("suppliers", "each-third-country")
    each = regions if named == "each-third-country" else members(named)
    return [(r, {r}) for r in each if r not in inside]


def _add(total: Terms, terms: Terms, factor: float) -> None:
    for column, value in terms.items():
        total[column] = total.get(column, 0.0) + factor * value
