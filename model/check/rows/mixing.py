"""How much of what a buyer uses has passed through a supplier's hands, by proportional mixing.

A good made in the supplier's regions has content 1. A good made elsewhere has the mean content of what its plants
used, by content (by tonnes where no input holds any; 0 without inputs), the plants weighed by what they make
of it. A place's use of a good mixes its origins; what arrives from an origin mixes with the stock of that origin, and
use and the stock left both have the mixture's content. The initial stock has none. Content classes are added up.
Each material of contents.csv is mixed by itself; a cap that names none counts them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from model.check.arrays import Bools, Floats, Ints, summed
from model.check.asked import key_rows, ratio
from model.check.facts import Facts
from model.check.rows.flows import Flows
from model.check.rows.targets import KEYS, Measured
from model.instance.policy.policies import Policy
from model.instance.policy.targets import ShareCap

DAMPED = 1 - 1e-9


@dataclass(frozen=True)
class Pools:
    """Use of one year by place (``good``, ``region``), with the content of each for every supplier."""

    good: Ints
    region: Ints
    amount: Floats
    content: Floats


@dataclass(frozen=True)
class _Mix:
    """One year's material by good, origin and region; codes sorted by ``key``."""

    key: Ints
    good: Ints
    origin: Ints
    region: Ints
    arrived: Floats
    carried: Floats
    left: Floats

    @property
    def used(self) -> Floats:
        return np.maximum(self.arrived + self.carried - self.left, 0.0)


def measure(facts: Facts, policy: Policy, flows: Flows, measured: Measured) -> pd.DataFrame:
    """The rows of the content table: direct share caps in their years in force."""
    caps = [cap for cap in policy.share_caps if cap.measure == "direct" and cap.share]
    suppliers = list(dict.fromkeys(s.regions for cap in caps for s in cap.suppliers))
    base = measured.caps[measured.caps["direct"]].reset_index(drop=True)
    base["direct_share"] = ratio(base["arrivals_t"], base["consumption_t"])
    base["base_ratio"] = np.minimum(ratio(base["consumption_t"], base["embodied_t"]), 1.0)
    if not suppliers:
        return base.drop(columns=["arrivals_t", "limit", "direct"]).assign(content_share=np.nan)
    member = np.array([facts.inside(regions) for regions in suppliers]).T
    asked, at = {year for cap in caps for year in cap.share}, {s: i for i, s in enumerate(suppliers)}
    parts = {kind: facts.parts(kind) for kind in {cap.weight for cap in caps}}
    mixed = {name: facts.rho_of(name) for held in parts.values() for name in held}
    pools = {name: _by_year(replace(facts, rho=rho), flows, member, asked) for name, rho in mixed.items()}
    rows = [row for cap in caps for row in _rows(facts, cap, parts[cap.weight], pools, at)]
    held = {tuple(key): amount for *key, amount in reversed(rows)}  # of equal rows the first counts
    amounts = pd.Series([held[key] for key in key_rows(base, KEYS)], dtype=float)
    base["content_share"] = ratio(amounts, base["consumption_t"])
    return base.drop(columns=["arrivals_t", "limit", "direct"])


def _rows(
    facts: Facts,
    cap: ShareCap,
    parts: Mapping[str, Floats],
    pools: Mapping[str, dict[int, Pools]],
    places: dict[tuple[str, ...], int],
) -> list[tuple[str, str, str, str, int, float]]:
    scope, inside = facts.scope(cap.commodities), facts.inside(cap.regions)
    found = []
    for year in cap.share:
        held = np.zeros(len(places))
        for name, part in parts.items():
            weight, pool = part * scope, pools[name][year]
            counts = np.flatnonzero(inside[pool.region] & (weight[pool.good] > 0))
            held = held + (pool.amount * weight[pool.good])[counts] @ pool.content[counts]
        for supplier in cap.suppliers:
            found.append((cap.row, cap.buyer, cap.scope, supplier.name, year, float(held[places[supplier.regions]])))
    return found


def _by_year(facts: Facts, flows: Flows, member: Bools, asked: set[int]) -> dict[int, Pools]:
    """The pools of the years in force; stocks carry their content from year to year."""
    found: dict[int, Pools] = {}
    carried_key, carried_content = np.zeros(0, dtype=np.int64), np.zeros((1, member.shape[1]))
    for place, year in enumerate(facts.years[facts.years <= max(asked)].tolist()):
        mix = _mix(facts, flows, place)
        stays = mix.left > 0
        if year not in asked and not stays.any():
            carried_key, carried_content = carried_key[:0], carried_content[-1:]
            continue
        at = np.searchsorted(carried_key, mix.key)
        at = np.where(np.append(carried_key, -1)[at] == mix.key, at, len(carried_key))
        before = carried_content[at]
        found[year], content = _solve(facts, flows.activity[:, place].sum(axis=1), mix, before, member)
        carried_key = mix.key[stays]
        carried_content = np.vstack([content[stays], np.zeros((1, member.shape[1]))])
    return found


