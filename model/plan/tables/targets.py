"""Result tables of the policy: shares, benchmarks, budgets and what falls short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any

import pandas as pd

from model.base.units import T_PER_KT, USD_PER_MUSD
from model.compiling.arrays import Index
from model.formulation.network import TRACED, key
from model.formulation.terms import served_to
from model.instance.policy import kinds
from model.instance.policy.targets import DomesticMin, ShareCap, StockMin, Withstand
from model.plan.solved import Solved
from model.solving.goals.targets import limits_of
from model.solving.goals.ties import NOTHING_T

SHADOW_NOISE = 1e-3
"""USD a year per percentage point; less is the solver's noise."""


def shortfalls(s: Solved) -> pd.DataFrame:
    """By how much each row is missed, by year."""
    rows: list[tuple[Any, ...]] = []
    for name in kinds.shortfalls():
        for index, t in s.positive(name):
            if t > NOTHING_T:
                row, buyer, scope, supplier = (*index[:-1], "")[:4]
                rows.append((row, buyer, scope, supplier, *s.when(index[-1]), t))
    return s.table("shortfalls", rows)


def shares(s: Solved) -> pd.DataFrame:
    """Each cap in force: arrivals, consumption, share, limit, headroom and what one more point is worth."""
    duals, rows = s.duals("share_cap"), []
    uses: dict[Index, list[tuple[str, float]]] = defaultdict(list)
    for (*place, n), t in s.used.items():
        uses[tuple(place)].append((n, t))
    for cap in s.network.policy.share_caps:
        for supplier in cap.suppliers:
            counted: dict[str, float] = defaultdict(float)
            for place in s.network.capped_uses.get((*key(cap), supplier.name), []):
                for n, t in uses.get(place, ()):
                    counted[n] += s.network.weight(cap, place[0]) * t
            for q in served_to(s.network, cap):
                for node in s.network.tree if q[-1] == TRACED else ():
                    counted[node.name] += s.network.weight(cap, q[0]) * s.value("served", (*q, node.name))
            for node in s.network.in_force(cap):
                base = s.value("consumption", (*key(cap), node.name))
                arrivals = counted[node.name] if counted[node.name] > 1e-7 else 0.0
                if base <= 1e-7 or (arrivals == 0 and cap.measure == "direct"):
                    continue
                share, limit = arrivals / base, cap.share[node.year]
                index = (*key(cap), supplier.name, node.name)
                short = s.value("share_cap_short", index)
                shadow = of_a_point(-duals.get(index, 0.0) * base, short)
                rows.append((*index[:-1], *s.when(node.name), arrivals, base, share, limit, limit - share, shadow))
    return s.table("shares", [*rows, *_measured(s, at_most=True)])


def _measured(s: Solved, at_most: bool) -> Iterator[tuple[Any, ...]]:
    """Rows of caps or minima that have no figures of their own here, from what the programme's rows count."""
    x, own = s.outcome.x, (ShareCap, DomesticMin, StockMin, Withstand)
    for limit in limits_of(s.arrays, s.network) if any(type(t) not in own for t in s.network.policy.targets) else ():
        kind = kinds.kind_of(limit.target)
        if type(limit.target) in own or kind.at_most is not at_most:
            continue
        about = limit.name if at_most else limit.name[:3]
        index = (*limit.name[:3], *([limit.supplier] if limit.supplier else []), limit.node)
        amount, base = limit.amount(x) * T_PER_KT, limit.base(x) * T_PER_KT
        share = amount / base if base > 0 else float("nan")
        worth = limit.turned * s.duals(kind.measure(limit.target)[1].rows).get(index, 0.0) * base
        shadow = of_a_point(-worth if at_most else worth, s.value(kind.short, index))
        if at_most:
            yield *about, *s.when(limit.node), amount, base, share, limit.asked, limit.asked - share, shadow
        else:
            yield *about, *s.when(limit.node), amount, limit.asked * base, share, limit.asked, shadow, float("nan")


