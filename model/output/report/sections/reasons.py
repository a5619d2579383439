"""Why targets are missed, and what would meet them: for runs that have explained it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from model.analysis.reasons import sentences
from model.analysis.reasons.sentences import key_of
from model.analysis.reasons.way_sentences import DAYS, Key, changes, in_days, way_out
from model.base.words import bare
from model.output.report.markup import Column, Picture, Section, folded, html, html_table, paragraph, said
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import titled

LINES = ("asked", "reached", "best")


def reasons(results: Told) -> Section | None:
    """For each missed target what could be reached, what holds it and the ways out; None without explanations."""
    if "misses" not in results:
        return None
    if not results["misses"]:
        return Section("reasons", sentences.TITLE, [paragraph("No target is missed: there is nothing to explain.")])
    grouped = sentences.by_target(results["misses"])
    parts: list[Markup | Picture] = [_picture(results, grouped)]
    for one in sentences.in_full(results):
        parts += [html("<h3>{}</h3>", said(one.heading)), *(paragraph(said(line)) for line in one.why)]
        parts += [_ways(results, one.key, grouped[one.key]), paragraph(said(one.none))]
    return Section("reasons", sentences.TITLE, [*parts, *_together(results), _causes(results)])


def _plain(results: Told, key: Key) -> str:
    """A target without markup."""
    return bare(f"{sentences.target(results, key)}{titled(results, key[0])}")


def _picture(results: Told, grouped: Mapping[Key, Sequence[Row]]) -> Picture:
    """What is asked, what the plan reaches and what this target could reach alone, year by year."""
    panels = []
    for key, rows in grouped.items():
        days = in_days(key)
        factor = DAYS if days else 100.0
        lines = {c: [None if r[c] is None else factor * r[c] for r in rows] for c in LINES}
        years_ = [r["year"] for r in rows]
        panels.append({"name": _plain(results, key), "unit": "days" if days else "%", "years": years_, **lines})
    caption = (
        "Years in which the plan misses a target. Dashed: the limit (no more under a cap, no less under a minimum). "
        "● what the plan reaches. ◇ the best that can be reached by this target alone, with demand served, budgets "
        "kept and all other targets put aside. Where ● hides behind ◇ the plan does what can be done."
    )
    columns = [Column(c) for c in ("Target", "Year", "Asked, %", "Reached, %", "Best by itself, %", "Short, t")]
    table = [
        (_plain(results, key_of(r)), r["year"], *(None if r[c] is None else 100 * r[c] for c in LINES),
         r["shortfall_t"])
        for r in results["misses"]
    ]  # fmt: skip
    height = 40 + 190 * ((len(panels) + 1) // 2)
    return Picture("misses-chart", "misses", "Missed targets: asked, reached, and the best by itself", caption,
                   ("misses",), {"panels": panels}, columns, table, height=height)  # fmt: skip


def _ways(results: Told, key: Key, misses: Sequence[Row]) -> Markup:
    """The ways out of one miss."""
    ways = [w for w in results["ways_out"] if key_of(w) == key]
    if not ways:
        return Markup("")
    words = [bare(way_out(results, key, misses, w)) for w in ways]
    return _table(results, ways, words, f"Ways out: {_plain(results, key)}")


def _table(results: Told, ways: Sequence[Row], words: Sequence[str], caption: str) -> Markup:
    fields = ("cost_change_usd", "uncounted_usd", "capex_usd")
    most = max((abs(w[f] or 0.0) for w in results["ways_out"] for f in fields), default=0.0)
    factor, unit = (1e6, "m USD") if most >= 1e8 else (1.0, "USD")
    heads = ("Chain costs more", "Not counted there", "Capital of the plan then")
    columns = [Column("Way out"), *(Column(f"{h}, {unit}", 1 if factor > 1 else 0) for h in heads)]
    columns.append(Column("Still short, t", 0))
    rows = []
    for w, what in zip(ways, words, strict=True):
        money = [None if w[f] is None else w[f] / factor for f in fields]
        rows.append((what, *money, w["shortfall_t"]))
    return html_table(columns, rows, caption)


def _together(results: Told) -> Iterator[Markup]:
    """What would meet every missed target at once, and what the figures of ways out mean."""
    heading, line = sentences.together(results)
    if line:
        ways = [w for w in results["ways_out"] if w["kind"] == "all at once"]
        words = [bare("; ".join(changes(results, w["changes"]))) for w in ways]
        yield html(
            "<h3>{}</h3>{}", said(heading), _table(results, ways, words, "What would meet every missed target at once")
        )
    elif heading:
        yield paragraph(said(heading))
    yield (
        html(
            "<p class='caption'>{} Not counted: more capacity and stock from before the first "
            "year are taken as given; what they would cost stands there. Still short: other "
            "targets.</p>",
            said(sentences.note(results)),
        )
    )


def _causes(results: Told) -> Markup:
    columns = [Column(c) for c in ("Target", "Year", "Kind", "What", "Existing, t/yr", "Committed, t/yr")]
    columns += [Column(c) for c in ("New at the earliest, t/yr", "Runs from", "Lead time, years")]
    columns += [Column("Worth, t per t or million USD")]
    fields = ("existing_t", "committed_t", "new_t", "online_year", "lead_time_years", "worth_t_per_unit")
    rows = [
        (_plain(results, key_of(r)), r["year"], r["kind"],
         results.plants.get(r["what"], {}).get("name") or r["what"], *(r[f] for f in fields))
        for r in results["causes"]
    ]  # fmt: skip
    note = Markup("<p class='caption'><span class='files'>From causes.csv.</span></p>")
    return folded(f"What holds them, table: {len(rows):,} rows", html_table(columns, rows, "Causes") + note)
