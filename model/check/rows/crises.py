"""Crises that the policy asks to withstand, judged by arithmetic: what is done in each is possible, and serves so much.

Each crisis is derived anew from the policy and the instance; the plan says what it would do in it (``crises.csv``).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from model.check.arrays import Bools, Floats, Ints, places, summed
from model.check.facts import Facts, demand_key, demand_names
from model.check.findings import Findings
from model.check.plan import Plan
from model.check.rows import lanes, trade
from model.check.rows.flows import Flows
from model.check.rows.targets import KEYS
from model.instance.policy.policies import Policy
from model.instance.policy.targets import Supplier, Withstand

COLUMNS = [*KEYS, "asked_t", "served_t", "share", "limit", "missing"]
MONTHS = 12.0


def judge(facts: Facts, policy: Policy, plan: Plan, flows: Flows, findings: Findings) -> pd.DataFrame:
    """Findings on what can't be done in a crisis; by crisis the content that must be served, and what is missing."""
    done = plan.reports["crises"]
    groups: dict[Any, pd.DataFrame] = dict(tuple(done.groupby(["policy_row", "supplier", "year"], sort=False)))
    found = []
    for target in policy.withstands:
        for supplier in target.suppliers:
            if not target.months or not _makes(facts, target, supplier):
                continue
            for year in sorted(target.share):
                acts = groups.pop((target.row, supplier.name, year), done.iloc[:0])
                found.append(
                    _crisis(facts, policy, target, supplier, year - facts.instance.first_year, acts, flows, findings)
                )
    for row, supplier_name, year in groups:
        findings.said("known", f"unknown table=crises policy_row={row} supplier={supplier_name} year={year}")
    frame = pd.DataFrame(found, columns=COLUMNS)
    return frame.astype({**dict.fromkeys(KEYS, object), "year": np.int64, **dict.fromkeys(COLUMNS[5:], float)})


def _makes(facts: Facts, target: Withstand, supplier: Supplier) -> bool:
    """Whether any plant of a supplier makes something of what is stopped."""
    inside = facts.inside(supplier.regions)[facts.plants.region[facts.recipe_plant]]
    return bool((inside & (facts.coefficient > 0) & facts.scope(target.commodities)[facts.recipe_good]).any())


def _crisis(
    facts: Facts,
    policy: Policy,
    target: Withstand,
    supplier: Supplier,
    at: int,
    acts: pd.DataFrame,
    flows: Flows,
    findings: Findings,
) -> tuple[Any, ...]:
    """One crisis, in the year at a place of the horizon."""
    tau, year = target.months / MONTHS, int(facts.years[at])
    about = {"policy_row": target.row, "supplier": supplier.name, "year": str(year)}
    act = _Acts(facts, acts, about, findings)
    goods, regions = facts.goods, facts.regions
    usable = tau * facts.plants.availability[:, at] * flows.capacity[:, at]
    findings.above("crisis_capacity", "t", about | {"plant": facts.plants.names}, act.run, usable)
    cells = (facts.recipe_good, facts.plants.region[facts.recipe_plant])
    amount = facts.coefficient * act.run[facts.recipe_plant]
    shape = (len(goods), len(regions))
    made, needed = (summed(cells, np.maximum(sign * amount, 0.0), shape) for sign in (1.0, -1.0))
    sent, arrived = (summed((act.good, end), act.shipped, shape) for end in (act.origin, act.destination))
    there = about | {"commodity": goods, "region": regions}
    findings.above("crisis_supply", "t", there, sent, made)
    findings.above("crisis_supply", "t", there, np.where(facts.unsold[:, None], 0.0, made), sent)
    _lanes(facts, policy, target, supplier, at, act, about, findings)
    before = facts.initial if at == 0 else flows.stock[:, :, at - 1].sum(axis=2)
    findings.above("crisis_stock", "t", there, act.drawn, (1.0 - facts.loss) * before)
    taken = needed + summed((facts.demand_good, facts.demand_region), act.served, shape)
    findings.apart("crisis_use", "t", there, arrived + act.drawn, taken)
    wanted = tau * facts.demand[:, at]
    findings.above("crisis_demand", "t", about | {"demand": demand_names(facts)}, act.served, wanted)
    content = facts.rho[facts.demand_good]
    floor = _parts(facts, target, supplier) * wanted
    asked, missing = float(content @ floor), float(content @ np.maximum(floor - act.served, 0.0))
    share = (asked - missing) / asked if asked > 0 else np.nan
    head = (target.row, target.buyer, target.scope, supplier.name, year)
    return (*head, asked, asked - missing, share, 1.0, missing)


