"""The question and the answer; does it comply?"""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from model.base.words import given_share, money, name, several, share, years
from model.instance.kinds import label
from model.output.report.markup import Column, Section, folded, html, html_table, paragraph, said
from model.output.report.reading import Results, Row
from model.plan import sentences
from model.plan.sentences import HOLLOW, asks, targets

Key = tuple[str, str, str]
STATES = {
    "met": ("●", "met"),
    "binding": ("◆", "met, and the limit binds"),
    "hollow": ("○", "met, but hollow: the cap speaks of less than half of what the buyer uses"),
    "missed": ("✕", "missed"),
    "unused": ("–", "in force; nothing to measure: the buyer uses nothing at the stage, or nothing from there"),
}


def answer(results: Results) -> Section:
    """Three sentences, and the figures that they rest on."""
    s = results.summary
    verdict, *others = (said(f(results)) for f in (sentences.verdict, sentences.decided, sentences.cost))
    lead = paragraph(html("<strong>{}</strong>", verdict), *others, kind="lead")
    more = paragraph(said(sentences.aim(results)), said(sentences.unserved(results)))
    key: list[tuple[str, str]] = [("Cost of the chain, present value", money(s["cost_usd"]))]
    if s["policy"]["rows"]:
        key.append(("Premium over no policy", money(s["premium_usd"])))
    key.append(("Overnight capital of new plants", money(s["capex_usd"])))
    if asks(results, *targets()):
        since = s["first_compliant_year"]
        key += [
            ("Every target holds from", str(since) if since else "no year"),
            ("Shortfall, all rows and years", f"{s['shortfall_t']:,.0f} t"),
        ]
    boxes = [html("<div><dt>{}</dt><dd>{}</dd></div>", k, v) for k, v in key]
    asked = html('<p class="question">{}</p>', said(sentences.question(results)))
    return Section("answer", "The question and the answer", [asked, lead, more, html('<dl class="key">{}</dl>', boxes)])


def states(results: Results) -> dict[Key, dict[int, tuple[str, str]]]:
    """For each target (row, buyer, scope) and year in force: its state, and in words what was reached."""
    missed = {(*_key(r), r["year"]) for r in results["shortfalls"]}
    hollow = {(*_key(r), r["year"]) for r in results["content"] if (r["base_ratio"] or 0.0) < HOLLOW}
    measured: dict[tuple[str, str, str, int], list[Row]] = defaultdict(list)
    for row in (*results["shares"], *results["benchmarks"]):
        measured[*_key(row), row["year"]].append(row)
    found: dict[Key, dict[int, tuple[str, str]]] = defaultdict(dict)
    for target in results["targets"]:
        at = (*_key(target), target["year"])
        rows = measured.get(at, [])
        binds = any((r["shadow_price_usd_per_pt"] or 0.0) > 0 for r in rows)
        state = (
            "missed"
            if at in missed
            else "hollow"
            if at in hollow
            else "binding"
            if binds
            else "met"
            if rows
            else "unused"
        )
        most = max(rows, key=lambda r: (r["share"] or 0.0) / (r["limit"] or 1e-9)) if rows else None
        reached = f"{share(most['share'] or 0.0)}, limit {given_share(target['limit'])}" if most else ""
        found[_key(target)][target["year"]] = state, reached
    return found


def _key(row: Row) -> Key:
    return row["policy_row"], row["buyer"], row["scope"]


def compliance(results: Results) -> Section:
    """A strip of years for each target."""
    title = "Does it comply?"
    found = states(results)
    parts = []
    if found:
        parts += [_counted(results, found), _strip(results, found), _legend(found), _details(results)]
    else:
        parts.append(paragraph("The policy sets no target by year, so there is nothing to hold the years against."))
    parts += [paragraph(said(line)) for line in sentences.budgets(results)]
    return Section("compliance", title, parts)


