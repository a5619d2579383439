"""The explanation as tidy tables; ``base/dictionaries/plan.csv`` describes every column."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from model.analysis.reasons.causes import Supply, supplies
from model.analysis.reasons.changes import Change
from model.analysis.reasons.explanation import Reason, Together
from model.analysis.reasons.misses import Group, Missed
from model.base.schema import columns
from model.base.units import T_PER_KT
from model.compiling.arrays import Floats
from model.instance.records import Plant
from model.plan.plan import Plan
from model.plan.solved import Solved
from model.solving.goals.targets import Limit


def tables(plan: Plan, reasons: Sequence[Reason], together: Together | None) -> dict[str, pd.DataFrame]:
    """Tables ``misses``, ``causes`` and ``ways_out``."""
    return {
        "misses": _frame("misses", [row for r in reasons for row in _misses(plan, r)]),
        "causes": _frame("causes", [row for r in reasons for row in _causes(plan, r)]),
        "ways_out": _frame("ways_out", list(_ways(plan, reasons, together))),
    }


def short_tables(s: Solved) -> dict[str, pd.DataFrame]:
    """``misses`` and ``causes`` of a plan as far as it knows them itself, without a further solve."""
    groups, nothing = Missed.of(s).groups, float("nan")
    x, plants = s.outcome.x, s.network.instance.plants
    return {
        "misses": _frame("misses", [row for g in groups for row in _missed(x, g, [nothing] * len(g.limits))]),
        "causes": _frame(
            "causes", [row for g in groups for row in _supplied(plants, g.limits[0], supplies(s, g.limits[0]))]
        ),
    }


def _frame(name: str, rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    spec = columns(name)
    kinds = {"string": "str", "integer": "Int64", "number": "float64"}
    frame = pd.DataFrame(rows, columns=[c.column for c in spec]).astype({c.column: kinds[c.type] for c in spec})
    return frame.sort_values([c.column for c in spec if c.key], kind="stable", ignore_index=True)


def _misses(plan: Plan, reason: Reason) -> Iterator[tuple[Any, ...]]:
    return _missed(plan.solved.outcome.x, reason.group, reason.best)


def _missed(x: Floats, group: Group, reached: Sequence[float]) -> Iterator[tuple[Any, ...]]:
    for limit, best, short in zip(group.limits, reached, group.short, strict=True):
        yield (*limit.name, limit.year, limit.asked, limit.share(x), best, short * T_PER_KT)


def _causes(plan: Plan, reason: Reason) -> Iterator[tuple[Any, ...]]:
    plants, nothing = plan.instance.plants, float("nan")
    for limit, found in zip(reason.group.limits, reason.supplies, strict=True):
        yield from _supplied(plants, limit, found)
    for binding in reason.bindings:
        for year in binding.years:
            none = (nothing, nothing, nothing, None, None)
            yield (*reason.group.name, year, binding.kind, binding.what, *none, binding.worth)


def _supplied(plants: Mapping[str, Plant], limit: Limit, found: Sequence[Supply]) -> Iterator[tuple[Any, ...]]:
    for p in found:
        lead = None if p.online is None else plants[p.plant].lead_time
        yield (*limit.name, limit.year, "plant", p.plant, p.existing, p.committed, p.new, p.online, lead, float("nan"))


def _ways(plan: Plan, reasons: Sequence[Reason], together: Together | None) -> Iterator[tuple[Any, ...]]:
    before, nothing = float(plan.summary["cost_usd"]), float("nan")
    for reason in reasons:
        group = reason.group
        for number, shown in enumerate(reason.ways, start=1):
            way, verdict = shown.way, shown.verdict
            yield (
                *(*group.name, number, group.years[0], group.years[-1]),
                *(way.kind, "+".join(way.what), way.amount, way.unit, way.by),
                *(verdict.cost_usd - before, shown.uncounted_usd, verdict.capex_usd, verdict.shortfall_t),
                as_json(way.changes),
            )
    if together is not None:
        ways, verdict = together.ways, together.verdict
        years = [year for reason in reasons for year in reason.group.years]
        uncounted = sum(shown.uncounted_usd for reason in reasons for shown in reason.ways if shown.way in ways)
        yield (
            *("", "", "", "", 1, min(years), max(years), "all at once", "+".join(way.kind for way in ways)),
            *(nothing, "", None, verdict.cost_usd - before, uncounted, verdict.capex_usd, verdict.shortfall_t),
            as_json(together.changes),
        )


def as_json(changes: Sequence[Change]) -> str:
    """Changes as a JSON list."""
    return json.dumps([{"table": c.table, "key": dict(c.key), "set": dict(c.values)} for c in changes])
