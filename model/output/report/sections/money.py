"""Cost, premium and who pays; prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from model.base.words import clean, money_unit, name
from model.output.colours import GREY
from model.output.report.building import GREY_SAID, Plans, country_colours, grey_from
from model.output.report.markup import Column, Control, Picture, Section, folded, html, html_table, paragraph, said
from model.plan.saying import sentences
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import asks

TERMS = {
    "capital": "Capital of new plants",
    "fixed_new": "Fixed cost of new plants",
    "fixed_existing": "Fixed cost of existing plants",
    "variable": "Running cost",
    "freight": "Freight",
    "tariff": "Tariffs",
    "holding": "Holding stock",
    "shortage": "Demand not served",
}
NOBODY = "-"
MOST_PLANTS, MOST_LINES = 8, 6
FREE = "free"
LEAST_USD = 0.5
Priced = tuple[str, str]
"""A good and its content class."""
MARKED = (
    "Scarce (triangle at the upper edge, the line stops): the good or what a target counts can't be had in full, and "
    "the price ends at what a shortage costs. Worthless (at the lower edge): below 0, to be rid of a tonne costs money."
)


def costs(results: Told) -> Section:
    """What the chain costs, and what the policy adds to it."""
    lead = paragraph(said(sentences.cost(results)), said(sentences.pays_more(results)))
    return Section("cost", "What it costs", [lead, _terms(results)])


def paying(results: Told) -> Section | None:
    """Whose goods the cost goes into, what new plants need, and what stands idle; nothing where nobody pays more."""
    parts: list[Markup | Picture] = [*_premiums(results), *_support(results)]
    parts += map(paragraph, map(said, sentences.idle(results)))
    parts += [paragraph(said(line)) for line in sentences.floors(results)]
    parts += [paragraph(said(sentences.FLOORS))] if asks(results, "price_floor") else []
    return Section("paying", "Who pays, and what new plants need", parts) if parts else None


def _sums(plans: Plans) -> tuple[dict[tuple[str, str], float], list[str]]:
    """Present value of each plan's costs by plan and kind, USD; and the kinds in order."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for n, r in plans:
        for row in r["costs"]:
            sums[n, row["term"]] += row["present_value_usd"]
    terms = [t for t in TERMS if any(key[1] == t for key in sums)]
    return sums, terms + sorted({t for _, t in sums if t not in TERMS})


def _terms(results: Told) -> Picture:
    """What the policy adds to each kind of cost; without policy what each kind costs."""
    if results.summary["policy"]["rows"] and any(abs(r["premium_usd"] or 0.0) >= LEAST_USD for r in results["premium"]):
        return _premium_terms(results)
    sums, terms = _sums([("", results)])
    factor, unit = money_unit(sums.values())
    rows = [(TERMS.get(t, t), usd) for (_, t), usd in sorted(sums.items())]
    data = {
        "unit": unit,
        "labels": [clean(TERMS.get(t, t)) for t in terms],
        "series": [{"name": "", "values": [sums["", t] / factor for t in terms]}],
    }
    caption = f"Present value of each kind of cost over all years and countries, {unit}."
    columns = [Column("Kind of cost"), Column("Present value, USD", 0)]
    return Picture("terms-chart", "bars", f"The cost by kind, {unit}", caption, ("costs",), data, columns, rows,
                   height=60 + 24 * len(terms))  # fmt: skip


def _premium_terms(results: Told) -> Picture:
    found = {r["term"]: r for r in results["premium"]}
    terms = [t for t in (*TERMS, *sorted(found.keys() - TERMS.keys())) if t in found]
    shown = [t for t in terms if abs(found[t]["premium_usd"]) >= LEAST_USD]
    factor, unit = money_unit(found[t]["premium_usd"] for t in shown)
    data = {
        "unit": unit,
        "labels": [clean(TERMS.get(t, t)) for t in shown],
        "series": [{"name": "", "values": [found[t]["premium_usd"] / factor for t in shown]}],
    }
    caption = (
        f"What the policy adds to each kind of cost (right) or saves of it (left), over all years and countries, "
        f"{unit} of present value. Together they are the premium. The table has the whole costs too."
    )
    columns = [Column("Kind of cost"), Column("Premium, USD", 0), Column("Cost, USD", 0)]
    columns.append(Column("Cost without policy, USD", 0))
    fields = ("premium_usd", "cost_usd", "cost_without_policy_usd")
    rows = [(TERMS.get(t, t), *(found[t][f] for f in fields)) for t in terms]
    return Picture("terms-chart", "bars", f"The premium by kind of cost, {unit}", caption, ("premium",), data, columns,
                   rows, height=60 + 24 * len(shown))  # fmt: skip


