"""The door: solve an instance under a policy, goals in order, and return what can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .physics import KILO, Model, assemble
from .reading import Instance, read_instance, read_policy
from .targets import add_budgets, add_targets, traced_regions

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from .matrix import Terms

HOLD = 1e-7
"""A goal is held at its value to this relative slack."""

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


def solve(folder: Path, policy: Path, *, slack_t: float = 0.0) -> Reference:
    """The optimal plan of the instance in `folder` under the policy file `policy`.

    `slack_t` is unserved demand that goal 1 lets pass beyond its relative slack, t of oxide
    equivalent: a solver that holds the goal less tightly can be compared like with like.
    """
    instance = read_instance(folder)
    asked = read_policy(policy)
    model = assemble(instance, traced_regions(instance.members, asked))
    add_budgets(model, asked)
    add_targets(model, asked)
    shortfall: Terms = {column: 1.0 for columns in model.short.values() for column in columns}
    plan = model.programme.solve(closed=shortfall)
    if plan is None or _total(plan, model.unserved) > NOTHING:
        # Only a plan that leaves demand unserved has to be held against the one without policy.
        limit = _allowed(instance) * (1.0 + HOLD) + slack_t * KILO
        if plan is None or _total(plan, model.unserved) > limit + NOTHING:
            plan = _in_turn(model, shortfall, limit)
    return _read_off(model, plan)


def _allowed(instance: Instance) -> float:
    """Unserved demand of the cheapest plan without policy, kt of oxide equivalent."""
    bare = assemble(instance, frozenset())
    plan = bare.programme.solve()
    if plan is None:
        message = "no plan even without policy"
        raise RuntimeError(message)
    return _total(plan, bare.unserved)


def _in_turn(model: Model, shortfall: Terms, limit: float) -> NDArray[np.float64]:
    """Unserved demand, then shortfall, then cost, each held at the value of its own solve."""
    programme = model.programme
    held = (model.unserved, limit)
    plan = programme.solve(shortfall, caps=[held])
    if plan is None:
        # Not even the shortages of the plan without policy can be had: the least possible.
        least = programme.solve(model.unserved)
        if least is None:
            message = "the hard budgets leave no plan"
            raise RuntimeError(message)
        held = (model.unserved, max(_total(least, model.unserved) * (1.0 + HOLD), limit))
        plan = programme.solve(shortfall, caps=[held])
        assert plan is not None, "the plan of goal 1 is feasible for goal 2"
    missed = (shortfall, _total(plan, shortfall) * (1.0 + HOLD))
    plan = programme.solve(caps=[held, missed])
    assert plan is not None, "the plan of goal 2 is feasible for goal 3"
    return plan


def _total(plan: NDArray[np.float64], terms: Terms) -> float:
    return float(sum(weight * plan[column] for column, weight in terms.items()))


def _read_off(model: Model, plan: NDArray[np.float64]) -> Reference:
    capex = {plant.name: plant.capex or 0.0 for plant in model.instance.plants}
    rows = {label: float(sum(plan[column] for column in columns)) / KILO for label, columns in model.short.items()}
    cost = float(plan @ model.programme.cost) + model.programme.constant
    return Reference(
        cost_usd=cost * 1e6,
        shortfall_t=sum(rows.values(), 0.0),
        unserved_t=_total(plan, model.unserved) / KILO,
        capex_usd=_total(plan, {col: capex[name] / KILO for (name, _), col in model.build.items()}),
        shortfall_by_row=rows,
    )
