"""Every cost of the plan, derived anew: term by region and year, undiscounted and as present value."""

from __future__ import annotations

import numpy as np

from model.check.arrays import Floats, Ints, summed
from model.check.facts import Facts, decision
from model.check.findings import Findings
from model.check.plan import TERMS, Plan
from model.check.rows import trade
from model.check.rows.flows import Flows, closed
from model.check.rows.lanes import Lanes
from model.check.tolerance import OF_ALL_COST, apart


def judge(facts: Facts, plan: Plan, flows: Flows, lanes: Lanes, findings: Findings) -> None:
    """A finding for each term, region and year whose cost or present value isn't the derived one.

    What is told by buyer sums to the same.
    """
    derived = derive(facts, plan, flows, lanes)
    labels = {"term": TERMS, "region": facts.regions, "year": facts.years}
    told = ("costs", "costs_by_buyer") if plan["costs_by_buyer"].rows else ("costs",)
    for table in told:
        for column, expected in (("cost_usd", derived), ("present_value_usd", derived * facts.discount)):
            said = plan[table].spread(column, ("term", "region", "year"), derived.shape)
            named = {**labels, "column": [column]}
            findings.apart(table, "USD", named, said[..., None], expected[..., None])
    if plan["premium"].rows:
        _premium(plan, findings)


def _premium(plan: Plan, findings: Findings) -> None:
    """By kind: the cost is that of all places and years, and what is more than without policy makes it up."""
    shape = (len(TERMS),)
    paid = plan["costs"].spread("present_value_usd", ("term",), shape)
    cost, without, more = (
        plan["premium"].spread(c, ("term",), shape) for c in ("cost_usd", "cost_without_policy_usd", "premium_usd")
    )
    for column, said, expected in (("cost_usd", cost, paid), ("premium_usd", without + more, cost)):
        wrong = apart(said, expected, "USD") & ~(np.abs(said - expected) <= OF_ALL_COST * paid.sum())
        findings.add("premium", "USD", {"term": TERMS, "column": column}, wrong, said, expected)


def derive(facts: Facts, plan: Plan, flows: Flows, lanes: Lanes) -> Floats:
    """Undiscounted cost in USD: terms x regions x years."""
    plants, builds, ships = facts.plants, plan["builds"], plan["shipments"]
    regions, years = len(facts.regions), len(facts.years)
    at, built = builds["plant"], builds["capacity_t_per_yr"]
    operated = flows.operating * built[:, None]
    unserved = np.maximum(facts.demand - flows.served, 0.0)
    arrived = ships["destination"], ships["year"]
    terms = {
        "capital": _sum(
            facts,
            plants.region[at],
            operated * np.nan_to_num(plants.annuity[at, decision(facts, builds["decision_year"])])[:, None],
        ),
        "fixed_new": _sum(facts, plants.region[at], operated * plants.fixed_cost[at]),
        "fixed_existing": _sum(facts, plants.region, (plants.existing - closed(facts, plan)) * plants.fixed_cost),
        "variable": _sum(facts, plants.region, flows.activity.sum(axis=2) * plants.variable_cost),
        "freight": summed(arrived, ships["quantity_t"] * lanes.freight, (regions, years)),
        "tariff": summed(arrived, ships["quantity_t"] * lanes.tariff, (regions, years)),
        "holding": np.einsum("kr,kryh->ry", facts.holding_cost, flows.stock),
        "shortage": _sum(facts, facts.demand_region, unserved * facts.shortage_cost),
        "contracts": trade.breach(facts, plan),
        "switching": trade.switching(facts, plan).cost.sum(axis=(0, 1)),
    }
    return np.stack([terms[term] for term in TERMS])


def _sum(facts: Facts, region: Ints, amounts: Floats) -> Floats:
    total = np.zeros((len(facts.regions), len(facts.years)))
    np.add.at(total, region, amounts)
    return total
