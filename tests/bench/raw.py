"""The same programme written out by hand in numpy and scipy: what any modelling layer is measured against.

It covers one certain future and one content class, and these families, which hold all but a few rows of the nonzeros
and every cost: capacity_limit, build_limit, supply, lane_limit, demand_met, use, use_by_origin, stock_limit,
consumption_is_use and share_cap; the ledger of costs by region and year. ``tests/compiling`` compares them with the
compiled programme.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.sparse import coo_array

from model.economics import annuity, discount_factor, ramp
from model.instance import Instance
from model.lanes import resolve
from model.policies import Policy
from model.units import MUSD_PER_KT, T_PER_KT


@dataclass
class Raw:
    """Matrix, ledger and bounds; ``rows`` and ``columns`` say where a family begins and ends."""

    columns: dict[str, slice] = field(default_factory=dict)
    rows: dict[str, slice] = field(default_factory=dict)
    lower: list[Any] = field(default_factory=list)
    upper: list[Any] = field(default_factory=list)
    coo: list[tuple[Any, Any, Any]] = field(default_factory=list)
    side: list[tuple[Any, Any]] = field(default_factory=list)
    matrix: Any = None
    ledger: Any = None
    cost: Any = None

    def variable(self, name: str, count: int, most: Any = np.inf) -> int:
        """New columns; their first place."""
        first = sum(len(x) for x in self.lower)
        self.columns[name] = slice(first, first + count)
        self.lower.append(np.zeros(count))
        self.upper.append(np.broadcast_to(most, count))
        return first

    def family(self, name: str, count: int, low: Any, high: Any) -> int:
        """New rows; their first place."""
        first = sum(len(x) for x, _ in self.side)
        self.rows[name] = slice(first, first + count)
        self.side.append((np.broadcast_to(low, count), np.broadcast_to(high, count)))
        return first

    def add(self, rows: Any, columns: Any, values: Any) -> None:
        """Nonzeros; the arrays broadcast."""
        shape = np.broadcast_shapes(np.shape(rows), np.shape(columns), np.shape(values))
        self.coo.append(tuple(np.broadcast_to(a, shape).ravel() for a in (rows, columns, values)))  # type: ignore[arg-type]

    def take(self, shape: tuple[int, int]) -> Any:
        """The nonzeros so far as a matrix by row."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self.coo, strict=True))
        self.coo = []
        found = coo_array((values, (rows.astype(np.int32), columns.astype(np.int32))), shape=shape).tocsr()
        found.eliminate_zeros()
        return found


