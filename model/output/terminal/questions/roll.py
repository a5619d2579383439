"""Deciding year by year, on a terminal of 80 columns: the answer first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from model.analysis.roll.answer import Rolled
from model.analysis.roll.knowledge import Worlds
from model.base.words import clean, money, rough_money, several
from model.output.terminal.console import heading, table

MOST_ROWS = 6
MOST_YEARS = 8
LITTLE_T = 0.5
LITTLE_USD = 1.0


def report(found: Rolled, folder: Path) -> Iterator[RenderableType]:
    """What not knowing costs, the years in which both part, and the decisions that foresight would not have taken."""
    yield heading(f"Decided year by year: {clean(found.summary['policy']['title'])}")
    yield Text(answer(found))
    years = found.years[_parts(found.years)]
    if len(years):
        yield Text("")
        yield by_year(years)
    some = found.decisions[_differs(found.decisions)]
    if len(some):
        yield Text("")
        yield decided(some)
    yield Text(f"Results: {folder}")


def answer(found: Rolled) -> str:
    """The answer: money, tonnes unserved and short where there are any, and what the policy costs either way."""
    more, lived, knew = (found.summary[key] for key in ("not_knowing", "lived", "foresight"))
    said = [
        f"{_head(more)}: {money(lived['cost_usd'])} in place of {money(knew['cost_usd'])} with foresight, present value"
    ]
    for key, what in (("unserved_goods_t", "of demand unserved"), ("shortfall_t", "short of targets")):
        if max(lived[key], knew[key]) >= LITTLE_T:
            said.append(f"{lived[key]:,.0f} t {what}, with foresight {knew[key]:,.0f} t")
    premium = [of["cost_usd"] - of["cost_without_policy_usd"] for of in (lived, knew)]
    if max(map(abs, premium)) >= LITTLE_USD:
        said.append(f"The policy {_costs(premium[0])} and with foresight {_costs(premium[1])}, against none")
    return " ".join(f"{sentence}." for sentence in said)


def _costs(usd: float) -> str:
    if abs(usd) < LITTLE_USD:
        return "costs nothing"
    return f"costs {rough_money(usd)}" if usd > 0 else f"saves {rough_money(-usd)}"


def _head(more: Mapping[str, float]) -> str:
    """What not knowing comes to, tonnes before money."""
    worse = max(more["unserved_goods_t"], more["shortfall_t"])
    cost = more["cost_usd"]
    if abs(cost) < LITTLE_USD and abs(worse) < LITTLE_T:
        return "Not knowing costs nothing, and year by year the same is decided or what is as cheap"
    if worse >= LITTLE_T:
        dearer = f"and {rough_money(cost)}" if cost >= 0 else f"and saves {rough_money(-cost)} by that"
        return f"Not knowing costs {worse:,.0f} t more that are unserved or short of targets {dearer}"
    return f"Not knowing costs {rough_money(cost)}" if cost >= 0 else f"Not knowing saves {rough_money(-cost)}"


def known(worlds: Worlds) -> RenderableType:
    """What a knowledge file says: in which years planners change their minds, and how much of it is real."""
    told, before = worlds.knowledge, worlds.years[0]
    shown = table(("year", "left"), ("known", "right"), ("new or dropped", "right"))
    for year in worlds.years:
        now, was = set(told.believed(year)), set(told.believed(before)) if year != before else set()
        if now != was or year == worlds.years[0]:
            shown.add_row(str(year), str(len(now)), str(len(now ^ was)))
        before = year
    head = f"Sound: {several(len(told.facts), 'edit')}, {len(told.real())} of them real.\n"
    return Group(Text(head), shown)


def by_year(years: pd.DataFrame) -> RenderableType:
    """The years in which what was lived and foresight part most, in order."""
    parts = (years["cost_usd"] - years["foresight_cost_usd"]).abs()
    shown = table(
        ("year", "left"), ("cost, m USD", "right"), ("foresight", "right"), ("unserved, t", "right"),
        ("foresight", "right"), ("short, t", "right"), ("foresight", "right"),
    )  # fmt: skip
    for row in years.loc[parts.nlargest(MOST_YEARS).index.sort_values()].to_dict("records"):
        tonnes = [
            f"{row[f'{who}{key}']:,.0f}" for key in ("unserved_goods_t", "shortfall_t") for who in ("", "foresight_")
        ]
        money = [f"{row[key] / 1e6:,.1f}" for key in ("cost_usd", "foresight_cost_usd")]
        shown.add_row(str(row["year"]), *money, *tonnes)
    return shown


def decided(some: pd.DataFrame) -> RenderableType:
    """Decisions that the two don't share, the largest first."""
    parts = (some["capacity_t_per_yr"] - some["foresight_t_per_yr"]).abs()
    shown = table(
        ("decided", "left"), ("what", "left"), ("t/yr", "right"), ("foresight", "right"), ("for", "right"),
        ("came", "right"),
    )  # fmt: skip
    for row in some.loc[parts.nlargest(MOST_ROWS).index].sort_values("decision_year").to_dict("records"):
        promised = "" if pd.isna(row["believed_year"]) else str(row["believed_year"])
        came = ("never" if promised else "") if pd.isna(row["on_stream_year"]) else str(row["on_stream_year"])
        tonnes = [f"{row[key]:,.0f}" for key in ("capacity_t_per_yr", "foresight_t_per_yr")]
        shown.add_row(str(row["decision_year"]), clean(row["name"]), *tonnes, promised, came if promised else "")
    return shown


def _parts(years: pd.DataFrame) -> pd.Series[bool]:
    found = (years["cost_usd"] - years["foresight_cost_usd"]).abs() > 1e4
    for key in ("unserved_goods_t", "shortfall_t"):
        found |= (years[key] - years[f"foresight_{key}"]).abs() >= LITTLE_T
    return found


def _differs(decisions: pd.DataFrame) -> pd.Series[bool]:
    return (decisions["capacity_t_per_yr"] - decisions["foresight_t_per_yr"]).abs() >= LITTLE_T
