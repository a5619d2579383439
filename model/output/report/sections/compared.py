"""Plans side by side: what each asks, reaches, costs and misses; each target in its own measure, by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from model.base import words
from model.base.words import bare, name
from model.instance.policy.kinds import days
from model.output.report.building import Plans
from model.output.report.markup import Column, Section, folded, html, html_table, paragraph, said
from model.plan.saying import answer, survival
from model.plan.saying.asking import complies
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import asks, targets, verdict

DAYS = 365
LEAST_T = 0.5
UNSERVED = {"unserved_goods_t": "goods", "unserved_t": "content"}


def side_by_side(plans: Plans) -> Section:
    """What each plan asks and reaches, in a table."""
    cost, unit = words.money_unit([r.summary["cost_usd"] for _, r in plans], least=1e6)
    first = plans[0][1].summary["cost_usd"]
    more = [u for _, r in plans for u in (r.summary["premium_usd"] or 0.0, r.summary["capex_usd"])]
    part, small = words.money_unit(more, least=1e6)
    columns = [Column(c) for c in ("Plan", "Asks", "Met", "Every target from")]
    columns += [
        Column(f"Cost, {unit}", 2),
        Column(f"Against {plans[0][0]}, {small}", 2),
        Column(f"Premium, {small}", 2),
    ]
    columns += [Column(f"Capital, {small}", 2), Column("Served if exports stop, %", 0, 100.0)]
    lacking = any(r.summary[key] > LEAST_T for _, r in plans for key in UNSERVED)
    columns += [Column(f"Unserved, t of {what}", 0) for what in UNSERVED.values()] if lacking else []
    rows = []
    for n, r in plans:
        s = r.summary
        since = s["first_compliant_year"] if asks(r, *targets()) else None
        served = survival.column(r)["served_share"]
        amounts = (s["cost_usd"] / cost, (s["cost_usd"] - first) / part, (s["premium_usd"] or 0.0) / part)
        stop = None if served is None else 100 * served
        missing = [s[key] for key in UNSERVED] if lacking else []
        rows.append((n, _asks(s), complies(s), since, *amounts, s["capex_usd"] / part, stop, *missing))
    table = html_table(columns, rows, "Plans side by side")
    verdicts = [
        paragraph(
            html("<strong>{}:</strong> {} Capital {}.", name(n), said(verdict(r)), words.money(r.summary["capex_usd"]))
        )
        for n, r in plans
    ]
    meant = survival.meant([r for _, r in plans])
    note = html(
        "<p class='caption'>Cost and premium are present values. {} <span class='files'>From summary.json.</span></p>",
        said(f"Served if exports stop: {meant}") if meant else "",
    )
    return Section("answer", "The plans and what they reach", [*verdicts, table, note])


def _asks(s: Mapping[str, Any]) -> str:
    """A plan's policy, with what was edited in its instance and a goal that comes before cost."""
    edits = [words.stated(key, value) for key, value in s["overrides"]["instance"].items()]
    edits += [f"builds {whose}" for whose in s["overrides"].get("builds", {}).values()]
    edits += [] if s["goal"] == "cost" else [f"goal {s['goal']}"]
    return "; ".join([s["policy"]["title"], *edits])


def missed(plans: Plans) -> Section | None:
    """Each target that some plan misses: by how much at its worst, then by year; nothing where none is missed.

    In points of what the target counts, or days: tonnes of unlike targets have no common measure.
    """
    said_of = [(n, bare(what), bare(by)) for n, r in plans for what, by in answer.missed(r)]
    if not said_of:
        return None
    worst = html_table([Column("Plan"), Column("Target"), Column("By how much")], said_of, "What is missed at worst")
    rows = [row for n, r in plans for row in _by_year(n, r)]
    columns = [Column(c) for c in ("Plan", "Target", "Year", "Reached", "Asked", "Off by")]
    by_year = folded(f"Table: {words.several(len(rows), 'row')}", html_table(columns, rows, "What is missed, by year"))
    note = html(
        "<p class='caption'>In points of what each target counts, or days. "
        "<span class='files'>From shortfalls.csv and the targets’ tables.</span></p>"
    )
    return Section("missed", "What is missed, by how much and when", [worst, by_year, note])


def _by_year(plan: str, told: Told) -> Iterator[tuple[Any, ...]]:
    """Plan, target, year, what is reached, what is asked, and the difference, in the target's own measure."""
    measured = {_at(r): r for r in told.measured}
    for row in told["shortfalls"]:
        found = measured.get(_at(row))
        if found is None:
            continue
        reached, asked = found["share"] or 0.0, found["limit"] or 0.0
        if days(row["policy_row"]):
            figures = tuple(f"{DAYS * x:,.1f} days" for x in (reached, asked, abs(asked - reached)))
        else:
            figures = (words.share(reached), words.given_share(asked), f"{words.points(abs(asked - reached))} points")
        where = f"{told.scope(row['scope'])}, {told.place(row['buyer'])}"
        supplier = f" from {told.place(row['supplier'])}" if row.get("supplier") else ""
        yield (plan, f"{where}{supplier}", str(row["year"]), *figures)


def _at(row: Row) -> tuple[Any, ...]:
    return row["policy_row"], row["buyer"], row["scope"], row.get("supplier") or "", row["year"]