def assemble(inst: Instance, policy: Policy) -> Raw:
    """The programme of an instance and a policy with one content class."""
    raw, years = Raw(), len(inst.years)
    t = np.arange(years)
    number = {k: i for i, k in enumerate(inst.commodities)}
    place = {r: i for i, r in enumerate(inst.regions)}
    goods, regions = len(number), len(place)
    plants = list(inst.plants.values())
    host = np.array([place[p.region] for p in plants])
    made, used = np.zeros((2, goods, regions), bool)
    recipe = [(j, number[k], a) for j, p in enumerate(plants) for k, a in inst.recipes[p.process].items()]
    rj, rk, ra = (np.array(x) for x in zip(*recipe, strict=True))
    made[rk[ra > 0], host[rj[ra > 0]]] = True
    ua = np.array([(number[k], place[r]) for k, r in inst.used_at]).T
    used[ua[0], ua[1]] = True

    lanes = resolve(inst)
    lk, lo, ld = (c.codes for c in lanes.keys.columns)
    kept = np.flatnonzero(made[lk, lo] & used[lk, ld])
    mk, mo = (np.array(x) for x in zip(*dict.fromkeys((number[k], place[r]) for k, r in inst.makers), strict=True))
    own = used[mk, mo]
    k, o, d = (np.concatenate([a[own], b[kept]]) for a, b in ((mk, lk), (mo, lo), (mo, ld)))
    freight, tariff, limit = (np.zeros((len(k), years)) for _ in range(3))
    limit[:] = np.inf
    for out, values in ((freight, lanes.freight), (tariff, lanes.tariff), (limit, lanes.max_flow)):
        out[own.sum() :] = values[kept]

    windows = [inst.decision_years(p) for p in plants]
    bj, bt = np.nonzero([[y in w for y in inst.years] for w in windows])
    most = np.array([p.max_build_per_year for p in plants])[bj] / T_PER_KT
    build = raw.variable("build", len(bj), most)
    at_build = np.full((len(plants), years), -1)
    at_build[bj, bt] = build + np.arange(len(bj))
    activity = raw.variable("activity", len(plants) * years)
    ship = raw.variable("ship", len(k) * years)
    served = raw.variable("served", len(inst.demands) * years)
    raw.variable("downgrade", 0)
    piles = np.array([(number[a], place[b]) for a, b in inst.stockpiles]).reshape(-1, 2).T
    pile_at = np.full((goods, regions), -1)
    pile_at[piles[0], piles[1]] = np.arange(len(piles[0]))
    pile = list(inst.stockpiles.values())
    initial = np.array([p.initial / T_PER_KT for p in pile])
    kept_share = np.array([1 - p.loss_rate for p in pile])
    into = np.flatnonzero(pile_at[k, d] >= 0)
    hp = np.concatenate([pile_at[k[into], d[into]], np.flatnonzero(initial > 0)])
    ho = np.concatenate([o[into], np.full((initial > 0).sum(), regions)])
    hs = np.concatenate([into, np.full((initial > 0).sum(), -1)])
    order = np.argsort(hp, kind="stable")
    hp, ho, hs = hp[order], ho[order], hs[order]
    stock = raw.variable("stock", len(hp) * years)
    caps = policy.share_caps
    consumed = [(c, y - inst.first_year) for c in [*caps, *policy.stock_mins] for y in inst.years if y in c.share]
    consumption = raw.variable("consumption", len(consumed))
    uses = {c.row + c.scope: _uses(c, number, place, k, o, d) for c in [*caps, *policy.stock_mins]}
    of_supplier = {}
    for i, (cap, supplier) in enumerate((c, s) for c in caps for s in c.suppliers):
        all_uses = uses[cap.row + cap.scope]
        of_supplier[i] = cap, all_uses[np.isin(o[all_uses], [place[r] for r in supplier.regions])]
    capped = [
        (i, c, y)
        for i, (c, some) in of_supplier.items()
        for y in (range(years) if len(some) else ())
        if inst.first_year + y in c.share
    ]
    short = raw.variable("share_cap_short", len(capped))

    held = np.zeros((len(plants), years))
    names = list(inst.plants)
    for j, by_year in inst.existing.items():
        held[names.index(j)] = [by_year[y] / T_PER_KT for y in inst.years]
    available = np.array([p.availability for p in plants])
    row = raw.family("capacity_limit", len(plants) * years, -np.inf, (available[:, None] * held).ravel())
    each = np.arange(len(plants))[:, None] * years + t
    raw.add(row + each, activity + each, 1.0)
    age = t[None, :] - bt[:, None] - np.array([p.lead_time for p in plants])[bj][:, None]
    oldest = np.array([p.lifetime for p in plants])[bj][:, None]
    b, n = np.nonzero((age >= 0) & (age < oldest))
    kinds = {p[8:10] for p in plants}
    table = {kind: np.array([ramp(i, *kind) for i in range(years)]) for kind in kinds}
    share = np.stack([table[p[8:10]] for p in plants])[bj[b], age[b, n]]
    raw.add(row + bj[b] * years + n, build + b, -available[bj[b]] * share)
    total = np.array([p.max_build for p in plants]) / T_PER_KT
    limited = np.flatnonzero((at_build >= 0).any(axis=1) & np.isfinite(total))
    row = raw.family("build_limit", len(limited), -np.inf, total[limited])
    raw.add(row + np.searchsorted(limited, bj), build + np.arange(len(bj)), 1.0)

    good = np.full((goods, regions), -1)
    good[mk, mo] = np.arange(len(mk))
    row = raw.family("supply", len(mk) * years, 0.0, 0.0)
    lane = np.arange(len(k))[:, None] * years + t
    raw.add(row + good[k, o][:, None] * years + t, ship + lane, 1.0)
    p = ra > 0
    raw.add(row + good[rk[p], host[rj[p]]][:, None] * years + t, activity + rj[p][:, None] * years + t, -ra[p][:, None])
    a, y = np.nonzero(np.isfinite(limit))
    row = raw.family("lane_limit", len(a), -np.inf, limit[a, y] / T_PER_KT)
    raw.add(row + np.arange(len(a)), ship + a * years + y, 1.0)
    demands = list(inst.demands)
    dk, dr = (np.array(x) for x in zip(*[(number[x], place[y]) for x, y, _ in demands], strict=True))
    wanted = np.array([[v.quantity / T_PER_KT for v in by_year.values()] for by_year in inst.demands.values()])
    row = raw.family("demand_met", wanted.size, -np.inf, wanted.ravel())
    raw.add(row + np.arange(wanted.size), served + np.arange(wanted.size), 1.0)

    use = np.full((goods, regions), -1)
    use[ua[0], ua[1]] = np.arange(len(ua[0]))
    side = np.zeros((len(ua[0]), years))
    side[use[piles[0], piles[1]], 0] -= kept_share * initial
    row = raw.family("use", side.size, side.ravel(), side.ravel())
    raw.add(row + use[k, d][:, None] * years + t, ship + lane, 1.0)
    q = ra < 0
    raw.add(row + use[rk[q], host[rj[q]]][:, None] * years + t, activity + rj[q][:, None] * years + t, ra[q][:, None])
    raw.add(row + use[dk, dr][:, None] * years + t, served + np.arange(wanted.size).reshape(-1, years), -1.0)
    at_use = row + use[piles[0], piles[1]][hp][:, None] * years + t
    put = stock + np.arange(len(hp))[:, None] * years + t
    raw.add(at_use, put, -1.0)
    raw.add(at_use[:, 1:], put[:, :-1], kept_share[hp][:, None])
    low = np.zeros((len(hp), years))
    low[ho == regions, 0] = -(kept_share * initial)[hp[ho == regions]]
    row = raw.family("use_by_origin", low.size, low.ravel(), np.inf)
    here = row + np.arange(len(hp))[:, None] * years + t
    raw.add(here[hs >= 0], ship + hs[hs >= 0][:, None] * years + t, 1.0)
    raw.add(here, put, -1.0)
    raw.add(here[:, 1:], put[:, :-1], kept_share[hp][:, None])
    room = np.array([p.capacity / T_PER_KT for p in pile])
    row = raw.family("stock_limit", len(pile) * years, -np.inf, np.repeat(room, years))
    raw.add(row + hp[:, None] * years + t, put, 1.0)

    rho = np.array([inst.ree_content[c] for c in inst.commodities])
    row_c = raw.family("consumption_is_use", len(consumed), 0.0, 0.0)
    for i, (c, y) in enumerate(consumed):
        raw.add(row_c + i, consumption + i, 1.0)
        _used(raw, row_c + i, -rho, uses[c.row + c.scope], y, k, d, ship, years)
    at_consumption = {(c.row, c.scope, y): consumption + i for i, (c, y) in enumerate(consumed)}
    row_s = raw.family("share_cap", len(capped), -np.inf, 0.0)
    for i, (number_s, c, y) in enumerate(capped):
        _used(raw, row_s + i, rho, of_supplier[number_s][1], y, k, d, ship, years)
        raw.add(row_s + i, at_consumption[c.row, c.scope, y], -c.share[inst.first_year + y])
        raw.add(row_s + i, short + i, -1.0)
    _stocks_in_targets(
        raw,
        row_c,
        row_s,
        consumed,
        capped,
        uses,
        of_supplier,
        (hp, hs, piles),
        kept_share,
        rho,
        place,
        number,
        stock,
        years,
    )
    columns = sum(len(x) for x in raw.lower)
    raw.matrix = raw.take((sum(len(x) for x, _ in raw.side), columns))

    cells = 8 * regions * years
    cell = np.arange(regions)[:, None] * years + t
    size = regions * years
    unit = np.array([annuity(p.capex or 0, p.wacc, p.lead_time, p.lifetime) * MUSD_PER_KT for p in plants])
    fixed = np.array([p.fixed_cost * MUSD_PER_KT for p in plants])
    raw.add(cell[host[bj[b]], n], build + b, unit[bj[b]])
    raw.add(size + cell[host[bj[b]], n], build + b, fixed[bj[b]])
    variable = np.array([p.variable_cost * MUSD_PER_KT for p in plants])
    raw.add(3 * size + cell[host], activity + each, variable[:, None])
    raw.add(4 * size + cell[d], ship + lane, freight * MUSD_PER_KT)
    raw.add(5 * size + cell[d], ship + lane, tariff * MUSD_PER_KT)
    holding = np.array([p.holding_cost * MUSD_PER_KT for p in pile])
    raw.add(6 * size + cell[piles[1][hp]], put, holding[hp][:, None])
    dear = np.array([[v.shortage_cost for v in by_year.values()] for by_year in inst.demands.values()]) * MUSD_PER_KT
    raw.add(7 * size + cell[dr], served + np.arange(wanted.size).reshape(-1, years), -dear)
    raw.ledger = raw.take((cells, columns))
    present = np.array([discount_factor(inst.discount_rate, i) for i in range(years)])
    raw.cost = np.tile(present, 8 * regions) @ raw.ledger
    return raw


