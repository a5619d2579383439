"""Rules of what is possible: capacity, builds, goods made and sent, lanes, use by class and origin, stocks, demand."""

from __future__ import annotations

from typing import Any

import numpy as np

from model.check.arrays import Floats, summed
from model.check.facts import FREE, NO_ORIGIN, TRACED, Facts, decision, demand_names
from model.check.findings import Findings
from model.check.plan import Plan
from model.check.rows.flows import Flows, closed
from model.check.rows.lanes import Lanes, concerns
from model.check.tolerance import TONNES, above


def judge(facts: Facts, plan: Plan, flows: Flows, lanes: Lanes, findings: Findings) -> None:
    """Add a finding for everything in the plan that can't be."""
    _capacity(facts, plan, flows, findings)
    _builds(facts, plan, findings)
    _closures(facts, plan, findings)
    _supply(facts, plan, flows, findings)
    _lanes(facts, plan, lanes, findings)
    _use(facts, flows, findings)
    _stocks(facts, plan, flows, findings)
    _demand(facts, plan, flows, findings)


def _capacity(facts: Facts, plan: Plan, flows: Flows, findings: Findings) -> None:
    plants, rows = facts.plants, plan["activity"]
    labels = {"plant": plants.names, "year": facts.years}
    usable = plants.availability * flows.capacity
    findings.above("capacity_limit", "t/yr", labels, flows.activity.sum(axis=2), usable)
    expected = flows.capacity[rows["plant"], rows["year"]]
    findings.apart("capacity", "t/yr", rows.labels(), rows["capacity_t"], expected)
    some = expected > TONNES
    ratio = np.divide(rows["activity_t"], expected, out=np.zeros(len(expected)), where=some)
    findings.add(
        "utilisation",
        "1",
        rows.labels(),
        some & ~(np.abs(rows["utilisation"] - ratio) <= _ratio_slack(expected)),
        rows["utilisation"],
        ratio,
    )
    if len(facts.classes) > 1:
        free = flows.activity[:, :, 0] * facts.traced[plants.region][:, None]
        findings.above("content_class", "t/yr", labels, free, 0.0)


def _ratio_slack(base: Any) -> Any:
    return np.maximum(1e-6, TONNES / np.maximum(base, TONNES))


def _builds(facts: Facts, plan: Plan, findings: Findings) -> None:
    plants, rows = facts.plants, plan["builds"]
    at, decided, built = rows["plant"], rows["decision_year"], rows["capacity_t_per_yr"]
    labels = rows.labels()
    first = np.maximum(facts.years[0], plants.first_decision[at])
    when = decision(facts, decided)
    lead = plants.lead_time[at, when]
    last = np.minimum(facts.years[-1] - lead, plants.last_decision[at])
    none = np.isnan(plants.capex[at, when])
    early, late = decided < first, decided > last
    findings.add("decision_window", "year", labels, early, decided, first)
    findings.add("decision_window", "year", labels, late & ~early, decided, last)
    findings.add("decision_window", "t/yr", labels, none & ~early & ~late, built, 0.0)
    barred = ~plants.open[at, when] & ~none & ~early & ~late
    findings.add("no_build", "t/yr", labels, barred & (built > TONNES), built, 0.0)
    total = summed([at], built, (len(plants.names),))
    findings.above("build_limit", "t/yr", {"plant": plants.names}, total, plants.max_build)
    findings.above("build_limit_per_year", "t/yr", labels, built, plants.max_build_per_year[at])
    findings.apart("builds", "year", labels | {"column": "online_year"}, rows["online_year"], decided + lead)
    capital = built * np.where(none, 0.0, plants.capex[at, when])
    findings.apart("builds", "USD", labels | {"column": "capex_usd"}, rows["capex_usd"], capital)


def _closures(facts: Facts, plan: Plan, findings: Findings) -> None:
    """What is closed is there and may close, and stays closed but for what is newly listed."""
    plants, rows = facts.plants, plan["closures"]
    shut = closed(facts, plan)
    labels = {"plant": plants.names, "year": facts.years}
    findings.above("may_close", "t/yr", labels, shut, plants.existing * plants.may_close[:, None])
    kept = shut[:, :-1] - np.maximum(plants.existing[:, :-1] - plants.existing[:, 1:], 0.0)
    findings.above("stays_closed", "t/yr", {"plant": plants.names, "year": facts.years[1:]}, kept, shut[:, 1:])
    had = plants.existing[rows["plant"], rows["year"]]
    findings.apart("closures", "t/yr", rows.labels() | {"column": "existing_t"}, rows["existing_t"], had)
    findings.apart("closures", "t/yr", rows.labels() | {"column": "open_t"}, rows["open_t"], had - rows["closed_t"])


def _supply(facts: Facts, plan: Plan, flows: Flows, findings: Findings) -> None:
    ledger = flows.ledger
    inside = ledger.origin < len(facts.regions)
    codes = [c[inside] for c in (ledger.good, ledger.origin, ledger.year, ledger.content)]
    sent = summed(codes, ledger.arrived[inside], facts.shape)
    labels = {"commodity": facts.goods, "origin": facts.regions, "year": facts.years, "content": facts.classes}
    findings.above("supply", "t/yr", labels, sent, flows.made)
    must = np.where(facts.unsold[:, None, None, None], 0.0, flows.made)
    findings.add("supply", "t/yr", labels, _below(sent, must), sent, flows.made)