def _mix(facts: Facts, flows: Flows, place: int) -> _Mix:
    ledger = flows.ledger
    some = ledger.year == place
    shape = (len(facts.goods), len(facts.regions) + 1, len(facts.regions))
    keys = np.ravel_multi_index((ledger.good[some], ledger.origin[some], ledger.region[some]), shape)
    unique, at = np.unique(keys, return_inverse=True)
    sums = (summed([at], a[some], (len(unique),)) for a in (ledger.arrived, ledger.carried, ledger.left))
    good, origin, region = (np.asarray(c, dtype=np.int64) for c in np.unravel_index(unique, shape))
    return _Mix(unique.astype(np.int64), good, origin, region, *sums)


def _solve(facts: Facts, activity: Floats, mix: _Mix, before: Floats, member: Bools) -> tuple[Pools, Floats]:
    """One year: the content of goods made solves a linear system; use and stocks follow."""
    regions = len(facts.regions)
    made, output, inputs = _plants(facts, activity)
    pool, at_pool = np.unique(mix.good * regions + mix.region, return_inverse=True)
    amount = summed([at_pool], mix.used, (len(pool),))
    total = mix.arrived + mix.carried
    fresh = np.divide(mix.arrived, total, out=np.zeros(len(total)), where=total > 0)
    old = np.divide(mix.carried, total, out=np.zeros(len(total)), where=total > 0)
    part = np.divide(mix.used, amount[at_pool], out=np.zeros(len(total)), where=amount[at_pool] > 0)
    wanted = np.where(mix.origin < regions, mix.good * regions + mix.origin, -2)
    source = np.searchsorted(made, wanted)
    source = np.where(np.append(made, -1)[source] == wanted, source, -1)
    drawn = summed([at_pool, np.where(source < 0, len(made), source)], part * fresh, (len(pool), len(made) + 1))
    carried = np.zeros((len(pool), member.shape[1]))
    kept = old > 0
    np.add.at(carried, at_pool[kept], (part * old)[kept, None] * before[kept])
    fed = np.flatnonzero(inputs[:, pool].any(axis=0))
    through = _product(output, inputs[:, pool[fed]])
    passed, given = _product(through, drawn[fed, :-1]), _product(through, carried[fed])
    goods = _goods(passed, given, member[made % regions])
    known = np.vstack([goods, np.zeros((1, member.shape[1]))])
    content = fresh[:, None] * known[source] + old[:, None] * before
    return Pools(pool // regions, pool % regions, amount, _product(drawn, known) + carried), content


def _product(left: Floats, right: Floats) -> Floats:
    """Multiply two matrices, in one thread: they are too small for more to be of use."""
    return np.asarray(np.einsum("ij,jk->ik", left, right))


def _goods(passed: Floats, given: Floats, own: Bools) -> Floats:
    """Content of each good made (rows) for each supplier (columns): 1 where it is the supplier's own."""
    size, suppliers = given.shape
    if not size:
        return np.zeros((0, suppliers))
    some, inputs = np.flatnonzero(own.any(axis=0) | given.any(axis=0)), np.flatnonzero(passed.any(axis=0))
    known = np.where(own, 1.0, given)[np.ix_(inputs, some)].T[:, :, None]
    others = ~own[np.ix_(inputs, some)].T[:, :, None]
    goods = np.full((size, suppliers), np.nan)
    for damping in (1.0, DAMPED):
        systems = np.eye(len(inputs)) - damping * passed[np.ix_(inputs, inputs)] * others
        try:
            solved = np.linalg.solve(systems, known)[:, :, 0].T
        except np.linalg.LinAlgError:
            continue
        if np.isfinite(solved).all():
            through = np.zeros((len(inputs), suppliers))
            through[:, some] = solved
            goods = np.where(own, 1.0, given + _product(passed[:, inputs], through))
            break
    return goods


def _plants(facts: Facts, activity: Floats) -> tuple[Ints, Floats, Floats]:
    """Goods made (good x regions + region), each running plant's part in them, its inputs by place; parts sum to 1."""
    goods, regions = len(facts.goods), len(facts.regions)
    runs = np.flatnonzero(activity > 0)
    row = np.full(len(activity), -1, dtype=np.int64)
    row[runs] = np.arange(len(runs))
    some = row[facts.recipe_plant] >= 0
    plant, good, coefficient = facts.recipe_plant[some], facts.recipe_good[some], facts.coefficient[some]
    place, amounts = good * regions + facts.plants.region[plant], np.abs(coefficient) * activity[plant]
    out, into = coefficient > 0, coefficient < 0
    made, at = np.unique(place[out], return_inverse=True)
    output = np.zeros((len(made), len(runs)))
    output[at, row[plant[out]]] = amounts[out]
    output /= np.maximum(output.sum(axis=1, keepdims=True), 1e-300)
    held = summed([row[plant[into]]], amounts[into] * facts.rho[good[into]], (len(runs),))
    weight = np.where(held[row[plant[into]]] > 0, facts.rho[good[into]], 1.0) * amounts[into]
    inputs = np.zeros((len(runs), goods * regions))
    inputs[row[plant[into]], place[into]] = weight
    inputs /= np.maximum(inputs.sum(axis=1, keepdims=True), 1e-300)
    return made.astype(np.int64), output, inputs
