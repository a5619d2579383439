"""The plan that stands in a folder already: whether another may take its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.base.problems import Problem
from model.base.words import stated

SUMMARY = "summary.json"

SETS = ("instance", "policy", "builds")
"""What a call may set: in the instance, in the policy, and the builds that are held."""


def other_plan(
    folder: Path, told: Mapping[str, Any], instead: str = "name another --out or add --replace"
) -> list[Problem]:
    """The problem where a folder holds a plan of another instance, policy, edits or goal; none where it may go.

    ``told``: the summary of the plan to be written, or as much of it; ``instead``: what to do about it.
    """
    try:
        there = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        its, mine = _about(there), _about(told)
    except (OSError, ValueError, KeyError, TypeError):
        return []  # nothing there, or no plan
    if its == mine:
        return []
    edits = [stated(k, v) for part in there["overrides"].values() for k, v in part.items()]
    edits += [f"{row} in Python" for row in there["policy"].get("edits", {})]
    edits += [] if there["goal"] == "cost" else [f"goal {there['goal']}"]
    name = f"{there['policy']['name']} of {there['instance']['name']}"
    said = f"{name}, {'edited: ' + ', '.join(edits) if edits else 'not edited'}"
    return [Problem(str(folder), None, "", "", f"holds another plan ({said}); {instead}")]


def _about(told: Mapping[str, Any]) -> list[Any]:
    """What sets a plan apart, as a summary gives it back."""
    sets = [told["overrides"].get(part, {}) for part in SETS]
    sets.append(told["policy"].get("edits", {}))
    same = [json.loads(json.dumps(each, sort_keys=True)) for each in sets]
    names = told["instance"]["name"], told["policy"]["name"], told.get("scenario", "")
    return [*names, told.get("goal", "cost"), bool(told.get("whole_units")), *same]