def _counted(results: Results, found: dict[Key, dict[int, tuple[str, str]]]) -> Markup:
    """How many targets are met throughout, and which are missed when or hollow."""
    when: dict[str, list[str]] = defaultdict(list)
    for key, by_year in found.items():
        for state in ("missed", "hollow"):
            at = [y for y, (s, _) in by_year.items() if s == state]
            if at:
                when[state].append(f"{target_name(results, key)} ({years(at)})")
    met = len(found) - len(when["missed"])
    number = f"{met or 'none'} {'are' if met > 1 else 'is'}"
    whole = f"Of {several(len(found), 'target')}, {number} met in every year in force."
    missed = f"Missed: {'; '.join(when['missed'])}." if when["missed"] else ""
    hollow = (
        f"Met in name, because the cap speaks of less than half of what the buyer uses: {'; '.join(when['hollow'])}."
        if when["hollow"]
        else ""
    )
    return paragraph(whole, missed, hollow)


def target_name(results: Results, key: Key) -> str:
    """A target in words: what it limits, for whom."""
    kind = next(t for t in results["targets"] if (t["policy_row"], t["buyer"], t["scope"]) == key)
    what = label(kind["kind"], kind["measure"])
    return f"{name(results.place(key[1]))}, {name(results.scope(key[2]))}: {what}"


def _strip(results: Results, found: dict[Key, dict[int, tuple[str, str]]]) -> Markup:
    head = [
        html('<th scope="col"><span class="{}">{}</span></th>', "" if y % 5 == 0 else "minor", y) for y in results.years
    ]
    body = []
    for key, by_year in found.items():
        cells = []
        for y in results.years:
            if y not in by_year:
                cells.append(Markup('<td class="off"><span class="hidden">not in force</span></td>'))
                continue
            state, reached = by_year[y]
            sign, words = STATES[state]
            tip = f"{y}: {words}{f' ({reached})' if reached else ''}"
            cells.append(
                html(
                    '<td class="{}" title="{}"><span aria-hidden="true">{}</span><span class="hidden">{}</span></td>',
                    state,
                    tip,
                    sign,
                    tip,
                )
            )
        body.append(html('<tr><th scope="row">{}</th>{}</tr>', target_name(results, key), cells))
    return html(
        '<div class="scroll" tabindex="0" role="region" aria-label="Targets by year"><table '
        'class="strip"><caption>Each row a target of the policy, each column a '
        "year</caption><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div>",
        head,
        body,
    )


def _legend(found: dict[Key, dict[int, tuple[str, str]]]) -> Markup:
    there = {state for by_year in found.values() for state, _ in by_year.values()}
    entries = [
        html('<li><span class="sign {}" aria-hidden="true">{}</span> {}</li>', state, sign, words)
        for state, (sign, words) in STATES.items()
        if state in there
    ]
    about = "Missed comes before hollow, hollow before binding, where two are true. Blank: not in force."
    return html(
        "<ul class='legend'>{}</ul><p class='caption'>{} <span class='files'>From "
        "targets.csv, shares.csv, benchmarks.csv, content.csv, shortfalls.csv.</span></p>",
        entries,
        about,
    )


def _details(results: Results) -> Markup:
    columns = [Column(c) for c in ("Row", "Buyer", "Scope", "Supplier", "Year")]
    columns += [Column("Reached, %", 1), Column("Limit, %", 1), Column("One more point is worth, USD/yr", 0)]
    columns += [Column("Short, t", 0)]
    short = {(*_key(r), r["supplier"], r["year"]): r["shortfall_t"] for r in results["shortfalls"]}
    rows = []
    for r in (*results["shares"], *results["benchmarks"]):
        supplier = r.get("supplier", "")
        points = [None if r[c] is None else 100 * r[c] for c in ("share", "limit")]
        about = (r["policy_row"], results.place(r["buyer"]), results.scope(r["scope"]), results.place(supplier))
        missing = short.get((*_key(r), supplier, r["year"]))
        rows.append((*about, r["year"], *points, r["shadow_price_usd_per_pt"], missing))
    return folded(f"Table: {len(rows):,} rows", html_table(columns, rows, "Targets by year: reached and limit"))
