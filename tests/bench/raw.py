"""The same programme written out by hand in numpy and scipy: what any modelling layer is measured against.

It covers one certain future and one content class, and these families, which hold all but a few rows of the nonzeros
and every cost: capacity_limit, build_limit, supply, lane_limit, demand_met, not_starved, use, use_by_origin,
stock_limit, consumption_is_use and share_cap; the ledger of costs by region and year. ``tests/compiling`` compares them
with the compiled programme.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.base.economics import annuity, discount_factor, ramp
from model.base.units import MUSD_PER_KT, T_PER_KT
from model.instance.instance import Instance
from model.instance.lanes import resolve
from model.instance.policy.policies import Policy
from tests.bench.columns_and_rows import Raw


def assemble(inst: Instance, policy: Policy) -> Raw:
    """The programme of an instance and a policy with one content class."""
    return _Hand(inst, policy).raw


class _Hand:
    """Index arrays: recipes ``rj, rk, ra``, lanes ``k, o, d``, decisions ``bj, bt``, stocks by origin ``hp, ho, hs``.

    A lane of a good from a region to itself is its own supply. Of stocks ``hp`` is the pile, ``ho`` the origin and
    ``hs`` the lane that fills it, -1 for what lies there at the start.
    """

    def __init__(self, inst: Instance, policy: Policy) -> None:
        self.inst, self.policy, self.raw, self.years = inst, policy, Raw(), len(inst.years)
        self.t = np.arange(self.years)
        self.number = {k: i for i, k in enumerate(inst.commodities)}
        self.place = {r: i for i, r in enumerate(inst.regions)}
        self.goods, self.regions = len(self.number), len(self.place)
        self.plants = list(inst.plants.values())
        self.host = np.array([self.place[p.region] for p in self.plants])
        self._lanes()
        self._columns()
        self._stock_columns()
        self._target_columns()
        self._capacity()
        self._supply_and_demand()
        self._use()
        self._stocks_by_origin()
        self._targets()
        columns = sum(len(x) for x in self.raw.lower)
        self.raw.matrix = self.raw.take((sum(len(x) for x, _ in self.raw.side), columns))
        self._ledger(columns)

    def _lanes(self) -> None:
        """Recipes, where goods are made and used, and the lanes between."""
        inst, number, place, host = self.inst, self.number, self.place, self.host
        made, used = np.zeros((2, self.goods, self.regions), bool)
        recipe = [(j, number[k], a) for j, p in enumerate(self.plants) for k, a in inst.recipes[p.process].items()]
        self.rj, self.rk, self.ra = (np.array(x) for x in zip(*recipe, strict=True))
        made[self.rk[self.ra > 0], host[self.rj[self.ra > 0]]] = True
        self.ua = ua = np.array([(number[k], place[r]) for k, r in inst.used_at]).T
        used[ua[0], ua[1]] = True
        lanes = resolve(inst)
        lk, lo, ld = (c.codes for c in lanes.keys.columns)
        kept = np.flatnonzero(made[lk, lo] & used[lk, ld])
        mk, mo = (np.array(x) for x in zip(*dict.fromkeys((number[k], place[r]) for k, r in inst.makers), strict=True))
        self.mk, self.mo = mk, mo
        own = used[mk, mo]
        self.k, self.o, self.d = (np.concatenate([a[own], b[kept]]) for a, b in ((mk, lk), (mo, lo), (mo, ld)))
        nothing = np.zeros((own.sum(), self.years))
        self.freight, self.tariff = (np.vstack([nothing, values[kept]]) for values in (lanes.freight, lanes.tariff))
        self.limit = np.vstack([nothing + np.inf, lanes.max_flow[kept]])

    def _columns(self) -> None:
        """Capacity decided, and what runs, moves and is served."""
        raw, years = self.raw, self.years
        windows = [self.inst.decision_years(p) for p in self.plants]
        self.bj, self.bt = np.nonzero([[y in w for y in self.inst.years] for w in windows])
        most = np.array([p.max_build_per_year for p in self.plants])[self.bj] / T_PER_KT
        self.build = raw.variable("build", len(self.bj), most)
        self.activity = raw.variable("activity", len(self.plants) * years)
        self.each = np.arange(len(self.plants))[:, None] * years + self.t
        self.ship = raw.variable("ship", len(self.k) * years)
        self.lane = np.arange(len(self.k))[:, None] * years + self.t
        self.served = raw.variable("served", len(self.inst.demands) * years)
        self.starved = raw.variable("starved", len(self.inst.demands) * years)
        raw.variable("downgrade", 0)

    def _stock_columns(self) -> None:
        inst, number, place = self.inst, self.number, self.place
        self.piles = piles = np.array([(number[a], place[b]) for a, b in inst.stockpiles]).reshape(-1, 2).T
        pile_at = np.full((self.goods, self.regions), -1)
        pile_at[piles[0], piles[1]] = np.arange(len(piles[0]))
        self.pile = list(inst.stockpiles.values())
        self.initial = initial = np.array([p.initial / T_PER_KT for p in self.pile])
        self.kept_share = np.array([1 - p.loss_rate for p in self.pile])
        into = np.flatnonzero(pile_at[self.k, self.d] >= 0)
        hp = np.concatenate([pile_at[self.k[into], self.d[into]], np.flatnonzero(initial > 0)])
        ho = np.concatenate([self.o[into], np.full((initial > 0).sum(), self.regions)])
        hs = np.concatenate([into, np.full((initial > 0).sum(), -1)])
        order = np.argsort(hp, kind="stable")
        self.hp, self.ho, self.hs = hp[order], ho[order], hs[order]
        self.stock = self.raw.variable("stock", len(hp) * self.years)
        self.put = self.stock + np.arange(len(hp))[:, None] * self.years + self.t

    def _target_columns(self) -> None:
        first, caps = self.inst.first_year, self.policy.share_caps
        asked = [*caps, *self.policy.stock_mins]
        self.consumed = [(c, y - first) for c in asked for y in self.inst.years if y in c.share]
        self.consumption = self.raw.variable("consumption", len(self.consumed))
        self.uses = {c.row + c.scope: self._uses(c) for c in asked}
        self.of_supplier = []
        for cap, supplier in ((c, s) for c in caps for s in c.suppliers):
            all_uses = self.uses[cap.row + cap.scope]
            theirs = np.isin(self.o[all_uses], [self.place[r] for r in supplier.regions])
            self.of_supplier.append((cap, all_uses[theirs]))
        self.capped = [
            (i, c, y)
            for i, (c, some) in enumerate(self.of_supplier)
            for y in (range(self.years) if len(some) else ())
            if first + y in c.share
        ]
        self.short = self.raw.variable("share_cap_short", len(self.capped))

    def _uses(self, target: Any) -> Any:
        """The shipments to a target's buyer of its goods."""
        return np.flatnonzero(np.isin(self.k, self._goods(target)) & np.isin(self.d, self._regions(target)))

    def _goods(self, target: Any) -> list[int]:
        return [self.number[x] for x in target.commodities]

    def _regions(self, target: Any) -> list[int]:
        return [self.place[x] for x in target.regions]

    def _capacity(self) -> None:
        """capacity_limit and build_limit."""
        raw, plants, years, bj = self.raw, self.plants, self.years, self.bj
        held = np.zeros((len(plants), years))
        names = list(self.inst.plants)
        for j, by_year in self.inst.existing.items():
            held[names.index(j)] = [by_year[y] / T_PER_KT for y in self.inst.years]
        available = np.array([p.availability for p in plants])
        row = raw.family("capacity_limit", len(plants) * years, -np.inf, (available[:, None] * held).ravel())
        raw.add(row + self.each, self.activity + self.each, 1.0)
        age = self.t[None, :] - self.bt[:, None] - np.array([p.lead_time for p in plants])[bj][:, None]
        oldest = np.array([p.lifetime for p in plants])[bj][:, None]
        self.b, self.n = b, n = np.nonzero((age >= 0) & (age < oldest))
        kinds = {p[8:10] for p in plants}
        table = {kind: np.array([ramp(i, *kind) for i in range(years)]) for kind in kinds}
        share = np.stack([table[p[8:10]] for p in plants])[bj[b], age[b, n]]
        raw.add(row + bj[b] * years + n, self.build + b, -available[bj[b]] * share)
        total = np.array([p.max_build for p in plants]) / T_PER_KT
        decided = np.isin(np.arange(len(plants)), bj)
        limited = np.flatnonzero(decided & np.isfinite(total))
        row = raw.family("build_limit", len(limited), -np.inf, total[limited])
        raw.add(row + np.searchsorted(limited, bj), self.build + np.arange(len(bj)), 1.0)

    def _supply_and_demand(self) -> None:
        """supply, lane_limit, demand_met and not_starved."""
        raw, years, t = self.raw, self.years, self.t
        good = np.full((self.goods, self.regions), -1)
        good[self.mk, self.mo] = np.arange(len(self.mk))
        row = raw.family("supply", len(self.mk) * years, 0.0, 0.0)
        raw.add(row + good[self.k, self.o][:, None] * years + t, self.ship + self.lane, 1.0)
        rj, rk, ra = (x[self.ra > 0] for x in (self.rj, self.rk, self.ra))
        running = self.activity + rj[:, None] * years + t
        raw.add(row + good[rk, self.host[rj]][:, None] * years + t, running, -ra[:, None])
        a, y = np.nonzero(np.isfinite(self.limit))
        row = raw.family("lane_limit", len(a), -np.inf, self.limit[a, y] / T_PER_KT)
        raw.add(row + np.arange(len(a)), self.ship + a * years + y, 1.0)
        demands = self.inst.demands
        self.dk = np.array([self.number[x] for x, _, _ in demands])
        self.dr = np.array([self.place[x] for _, x, _ in demands])
        wanted = np.array([[v.quantity / T_PER_KT for v in by_year.values()] for by_year in demands.values()])
        self.each_demand = self.served + np.arange(wanted.size)
        row = raw.family("demand_met", wanted.size, -np.inf, wanted.ravel())
        raw.add(row + np.arange(wanted.size), self.each_demand, 1.0)
        row = raw.family("not_starved", wanted.size, 0.0, np.inf)
        for served in (self.each_demand, self.starved + np.arange(wanted.size)):
            raw.add(row + np.arange(wanted.size), served, 1.0)

    def _use(self) -> None:
        raw, years, t, ua, piles, hp = self.raw, self.years, self.t, self.ua, self.piles, self.hp
        use = np.full((self.goods, self.regions), -1)
        use[ua[0], ua[1]] = np.arange(len(ua[0]))
        side = np.zeros((len(ua[0]), years))
        side[use[piles[0], piles[1]], 0] -= self.kept_share * self.initial
        row = raw.family("use", side.size, side.ravel(), side.ravel())
        raw.add(row + use[self.k, self.d][:, None] * years + t, self.ship + self.lane, 1.0)
        rj, rk, ra = (x[self.ra < 0] for x in (self.rj, self.rk, self.ra))
        running = self.activity + rj[:, None] * years + t
        raw.add(row + use[rk, self.host[rj]][:, None] * years + t, running, ra[:, None])
        raw.add(row + use[self.dk, self.dr][:, None] * years + t, self.each_demand.reshape(-1, years), -1.0)
        at_use = row + use[piles[0], piles[1]][hp][:, None] * years + t
        raw.add(at_use, self.put, -1.0)
        raw.add(at_use[:, 1:], self.put[:, :-1], self.kept_share[hp][:, None])

    def _stocks_by_origin(self) -> None:
        """use_by_origin and stock_limit."""
        raw, years, hp, ho, hs = self.raw, self.years, self.hp, self.ho, self.hs
        low = np.zeros((len(hp), years))
        low[ho == self.regions, 0] = -(self.kept_share * self.initial)[hp[ho == self.regions]]
        row = raw.family("use_by_origin", low.size, low.ravel(), np.inf)
        here = row + np.arange(len(hp))[:, None] * years + self.t
        raw.add(here[hs >= 0], self.ship + hs[hs >= 0][:, None] * years + self.t, 1.0)
        raw.add(here, self.put, -1.0)
        raw.add(here[:, 1:], self.put[:, :-1], self.kept_share[hp][:, None])
        room = np.array([p.capacity / T_PER_KT for p in self.pile])
        row = raw.family("stock_limit", len(self.pile) * years, -np.inf, np.repeat(room, years))
        raw.add(row + hp[:, None] * years + self.t, self.put, 1.0)

    def _targets(self) -> None:
        """consumption_is_use and share_cap.

        What is drawn from stock counts as used, with the origin that it came from; initial stock in consumption only.
        """
        raw, first = self.raw, self.inst.first_year
        rho = np.array([self.inst.content[c] for c in self.inst.commodities])
        hk, hr = self.piles[0][self.hp], self.piles[1][self.hp]
        drawn = {
            (c.row, c.scope): np.flatnonzero(np.isin(hk, self._goods(c)) & np.isin(hr, self._regions(c)))
            for c, _ in self.consumed
        }
        row = raw.family("consumption_is_use", len(self.consumed), 0.0, 0.0)
        for i, (c, y) in enumerate(self.consumed):
            raw.add(row + i, self.consumption + i, 1.0)
            self._used(row + i, -rho, self.uses[c.row + c.scope], drawn[c.row, c.scope], y)
        total = {(c.row, c.scope, y): self.consumption + i for i, (c, y) in enumerate(self.consumed)}
        from_lanes = [np.flatnonzero(np.isin(self.hs, some) & (self.hs >= 0)) for _, some in self.of_supplier]
        row = raw.family("share_cap", len(self.capped), -np.inf, 0.0)
        for i, (supplier, c, y) in enumerate(self.capped):
            self._used(row + i, rho, self.of_supplier[supplier][1], from_lanes[supplier], y)
            raw.add(row + i, total[c.row, c.scope, y], -c.share[first + y])
            raw.add(row + i, self.short + i, -1.0)

    def _used(self, row: int, rho: Any, lanes: Any, drawn: Any, y: int) -> None:
        """What comes by some lanes and out of some stocks in a year."""
        self.raw.add(row, self.ship + lanes * self.years + y, rho[self.k[lanes]])
        weight, columns = rho[self.piles[0][self.hp[drawn]]], self.stock + drawn * self.years + y
        self.raw.add(row, columns, -weight)
        if y:
            self.raw.add(row, columns - 1, weight * self.kept_share[self.hp[drawn]])

    def _ledger(self, columns: int) -> None:
        """Each cost by region and year, M USD, and their present value by column."""
        raw, inst, plants, years, host = self.raw, self.inst, self.plants, self.years, self.host
        cell = np.arange(self.regions)[:, None] * years + self.t
        size = self.regions * years
        bj, b, n, ship = self.bj, self.b, self.n, self.ship + self.lane
        unit = np.array([annuity(p.capex or 0, p.wacc, p.lead_time, p.lifetime) * MUSD_PER_KT for p in plants])
        fixed = np.array([p.fixed_cost * MUSD_PER_KT for p in plants])
        raw.add(cell[host[bj[b]], n], self.build + b, unit[bj[b]])
        raw.add(size + cell[host[bj[b]], n], self.build + b, fixed[bj[b]])
        variable = np.array([p.variable_cost * MUSD_PER_KT for p in plants])
        raw.add(3 * size + cell[host], self.activity + self.each, variable[:, None])
        raw.add(4 * size + cell[self.d], ship, self.freight * MUSD_PER_KT)
        raw.add(5 * size + cell[self.d], ship, self.tariff * MUSD_PER_KT)
        holding = np.array([p.holding_cost * MUSD_PER_KT for p in self.pile])
        raw.add(6 * size + cell[self.piles[1][self.hp]], self.put, holding[self.hp][:, None])
        dear = np.array([[v.shortage_cost for v in by_year.values()] for by_year in inst.demands.values()])
        raw.add(7 * size + cell[self.dr], self.each_demand.reshape(-1, years), -dear * MUSD_PER_KT)
        raw.ledger = raw.take((8 * size, columns))
        present = np.array([discount_factor(inst.discount_rate, i) for i in range(years)])
        raw.cost = np.tile(present, 8 * self.regions) @ raw.ledger
