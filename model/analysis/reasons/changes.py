"""Edits of an instance and a policy that anyone can make by hand: what a way out consists of."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from model.analysis.reasons.misses import Group
from model.instance.instance import Instance
from model.instance.policy.kinds import kind_of_row
from model.instance.policy.policies import Policy
from model.instance.reading import revised

POLICY = "policy"


@dataclass(frozen=True)
class Change:
    """One row to set. ``table``: an input table or ``policy``; ``key``: which row; ``values``: its new cells.

    A row of a table that isn't there is added. The key of a policy's row is ``{"row": "share_cap.0"}``, its cells are
    those of the file: ``max`` or ``min`` (never tighter than before in any year), ``days``, ``from``.
    """

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any]


def capacity_changes(instance: Instance, additions: Iterable[Addition]) -> tuple[Change, ...]:
    """Rows of capacity.csv with more capacity; of several additions to a plant the largest counts in each year."""
    by_plant: dict[str, list[Addition]] = {}
    for addition in additions:
        by_plant.setdefault(addition.plant, []).append(addition)
    changes = []
    for plant, more in by_plant.items():
        frame = instance.tables["capacity"]
        listed = {int(y) for y in frame["year"][frame["plant"] == plant]}
        first = min(a.year for a in more)
        for year in sorted({a.year for a in more} | {y for y in listed if y > first}):
            had = _listed(frame[frame["plant"] == plant], year)
            amount = max(a.amount for a in more if a.year <= year)
            changes.append(Change("capacity", {"plant": plant, "year": year}, {"capacity": had + amount}))
    return tuple(changes)


def _listed(rows: pd.DataFrame, year: int) -> float:
    """What a plant has in a year: a value holds until the next listed one."""
    before = rows[rows["year"] <= year].sort_values("year")
    return float(before["capacity"].iloc[-1]) if len(before) else 0.0


def changed(instance: Instance, policy: Policy, changes: Iterable[Change]) -> tuple[Instance, Policy]:
    """An instance and a policy with some changes made, checked anew. Raises InputError."""
    frames: dict[str, pd.DataFrame] = {}
    for change in changes:
        if change.table == POLICY:
            policy = _policy(policy, str(change.key["row"]), change.values)
        else:
            frame = frames.get(change.table)
            frames[change.table] = _upsert(instance.tables[change.table].copy() if frame is None else frame, change)
    return (revised(instance, frames) if frames else instance), policy


def _upsert(frame: pd.DataFrame, change: Change) -> pd.DataFrame:
    there = pd.Series(True, index=frame.index)
    for column, value in change.key.items():
        there &= frame[column] == value
    if there.any():
        for column, value in change.values.items():
            frame.loc[there, column] = value
        return frame
    row = pd.DataFrame([{**change.key, **change.values}])
    return pd.concat([frame, row], ignore_index=True).astype(frame.dtypes.to_dict())


def _policy(policy: Policy, row: str, values: Mapping[str, Any]) -> Policy:
    kind = kind_of_row(row)
    return kind.replaced(policy, (kind.easier(a, values) if a.row == row else a for a in kind.asked(policy)))


class Addition(NamedTuple):
    """More capacity of a plant from a year on, t/yr."""

    plant: str
    year: int
    amount: float


@dataclass(frozen=True)
class Way:
    """One way out. ``amount`` in ``unit``; ``by``: the year by which it must be there; ``changes`` make it happen.

    ``what``: a policy row, plants, or a good and a region. ``additions``: more capacity that it takes as given.
    """

    group: Group
    kind: str
    what: tuple[str, ...]
    amount: float
    unit: str
    by: int | None
    changes: tuple[Change, ...]
    additions: tuple[Addition, ...] = ()

    @property
    def eases(self) -> bool:
        """Whether it asks for less; the others do more."""
        return self.kind in ("limit", "start")


def up(amount: float, digits: int = 3) -> float:
    """An amount rounded up to so many figures, so that it can be typed and still suffices.

    >>> up(1234.5), up(0.0123401)
    (1240.0, 0.0124)
    """
    if amount <= 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(amount)) - digits + 1)
    return round(math.ceil(amount / unit - 1e-6) * unit, 12)
