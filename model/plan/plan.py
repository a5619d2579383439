"""From an instance and a policy to a checked plan: formulate, compile, solve, tabulate, check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.clock import Clock
from model.base.errors import Rejected
from model.base.problems import InputError, Problem, nearest, quoted
from model.base.results import Results
from model.check import violations
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.policies import Policy
from model.instance.reading import policy as read_policy
from model.instance.reading import read
from model.instance.tree import Tree
from model.plan.solved import Solved
from model.plan.summary import phases, summarise
from model.plan.tables import buyers, content, cover, crises, physical, prices, support, targets
from model.plan.tables import shadow_prices as limits
from model.plan.tables.context import context
from model.solving import optimality
from model.solving.export import write_programme
from model.solving.goals import GOALS
from model.solving.goals import solve as solve_goals
from model.solving.programme import compiled
from model.solving.targets import limits_of


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Results):
    """A checked plan: its results (``plan["builds"]``, ``plan.summary``), what was asked, and ``solved`` for more."""

    instance: Instance
    policy: Policy
    solved: Solved

    def _repr_html_(self) -> str:
        """What a notebook shows: the key figures."""
        keys = ("compliant", "cost_usd", "premium_usd", "capex_usd", "shortfall_t", "first_compliant_year")
        frame = pd.DataFrame({"value": [self.summary[k] for k in keys]}, index=list(keys))
        return str(frame.to_html(escape=True))


def solve(
    instance: Instance | str | Path,
    policy: str | Policy = "",
    overrides: Mapping[str, Any] | None = None,
    *,
    time_limit: float = float("inf"),
    goal: str = "cost",
    clock: Clock | None = None,
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Plan:
    """The best plan of an instance (or of the one in a folder) for a policy, checked.

    ``policy`` is a name, a file or a Policy; default: the instance's.
    ``overrides`` sets scalars of the policy (``{"share_cap.0.max": 0.5}``); ``goal`` is one of ``goals.GOALS``.
    Raises InputError, Unmeetable (the hard limits contradict one another), Stopped (``time_limit`` seconds, or
    ``stop`` was set), SolverError, Rejected.
    """
    clock = clock or Clock()
    if not isinstance(instance, Instance):
        instance = read(instance)
    asked = policy if isinstance(policy, Policy) else read_policy(instance, policy, overrides)
    check_goal(goal, asked)
    network = Network(instance, asked, Tree.chain(instance.years))
    say("writing the programme")
    arrays = compiled(network, clock)
    with clock.phase("solve"):
        outcome = solve_goals(arrays, time_limit, say, stop, goal, limits_of(arrays, network))
    clock.add("HiGHS within solve", sum(run.seconds for run in outcome.runs))
    say("checking the plan")
    return checked(Solved(network, arrays, outcome), overrides, clock)


def export(plan: Plan, file: str | Path) -> Path:
    """Write the problem whose optimum on any solver is the plan's cost, million USD, as ``.lp`` or ``.mps``.

    Raises InputError for another ending, OSError, SolverError.
    """
    write_programme(plan.solved.arrays, plan.solved.outcome, Path(file))
    return Path(file)


def checked(solved: Solved, overrides: Mapping[str, Any] | None = None, clock: Clock | None = None) -> Plan:
    """The tables and the summary of what was solved, through every check. Raises Rejected."""
    clock = clock or Clock()
    instance, asked = solved.network.instance, solved.network.policy
    with clock.phase("tables"):
        tables = tabulate(solved)
    with clock.phase("check"):
        residuals = optimality.residuals(solved.arrays, solved.outcome)
        summary = summarise(solved, tables, residuals)
        _reject_unsound(instance, asked, tables, summary, residuals)
    summary["overrides"]["policy"] = dict(overrides or {})
    summary["phases"] = phases(clock)
    return Plan(tables, summary, instance, asked, solved)


def check_goal(goal: str, policy: Policy) -> None:
    """A goal that is known, and that has something to speak of. Raises InputError."""
    if goal not in GOALS:
        expected = f"is not a goal; known: {', '.join(GOALS)}"
        raise InputError([Problem("--goal", None, "", quoted(goal), expected, nearest(goal, GOALS))])
    if goal == "exposure" and not any(cap.suppliers for cap in policy.share_caps):
        expected = f"needs a policy with a share cap, whose share is made as small as can be; {policy.name} has none"
        expected += " on anybody outside the buyer" if policy.share_caps else ""
        raise InputError([Problem("--goal", None, "", quoted(goal), expected)])


def _reject_unsound(
    instance: Instance,
    policy: Policy,
    tables: Mapping[str, pd.DataFrame],
    summary: Mapping[str, Any],
    residuals: optimality.Residuals,
) -> None:
    found = violations(instance, policy, tables, summary)
    if not residuals.acceptable():
        row = {"rule": "optimality", "key": str(residuals), "value": residuals.gap, "limit": 0.0}
        found = pd.concat([found, pd.DataFrame([row])], ignore_index=True)
    if len(found):
        raise Rejected(f"the plan fails {len(found)} check(s):\n{found.head(20).to_string(index=False)}")


def tabulate(solved: Solved) -> dict[str, pd.DataFrame]:
    """Every result table."""
    origins, new = physical.stock_origins(solved), support.support(solved)
    paid = buyers.bill(solved)
    tables = {
        "builds": prices.builds(solved),
        "support": new,
        "activity": physical.activity(solved),
        "shipments": physical.shipments(solved),
        "shares": targets.shares(solved),
        "benchmarks": targets.benchmarks(solved),
        "budgets": targets.budgets(solved),
        "price_floors": support.price_floors(solved, new),
        "prices": prices.prices(solved),
        "stocks": physical.stocks(solved, origins),
        "stock_origins": origins,
        "stock_cover": cover.stock_cover(solved),
        "demand": physical.demand(solved),
        "withstand": crises.withstand(solved),
        "crises": crises.crises(solved),
        "shortfalls": targets.shortfalls(solved),
        "content": content.content(solved),
        "costs": physical.costs(solved),
        "premium": physical.premium(solved),
        "costs_by_buyer": buyers.costs_by_buyer(solved, paid),
        "buyers": buyers.buyers(solved, paid),
        "lane_limits": limits.lane_limits(solved),
        "build_limits": limits.build_limits(solved),
        **context(solved),
    }
    return tables | (physical.by_class(solved) if solved.traced else {})
