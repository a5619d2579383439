"""Ways to break a plan, one line each; cases are written with these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from model.instance.reading import edited, policy
from tests.check.frames import HandPlan

Change = Callable[[HandPlan], None]
Case = tuple[Change, set[str]]


def more(amount: float) -> Callable[[float], float]:
    """A figure raised by an amount."""
    return lambda value: value + amount


def setting(table: str, column: str, value: Any, **key: Any) -> Change:
    """Another value in one cell."""
    return lambda plan: plan.set(table, column, value, **key)


def adding(table: str, **row: Any) -> Change:
    """One more row."""
    return lambda plan: plan.add(table, **row)


def dropping(table: str, **key: Any) -> Change:
    """One row less."""
    return lambda plan: plan.drop(table, **key)


def saying(**values: Any) -> Change:
    """Other figures in the summary."""
    return lambda plan: plan.summary.update(values)


def together(*changes: Change) -> Change:
    """Several changes that make one."""

    def change(plan: HandPlan) -> None:
        for one in changes:
            one(plan)

    return change


def without(table: str, column: str = "") -> Change:
    """A table, or a column of it, left out."""

    def change(plan: HandPlan) -> None:
        if column:
            plan.tables[table] = plan.tables[table].drop(columns=column)
        else:
            del plan.tables[table]

    return change


def twice(table: str, **figures: float) -> Change:
    """The last row of a table a second time, with some figures."""

    def change(plan: HandPlan) -> None:
        frame = plan.tables[table]
        plan.tables[table] = pd.concat([frame, frame.tail(1).assign(**figures)])

    return change


def asking(**scalars: Any) -> Change:
    """Other limits in the policy (``share_cap__0__max`` is share_cap.0.max)."""

    def change(plan: HandPlan) -> None:
        values = {key.replace("__", "."): value for key, value in scalars.items()}
        plan.policy = policy(plan.instance, plan.policy.name, values)

    return change


def narrowed(kind: str, number: int, process: str) -> Change:
    """One process only counts in a row of the policy."""

    def change(plan: HandPlan) -> None:
        rows = list(getattr(plan.policy, kind))
        rows[number] = replace(rows[number], processes=frozenset({process}))
        plan.policy = replace(plan.policy, **{kind: tuple(rows)})

    return change


def given(table: str, column: str, value: Any, **key: Any) -> Change:
    """Another value in the instance."""

    def change(plan: HandPlan) -> None:
        frame = plan.instance.table(table)
        hit = pd.Series(True, index=frame.index)
        for name, wanted in key.items():
            hit &= frame[name] == wanted
        frame.loc[hit, column] = value
        plan.instance = edited(plan.instance, **{table: frame})

    return change
