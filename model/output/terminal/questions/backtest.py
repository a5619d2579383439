"""A backtest on a terminal of 80 columns: the answer first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from model.analysis.roll.backtest import ROLL, RULER, Backtest
from model.base.words import clean
from model.output.terminal.console import heading, table

MOST_YEARS = 6


def report(found: Backtest, folder: Path) -> Iterator[RenderableType]:
    """How far off each state of knowledge is, in the mean and in the years that were seen."""
    seen = found.observed
    yield heading(
        f"{seen.origin} in the imports of {seen.destination}, told again from what was known in {found.known}"
    )
    yield Text(f"{answer(found)}\n")
    yield by_state(found)
    yield Text(f"Results: {folder}")


def answer(found: Backtest) -> str:
    """Which state is nearest, whether deciding year by year beats a ruler, and by how much."""
    errors = found.errors.set_index("state")["mean_error"]
    kinds = found.errors.set_index("state")["kind"]
    models, lines = errors[kinds != RULER], errors[kinds == RULER]
    best, ruler = str(models.idxmin()), str(lines.idxmin())
    lived = float(errors[kinds == ROLL].iloc[-1])
    beats = "nearer than" if lived < lines.min() else "further off than"
    return (
        f"As known in {found.known} the plan is {models.iloc[0]:.1f} points off in the mean. Decided year by year it "
        f"is {lived:.1f}, {beats} the best line drawn without a model ({clean(ruler)}: {lines.min():.1f}). Nearest of "
        f"all states: {clean(best)}, {models.min():.1f}."
    )


def by_state(found: Backtest) -> RenderableType:
    """Errors by state and year, points."""
    counted = found.table[found.table["counted"] == "yes"]
    years = sorted(counted["year"].unique())[:MOST_YEARS]
    shown = table(("state of knowledge", "left"), ("mean", "right"), *((str(y), "right") for y in years))
    cells = counted.pivot_table(index="state", columns="year", values="error")
    for row in found.errors.to_dict("records"):
        each = [cells.loc[row["state"]].get(y) for y in years]
        told = ["" if pd.isna(v) else f"{v:+.1f}" for v in each]
        shown.add_row(clean(row["state"]), f"{row['mean_error']:.1f}", *told)
    seen = [f"{found.observed.shares[y]:.1f}" for y in years]
    shown.add_row(f"seen, % from {found.observed.origin}", "", *seen, style="bold")
    return shown
