"""The plan in words and figures: lanes and limits on building that bind, and what one more tonne is worth."""

from __future__ import annotations

import pandas as pd
from rich.text import Text

from model.plan import Plan
from model.results.words import clean, years

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
    price, found = "shadow_price_usd_per_t", []
    frame = plan["lane_limits"][plan["lane_limits"][price] > 0]
    for (k, o, d), rows in frame.groupby(["commodity", "origin", "destination"], sort=False):
        shut = " (shut)" if (rows["limit_t"] == 0).all() else ""
        most = _most(plan.compliant and bool((rows["quantity_t"] > 0).all()))
        line = f"lane {clean(k)}, {clean(o)} to {clean(d)}{shut}, {years(rows['year'])}"
        found.append((float(rows[price].sum()), f"{line}: one more tonne is worth {most}{_usd(rows[price])}"))
    return found


def _builds(plan: Plan) -> list[tuple[float, str]]:
    """Each limit on building that binds, by what one more t/yr of it is worth."""
    price, found = "shadow_price_usd_per_t_per_yr", []
    plants = plan.instance.tables["plants"]
    names = dict(zip(plants["plant"], plants["name"], strict=True))
    frame = plan["build_limits"][plan["build_limits"][price] > 0]
    for (plant, limit), rows in frame.groupby(["plant", "limit"], sort=False):
        line = f"build limit of {clean(names[plant])}"
        line += f", decisions of {years(rows['decision_year'])}" if limit == "per_year" else ""
        found.append(
            (float(rows[price].max()), f"{line}: one more t/yr is worth {_most(plan.compliant)}{_usd(rows[price])}")
        )
    return found


def _most(exact: bool) -> str:
    return "" if exact else "at most "


def _usd(worth: pd.Series[float]) -> str:
    low, high = f"{worth.min():,.0f}", f"{worth.max():,.0f}"
    return f"{low if low == high else f'{low} to {high}'} USD"