def _parts(facts: Facts, target: Withstand, supplier: Supplier) -> Floats:
    """The part of each demand that must be met."""
    buyers, cut = (facts.inside(rs)[facts.demand_region] for rs in (target.regions, supplier.regions))
    sector = np.array([name.rpartition("/")[2] for name in demand_names(facts)], dtype=object)
    named = np.ones(len(buyers), dtype=bool) if target.sectors is None else np.isin(sector, list(target.sectors))
    return np.where(buyers, np.where(named, target.serve, 0.0), np.where(cut, 0.0, target.others))


def _lanes(
    facts: Facts,
    policy: Policy,
    target: Withstand,
    supplier: Supplier,
    at: int,
    act: _Acts,
    about: dict[str, Any],
    findings: Findings,
) -> None:
    """What is shipped keeps to the lanes of the year for so long, and nothing that is stopped leaves the supplier."""
    cut = facts.inside(supplier.regions)
    stopped = facts.scope(target.commodities)[act.good] & cut[act.origin] & ~cut[act.destination]
    most = lanes.of(facts, act.good, act.origin, act.destination, np.full(len(act.good), at)).max_flow
    tau = target.months / MONTHS
    allowed = np.where(stopped, 0.0, np.where(np.isfinite(most), tau * most, np.inf))
    labels = about | {
        "commodity": facts.goods.to_numpy(dtype=object)[act.good],
        "origin": facts.regions.to_numpy(dtype=object)[act.origin],
        "destination": facts.regions.to_numpy(dtype=object)[act.destination],
    }
    findings.above("crisis_lane", "t", labels, act.shipped, allowed)
    for event in (e for e in (facts.events[at] if facts.events else ()) if e.quota is not None):
        some = lanes.concerns(facts, event, act.good, act.origin, act.destination)
        sent, quota = np.array([act.shipped[some].sum()]), np.array([tau * (event.quota or 0.0)])
        findings.above("crisis_quota", "t", about | {"event": [event.name]}, sent, quota)
    for name, limit, rows in trade.limits(
        [*trade.quotas(facts), *trade.of_policy(facts, policy)], int(facts.years[at])
    ):
        some = trade.on(rows, act.good, act.origin, act.destination)
        sent = np.array([act.shipped[some].sum()])
        findings.above("crisis_quota", "t", about | {"quota": [name]}, sent, np.array([tau * limit]))


class _Acts:
    """What is done in one crisis: ``run`` by plant, shipments one by one, ``drawn`` by good and region, ``served``."""

    def __init__(self, facts: Facts, acts: pd.DataFrame, about: dict[str, Any], findings: Findings) -> None:
        self.about, self.findings = about, findings
        what = acts["what"].to_numpy(dtype=object)
        known = np.isin(what, ["run", "ship", "draw", "serve"])
        self._unknown(~known, {"what": what})
        runs, ships, draws, serves = (acts[what == word] for word in ("run", "ship", "draw", "serve"))
        tonnes = "quantity_t"
        (plant,), runs = self._coded(runs, {"plant": facts.plants.names})
        self.run = summed([plant], runs[tonnes].to_numpy(dtype=float), (len(facts.plants.names),))
        axes = {"commodity": facts.goods, "origin": facts.regions, "region": facts.regions}
        (self.good, self.origin, self.destination), ships = self._coded(ships, axes)
        self.shipped = ships[tonnes].to_numpy(dtype=float)
        axes.pop("origin")
        places_of, draws = self._coded(draws, axes)
        self.drawn = summed(places_of, draws[tonnes].to_numpy(dtype=float), (len(facts.goods), len(facts.regions)))
        demand = places(facts.demands, demand_key(serves))
        self._unknown(demand < 0, {c: serves[c] for c in ("commodity", "region", "sector")})
        amounts = serves[tonnes].to_numpy(dtype=float)
        self.served = summed([demand[demand >= 0]], amounts[demand >= 0], (len(facts.demands),))

    def _coded(self, acts: pd.DataFrame, axes: dict[str, pd.Index[Any]]) -> tuple[list[Ints], pd.DataFrame]:
        """The places of what is named in some columns, and the rows; a row with an unknown name is a finding."""
        codes = [places(axis, acts[column]) for column, axis in axes.items()]
        good: Bools = np.all([code >= 0 for code in codes], axis=0)
        self._unknown(~good, {column: acts[column] for column in axes})
        return [code[good] for code in codes], acts[good]

    def _unknown(self, bad: Any, names: dict[str, Any]) -> None:
        self.findings.add("known", "", {"unknown table": "crises"} | self.about | names, bad, np.nan, np.nan)
