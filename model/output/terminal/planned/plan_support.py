"""Who pays, in words and figures: which plants the market doesn't pay for, which never run, what floors cost."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType

from model.base.words import bare, clean
from model.output.terminal.console import heading, marked, said, table
from model.plan.plan import Plan
from model.plan.saying import sentences
from model.plan.saying.rows import Row, ToldShort

MOST_PLANTS = 8


def who_pays(plan: Plan) -> list[RenderableType]:
    """The plants that need most support, those that never run, and what each price floor costs the public."""
    told = ToldShort(plan)
    parts, idle, floors = _supported(told), " ".join(sentences.idle(told)), list(sentences.floors(told))
    parts += [said(idle)] if idle else []
    parts += [*map(said, floors), said(sentences.FLOORS, "dim")] if floors else []
    return [heading("Who pays for new plants"), *parts] if parts else []


def _supported(told: ToldShort) -> list[RenderableType]:
    total, short = sentences.support(told), sentences.supported(told)
    if not total:
        return []
    more = f"{len(short) - MOST_PLANTS} more: support.csv. " if len(short) > MOST_PLANTS else ""
    return [*_largest(told, short[:MOST_PLANTS]), said(more + total), said(sentences.SUPPORT, "dim")]


def _largest(told: ToldShort, rows: Sequence[Row]) -> list[RenderableType]:
    if not rows:
        return []
    shown = table(
        ("plant", "left"), ("where", "left"), ("needed USD/t", "right"), ("market", "right"), ("gap", "right"),
        ("m USD/yr", "right"),
    )  # fmt: skip
    prices = ("price_needed_usd_per_t", "market_price_usd_per_t", "gap_usd_per_t")
    for row in rows:
        about = (bare(sentences.plant(told, row["plant"])), clean(row["region"]))
        needed, market, gap = (f"{row[p]:,.0f}" for p in prices)
        shown.add_row(*about, needed, marked(market, row["mark"]), gap, f"{row['support_usd_per_yr'] / 1e6:,.1f}")
    return [shown]
