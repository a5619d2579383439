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
from model.check import asked, costs, crises, facts, flows, lanes, mixing, physics, plan, schema, targets, totals
from model.check.findings import COLUMNS, Findings
from model.instance.instance import Instance
from model.instance.policies import Policy

__all__ = ["COLUMNS", "read_results", "violations"]


def read_results(folder: str | Path) -> Results:
    """The results in a folder, as far as they are judged. Raises InputError with every file that is missing or broken.

    Whether the columns are the right ones is for ``violations`` to say.
    """
    judged = schema.tables(traced=True)
    return results.read_results(folder, judged, judged.keys() - schema.BESIDE, keys=(), must_have=lambda *_: ())


def violations(
    instance: Instance, policy: Policy, tables: Mapping[str, pd.DataFrame], summary: Mapping[str, Any]
) -> pd.DataFrame:
    """Everything that a plan breaks: rule, key, value, limit, excess, unit; empty where the plan is sound.

    ``tables`` are the result tables by name, ``summary`` is what ``summary.json`` holds. Where tables or columns are
    missing that the checks can't do without, only what is missing is said. A plan without stocks by origin can hold
    none, one without shortfalls declares none; content is judged where it is told.
    """
    findings = Findings()
    given = facts.read(instance, policy)
    told = {**_absent(bool(policy.traced), tables), **tables}
    done = plan.read(given, told, findings)
    if done is None:
        return findings.frame()
    derived, paths = flows.derive(given, done), lanes.look_up(given, done)
    physics.judge(given, done, derived, paths, findings)
    measured = targets.measure(given, policy, done, derived)
    met = crises.judge(given, policy, done, derived, findings)
    limits = asked.judge(done, measured, met, findings)
    if "content" in tables:
        asked.content(done, mixing.measure(given, policy, derived, measured), findings)
    costs.judge(given, done, derived, paths, findings)
    totals.judge(given, policy, done, derived, limits, summary, findings)
    return findings.frame()


def _absent(traced: bool, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables that a plan from elsewhere may lack, and this one does: empty."""
    found = schema.tables(traced)
    absent = schema.BESIDE & found.keys() - tables.keys()
    return {name: pd.DataFrame(columns=[c.column for c in found[name]]) for name in absent}
