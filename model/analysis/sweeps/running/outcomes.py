"""What a case comes to: its row of the table of cases, and its builds.

Every outcome follows from the plan, which is the same whatever path the solver took. Prices do not: where an optimum is
degenerate they depend on the path. They are in a case's full results.
"""

from __future__ import annotations

import math
from typing import Any

from model.analysis.sweeps.asked.columns import stage_columns
from model.analysis.sweeps.running.similar import PolicyNumbers
from model.base.economics import premium
from model.base.errors import Rejected, SolverError, Unmeetable
from model.base.problems import InputError
from model.base.units import USD_PER_MUSD
from model.instance.instance import Instance, main_product
from model.plan.asking import asked, first_compliant_year
from model.plan.solved import Solved
from model.plan.summary import premium_per_kg
from model.plan.tables import physical, targets
from model.solving import optimality

Row = dict[str, Any]
MET, MISSED, FAILED = "met", "missed", "failed"


def verify(s: Solved) -> None:
    """Raises Rejected where the point is no optimum of its programme, by residuals and duality gap."""
    residuals = optimality.residuals(s.arrays, s.outcome)
    if not residuals.acceptable():
        raise Rejected(f"the plan is not proved optimal: {residuals}")


def outcome(s: Solved, numbers: PolicyNumbers | None = None) -> Row:
    """The outcomes of a solved case, as ``schema.csv`` lists them, and capital by stage; None where there is none.

    ``numbers`` of a programme with the same columns and rows save finding the policy's rows again.
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
        "shortfall_t": float(short["shortfall_t"].sum()),
        "unserved_t": s.unserved_t(),
        "first_compliant_year": first_compliant_year(instance, policy, asked(s), short),
        "largest_share": numbers.largest_share(s.arrays, policy, s.x),
        "plants_built": len({b["plant"] for b in built}),
        "first_decision_year": min((b["decision_year"] for b in built), default=None),
    }
    return found | _capital(instance, built)


def _capital(instance: Instance, built: list[Row]) -> Row:
    stage_of = {k: stage for stage, goods in instance.stages.items() for k in goods}
    amounts = dict.fromkeys(instance.stages, 0.0)
    for row in built:
        amounts[stage_of[main_product(instance, instance.plants[row["plant"]].process)]] += row["capex_usd"]
    return {column: amounts[stage] for stage, column in stage_columns(instance).items()}


def builds(s: Solved) -> list[Row]:
    """What is built and when."""
    plants = s.network.instance.plants
    return [
        {
            "plant": j,
            "decision_year": s.year[b],
            "capacity_t_per_yr": built,
            "capex_usd": built * (plants[j].capex or 0.0),
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
