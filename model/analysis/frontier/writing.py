"""The folder of a frontier: table, pictures, and what they are, written whole or not at all."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from model import __version__
from model.analysis.frontier.question import Question
from model.analysis.frontier.schema import COLUMNS
from model.base import places as writing
from model.base.datapackage import table_resource
from model.base.problems import InputError, Problem
from model.output.pictures.frontier import pictures
from model.plan.summary import instance_hash, policy_hash
from model.solving.highs import version as highs_version

OURS = ("frontier.csv", "frontier.png", "frontier.svg", "summary.json", "datapackage.json")


def contents(question: Question, table: pd.DataFrame, cost_without_policy_usd: float) -> dict[str, bytes]:
    """Every file by name."""
    texts = {
        "frontier.csv": writing.to_csv(table),
        "summary.json": writing.to_json(_summary(question, cost_without_policy_usd)),
        "datapackage.json": writing.to_json(_datapackage(question)),
    }
    return {name: text.encode() for name, text in texts.items()} | pictures(question, table)


def write(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files; an earlier frontier there is replaced. Raises InputError as ``check_place`` does, OSError."""
    with writing.place(folder, check_place) as beside:
        for name, data in files.items():
            (beside / name).write_bytes(data)
    return folder


def check_place(folder: Path) -> None:
    """A frontier's folder may be new, empty, or one that a frontier was written to; nothing else is ever replaced."""
    if not folder.is_dir():
        writing.check_place(folder)
        return
    strange = sorted(p.name for p in folder.iterdir() if p.name not in OURS)
    if strange:
        expected = f"holds what is no frontier ({', '.join(strange[:3])}); choose another folder with --out"
        raise InputError([Problem(str(folder), None, "", "", expected)])


def _summary(q: Question, cost_without_policy_usd: float) -> dict[str, Any]:
    instance, budget = q.instance, q.budget
    return {
        "instance": {"name": instance.name, "title": instance.title, "sha256": instance_hash(instance)},
        "policy": {"name": q.asked.name, "title": q.asked.title, "sha256": policy_hash(q.asked)},
        "overrides": {"instance": dict(instance.overrides)},
        "price_year": instance.price_year,
        "discount_rate": instance.discount_rate,
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
        "versions": {
            "model": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("pyomo", "pandas", "numpy", "matplotlib")},
            "HiGHS": highs_version(),
        },
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
            table_resource("frontier", COLUMNS),
            *(
                {"name": f"{name}-{kind}", "path": f"{name}.{kind}", "format": kind, "mediatype": media}
                for name, kind, media in others
            ),
        ],
    }
