"""Several futures: what each comes to, what to decide whatever comes, and what waits for which news."""

from __future__ import annotations

from model.base.words import share
from model.output.report.markup import Column, Section, html_table, paragraph
from model.plan import futures as told_of
from model.plan.rows import Told


def futures(results: Told) -> Section | None:
    """The section of a tree's plan; None for one certain future."""
    s = results.summary
    if not s.get("futures"):
        return None
    each = html_table(
        [
            Column("future"),
            Column("probability"),
            Column("unserved, t of content", 0),
            Column("shortfall, t", 0),
            Column("cost, bn USD", 2),
        ],
        [
            (f["name"], share(f["probability"], 0), f["unserved_t"], f["shortfall_t"], f["cost_usd"] / 1e9)
            for f in s["futures"]
        ],
        "What each future comes to; costs are present values along its way.",
    )
    lines = [paragraph(f"{about}: {line}.") for about, line in told_of.lines(results) if not about.startswith("If ")]
    return Section("futures", "What may happen", [each, *lines])
