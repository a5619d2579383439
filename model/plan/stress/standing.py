"""What of a plan stands when exports stop: capacity by plant and year, and the stocks of the year before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from model.base.economics import ramp
from model.base.problems import InputError, Problem, nearest, quoted
from model.base.results import Results
from model.instance.instance import Instance, Pair


@dataclass(frozen=True)
class Standing:
    """By year: ``capacity`` of each plant, t/yr, and ``stock`` of each good and region at the eve of the year, t."""

    capacity: Mapping[int, Mapping[str, float]]
    stock: Mapping[int, Mapping[Pair, float]]


def standing(instance: Instance, plan: Results) -> Standing:
    """What stands of a plan for an instance, from its builds and its stocks.

    Raises InputError where its builds can't be of this instance.
    """
    builds = plan["builds"]
    if wrong := list(_wrong(instance, builds)):
        raise InputError(wrong)
    closed = plan["closures"] if "closures" in plan else pd.DataFrame()
    return Standing(_capacity(instance, builds, closed), _stock(instance, plan["stocks"]))


def _wrong(instance: Instance, builds: pd.DataFrame) -> Iterator[Problem]:
    """Builds of plants that the instance doesn't have, outside its years, or below nothing."""
    columns = builds[["plant", "decision_year", "capacity_t_per_yr"]]
    for j, decided, built in columns.itertuples(index=False, name=None):
        about = f"of {j}, decided in {decided}"
        if j not in instance.plants:
            expected = "is not a plant of this instance"
            yield Problem("--builds", None, "plant", quoted(j), expected, nearest(j, instance.plants))
        if not decided >= instance.first_year:
            expected = f"{about}: expected {instance.first_year} or a later year"
            yield Problem("--builds", None, "decision_year", quoted(decided), expected)
        if not built >= 0:
            expected = f"{about}: expected a number of at least 0 [t/yr]"
            yield Problem("--builds", None, "capacity_t_per_yr", quoted(built), expected)


def _capacity(instance: Instance, builds: pd.DataFrame, closed: pd.DataFrame) -> dict[int, dict[str, float]]:
    have = {y: {j: existing[y] for j, existing in instance.existing.items() if existing[y] > 0} for y in instance.years}
    for row in closed.to_dict("records"):
        have[row["year"]][row["plant"]] = row["open_t"]
    for j, decided, built in builds[["plant", "decision_year", "capacity_t_per_yr"]].itertuples(index=False, name=None):
        plant = instance.plants[j]
        for year in range(decided, instance.last_year + 1):
            part = ramp(year - decided - plant.lead_time, plant.ramp_years, plant.lifetime)
            if part > 0:
                have[year][j] = have[year].get(j, 0.0) + built * part
    return have


def _stock(instance: Instance, stocks: pd.DataFrame) -> dict[int, dict[Pair, float]]:
    """At the eve of the first year the initial stocks."""
    found: dict[int, dict[Pair, float]] = {year: {} for year in instance.years}
    found[instance.first_year] = {pair: pile.initial for pair, pile in instance.stockpiles.items() if pile.initial > 0}
    columns = stocks[["commodity", "region", "year", "stock_t"]]
    for k, r, year, stock in columns.itertuples(index=False, name=None):
        if year < instance.last_year and stock > 0:
            found[year + 1][k, r] = stock
    return found
