"""What the keys of a plan's ``summary.json`` hold: judged where a folder that may have been edited by hand is read."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from model.base.problems import Problem, quoted
from model.base.standing import SUMMARY as FILE


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _year(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000


def _texts(*keys: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(isinstance(value.get(key), str) for key in keys)


def _policy(value: Any) -> bool:
    rows = value.get("rows") if isinstance(value, dict) else None
    named = isinstance(rows, list) and all(isinstance(row, str) for row in rows)
    return _texts("name", "title")(value) and named and isinstance(value.get("buyers"), dict)


def _silent(value: Any) -> bool:
    """Targets that ask nothing; earlier versions told rows and their years."""
    if isinstance(value, dict):
        return True
    known = _texts("policy_row", "buyer", "scope")
    return isinstance(value, list) and all(
        known(t) and isinstance(t.get("years"), list) and all(map(_year, t["years"])) for t in value
    )


SHAPES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "compliant": (lambda v: isinstance(v, bool), "true or false"),
    "goal": (lambda v: isinstance(v, str), "a text"),
    **dict.fromkeys(("first_year", "last_year", "price_year"), (_year, "a year")),
    **dict.fromkeys(
        (
            "cost_usd",
            "capex_usd",
            "premium_usd",
            "cost_without_policy_usd",
            "shortfall_t",
            "unserved_t",
            "discount_rate",
        ),
        (_number, "a number"),
    ),
    "first_compliant_year": (lambda v: v is None or _year(v), "a year or null"),
    "premium_usd_per_kg": (lambda v: v is None or _number(v), "a number or null"),
    "envelope": (lambda v: v is None or isinstance(v, dict), "an object or null"),
    "instance": (_texts("name", "title", "sha256"), "an object with name, title and sha256"),
    "policy": (_policy, "an object with name, title, rows and buyers"),
    "asks_nothing": (_silent, "a list of targets and their years"),
    "shortfall": (lambda v: isinstance(v, dict) and all(map(_number, v.values())), "an object of tonnes by row"),
    "overrides": (
        lambda v: isinstance(v, dict) and all(isinstance(p, dict) for p in v.values()),
        "an object of objects",
    ),
    **dict.fromkeys(
        ("programme", "residuals", "solver_options", "versions", "first_compliant_year_by_row"),
        (lambda v: isinstance(v, dict), "an object"),
    ),
    **dict.fromkeys(
        ("solves", "warnings"),
        (lambda v: isinstance(v, list) and all(isinstance(x, dict) for x in v), "a list of objects"),
    ),
}
"""What a key of the summary has to be, where it is there, and how to say so."""


def judge(summary: Mapping[str, Any]) -> list[Problem]:
    """What in a summary isn't what a run writes."""
    return [
        Problem(FILE, None, key, quoted(str(summary[key])), f"expected {expected}")
        for key, (holds, expected) in SHAPES.items()
        if key in summary and not holds(summary[key])
    ]


def judge_asked(summary: Mapping[str, Any]) -> list[Problem]:
    """What in the summary of a plan from anywhere says wrongly of what it is a plan: policy, edits, futures."""
    policy = summary.get("policy") or {}
    named = isinstance(policy, dict) and isinstance(policy.get("name", ""), str)
    edits = policy.get("edits") if isinstance(policy, dict) else None
    wrong = {
        "policy": not named or not (edits is None or (isinstance(edits, list | dict) and all(map(_text, edits)))),
        "scenario": not isinstance(summary.get("scenario") or "", str),
        "overrides": not SHAPES["overrides"][0](summary.get("overrides") or {}),
    }
    expected = {"policy": "an object with a name", "scenario": "a name", "overrides": SHAPES["overrides"][1]}
    return [
        Problem(FILE, None, key, quoted(str(summary[key])), f"expected {expected[key]}") for key in wrong if wrong[key]
    ]


def _text(value: Any) -> bool:
    return isinstance(value, str)
