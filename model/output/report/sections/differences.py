"""What sets plans apart: what each builds, and what each country makes, less that of the first plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from model.base.words import capital, clean, money_unit
from model.output.report.building import Plans
from model.output.report.markup import Column, Control, Picture, Section, paragraph
from model.output.report.world import made_by
from model.plan.saying.rows import Told

MOST_PLANTS, MOST_PLACES = 20, 12
LEAST_USD, LEAST_T = 0.5e6, 0.5
Amounts = Mapping[Any, Sequence[float]]
"""By what is compared: the amount in each plan."""


def differences(plans: Plans) -> Section:
    """Pictures of each plan less the first."""
    drawn = [p for p in (_built(plans), _made(plans)) if p is not None]
    title = f"What is different from {clean(plans[0][0])}"
    if not drawn:
        return Section("differences", title, [paragraph("Nothing that is built or made differs.")])
    return Section("differences", title, drawn)


def _said(plans: Plans) -> str:
    first, others = clean(plans[0][0]), [clean(n) for n, _ in plans[1:]]
    return f"{others[0]} less {first}" if len(others) == 1 else f"each plan less {first}"


def _apart(amounts: Amounts, least: float, most: int) -> list[Any]:
    """Keys whose amounts differ from the first plan's, the furthest apart first."""
    far = {key: max(abs(x - values[0]) for x in values) for key, values in amounts.items()}
    return sorted((key for key in far if far[key] >= least), key=lambda key: (-far[key], key))[:most]


def _series(plans: Plans, amounts: Amounts, keys: Sequence[Any], per: float) -> list[dict[str, Any]]:
    return [
        {"name": clean(n), "values": [(amounts[key][i] - amounts[key][0]) / per for key in keys]}
        for i, (n, _) in enumerate(plans)
        if i
    ]


def _built(plans: Plans) -> Picture | None:
    """Capital plant by plant, each plan less the first."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(plans))
    tonnes: dict[str, list[float]] = defaultdict(lambda: [0.0] * len(plans))
    about: dict[str, str] = {}
    for i, (_, r) in enumerate(plans):
        for b in r["builds"]:
            sums[b["plant"]][i] += b["capex_usd"] or 0.0
            tonnes[b["plant"]][i] += b["capacity_t_per_yr"]
            about[b["plant"]] = _plant(r, b["plant"], b["region"])
    keys = _apart(sums, LEAST_USD, MOST_PLANTS)
    if not keys:
        return None
    per, unit = money_unit(max(abs(x - sums[k][0]) for x in sums[k]) for k in keys)
    data = {"unit": unit, "labels": [clean(about[k]) for k in keys], "series": _series(plans, sums, keys, per)}
    caption = (
        f"Overnight capital of each plant, {_said(plans)}, {unit}: right where more is built, left where less. The "
        f"{MOST_PLANTS} plants furthest apart are drawn; the table has all that differ."
    )
    columns = [Column("Plan"), Column("Plant"), Column("t/yr", 0), Column("More than in the first plan, t/yr", 0)]
    columns += [Column("Capital, USD", 0), Column("More than in the first plan, USD", 0)]
    rows = [
        (n, about[k], tonnes[k][i], tonnes[k][i] - tonnes[k][0], sums[k][i], sums[k][i] - sums[k][0])
        for k in _apart(sums, LEAST_USD, len(sums))
        for i, (n, _) in enumerate(plans)
    ]
    return Picture(
        "built-chart", "bars", f"What is built: {_said(plans)}, {unit}", caption, ("builds",), data, columns, rows,
        height=60 + (24 + 14 * (len(plans) - 2)) * len(keys),
    )  # fmt: skip


def _plant(r: Told, plant: str, region: str) -> str:
    return f"{r.plants.get(plant, {}).get('name') or plant}, {r.place(region)}"


def _made(plans: Plans) -> Picture | None:
    """Output of each country at a stage, mean over the years, each plan less the first."""
    sums: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0] * len(plans)))
    stages, places = dict[str, str](), dict[str, str]()
    for i, (_, r) in enumerate(plans):
        stages.update(r.stages)
        for (stage, region, _), t in made_by(r).items():
            sums[stage][region][i] += t / len(r.years)
            places[region] = r.place(region)
    drawn = {s: keys for s in stages if (keys := _apart(sums.get(s, {}), LEAST_T, MOST_PLACES))}
    if not drawn:
        return None
    options = list(drawn)
    data = {
        "unit": "t/yr",
        "choices": [
            {"labels": [clean(places[k]) for k in drawn[s]], "series": _series(plans, sums[s], drawn[s], 1.0)}
            for s in options
        ],
    }
    controls = [Control("stage", "Stage", [(i, stages[s]) for i, s in enumerate(options)], start=len(options) - 1)]
    caption = (
        f"What each country makes at the stage, mean of all years, t of oxide equivalent, {_said(plans)}: right where "
        f"more is made, left where less. The {MOST_PLACES} furthest apart are drawn; the table has all that differ."
    )
    columns = [Column("Plan"), Column("Stage"), Column("Country"), Column("t/yr", 0)]
    columns += [Column("More than in the first plan, t/yr", 0)]
    rows = [
        (n, stages[s], places[k], sums[s][k][i], sums[s][k][i] - sums[s][k][0])
        for s in options
        for k in _apart(sums[s], LEAST_T, len(sums[s]))
        for i, (n, _) in enumerate(plans)
    ]
    most = max(len(keys) for keys in drawn.values())
    return Picture(
        "made-chart", "choice", capital(f"who makes how much: {_said(plans)}"), caption, ("activity", "recipes"), data,
        columns, rows, controls if len(options) > 1 else (), height=60 + (24 + 14 * (len(plans) - 2)) * most,
    )  # fmt: skip
