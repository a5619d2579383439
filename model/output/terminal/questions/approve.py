"""What is safe to approve, on a terminal of 80 columns: the safest first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.analysis.alternatives.approval import Approval
from model.base.words import clean
from model.output.terminal.console import heading, table

MOST_ROWS = 20


def report(found: Approval, folder: Path) -> Iterator[RenderableType]:
    """A row a project."""
    yield heading(f"What is safe to approve: {clean(found.plan['policy']['title'])}")
    asked = found.asked["questions"]
    said = "every plan that is nearly as good decides it now, or builds it at all; by policy, future and slack"
    yield Text(f"In how many of {asked} questions {said}.\n")
    shown = table(
        ("project", "left"), ("now", "right"), ("needed", "right"), ("in time", "right"), ("latest", "right"),
        ("days", "right"), ("m USD/yr", "right"), ("if dropped", "right"),
    )  # fmt: skip
    for row in found.table.head(MOST_ROWS).to_dict("records"):
        regret = "no plan" if pd.isna(row["regret_usd"]) else f"{row['regret_usd'] / 1e6:,.1f} m"
        regret = f"{row['regret_shortfall_t']:,.0f} t short" if row["regret_shortfall_t"] > 0 else regret
        support = "" if pd.isna(row["support_usd_per_yr"]) else f"{row['support_usd_per_yr'] / 1e6:,.1f}"
        cells = f"{row['now_in']}", f"{row['needed_in']}", f"{row['chance_in_time']:.0%}"
        latest = "" if pd.isna(row["latest_year"]) else f"{row['latest_year']}"
        days = "" if pd.isna(row["survival_days"]) else f"{row['survival_days']:,.0f}"
        shown.add_row(clean(row["plant"]), *cells, latest, days, support, regret)
    yield shown
    if len(found.table) > MOST_ROWS:
        yield Text(f"{len(found.table) - MOST_ROWS} more in approval.csv.")
    yield Text("Days: of survival that it buys; support a year at the plan's prices.", style="dim")
    yield Text(f"Results: {folder}")
