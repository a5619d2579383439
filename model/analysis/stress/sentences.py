"""What a stress test says, in words: who is served for how long, what gives way first, what would help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from model.base.words import listed, name, rough_money, several, tonnes
from model.instance.instance import Instance
from model.plan.saying.survival import UNHARMED, if_exports_stopped, length, percent
from model.plan.stress.asked import ALL
from model.plan.stress.stress import Stress


def worst_of(stress: Stress, months: float, scope: str = ALL, year: int | None = None) -> Mapping[Any, Any] | None:
    """The crisis of a length that serves least, of every year or of one; None where nobody is harmed."""
    rows = stress.worst[(stress.worst["months"] == months) & (stress.worst["scope"] == scope)]
    rows = rows if year is None else rows[rows["year"] == year]
    rows = rows[rows["share"] < UNHARMED]
    return rows.to_dict("records")[0] if len(rows) else None


class Names:
    """Names in full of what the tables call by code."""

    def __init__(self, instance: Instance) -> None:
        frames = instance.tables
        self.regions = dict(zip(frames["regions"]["region"], frames["regions"]["name"], strict=True))
        self.goods = dict(zip(frames["commodities"]["commodity"], frames["commodities"]["name"], strict=True))
        self.plants = dict(zip(frames["plants"]["plant"], frames["plants"]["name"], strict=True))
        self.stages = dict(zip(frames["stages"]["stage"], frames["stages"]["name"], strict=True))
        self.made = {k for recipe in instance.recipes.values() for k, a in recipe.items() if a < 0}

    def supplier(self, code: str) -> str:
        """A region, a group or a pair of them."""
        return " and ".join(name(self.regions.get(part, part)) for part in code.split("+"))

    def buyers(self, stress: Stress) -> str:
        """Who is to be served."""
        return listed([name(self.regions.get(b, b)) for b in stress.asked.buyers], most=8)


def sentences(stress: Stress, instance: Instance, hedges: pd.DataFrame | None = None) -> Iterator[str]:
    """The answer in some lines, the one that matters first."""
    names = Names(instance)
    months = reference(stress)
    case = worst_of(stress, months)
    buyers = names.buyers(stress)
    if case is None:
        yield f"No stop of {length(months)} by any one supplier leaves {buyers} without a tonne."
        return
    yield if_exports_stopped(case, buyers, names.supplier(case["supplier"]))
    first = gives_way_first(stress, case, names)
    if first:
        yield first
    yield from _by_stage(stress, case, months, names)
    yield _others(stress, case, months, names)
    if hedges is not None and len(hedges):
        yield cheapest(hedges, names)


def reference(stress: Stress) -> float:
    """The length that the answer speaks of: six months, else the longest that was asked for."""
    return 6.0 if 6.0 in stress.asked.months else stress.asked.months[-1]


def gives_way_first(stress: Stress, case: Mapping[Any, Any], names: Names) -> str:
    """Which makers have what left no more, and in which month."""
    rows = stress.gives_way
    for key in ("supplier", "scope", "year", "months"):
        rows = rows[rows[key] == case[key]]
    rows = rows[rows["kind"] == "stock"]
    if not len(rows):
        return ""
    most = rows["saved_t_per_t"].max()
    first = rows[rows["saved_t_per_t"] > most * (1 - 1e-6)]
    good = str(first["item"].iloc[0])
    places = [name(names.regions[r]) for r in first[first["item"] == good]["region"]]
    month, where = int(case["survives_months"]) + 1, listed(places)
    who = f"the makers in {where} have" if good in names.made else f"{where} {'has' if len(places) == 1 else 'have'}"
    worth = f"one tonne more would save {tonnes(most)} of content" if most >= 1 else ""
    return f"In month {month} {who} no {name(names.goods[good])} left" + (f"; {worth}." if worth else ".")


def _by_stage(stress: Stress, case: Mapping[Any, Any], months: float, names: Names) -> Iterator[str]:
    rows = stress.worst[(stress.worst["months"] == months) & (stress.worst["scope"] != ALL)]
    rows = rows[(rows["supplier"] == case["supplier"]) & (rows["year"] == case["year"])]
    said = [
        f"{name(names.stages[row['scope']])} {percent(row['share'])} %"
        for row in rows.to_dict("records")
        if row["share"] < UNHARMED
    ]
    if said:
        yield f"A stop of one stage alone leaves: {listed(said, most=8)}."


def _others(stress: Stress, case: Mapping[Any, Any], months: float, names: Names) -> str:
    rows = stress.worst[(stress.worst["months"] == months) & (stress.worst["scope"] == ALL)]
    rows = rows[(rows["supplier"] != case["supplier"]) & (rows["share"] < UNHARMED)]
    rows = rows.drop_duplicates("supplier")
    if not len(rows):
        return f"No other supplier's stop of {length(months)} leaves a tonne unserved."
    said = [f"{names.supplier(r['supplier'])} {percent(r['share'])} % ({r['year']})" for r in rows.to_dict("records")]
    return f"Other stops of {length(months)} that harm, at their worst: {listed(said, most=5)}."


def cheapest(hedges: pd.DataFrame, names: Names) -> str:
    """The hedge that saves most for its money, and the one that saves most."""
    priced = hedges[hedges["cost_usd"].notna()]
    if not len(priced):
        return f"{several(len(hedges), 'lane')} would help; what they cost isn't known."
    best = priced.to_dict("records")[0]
    most = priced.sort_values("saved_t", ascending=False, kind="stable").to_dict("records")[0]
    said = f"Cheapest help: {_hedge(best, names)}"
    if most["item"] != best["item"] or most["region"] != best["region"]:
        said += f". Most help by one measure: {_hedge(most, names)}"
    return said + "."


def _hedge(row: Mapping[Any, Any], names: Names) -> str:
    where = name(names.regions[row["region"]])
    what = f"{tonnes(row['amount'])} of {name(names.goods[row['item']])} in stock in {where}"
    if row["kind"] == "plant":
        what = f"{tonnes(row['amount'])}/yr more of {name(names.plants[row['item']])} in {where}"
    does = f"saves {tonnes(row['saved_t'])} of content ({percent(row['share'])} % served)"
    return f"{what}, {rough_money(row['cost_usd'])}, {does}"
