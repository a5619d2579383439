"""What a case comes to: its row of the table of cases, and its builds.

Every outcome follows from the plan, which is the same whatever path the solver took. Prices do not: where an optimum is
degenerate they depend on the path. They are in a case's full results.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from model.analysis.sweeps.asked.columns import premium_columns, stage_columns
from model.analysis.sweeps.running.similar import PolicyNumbers
from model.analysis.sweeps.running.stopped import stopped
from model.base.economics import NOISE, premium
from model.base.errors import Rejected, SolverError, Unmeetable
from model.base.problems import InputError
from model.base.units import USD_PER_MUSD
from model.instance.instance import Instance, main_product
from model.instance.policy.row_names import Names, target_names
from model.plan.saying import misses
from model.plan.saying.asking import asked, first_compliant_year
from model.plan.saying.summary import premium_per_kg
from model.plan.solved import Solved
from model.plan.stress.asked import Asked
from model.plan.tables import crises, physical, targets
from model.solving.solver import optimality

Row = dict[str, Any]
MET, MISSED, FAILED = "met", "missed", "failed"


def verify(s: Solved) -> None:
    """Raises Rejected where the point is no optimum of its programme, by residuals and duality gap."""
    residuals = optimality.residuals(s.arrays, s.outcome)
    if not residuals.acceptable():
        raise Rejected(f"the plan is not proved optimal: {residuals}")


def money_outcome(premiums: Iterable[float | None]) -> str:
    """The column that says what cases cost: the premium; the cost where no policy costs anything, or none is known.

    >>> money_outcome([None, 2e9]), money_outcome([0.0, None, float("nan")])
    ('premium_usd', 'cost_usd')
    """
    return "premium_usd" if any(v is not None and v == v and v != 0 for v in premiums) else "cost_usd"


def outcome(s: Solved, numbers: PolicyNumbers | None = None, stop: Asked | None = None) -> Row:
    """The outcomes of a solved case, as ``sweep.csv`` lists them, and parts of capital and premium; None for none.

    ``numbers`` of a programme with the same columns and rows save finding the policy's rows again; ``stop`` is a stop
    of exports to test the plan by.
    """
    instance, policy = s.network.instance, s.network.policy
    short = targets.shortfalls(s)
    cost, baseline = s.outcome.cost * USD_PER_MUSD, s.outcome.baseline_cost * USD_PER_MUSD
    more = premium(cost, baseline)
    built = builds(s)
    if numbers is None or not numbers.fits(policy) or s.arrays.rows is not numbers.arrays.rows:
        numbers = PolicyNumbers(s.arrays, s.network)
    found: Row = {
        "status": MISSED if len(short) else MET,
        "reason": "",
        "cost_usd": cost,
        "cost_without_policy_usd": baseline,
        "premium_usd": more,
        "premium_usd_per_kg": premium_per_kg(s, physical.demand(s), more),
        "capex_usd": math.fsum(b["capex_usd"] for b in built),
        **miss(s, short),
        **unserved(s),
        "first_compliant_year": first_compliant_year(instance, policy, asked(s), short),
        "largest_share": numbers.largest_share(s.arrays, policy, s.x),
        "plants_built": len({b["plant"] for b in built}),
        "first_decision_year": min((b["decision_year"] for b in built), default=None),
    }
    return found | stopped(s, stop) | _capital(instance, built) | _premium(s, more)


def miss(s: Solved, short: pd.DataFrame) -> Row:
    """How many targets are missed, by how much the worst of them and which in what year; and goal 2's sum."""
    none: Row = {"targets_missed": 0, "worst_miss": 0.0, "worst_miss_target": "", "worst_miss_year": None}
    found = none | {"shortfall_t": float(short["shortfall_t"].sum())}
    if not len(short):
        return found
    instance, policy = s.network.instance, s.network.policy
    tables = {"shortfalls": short, "shares": targets.shares(s), "benchmarks": targets.benchmarks(s),
              "withstand": crises.withstand(s)}  # fmt: skip
    one = misses.worst(tables)
    assert one is not None
    called = target_names(instance.tables, policy)[one.target[:3]]
    several = any(len(t.parts) > 1 for t in policy.targets if t.row == one.policy_row)
    by = f" from {Names(instance.tables).place(one.target[3])}" if one.target[3] and several else ""
    return found | {
        "targets_missed": misses.counts(tables)[0],
        "worst_miss": one.off,
        "worst_miss_target": called + by,
        "worst_miss_year": one.year,
    }


def unserved(s: Solved) -> Row:
    """What no demand gets: t of goods, and of their content."""
    return {"unserved_goods_t": s.unserved_t(goods=True), "unserved_t": s.unserved_t()}


def _premium(s: Solved, more: float) -> Row:
    """What a policy adds to each kind of cost, USD of present value; the sum is the premium."""
    weight = [s.present_value[n] for *_, n in s.arrays.ledger_index]
    with_policy, without = s.arrays.ledger.times(s.outcome.x), s.arrays.ledger.times(s.outcome.baseline_x)
    added = (with_policy - without) * np.array(weight) * USD_PER_MUSD
    sums = dict.fromkeys(premium_columns(), 0.0)
    for (term, *_), usd in zip(s.arrays.ledger_index, added.tolist() if more else (), strict=bool(more)):
        sums[f"premium_{term}_usd"] += usd
    noise = NOISE * abs(s.outcome.cost) * USD_PER_MUSD
    return {column: usd if abs(usd) > noise else 0.0 for column, usd in sums.items()}


def _capital(instance: Instance, built: list[Row]) -> Row:
    stage_of = {k: stage for stage, goods in instance.stages.items() for k in goods}
    amounts = dict.fromkeys(instance.stages, 0.0)
    for row in built:
        amounts[stage_of[main_product(instance, instance.plants[row["plant"]].process)]] += row["capex_usd"]
    return {column: amounts[stage] for stage, column in stage_columns(instance).items()}


def builds(s: Solved) -> list[Row]:
    """What is built and when."""
    return [
        {
            "plant": j,
            "decision_year": s.year[b],
            "capacity_t_per_yr": built,
            "capex_usd": built * (s.is_in(j, b).capex or 0.0),
        }
        for (j, b), built in s.positive("build")
    ]


def failed(error: Exception) -> Row:
    """The row of a case that has no plan: what is wrong, on one line."""
    if isinstance(error, InputError):
        said = "; ".join(map(str, error.problems))
    elif isinstance(error, Unmeetable | SolverError | Rejected) and str(error):
        said = str(error)
    else:
        said = f"{type(error).__name__}: {error}"
    return {"status": FAILED, "reason": " ".join(said.split())}
