"""Regret: plans from results folders, their builds fixed, under sets of assumptions that may come true.

The sets are the cases of a sweep that edits the instance alone. Each plan keeps its own policy, with the overrides that
it was made with, and is held against the plan made for those assumptions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.comparison.reading import Result, columns
from model.analysis.sweeps.asked.cases import Cases
from model.analysis.sweeps.asked.definition import Case, Sweep
from model.analysis.sweeps.asked.files import read_sweep
from model.analysis.sweeps.asked.trial import trial
from model.analysis.sweeps.running.fixed import with_builds_fixed
from model.analysis.sweeps.running.outcomes import FAILED, failed, outcome
from model.analysis.sweeps.running.tables import REGRETTED
from model.base.errors import SolverError, Unmeetable
from model.base.problems import InputError, Problem, nearest, quoted
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.policy.kinds import KINDS
from model.instance.reading import applied, policy, policy_names, read
from model.instance.trees.tree import Tree
from model.plan.saying.summary import instance_hash
from model.plan.solved import Solved
from model.solving.builds import Build
from model.solving.goals.goals import solve as solve_goals
from model.solving.outcome import WarmStart
from model.solving.programme import compiled

GOALS = ("cost_usd", *REGRETTED)


def regrets(
    results: Sequence[Result], folder: str | Path, sweep: str | Path, say: Callable[[str], None] = lambda _: None
) -> tuple[pd.DataFrame, list[str]]:
    """The table ``regret``, and what to keep in mind. ``folder``: the plans' instance; ``sweep``: one of its sweeps.

    Raises InputError where a plan's policy isn't the instance's, or the sweep edits policies.
    """
    instances = {_made_with(r): read(folder, json.loads(_made_with(r))) for r in results}
    base = next(iter(instances.values()))
    asked = read_sweep(base, sweep)
    trial(base, asked)
    _judge(results, base, asked)
    changed = [
        f"{r.label} was made with other figures than {folder} holds now"
        for r in results
        if r.summary["instance"]["sha256"] != instance_hash(instances[_made_with(r)])
    ]
    rows = []
    cases = list(_distinct(asked))
    for number, case in enumerate(cases):
        for result in results:
            say(f"{result.label} under {case.name} ({number + 1} of {len(cases)})")
            rows.append({"plan": result.label, "case": case.number, "assumptions": case.name,
                         **_regret(result, instances[_made_with(result)], case, asked)})  # fmt: skip
    return pd.DataFrame(rows, columns=[c.column for c in columns("regret")]), changed


def _made_with(result: Result) -> str:
    """The overrides of the instance with which a plan was made, in their order, as JSON."""
    return json.dumps(result.summary.get("overrides", {}).get("instance", {}))


def _judge(results: Sequence[Result], instance: Instance, sweep: Sweep) -> None:
    names = policy_names(instance)
    problems = [
        Problem(r.place, None, "policy", quoted(name), f"is no policy of {instance.name}", nearest(name, names))
        for r in results
        if (name := r.summary["policy"]["name"]) not in names and (names or name != "none")
    ]
    problems += [
        Problem(str(r.folder), None, "policy", quoted(s["name"]), "was edited in Python; no file holds it")
        for r in results
        if (s := r.summary["policy"]).get("edits")
    ]
    edits = [e for f in sweep.factors for e in f.all_edits] + [e for c in sweep.listed for e in c.edits]
    problems += [
        Problem(sweep.file, e.line, e.table, "", "edits a policy; plans are compared under their own policies")
        for e in edits
        if e.table in KINDS
    ]
    if problems:
        raise InputError(problems)


def _distinct(sweep: Sweep) -> Iterator[Case]:
    """The cases that differ in what they assume: those of the first policy."""
    cases = Cases(sweep)
    yield from cases[: cases.per_policy]


def _regret(result: Result, instance: Instance, case: Case, sweep: Sweep) -> dict[str, Any]:
    made_for = result.summary["policy"]["name"] if policy_names(instance) else ""
    try:
        changed, _ = applied(instance, made_for, case.changes, sweep.file)
        asked = policy(changed, made_for, result.summary.get("overrides", {}).get("policy", {}))
        network = Network(changed, asked, Tree.chain(changed.years))
        arrays = compiled(network)
        solved = Solved(network, arrays, solve_goals(arrays))
        best = outcome(solved)
        start = WarmStart(solved.outcome.bases, solved.outcome.weights)
        row = with_builds_fixed(network, arrays, _builds(result), start)
    except (InputError, Unmeetable, SolverError) as error:
        return failed(error)
    assert row["status"] != FAILED
    return {
        **row,
        **{f"best_{goal}": best[goal] for goal in GOALS},
        **{f"regret_{goal.replace('cost_', '')}": row[goal] - best[goal] for goal in GOALS},
    }


def _builds(result: Result) -> Iterator[Build]:
    frame = result.tables["builds"]
    for plant, year, capacity in frame[["plant", "decision_year", "capacity_t_per_yr"]].itertuples(index=False):
        yield str(plant), int(year), float(capacity)
