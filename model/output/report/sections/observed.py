"""What was observed beside the plan's own figures, the largest misses first."""

from __future__ import annotations

from markupsafe import Markup

from model.base.words import bare
from model.output.report.markup import Column, Section, folded, html_table, paragraph
from model.plan.saying.observed import about, difference, in_short, misses
from model.plan.saying.rows import Row, Told

MOST_SHOWN = 12
HEADS = [
    Column("What"),
    Column("Year"),
    Column("Unit"),
    Column("Observed"),
    Column("Plan"),
    Column("Plan less observed"),
    Column("Source"),
]
NOTE = (
    "What was observed binds nothing: the plan is free to differ, and where it differs much, its figures are worth a "
    "look. Shares differ in points, all else in per cent of what was observed. What was observed shortly before the "
    "first year stands beside the first year."
)


def observed(results: Told) -> Section | None:
    """The section of a plan whose instance has observations; None elsewhere."""
    rows = [_row(results, r) for r in misses(results["calibration"])]
    if not rows:
        return None
    parts: list[Markup] = [paragraph(in_short(results["calibration"]), NOTE)]
    parts.append(html_table(HEADS, rows[:MOST_SHOWN], "What was observed beside the plan, the largest misses first"))
    if rest := rows[MOST_SHOWN:]:
        parts.append(folded(f"Smaller misses: {len(rest)}", html_table(HEADS, rest, "Smaller misses")))
    return Section("observed", "What was observed", parts)


def _row(results: Told, row: Row) -> tuple[object, ...]:
    when = (
        row["observed_year"] if row["observed_year"] == row["year"] else f"{row['observed_year']}, plan {row['year']}"
    )
    figures = (row["observed"], row["plan"], difference(row))
    return (bare(about(results, row)), when, row["unit"] or "", *figures, row.get("citation") or "")
