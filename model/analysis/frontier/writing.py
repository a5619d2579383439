"""The folder of a frontier: table, pictures, and what they are, written whole or not at all."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from model.analysis.frontier.question import Question
from model.base.places import check_place, to_csv, to_json
from model.base.schema import columns, resource
from model.base.version import __version__
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.plan.saying.summary import instance_hash, policy_hash
from model.solving.solver.highs import version as highs_version

OF_CRISES = ("withstanding.csv", "report.html")
OURS = (*OF_CRISES, "frontier.csv", "frontier.png", "frontier.svg", "summary.json", "datapackage.json")


def contents(question: Question, table: pd.DataFrame, cost_without_policy_usd: float) -> dict[str, bytes]:
    """Every file by name, pictures apart."""
    texts = {
        "frontier.csv": to_csv(table),
        "summary.json": to_json(_summary(question, cost_without_policy_usd)),
        "datapackage.json": to_json(_datapackage(question)),
    }
    return {name: text.encode() for name, text in texts.items()}


def crisis_contents(
    instance: Instance, policy: Policy, about: Mapping[str, Any], table: pd.DataFrame
) -> dict[str, bytes]:
    """Every file of a frontier of crises by name."""
    summary = {**_of(instance, policy), **about, "versions": _versions()}
    package = {
        "profile": "data-package",
        "name": f"{instance.name}-{policy.name}-withstanding".lower(),
        "title": f"{instance.title}: what can be withstood under {policy.title}",
        "description": f"Money: USD of {instance.price_year}; empty cells have no value.",
        "resources": [
            resource("withstanding", columns("withstanding", family="frontier")),
            {"name": "summary", "path": "summary.json", "format": "json", "mediatype": "application/json"},
        ],
    }
    texts = {"withstanding.csv": to_csv(table), "summary.json": to_json(summary), "datapackage.json": to_json(package)}
    return {name: text.encode() for name, text in texts.items()}


def check_frontier_place(folder: Path) -> None:
    """A frontier's folder may be new, empty, or one that a frontier was written to; nothing else is ever replaced."""
    check_place(folder, OURS, "what is no frontier")


def _summary(q: Question, cost_without_policy_usd: float) -> dict[str, Any]:
    budget = q.budget
    return {
        **_of(q.instance, q.asked),
        "cost_without_policy_usd": cost_without_policy_usd,
        "varied_rows": list(q.rows),
        "caps": list(q.caps),
        "years": list(q.years),
        "budgets_usd": list(q.budgets),
        "budget": None
        if budget is None
        else {
            "row": budget.row,
            "hosts": budget.hosts,
            "processes": None if budget.processes is None else sorted(budget.processes),
            "first_year": budget.first_year,
            "last_year": budget.last_year,
        },
        "budget_note": q.note,
        "versions": _versions(),
    }


def _of(instance: Instance, policy: Policy) -> dict[str, Any]:
    """What was asked of what."""
    return {
        "instance": {"name": instance.name, "title": instance.title, "sha256": instance_hash(instance)},
        "policy": {"name": policy.name, "title": policy.title, "sha256": policy_hash(policy)},
        "overrides": {"instance": dict(instance.overrides)},
        "price_year": instance.price_year,
        "discount_rate": instance.discount_rate,
    }


def _versions() -> dict[str, str]:
    return {
        "model": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in ("pyomo", "pandas", "numpy", "matplotlib")},
        "HiGHS": highs_version(),
    }


def _datapackage(q: Question) -> dict[str, Any]:
    """A Frictionless Data Package that describes every column: type, unit, meaning."""
    others = [("summary", "json", "application/json"), ("frontier", "png", "image/png")]
    others += [("frontier", "svg", "image/svg+xml")]
    return {
        "profile": "data-package",
        "name": f"{q.instance.name}-{q.asked.name}-frontier".lower(),
        "title": f"{q.instance.title}: the edge of {q.asked.title}",
        "description": f"Money: USD of {q.instance.price_year}; empty cells have no value.",
        "resources": [
            resource("frontier", columns("frontier", family="frontier")),
            *(
                {"name": f"{name}-{kind}", "path": f"{name}.{kind}", "format": kind, "mediatype": media}
                for name, kind, media in others
            ),
        ],
    }
