"""What was observed beside the plan, for a terminal: the largest misses."""

from __future__ import annotations

from rich.console import RenderableType
from rich.text import Text

from model.base.words import bare
from model.output.terminal.console import heading, said, table
from model.plan.saying.observed import about, difference, in_short, misses
from model.plan.saying.rows import Told

MOST_MISSES = 6


def missed_most(told: Told) -> list[RenderableType]:
    """A short table of the largest misses; nothing where nothing was observed."""
    rows = misses(told["calibration"])
    if not rows:
        return []
    shown = table(("what", "left"), ("year", "right"), ("observed", "right"), ("plan", "right"), ("off by", "right"))
    for r in rows[:MOST_MISSES]:
        figures = (f"{r['observed']:,.4g}", "-" if r["plan"] is None else f"{r['plan']:,.4g}")
        shown.add_row(bare(about(told, r)), str(r["observed_year"]), *figures, difference(r))
    more = len(rows) - MOST_MISSES
    rest = [Text(f"{more} more: calibration.csv", style="dim")] if more > 0 else []
    return [heading("What was observed"), said(in_short(rows)), shown, *rest]
