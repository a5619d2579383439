"""The answer of deciding year by year: its tables beside the plan with foresight, and the folder that holds them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.analysis.roll.years import Years
from model.base.places import check_place, new_folder, write_json, write_table
from model.base.schema import columns, resource
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.instance.editing.inline import plain
from model.plan.plan import Plan
from model.plan.solved import Solved, framed
from model.plan.tables import content, physical, targets
from model.solving.outcome import Outcome, WithoutPolicy
from model.solving.solver.points import Basis, Point

OWN = ("years", "decisions")
LIVED = ("activity", "shipments", "stocks", "stock_origins", "demand", "costs", "shortfalls", "content")
OURS = frozenset({*(f"{t}.csv" for t in (*OWN, *LIVED)), "summary.json", "datapackage.json"})
NOTHING_T = 1e-6


@dataclass(frozen=True, eq=False)
class Rolled:
    """What was decided without hindsight and what came of it, beside the plan with ``foresight``.

    ``years``: cost, unserved demand, shortfall and capital by year, of both. ``decisions``: what was decided when, and
    what foresight decides then. ``tables``: those of the history as it was lived, as a plan has them. ``summary``: the
    totals of both, and the price of not knowing.
    """

    summary: Mapping[str, Any]
    years: pd.DataFrame
    decisions: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    foresight: Plan

    def __repr__(self) -> str:
        return f"<Rolled: not knowing costs {self.summary['not_knowing']['cost_usd'] / 1e6:,.3f} m USD>"

    def __getitem__(self, name: str) -> pd.DataFrame:
        """A table by name: ``years``, ``decisions``, or one of the history (``shipments``)."""
        return {"years": self.years, "decisions": self.decisions, **self.tables}[name]

    def write(self, folder: str | Path) -> Path:
        """Write the tables to a folder, whole or not at all; an earlier answer there is replaced.

        Raises InputError where the folder holds something else, OSError.
        """
        folder = Path(folder)
        check_roll_place(folder)
        with new_folder(folder) as beside:
            for name in (*OWN, *LIVED):
                write_table(beside / f"{name}.csv", self[name])
            write_json(beside / "summary.json", self.summary)
            write_json(beside / "datapackage.json", self._datapackage())
        return folder

    def _datapackage(self) -> dict[str, Any]:
        instance, policy = self.summary["instance"], self.summary["policy"]
        traced = "content" in self.tables["shipments"].columns
        specs = {name: columns(name, family="roll") for name in OWN}
        specs |= {name: columns(name, traced) for name in LIVED}
        return {
            "profile": "data-package",
            "name": f"{instance['name']}-{policy['name']}-roll".lower(),
            "title": f"{instance['title']}: decided year by year, under {policy['title']}",
            "description": f"Money: USD of {self.summary['price_year']}; empty cells have no value.",
            "resources": [resource(name, spec) for name, spec in specs.items()],
        }


def check_roll_place(folder: Path) -> None:
    """A folder may be new, empty, or one that such an answer was written to; nothing else is ever replaced."""
    check_place(folder, OURS, "what is no answer to this question")


def rolled(years: Years, foresight: Plan) -> Rolled:
    """The history that some years came to, beside the plan with foresight."""
    lived = seen_as_solved(years)
    tables = {
        "activity": physical.activity(lived),
        "shipments": physical.shipments(lived),
        "stock_origins": (origins := physical.stock_origins(lived)),
        "stocks": physical.stocks(lived, origins),
        "demand": physical.demand(lived),
        "costs": physical.costs(lived),
        "shortfalls": targets.shortfalls(lived),
        "content": content.content(lived),
    }
    decisions = _decisions(years, foresight)
    by_year = _years(years, tables, foresight, decisions)
    return Rolled(_summary(years, tables, foresight, by_year), by_year, decisions, tables, foresight)


def seen_as_solved(years: Years) -> Solved:
    """The history seen as a solved programme of the world; it has no prices, since no year knew the next."""
    laid, x, free = years.real, years.point(), years.point(free=True)
    arrays, nothing = laid.arrays, np.zeros(len(laid.arrays.row_lower))
    cost = float(arrays.cost @ free) + arrays.constant
    point = Point(free, np.zeros(len(free)), nothing, cost, Basis(None, 0, 0))
    outcome = Outcome(
        x=x, dual=nothing, reduced_cost=np.zeros(len(x)), lower=arrays.lower, upper=arrays.upper,
        row_lower=arrays.row_lower, row_upper=arrays.row_upper, held=arrays.harm,
        cost=float(arrays.cost @ x) + arrays.constant, unserved=arrays.unserved(x), harm=None,
        shortfall=float(arrays.shortfall.times(x)[0]), goal="cost", goal_value=None,
        baseline=WithoutPolicy(point, free, arrays.unserved(free)), bases={}, weights=arrays.harm, runs=(),
    )  # fmt: skip
    return Solved(laid.network, arrays, outcome)


def _decisions(years: Years, foresight: Plan) -> pd.DataFrame:
    """Each plant and year in which either decides something."""
    made = {key: kt * T_PER_KT for key, kt in years.builds().items()}
    builds = foresight["builds"]
    knew: dict[tuple[str, int], float] = defaultdict(float)
    keys = zip(builds["plant"], builds["decision_year"], builds["capacity_t_per_yr"], strict=True)
    for plant, year, capacity in keys:
        knew[str(plant), int(year)] += float(capacity)
    real, last = years.worlds.real, years.worlds.real.last_year
    names = dict(zip(real.tables["plants"]["plant"], real.tables["plants"]["name"], strict=True))
    rows = []
    for plant, year in sorted({*made, *knew}):
        here, there = years.worlds.believed[year].plants.get(plant), real.plants.get(plant)
        about = there or here
        decided = made.get((plant, year), 0.0)
        promised = year + here.lead_time if here is not None and decided > NOTHING_T else None
        comes = year + there.lead_time if there is not None and there.capex is not None else last + 1
        told = (str(names.get(plant, plant)), about.region if about else "", decided, knew.get((plant, year), 0.0))
        rows.append((plant, year, *told, promised, comes if comes <= last else None))
    return framed(columns("decisions", family="roll"), rows, blanks=True)


def _years(years: Years, tables: Mapping[str, pd.DataFrame], foresight: Plan, decisions: pd.DataFrame) -> pd.DataFrame:
    """Cost, unserved demand, shortfall and capital by year, lived and with foresight."""
    free = seen_as_solved(years).without_policy
    without: dict[int, float] = defaultdict(float)
    for (_, _, node), usd in zip(free.arrays.ledger_index, free.ledger.tolist(), strict=True):
        without[free.year[node]] += usd
    content_of = years.worlds.real.content
    capex = {name: plant.capex or 0.0 for name, plant in years.worlds.real.plants.items()}
    spent = decisions["plant"].map(capex).fillna(0.0)
    by = decisions["decision_year"]

    def figures(found: Mapping[str, pd.DataFrame] | Plan) -> list[Mapping[int, float]]:
        demand = found["demand"]
        unserved = demand["unserved_t"]
        return [
            _sums(found["costs"]["cost_usd"], found["costs"]["year"]),
            _sums(unserved * demand["commodity"].map(content_of), demand["year"]),
            _sums(unserved, demand["year"]),
            _sums(found["shortfalls"]["shortfall_t"], found["shortfalls"]["year"]),
        ]

    both = [*zip(figures(tables), figures(foresight), strict=True)]
    spans = [_sums(decisions[c] * spent, by) for c in ("capacity_t_per_yr", "foresight_t_per_yr")]
    rows = []
    for year in years.worlds.years:
        cells = [of.get(year, 0.0) for pair in both for of in pair]
        rows.append((year, *cells[:2], without[year], *cells[2:], *(of.get(year, 0.0) for of in spans)))
    return framed(columns("years", family="roll"), rows)


def _sums(values: pd.Series[Any], by: pd.Series[Any]) -> dict[int, float]:
    return {int(year): float(v) for year, v in values.groupby(by.astype(int)).sum().items()}  # type: ignore[call-overload]


def _summary(
    years: Years, tables: Mapping[str, pd.DataFrame], foresight: Plan, by_year: pd.DataFrame
) -> dict[str, Any]:
    told = foresight.summary
    sums = by_year.sum()
    lived = {
        "cost_usd": float(tables["costs"]["present_value_usd"].sum()),
        "cost_without_policy_usd": seen_as_solved(years).outcome.baseline_cost * USD_PER_MUSD,
        **{key: float(sums[key]) for key in ("unserved_t", "unserved_goods_t", "shortfall_t", "capex_usd")},
    }
    knew = {
        "cost_usd": float(told["cost_usd"]),
        "cost_without_policy_usd": float(told["cost_without_policy_usd"]),
        **{key: float(sums[f"foresight_{key}"]) for key in ("unserved_t", "unserved_goods_t", "shortfall_t")},
        "capex_usd": float(sums["foresight_capex_usd"]),
    }
    knowledge = years.worlds.knowledge
    return {
        "lived": lived,
        "foresight": knew,
        "not_knowing": {key: lived[key] - knew[key] for key in lived},
        "knowledge": {
            "file": Path(knowledge.file).name,
            "real": plain(knowledge.real()),
            "believed": {str(year): plain(knowledge.believed(year)) for year in years.worlds.years},
        },
        **{key: told[key] for key in ("first_year", "last_year", "price_year", "discount_rate", "policy", "versions")},
        "instance": {**told["instance"]},
        "overrides": {"instance": dict(years.worlds.base.overrides), "policy": told["overrides"]["policy"]},
    }
