"""What the plan rests on: the input figures that the plan's cost leans on most.

The effect of a figure is the first-order change of the plan's cost (present value) when the figure doubles, so that one
percent more of it costs a hundredth of the effect. For costs it is what the plan pays through the figure; for the
others it is what the plan's marginal prices say:

    capex, fixed_cost, variable_cost    annuity, fixed and running cost of what is built, stands and runs
    freight, tariff, holding_cost       what is paid on shipments and stocks
    quantity of demand                  what is served at its marginal price, what is not served at its shortage cost
    coefficient of a recipe             what is used at its price (above 0); what is made at its price (below 0)
    capacity, availability              what scarce capacity saves (below 0)

The part that stems from the policy is the effect less the effect in the plan without policy: what the premium leans on.
By the envelope theorem each is exact for a small change with the plan made anew, policy and shortfall as they are (a
target that asks for a share of demand doesn't move with it). Effects of several figures don't add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from model.base.economics import annuity
from model.base.units import MUSD_PER_KT
from model.instance.files.dictionary import fields
from model.instance.ranges import known, names_of
from model.instance.trees.tree import Node
from model.plan.quantities.accounts import capital_known
from model.plan.solved import Solved

Key = tuple[str, str, str]
"""Input table, figure, column."""
COLUMNS = {
    "plants": ("capex", "fixed_cost", "variable_cost", "availability"),
    "capacity": ("capacity",),
    "recipes": ("coefficient",),
    "lanes": ("freight", "tariff"),
    "stockpiles": ("holding_cost",),
    "demand": ("quantity", "shortage_cost"),
}
"""The figures of each input table that cost can lean on."""
LEAST_USD = 1.0
"""Effects smaller than this are left out."""
NOISE = 1e-9
"""Part of an effect below which its difference from the one without policy is the solver's noise and is 0."""


def figures(s: Solved) -> list[tuple[Any, ...]]:
    """Rows of ``figures``: the figure, its mean value, the effect, and how it is known."""
    lanes = names_of(s.network.instance.tables, "lanes")
    effects, before = _effects(s, lanes), _effects(s.without_policy, lanes)
    how_known, units = _known(s), {t: fields(t) for t in s.network.instance.tables}
    cited = {row["source"]: row for row in s.network.instance.tables["sources"].to_dict("records")}
    rows = []
    for table, figure, column in {**effects, **before}:
        usd = effects.get((table, figure, column), 0.0)
        more = usd - before.get((table, figure, column), 0.0)
        if max(abs(usd), abs(more)) < LEAST_USD:
            continue
        value, confidence, source = how_known[table, figure, column]
        about = cited.get(source, {})
        unit = units[table][column].unit
        more = more if abs(more) >= max(LEAST_USD, NOISE * abs(usd)) else 0.0
        how = (confidence, source, about.get("citation", ""), about.get("year"))
        rows.append((table, figure, column, value, unit, usd, more, *how))
    return rows


def _effects(s: Solved, lanes: list[str]) -> dict[Key, float]:
    found: dict[Key, float] = defaultdict(float)
    for part in (_built(s), _run(s), _scarce(s), _moved(s, lanes), _held(s), _demanded(s)):
        for key, usd in part:
            found[key] += usd
    return found


def _built(s: Solved) -> Iterator[tuple[Key, float]]:
    """Capital and fixed cost."""
    instance = s.network.instance
    for (j, b), t in s.positive("build"):
        plant = s.is_in(j, b)
        lead = plant.lead_time
        years = [n for n in s.network.tree.below[b] if 0 <= n.year - s.year[b] - lead < plant.lifetime]
        weight = t * sum(s.present_value[n.name] for n in years)
        if plant.capex is not None and capital_known(plant):
            yearly = annuity(plant.capex, plant.wacc, lead, plant.lifetime)
            yield ("plants", j, "capex"), weight * yearly
        yield ("plants", j, "fixed_cost"), t * _fixed(s, j, years)
    for j, by_year in instance.existing.items():
        open_ = {n.name: by_year[n.year] - s.value("closed", (j, n.name)) for n in s.network.tree}
        yield ("plants", j, "fixed_cost"), _fixed(s, j, s.network.tree, open_)


def _fixed(s: Solved, j: str, years: Iterable[Node], have: Mapping[str, float] | None = None) -> float:
    """Present value of the fixed cost of a plant in some years, USD for each t/yr, or in all of what it has."""
    return sum(
        s.present_value[n.name] * s.is_in(j, n.name).fixed_cost * (1.0 if have is None else have[n.name]) for n in years
    )


