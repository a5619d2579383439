"""If exports stop: the section that says what a plan is worth when a valve closes."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from model.base.words import capital, money_unit, name
from model.output.report.markup import Column, Section, html, html_table, paragraph, said
from model.plan.saying.rows import Row, Told
from model.plan.saying.survival import (
    ALL,
    UNHARMED,
    bought,
    column,
    compared_by,
    length,
    meant,
    sentence,
    together,
    worst,
)

MOST_ROWS = 12


def stopped(results: Told) -> Section | None:
    """Who is served for how long without each supplier's exports; nothing where no stop was tested."""
    rows = results["stress"]
    if not rows:
        return None
    found, case = together(rows), worst(rows)
    first = compared_by(rows)
    later = case is not None and first is not None and case["year"] > first["year"]
    told = [line for line in (bought(results), sentence(results)) if line]
    parts = [paragraph(said(line)) for line in (told if later else told[:1])]
    harmed = [r for r in found if r["share"] < UNHARMED]
    if case is not None:
        parts.append(_by_supplier(results, harmed))
        parts.append(_by_buyer(results, rows, case))
        weak = _gives_way(results, case)
        parts += [paragraph(said(weak))] if weak else []
    parts.append(
        paragraph(
            "Plants and the stocks of the year before are the plan’s; nothing is foreseen, nothing new is built, and "
            "what can be served is shared as evenly as can be. scripts/stress.py looks at every year, at each stage by "
            "itself and at what would help. From stress.csv and gives_way.csv."
        )
    )
    return Section("stopped", "If exports stop", parts)


WIDE, HIGH, EDGE = 440, 300, 48
"""The picture of cost against security, and the room around it for its axes."""


def compared(plans: Sequence[tuple[str, Told]]) -> Section | None:
    """What plans cost against what they serve when exports stop, a dot a plan; nothing where none was tested."""
    dots = []
    for called, told in plans:
        served = column(told)["served_share"]
        if served is not None:
            dots.append((called, (told.summary["premium_usd"] or 0.0), served))
    if not dots:
        return None
    factor, unit = money_unit([usd for _, usd, _ in dots], least=1e6)
    most = max(max(usd for _, usd, _ in dots), factor * 0.1) * 1.15
    least = min(0.0, min(usd for _, usd, _ in dots)) * 1.15
    marks = [_dot(called, (usd - least) / (most - least), served) for called, usd, served in dots]
    lines = [
        html(
            "<line x1='{}' x2='{}' y1='{}' y2='{}' stroke='currentColor' stroke-opacity='0.25'/><text x='{}' y='{}' "
            "fill='currentColor' font-size='12' text-anchor='end'>{} %</text>",
            *(EDGE, WIDE - EDGE, y, y, EDGE - 6, round(y + 4, 1), percent),
        )
        for percent in (0, 25, 50, 75, 100)
        for y in [round(HIGH - EDGE - percent / 100 * (HIGH - 1.6 * EDGE), 1)]
    ]
    ends = [
        html(
            "<text x='{}' y='{}' fill='currentColor' font-size='12' text-anchor='middle'>{}</text>", x, HIGH - 34, said
        )
        for x, said in ((EDGE, f"{least / factor:,.1f}"), (WIDE - EDGE, f"{most / factor:,.1f}"))
    ]
    picture = html(
        "<figure><svg viewBox='0 0 {} {}' role='img' aria-label='{}' style='width:100%;max-width:36rem;height:auto'>"
        "{}{}{}"
        "<text x='{}' y='{}' fill='currentColor' font-size='13' text-anchor='middle'>premium over no policy, {}</text>"
        "</svg></figure>",
        WIDE, HIGH, "Premium against demand served when exports stop", lines, marks, ends, WIDE // 2, HIGH - 12, unit,
    )  # fmt: skip
    note = meant([told for _, told in plans])
    about = f"Upwards: share served {note}" if note else "No stop of exports harms any of them."
    columns = [
        Column("Plan"),
        Column("Premium, m USD", 1),
        Column("Served, %", 0, 100.0),
        Column("Served in full, months", 1),
    ]
    rows = [
        (called, (told.summary["premium_usd"] or 0.0) / 1e6, 100 * found["served_share"], found["survives_months"])
        for called, told in plans
        if (found := column(told))["served_share"] is not None
    ]
    words = [
        paragraph(html("<strong>{}:</strong> {}", name(called), said(line)))
        for called, told in plans
        if (line := bought(told))
    ]
    parts = [*words, picture, paragraph(said(about)), html_table(columns, rows, "The dots")]
    return Section("security", "Cost against security", parts)