def _differences(plans: Plans) -> Picture:
    """What each kind of cost is more or less than in the first plan: beside the whole it can't be seen."""
    sums, terms = _sums(plans)
    first, others = plans[0][0], plans[1:]
    more = {(n, t): sums.get((n, t), 0.0) - sums.get((first, t), 0.0) for n, _ in plans for t in terms}
    factor, unit = money_unit(more.values())
    data = {
        "unit": unit,
        "labels": [clean(TERMS.get(t, t)) for t in terms],
        "series": [{"name": clean(n), "values": [more[n, t] / factor for t in terms]} for n, _ in others],
    }
    caption = (
        f"Present value of each kind of cost over all years and countries, {unit}: how much more (right) or less "
        f"(left) than in {clean(first)}. The table has the whole costs too."
    )
    columns = [Column("Plan"), Column("Kind of cost"), Column("Present value, USD", 0)]
    columns += [Column(f"More than in {clean(first)}, USD", 0)]
    rows = [(n, TERMS.get(t, t), sums.get((n, t), 0.0), more[n, t]) for n, _ in plans for t in terms]
    compared = clean(others[0][0]) if len(others) == 1 else "each plan"
    title = f"What {compared} costs more or less than {clean(first)}, {unit}"
    height = 60 + (24 + 14 * (len(others) - 1)) * len(terms)
    return Picture("terms-chart", "bars", title, caption, ("costs",), data, columns, rows, height=height)


def _premiums(results: Told) -> Iterator[Markup | Picture]:
    """What each region that buys pays more than without policy, or what it pays."""
    rows = [b for b in results["buyers"] if b["kind"] != "group"]
    asked = bool(results.summary["policy"]["rows"])
    column = "premium_usd" if asked else "cost_usd"
    shown = sorted((b for b in rows if abs(b[column] or 0.0) > 0.5), key=lambda b: -abs(b[column]))[:14]
    if not shown:
        yield paragraph("The policy changes what nobody pays." if asked else "Nobody is served, so nobody pays.")
        return
    factor, unit = money_unit(b[column] for b in shown)
    what, colour = "Premium" if asked else "Cost", country_colours([("", results)])
    data = {
        "unit": unit,
        "labels": [clean(_buyer(results, b["buyer"])) for b in shown],
        "colours": [colour.get(b["buyer"], GREY) for b in shown],
        "series": [{"name": what, "values": [b[column] / factor for b in shown]}],
    }
    than = " more than without policy" if asked else ""
    caption = (
        f"What the buyer’s goods cost{than}, present value, {unit}. Every cost of the chain counts for the buyers "
        "whose goods it ends in; with plants that stand idle go stock never drawn and goods that go nowhere."
    )
    columns = [Column("Buyer"), Column("Final goods served, t", 0), Column("Cost, USD", 0)]
    columns += [Column("Cost without policy, USD", 0), Column("Premium, USD", 0), Column("Premium, USD/kg", 2)]
    columns += [Column("Price, USD/kg", 2), Column("Mark"), Column("Price rise, USD/kg", 2)]
    fields = ("served_t", "cost_usd", "cost_without_policy_usd", "premium_usd", "premium_usd_per_kg")
    more = ("price_usd_per_kg", "mark", "price_rise_usd_per_kg")
    table = [(_buyer(results, b["buyer"]), *(b[f] for f in (*fields, *more))) for b in results["buyers"]]
    title = f"Whose goods the {'premium' if asked else 'cost'} goes into, {unit}"
    yield Picture(
        "buyers-chart", "bars", title, caption, ("buyers",), data, columns, table, height=60 + 24 * len(shown),
    )  # fmt: skip


def _buyer(results: Told, buyer: str) -> str:
    return "plants that stand idle" if buyer == NOBODY else results.place(buyer)


def _support(results: Told) -> Iterator[Markup]:
    """New plants that the market doesn't pay for."""
    short = sentences.supported(results)
    yield paragraph(said(sentences.support(results)))
    if short:
        columns = [
            Column("Plant"),
            Column("Country"),
            Column("Needed, USD/t", 0),
            Column("Market, USD/t", 0),
            Column("Mark"),
        ]
        columns += [Column("Gap, USD/t", 0), Column("Support, m USD a year", 1)]
        table = [_supported(results, r) for r in short]
        yield html_table(columns, table[:MOST_PLANTS], "New plants that need support")
        if len(table) > MOST_PLANTS:
            rest = html_table(columns, table[MOST_PLANTS:], "Further plants that need support")
            yield folded(f"Table: {len(table) - MOST_PLANTS} more", rest)
        yield html("<p class='caption'>{} <span class='files'>From support.csv.</span></p>", said(sentences.SUPPORT))


