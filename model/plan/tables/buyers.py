r"""Result tables of who pays: each cost of the chain by the buyer whose goods it serves, and each buyer's premium.

Every entry of a cell of the ledger (cost term, region, year) is split by ``phi``, the part of what passes a place that
ends in goods served to each buyer (``destinations``), and the parts are scaled to the cell:

    cost[cell,b] = cost[cell] sum_e amount[e] phi[e,b] / sum_e amount[e]

    capital, fixed_new, fixed_existing, variable    entries are plants; one that stands idle in the year pays by what it
                                                    does in its other years, one that never runs serves nobody
    freight, tariff                                 shipments, by where they end
    holding                                         stocks, by who draws on them later
    shortage                                        the region whose demand it is

The cost of a by-product stays with what the plant sells. The sum over buyers is the cell's cost, in each of them. Where
several plans cost the same, the split is that of the plan that is published, and of the one without policy beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model.base.economics import NOISE
from model.base.units import USD_PER_MUSD
from model.compiling.arrays import Floats
from model.plan.quantities.destinations import NOBODY, Destinations
from model.plan.quantities.values import PRICE_NOISE, SCARCE, values_of, worst
from model.plan.solved import Solved

NOISE_USD = 1e-6
"""What is less in a year is no cost."""
KG_PER_T = 1e3


@dataclass(frozen=True)
class Bill:
    """Each ledger cell's cost in the year by buyer, USD, undiscounted: cells x buyers."""

    buyers: tuple[str, ...]
    cost: Floats
    present_value: Floats

    def of(self, *buyers: str) -> float:
        """Present value of what some buyers pay together."""
        return float(sum(self.present_value[self.buyers.index(b)] for b in buyers if b in self.buyers))


def bill(s: Solved) -> Bill:
    """Split the ledger of a plan by buyer."""
    ends, cells = Destinations(s), s.arrays.ledger_index
    parts = np.zeros((len(cells), len(ends.buyers)))
    entries = [*_by_column(s, ends), *_existing(s, ends)]
    if entries:
        at, amounts, shares = zip(*entries, strict=True)
        places = np.array(at)[:, None] * parts.shape[1] + np.arange(parts.shape[1])
        each = np.array(amounts)[:, None] * np.concatenate(shares).reshape(places.shape)
        parts = np.bincount(places.ravel(), each.ravel(), parts.size).astype(float, copy=False).reshape(parts.shape)
    for cell, (term, r, _) in enumerate(cells):
        if term in ("shortage", "contracts", "switching"):
            parts[cell] = [float(b == r) for b in ends.buyers]
    whole = parts.sum(axis=1, keepdims=True)
    parts = np.where(whole > 0, parts / np.where(whole > 0, whole, 1.0), ends.nobody)
    cost = s.ledger[:, None] * parts
    weights = np.array([s.present_value[n] for _, _, n in cells])
    return Bill(ends.buyers, cost, weights @ cost)


def _by_column(s: Solved, ends: Destinations) -> Iterator[tuple[int, float, Floats]]:
    """Cell, amount and shares of each entry that a variable makes; what is served stands in shortages only."""
    ledger = s.arrays.ledger
    amounts = ledger.value * s.x[ledger.column]
    some = np.flatnonzero(amounts > 0)
    cells = np.searchsorted(ledger.start, some, side="right") - 1
    columns, amounts = ledger.column[some], amounts[some]
    for name in ("build", "activity", "ship", "stock"):
        span = s.arrays.columns[name]
        own = (columns >= span.first) & (columns < span.stop)
        found = zip(cells[own].tolist(), amounts[own].tolist(), span.at(columns[own] - span.first), strict=True)
        for cell, amount, index in found:
            yield cell, amount, _share(ends, name, index, s.arrays.ledger_index[cell][2])


def _share(ends: Destinations, name: str, i: tuple[Any, ...], n: str) -> Floats:
    if name == "ship":
        return ends.arrivals[n][i[0], i[1], i[2]]
    return ends.held[n][i[0], i[2], i[1]] if name == "stock" else ends.plant(i[0], n)


