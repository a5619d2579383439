"""Where the material comes from: shares against their caps, direct and by content, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from model.base.words import clean, name
from model.output.colours import GREY
from model.output.report.building import GREY_SAID, Plans, country_colours, grey_from
from model.output.report.markup import Column, Control, Picture, Section, paragraph
from model.plan.saying.rows import Told

MOST_SUPPLIERS = 5
Panel = tuple[str, str]
"""Buyer and scope."""
Series = dict[str, dict[int, float]]
"""Percent by supplier and year."""


def shares(results: Told) -> Section:
    """For each capped buyer and stage the suppliers' shares, where made and by content."""
    title = "Where the material comes from"
    caps = _caps(results)
    if not caps:
        said = "The policy caps no supplier's share; which country makes what stands in the next section."
        return Section("shares", title, [paragraph(said)])
    traced = {(t["buyer"], t["scope"]) for t in results["targets"] if t["measure"] == "traced"}
    direct, content = _series(results["content"], "direct_share"), _series(results["content"], "content_share")
    for panel, by_supplier in _series([r for r in results["shares"]], "share").items():
        if panel in traced:
            content.setdefault(panel, {}).update(by_supplier)
        else:
            direct.setdefault(panel, by_supplier)
    if not direct and not content:
        return Section("shares", title, [paragraph("Capped buyers use nothing from a capped supplier.")])
    buyers = list(dict.fromkeys(b for b, _ in caps))
    force = {y for by_year in caps.values() for y in by_year}
    years = [y for y in results.years if min(force) <= y <= max(force)]
    data: dict[str, Any] = {"years": years, "grey": grey_from([("", results)])}
    data["buyers"] = [_buyer(results, b, caps, direct, content, years) for b in buyers]
    controls = (
        [Control("buyer", "Buyer", [(i, results.place(b)) for i, b in enumerate(buyers)])] if len(buyers) > 1 else []
    )
    caption = (
        "Percent of what the buyer uses at each stage in a year, by country, from the first year of a cap. Left: where "
        "the last step was made, which is what a direct cap counts. Right: whose material the goods hold, by "
        "proportional mixing; content may add up to more than 100 %, because material passes through several "
        f"countries. Dashed: the cap. A gap: no cap in force, or nothing from a capped "
        f"supplier. The {MOST_SUPPLIERS} largest suppliers are drawn; the table has all."
    ) + (GREY_SAID if data["grey"] else "")
    columns = [Column(c) for c in ("Buyer", "Stage", "Supplier", "Year")]
    columns += [Column("Made there, %", 1), Column("Content, %", 1), Column("Cap, %", 1)]
    most = max(sum(b == buyer for b, _ in caps) for buyer in buyers)
    picture = Picture(
        "shares-chart", "shares", "Share of each supplier against the cap", caption, ("shares", "content"),
        data, columns, _rows(results, caps, direct, content), controls, height=60 + 215 * most,
    )  # fmt: skip
    return Section("shares", title, [_said(results), picture])


def _caps(results: Told) -> dict[Panel, dict[int, float]]:
    """The tightest cap of each buyer and scope by year, percent."""
    found: dict[Panel, dict[int, float]] = defaultdict(dict)
    for t in results["targets"]:
        if t["kind"] == "share_cap":
            at = found[t["buyer"], t["scope"]]
            at[t["year"]] = min(at.get(t["year"], 1e9), 100 * t["limit"])
    return found


def _series(rows: Iterable[dict[str, Any]], column: str) -> dict[Panel, Series]:
    found: dict[Panel, Series] = defaultdict(dict)
    for r in rows:
        if r[column] is not None:
            found[r["buyer"], r["scope"]].setdefault(r["supplier"], {})[r["year"]] = 100 * r[column]
    return found


def _buyer(
    results: Told,
    buyer: str,
    caps: dict[Panel, dict[int, float]],
    direct: dict[Panel, Series],
    content: dict[Panel, Series],
    years: list[int],
) -> list[dict[str, Any]]:
    """The panels of one buyer: the same suppliers, in the same order, in every panel."""
    panels = [p for p in caps if p[0] == buyer]
    total: dict[str, float] = defaultdict(float)
    for found in (direct, content):
        for p in panels:
            for supplier, by_year in found.get(p, {}).items():
                total[supplier] += sum(by_year.values())
    largest = sorted(total, key=lambda s: (-total[s], s))[:MOST_SUPPLIERS]
    colour = country_colours([("", results)])
    return [
        {
            "scope": clean(results.scope(p[1])),
            "cap": [caps[p].get(y) for y in years],
            "suppliers": [clean(results.place(s)) for s in largest],
            "colours": [colour.get(s, GREY) for s in largest],
            "direct": _lines(found, largest, years) if found else None,
            "content": _lines(held, largest, years) if held else None,
        }
        for p in panels
        for found, held in [(direct.get(p, {}), content.get(p, {}))]
    ]