def _dot(called: str, right: float, up: float) -> Markup:
    """A plan's dot and name, by parts of the picture's width and height."""
    x, y = EDGE + right * (WIDE - 2 * EDGE), HIGH - EDGE - up * (HIGH - 1.6 * EDGE)
    return html(
        "<circle cx='{}' cy='{}' r='6' fill='currentColor'/>"
        "<text x='{}' y='{}' fill='currentColor' font-size='13' text-anchor='{}'>{}</text>",
        *(f"{at:.1f}" for at in (x, y, x - 9 if right > 0.5 else x + 9, y - 8)),
        "end" if right > 0.5 else "start",
        called,
    )


def _by_supplier(results: Told, harmed: list[Row]) -> Markup:
    months = sorted({r["months"] for r in harmed})
    columns = [Column("Supplier that stops"), Column("From"), Column("Served in full for, months", 1)]
    columns += [Column(f"Served of {length(m)}, %", 0, 100.0) for m in months]
    cases: dict[tuple[str, int], dict[float, Row]] = {}
    for r in harmed:
        cases.setdefault((r["supplier"], r["year"]), {})[r["months"]] = r
    rows = [
        (
            results.place(supplier),
            str(year),
            next(iter(by.values()))["survives_months"],
            *(100 * by[m]["share"] if m in by else 100.0 for m in months),
        )
        for (supplier, year), by in sorted(cases.items())
    ]
    return html_table(columns, rows[:MOST_ROWS], "What is served without a supplier’s exports; all others: 100 %")


def _by_buyer(results: Told, rows: list[Row], case: Row) -> Markup:
    same = [r for r in rows if all(r[k] == case[k] for k in ("supplier", "scope", "year", "months"))]
    each = [r for r in same if r["buyer"] != ALL or r["sector"] != ALL]
    columns = [Column("Buyer"), Column("Sector"), Column("Asked for, t of content", 0), Column("Served, %", 0, 100.0)]
    columns += [Column("Alone served in full for, months", 1)]
    shown = [
        (
            "all together" if r["buyer"] == ALL else results.place(r["buyer"]),
            "all" if r["sector"] == ALL else str(r["sector"]).replace("_", " "),
            *(r["demand_t"], 100 * r["share"], r["survives_months"]),
        )
        for r in each
        if r["sector"] == ALL or r["buyer"] == ALL
    ]
    title = capital(f"{length(case['months'])} from {case['year']} on without {results.place(case['supplier'])}")
    return html_table(columns, shown, title)


def _gives_way(results: Told, case: Row) -> str:
    same = [r for r in results["gives_way"] if all(r[k] == case[k] for k in ("supplier", "scope", "year", "months"))]
    stocks = [r for r in same if r["kind"] == "stock"]
    if not stocks:
        return ""
    most = max(stocks, key=lambda r: r["saved_t_per_t"])
    good = name(results.goods[most["item"]]["name"])
    where = [name(results.place(r["region"])) for r in stocks if r["item"] == most["item"]]
    return (
        f"What is short first is {good} (in {', '.join(where)}): one tonne more in stock there would let "
        f"{most['saved_t_per_t']:,.1f} t of content more be served."
    )
