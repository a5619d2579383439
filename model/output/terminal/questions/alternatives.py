"""Decisions that hold, on a terminal of 80 columns: the answer first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.analysis.alternatives.answer import Alternatives
from model.analysis.alternatives.sentences import answer, slack_in_words
from model.base.words import clean
from model.output.terminal.console import heading, table

MOST_ROWS = 16


def report(found: Alternatives, folder: Path) -> Iterator[RenderableType]:
    """The answer at each slack, then what every plan builds, the dearest to drop first, and what the stages need."""
    yield heading(f"Decisions that hold: {clean(found.plan['policy']['title'])}")
    for slack in found.asked["slacks_usd"]:
        yield Text(answer(found, slack))
    yield Text("")
    slack = found.asked["slacks_usd"][0]
    sure = _sure(found.table, slack)
    if len(sure):
        yield Text(f"Within {slack_in_words(slack)}:", style="dim")
        yield _ranges(sure.head(MOST_ROWS), "plant")
    if len(sure) > MOST_ROWS:
        yield Text(f"{len(sure) - MOST_ROWS} more in alternatives.csv.")
    places = _sure(found.places, slack)
    if len(places):
        places = places.assign(where=places["stage"] + ", " + places["place"])
        yield _ranges(places.head(MOST_ROWS), "where")
    note = "Each by itself: what two of them cost together is not the sum. Capacity in all, t/yr."
    yield Text(note, style="dim")
    yield Text(f"Results: {folder}")


def _sure(rows: pd.DataFrame, slack: float) -> pd.DataFrame:
    """What every plan builds some of, then what the plan builds without need; the dearest to drop first."""
    told = (rows["plan_t_per_yr"] > 0) | (rows["verdict"] == "never")
    some: pd.DataFrame = rows[told & (rows["slack_usd"] == slack)]
    order = {"now": 0, "later": 1, "depends": 2, "never": 3}
    rank = some["verdict"].map(order)
    missing = some["regret_shortfall_t"].fillna(float("inf"))
    return some.assign(rank=rank, missing=missing).sort_values(
        ["rank", "missing", "regret_usd"], ascending=[True, False, False], kind="stable"
    )


def _ranges(rows: pd.DataFrame, first: str) -> RenderableType:
    title = "plant" if first == "plant" else "stage, place"
    shown = table(
        (title, "left"), ("verdict", "left"), ("least", "right"), ("plan", "right"), ("most", "right"),
        ("if dropped", "right"),
    )  # fmt: skip
    for row in rows.to_dict("records"):
        amounts = (f"{row[c]:,.0f}" for c in ("least_t_per_yr", "plan_t_per_yr", "most_t_per_yr"))
        shown.add_row(clean(str(row[first])), row["verdict"], *amounts, _regret(row))
    return shown


def _regret(row: dict[Any, Any]) -> str:
    """What dropping costs, in a cell."""
    if pd.isna(row["regret_usd"]):
        return "no plan"
    if row["regret_shortfall_t"] > 0:
        return f"{row['regret_shortfall_t']:,.1f} t short"
    if row["regret_unserved_t"] > 0:
        return f"{row['regret_unserved_t']:,.1f} t unserved"
    return f"{row['regret_usd'] / 1e6:,.1f} m USD"