def _supported(results: Told, r: Row) -> tuple[Any, ...]:
    prices = (r["price_needed_usd_per_t"], r["market_price_usd_per_t"], r["mark"], r["gap_usd_per_t"])
    return (_plant(results, r), results.place(r["region"]), *prices, r["support_usd_per_yr"] / 1e6)


def _plant(results: Told, row: Row) -> str:
    return str(results.plants.get(row["plant"], {}).get("name") or row["plant"])


def compared_costs(plans: Plans) -> Section:
    """The cost of several plans, and by kind how they differ."""
    each = [paragraph(html("<strong>{}:</strong> {}", name(n), said(sentences.cost(r)))) for n, r in plans]
    return Section("cost", "What they cost", [*each, _differences(plans)])


def prices(results: Told) -> Section:
    """Marginal prices by good, content class, region and year, with their marks."""
    found: dict[Priced, dict[str, dict[int, Row]]] = defaultdict(lambda: defaultdict(dict))
    for r in results["prices"]:
        found[r["commodity"], r.get("content") or FREE][r["region"]][r["year"]] = r
    if not found:
        return Section("prices", "Prices", [paragraph("Nothing is used, so nothing has a price.")])
    final = {r["commodity"] for r in results["demand"]}
    order = sorted(found, key=lambda at: (at[0] not in final, -(results.goods[at[0]]["stage_order"] or 0.0), at))
    used: dict[tuple[Priced, str], float] = defaultdict(float)
    for r in results["shipments"]:
        used[(r["commodity"], r.get("content") or FREE), r["destination"]] += r["quantity_t"]
    data: dict[str, Any] = {"years": list(results.years), "grey": grey_from([("", results)])}
    data["goods"] = [_priced(results, at, found[at], used) for at in order]
    options = [(i, _good(results, at)) for i, at in enumerate(order)]
    controls = [Control("good", "Good", options)] if len(options) > 1 else []
    marked = any(r["mark"] for r in results["prices"])
    caption = (
        "Marginal price of the good where it is used, USD/kg, undiscounted: what one more kilogram would cost the "
        f"chain while the policy is kept. It is no forecast. The {MOST_LINES} regions that use most are drawn; the "
        "table has all." + (f" {MARKED}" if marked else "") + (GREY_SAID if data["grey"] else "")
    )
    columns = [Column("Good"), Column("Region"), Column("Year"), Column("Price, USD/t", 0), Column("Mark")]
    rows = [
        (_good(results, at), results.place(region), y, r["price_usd_per_t"], r["mark"])
        for at in order
        for region, by_year in found[at].items()
        for y, r in by_year.items()
    ]
    picture = Picture(
        "prices-chart", "prices", "Prices by region", caption, ("prices",), data, columns, rows, controls,
        height=380,
    )  # fmt: skip
    return Section("prices", "Prices", [picture])


def _good(results: Told, at: Priced) -> str:
    """A good's name; of a class that is traced with the class, which has a price of its own."""
    good, content = at
    return str(results.goods[good]["name"]) + ("" if content == FREE else f", {content} content")


def _priced(
    results: Told,
    at: Priced,
    by_region: Mapping[str, Mapping[int, Row]],
    used: Mapping[tuple[Priced, str], float],
) -> dict[str, Any]:
    """A good's price, USD/kg by year, in the regions that use most of it; marked ones apart, so that no line spikes."""
    largest = sorted(by_region, key=lambda region: (-used.get((at, region), 0.0), region))[:MOST_LINES]
    colour, drawn = country_colours([("", results)]), list[dict[str, Any]]()
    for region in largest:
        rows = [by_region[region].get(y) for y in results.years]
        usd = [None if r is None or r["price_usd_per_t"] is None else r["price_usd_per_t"] * 1e-3 for r in rows]
        marks = ["" if r is None else r["mark"] or "" for r in rows]
        drawn.append(
            {
                "name": clean(results.place(region)),
                "colour": colour.get(region, GREY),
                "values": [None if mark else v for v, mark in zip(usd, marks, strict=True)],
                "marked": {i: [v, mark] for i, (v, mark) in enumerate(zip(usd, marks, strict=True)) if mark},
            }
        )
    most = max((v for line in drawn for v in line["values"] if v is not None), default=1.0)
    return {"name": clean(_good(results, at)), "lines": drawn, "top": most}
