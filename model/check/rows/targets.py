"""What each row of the policy measures, derived from the plan: one frame row for each limit and year in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.check.arrays import Bools, Floats, Ints, summed
from model.check.facts import TRACED, Facts, decision, demand_names
from model.check.plan import Plan
from model.check.rows.flows import Flows
from model.instance.policy.policies import Policy
from model.instance.policy.targets import DomesticMin, ShareCap, StockMin, Target, Withstand

KEYS = ["policy_row", "buyer", "scope", "supplier", "year"]
BENCHMARK_KEYS = ["policy_row", "buyer", "scope", "year"]


@dataclass(frozen=True)
class Measured:
    """Derived figures under the names that the result tables use; ``missing`` is by how much a limit is missed."""

    caps: pd.DataFrame
    minima: pd.DataFrame
    budgets: pd.DataFrame


def measure(facts: Facts, policy: Policy, plan: Plan, flows: Flows) -> Measured:
    """Everything that the policy limits, as the plan has it."""
    caps = [_cap(facts, cap, flows) for cap in policy.share_caps]
    elsewhere = ShareCap, Withstand
    minima = [MINIMA[type(t)](facts, t, flows) for t in policy.targets if not isinstance(t, elsewhere)]
    return Measured(
        _frame(caps, [*KEYS, "arrivals_t", "consumption_t", "limit", "embodied_t", "direct"], KEYS),
        _frame(minima, [*BENCHMARK_KEYS, "value_t", "base_t", "needed_t", "limit", "output_t"], BENCHMARK_KEYS),
        _budgets(facts, policy, plan),
    )


def _frame(parts: list[dict[str, Any]], columns: list[str], keys: list[str]) -> pd.DataFrame:
    """The parts under one another; a limit that two equal rows of a file ask for stands once."""
    types: dict[str, Any] = {**dict.fromkeys(keys, object), "year": np.int64, "direct": np.bool_}
    joined = {}
    for c in columns:
        values = [np.broadcast_to(np.asarray(p[c]), np.shape(p["year"])) for p in parts]
        joined[c] = np.concatenate([np.zeros(0), *values]).astype(types.get(c, np.float64))
    frame = pd.DataFrame(joined)
    again = frame.duplicated(keys)
    return frame[~again].reset_index(drop=True) if again.any() else frame


def _head(target: Target) -> dict[str, Any]:
    """The key of a target, in words, as arrays that any number of rows may share."""
    return {
        "policy_row": np.array(target.row, dtype=object),
        "buyer": np.array(target.buyer, dtype=object),
        "scope": np.array(target.scope, dtype=object),
    }


def _in_force(facts: Facts, target: Target) -> tuple[Ints, Ints, Floats]:
    """Years in force, their places in the horizon, and the limits."""
    years = np.array(sorted(target.share), dtype=np.int64)
    return years, years - facts.instance.first_year, np.array([target.share[int(y)] for y in years], dtype=float)


def use_by_origin(facts: Facts, target: Target, flows: Flows, only: Bools | None = None) -> Floats:
    """Use of a target's buyer at its scope, weighed, by origin (the last one is none) and year."""
    ledger, weight = flows.ledger, facts.weight(target.weight) * facts.scope(target.commodities)
    amounts = ledger.used * weight[ledger.good] * facts.inside(target.regions)[ledger.region]
    if only is not None:
        amounts = amounts * only
    shape = (len(facts.regions) + 1, len(facts.years))
    return summed((ledger.origin, ledger.year), amounts, shape)


def net_imports(facts: Facts, target: Target, flows: Flows) -> Floats:
    """What is shipped to a target's buyer from outside it, less what it ships out, weighed, by year."""
    ledger, weight = flows.ledger, facts.weight(target.weight) * facts.scope(target.commodities)
    inside = np.append(facts.inside(target.regions), False)
    crossing = inside[ledger.region].astype(float) - inside[ledger.origin]
    return summed((ledger.year,), ledger.arrived * weight[ledger.good] * crossing, (len(facts.years),))


def embodied(facts: Facts, target: Target, goods: Bools | None = None) -> Floats:
    """What the final demand of a target's buyer holds, by year; of some goods alone."""
    some = 1.0 if goods is None else goods
    weight = (facts.weight(target.weight) * some)[facts.demand_good] * facts.inside(target.regions)[facts.demand_region]
    return np.asarray(weight @ facts.demand)


