"""Result tables of what the plan is about: regions, goods, plants, recipes, targets, decisions, figures.

Names, stages and lead times come from the instance, so that a reader of the results needs nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from model.base.economics import ramp
from model.base.schema import columns
from model.base.units import T_PER_KT
from model.instance.instance import Instance, Plant, main_product
from model.instance.kinds import kind_of, standing
from model.instance.policies import Target
from model.plan.solved import Solved, framed
from model.plan.tables.leverage import figures

SLACK = 1e-6
"""Of the activity: a plant that may run this little less still makes what the plan has it make."""


def context(s: Solved) -> dict[str, pd.DataFrame]:
    """Every table of context, by name."""
    found = {
        "regions": _regions(s.network.instance),
        "goods": _goods(s.network.instance),
        "plants": _plants(s.network.instance),
        "recipes": _recipes(s.network.instance),
        "targets": _targets(s),
        "decisions": _decisions(s),
        "figures": figures(s),
    }
    return {name: table(name, rows, s.branched) for name, rows in found.items()}


def table(name: str, rows: list[tuple[Any, ...]], branched: bool = False) -> pd.DataFrame:
    """A table with the columns of its dictionary, sorted by its key; whole numbers may be blank."""
    return framed(columns(name, traced=False, branched=branched), rows, blanks=True)


def said(value: Any) -> Any:
    """A cell of an input table; blank text where there is none."""
    return "" if value is None or value is pd.NA or value != value else value


def _records(instance: Instance, name: str) -> list[dict[str, Any]]:
    frame = instance.tables[name]
    columns = {str(c): [said(value) for value in frame[c].tolist()] for c in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _or_none(value: Any) -> Any:
    return None if value == "" else value


def _regions(instance: Instance) -> list[tuple[Any, ...]]:
    places = ("latitude", "longitude")
    return [
        (row["region"], row["name"], *(_or_none(row.get(c, "")) for c in places))
        for row in _records(instance, "regions")
    ]


def _goods(instance: Instance) -> list[tuple[Any, ...]]:
    stages = {row["stage"]: row for row in _records(instance, "stages")}
    final = {k for k, _, _ in instance.demands}
    return [
        (
            row["commodity"],
            row["name"],
            row["stage"],
            stages[row["stage"]]["name"],
            stages[row["stage"]]["order"],
            row["ree_content"],
            "yes" if row["commodity"] in final else "no",
        )
        for row in _records(instance, "commodities")
    ]


def _plants(instance: Instance) -> list[tuple[Any, ...]]:
    stage_of = {k: stage for stage, goods in instance.stages.items() for k in goods}
    rows = []
    for row in _records(instance, "plants"):
        product = main_product(instance, row["process"])
        about = (row["plant"], row["name"], row["region"], row["process"], product, stage_of.get(product, ""))
        years = (_or_none(row[c]) for c in ("lead_time", "ramp_years", "lifetime"))
        rows.append((*about, *years, _or_none(row["capex"]), row["confidence"], row["source"]))
    return rows


def _recipes(instance: Instance) -> list[tuple[Any, ...]]:
    return [(p, k, a) for p, goods in instance.recipes.items() for k, a in goods.items()]


def _targets(s: Solved) -> list[tuple[Any, ...]]:
    return [
        (target.row, (kind := kind_of(target)).key, kind.measure(target)[0], target.buyer, target.scope, year, limit)
        for target in s.network.policy.targets
        for year, limit in target.share.items()
        if year in s.network.instance.years
    ]


def _decisions(s: Solved) -> list[tuple[Any, ...]]:
    instance, built = s.network.instance, {}
    for (j, b), t in s.positive("build"):
        built[j, s.year[b]] = t
    if s.branched:  # what a decision can wait for hangs on the future
        return [_decided(s, j, b, None) for (j, b), _ in s.positive("build")]
    needed = _needed(s)
    rows = []
    for (j, year), capacity in built.items():
        plant = instance.plants[j]
        latest = _latest(s, plant, year, capacity, built, needed.get(j, {})) if s.network.policy.targets else None
        rows.append(_decided(s, j, str(year), latest))
    return rows


def _decided(s: Solved, j: str, b: str, latest: int | None) -> tuple[Any, ...]:
    plant = s.is_in(j, b)
    online = s.year[b] + plant.lead_time
    return (j, *s.when(b), online, online + min(plant.ramp_years, plant.lifetime - 1), latest)


def _needed(s: Solved) -> dict[str, dict[int, float]]:
    """Capacity that each plant must have, t/yr, in the years in which a target is in force.

    What it runs; all of it where a minimum counts capacity as such.
    """
    instance, targets = s.network.instance, s.network.policy.targets
    force = {y for t in targets for y in t.share}
    needed: dict[str, dict[int, float]] = {}
    for (j, _, n), t in s.positive("activity"):
        if s.year[n] in force:
            at = needed.setdefault(j, {})
            at[s.year[n]] = at.get(s.year[n], 0.0) + t / instance.plants[j].availability
    for target in targets:
        if standing(target):
            counted = {j for j, plant in instance.plants.items() if _counts(instance, target, plant)}
            for (j, n), capacity in s.capacity.items():
                if j in counted and s.year[n] in target.share:
                    needed.setdefault(j, {})[s.year[n]] = capacity
    return needed


def _counts(instance: Instance, target: Target, plant: Plant) -> bool:
    made = (k for k, a in instance.recipes[plant.process].items() if a > 0)
    narrowed = getattr(target, "processes", None)
    asked = narrowed is None or plant.process in narrowed
    return asked and plant.region in target.regions and any(k in target.commodities for k in made)


def _latest(
    s: Solved,
    plant: Plant,
    year: int,
    capacity: float,
    built: Mapping[tuple[str, int], float],
    needed: Mapping[int, float],
) -> int:
    """The last year to which one decision can be put off by itself with the plant still able to do what it must."""
    instance = s.network.instance
    minima = [b for b in s.network.policy.budgets if b.min_usd > 0 and plant.region in b.regions]
    have = {node.year: s.capacity.get((plant.name, node.name), 0.0) for node in s.network.tree}
    latest = year
    for later in (y for y in instance.decision_years(plant) if y > year):
        if built.get((plant.name, later), 0.0) + capacity > plant.max_build_per_year * (1 + SLACK):
            continue
        if any(b.first_year <= year <= b.last_year < later for b in minima):
            break
        lost = {
            y: capacity
            * (
                ramp(y - year - plant.lead_time, plant.ramp_years, plant.lifetime)
                - ramp(y - later - plant.lead_time, plant.ramp_years, plant.lifetime)
            )
            for y in needed
        }
        if any(have[y] - lost[y] < t * (1 - SLACK) - SLACK / T_PER_KT for y, t in needed.items()):
            break
        latest = later
    return latest
