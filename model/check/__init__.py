"""The checker: judges a plan from its instance, its policy and its result tables alone.

It derives every limit and cost anew from the contract and shares no code with the formulation, so a wrong
constraint, a wrong cost or a wrong report shows. It judges plans from elsewhere too.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from model.base import results
from model.base.results import Results
from model.base.schema import tables as tables_of
from model.check import (
    asked,
    by_future,
    facts,
    futures,
    plan,
    schema,
)
from model.check.findings import COLUMNS, Findings
from model.check.rows import (
    costs,
    crises,
    flows,
    lanes,
    mixing,
    physics,
    targets,
    totals,
    trade,
    units,
)
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.trees.scenarios import Scenario, tree_of
from model.instance.trees.tree import Tree

__all__ = ["COLUMNS", "read_results", "unjudged", "violations"]


def read_results(folder: str | Path) -> Results:
    """The results in a folder, as far as they are judged. Raises InputError with every file that is missing or broken.

    Whether the columns are the right ones is for ``violations`` to say.
    """
    judged = schema.tables(traced=True)
    only = [*judged, *sorted(by_future.TABLES), "price_floors"]
    return results.read_results(folder, only, judged.keys() - schema.BESIDE, keys=(), must_have=lambda *_: ())


def unjudged(results: Mapping[str, pd.DataFrame], traced: bool) -> tuple[list[str], list[str]]:
    """Tables that no check reads (they describe, or follow from prices), and judged ones that are absent, so empty."""
    judged, every = schema.tables(traced), tables_of(traced, explained=True, branched=True)
    return [t for t in every if t not in {*judged, *by_future.TABLES}], [t for t in judged if t not in results]


def violations(
    instance: Instance,
    policy: Policy,
    tables: Mapping[str, pd.DataFrame],
    summary: Mapping[str, Any],
    scenario: Scenario | Tree | None = None,
) -> pd.DataFrame:
    """Everything that a plan breaks: rule, key, value, limit, excess, unit; empty where the plan is sound.

    ``tables`` are the result tables by name, ``summary`` is what ``summary.json`` holds. Where tables or columns are
    missing that the checks can't do without, only what is missing is said. A plan without stocks by origin can hold
    none, one without shortfalls declares none; content is judged where it is told.

    ``scenario``: the futures that were planned for. Each is judged as the certain plan that it is, with what holds on
    the way to its end; what futures share stands once, so that nothing can be foreseen, and the totals are expected.
    """
    findings, given = Findings(), facts.read(instance, policy)
    if summary.get("whole_units") and "builds" in tables:
        units.judge(given, tables["builds"], findings)
    told = {**_absent(bool(policy.traced), scenario is not None, tables), **tables}
    if scenario is None:
        judged = _judge(given, policy, told, findings, "content" in tables)
        if judged is not None:
            totals.judge(judged[0], policy, summary, findings)
            totals.premium(summary, told.get("premium"), findings)
        return findings.frame()
    tree = tree_of(scenario, instance.years) if isinstance(scenario, Scenario) else scenario
    found, derived = [], {}
    branched = futures.Branched(tree, told)
    branched.judge(findings)
    for line, end in tree.ends.items():
        own = Findings(f"future={line}")
        view = branched.along(end)
        view["premium"] = view["premium"].head(0)  # the expected one, of which no future tells
        then = futures.while_holding(given, tree, end)
        judged = _judge(then, policy, view, own, "content" in tables)
        found.append((line, tree.by_name[end].probability, None if judged is None else judged[0]))
        if judged is not None:
            derived[line] = then, judged[1]
        findings.extend(own)
    futures.judge_totals(found, policy, summary, findings)
    by_future.judge(tree, derived, tables, findings)
    totals.premium(summary, told.get("premium"), findings)
    return findings.frame()


def _judge(
    given: facts.Facts, policy: Policy, told: Mapping[str, pd.DataFrame], findings: Findings, content: bool
) -> tuple[totals.Totals, flows.Flows] | None:
    """Every rule on one future's plan; its totals and flows, or None where what is told is not enough.

    ``content``: whether the plan says what its goods hold.
    """
    done = plan.read(given, told, findings)
    if done is None:
        return None
    derived, paths = flows.derive(given, done), lanes.look_up(given, done)
    physics.judge(given, done, derived, paths, findings)
    trade.judge(given, policy, done, findings)
    measured = targets.measure(given, policy, done, derived)
    met = crises.judge(given, policy, done, derived, findings)
    limits = asked.judge(done, measured, met, findings)
    if content:
        asked.content(done, mixing.measure(given, policy, derived, measured), findings)
    costs.judge(given, done, derived, paths, findings)
    totals.starved(given, policy, done["demand"], findings)
    return totals.measure(given, policy, done, derived, limits), derived


def _absent(traced: bool, branched: bool, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables that a plan from elsewhere may lack, and this one does: empty."""
    found = schema.tables(traced)
    absent = schema.BESIDE & found.keys() - tables.keys()
    branch = ["branch"] if branched else []
    return {name: pd.DataFrame(columns=[*(c.column for c in found[name]), *branch]) for name in absent}
