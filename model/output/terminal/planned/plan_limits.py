"""The plan in words and figures: lanes and limits on building that bind, and what one more tonne is worth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.text import Text

from model.base.words import bare, clean, years
from model.output.terminal.console import grouped
from model.plan.plan import Plan
from model.plan.saying.rows import ToldShort

MOST_LINES = 5


def limits(plan: Plan) -> list[Text]:
    """A line for each of the limits with the greatest worth, and how many there are more."""
    return [*_lines(_lanes(plan), "lanes", "lane_limits"), *_lines(_builds(plan), "build limits", "build_limits")]


def _lines(found: list[tuple[float, str]], what: str, table: str) -> list[Text]:
    best = [line for _, line in sorted(found, key=lambda f: -f[0])[:MOST_LINES]]
    if len(found) > len(best):
        best.append(f"and {len(found) - len(best)} more {what}: {table}.csv")
    return [Text(line) for line in best]


def _lanes(plan: Plan) -> list[tuple[float, str]]:
    """Each lane that binds, by what one more tonne of it in every year is worth."""
    price, found, told = "shadow_price_usd_per_t", [], ToldShort(plan)
    frame = plan["lane_limits"][plan["lane_limits"][price] > 0]
    lanes = grouped(frame, ("commodity", "origin", "destination"), ("year", "limit_t", "quantity_t", price))
    for (k, o, d), (when, limit, quantity, worth) in lanes.items():
        shut = " (shut)" if not any(limit) else ""
        most = _most(plan.compliant and min(quantity) > 0)
        line = bare(f"lane {told.scope(k)}, {told.place(o)} to {told.place(d)}{shut}, {years(when)}")
        found.append((float(np.sum(worth)), f"{line}: one more tonne is worth {most}{_usd(worth)}"))
    return found


def _builds(plan: Plan) -> list[tuple[float, str]]:
    """Each limit on building that binds, by what one more t/yr of it is worth."""
    price, found = "shadow_price_usd_per_t_per_yr", []
    plants = plan.instance.tables["plants"]
    names = dict(zip(plants["plant"], plants["name"], strict=True))
    frame = plan["build_limits"][plan["build_limits"][price] > 0]
    for (plant, limit), (when, worth) in grouped(frame, ("plant", "limit"), ("decision_year", price)).items():
        line = f"build limit of {clean(names[plant])}"
        line += f", decisions of {years(when)}" if limit == "per_year" else ""
        found.append((max(worth), f"{line}: one more t/yr is worth {_most(plan.compliant)}{_usd(worth)}"))
    return found


def _most(exact: bool) -> str:
    return "" if exact else "at most "


def _usd(worth: Sequence[float]) -> str:
    low, high = f"{min(worth):,.0f}", f"{max(worth):,.0f}"
    return f"{low if low == high else f'{low} to {high}'} USD"
