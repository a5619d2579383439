"""What stands first: three figures that can be compared, and what to decide in the first year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from model.base.words import capital, listed, name, per_kg, rough_money, several, share
from model.output.report.markup import Column, Section, html, html_table, paragraph
from model.plan.saying import answer
from model.plan.saying.asking import complies
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import asks, targets
from model.plan.saying.survival import column, percent

LEAST_T = 0.05


def latest_of(results: Told) -> dict[str, str]:
    """By plant the last year to which it can wait by itself, in words; empty where it was not asked."""
    return {r["key"]: str(r["latest_year"] or "never needed") for r in results["latest"] if r["kind"] == "plant"}


def figures(results: Told) -> Markup:
    """Premium, capital, and from when the targets hold, each with what it compares with."""
    s = results.summary
    asked = bool(s["policy"]["rows"])
    boxes = [_premium(results) if asked else ("Cost of the chain", rough_money(s["cost_usd"]), "present value")]
    boxes.append(("Overnight capital of new plants", rough_money(s["capex_usd"]), _now(results)))
    if asks(results, *targets()):
        since, none = s["first_compliant_year"], "nothing is asked" if s["compliant"] else "no year"
        boxes.append(("All targets hold from", str(since) if since else none, _worst(results)))
    shown = [html("<div><dt>{}</dt><dd>{}</dd><dd class='than'>{}</dd></div>", *box) for box in boxes]
    return html("<dl class='key'>{}</dl>", shown)


def _premium(results: Told) -> tuple[str, str, str]:
    s = results.summary
    base = s["cost_without_policy_usd"]
    parts = [f"{share(s['premium_usd'] / base, 2)} of the chain's cost"] if base else []
    own = [b for b in results["buyers"] if b["buyer"] in s["policy"]["buyers"]]
    if len(own) == 1 and own[0]["premium_usd_per_kg"] is not None:
        usd, whose = own[0]["premium_usd_per_kg"], name(results.place(own[0]["buyer"]))
        parts.append(f"{per_kg(abs(usd))} USD/kg {'less ' if usd < 0 else ''}for {whose}")
    return "More than without policy, present value", rough_money(s["premium_usd"]), "; ".join(parts)


def _now(results: Told) -> str:
    now = answer.decide_now(results)
    if not now:
        return "nothing new is built"
    usd = rough_money(sum(d.capex_usd for d in now))
    return f"{usd} of it decided in {now[0].year}, {several(len({d.plant for d in now}), 'plant')}"


def _worst(results: Told) -> str:
    """The target that is missed by most points, by how many and when."""
    missed = {_at(r) for r in results["shortfalls"] if (r["shortfall_t"] or 0.0) > LEAST_T}
    short = [
        (abs(r["limit"] - (r["share"] or 0.0)), r)
        for r in results.measured
        if _at(r) in missed and r["limit"] is not None
    ]
    if not short:
        return ""
    points, r = max(short, key=lambda one: one[0])
    return f"most is missed at {name(results.scope(r['scope']))}: {100 * points:.1f} points in {r['year']}"


def _at(row: Row) -> tuple[str, str, str, int]:
    return row["policy_row"], row["buyer"], row["scope"], row["year"]


def decide_now(results: Told) -> Section | None:
    """The decisions of the first year as a table, with the support that each needs and whether it runs."""
    now = answer.decide_now(results)
    if not now:
        return None
    columns = [Column("Plant"), Column("Country"), Column("t/yr"), Column("Capital, m USD")]
    columns += [Column("Support, m USD a year"), Column("Does it run?")]
    until = latest_of(results)
    columns += [Column("By itself, at the latest")] if until else []
    rows = [
        (
            str(results.plants.get(d.plant, {}).get("name") or d.plant),
            results.place(d.region),
            *(d.capacity_t_per_yr, d.capex_usd / 1e6, d.support_usd_per_yr / 1e6, d.runs),
            *([until.get(d.plant)] if until else []),
        )
        for d in now
    ]
    table = html_table(columns, rows, f"Decided in {now[0].year}")
    note = html(
        "<p class='caption'>Support and load are of the whole plant over the years in which it is there, later "
        "enlargements included.{} <span class='files'>From builds.csv, support.csv{}.</span></p>",
        " By itself: everything else planned anew, the targets held as well as in the plan." if until else "",
        ", latest.csv" if until else "",
    )
    return Section("now", f"What to decide in {now[0].year}", [paragraph(*_said(now)), table, note])


def _said(now: Sequence[answer.Decision]) -> Iterator[str]:
    usd = sum(d.capex_usd for d in now)
    yield capital(f"{several(len(now), 'plant')} for {rough_money(usd)} of overnight capital.")
    idle = [d for d in now if d.utilisation < answer.HARDLY]
    if idle:
        spent = rough_money(sum(d.capex_usd for d in idle))
        yield f"{spent} of it goes to {several(len(idle), 'plant')} that run at less than a tenth of their capacity."


def compared(plans: Sequence[tuple[str, Told]]) -> str:
    """Several plans in a sentence: which is cheapest and by how much, which meet their targets, which serves most."""
    cost = {called: told.summary["cost_usd"] for called, told in plans}
    order = sorted(cost, key=lambda called: cost[called])
    cheap, dear = order[0], order[-1]
    gap = rough_money(cost[dear] - cost[cheap])
    said = f"{name(cheap)} costs {gap} less than {name(dear)}"
    if cost[dear] - cost[cheap] < 0.5:
        said = "They cost the same"
    states = {called: complies(told.summary) for called, told in plans}
    missed = [name(called) for called, state in states.items() if state == "no"]
    said += (
        f"; {listed(missed)} {'misses' if len(missed) == 1 else 'miss'} targets" if missed else "; none misses a target"
    )
    served = {called: column(told)["served_share"] for called, told in plans}
    known = {called: share_ for called, share_ in served.items() if share_ is not None}
    if len(known) == len(plans) and max(known.values()) - min(known.values()) > 0.005:
        most = max(known, key=lambda called: known[called])
        return f"{said}; when exports stop {name(most)} serves most, {percent(known[most])} %."
    return f"{said}."
