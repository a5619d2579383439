"""The columns of a sweep's tables, those that hang on the sweep and its instance too."""

from __future__ import annotations

from functools import partial

from model.analysis.sweeps.asked.definition import Sweep
from model.base.schema import Column
from model.base.schema import columns as dictionary
from model.formulation import COST_TERMS
from model.instance.instance import Instance

FIRST = ("case", "name", "policy")


columns = partial(dictionary, family="sweep")
"""The columns of a table of a sweep."""


def stage_columns(instance: Instance) -> dict[str, str]:
    """Column of a stage's capital by stage, in the order of the chain."""
    return {stage: f"capex_{stage}_usd" for stage in instance.stages}


def premium_columns() -> dict[str, str]:
    """Column of each part of the premium, and the kind of cost that it is a part in."""
    return {f"premium_{term}_usd": term for term in COST_TERMS}


def own_columns(instance: Instance) -> list[str]:
    """Columns that the table of cases has besides factors and those of the dictionary."""
    return [*stage_columns(instance).values(), *premium_columns()]


def case_columns(instance: Instance, sweep: Sweep) -> list[Column]:
    """The columns of the table of cases: factors behind the policy, parts of capital and premium at the end."""
    known = columns("cases")
    factors = [
        Column(f.name, False, "string" if f.levels else "number", f.unit, f"factor: {f.title}") for f in sweep.factors
    ]
    stages = [
        Column(column, False, "number", "USD", f"overnight capital of plants of the stage {stage}")
        for stage, column in stage_columns(instance).items()
    ]
    parts = [
        Column(column, False, "number", "USD", f"what the policy adds to the cost {term}; present value")
        for column, term in premium_columns().items()
    ]
    rest = [c for c in known if c.column not in FIRST]
    return [*(c for c in known if c.column in FIRST), *factors, *rest, *stages, *parts]