def _run(s: Solved) -> Iterator[tuple[Key, float]]:
    """Running cost, and what recipes ask for and give."""
    instance, use, paid = s.network.instance, s.cost_of_use, s.paid
    variable: dict[str, float] = defaultdict(float)
    moved = {p: dict.fromkeys(recipe, 0.0) for p, recipe in instance.recipes.items()}
    for (j, h, n), t in s.positive("activity"):
        plant, weight = instance.plants[j], t * s.present_value[n]
        variable[j] += weight * s.is_in(j, n).variable_cost
        worth = moved[plant.process]
        for k, a in instance.recipes[plant.process].items():
            worth[k] -= weight * a * (paid if a > 0 else use)[k, plant.region, h, n]
    for j, usd in variable.items():
        yield ("plants", j, "variable_cost"), usd
    for p, worth in moved.items():
        for k, usd in worth.items():
            yield ("recipes", f"{p}: {k}", "coefficient"), usd


def _scarce(s: Solved) -> Iterator[tuple[Key, float]]:
    """What capacity saves where it is scarce."""
    instance, year = s.network.instance, s.year
    for (j, n), dual in s.binding("capacity_limit"):
        capacity = s.capacity.get((j, n), 0.0)
        if capacity == 0:
            continue
        worth = dual / MUSD_PER_KT * s.is_in(j, n).availability
        yield ("plants", j, "availability"), worth * capacity
        if j in instance.existing:
            yield ("capacity", j, "capacity"), worth * instance.existing[j][year[n]]


def _moved(s: Solved, names: list[str]) -> Iterator[tuple[Key, float]]:
    """Freight and tariffs by row of the lane table."""
    lanes, number = s.network.lane_table, {n: i for i, n in enumerate(s.network.tree.by_name)}
    moved = [(i, n, t) for (k, o, d, _, n), t in s.positive("ship") if (i := s.lane_places.get((k, o, d))) is not None]
    if not moved:
        return
    places = np.array([i for i, _, _ in moved]), np.array([number[n] for _, n, _ in moved])
    weights = np.array([t * s.present_value[n] for _, n, t in moved])
    row = np.maximum(lanes.row[places], 0)  # -1 where the lane is shut: what the solver's tolerance lets pass is free
    for column, unit in (("freight", lanes.freight), ("tariff", lanes.tariff)):
        paid = np.bincount(row, weights * unit[places]).tolist()
        for i in np.unique(row).tolist():
            yield ("lanes", names[i], column), paid[i]


def _held(s: Solved) -> Iterator[tuple[Key, float]]:
    piles = s.network.instance.stockpiles
    for (k, r, _, _, n), t in s.positive("stock"):
        yield ("stockpiles", f"{k}: {r}", "holding_cost"), t * s.present_value[n] * piles[k, r].holding_cost


def _demanded(s: Solved) -> Iterator[tuple[Key, float]]:
    prices = s.raw_duals("use")
    served: dict[tuple[str, str, str, str], float] = defaultdict(float)
    for (k, r, sector, h, n), t in s.positive("served"):
        served[k, r, sector, n] += t
        yield ("demand", f"{k}: {r}, {sector}", "quantity"), t * prices[k, r, h, n] / MUSD_PER_KT
    for k, r, sector in s.network.instance.demands:
        for node in s.network.tree:
            wanted = s.network.at(node.name).demands[k, r, sector][node.year]
            missing = wanted.quantity - served[k, r, sector, node.name]
            if missing > 1e-9 * wanted.quantity:
                usd = missing * s.present_value[node.name] * wanted.shortage_cost
                yield ("demand", f"{k}: {r}, {sector}", "quantity"), usd
                yield ("demand", f"{k}: {r}, {sector}", "shortage_cost"), usd


def _known(s: Solved) -> Mapping[Key, tuple[float, str, str]]:
    """Value, confidence and source of every figure; the mean, and the first row's source, where there are several."""
    tables, found = s.network.instance.tables, {}
    for table, columns in COLUMNS.items():
        rows = defaultdict(list)
        for i, name in enumerate(names_of(tables, table)):
            rows[name].append(i)
        for column in columns:
            values, grades = tables[table][column].astype(float).tolist(), known(tables, table, column)
            for name, some in rows.items():
                how = _weakest([grades[i].confidence for i in some]), grades[some[0]].source
                found[table, name, column] = (sum(values[i] for i in some) / len(some), *how)
    return found


def _weakest(grades: list[str]) -> str:
    """The least certain of several confidences."""
    order = ("assumption", "recalled", "sourced")
    return next((grade for grade in order if grade in grades), grades[0])
