"""Quotas that bind, contracts that are broken, trade that falls faster than it may, and plants that close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from markupsafe import Markup

from model.base.words import bare, money, name, several, tonnes, years
from model.output.report.markup import Column, Section, folded, html_table, paragraph
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import plant

LEAST_T = 0.05
PRICE = "shadow_price_usd_per_t"


def trade(results: Told) -> Section | None:
    """The section of a plan that has any of these; None elsewhere."""
    parts = [p for part in (_quotas, _contracts, _switching, _closures) for p in part(results)]
    return Section("trade", "Quotas, contracts and closures", parts) if parts else None


def _by(rows: list[Row], *key: str) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for r in rows:
        found[tuple(str(r[k]) for k in key)].append(r)
    return found


def _quotas(results: Told) -> Iterator[Markup]:
    """Which quotas bind, and what a tonne more of each would be worth."""
    found = _by(results["quotas"], "quota", "set_by")
    if not found:
        return
    tight = {key: [r for r in rows if r[PRICE] > 0] for key, rows in found.items()}
    bind = sorted((k for k, rows in tight.items() if rows), key=lambda k: -max(r[PRICE] for r in tight[k]))
    if bind:
        at_most = "" if results.summary["compliant"] else "at most "
        most = max(tight[bind[0]], key=lambda r: r[PRICE])
        worth = f"a tonne more of {name(most['quota'])} in {most['year']} would save {at_most}{money(most[PRICE])}"
        said = f"Of {several(len(found), 'quota')} {len(bind)} {'binds' if len(bind) == 1 else 'bind'}; {worth}."
    else:
        said = f"{several(len(found), 'quota')}: in no year would a tonne more save anything."
    yield paragraph(said)
    heads = [Column("Quota"), Column("Set by"), Column("In force"), Column("A tonne more is worth something in")]
    heads += [
        Column("Least limit, t/yr", 0),
        Column("Most shipped, t/yr", 0),
        Column("A tonne more saves at most, USD", 0),
    ]
    rows = [
        (
            *(key[0].replace("_", " "), key[1], years(r["year"] for r in found[key])),
            years(r["year"] for r in tight[key]) or "no year",
            *(min(r["limit_t"] for r in found[key]), max(r["shipped_t"] for r in found[key])),
            max(r[PRICE] for r in found[key]),
        )
        for key in [*bind, *(k for k in found if k not in bind)]
    ]
    yield folded(
        f"Quotas: {several(len(rows), 'row')}", html_table(heads, rows, "Quotas, by what a tonne more is worth")
    )


def _contracts(results: Told) -> Iterator[Markup]:
    """What contracts are broken, and what that costs."""
    found = _by(results["contracts"], "contract")
    if not found:
        return
    broken = {key: [r for r in rows if r["broken_t"] >= LEAST_T] for key, rows in found.items()}
    rows = [
        (
            *(
                label.replace("_", " "),
                years(r["year"] for r in found[label,]),
                years(r["year"] for r in bad) or "no year",
            ),
            *(sum(r["min_flow_t"] for r in found[label,]), sum(r["broken_t"] for r in bad)),
            sum(r["cost_usd"] for r in bad),
        )
        for (label,), bad in broken.items()
    ]
    rows.sort(key=lambda r: -r[-1])
    bad = [r for r in rows if r[-2]]
    said = f"{several(len(rows), 'contract')}: all are kept."
    if bad:
        lost, paid = sum(r[-2] for r in bad), sum(r[-1] for r in bad)
        said = (
            f"Of {several(len(rows), 'contract')} {len(bad)} {'is' if len(bad) == 1 else 'are'} broken in some year: "
        )
        said += f"{tonnes(lost)} don’t come, which costs {money(paid)} (undiscounted)."
    yield paragraph(said)
    heads = [Column("Contract"), Column("In force"), Column("Broken in"), Column("Promised, t", 0)]
    heads += [Column("Broken, t", 0), Column("Costs, USD", 0)]
    yield folded(
        f"Contracts: {several(len(rows), 'row')}", html_table(heads, rows, "Contracts, the dearest breaches first")
    )


def _switching(results: Told) -> Iterator[Markup]:
    """Lanes that fall faster than they may at no cost."""
    found = _by(results["switching"], "commodity", "origin", "destination")
    rows = [
        (
            *(results.scope(k), results.place(o), results.place(d), years(r["year"] for r in lane)),
            *(sum(r["fell_t"] for r in lane), sum(r["cost_usd"] for r in lane)),
        )
        for (k, o, d), lane in found.items()
    ]
    if not rows:
        return
    rows.sort(key=lambda r: -r[-1])
    fell, paid = sum(r[-2] for r in rows), sum(r[-1] for r in rows)
    said = f"Trade on {several(len(rows), 'lane')} falls faster than it may at no cost: by {tonnes(fell)} in all, "
    yield paragraph(f"{said}which costs {money(paid)} (undiscounted).")
    heads = [Column("Good"), Column("From"), Column("To"), Column("Years"), Column("Falls further by, t", 0)]
    table = html_table([*heads, Column("Costs, USD", 0)], rows, "Lanes that fall faster than they may at no cost")
    yield folded(f"Lanes that fall: {several(len(rows), 'row')}", table)


def _closures(results: Told) -> Iterator[Markup]:
    """Which plants close when."""
    found = _by([r for r in results["closures"] if r["closed_t"] >= LEAST_T], "plant")
    rows = []
    for (label,), shut in found.items():
        first, most = min(shut, key=lambda r: r["year"]), max(shut, key=lambda r: r["closed_t"])
        about = (bare(plant(results, label)), results.place(first["region"]), first["year"])
        rows.append((*about, first["existing_t"], first["closed_t"], most["closed_t"], most["year"]))
    if not rows:
        return
    rows.sort(key=lambda r: (r[2], -r[5]))
    named = "; ".join(f"{name(r[0])} from {r[2]}" for r in rows[:3])
    more = f"; and {len(rows) - 3} more" if len(rows) > 3 else ""
    yield paragraph(f"{several(len(rows), 'plant closes', 'plants close')} in whole or in part: {named}{more}.")
    heads = [Column("Plant"), Column("Country"), Column("Closes from"), Column("Listed then, t/yr", 0)]
    heads += [Column("Closed then, t/yr", 0), Column("Closed at most, t/yr", 0), Column("In")]
    yield folded(f"Plants that close: {several(len(rows), 'row')}", html_table(heads, rows, "Plants that close"))
