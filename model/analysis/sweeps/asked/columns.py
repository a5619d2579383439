"""The columns of a sweep's tables, those that hang on the sweep and its instance too."""

from __future__ import annotations

from functools import partial

from model.analysis.sweeps.asked.definition import Sweep
from model.base.schema import Column
from model.base.schema import columns as dictionary
from model.instance.instance import Instance

FIRST = ("case", "name", "policy")


columns = partial(dictionary, family="sweep")
"""The columns of a table of a sweep."""


def stage_columns(instance: Instance) -> dict[str, str]:
    """Column of a stage's capital by stage, in the order of the chain."""
    return {stage: f"capex_{stage}_usd" for stage in instance.stages}


def case_columns(instance: Instance, sweep: Sweep) -> list[Column]:
    """The columns of the table of cases: factors behind the policy, capital by stage at the end."""
    known = columns("cases")
    factors = [
        Column(f.name, False, "string" if f.levels else "number", f.unit, f"factor: {f.title}") for f in sweep.factors
    ]
    stages = [
        Column(column, False, "number", "USD", f"overnight capital of plants of the stage {stage}")
        for stage, column in stage_columns(instance).items()
    ]
    return [*(c for c in known if c.column in FIRST), *factors, *(c for c in known if c.column not in FIRST), *stages]
