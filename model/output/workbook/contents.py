"""The first sheet of a workbook of results: what the plan is, its key figures, and what each sheet holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.base.content import content_of
from model.base.schema import captions
from model.output.workbook.sheets import Book, Page, reference


def write_contents(book: Book, page: Page, summary: Mapping[str, Any], listed: Sequence[tuple[str, str, int]]) -> None:
    """Fill the sheet; ``listed`` has each table, its sheet's name and its rows."""
    page.inner.set_column(0, 0, 34)
    page.inner.set_column(1, 1, 22)
    page.inner.set_column(2, 2, 62)
    page.put(0, 0, summary["instance"]["title"], book.format(bold=True, font_size=14))
    page.put(1, 0, summary["policy"]["title"], book.format(font_size=12))
    money = f"Money: USD of {summary['price_year']}; units stand above each column; blank cells have no value."
    page.put(2, 0, money)
    row = 4
    for heading, lines in (("Key figures", _figures(summary)), ("Made from", _sources(summary))):
        page.put(row, 0, heading, book.head)
        for column in (1, 2):
            page.put(row, column, None, book.head)
        row += 1
        for label, value, form, unit in lines:
            page.put(row, 0, label)
            page.put(row, 1, value, book.format(num_format=form, align="right" if form != "@" else "left"))
            page.put(row, 2, unit)
            row += 1
        row += 1
    for column, name in enumerate(("sheet", "rows", "holds")):
        page.put(row, column, name, book.head)
    for table, sheet, count in listed:
        row += 1
        link = f"internal:{reference(sheet)}!A1"
        page.inner.write_url(row, 0, link, book.format(font_color="#0563C1", underline=1), sheet)
        page.put(row, 1, count, book.format(num_format="#,##0"))
        page.put(row, 2, captions().get(table, ""))


def _figures(summary: Mapping[str, Any]) -> Iterator[tuple[str, Any, str, str]]:
    """Label, value, number format and unit of each key figure that the run has."""
    money = f"USD of {summary['price_year']}, present value"
    held = content_of(summary.get("content") or {}).measure
    for label, key, form, unit in (
        ("No target missed", "compliant", "@", ""),
        ("First year in which all are met", "first_compliant_year", "0", "year"),
        ("Cost of the whole chain", "cost_usd", "#,##0", money),
        ("Cost without policy", "cost_without_policy_usd", "#,##0", money),
        ("Premium of the policy", "premium_usd", "#,##0", money),
        ("Premium for each kg of final goods", "premium_usd_per_kg", "#,##0.00", "USD/kg, both discounted"),
        ("Overnight capital decided", "capex_usd", "#,##0", f"USD of {summary['price_year']}"),
        ("Cost of promised prices to the public", "public_cost_usd", "#,##0", money),
        ("Demand not served", "unserved_t", "#,##0.0", "t"),
        (
            "Targets missed by",
            "shortfall_t",
            "#,##0.0",
            f"t of {held}, or t of goods",
        ),
        ("First year", "first_year", "0", "year"),
        ("Last year", "last_year", "0", "year"),
        ("Price year", "price_year", "0", "year"),
        ("Discount rate", "discount_rate", "0.0%", "real, per year"),
        ("Goal", "goal", "@", ""),
    ):
        value = summary.get(key)
        if value is not None:
            yield label, ("yes" if value else "no") if isinstance(value, bool) else value, form, unit


def _sources(summary: Mapping[str, Any]) -> Iterator[tuple[str, Any, str, str]]:
    for part in ("instance", "policy"):
        about = summary[part]
        yield part, about["name"], "@", f"sha256 {about['sha256']}" if "sha256" in about else ""
    for part, sets in summary.get("overrides", {}).items():
        for key, value in sets.items():
            yield f"set in the {part}", key, "@", str(value)
    for name, version in summary["versions"].items():
        yield name if re.search("[A-Z]", name) else name.capitalize(), str(version), "@", "version"
