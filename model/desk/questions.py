"""What is asked on a click: why not, by when at the latest, and how tight a limit may be."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from model.analysis.latest.latest import latest
from model.analysis.reasons.explain import explain
from model.analysis.reasons.misses import Missed, plan_point
from model.base.problems import InputError, Problem, quoted
from model.output.report.markup import Picture, Section, html_table
from model.output.report.sections.reasons import reasons
from model.output.report.sections.waiting import waiting
from model.plan.plan import Plan
from model.plan.saying.rows import Told
from model.plan.solved import Solved
from model.solving.held import HeldProgramme
from model.solving.solver.highs import TOLERANCE

Say = Callable[[str], None]
SLACK = 1e-6
"""Part by which what the plan misses elsewhere may be missed more, so that the plan itself is no hair outside."""


def why(plan: Plan, say: Say, stop: threading.Event | None) -> Markup:
    """Why targets are missed, and what would meet them, each way proved. Raises InputError, Stopped, SolverError."""
    found = explain(plan, say=say, stop=stop)
    return words(reasons(Told(plan, found.tables)))


def until(plan: Plan, say: Say, stop: threading.Event | None) -> Markup:
    """By when the plan's decisions must be taken. Raises InputError, Stopped, SolverError."""
    found = latest(plan, say=say, stop=stop)
    return words(waiting(Told(plan, found.tables)))


def words(section: Section | None) -> Markup:
    """A section of the report: what it says, and the tables of its pictures."""
    parts = section.parts if section is not None else ()
    return Markup("\n").join(_table(p) if isinstance(p, Picture) else p for p in parts)


def _table(one: Picture) -> Markup:
    return html_table(one.columns, one.rows, one.title)


def tightest(s: Solved, row: object, year: object, stop: threading.Event | None) -> dict[str, Any]:
    """The tightest level of a row in one year (None: in all of its years together) that can be met, all else as it is.

    What the plan misses elsewhere may be missed as much. Raises InputError where there is no such limit, Stopped.
    """
    missed = Missed.of(s)
    found = [limit for limit in missed.limits if limit.target.row == row and year in (None, limit.year)]
    if not found:
        expected = "expected a row of the policy that asks for a share, and a year in which it does"
        raise InputError([Problem("page", None, "row", quoted(f"{row} {year}"), expected)])
    at_most = found[0].at_most
    held = HeldProgramme(s.arrays, stop=stop)
    held.keep_served(missed.unserved, missed.harm)
    short = s.outcome.x[held.short]
    held.allow(held.short, short * (1 + SLACK) + TOLERANCE * (short > 0))
    level, _ = held.tightest(found, plan_point(s), 0.0 if at_most else 1.0)
    return {"row": row, "year": year, "level": max(0.0, level) if level < float("inf") else None}
