"""The question and the answer; does it comply?"""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from model.analysis.latest.sentences import answer as until
from model.base.words import given_share, name, several, share, years
from model.instance.policy.kinds import kind_of_row, label
from model.output.report.markup import Column, Section, folded, html, html_table, paragraph, said
from model.output.report.sections import headline
from model.plan.saying import answer as first
from model.plan.saying import sentences
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import HOLLOW
from model.plan.saying.survival import bought, sentence

Key = tuple[str, str, str]
States = dict[Key, dict[int, tuple[str, str, str]]]
"""By target (row, buyer, scope) and year in force: its state, percent reached for a cell, and both in words."""
STATES = {
    "met": ("●", "met"),
    "binding": ("◆", "met, and the limit binds"),
    "hollow": ("○", "met, but hollow: the cap speaks of less than half of what the buyer uses"),
    "missed": ("✕", "missed"),
    "silent": ("–", "asks nothing: the buyer uses or demands nothing, or there is nobody to limit"),
    "unused": ("–", "in force; nothing to measure: the buyer uses nothing at the stage, or nothing from there"),
}
EMPTY = ("silent", "unused")


def answer(results: Told) -> Section:
    """Three figures with what they compare with; then what is missed, what is decided, and the question."""
    off = [f"{what}: {by}." for what, by in first.missed(results)]
    lead = paragraph(*off, sentences.decided(results), kind="lead")
    beside = [f"{what}: {by}." for what, by in [*first.capped(results), ("Rests on", first.rests_on(results))] if by]
    wait = [until(row) for row in results["latest"][:1]]
    known = [html("<p>{}</p>", said(line)) for line in [bought(results) or sentence(results), *wait, *beside] if line]
    more = paragraph(sentences.aim(results))
    asked = html('<p class="question">{}</p>', sentences.question(results))
    return Section("answer", "The answer", [headline.figures(results), lead, *known, more, asked])


def states(results: Told) -> States:
    """For each target (row, buyer, scope) and year in force: its state, and in words what was reached."""
    missed = {(*_key(r), r["year"]) for r in results["shortfalls"]}
    hollow = {(*_key(r), r["year"]) for r in results["content"] if (r["base_ratio"] or 0.0) < HOLLOW}
    measured: dict[tuple[str, str, str, int], list[Row]] = defaultdict(list)
    for row in results.measured:
        measured[*_key(row), row["year"]].append(row)
    found: States = defaultdict(dict)
    quiet = {(row, buyer, scope, y) for row, buyer, scope, when in sentences.quiet_targets(results) for y in when}
    for target in results["targets"]:
        at = (*_key(target), target["year"])
        rows = measured.get(at, [])
        binds = any((r["shadow_price_usd_per_pt"] or 0.0) > 0 for r in rows)
        state = (
            "missed"
            if at in missed
            else "silent"
            if at in quiet
            else "hollow"
            if at in hollow
            else "binding"
            if binds
            else "met"
            if rows
            else "unused"
        )
        worst = max if kind_of_row(at[0]).at_most else min
        most = worst(rows, key=lambda r: (r["share"] or 0.0) / (r["limit"] or 1e-9)) if rows else None
        reached = f"{share(most['share'] or 0.0)}, limit {given_share(target['limit'])}" if most else ""
        found[_key(target)][target["year"]] = state, _percent(most), reached
    return found


def _percent(row: Row | None) -> str:
    """Percent reached, short enough for a cell; budgets of days and blanks have none.

    >>> [_percent(r) for r in (None, {"share": 0.0047}, {"share": 0.655}, {"share": 0.0})]
    ['', '.5', '66', '0']
    """
    if row is None or row["share"] is None:
        return ""
    value = 100 * row["share"]
    return f"{value:.0f}" if value >= 0.95 or value < 0.05 else f"{value:.1f}".removeprefix("0")


def _key(row: Row) -> Key:
    return row["policy_row"], row["buyer"], row["scope"]


def compliance(results: Told) -> Section:
    """A strip of years for each target."""
    parts = at_a_glance(results)
    parts += [_details(results)] if results["targets"] else []
    parts += [paragraph(said(line)) for line in sentences.budgets(results)]
    return Section("compliance", "Does it comply?", parts)


def at_a_glance(results: Told) -> list[Markup]:
    """How many targets are met, and a strip of years for each, without the table behind it."""
    found = states(results)
    if not found:
        return [paragraph("The policy sets no target by year, so there is nothing to hold the years against.")]
    measured = {k: at for k, at in found.items() if any(state not in EMPTY for state, *_ in at.values())} or found
    empty = "; ".join(target_name(results, k) for k in found if k not in measured)
    nothing = f"In force, but asking nothing, or with nothing to measure, in any year: {empty}."
    parts = [_counted(results, found), _strip(results, measured), _legend(measured)]
    return [*parts, paragraph(nothing if empty else "")]


