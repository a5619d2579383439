"""Quotas, contracts and lanes that may fall, where they say something else than they seem to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from model.base.problems import Problem, line_of, quoted
from model.instance.files.toml_files import Document
from model.instance.instance import Instance
from model.instance.lanes import Lanes
from model.instance.policy.policies import LaneSet, Policy, Quota
from model.instance.trade import Contract, contracts, last_rows, quotas, traded
from model.instance.warnings.warned import Warned, of_kind


def trade_warnings(instance: Instance, lanes: Lanes) -> list[Warned]:
    """Findings on quotas, contracts, trade and lanes that fall."""
    deals = list(zip(contracts(instance), instance.tables["contracts"].index, strict=True))
    return [
        *of_kind("quota of unlike goods", _unlike(instance)),
        *of_kind("broken contract", _broken(instance, lanes, deals)),
        *of_kind("contracts that share lanes", _shared(instance, lanes, deals)),
        *of_kind("breach dearer than a shortage", _dear(instance, deals)),
        *of_kind("kept by dumping", _dumped(instance, deals)),
        *of_kind("fall", _falls(instance)),
        *of_kind("trade", _trade(instance, lanes)),
    ]


def adds_unlike(lanes: LaneSet, instance: Instance) -> bool:
    """Whether goods of several stages are added up."""
    goods = instance.commodities if lanes.goods is None else lanes.goods
    return sum(any(k in goods for k in stage) for stage in instance.stages.values()) > 1


def _unlike(instance: Instance) -> Iterator[Problem]:
    for quota, line in zip(quotas(instance), instance.tables["quotas"].index, strict=True):
        if adds_unlike(quota.lanes, instance):
            yield Problem("quotas.csv", line_of(line), "commodity", quoted(quota.quota), UNLIKE)


UNLIKE = "adds up goods of several stages, ore and finished goods alike, in tonnes"


def _broken(instance: Instance, lanes: Lanes, deals: list[tuple[Contract, Any]]) -> Iterator[Problem]:
    """More is promised than its lanes, a quota, or what the destination can use and store lets through."""
    held = quotas(instance)
    for deal, line in deals:
        for year in range(deal.first_year, deal.last_year + 1):
            at = year - instance.first_year
            own = [i for key, i in lanes if deal.lanes(*key) and lanes.max_flow[i, at] > 0]
            inside = deal.lanes.origins & deal.lanes.destinations
            most = np.inf if inside else float(lanes.max_flow[own, at].sum())
            by = [q for q in held if q.first_year <= year <= q.last_year and not inside and _within(q, deal, lanes)]
            least = min([most, *(q.max_flow for q in by)])
            if deal.min_flow > least:
                expected = f"promises {deal.min_flow:g} t/yr, of which {least:g} can come in {year}: broken for certain"
                yield Problem("contracts.csv", line_of(line), "min_flow", quoted(deal.label), expected)
                break


def _within(quota: Quota, deal: Contract, lanes: Lanes) -> bool:
    """Whether every lane of a contract is under a quota."""
    own = [key for key, _ in lanes if deal.lanes(*key)]
    return bool(own) and all(quota.lanes(*key) for key in own)


def _shared(instance: Instance, lanes: Lanes, deals: list[tuple[Contract, Any]]) -> Iterator[Problem]:
    on = [{key for key, _ in lanes if deal.lanes(*key)} for deal, _ in deals]
    for j, (deal, line) in enumerate(deals):
        for i, (other, _) in enumerate(deals[:j]):
            both = max(deal.first_year, other.first_year) <= min(deal.last_year, other.last_year)
            if both and on[i] & on[j]:
                expected = f"shares lanes with {other.label} in the same years: a tonne keeps one of them"
                yield Problem("contracts.csv", line_of(line), "", quoted(deal.label), expected)
                break


def _dear(instance: Instance, deals: list[tuple[Contract, Any]]) -> Iterator[Problem]:
    """A breach that costs more than a shortage of what the good is or goes into: buyers may rather be starved."""
    for deal, line in deals:
        goods = instance.commodities if deal.lanes.goods is None else deal.lanes.goods
        costs = [d.shortage_cost for (k, _, _), by in instance.demands.items() if k in goods for d in by.values()]
        if costs and deal.break_cost > max(costs):
            expected = f"is above the cost of a shortage of the good, {max(costs):g} USD/t at most"
            yield Problem("contracts.csv", line_of(line), "break_cost", quoted(f"{deal.break_cost:g}"), expected)


def _dumped(instance: Instance, deals: list[tuple[Contract, Any]]) -> Iterator[Problem]:
    for deal, line in deals:
        for (k, r), pile in instance.stockpiles.items():
            named = deal.lanes.goods is None or k in deal.lanes.goods
            if named and r in deal.lanes.destinations and pile.loss_rate > 0 and pile.capacity > 0:
                expected = f"may be kept by dumping: {r} can store {k} and loses {pile.loss_rate:.0%} of it a year"
                yield Problem("contracts.csv", line_of(line), "", quoted(deal.label), expected)
                break


def _falls(instance: Instance) -> Iterator[Problem]:
    """Falls that a later row wipes, and falls of which nothing says where they begin."""
    frame = instance.tables["lanes"]
    if frame["fall"].isna().all():
        return
    if not len(instance.tables["trade"]):
        expected = "is given and there is no trade.csv: lanes begin at 0, and what the first year ships is free to jump"
        yield Problem("lanes.csv", line_of(frame.index[frame["fall"].notna()][0]), "fall", "", expected)
    rows = list(frame[["commodity", "origin", "destination", "fall"]].itertuples(name=None))
    for j, (line, commodity, origin, destination, fall) in enumerate(rows):
        if not pd.isna(fall):
            continue
        for earlier, k, o, d, given in rows[:j]:
            same = "*" in (k, commodity) or k == commodity
            sides = ((o, origin), (d, destination))
            if (
                not pd.isna(given)
                and same
                and all(set(instance.members(a)) & set(instance.members(b)) for a, b in sides)
            ):
                expected = f"is blank and wipes the fall of {given:g} of line {line_of(earlier)} in the row's years"
                yield Problem("lanes.csv", line_of(line), "fall", "", expected)
                break


def _trade(instance: Instance, lanes: Lanes) -> Iterator[Problem]:
    """What was traded on lanes that can't carry it in the first year, or can't carry as much."""
    before, places = traded(instance), {key: i for key, i in lanes}
    if not before:
        return
    open_ = last_rows(instance, lanes)[:, 0] >= 0
    for ((k, o, d), quantity), line in zip(before.items(), instance.tables["trade"].index, strict=True):
        place = places.get((k, o, d))
        made = (k, o) in instance.makers and (k, d) in instance.used_at
        if place is None or not open_[place] or not made:
            expected = "counts nothing: the lane can't carry the good in the first year"
            yield Problem("trade.csv", line_of(line), "", quoted(f"{k}, {o}, {d}"), expected)
        elif quantity > lanes.max_flow[place, 0]:
            expected = f"is above the lane's limit of {lanes.max_flow[place, 0]:g} t/yr in the first year"
            yield Problem("trade.csv", line_of(line), "quantity", quoted(f"{quantity:g}"), expected)


def of_quotas(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Quotas of a policy that add up unlike goods, or leave less than a contract promises."""
    deals = contracts(instance)
    for quota in policy.quotas:
        path = (*quota.row.split("."), "quota")
        if adds_unlike(quota.lanes, instance):
            yield doc.problem(path, quota.quota, UNLIKE)
        for deal in deals:
            both = max(deal.first_year, quota.first_year) <= min(deal.last_year, quota.last_year)
            goods = set(instance.commodities if deal.lanes.goods is None else deal.lanes.goods)
            lanes = ((k, o, d) for k in goods for o in deal.lanes.origins for d in deal.lanes.destinations)
            if both and deal.min_flow > quota.max_flow and all(quota.lanes(*key) for key in lanes):
                expected = f"allows {quota.max_flow:g} t/yr where the contract {deal.label} promises {deal.min_flow:g}"
                yield doc.problem(path, quota.quota, expected)


def against_contracts(instance: Instance, doc: Document, policy: Policy) -> Iterable[Problem]:
    """Caps on a supplier from whom a contract promises goods."""
    for deal in contracts(instance):
        for cap in policy.share_caps:
            goods = deal.lanes.goods is None or set(cap.commodities) & deal.lanes.goods
            named = {r for s in cap.suppliers for r in s.regions}
            years = any(deal.first_year <= year <= deal.last_year for year in cap.share)
            origins = deal.lanes.origins - set(cap.regions)
            if goods and years and origins and origins <= named and deal.lanes.destinations & set(cap.regions):
                expected = f"caps the supplier of the contract {deal.label}, which may then be broken"
                yield doc.problem(tuple(cap.row.split(".")), cap.row, expected)
                break
