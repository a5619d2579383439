"""Who pays, in words and figures: which plants the market doesn't pay for, which never run, what floors cost."""

from __future__ import annotations

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.base.words import clean, heading, money, table, years
from model.instance.policies import PriceFloor
from model.plan.plan import Plan

MOST_PLANTS = 8
LEAST_GAP = 0.5
"""USD/t; less can't be seen in the table."""


def who_pays(plan: Plan) -> list[RenderableType]:
    """The plants that need most support, those that never run, and what each price floor costs the public."""
    parts = [*_supported(plan), *_idle(plan), *_floors(plan)]
    return [heading("Who pays for new plants"), *parts] if parts else []


def _supported(plan: Plan) -> list[RenderableType]:
    frame = plan["support"]
    short = frame[frame["gap_usd_per_t"] >= LEAST_GAP].sort_values("support_usd_per_yr", ascending=False, kind="stable")
    without = frame[frame["gap_without_policy_usd_per_t"] >= LEAST_GAP]
    missing = (without["gap_without_policy_usd_per_t"] * without["output_t_per_yr"]).sum()
    if not len(short) and not len(without):
        return []
    more = f"{len(short) - MOST_PLANTS} more: support.csv. " if len(short) > MOST_PLANTS else ""
    total = f"In all {money(short['support_usd_per_yr'].sum())} a year is" if len(short) else "Nothing is"
    total = f"{more}{total} missing at this plan's prices; {money(missing)} a year at prices without policy."
    note = (
        "New plants, built or committed, that run. Needed: the price of its main product at which a plant pays for "
        "what it uses, its running and its capital (a committed plant's only where it is known). Market: what buyers "
        "who keep the policy would pay there for one more tonne. Gap: what somebody has to add to each tonne."
    )
    return [*_largest(plan, short.head(MOST_PLANTS)), Text(total), Text(note, style="dim")]


def _largest(plan: Plan, rows: pd.DataFrame) -> list[RenderableType]:
    if not len(rows):
        return []
    shown = table(
        ("plant", "left"), ("where", "left"), ("needed USD/t", "right"), ("market", "right"), ("gap", "right"),
        ("m USD/yr", "right"),
    )  # fmt: skip
    names = _names(plan)
    columns = ["plant", "region", "support_usd_per_yr"]
    prices = ["price_needed_usd_per_t", "market_price_usd_per_t", "gap_usd_per_t"]
    for plant, region, yearly, *usd in rows[columns + prices].itertuples(index=False):
        shown.add_row(clean(names[plant]), clean(region), *(f"{p:,.0f}" for p in usd), f"{yearly / 1e6:,.1f}")
    return [shown]


def _idle(plan: Plan) -> list[RenderableType]:
    """New plants that never run and cost something all the same."""
    frame, names, said = plan["support"], _names(plan), []
    idle = frame[(frame["idle"] == "yes") & (frame["support_usd_per_yr"] > 0)]
    for kind, rows in idle.groupby("kind", sort=False):
        plants = "; ".join(clean(names[plant]) for plant in rows["plant"])
        yearly = money(rows["support_usd_per_yr"].sum())
        said.append(f"{str(kind).capitalize()} but never run: {plants} ({yearly} a year).")
    return [Text(" ".join(said))] if said else []


def _floors(plan: Plan) -> list[RenderableType]:
    frame = plan["price_floors"]
    said: list[RenderableType] = [
        Text(_floor(floor, frame[frame["policy_row"] == floor.row])) for floor in plan.policy.price_floors
    ]
    if said:
        note = "A floor moves money from the public to makers: no part of the cost above, and the plan stays as it is."
        said.append(Text(note, style="dim"))
    return said


def _floor(floor: PriceFloor, rows: pd.DataFrame) -> str:
    where = floor.hosts if floor.hosts == "everywhere" else f"in {floor.hosts}"
    what = f"Floor of {floor.price_usd:,.0f} USD/t for {clean(floor.commodity)} made {clean(where)} ({floor.row}): "
    yearly = rows.groupby("year")["public_cost_usd"].sum()
    paid = yearly[yearly > 0]
    if not len(rows):
        return f"{what}nothing is made under it."
    if not len(paid):
        return f"{what}never above the market price."
    low, high = money(paid.min()), money(paid.max())
    cost = low if low == high else f"{low} to {high}"
    total = money(rows["present_value_usd"].sum())
    return f"{what}{cost} a year in {years(paid.index)}, {total} in all (present value)."


def _names(plan: Plan) -> dict[str, str]:
    plants = plan.instance.tables["plants"]
    return dict(zip(plants["plant"], plants["name"], strict=True))