def of_a_point(usd_per_unit_share: float, short: float) -> float:
    """USD a year for one percentage point; none where the row is missed."""
    if short > NOTHING_T:
        return float("nan")
    point = usd_per_unit_share / 100
    return point if abs(point) > SHADOW_NOISE else 0.0


def benchmarks(s: Solved) -> pd.DataFrame:
    """Each domestic minimum and stock minimum in force: value, need, share, limit and what one point less is worth."""
    rows = []
    for target in s.network.policy.domestic_mins:
        duals = s.duals(f"domestic_{target.measure}")
        for node in s.network.in_force(target):
            base = s.network.at(node.name).final_demand(target.regions, node.year, target.weight)
            able, output = _inside(s, target, node.name)
            value = able if target.measure == "capacity" else output
            index = (*key(target), node.name)
            short = s.value("domestic_min_short", index)
            limit = target.share[node.year]
            shadow = of_a_point(duals[index] * base, short)
            share = value / base if base > 0 else float("nan")
            rows.append((*index[:-1], *s.when(node.name), value, limit * base, share, limit, shadow, output))
    for stock in s.network.policy.stock_mins:
        duals = s.duals(kinds.kind_of(stock).measure(stock)[1].rows)
        taken_of = "consumption" if stock.measure == "stock" else "net_imports"
        for node in s.network.in_force(stock):
            index = (*key(stock), node.name)
            base = s.value(taken_of, index)
            held = sum(
                s.network.weight(stock, k) * t
                for (k, r, _, _, n), t in s.positive("stock")
                if k in stock.commodities and r in stock.regions and n == node.name
            )
            limit, short = stock.share[node.year], s.value("stock_min_short", index)
            shadow = of_a_point(-duals[index] * base, short) if base > 0 else float("nan")
            share = held / base if base > 0 else float("nan")
            rows.append((*index[:-1], *s.when(node.name), held, limit * base, share, limit, shadow, float("nan")))
    return s.table("benchmarks", [*rows, *_measured(s, at_most=False)])


def _inside(s: Solved, target: DomesticMin, node: str) -> tuple[float, float]:
    """What a group could make at a scope, and what it makes, in the row's weight."""
    instance = s.network.instance
    able = output = 0.0
    for r in target.regions:
        for k in target.commodities:
            for j in instance.makers.get((k, r), ()):
                plant = instance.plants[j]
                if target.processes is not None and plant.process not in target.processes:
                    continue
                unit = s.network.weight(target, k) * instance.recipes[plant.process][k]
                able += unit * s.is_in(j, node).availability * s.capacity.get((j, node), 0.0)
                runs = (s.value("activity", (j, h, node)) for h in s.network.classes_of[j])
                output += unit * sum(runs)
    return able, output


def budgets(s: Solved) -> pd.DataFrame:
    """Each budget: capital decided, limit, and what one more million of it is worth."""
    instance, rows = s.network.instance, []
    duals = {
        (bound, *i): -sign * v
        for bound, sign in (("max", 1), ("min", -1))
        for i, v in s.raw_duals(f"budget_{bound}").items()
    }
    for budget, leaf in product(s.network.policy.budgets, s.network.tree.leaves):
        path = {n.name for n in s.network.tree.paths[leaf]}
        spent = sum(
            t * (s.is_in(j, b).capex or 0.0)
            for (j, b), t in s.positive("build")
            if instance.plants[j].region in budget.regions
            and (budget.processes is None or instance.plants[j].process in budget.processes)
            and budget.first_year <= s.year[b] <= budget.last_year
            and b in path
        )
        about = budget.row, *s.line(leaf), budget.hosts
        for bound, limit in (("max", budget.max_usd), ("min", budget.min_usd)):
            if (bound == "max" and limit < float("inf")) or (bound == "min" and limit > 0):
                worth = duals.get((bound, budget.row, leaf), 0.0) * USD_PER_MUSD
                rows.append((*about, bound, spent, limit, worth if abs(worth) > 1e-3 else 0.0))
    return s.table("budgets", rows)