def _existing(s: Solved, ends: Destinations) -> Iterator[tuple[int, float, Floats]]:
    """The fixed cost of existing capacity, million USD: the ledger holds it as a constant."""
    instance = s.network.instance
    cells = {(r, n): cell for cell, (term, r, n) in enumerate(s.arrays.ledger_index) if term == "fixed_existing"}
    for j, by_year in instance.existing.items():
        plant = instance.plants[j]
        for node in s.network.tree:
            open_ = by_year[node.year] - s.value("closed", (j, node.name))
            amount = s.is_in(j, node.name).fixed_cost * open_ / USD_PER_MUSD
            if amount > 0:
                yield cells[plant.region, node.name], amount, ends.plant(j, node.name)


def costs_by_buyer(s: Solved, paid: Bill) -> pd.DataFrame:
    """Every cost term by region, buyer and year."""
    cells, names = np.nonzero(paid.cost > NOISE_USD)
    usd, weights = paid.cost[cells, names], np.array([s.present_value[n] for _, _, n in s.arrays.ledger_index])
    where = [(term, r, s.when(n)) for term, r, n in s.arrays.ledger_index]
    rows = []
    for cell, b, *cost in zip(*(x.tolist() for x in (cells, names, usd, usd * weights[cells])), strict=True):
        term, r, when = where[cell]
        rows.append((term, r, paid.buyers[b], *when, *cost))
    return s.table("costs_by_buyer", rows)


def buyers(s: Solved, paid: Bill) -> pd.DataFrame:
    """What each buyer is served and pays, with the policy and without: regions, the policy's buyers, and nobody."""
    paid_before, served, served_before = bill(s.without_policy), _served(s), _served(s.without_policy)
    noise, marks = NOISE * paid.present_value.sum(), _marks(s)
    rows = []
    for name, kind, regions in _buyers(s, paid):
        cost, before = paid.of(*regions), paid_before.of(*regions)
        premium = cost - before if abs(cost - before) > noise else 0.0
        total, _, price = _mean_price(served, regions)
        kg = sum(served[r][3] for r in regions if r in served) * KG_PER_T
        price_before = _mean_price(served_before, regions)[2]
        per_kg = premium / kg if kg > 0 else float("nan")
        rise = 0.0 if abs(price - price_before) < PRICE_NOISE / KG_PER_T else price - price_before
        mark = SCARCE if values_of(s).scarce_for(regions) else worst(mark for r in regions for mark in marks[r])
        rows.append((name, kind, total, cost, before, premium, per_kg, price, mark, price_before, rise))
    return s.table("buyers", rows)


def _buyers(s: Solved, paid: Bill) -> list[tuple[str, str, tuple[str, ...]]]:
    """Name, kind and regions of each row; a buyer of the policy that is a region stands once."""
    regions = [(b, "none" if b == NOBODY else "region", (b,)) for b in paid.buyers]
    named = {b: members for t in s.network.policy.targets for b, members in t.buyers.items()}
    groups = {b: members for b, members in named.items() if b not in s.network.instance.regions}
    return [*regions, *((name, "group", members) for name, members in groups.items())]


def _served(s: Solved) -> dict[str, Floats]:
    """Final goods served to each region in all years.

    t; t discounted; their marginal price, USD discounted; and t discounted of those that a premium is told by.
    """
    values = values_of(s)
    found: dict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    for (k, r, _, h, n), t in s.positive("served"):
        sums = found[r]
        sums[0] += t * s.network.tree.by_name[n].probability
        sums[1] += t * s.present_value[n]
        sums[2] += t * s.present_value[n] * values.used(k, r, h, n)
        sums[3] += t * s.present_value[n] * (k in s.network.instance.counted_goods)
    return {r: np.array(sums) for r, sums in found.items()}


def _marks(s: Solved) -> dict[str, set[str]]:
    """Marks of the prices of final goods served to each region."""
    found: dict[str, set[str]] = defaultdict(set)
    for (k, r, _, h, n), _t in s.positive("served"):
        found[r].add(values_of(s).mark_used(k, r, h, n))
    return found


def _mean_price(served: Mapping[str, Floats], regions: tuple[str, ...]) -> tuple[float, float, float]:
    """Of some regions together: t, t discounted, and mean price, USD/kg."""
    total, weight, value, _ = sum((served[r] for r in regions if r in served), np.zeros(4)).tolist()
    return total, weight, value / (weight * KG_PER_T) if weight > 0 else float("nan")
