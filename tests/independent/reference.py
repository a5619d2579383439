"""The door: solve an instance under a policy, goals in order, and return what can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .crises import add_crises
from .physics import Model, Wanted, assemble
from .reading import Instance, read_instance, read_policy
from .targets import add_budgets, add_targets, traced_regions
from .units import KILO
from .wider import quota_limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from .matrix import Terms

HOLD = 1e-7
"""A goal is held at its value to this relative slack."""

HOLD_HARM = 1e-9
"""The same for goal 1: what is cheap to miss may be missed by much where little of a dear harm is let pass."""

NOTHING = 1e-9
"""kt: a solver's zero."""


@dataclass(frozen=True)
class Reference:
    """What an independent solver must agree on, in USD and t."""

    cost_usd: float
    shortfall_t: float
    unserved_t: float
    capex_usd: float
    shortfall_by_row: dict[str, float]


def solve(folder: Path, policy: Path, unserved0: Mapping[Wanted, float] | None = None) -> Reference:
    """The optimal plan of the instance in `folder` under the policy file `policy`.

    `unserved0` is what the cheapest plan without policy leaves unserved, t, where that is known:
    of several such plans the tie-break of whoever is compared picks one.
    """
    instance = read_instance(folder)
    asked = read_policy(policy)
    quotas = quota_limits(instance, [*instance.wider.quotas, *asked.get("quota", [])])
    model = assemble(instance, traced_regions(instance.members, asked), quotas=quotas)
    add_budgets(model, asked)
    add_targets(model, asked)
    add_crises(model, asked)
    shortfall: Terms = {column: 1.0 for columns in model.short.values() for column in columns}
    harm = keep_served(model, unserved_without_policy(instance) if unserved0 is None else unserved0)
    plan = model.programme.solve(closed=[*shortfall, *harm])
    return _read_off(model, _in_turn(model, shortfall, harm) if plan is None else plan)


def unserved_without_policy(instance: Instance) -> dict[Wanted, float]:
    """What a cheapest plan without policy leaves unserved of each demand and year, t."""
    bare = assemble(instance, frozenset(), quotas=quota_limits(instance, instance.wider.quotas))
    plan = bare.programme.solve()
    if plan is None:
        message = "no plan even without policy"
        raise RuntimeError(message)
    return {key: float(plan[column]) / KILO for key, column in bare.missing.items()}


def keep_served(model: Model, unserved0: Mapping[Wanted, float]) -> Terms:
    """Goal 1 by row: no demand may be served less, but for variables that are returned with their weight.

    The weight is the shortage cost, million USD per kt; one that is 0 weighs as 1 USD per t.
    """
    harm: Terms = {}
    for demand in model.instance.demands:
        for year in model.instance.years:
            key = (demand.commodity, demand.region, demand.sector, year)
            extra = model.programme.variable()
            harm[extra] = KILO * (demand.shortage_cost[year] or 1.0)
            allowed = unserved0.get(key, 0.0) * KILO
            model.programme.cap({model.missing[key]: 1.0, extra: -1.0}, allowed * (1.0 + HOLD))
    return harm


def _in_turn(model: Model, shortfall: Terms, harm: Terms) -> NDArray[np.float64]:
    """Harm, then shortfall, then cost, each held at the value of its own solve."""
    programme = model.programme
    held, closed = (harm, 0.0), list(harm)
    plan = programme.solve(shortfall, closed)
    if plan is None:
        # The budgets don't let everybody be served as without policy: the least harm possible.
        least = programme.solve(harm)
        if least is None:
            message = "the hard budgets leave no plan"
            raise RuntimeError(message)
        held, closed = (harm, _total(least, harm) * (1.0 + HOLD_HARM) + NOTHING), []
        plan = programme.solve(shortfall, caps=[held])
        assert plan is not None, "the plan of goal 1 is feasible for goal 2"
    missed = (shortfall, _total(plan, shortfall) * (1.0 + HOLD))
    plan = programme.solve(closed=closed, caps=[held, missed])
    assert plan is not None, "the plan of goal 2 is feasible for goal 3"
    return plan


def _total(plan: NDArray[np.float64], terms: Terms) -> float:
    return float(sum(weight * plan[column] for column, weight in terms.items()))


def _read_off(model: Model, plan: NDArray[np.float64]) -> Reference:
    plants = {plant.name: plant for plant in model.instance.plants}
    rows = {label: float(sum(plan[column] for column in columns)) / KILO for label, columns in model.short.items()}
    cost = float(plan @ model.programme.cost) + model.programme.constant
    capital = {col: model.overnight(plants[name], y) / KILO for (name, y), col in model.build.items()}
    return Reference(
        cost_usd=cost * 1e6,
        shortfall_t=sum(rows.values(), 0.0),
        unserved_t=_total(plan, model.unserved) / KILO,
        capex_usd=_total(plan, capital),
        shortfall_by_row=rows,
    )
