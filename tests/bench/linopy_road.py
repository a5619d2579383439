"""The same programme in linopy, for the families that ``raw`` covers, all of them over whole arrays.

Costs go straight into the objective: there is no ledger by region and year. The matrix has the nonzeros of ``raw``.
linopy belongs to the bench extra; nothing else imports it.
"""

from __future__ import annotations

from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from model.base.economics import annuity, discount_factor, ramp
from model.base.units import MUSD_PER_KT, T_PER_KT
from model.instance.instance import Instance
from model.instance.lanes import resolve
from model.instance.policy.policies import Policy


def model_of(inst: Instance, policy: Policy) -> linopy.Model:
    """The programme of an instance and a policy with one content class."""
    return _Road(inst, policy).model()


def at(values: Any, *dims: str) -> xr.DataArray:
    """Values along dimensions without labels, which linopy joins by place."""
    values = np.asarray(values)
    return xr.DataArray(values, dims=dims, coords={d: np.arange(n) for d, n in zip(dims, values.shape, strict=True)})


class _Road:
    def __init__(self, inst: Instance, policy: Policy) -> None:
        self.inst, self.policy, self.years = inst, policy, len(inst.years)
        self.goods = {k: i for i, k in enumerate(inst.commodities)}
        self.places = {r: i for i, r in enumerate(inst.regions)}
        self.plants = list(inst.plants.values())
        self.host = np.array([self.places[p.region] for p in self.plants])
        recipe = [(j, self.goods[k], a) for j, p in enumerate(self.plants) for k, a in inst.recipes[p.process].items()]
        self.rj, self.rk, self.ra = (np.array(x) for x in zip(*recipe, strict=True))
        self.made, self.used = (self._table(x) for x in (inst.makers, inst.used_at))
        self._lanes()
        pile = list(inst.stockpiles.values())
        self.pk, self.pr = np.array([(self.goods[k], self.places[r]) for k, r in inst.stockpiles]).reshape(-1, 2).T
        self.room, self.holding, loss, first = (
            np.array([getattr(p, name) for p in pile]) for name in ("capacity", "holding_cost", "loss_rate", "initial")
        )
        self.kept, self.initial = 1 - loss, first / T_PER_KT
        self._held()
        self.present = np.array([discount_factor(inst.discount_rate, y) for y in range(self.years)])
        self.rho = np.array([inst.content[k] for k in inst.commodities])

    def _table(self, pairs: Any) -> Any:
        """The number of each commodity and region among some pairs, -1 elsewhere."""
        found = np.full((len(self.goods), len(self.places)), -1)
        for i, (k, r) in enumerate(dict.fromkeys(pairs)):
            found[self.goods[k], self.places[r]] = i
        return found

    def _lanes(self) -> None:
        lanes = resolve(self.inst)
        k, o, d = (column.codes for column in lanes.keys.columns)
        some = np.flatnonzero((self.made[k, o] >= 0) & (self.used[k, d] >= 0))
        own = np.argwhere((self.made >= 0) & (self.used >= 0))
        own = own[np.argsort(self.made[own[:, 0], own[:, 1]])]
        self.k, self.o, self.d = (
            np.concatenate(x)
            for x in ((own[:, 0], k[some]), (own[:, 1], o[some]), (own[:, 1], d[some]))
        )  # fmt: skip
        blank = np.zeros((len(own), self.years))
        self.freight, self.tariff, self.limit = (
            np.concatenate([blank + value, table[some]])
            for value, table in ((0, lanes.freight), (0, lanes.tariff), (np.inf, lanes.max_flow))
        )

    def _held(self) -> None:
        """What can be in stock: the pile and the lane that it came by, -1 for the initial stock."""
        pile_at = np.full(self.made.shape, -1)
        pile_at[self.pk, self.pr] = np.arange(len(self.pk))
        into = np.flatnonzero(pile_at[self.k, self.d] >= 0)
        first = np.flatnonzero(self.initial > 0)
        self.hp = np.concatenate([pile_at[self.k[into], self.d[into]], first])
        self.hl = np.concatenate([into, np.full(len(first), -1)])

    def model(self) -> linopy.Model:
        self.m = m = linopy.Model()
        coords = {"year": np.arange(self.years)}
        may = [[y in self.inst.decision_years(p) for y in self.inst.years] for p in self.plants]
        self.bj, self.bt = np.nonzero(may)
        most = np.array([p.max_build_per_year for p in self.plants])[self.bj] / T_PER_KT
        self.build = m.add_variables(0, at(most, "decision"), name="build")
        self.activity = self._variable("activity", plant=len(self.plants), **coords)
        self.ship = self._variable("ship", lane=len(self.k), **coords)
        self.served = self._variable("served", demand=len(self.inst.demands), **coords)
        self.starved = self._variable("starved", demand=len(self.inst.demands), **coords)
        self.stock = self._variable("stock", held=len(self.hp), **coords)
        drawn = self.stock.to_linexpr() * at(self.kept[self.hp], "held")
        late = drawn.isel(year=slice(None, -1)).assign_coords(year=np.arange(1, self.years))
        self.drawn = late.reindex(year=np.arange(self.years)).fillna(0) - self.stock
        cost = self._capacity() + self._flows() + self._targets()
        m.add_objective(cost)
        return m

    def _variable(self, name: str, **sizes: Any) -> Any:
        coords = [pd.RangeIndex(n, name=d) if isinstance(n, int) else pd.Index(n, name=d) for d, n in sizes.items()]
        return self.m.add_variables(0, coords=coords, name=name)

    def _capacity(self) -> Any:
        """Capacity and build limits; cost of building, standing and running."""
        plants = [self.plants[j] for j in self.bj]
        age = np.arange(self.years) - self.bt[:, None] - np.array([p.lead_time for p in plants])[:, None]
        runs = (age >= 0) & (age < np.array([p.lifetime for p in plants])[:, None])
        table = {kind: np.array([ramp(i, *kind) for i in range(self.years)]) for kind in {p[8:10] for p in self.plants}}
        share = np.stack([table[p[8:10]] for p in self.plants])[self.bj[:, None], age * runs] * runs
        able = np.array([p.availability for p in self.plants])
        ready = at(able[self.bj][:, None] * share, "decision", "year")
        new = self._by((self.build * ready).where(ready > 0).fillna(0), "decision", self.bj, len(self.plants))
        held = np.zeros((len(self.plants), self.years))
        names = {p.name: i for i, p in enumerate(self.plants)}
        for j, by_year in self.inst.existing.items():
            held[names[j]] = [by_year[y] / T_PER_KT for y in self.inst.years]
        new = new.rename(group="plant")
        self.m.add_constraints(self.activity - new <= at(able[:, None] * held, "plant", "year"), name="capacity_limit")
        total = np.array([p.max_build for p in self.plants]) / T_PER_KT
        some = np.intersect1d(np.flatnonzero(np.isfinite(total)), self.bj)
        limited = self._by(self.build, "decision", self.bj, len(self.plants)).sel(group=some)
        limit = xr.DataArray(total[some], dims="group", coords={"group": some})
        self.m.add_constraints(limited <= limit, name="build_limit")
        yearly = np.array([annuity(p.capex or 0, p.wacc, p.lead_time, p.lifetime) + p.fixed_cost for p in plants])
        standing = at(runs @ self.present * yearly * MUSD_PER_KT, "decision")
        running = np.outer([p.variable_cost * MUSD_PER_KT for p in self.plants], self.present)
        return (self.build * standing).sum() + (self.activity * at(running, "plant", "year")).sum()

    def _flows(self) -> Any:
        """Supply, use, lanes, demand and stocks, and what they cost."""
        m, a = self.m, self.ra
        made = self._by(self.ship, "lane", self.made[self.k, self.o], self.made.max() + 1)
        made -= self._by(self._recipe(a > 0), "recipe", *self._places(a > 0, self.made))
        m.add_constraints(made == 0, name="supply")
        lane, year = np.nonzero(np.isfinite(self.limit))
        some = self.ship.sel(lane=at(lane, "limit"), year=at(year, "limit"))
        m.add_constraints(1 * some <= at(self.limit[lane, year] / T_PER_KT, "limit"), name="lane_limit")
        demands = list(self.inst.demands.values())
        wanted = np.array([[v.quantity / T_PER_KT for v in by_year.values()] for by_year in demands])
        m.add_constraints(1 * self.served <= at(wanted, "demand", "year"), name="demand_met")
        m.add_constraints(self.served + self.starved >= 0, name="not_starved")
        uses = self.used.max() + 1
        dk, dr = np.array([(self.goods[k], self.places[r]) for k, r, _ in self.inst.demands]).T
        side = np.zeros((uses, self.years))
        side[self.used[self.pk, self.pr], 0] = -self.kept * self.initial
        use = self._by(self.ship, "lane", self.used[self.k, self.d], uses)
        use += self._by(self._recipe(a < 0), "recipe", *self._places(a < 0, self.used))
        use -= self._by(self.served, "demand", self.used[dk, dr], uses)
        use += self._by(self.drawn, "held", self.used[self.pk, self.pr][self.hp], uses)
        m.add_constraints(use == at(side, "group", "year"), name="use")
        low = np.zeros((len(self.hp), self.years))
        first = self.hl < 0
        low[first, 0] = -(self.kept * self.initial)[self.hp[first]]
        by_lane = np.flatnonzero(~first)
        put = self.ship.sel(lane=xr.DataArray(self.hl[by_lane], dims="held", coords={"held": by_lane}))
        shipped = (1 * put).drop_vars("lane", errors="ignore").reindex(held=np.arange(len(self.hp))).fillna(0)
        m.add_constraints(shipped + self.drawn >= at(low, "held", "year"), name="use_by_origin")
        stored = self._by(self.stock, "held", self.hp, len(self.pk))
        m.add_constraints(stored <= at(self.room / T_PER_KT, "group"), name="stock_limit")
        way = at((self.freight + self.tariff) * self.present * MUSD_PER_KT, "lane", "year")
        holding = at(np.outer(self.holding[self.hp], self.present) * MUSD_PER_KT, "held", "year")
        dear = np.array([[v.shortage_cost for v in by_year.values()] for by_year in demands])
        missed = at(dear * self.present * MUSD_PER_KT, "demand", "year")
        return (self.ship * way).sum() + (self.stock * holding).sum() - (self.served * missed).sum()

    def _recipe(self, some: Any) -> Any:
        plant = at(self.rj[some], "recipe")
        return (self.activity.sel(plant=plant) * at(self.ra[some], "recipe")).drop_vars("plant", errors="ignore")

    def _places(self, some: Any, table: Any) -> tuple[Any, int]:
        return table[self.rk[some], self.host[self.rj[some]]], table.max() + 1

    def _by(self, expression: Any, dim: str, group: Any, size: int) -> Any:
        """The sum over each group, in the groups' order; empty where a group has nothing."""
        found = (
            (1 * expression).groupby(pd.Series(group, index=pd.RangeIndex(len(group), name=dim), name="group")).sum()
        )
        return found if found.sizes["group"] == size else found.reindex(group=np.arange(size)).fillna(0)

    def _targets(self) -> Any:
        """Consumption and share caps."""
        for c in [*self.policy.share_caps, *self.policy.stock_mins]:
            years = np.array([y - self.inst.first_year for y in self.inst.years if y in c.share])
            goods = np.isin(np.arange(len(self.goods)), [self.goods[x] for x in c.commodities])
            buyers = np.isin(np.arange(len(self.places)), [self.places[x] for x in c.regions])
            lanes = np.flatnonzero(goods[self.k] & buyers[self.d])
            stocks = np.flatnonzero((goods[self.pk] & buyers[self.pr])[self.hp])
            weight = xr.DataArray(self.rho[self.k[lanes]], dims="lane", coords={"lane": lanes})
            shipped = self.ship.sel(lane=lanes, year=years) * weight
            weight = xr.DataArray(self.rho[self.pk[self.hp[stocks]]], dims="held", coords={"held": stocks})
            drawn = self.drawn.sel(held=stocks, year=years) * weight
            name = f"{c.row} {c.scope}"
            consumption = self._variable(f"consumption {name}", year=years)
            balance = consumption - shipped.sum("lane") - drawn.sum("held")
            self.m.add_constraints(balance == 0, name=f"consumption_is_use {name}")
            if c in self.policy.share_caps:
                self._cap(c, name, years, (shipped, lanes), (drawn, stocks), consumption)
        return 0 * self.build.sum()

    def _cap(self, c: Any, name: str, years: Any, shipped: Any, drawn: Any, consumption: Any) -> None:
        supplier = {self.places[r]: i for i, s in enumerate(c.suppliers) for r in s.regions}
        number = np.array([supplier.get(r, -1) for r in range(len(self.places))])
        origin = number[self.o[shipped[1]]]
        known = np.unique(origin[origin >= 0])
        parts = [self._of_supplier(*shipped, "lane", origin, known)]
        if len(drawn[1]):
            by = self.hl[drawn[1]]
            parts.append(self._of_supplier(*drawn, "held", np.where(by >= 0, number[self.o[by]], -1), known))
        short = self._variable(f"short {name}", group=known, year=years)
        limit = xr.DataArray([c.share[self.inst.first_year + y] for y in years], dims="year", coords={"year": years})
        self.m.add_constraints(sum(parts) - consumption * limit - short <= 0, name=f"share_cap {name}")

    def _of_supplier(self, expression: Any, places: Any, dim: str, group: Any, known: Any) -> Any:
        some = group >= 0
        own = expression.sel({dim: places[some]})
        by = pd.Series(group[some], index=pd.Index(places[some], name=dim), name="group")
        return own.groupby(by).sum().reindex(group=known).fillna(0)