def _cap(facts: Facts, cap: ShareCap, flows: Flows) -> dict[str, Any]:
    years, at, limits = _in_force(facts, cap)
    use = use_by_origin(facts, cap, flows)
    consumption = use.sum(axis=0)
    if cap.sectors:
        served = _served_to(facts, cap, flows)
        consumption, arrivals = served.sum(axis=1), served[None, :, facts.classes.tolist().index(TRACED)]
    elif cap.measure == "traced":
        traced = flows.ledger.content == facts.classes.tolist().index(TRACED)
        arrivals = use_by_origin(facts, cap, flows, traced).sum(axis=0)[None, :]
    else:
        member = np.array([np.append(facts.inside(s.regions), False) for s in cap.suppliers], dtype=float)
        arrivals = member.reshape(len(cap.suppliers), len(use)) @ use
    suppliers = np.array([s.name for s in cap.suppliers], dtype=object)
    grid = (len(suppliers), len(years))
    return _head(cap) | {
        "supplier": np.repeat(suppliers, len(years)),
        "year": np.tile(years, len(suppliers)),
        "arrivals_t": arrivals[:, at].ravel(),
        "consumption_t": np.broadcast_to(consumption[at], grid).ravel(),
        "limit": np.broadcast_to(limits, grid).ravel(),
        "embodied_t": np.broadcast_to(embodied(facts, cap, facts.ends(cap.commodities))[at], grid).ravel(),
        "direct": cap.measure == "direct",
    }


def _served_to(facts: Facts, cap: ShareCap, flows: Flows) -> Floats:
    """What the sectors of a cap are served, weighed, by year and class."""
    sector = np.array([name.rpartition("/")[2] for name in demand_names(facts)], dtype=object)
    counted = facts.inside(cap.regions)[facts.demand_region] & np.isin(sector, list(cap.sectors or ()))
    weight = (facts.weight(cap.weight) * facts.scope(cap.commodities))[facts.demand_good] * counted
    return np.asarray(np.einsum("q,qyh->yh", weight, flows.served_by_class))


def _domestic(facts: Facts, row: DomesticMin, flows: Flows) -> dict[str, Any]:
    years, at, limits = _in_force(facts, row)
    plants = facts.plants
    counted = facts.inside(row.regions)[plants.region]
    if row.processes is not None:
        counted &= np.isin(np.array(plants.processes, dtype=object), list(row.processes))
    weight = facts.weight(row.weight) * facts.scope(row.commodities)
    per_unit = np.maximum(facts.coefficient, 0.0) * weight[facts.recipe_good]
    yields = summed([facts.recipe_plant], per_unit, (len(plants.names),)) * counted
    output = yields @ flows.activity.sum(axis=2)
    capacity = yields @ (plants.availability * flows.capacity)
    base = embodied(facts, row)[at]
    return _head(row) | {
        "year": years,
        "value_t": (capacity if row.measure == "capacity" else output)[at],
        "base_t": base,
        "needed_t": limits * base,
        "limit": limits,
        "output_t": output[at],
    }


def _stock(facts: Facts, row: StockMin, flows: Flows) -> dict[str, Any]:
    years, at, limits = _in_force(facts, row)
    weight = facts.weight(row.weight) * facts.scope(row.commodities)
    stock = np.einsum("k,r,kryh->y", weight, facts.inside(row.regions).astype(float), flows.stock)
    if row.measure == "net_imports":
        base = np.maximum(net_imports(facts, row, flows)[at - 1], 0.0)
    else:
        base = use_by_origin(facts, row, flows).sum(axis=0)[at]
    return _head(row) | {
        "year": years,
        "value_t": stock[at],
        "base_t": base,
        "needed_t": limits * base,
        "limit": limits,
        "output_t": np.full(len(years), np.nan),
    }


MINIMA: dict[type[Target], Callable[[Facts, Any, Flows], dict[str, Any]]] = {
    DomesticMin: _domestic,
    StockMin: _stock,
}
"""What each class of minimum measures; one that isn't here can't be judged, so a plan with it ends in an error."""


def _budgets(facts: Facts, policy: Policy, plan: Plan) -> pd.DataFrame:
    plants, rows = facts.plants, plan["builds"]
    capital = rows["capacity_t_per_yr"] * np.nan_to_num(
        plants.capex[rows["plant"], decision(facts, rows["decision_year"])]
    )
    process = np.array(plants.processes, dtype=object)[rows["plant"]]
    found = []
    for budget in policy.budgets:
        within = facts.inside(budget.regions)[plants.region[rows["plant"]]]
        within &= (rows["decision_year"] >= budget.first_year) & (rows["decision_year"] <= budget.last_year)
        if budget.processes is not None:
            within &= np.isin(process, list(budget.processes))
        spent = float(capital[within].sum())
        found.append((budget.row, budget.hosts, "max", spent, budget.max_usd))
        found.append((budget.row, budget.hosts, "min", spent, budget.min_usd))
    frame = pd.DataFrame(found, columns=["policy_row", "hosts", "bound", "spent_usd", "limit_usd"])
    types: dict[str, Any] = {c: "str" for c in ("policy_row", "hosts", "bound")}
    types |= {"spent_usd": float, "limit_usd": float}
    return frame.astype(types)
