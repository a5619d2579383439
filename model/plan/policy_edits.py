"""A policy that was edited in Python: how its rows differ from those of the instance's policy of that name."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from typing import Any

from model.base.problems import InputError
from model.instance.instance import Instance
from model.instance.policy.kinds import KINDS
from model.instance.policy.policies import Policy
from model.instance.reading import policy, policy_names

Edits = dict[str, dict[str, Any]]
NEW, GONE = "new", "gone"
MOST = 3
"""So many differences of a row are said; the summary holds them all."""


def policy_edits(instance: Instance, asked: Policy, overrides: Mapping[str, Any] | None) -> Edits:
    """By row what differs: ``{"was": ..., "is": ...}`` by field, of a share by year; nothing where nothing does.

    ``overrides`` are already in the policy. One whose name the instance doesn't know is not edited.
    """
    if asked.name not in policy_names(instance):
        return {}
    try:
        filed = policy(instance, asked.name, overrides)
    except InputError:  # overrides of another policy's rows
        filed = policy(instance, asked.name)
    found: Edits = {}
    for kind in KINDS.values():
        its, mine = _by_row(kind.asked(filed)), _by_row(kind.asked(asked))
        for row in dict.fromkeys([*its, *mine]):
            if its.get(row) != mine.get(row):
                found[row] = _differ(its.get(row, []), mine.get(row, []))
    return found


def edited_in_words(title: str, edits: Edits) -> str:
    """The title of a policy with its edits.

    >>> edited_in_words("Caps", {"share_cap.0": {"share in 2034": {"was": 0.5, "is": 0.4}}, "budget.0": {"new": True}})
    'Caps, edited: share_cap.0 share in 2034 0.4 (was 0.5), budget.0 new'
    """
    said = []
    for row, fields in edits.items():
        parts = [
            f"{field} {_word(value['is'])} (was {_word(value['was'])})" if isinstance(value, Mapping) else field
            for field, value in fields.items()
        ]
        more = [f"and {len(parts) - MOST} more"] if len(parts) > MOST else []
        said.append(f"{row} {', '.join([*parts[:MOST], *more])}")
    return f"{title}, edited: {', '.join(said)}"


def _by_row(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for asked in rows:
        found.setdefault(asked.row, []).append(asked)
    return found


def _differ(its: list[Any], mine: list[Any]) -> dict[str, Any]:
    if not its or not mine:
        return {GONE if its else NEW: True}
    found: dict[str, Any] = {}
    if len(its) != len(mine):
        found["number of targets"] = {"was": len(its), "is": len(mine)}
    for old, new in zip(its, mine, strict=False):
        was, now = _plain(old), _plain(new)
        for field in (f for f in now if was.get(f) != now[f]):
            if isinstance(now[field], dict) and isinstance(was.get(field), dict):
                for key in dict.fromkeys([*was[field], *now[field]]):
                    values = {"was": was[field].get(key), "is": now[field].get(key)}
                    if values["was"] != values["is"]:
                        found.setdefault(f"{field} in {key}", values)
            else:
                found.setdefault(field, {"was": was.get(field), "is": now[field]})
    return found


def _plain(asked: Any) -> dict[str, Any]:
    """What a row asks for, as a summary holds it; a number without an end as text."""
    plain: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(asked), default=sorted))
    return {k: str(v) if v in (float("inf"), float("-inf")) else v for k, v in plain.items()}


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_word, value)) or "none"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