def _lines(found: Series, suppliers: list[str], years: list[int]) -> list[list[float | None]]:
    """Percent by supplier and year: 0 where others have a share, nothing where nobody has one."""
    told = {y for by_year in found.values() for y in by_year}
    return [[found.get(s, {}).get(y, 0.0 if y in told else None) for y in years] for s in suppliers]


def _rows(
    results: Told, caps: dict[Panel, dict[int, float]], direct: dict[Panel, Series], content: dict[Panel, Series]
) -> list[tuple[Any, ...]]:
    rows = []
    for p in caps:
        made, held = direct.get(p, {}), content.get(p, {})
        for s in sorted({*made, *held}):
            for y in sorted({*made.get(s, {}), *held.get(s, {})}):
                about = (results.place(p[0]), results.scope(p[1]), results.place(s), y)
                rows.append((*about, made.get(s, {}).get(y), held.get(s, {}).get(y), caps[p].get(y)))
    return rows


def _said(results: Told) -> Markup:
    """The largest supplier by content beside its direct share, in the last year."""
    last = [r for r in results["content"] if r["year"] == results.years[-1] and r["direct_share"] is not None]
    if not last:
        return Markup("")
    unseen = [r for r in last if (r["content_share"] or 0.0) - r["direct_share"] >= 0.05]
    gap = max(unseen, key=lambda r: r["content_share"], default=None)
    if gap is None:
        return paragraph("In the last year what goods hold differs from where they were made by less than 5 points.")
    return paragraph(
        f"What a cap on the last step leaves unseen: in {gap['year']}, {name(results.place(gap['supplier']))} makes "
        f"{100 * gap['direct_share']:.0f} % of what {name(results.place(gap['buyer']))} uses at the stage "
        f"{name(results.scope(gap['scope']))}, and its material is in {100 * gap['content_share']:.0f} % of it."
    )


def _compared_caps(plans: Plans) -> dict[str, dict[Panel, dict[int, float]]]:
    """By plan the tightest cap of each buyer and stage, by their names."""
    return {n: {(r.place(b), r.scope(s)): by for (b, s), by in _caps(r).items()} for n, r in plans}


def compared(plans: Plans) -> Section:
    """The largest share of any capped supplier, by buyer and stage, in several plans."""
    title = "Where the material comes from"
    found: dict[tuple[str, str], dict[str, dict[int, float]]] = defaultdict(dict)
    who: dict[tuple[str, str, str, int], str] = {}
    for n, r in plans:
        for row in r["shares"]:
            panel, value = (r.place(row["buyer"]), r.scope(row["scope"])), 100 * (row["share"] or 0.0)
            by_year = found[panel].setdefault(n, {})
            if value >= by_year.get(row["year"], -1.0):
                by_year[row["year"]] = value
                who[*panel, n, row["year"]] = r.place(row["supplier"])
    if not found:
        return Section("shares", title, [paragraph("None of these policies caps a supplier's share.")])
    years = sorted({y for by_plan in found.values() for by_year in by_plan.values() for y in by_year})
    buyers = list(dict.fromkeys(b for b, _ in found))
    caps = _compared_caps(plans)
    data: dict[str, Any] = {
        "years": years,
        "grey": grey_from(plans),
        "plans": [clean(n) for n, _ in plans],
        "buyers": [
            [
                {
                    "scope": clean(scope),
                    "shares": [[by_plan.get(n, {}).get(y) for y in years] for n, _ in plans],
                    "caps": [[caps[n].get((b, scope), {}).get(y) for y in years] for n, _ in plans],
                    "alike": len({tuple(c.items()) for n in caps for c in [caps[n].get((b, scope))] if c}) < 2,
                }
                for (b, scope), by_plan in found.items()
                if b == buyer
            ]
            for buyer in buyers
        ],
    }
    controls = [Control("buyer", "Buyer", list(enumerate(buyers)))] if len(buyers) > 1 else []
    columns = [Column(c) for c in ("Plan", "Buyer", "Stage", "Largest supplier", "Year")] + [Column("Share, %", 1)]
    rows = [
        (n, b, scope, who[b, scope, n, y], y, value)
        for (b, scope), by_plan in found.items()
        for n, by_year in by_plan.items()
        for y, value in by_year.items()
    ]
    caption = (
        "The largest share that any capped supplier has, percent of the buyer's use at the stage, one line a plan. A "
        "plan without a cap there has no line. Dashed: the cap, in the plan's colour where the plans' differ."
    ) + (GREY_SAID if data["grey"] else "")
    most = max(len(panels) for panels in data["buyers"])
    picture = Picture(
        "shares-chart", "sharesCompared", "Largest capped share, plan by plan", caption, ("shares",), data,
        columns, rows, controls, height=60 + 215 * ((most + 1) // 2),
    )  # fmt: skip
    return Section("shares", title, [picture])
