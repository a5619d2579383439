"""By when at the latest, on a terminal of 80 columns: the answer first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.analysis.latest.answer import Latest
from model.analysis.latest.sentences import answer
from model.base.words import clean
from model.output.terminal.console import heading, table

MOST_ROWS = 24


def report(found: Latest, folder: Path) -> Iterator[RenderableType]:
    """What waiting costs by year, then what can wait until when by itself, the most urgent first."""
    yield heading(f"By when at the latest: {clean(found.plan['policy']['title'])}")
    yield Text(f"{answer(found.table.to_dict('records')[0])}\n")
    yield by_year(found)
    rows = found.table[found.table["kind"] != "all"].sort_values(["latest_year", "kind"], kind="stable")
    if len(rows):
        yield by_itself(rows.head(MOST_ROWS))
    note = "Each by itself, everything else planned anew; what waiting costs does not add up."
    yield Text(f"{note} Never: the targets hold without it.", style="dim")
    if len(rows) > MOST_ROWS:
        yield Text(f"{len(rows) - MOST_ROWS} more in latest.csv.")
    yield Text(f"Results: {folder}")


def by_year(found: Latest) -> RenderableType:
    """What it costs to decide nothing before each year, from the first that changes the plan to the first that misses.

    Where several years give the same, the last stands for them.
    """
    shown = table(
        ("nothing decided before", "right"), ("then m USD more", "right"), ("targets hold as planned", "left")
    )
    rows = found.waiting.to_dict("records")
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        if row["holds"] == "yes" and after and after["holds"] == "yes" and after["cost_usd"] == row["cost_usd"]:
            continue
        more = f"{row['waiting_usd'] / 1e6:,.1f}" if row["holds"] == "yes" else "-"
        shown.add_row(str(row["first_decision"]), more, row["holds"])
        if row["holds"] == "no":
            break
    return shown


def by_itself(rows: pd.DataFrame) -> RenderableType:
    """Stages and plants that wait by themselves."""
    shown = table(
        ("what waits, by itself", "left"), ("planned", "right"), ("latest", "right"), ("then m USD more", "right")
    )
    for row in rows.to_dict("records"):
        years = ("never" if pd.isna(row[c]) else str(row[c]) for c in ("planned_year", "latest_year"))
        label = f"stage {row['name']}" if row["kind"] == "stage" else row["name"]
        shown.add_row(clean(label), *years, f"{row['waiting_usd'] / 1e6:,.1f}")
    return shown
