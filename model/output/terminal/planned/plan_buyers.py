"""The plan in words and figures: what each buyer pays for the policy."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.base.words import clean, per_kg
from model.output.terminal.console import heading, marked, table
from model.plan.plan import Plan

MOST_BUYERS = 10
SMALL_USD = 0.5
LARGE_USD = 1e9

ABOUT = (
    "Every cost of the chain counts for the buyers whose goods it ends in; idle plants: also stock never drawn. "
    "Million USD, present value. "
)
PREMIUM = (
    "Premium: what the buyer's goods cost the chain more than without policy, in all and a kg. Rise: what the buyer "
    "would pay more a kg at these prices. "
)
PRICE = (
    "Price: what one more kg would cost the chain, on average over the years; scarce: in some year the goods or what a "
    "target counts can't be had in full, and the price ends at what a shortage costs; worthless: below 0 in some year."
)


def paid(plan: Plan) -> list[RenderableType]:
    """Each buyer's part of cost and premium, and by how much the price of its goods rises."""
    frame = plan["buyers"]
    if not (frame["served_t"] > 0).any():
        return []
    shown, left_out = _rows(plan, frame)
    asked, large = bool(plan.policy.rows), plan.summary["cost_usd"] >= LARGE_USD
    names = ["t/yr", "cost, m", *(["premium, m", "USD/kg"] if asked else []), "price, USD/kg", *(["rise"] * asked)]
    lines = table(("buyer", "left"), *((name, "right") for name in names))
    for row in shown:
        cells = [_name(row["buyer"]), _figure(row["served_t"] / len(plan.instance.years), 0)]
        cells.append(_figure(row["cost_usd"] / 1e6, 0 if large else 3))
        if asked:
            premium = _figure(row["premium_usd"] / 1e6, 1 if large else 3)
            cells += [premium, _per_kg(row["premium_usd_per_kg"])]
        cells.append(marked(_per_kg(row["price_usd_per_kg"]), row["mark"]))
        lines.add_row(*cells, *([_per_kg(row["price_rise_usd_per_kg"])] if asked else []))
    more = f"{left_out} more in buyers.csv. " if left_out else ""
    note = Text(more + ABOUT + (PREMIUM if asked else "") + PRICE, style="dim")
    return [heading("What each buyer pays"), lines, note]


def _rows(plan: Plan, frame: pd.DataFrame) -> tuple[list[dict[Any, Any]], int]:
    """The policy's buyers, then those that the policy costs most, then idle plants; and how many are left out."""
    named = {b: members for t in plan.policy.targets for b, members in t.buyers.items()}
    twins = {regions[0] for buyer, regions in named.items() if len(regions) == 1 and regions[0] != buyer}
    rows = [row for row in frame.to_dict("records") if row["buyer"] not in twins]
    place = {buyer: i for i, buyer in enumerate(named)}

    def order(row: dict[Any, Any]) -> tuple[int, float, float]:
        premium = -abs(row["premium_usd"]) if plan.policy.rows else 0.0
        return place.get(row["buyer"], len(place)), premium, -row["cost_usd"]

    others = sorted((row for row in rows if row["kind"] != "none"), key=order)
    idle = [r for r in rows if r["kind"] == "none" and max(r["cost_usd"], r["cost_without_policy_usd"]) > SMALL_USD]
    room = MOST_BUYERS - len(idle)
    return [*others[:room], *idle], max(0, len(others) - room)


def _name(buyer: str) -> str:
    return "idle plants" if buyer == "-" else clean(buyer)


def _per_kg(value: float) -> str:
    return "-" if value != value else per_kg(value)


def _figure(value: float, digits: int) -> str:
    """A figure, without minus zero; a dash where there is none."""
    if value != value:
        return "-"
    return f"{round(value, digits) + 0.0:,.{digits}f}"