def _below(value: Any, least: Any) -> Any:
    return above(least, value, "t")


def _lanes(facts: Facts, plan: Plan, lanes: Lanes, findings: Findings) -> None:
    rows = plan["shipments"]
    abroad = rows["origin"] != rows["destination"]
    closed = abroad & (lanes.max_flow <= 0)
    findings.add("lane_open", "t/yr", rows.labels(), closed & (rows["quantity_t"] > TONNES), rows["quantity_t"], 0.0)
    regions, years = facts.shape[1:3]
    lane = ((rows["commodity"] * regions + rows["origin"]) * regions + rows["destination"]) * years + rows["year"]
    unique, first, place = np.unique(lane, return_index=True, return_inverse=True)
    total = summed([place], rows["quantity_t"], (len(unique),))
    once = np.zeros(len(lane), dtype=bool)
    once[first] = True
    over = once & abroad & ~closed & above(total[place], lanes.max_flow, "t")
    findings.add("lane_limit", "t/yr", rows.labels(), over, total[place], lanes.max_flow)
    for at, events in enumerate(facts.events):
        for event in (e for e in events if e.quota is not None):
            some = concerns(facts, event, rows["commodity"], rows["origin"], rows["destination"]) & (rows["year"] == at)
            sent = float(rows["quantity_t"][some].sum())
            labels = {"event": [event.name], "year": [facts.years[at]]}
            findings.above("quota", "t/yr", labels, np.array([[sent]]), np.array([[event.quota]]))


def _use(facts: Facts, flows: Flows, findings: Findings) -> None:
    """Use by class and place; what demand takes of a class is what is left of it."""
    places = {"commodity": facts.goods, "region": facts.regions, "year": facts.years}
    served = np.zeros(facts.shape[:3])
    np.add.at(served, (facts.demand_good, facts.demand_region), flows.served)
    wanted = flows.needed.sum(axis=3) + served
    findings.apart("use", "t/yr", places, flows.used.sum(axis=3), wanted)
    if len(facts.classes) > 1:
        free, traced = flows.needed[..., 0] + flows.downgrade, flows.needed[..., 1]
        has = flows.used[..., 1] + flows.downgrade
        findings.above("use", "t/yr", places | {"content": [FREE]}, free[..., None], flows.used[..., :1])
        findings.above("use", "t/yr", places | {"content": [TRACED]}, traced[..., None], has[..., None])
        findings.above("content_class", "t/yr", places, free, flows.used[..., 0])
        _served(facts, flows, free, traced - flows.downgrade, findings)
    ledger = flows.ledger
    origins = np.append(facts.regions.to_numpy(dtype=object), NO_ORIGIN)
    labels = {
        "commodity": facts.goods.to_numpy(dtype=object)[ledger.good],
        "region": facts.regions.to_numpy(dtype=object)[ledger.region],
        "origin": origins[ledger.origin],
        "year": facts.years[ledger.year],
        "content": facts.classes.to_numpy(dtype=object)[ledger.content],
    }
    findings.above("use_by_origin", "t/yr", labels, ledger.left, ledger.arrived + ledger.carried)


def _served(facts: Facts, flows: Flows, free: Floats, traced: Floats, findings: Findings) -> None:
    """Where the plan splits what is served by class: the parts are the whole, and no class is served that isn't there.

    ``free`` and ``traced``: what plants take of each class, and what is downgraded out of it.
    """
    if not flows.served_by_class.any():
        return
    labels = {"demand": demand_names(facts), "year": facts.years}
    findings.apart("served", "t/yr", labels, flows.served_by_class.sum(axis=2), flows.served)
    for place, (name, taken) in enumerate(((FREE, free), (TRACED, traced))):
        served = np.zeros(facts.shape[:3])
        np.add.at(served, (facts.demand_good, facts.demand_region), flows.served_by_class[..., place])
        where = {"commodity": facts.goods, "region": facts.regions, "year": facts.years, "content": [name]}
        findings.above("served", "t/yr", where, (taken + served)[..., None], flows.used[..., place : place + 1])


def _stocks(facts: Facts, plan: Plan, flows: Flows, findings: Findings) -> None:
    labels = {"commodity": facts.goods, "region": facts.regions, "year": facts.years}
    findings.above("stock_limit", "t", labels, flows.stock.sum(axis=3), facts.store[:, :, None])
    ledger = flows.ledger
    by_origin = summed((ledger.good, ledger.region, ledger.year, ledger.content), ledger.left, facts.shape)
    findings.apart("stock_origins", "t", labels | {"content": facts.classes}, by_origin, flows.stock)


def _demand(facts: Facts, plan: Plan, flows: Flows, findings: Findings) -> None:
    rows = plan["demand"]
    demand = facts.demand[rows["demand"], rows["year"]]
    labels = rows.labels()
    findings.above("demand_met", "t/yr", labels, rows["served_t"], demand)
    findings.apart("demand_met", "t/yr", labels | {"column": "demand_t"}, rows["demand_t"], demand)
    left = np.maximum(demand - rows["served_t"], 0.0)
    findings.apart("demand_met", "t/yr", labels | {"column": "unserved_t"}, rows["unserved_t"], left)
    there = np.zeros(facts.demand.shape, dtype=bool)
    there[rows["demand"], rows["year"]] = True
    due = ~there & (facts.demand > TONNES)
    findings.add(
        "demand_met", "t/yr", {"missing demand": demand_names(facts), "year": facts.years}, due, 0.0, facts.demand
    )
