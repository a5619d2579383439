"""What the page shows of a plan: the report's words as HTML, its charts as data, and figures to compare plans by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from model.base.words import bare, clean, money, name, rough_money, share, tonnes, years
from model.output.report import building
from model.output.report.markup import Column, Picture, Section, html, html_table, paragraph, said
from model.output.report.sections import answer as compliance
from model.output.report.sections import headline, stopped, supply
from model.output.report.sections import money as costs
from model.plan.saying import answer, sentences, survival
from model.plan.saying.asking import complies
from model.plan.saying.rows import Told

Payload = dict[str, Any]
MOST_BINDING = 8


def picture(told: Told, *, checked: bool) -> Payload:
    """Everything that the page shows of a plan; ``checked``: it is the checked plan, with all of its tables."""
    sections = [supply.shares(told), costs.costs(told), building.capital([("", told)])]
    parts = {
        "answer": _answer(told, checked),
        "compliance": Markup("\n").join(compliance.at_a_glance(told)),
        "now": decide(told, checked),
        "binds": binds(told),
        **{s.id: _words(s) for s in sections},
    }
    if checked:
        parts["stopped"] = _words(stopped.stopped(told))
    return {
        "checked": checked,
        "complies": complies(told.summary),
        "parts": {key: str(part) for key, part in parts.items()},
        "pictures": {p.id: _drawing(p) for s in sections for p in s.pictures},
        "facts": list(facts(told)),
        "decisions": decisions(told),
        "rows": {row: clean(words) for row, words in told.summary["policy"]["row_names"].items()},
    }


def _words(section: Section | None) -> Markup:
    """What a section says beside its pictures."""
    parts = section.parts if section is not None else ()
    return Markup("\n").join(p for p in parts if not isinstance(p, Picture))


def _drawing(one: Picture) -> Payload:
    """A picture as data: what the report's scripts draw, and its words; its table is in the report."""
    words = {"caption": str(said(one.caption)), "legend": str(said(one.legend)), "height": one.height}
    return {**one.embedded, **words, "labels": {c.key: clean(c.label) for c in one.controls}}


def _answer(told: Told, checked: bool) -> Markup:
    """The verdict, three figures, and what is missed by how much."""
    head = html("<p class='verdict {}'>{}</p>", complies(told.summary).replace(" ", "-"), said(answer.headline(told)))
    off = [html("<li>{}: {}</li>", said(what), said(by)) for what, by in answer.missed(told)]
    more = [html("<li>{}: {}</li>", said(what), said(by)) for what, by in _more(told)] if checked else []
    listed = html("<ul class='off'>{}</ul>", [*off, *more]) if off or more else Markup("")
    return Markup("\n").join([head, headline.figures(told), listed])


def _more(told: Told) -> Iterator[tuple[str, str]]:
    """Lines of the answer that follow with the checked plan."""
    stop = survival.line(told)
    lines = [stop] if stop else []
    lines += [("Withstands", answer.withstands(told)), *answer.capped(told)]
    lines += [("Stands idle", answer.stands_idle(told)), ("Rests on", answer.rests_on(told))]
    yield from ((about, by) for about, by in lines if by)


def decide(told: Told, checked: bool) -> Markup:
    """What to decide in the first year of decisions: a table, the same while it moves but for the support."""
    now = answer.decide_now(told)
    if not now:
        return paragraph("Nothing new is built, so there is nothing to decide.")
    columns = [
        Column("Plant"),
        Column("Country"),
        Column("t/yr", 0),
        Column("Capital, m USD", 1),
        Column("Does it run?"),
    ]
    columns += [Column("Support, m USD a year", 1)] if checked else []
    rows = [
        (
            str(told.plants.get(d.plant, {}).get("name") or d.plant),
            told.place(d.region),
            *(d.capacity_t_per_yr, d.capex_usd / 1e6, d.runs),
            *([d.support_usd_per_yr / 1e6] if checked else []),
        )
        for d in now
    ]
    usd = sum(d.capex_usd for d in now)
    lead = paragraph(f"In {now[0].year}: {rough_money(usd)} of overnight capital. {sentences.decided(told)}")
    return Markup("\n").join([lead, html_table(columns, rows, f"Decided in {now[0].year}")])


def binds(told: Told) -> Markup:
    """What binds: targets with what one more point is worth, and budgets."""
    found: dict[tuple[str, str, str, str], list[tuple[int, float]]] = defaultdict(list)
    for r in told.measured:
        usd = r["shadow_price_usd_per_pt"] or 0.0
        if usd > 0:
            found[r["policy_row"], r["buyer"], r["scope"], r.get("supplier") or ""].append((r["year"], usd))
    order = sorted(found.items(), key=lambda one: -max(usd for _, usd in one[1]))
    items = []
    for (_, buyer, scope, supplier), when in order[:MOST_BINDING]:
        whose = f" from {name(told.place(supplier))}" if supplier else ""
        what = f"{name(told.scope(scope))}, {name(told.place(buyer))}{whose}"
        worth = money(max(usd for _, usd in when))
        said_of_it = f"{what} ({years(y for y, _ in when)}): a point is worth up to {worth} a year"
        items.append(html("<li>{}</li>", said(said_of_it)))
    if len(order) > MOST_BINDING:
        items.append(html("<li>and {} more</li>", len(order) - MOST_BINDING))
    items += [html("<li>{}</li>", said(line)) for line in sentences.budgets(told)]
    return html("<ul>{}</ul>", items) if items else paragraph("No target binds.")


def facts(told: Told) -> Iterator[dict[str, Any]]:
    """Figures by which two plans are told apart: a key, what it is called, the number and how it is written."""
    s = told.summary
    since = s["first_compliant_year"]
    yield _fact("complies", "Complies", complies(s), None)
    yield _fact("since", "All targets hold from", str(since) if since else "no year", since)
    yield _fact("premium", "Premium", rough_money(s["premium_usd"] or 0.0), s["premium_usd"])
    yield _fact("cost", "Cost of the chain", rough_money(s["cost_usd"]), s["cost_usd"])
    yield _fact("capital", "Overnight capital", rough_money(s["capex_usd"]), s["capex_usd"])
    yield _fact("unserved", "Demand not served", tonnes(s["unserved_goods_t"]), s["unserved_goods_t"])
    if "stress" in told:
        served = survival.column(told)["served_share"]
        if served is not None:
            yield _fact("served", "Served when exports stop", share(served, 0), served)


def _fact(key: str, label: str, shown: str, value: Any) -> dict[str, Any]:
    return {"key": key, "label": label, "shown": clean(bare(shown)), "value": value}


def decisions(told: Told) -> list[dict[str, Any]]:
    """Every plant that is built: its name, country, years, tonnes a year and capital, to compare plans by."""
    by_plant: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for b in told["builds"]:
        by_plant[b["plant"]].append(b)
    return [
        {
            "plant": clean(plant),
            "name": clean(told.plants.get(plant, {}).get("name") or plant),
            "where": clean(told.place(rows[0]["region"])),
            "years": years(b["decision_year"] for b in rows),
            "t": sum(b["capacity_t_per_yr"] for b in rows),
            "usd": sum(b["capex_usd"] or 0.0 for b in rows),
        }
        for plant, rows in sorted(by_plant.items())
    ]
