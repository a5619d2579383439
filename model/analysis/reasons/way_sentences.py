"""A way out of a miss as plain text, from its row of ``ways_out`` and the edits that it lists."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from model.base.words import given_money, money, name, several, years
from model.base.words import share as percent
from model.instance.policy.kinds import CRISIS, kind_of_row
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import good, plant

Key = tuple[str, str, str, str]
"""Policy row, buyer, scope, supplier."""
DAYS = 365.0


def is_cap(key: Key) -> bool:
    """Whether a target is a cap; else a minimum."""
    return kind_of_row(key[0]).at_most


def in_days(key: Key) -> bool:
    """Whether a target counts days of use; else shares."""
    return kind_of_row(key[0]).days


def level(key: Key, share: float | None) -> str:
    """A share as its row speaks of it: per cent, or days of use."""
    if share is None:
        return "any amount"
    if in_days(key):
        return f"{math.floor(share * DAYS * 10 + 1e-6) / 10:,.1f} days"
    return percent(share, 1 if share >= 0.02 else 2)


def way_out(told: Told, key: Key, rows: Sequence[Row], way: Row) -> str:
    """A way out as a sentence without its cost. ``rows``: the target's misses."""
    kind, much, by = way["kind"], way["amount"], way["by_year"]
    if kind == "limit" and kind_of_row(key[0]).base == CRISIS and way["unit"] != "months":
        return f"ask for {100 * much:.4g} % of their demand in {years(r['year'] for r in rows)}"
    if kind == "limit" and way["unit"] == "months":
        before = next(r["months"] for r in told["withstand"] if r["policy_row"] == key[0])
        return f"ask for {much:g} months in place of {before:g} in {years(r['year'] for r in rows)}"
    if kind == "limit":
        exact = f"{much:,.1f} days" if in_days(key) else f"{100 * much:.4g} %"
        everything = " (no cap at all)" if is_cap(key) and much >= 1 else ""
        before, when = level(key, rows[0]["asked"]), years(r["year"] for r in rows)
        return f"{'allow' if is_cap(key) else 'ask for'} {exact} in place of {before} in {when}{everything}"
    if kind == "start":
        return f"begin in {much:.0f}"
    if kind == "capacity":
        return f"{_typed(much)} t/yr more of {plant(told, way['what'])} by {by}"
    if kind == "build limit":
        more = f"{_typed(much)} t/yr more of {plant(told, way['what'])}"
        return f"{more} than may be built, decided in time for {by}"
    if kind == "stock":
        where, first = json.loads(way["changes"])[0]["key"], told.summary["first_year"]
        when = f"before {first}" if by and by < first else f"by the end of {by}"
        what = f"{_typed(much)} t more of {good(told, where['commodity'])} in {name(told.place(where['region']))}"
        return f"a stock of {what}, bought {when}"
    if kind == "budget":
        return f"{money(much * 1e6)} more in “{name(told.row(way['what']))}”"
    said = list(dict.fromkeys(changes(told, way["changes"])))
    each = "all of these faster: " if kind == "lead time" else f"together by {by}: "
    return (each if len(said) > 1 else "") + "; ".join(said)


def changes(told: Told, written: str) -> list[str]:
    """Edits of the instance and the policy in words; capacity of a plant by the first year it is set for."""
    found = json.loads(written)
    said = [_change(told, c["table"], c["key"], c["set"]) for c in found if c["table"] != "capacity"]
    first: dict[str, dict[str, Any]] = {}
    for c in (c for c in found if c["table"] == "capacity"):
        if c["key"]["plant"] not in first or c["key"]["year"] < first[c["key"]["plant"]]["key"]["year"]:
            first[c["key"]["plant"]] = c
    return [*said, *(_change(told, c["table"], c["key"], c["set"]) for c in first.values())]


def _change(told: Told, table: str, key: dict[str, Any], new: dict[str, Any]) -> str:
    if table == "policy":
        return _asked(told, key["row"], new)
    if table == "capacity":
        return f"{plant(told, key['plant'])} at {_typed(new['capacity'])} t/yr from {key['year']}"
    if table == "plants" and "lead_time" in new:
        before = told.plants.get(key["plant"], {}).get("lead_time_years")
        than = f", not {before}" if before is not None else ""
        return f"{plant(told, key['plant'])} in {several(new['lead_time'], 'year')}{than}"
    if table == "stockpiles":
        full = f", {_typed(new['initial'])} t of it there before the first year" if new.get("initial") else ""
        what = f"{good(told, key['commodity'])} in {name(told.place(key['region']))}"
        return f"a stock of up to {_typed(new['capacity'])} t of {what}{full}"
    settings = ", ".join(f"{column} {_typed(value)}" for column, value in new.items())
    return f"{plant(told, key['plant'])}: {settings}"


def _asked(told: Told, row: str, new: dict[str, Any]) -> str:
    """A policy row that asks for less."""
    ((cell, value),) = new.items()
    called = f"“{name(told.row(row))}”"
    if cell == "from":
        return f"begin {called} in {value}"
    if cell == "months":
        return f"ask for {value:g} months in {called}"
    if cell == "days":
        return f"ask for {value:,.1f} days in {called}"
    if row.startswith("budget"):
        return f"allow {given_money(value)} in {called}"
    return f"{'allow' if cell == 'max' else 'ask for'} {100 * value:.4g} % in {called}"


def _typed(amount: float) -> str:
    """An amount with all its figures, so that it can be typed."""
    return f"{amount:,.10g}"
