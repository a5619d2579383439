"""What a year less of lead time is worth, on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.base.words import bare, clean
from model.output.terminal.console import heading, table
from model.plan.plan import Plan
from model.plan.saying.rows import ToldShort
from model.plan.saying.sentences import verdict

MOST_ROWS = 24


def report(plan: Plan, frame: pd.DataFrame, file: Path) -> Iterator[RenderableType]:
    """The plants that matter, most first, for a terminal of 80 columns."""
    yield heading(f"What a year less of lead time saves: {clean(plan.instance.title)}")
    said = bare(verdict(ToldShort(plan)))
    yield Text(f"{clean(plan.policy.title)}. {said}\n")
    idle = (frame["shortfall_saved_t"] == 0) & (frame["saving_usd"] == 0)
    rows = frame[~idle]
    if len(rows):
        yield ranking(rows.head(MOST_ROWS))
    more = f"{len(rows) - MOST_ROWS} more: {file}. " if len(rows) > MOST_ROWS else ""
    yield Text(f"{more}A year less would save nothing at {idle.sum()} of the {len(frame)} plants that can be built.")
    note = (
        "Years: the lead time now. Each plant by itself is given one year less; nothing else changes, and savings of "
        "several plants don't add up. Saved: present value at this plan's shortfall, with a year's interest."
    )
    if rows["shortfall_saved_t"].ne(0).any():
        note += " Less short: by how much the least total shortfall falls."
    yield Text(note, style="dim")
    yield Text(f"Table: {file}")


def ranking(rows: pd.DataFrame) -> RenderableType:
    """The ranked plants; without shortfall where none changes."""
    unit, name = (1e6, "saved m USD") if rows["saving_usd"].abs().max() >= 1e6 else (1.0, "saved USD")
    amounts = [("saving_usd", unit, ",.2f" if unit > 1 else ",.0f", name)]
    if rows["shortfall_saved_t"].ne(0).any():
        amounts.insert(0, ("shortfall_saved_t", 1.0, ",.0f", "less short t"))
    shown = table(
        ("", "right"), ("plant", "left"), ("where", "left"), ("stage", "left"), ("years", "right"),
        *((head, "right") for *_, head in amounts),
    )  # fmt: skip
    for row in rows.to_dict("records"):
        about = (str(row["rank"]), *(clean(row[c]) for c in ("name", "region", "stage", "lead_time_years")))
        figures = ("-" if row[key] != row[key] else format(row[key] / per, how) for key, per, how, _ in amounts)
        shown.add_row(*about, *figures)
    return shown