def _uses(cap: Any, number: Any, place: Any, k: Any, o: Any, d: Any) -> Any:
    """The shipments to a target's buyer of its goods."""
    goods, regions = [number[x] for x in cap.commodities], [place[x] for x in cap.regions]
    return np.flatnonzero(np.isin(k, goods) & np.isin(d, regions))


def _used(raw: Raw, row: Any, rho: Any, lanes: Any, y: int, k: Any, d: Any, ship: int, years: int) -> None:
    raw.add(row, ship + lanes * years + y, rho[k[lanes]])


def _stocks_in_targets(
    raw: Raw, row_c: int, row_s: int, consumed: Any, capped: Any, uses: Any, of_supplier: Any, held: Any,
    kept: Any, rho: Any, place: Any, number: Any, stock: int, years: int,
) -> None:  # fmt: skip
    """What is drawn from stock counts as used, with the origin that it came from; initial stock in consumption only."""
    hp, hs, piles = held
    hk, hr = piles[0][hp], piles[1][hp]
    found: dict[Any, Any] = {}
    for i, (c, y) in enumerate(consumed):
        if (c.row, c.scope) not in found:
            goods, regions = [number[x] for x in c.commodities], [place[x] for x in c.regions]
            found[c.row, c.scope] = np.flatnonzero(np.isin(hk, goods) & np.isin(hr, regions))
        some = found[c.row, c.scope]
        _drawn(raw, row_c + i, stock + some * years + y, -rho[hk[some]], kept[hp[some]], y)
    for i, (number_s, _, y) in enumerate(capped):
        if number_s not in found:
            found[number_s] = np.flatnonzero(np.isin(hs, of_supplier[number_s][1]) & (hs >= 0))
        some = found[number_s]
        _drawn(raw, row_s + i, stock + some * years + y, rho[hk[some]], kept[hp[some]], y)


def _drawn(raw: Raw, row: int, columns: Any, weight: Any, kept: Any, y: int) -> None:
    raw.add(row, columns, -weight)
    if y:
        raw.add(row, columns - 1, weight * kept)
