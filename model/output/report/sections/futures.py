"""Several futures: what each comes to, what to decide whatever comes, and what waits for which news."""

from __future__ import annotations

from markupsafe import Markup

from model.base.words import bare, several, share
from model.output.report.markup import Column, Section, folded, html_table, paragraph
from model.plan import futures as told_of
from model.plan.saying.answer import place
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import plant


def futures(results: Told) -> Section | None:
    """The section of a tree's plan; None for one certain future."""
    s = results.summary
    if not s.get("futures"):
        return None
    floors = any(f["public_cost_usd"] > told_of.LEAST_USD for f in s["futures"])
    heads = [Column("future"), Column("probability"), Column("unserved, t of content", 0), Column("shortfall, t", 0)]
    each = html_table(
        [*heads, Column("cost, bn USD", 2), *([Column("price floors, m USD", 1)] if floors else [])],
        [_figures(f, floors) for f in s["futures"]],
        "What each future comes to; costs are present values along its way.",
    )
    lines = [paragraph(f"{about}: {line}.") for about, line in told_of.lines(results) if not about.startswith("If ")]
    return Section("futures", "What may happen", [each, *lines, *_idle_plants(results)])


def _figures(future: Row, floors: bool) -> tuple[object, ...]:
    """One future's row; with what price floors cost the public in it where there are any."""
    about = (future["name"], share(future["probability"], 0), future["unserved_t"], future["shortfall_t"])
    return (*about, future["cost_usd"] / 1e9, *((future["public_cost_usd"] / 1e6,) if floors else ()))


def _idle_plants(results: Told) -> list[Markup]:
    """The plants that would stop in each future, folded; nothing where none does."""
    rows = results["idle_plants"]
    if not rows:
        return []
    heads = [Column("future"), Column("plant"), Column("country"), Column("idle from"), Column("years idle")]
    table = html_table(
        [*heads, Column("for good"), Column("runs as planned, t/yr", 0), Column("could run, t/yr", 0)],
        [
            (
                *(r["future"], bare(plant(results, r["plant"])), bare(place(results, r["region"]))),
                *(r["first_year"], r["idle_years"], r["for_good"]),
                *(r["trunk_activity_t_per_yr"], r["able_t_per_yr"]),
            )
            for r in rows
        ],
        "Plants that run in the trunk and would stand idle in a future.",
    )
    return [folded(f"Plants that would stop in a future: {several(len(rows), 'row')}", table)]
