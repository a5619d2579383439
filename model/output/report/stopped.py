"""If exports stop: the section that says what a plan is worth when a valve closes."""

from __future__ import annotations

from markupsafe import Markup

from model.base.words import name
from model.output.report.markup import Column, Section, html_table, paragraph, said
from model.plan.rows import Row, Told
from model.plan.survival import ALL, UNHARMED, length, sentence, together, worst

MOST_ROWS = 12


def stopped(results: Told) -> Section | None:
    """Who is served for how long without each supplier's exports; nothing where no stop was tested."""
    rows = results["stress"]
    if not rows:
        return None
    found, case = together(rows), worst(rows)
    parts = [paragraph(said(sentence(results)))]
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


def _by_supplier(results: Told, harmed: list[Row]) -> Markup:
    months = sorted({r["months"] for r in harmed})
    columns = [Column("Supplier that stops"), Column("From"), Column("Served in full for, months", 1)]
    columns += [Column(f"Served of {length(m)}, %", 0) for m in months]
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
    columns = [Column("Buyer"), Column("Sector"), Column("Asked for, t of content", 0), Column("Served, %", 0)]
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
    title = f"{length(case['months'])} from {case['year']} on without {results.place(case['supplier'])}".capitalize()
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
