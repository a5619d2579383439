"""From an instance and a policy to a checked plan: formulate, compile, solve, tabulate, check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from model.base.clock import Clock
from model.base.errors import Rejected
from model.base.problems import InputError, Problem, nearest, quoted
from model.base.results import Results
from model.base.units import T_PER_KT
from model.check import violations
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.reading import policy as read_policy
from model.instance.reading import read
from model.instance.reading import scenario as read_scenario
from model.instance.trees.scenarios import Scenario, tree_of
from model.instance.trees.tree import Tree
from model.plan.policy_edits import edited_in_words, policy_edits
from model.plan.saying.summary import phases, summarise
from model.plan.solved import Solved
from model.plan.tables import buyers, content, cover, crises, idle_plants, physical, prices, support, targets
from model.plan.tables import shadow_prices as limits
from model.plan.tables.context import context
from model.plan.tables.world import world
from model.solving.builds import builds_of, fixed
from model.solving.goals.goals import solve as solve_goals
from model.solving.goals.orders import GOALS
from model.solving.goals.targets import limits_of
from model.solving.many.team import team
from model.solving.programme import compiled
from model.solving.solver import optimality
from model.solving.solver.export import write_programme
from model.solving.whole import GAP, Lumps


@dataclass(frozen=True, eq=False, repr=False)
class Plan(Results):
    """A checked plan: its results (``plan["builds"]``, ``plan.summary``), what was asked, and ``solved`` for more."""

    instance: Instance
    policy: Policy
    solved: Solved

    def _repr_html_(self) -> str:
        """What a notebook shows: what was asked, edits among it, and the key figures."""
        told = self.summary
        edits = [f"{key} = {value}" for part in told["overrides"].values() for key, value in part.items()]
        asked = {"instance": told["instance"]["name"], "policy": told["policy"]["title"], "edited": ", ".join(edits)}
        keys = ("goal", "compliant", "cost_usd", "premium_usd", "capex_usd", "unserved_t", "first_compliant_year")
        values = {key: value for key, value in asked.items() if value} | {key: told[key] for key in keys}
        return str(pd.DataFrame({"value": values.values()}, index=list(values)).to_html(escape=True))


def solve(
    instance: Instance | str | Path,
    policy: str | Path | Mapping[str, Any] | Policy = "",
    overrides: Mapping[str, Any] | None = None,
    *,
    builds: pd.DataFrame | Results | None = None,
    time_limit: float = float("inf"),
    goal: str = "cost",
    whole_units: bool = False,
    gap: float = GAP,
    scenarios: str | Path | Scenario = "",
    executor: Executor | None = None,
    workers: int | None = None,
    clock: Clock | None = None,
    say: Callable[[str], None] = lambda _: None,
    stop: threading.Event | None = None,
) -> Plan:
    """The best plan of an instance (or of the one in a folder) for a policy, checked.

    ``policy`` is a name, a file, a Policy, or a mapping of what a file would hold; default: the instance's.
    ``scenarios`` is a name, a file or a Scenario: futures that leave one trunk; default: the one certain future.
    Of many futures each is a task: of ``workers`` processes of this machine (default: its cores; one is this process),
    or of ``executor``, any of ``concurrent.futures``, a dask client's among them; they change no byte of the plan.
    ``overrides`` sets scalars of the policy (``{"share_cap.0.max": 0.5}``); ``goal`` is one of ``goals.GOALS``.
    ``builds``, a table like ``plan["builds"]`` (plant, decision_year, capacity_t_per_yr) or a plan, is what is built,
    and nothing else; all other decisions are made anew. ``whole_units``: plants are bought by their ``unit_size`` and
    not below their ``min_size``, by branch and bound to a relative ``gap``; a time limit gives the best plan found.
    Raises InputError, Unmeetable (the hard limits contradict one another), Stopped (``time_limit`` seconds, or
    ``stop`` was set), SolverError, Rejected.
    """
    clock = clock or Clock()
    if not isinstance(instance, Instance):
        instance = read(instance)
    asked = policy if isinstance(policy, Policy) else read_policy(instance, policy, overrides)
    check_goal(goal, asked)
    given = builds["builds"] if isinstance(builds, Results) else builds
    held = None if given is None else builds_of(given, instance)
    lumps = lumps_of(instance, gap, goal, held is not None) if whole_units else None
    if held is not None and str(scenarios):
        raise InputError([Problem("--builds", None, "", "", "are held in one certain future; leave out the scenarios")])
    told = scenarios if isinstance(scenarios, Scenario) or not str(scenarios) else read_scenario(instance, scenarios)
    tree = tree_of(told, instance.years) if isinstance(told, Scenario) else Tree.chain(instance.years)
    network = Network(instance, asked, tree)
    say("writing the programme")
    arrays = compiled(network, clock)
    if held is not None:
        arrays, _ = fixed(network, arrays, held)
    with clock.phase("solve"):
        limits = limits_of(arrays, network)
        who = partial(team, executor=executor, workers=workers, time_limit=time_limit, stop=stop)
        outcome = solve_goals(arrays, time_limit, say, stop, goal, limits, tree=tree, lumps=lumps, team=who)
    clock.add("HiGHS within solve", sum(run.seconds for run in outcome.runs))
    say("checking the plan")
    plan = checked(Solved(network, arrays, outcome), overrides, clock)
    if builds is not None:
        plan.summary["overrides"]["builds"] = {"builds": whose(builds)}
    return plan


def lumps_of(instance: Instance, gap: float, goal: str = "cost", held: bool = False) -> Lumps:
    """How plants of an instance are bought, where whole ones are asked for. Raises InputError with all that is
    wrong.
    """
    plants, option = instance.plants.values(), "--whole-units"
    wrong = []
    if goal != "cost":
        wrong.append(Problem(option, None, "", "", f"are for the goal cost, not for {goal}"))
    if held:
        wrong.append(Problem(option, None, "", "", "can't be asked of builds that are held; leave out one of the two"))
    if not 0 <= gap < 1:
        wrong.append(Problem("--gap", None, "", f"{gap:g}", "expected a part of the cost: at least 0, below 1"))
    if not any(p.unit_size or p.min_size for p in plants):
        wrong.append(Problem(option, None, "", "", "needs unit_size or min_size of some plant in plants.csv; none has"))
    if wrong:
        raise InputError(wrong)
    sizes = {p.name: p.unit_size / T_PER_KT for p in plants if p.unit_size}
    return Lumps(sizes, {p.name: p.min_size / T_PER_KT for p in plants if p.min_size}, gap)


def whose(builds: pd.DataFrame | Results) -> str:
    """Whose builds are held, as folders, titles and messages say it."""
    if not isinstance(builds, Results):
        return "given"
    told = builds.summary
    return f"those of {told['policy']['name']} of {told['instance']['name']}"


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
        _reject_unsound(solved.network, tables, summary, residuals)
    summary["overrides"]["policy"] = dict(overrides or {})
    edits = policy_edits(instance, asked, overrides)
    if edits:
        summary["policy"] |= {"title": edited_in_words(asked.title, edits), "edits": edits}
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
    net: Network,
    tables: Mapping[str, pd.DataFrame],
    summary: Mapping[str, Any],
    residuals: optimality.Residuals,
) -> None:
    found = violations(net.instance, net.policy, tables, summary, net.tree if net.tree.scenario else None)
    if not residuals.acceptable():
        row = {"rule": "optimality", "key": str(residuals), "value": residuals.gap, "limit": 0.0}
        found = pd.concat([found, pd.DataFrame([row])], ignore_index=True)
    if len(found):
        raise Rejected(f"the plan fails {len(found)} check(s):\n{found.head(20).to_string(index=False)}")


def tabulate(solved: Solved) -> dict[str, pd.DataFrame]:
    """Every result table."""
    origins, new = physical.stock_origins(solved), support.support(solved)
    paid, floors = buyers.bill(solved), support.price_floors(solved, new)
    tables = {
        "builds": prices.builds(solved),
        "support": new,
        "activity": physical.activity(solved),
        "shipments": physical.shipments(solved),
        "shares": targets.shares(solved),
        "benchmarks": targets.benchmarks(solved),
        "budgets": targets.budgets(solved),
        "price_floors": floors,
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
        **world(solved),
        **context(solved),
    }
    if solved.branched:
        tables |= {
            "idle_plants": idle_plants.idle_plants(solved),
            "floors_by_future": idle_plants.floors_by_future(solved, floors),
        }
    return tables | (physical.by_class(solved) if solved.traced else {})
