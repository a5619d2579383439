"""The plan that stands in a folder already: whether another may take its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model.base.problems import Problem
from model.base.results import SUMMARY

SETS = ("instance", "policy", "builds")
"""What a call may set: in the instance, in the policy, and the builds that are held."""


def other_plan(
    folder: Path, instance: str, policy: str, overrides: Mapping[str, Any], goal: str = "cost"
) -> list[Problem]:
    """The problem where a folder holds a plan of another instance, policy, edits or goal; none where it may go.

    ``overrides``: what was set, by the names of ``SETS``.
    """
    try:
        there = json.loads((folder / SUMMARY).read_text(encoding="utf-8"))
        mine = [instance, policy, *(_same(overrides.get(k, {})) for k in SETS), goal]
        sets = there["overrides"]
        its = [
            there["instance"]["name"], there["policy"]["name"], *(_same(sets.get(k, {})) for k in SETS),
            there["goal"],
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return []  # nothing there, or no plan
    if its == mine:
        return []
    edits = [f"{k} = {v}" for part in sets.values() for k, v in part.items()]
    edits += [] if its[-1] == "cost" else [f"goal {its[-1]}"]
    said = f"{its[1]} of {its[0]}, {'edited: ' + ', '.join(edits) if edits else 'not edited'}"
    return [Problem(str(folder), None, "", "", f"holds another plan ({said}); name another --out or add --replace")]


def _same(sets: Mapping[str, Any]) -> Any:
    """What was set as a summary gives it back."""
    return json.loads(json.dumps(sets, sort_keys=True))