def _counted(results: Told, found: States) -> Markup:
    """How many targets are met throughout, and which are missed when or hollow."""
    when: dict[str, list[str]] = defaultdict(list)
    for key, by_year in found.items():
        for state in ("missed", "hollow"):
            at = [y for y, (s, *_) in by_year.items() if s == state]
            if at:
                when[state].append(f"{target_name(results, key)} ({years(at)})")
    asking = sum(any(state != "silent" for state, *_ in at.values()) for at in found.values())
    met = asking - len(when["missed"])
    number = f"{met or 'none'} {'are' if met > 1 else 'is'}"
    nothing = f", and {len(found) - asking} {'ask' if len(found) - asking > 1 else 'asks'} nothing"
    whole = f"Of {several(len(found), 'target')}, {number} met in every year in which anything is asked"
    whole += f"{nothing if asking < len(found) else ''}."
    missed = f"Missed: {'; '.join(when['missed'])}." if when["missed"] else ""
    hollow = (
        f"Met in name, because the cap speaks of less than half of what the buyer uses: {'; '.join(when['hollow'])}."
        if when["hollow"]
        else ""
    )
    return paragraph(whole, missed, hollow)


def target_name(results: Told, key: Key, *, buyer: bool = True) -> str:
    """A target in words: what it limits, and unless it is said already for whom."""
    kind = next(t for t in results["targets"] if (t["policy_row"], t["buyer"], t["scope"]) == key)
    what = label(kind["kind"], kind["measure"])
    whose = f"{name(results.place(key[1]))}, " if buyer else ""
    title, alone = results.title(key[0]), len(results.scopes_of[key[0]]) == 1
    if title:
        return f"{whose}{name(title)}" + ("" if alone else f": {name(results.scope(key[2]))}")
    return f"{whose}{name(results.scope(key[2]))}: {what}"


def _strip(results: Told, found: States) -> Markup:
    """Targets by year from the first in force, by buyer: percent reached in each cell, with the sign of its state."""
    force = [y for y in results.years if y >= min(y for by_year in found.values() for y in by_year)]
    head = [html("<th scope='col'><span class='{}'>{}</span></th>", "" if y % 5 == 0 else "minor", y) for y in force]
    body = []
    for buyer in dict.fromkeys(key[1] for key in found):
        whose = html("<tr><th scope='rowgroup' colspan='{}'>{}</th></tr>", len(force) + 1, name(results.place(buyer)))
        rows = [
            html("<tr><th scope='row'>{}</th>{}</tr>", target_name(results, key, buyer=False), _cells(by_year, force))
            for key, by_year in found.items()
            if key[1] == buyer
        ]
        body.append(html("<tbody>{}{}</tbody>", whose, rows))
    return html(
        '<div class="scroll" tabindex="0" role="region" aria-label="Targets by year"><table class="strip"><caption>'
        "Percent reached: each row a target of the policy, each column a year</caption><thead><tr><td></td>{}</tr>"
        "</thead>{}</table></div>",
        head,
        body,
    )


def _cells(by_year: dict[int, tuple[str, str, str]], force: list[int]) -> list[Markup]:
    cells = []
    for y in force:
        if y not in by_year:
            cells.append(Markup('<td class="off"><span class="hidden">not in force</span></td>'))
            continue
        state, percent, reached = by_year[y]
        sign, words = STATES[state]
        tip = f"{y}: {words}{f' ({reached})' if reached else ''}"
        form = (
            '<td class="{}" title="{}"><span aria-hidden="true">{}<i>{}</i></span><span class="hidden">{}</span></td>'
        )
        cells.append(html(form, state, tip, percent, sign, tip))
    return cells


def _legend(found: States) -> Markup:
    there = {state for by_year in found.values() for state, *_ in by_year.values()}
    entries = [
        html('<li><span class="sign {}" aria-hidden="true">{}</span> {}</li>', state, sign, words)
        for state, (sign, words) in STATES.items()
        if state in there
    ]
    about = (
        "Numbers: percent reached. Missed comes before hollow, hollow before binding, where two are true. Blank: "
        "not in force."
    )
    return html(
        "<ul class='legend'>{}</ul><p class='caption'>{} <span class='files'>From "
        "targets.csv, shares.csv, benchmarks.csv, withstand.csv, content.csv, shortfalls.csv.</span></p>",
        entries,
        about,
    )


def _details(results: Told) -> Markup:
    columns = [Column(c) for c in ("Row", "Buyer", "Scope", "Supplier", "Year")]
    columns += [Column("Reached, %", 1), Column("Limit, %", 1), Column("One more point is worth, USD/yr", 0)]
    columns += [Column("Short, t", 0)]
    short = {(*_key(r), r["supplier"], r["year"]): r["shortfall_t"] for r in results["shortfalls"]}
    rows = []
    for r in results.measured:
        supplier = r.get("supplier", "")
        points = [None if r[c] is None else 100 * r[c] for c in ("share", "limit")]
        about = (r["policy_row"], results.place(r["buyer"]), results.scope(r["scope"]), results.place(supplier))
        missing = short.get((*_key(r), supplier, r["year"]))
        rows.append((*about, r["year"], *points, r["shadow_price_usd_per_pt"], missing))
    return folded(f"Table: {len(rows):,} rows", html_table(columns, rows, "Targets by year: reached and limit"))
