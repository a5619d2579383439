"""Result tables of what the plan is about: regions, goods, plants, recipes, targets, decisions, figures.

Names, stages and lead times come from the instance, so that a reader of the results needs nothing else.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from model.base.schema import columns
from model.instance.instance import Instance, main_product
from model.instance.policy.kinds import kind_of
from model.instance.policy.row_names import row_names
from model.plan.solved import Solved, framed
from model.plan.tables.leverage import figures


def context(s: Solved) -> dict[str, pd.DataFrame]:
    """Every table of context, by name."""
    return named(s) | {"figures": table("figures", figures(s), s.branched)}


def named(s: Solved) -> dict[str, pd.DataFrame]:
    """The tables of context that say what is called how, what is asked and when what is decided."""
    return names(s.network.instance) | {"targets": targets(s), "decisions": decisions(s)}


def names(instance: Instance) -> dict[str, pd.DataFrame]:
    """The tables of context that an instance alone gives."""
    found = {
        "regions": _regions(instance),
        "goods": _goods(instance),
        "plants": _plants(instance),
        "recipes": _recipes(instance),
    }
    return {name: table(name, rows) for name, rows in found.items()}


def targets(s: Solved) -> pd.DataFrame:
    """What each target asks for, year by year."""
    return table("targets", _targets(s), s.branched)


def decisions(s: Solved) -> pd.DataFrame:
    """When what is decided comes online and is at full load."""
    return table("decisions", _decisions(s), s.branched)


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
        (row["region"], row["name"], row.get("iso3", ""), *(_or_none(row.get(c, "")) for c in places))
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
            instance.content[row["commodity"]],
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
    names, found = row_names(s.network.instance.tables, s.network.policy), list[tuple[Any, ...]]()
    for target in s.network.policy.targets:
        kind = kind_of(target)
        about = target.row, names[target.row], kind.key, kind.measure(target)[0], target.buyer, target.scope
        found += [(*about, year, limit) for year, limit in target.share.items() if year in s.network.instance.years]
    return found


def _decisions(s: Solved) -> list[tuple[Any, ...]]:
    return [_decided(s, j, b) for (j, b), _ in sorted(s.positive("build"))]


def _decided(s: Solved, j: str, b: str) -> tuple[Any, ...]:
    plant = s.is_in(j, b)
    online = s.year[b] + plant.lead_time
    return (j, *s.when(b), online, online + min(plant.ramp_years, plant.lifetime - 1))
