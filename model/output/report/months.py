"""The page of a frontier of crises: what each month of security costs, as a sentence, a picture and a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from model.analysis.frontier.crises import Withstanding
from model.base.places import write_text
from model.base.words import given_share, listed, money_unit, name, rough_money, tonnes
from model.instance.policy.row_names import row_names
from model.output.pictures.months import lines_of
from model.output.report.markup import Column, Section, html, html_table, paragraph, said
from model.output.report.page import whole_page
from model.plan.saying.survival import length

WIDE, HIGH, LEFT, RIGHT, TOP, BELOW = 460, 320, 30, 14, 40, 52
LEAST_T = 0.5
Cases = list[dict[Any, Any]]


def write_months_report(found: Withstanding, folder: Path) -> None:
    """Write ``report.html`` of a frontier of crises into its folder."""
    write_text(folder / "report.html", months_page(found))


def months_page(found: Withstanding) -> str:
    """The page as HTML."""
    rows: Cases = found.table.to_dict("records")
    parts = [paragraph(*(said(line) for line in sentences(found)), kind="lead"), _picture(found), _table(rows)]
    names = row_names(found.instance.tables, found.policy)
    about = html("<p class='about'>What varies: {}</p>", listed([name(names[row]) for row in found.rows]))
    return whole_page(
        found.instance.title, found.policy.title, about, [Section("months", "What each month costs", parts)],
        scripts=(), needs_script="", finding="What each month of security costs",
    )  # fmt: skip


def sentences(found: Withstanding) -> list[str]:
    """Each step from a length to the next longer in money, and what can't be had."""
    told = []
    for which, frame in lines_of(found.table):
        rows: Cases = frame.to_dict("records")
        first = rows[0]
        line = f"To withstand {length(first['months'])} costs {rough_money(first['premium_usd'])} more than no policy"
        steps = [
            f"{rough_money(row['premium_per_month_usd'])} a month up to {length(row['months'])}" for row in rows[1:]
        ]
        line += f"; each month more {', then '.join(steps)}" if steps else ""
        told.append(f"{f'{which}: ' if which else ''}{line}.")
        told += [_missing(row) for row in rows if row["shortfall_t"] > LEAST_T]
    return told


def _missing(row: dict[Any, Any]) -> str:
    when = row["earliest_year"]
    since = f"it can be had from {when:.0f} on" if when == when and when is not None else "no year has it to the end"
    return (
        f"Of {length(row['months'])}, {tonnes(row['shortfall_t'])} of content are missing over all years asked for, "
        f"{100 * (1 - row['served_share']):.2g} % of it: {since}."
    )


def _picture(found: Withstanding) -> Markup:
    """Premium by months, a line for each share and first year; what isn't whole is an open dot with what is missing."""
    per, unit = money_unit(found.table["premium_usd"], least=1e6)
    most, longest = float(found.table["premium_usd"].max()) / per or 1.0, float(found.table["months"].max())

    def at(months: float, usd: float) -> tuple[float, float]:
        across, up = months / longest, max(usd / per, 0.0) / (most * 1.12)
        return round(LEFT + across * (WIDE - LEFT - RIGHT), 1), round(HIGH - BELOW - up * (HIGH - BELOW - TOP), 1)

    marks = [Markup("")]
    for i, (which, frame) in enumerate(lines_of(found.table)):
        rows: Cases = frame.to_dict("records")
        points = [at(row["months"], row["premium_usd"]) for row in rows]
        path = " ".join(f"{x},{y}" for x, y in points)
        colour = f"var(--s{i % 8})"
        marks.append(html("<polyline points='{}' fill='none' stroke='{}' stroke-width='2'/>", path, colour))
        for (x, y), row in zip(points, rows, strict=True):
            short = row["shortfall_t"] > LEAST_T
            marks.append(
                html("<circle cx='{}' cy='{}' r='5' fill='{}' stroke='{}' stroke-width='2'/>",
                     x, y, "var(--paper)" if short else colour, colour)
            )  # fmt: skip
            figure = f"{row['premium_usd'] / per:,.2f}" + (f", {tonnes(row['shortfall_t'])} missing" if short else "")
            marks.append(_text(x - 8, y - 9, figure, "end"))
        if which:
            marks.append(_text(*at(rows[-1]["months"], rows[-1]["premium_usd"] * 0.93), which, "end", colour))
    base = HIGH - BELOW
    ticks = [_text(at(m, 0)[0], base + 18, f"{m:g}", "middle") for m in sorted(found.table["months"].unique())]
    frame_of = html("<line x1='{}' x2='{}' y1='{}' y2='{}' stroke='var(--line)'/>", LEFT, WIDE - RIGHT, base, base)
    label = f"Premium over no policy by months to withstand, {unit}"
    heads = [_text(4, 16, f"premium over no policy, {unit}", "start")]
    heads.append(_text(WIDE / 2, HIGH - 12, "months without exports that are withstood", "middle"))
    return html(
        "<figure><svg viewBox='0 0 {} {}' role='img' aria-label='{}' style='width:100%;max-width:40rem;height:auto'>"
        "{}{}{}{}</svg>"
        "<figcaption>Each dot is a plan of its own: the cheapest that gets its buyers through so many months. Open: "
        "not in every year asked for; what is missing stands beside it, t of content over all of them. "
        "<span class='files'>From withstanding.csv.</span></figcaption></figure>",
        WIDE, HIGH, label, frame_of, marks, ticks, heads,
    )  # fmt: skip


def _text(x: float, y: float, what: str, anchor: str, colour: str = "currentColor") -> Markup:
    form = "<text x='{}' y='{}' font-size='13' text-anchor='{}' fill='{}'>{}</text>"
    return html(form, round(x, 1), round(y, 1), anchor, colour, what)


def _table(rows: Cases) -> Markup:
    columns = [Column("Months"), Column("Demand to serve"), Column("From"), Column("Premium, m USD", 0)]
    columns += [Column("Each month more, m USD", 0), Column("Capital, m USD", 0), Column("Missing in crises, t", 0)]
    columns += [Column("Served in crises, %", 0, 100.0), Column("Goods unserved otherwise, t", 0)]
    columns += [Column("Can be had from")]
    shown = [
        (
            f"{row['months']:g}", given_share(row["serve"]), str(row["year"]), row["premium_usd"] / 1e6,
            _number(row["premium_per_month_usd"], 1e6), row["capex_usd"] / 1e6, row["shortfall_t"],
            100 * row["served_share"], row["unserved_goods_t"],
            "never" if _number(row["earliest_year"], 1) is None else str(row["earliest_year"]),
        )
        for row in rows
    ]  # fmt: skip
    return html_table(columns, shown, "A row a plan")


def _number(value: Any, per: float) -> float | None:
    return None if value is None or value != value else float(value) / per
