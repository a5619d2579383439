"""What stands first: the finding in a line, three figures that can be compared, and what to decide this year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from markupsafe import Markup

from model.base.words import capital, given_money, name, several, share, years
from model.output.report.markup import Column, Section, html, html_table, paragraph
from model.plan.rows import Row, Told
from model.plan.sentences import asks, targets, verdict

HARDLY = 0.1
"""A plant that runs at less than this part of its capacity is built to count."""
LEAST_T = 0.05
MOST_NAMED = 3


def finding(results: Told) -> str:
    """The answer in one sentence: what goes without, what is missed when, or from when all holds and what it costs."""
    s = results.summary
    missing = _unserved(results)
    if missing:
        return f"{missing} of goods go unserved{'; not every target holds' if not s['compliant'] else ''}."
    missed = _missed(results)
    if missed:
        said = [f"{name(what)} ({years(at)})" for what, at in list(missed.items())[:MOST_NAMED]]
        more = f" and {len(missed) - MOST_NAMED} more" if len(missed) > MOST_NAMED else ""
        return f"Not every target can be met: {'; '.join(said)}{more} fall{'s' if len(missed) == 1 else ''} short."
    if not asks(results, *targets()) or not s["compliant"]:
        return verdict(results)
    return f"Every target is met, in force from {s['first_compliant_year']}, for {_about(s['premium_usd'])} more."


def _about(usd: float) -> str:
    """Money with three figures, as many as a headline needs.

    >>> _about(514_998_123.0), _about(2_650_912_345.0)
    ('515 m USD', '2.65 bn USD')
    """
    return given_money(float(f"{usd:.3g}"))


def _unserved(results: Told) -> str:
    tonnes = sum(d["unserved_t"] or 0.0 for d in results["demand"])
    return f"{tonnes:,.0f} t" if tonnes > 0.5 else ""


def _missed(results: Told) -> dict[str, list[int]]:
    """What falls short, as buyer and stage, in which years."""
    found: dict[str, list[int]] = defaultdict(list)
    for r in results["shortfalls"]:
        if (r["shortfall_t"] or 0.0) > LEAST_T:
            found[f"{results.scope(r['scope'])}, {results.place(r['buyer'])}"].append(r["year"])
    return found


def figures(results: Told) -> Markup:
    """Premium, capital, and from when the targets hold, each with what it compares with."""
    s = results.summary
    asked = bool(s["policy"]["rows"])
    boxes = [_premium(results) if asked else ("Cost of the chain", _about(s["cost_usd"]), "present value")]
    boxes.append(("Overnight capital of new plants", _about(s["capex_usd"]), _now(results)))
    if asks(results, *targets()):
        since = s["first_compliant_year"]
        boxes.append(("All targets hold from", str(since) if since else "no year", _worst(results)))
    shown = [html("<div><dt>{}</dt><dd>{}</dd><dd class='than'>{}</dd></div>", *box) for box in boxes]
    return html("<dl class='key'>{}</dl>", shown)


def _premium(results: Told) -> tuple[str, str, str]:
    s = results.summary
    base = s["cost_without_policy_usd"]
    parts = [f"{share(s['premium_usd'] / base, 2)} of the chain's cost"] if base else []
    own = [b for b in results["buyers"] if b["buyer"] in s["policy"]["buyers"]]
    if len(own) == 1 and own[0]["premium_usd_per_kg"] is not None:
        parts.append(f"{own[0]['premium_usd_per_kg']:,.2f} USD/kg for {name(results.place(own[0]['buyer']))}")
    return "More than without policy, present value", _about(s["premium_usd"]), "; ".join(parts)


def _now(results: Told) -> str:
    now = _this_year(results)
    if not now:
        return "nothing new is built"
    plants = several(len({b["plant"] for b in now}), "plant")
    return f"{_about(sum(b['capex_usd'] for b in now))} of it decided in {now[0]['decision_year']}, {plants}"


def _worst(results: Told) -> str:
    """The target that is missed by most points, by how many and when."""
    missed = {_at(r) for r in results["shortfalls"] if (r["shortfall_t"] or 0.0) > LEAST_T}
    short = [
        (abs(r["limit"] - (r["share"] or 0.0)), r)
        for r in (*results["shares"], *results["benchmarks"])
        if _at(r) in missed and r["limit"] is not None
    ]
    if not short:
        return ""
    points, r = max(short, key=lambda one: one[0])
    return f"most is missed at {name(results.scope(r['scope']))}: {100 * points:.1f} points in {r['year']}"


def _at(row: Row) -> tuple[str, str, str, int]:
    return row["policy_row"], row["buyer"], row["scope"], row["year"]


def _this_year(results: Told) -> list[Row]:
    """The decisions of the first year in which anything is decided, most capital first."""
    first = min((b["decision_year"] for b in results["builds"]), default=None)
    now = [b for b in results["builds"] if b["decision_year"] == first]
    return sorted(now, key=lambda b: (-b["capex_usd"], b["plant"]))


def decide_now(results: Told) -> Section | None:
    """The decisions of the first year as a table, with the support that each needs and whether it runs."""
    now = _this_year(results)
    if not now:
        return None
    columns = [Column("Plant"), Column("Country"), Column("t/yr"), Column("Capital, m USD")]
    columns += [Column("Support, m USD a year"), Column("Runs at, % of capacity", 1), Column("Does it run?")]
    about = {s["plant"]: s for s in results["support"]}
    rows = []
    for b in now:
        s = about.get(b["plant"], {})
        runs, usd = s.get("utilisation"), s.get("support_usd_per_yr")
        plant = results.plants.get(b["plant"], {}).get("name") or b["plant"]
        size = (b["capacity_t_per_yr"], b["capex_usd"] / 1e6, None if usd is None else usd / 1e6)
        rows.append((plant, results.place(b["region"]), *size, None if runs is None else 100 * runs, _runs(runs)))
    year = now[0]["decision_year"]
    table = html_table(columns, rows, f"Decided in {year}")
    note = html(
        "<p class='caption'>Support and load are of the whole plant over the years in which it is there, later "
        "enlargements included. <span class='files'>From builds.csv, support.csv.</span></p>"
    )
    return Section("now", f"What to decide in {year}", [paragraph(*_said(results, now, about)), table, note])


def _runs(part: float | None) -> str:
    """Whether a plant runs, by the part of its capacity that it uses.

    >>> [_runs(part) for part in (None, 0.0, 0.01, 0.8)]
    ['unknown', 'never: built to count', 'hardly: built to count', 'yes']
    """
    if part is None:
        return "unknown"
    return "yes" if part >= HARDLY else "hardly: built to count" if part > 5e-4 else "never: built to count"


def _said(results: Told, now: list[Row], about: dict[str, Row]) -> Iterator[str]:
    usd = sum(b["capex_usd"] for b in now)
    yield capital(f"{several(len(now), 'plant')} for {_about(usd)} of overnight capital.")
    idle = [b for b in now if (about.get(b["plant"], {}).get("utilisation") or 0.0) < HARDLY and b["plant"] in about]
    if idle:
        spent = _about(sum(b["capex_usd"] for b in idle))
        yield f"{spent} of it goes to {several(len(idle), 'plant')} that run at less than a tenth of their capacity."
