"""Edits of an instance and a policy that anyone can make by hand: what a way out consists of."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from model.instance import Instance
from model.policies import Budget, Policy
from model.reading import edited

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


def changed(instance: Instance, policy: Policy, changes: Iterable[Change]) -> tuple[Instance, Policy]:
    """An instance and a policy with some changes made, checked anew. Raises InputError."""
    frames: dict[str, pd.DataFrame] = {}
    for change in changes:
        if change.table == POLICY:
            policy = _policy(policy, str(change.key["row"]), change.values)
        else:
            frame = frames.get(change.table)
            frames[change.table] = _upsert(instance.table(change.table) if frame is None else frame, change)
    return (edited(instance, **frames) if frames else instance), policy


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
    return dataclasses.replace(
        policy,
        share_caps=tuple(_target(t, values) if t.row == row else t for t in policy.share_caps),
        domestic_mins=tuple(_target(t, values) if t.row == row else t for t in policy.domestic_mins),
        stock_mins=tuple(_target(t, values) if t.row == row else t for t in policy.stock_mins),
        budgets=tuple(_budget(b, values) if b.row == row else b for b in policy.budgets),
    )


def _target(target: Any, values: Mapping[str, Any]) -> Any:
    """A target that asks for less, or from a later year on."""
    share = {y: z for y, z in target.share.items() if y >= values.get("from", y)}
    for cell, value in values.items():
        if cell == "max":
            share = {y: max(z, value) for y, z in share.items()}
        elif cell in ("min", "days"):
            share = {y: min(z, value / 365 if cell == "days" else value) for y, z in share.items()}
    return dataclasses.replace(target, share=share)


def _budget(budget: Budget, values: Mapping[str, Any]) -> Budget:
    return dataclasses.replace(budget, max_usd=float(values["max"]))
