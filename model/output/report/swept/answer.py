"""The question and the answer of a sweep, what varies, and how it was made."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from typing import Any

from markupsafe import Markup

from model.analysis.sweeps.running.outcomes import FAILED, MET, MISSED
from model.base.words import listed, money, name, several
from model.output.report.markup import Column, Section, folded, html, html_table, paragraph
from model.output.report.sections.basis import NOTICE
from model.output.report.swept.outcomes import outcome, strongest, without_effect
from model.output.report.swept.reading import Factor, Sweep, brief, setting, title

DESIGNS = {
    "list": "case by case as listed",
    "grid": "every combination of the factors’ values",
    "one-at-a-time": "one factor at a time to its low and its high, all others at base",
    "latin-hypercube": "a Latin hypercube over the factors’ ranges",
    "sobol": "a Sobol’ design over the factors’ ranges",
}
LEGEND = Markup(
    "<ul class='legend'><li><span class='sign met' aria-hidden='true'>●</span> every "
    "target met</li><li><span class='sign missed' aria-hidden='true'>✕</span> a target "
    "missed</li><li><span class='sign unused' aria-hidden='true'>–</span> failed: no "
    "plan</li></ul>"
)


def answer(sweep: Sweep) -> Section:
    """Three sentences, and the range of outcomes by policy."""
    asked = html('<p class="question">{}</p>', _question(sweep))
    counts = Counter(sweep.cases["status"])
    lead = paragraph(html("<strong>{}</strong>", _fare(counts)), _ranges(sweep), _matters(sweep), kind="lead")
    note = Markup(
        "<p class='caption'>Least, median and greatest over the cases that have a plan. Cost "
        "and premium are present values. <span class='files'>From cases.csv.</span></p>"
    )
    return Section("answer", "The question and the answer", [asked, lead, _fares(sweep), _by_policy(sweep), note])


def _fare(counts: Counter[str]) -> str:
    """How many cases meet every target, miss one, or failed.

    >>> _fare(Counter(met=2)), _fare(Counter(met=1, missed=2, failed=1))
    ('All 2 cases meet every target.', 'Of 4 cases, 1 meets every target, 2 miss at least one, 1 failed.')
    """
    words = {MET: ("meets", "meet", "every target"), MISSED: ("misses", "miss", "at least one"), FAILED: ("", "", "")}
    whole = counts.total()
    if counts[MET] == whole:
        return f"All {whole:,} cases meet every target." if whole > 1 else "The one case meets every target."
    said = [
        f"{counts[s]:,} {one if counts[s] == 1 else more} {what}" if one else f"{counts[s]:,} failed"
        for s, (one, more, what) in words.items()
        if counts[s]
    ]
    return f"Of {several(whole, 'case')}, {'' if counts[MET] else 'none meets every target, '}{', '.join(said)}."


def _question(sweep: Sweep) -> str:
    factors = [f"“{name(brief(f))}”" for f in sweep.factors]
    what = f" over {listed(factors, 4)}" if factors else ""
    how = DESIGNS.get(sweep.design, sweep.design)
    policies = [f"“{name(p)}”" for p in sweep.policies]
    under = f"the {'policy' if len(policies) == 1 else 'policies'} {listed(policies)}"
    return f"What do {under} cost, build and miss{what}? ({how[0].upper()}{how[1:]}.)"


def _ranges(sweep: Sweep) -> str:
    paid = sweep.money()
    costs, capital = (_planned(sweep, c) for c in (paid, "capex_usd"))
    if not costs:
        return "No case has a plan."
    said = f"{_span(costs)} more than no policy" if paid == "premium_usd" else _span(costs)
    return f"The chain costs {said} (present value), with {_span(capital)} of overnight capital for new plants."


def _planned(sweep: Sweep, column: str) -> list[float]:
    found = zip(sweep.cases[column], sweep.planned, strict=True)
    return [v for v, planned in found if planned and v is not None]


def _span(values: list[float]) -> str:
    low, high = money(min(values)), money(max(values))
    return low if low == high else f"{low} to {high}"


def _matters(sweep: Sweep) -> str:
    """What moves premium (else cost) and capital most; policies of which the same is true together, without figures."""
    said: dict[tuple[tuple[str, str], ...], list[tuple[str, list[str]]]] = {}
    for policy in sweep.policies:
        paid = sweep.money(policy)
        asked = ((paid, "the premium" if paid == "premium_usd" else "cost"), ("capex_usd", "capital"))
        found = [(w, m) for c, w in asked if (m := _most(sweep, policy, c))]
        if found:
            said.setdefault(tuple((w, m[0]) for w, m in found), []).append((policy, [m[1] for _, m in found]))
    sentences = []
    for words, policies in said.items():
        much = [f" ({m})" for m in policies[0][1]] if len(policies) == 1 else [""] * len(words)
        parts = [f"for {what} {factor}{m}" for (what, factor), m in zip(words, much, strict=True)]
        if len({factor for _, factor in words}) == 1 and len(words) > 1:
            both = " and ".join(f"for {what}{m}" for (what, _), m in zip(words, much, strict=True))
            parts = [f"{both} {words[0][1]}"]
        under = "" if len(sweep.policies) == 1 else f" under {listed([name(p) for p, _ in policies])}"
        sentences.append(f"{' and '.join(parts)}{under}")
    idle = [f"“{name(brief(f))}”" for f in without_effect(sweep)]
    nothing = f" {listed(idle)} {'makes' if len(idle) == 1 else 'make'} no difference in any case." if idle else ""
    return (f"What matters most is {'; '.join(sentences)}." if sentences else "") + nothing


def _most(sweep: Sweep, policy: str, column: str) -> tuple[str, str] | None:
    """The factor that moves an outcome most, and in words by how much."""
    for row in sweep["tornado"]:
        if (row["policy"], row["outcome"], row["rank"]) == (policy, column, 1) and row["swing"]:
            return f"“{name(row['title'])}”", f"{money(row['swing'])} from its low to its high"
    rows = [r for r in sweep["sobol"] if (r["policy"], r["outcome"]) == (policy, column) and r["total"] is not None]
    if rows:
        best = max(rows, key=lambda r: r["total"])
        return f"“{name(best['title'])}”", f"total Sobol’ index {best['total']:.2f} ± {best['total_interval']:.2f}"
    found = strongest(sweep, column, policy)
    if not found or sweep.design in ("one-at-a-time", "sobol") or len(sweep.factors) < 2:
        return None
    factor, part = found
    return f"“{name(brief(factor))}”", f"{100 * part:.0f} % of its variance goes with it alone"


def _fares(sweep: Sweep) -> Markup:
    """How many cases fare how under each policy."""
    columns = [Column(c) for c in ("Policy", "Cases", "Every target met", "A target missed", "Failed")]
    rows = []
    for policy in sweep.policies:
        counts = Counter(s for s, p in zip(sweep.cases["status"], sweep.cases["policy"], strict=True) if p == policy)
        rows.append((policy, counts.total(), counts[MET], counts[MISSED], counts[FAILED]))
    return html_table(columns, rows, "How cases fare by policy")


def _by_policy(sweep: Sweep) -> Markup:
    """Outcomes under each policy: least, median, greatest."""
    columns = [Column(c) for c in ("Outcome", "Policy", "Least", "Median", "Greatest", "in case")]
    rows: list[tuple[Any, ...]] = []
    for column in (
        "premium_usd",
        "cost_usd",
        "capex_usd",
        "worst_miss",
        "unserved_goods_t",
        "stop_served_share",
        "first_compliant_year",
    ):
        one = outcome(column, sweep.cases[column])
        for policy in sweep.policies:
            found = zip(sweep.cases[column], sweep.cases["case"], sweep.cases["policy"], strict=True)
            values = sorted((v, case) for v, case, p in found if p == policy and v is not None)
            if any(one.scaled(v) for v, _ in values):
                middle = statistics.median_low if isinstance(values[0][0], int) else statistics.median
                three = [one.scaled(v) for v in (values[0][0], middle([v for v, _ in values]), values[-1][0])]
                rows.append((one.head, policy, *three, values[-1][1]))
    return html_table(columns, rows, "Range of outcomes by policy")


def factors(sweep: Sweep) -> Section:
    """What varies, over what range, and how well it is known."""
    heading = "What varies"
    if not sweep.factors:
        return Section("factors", heading, [paragraph("The sweep lists its cases one by one and has no factors.")])
    columns = [Column(c) for c in ("Factor", "Unit", "Values", "Base", "Is", "Edits", "Figures it moves", "Source")]
    rows = [_factor(sweep, f) for f in sweep.factors]
    choices = sum(not f["assumption"] for f in sweep.factors)
    said = f"{several(len(rows), 'factor')} {'varies' if len(rows) == 1 else 'vary'}"
    if choices:
        said += f", {choices} of them a choice of policy and the others assumptions that may come true or not"
    parts = [paragraph(f"{said}.")]
    table = html_table(columns, rows, "Factors")
    parts.append(table if len(rows) <= 8 else folded(f"Table: {len(rows)} rows", table))
    parts.append(Markup("<p class='caption'><span class='files'>From sweep.json.</span></p>"))
    return Section("factors", heading, parts)


def _factor(sweep: Sweep, f: Factor) -> tuple[str, ...]:
    if f["values"] or f["levels"]:
        values = ", ".join(setting(f, v) for v in sweep.levels(f))
    else:
        values = f"{setting(f, f['low'])} to {setting(f, f['high'])}"
    base = setting(f, f["base"]) if f["base"] is not None else "–"
    grades = ", ".join(f"{n:,} {'assumed' if g == 'assumption' else g}" for g, n in f["grades"].items()) or "none"
    kind = "assumption" if f["assumption"] else "choice"
    edits = ", ".join(dict.fromkeys(f["edits"]))
    return title(f), f["unit"], values, base, kind, edits, grades, f["source"]


def made(sweep: Sweep) -> Section:
    """Design, versions and hashes; nothing that changes from run to run."""
    about, asked = sweep.about, sweep.about["sweep"]
    parts = [
        paragraph(
            "Each case is a linear programme of its own, solved to optimality: its plan is the one that the instance "
            "gives when it is edited as the case says and solved by itself."
        )
    ]
    facts = [
        ("Sweep", f"{asked['title']} ({asked['name']})"),
        ("Design", f"{asked['design']}: {DESIGNS.get(asked['design'], '')}"),
        ("Samples, seed", f"{asked['samples']}, {asked['seed']}" if asked["samples"] else ""),
        ("Policies", ", ".join(sweep.policies)),
        ("Instance", f"{about['instance']['title']} ({about['instance']['name']})"),
        ("Horizon", f"{about['first_year']}–{about['last_year']}, {about['discount_rate'] * 100:.3g} % a year"),
        ("Money", f"USD of {about['price_year']}"),
        ("Made from", json.dumps(about.get("made_from", {}), ensure_ascii=False)),
    ]
    listed_ = [html("<div><dt>{}</dt><dd>{}</dd></div>", k, name(v)) for k, v in facts if v]
    notice = html("<p class='caption'>{}</p>", NOTICE)
    return Section("made", "How it was made", [*parts, html('<dl class="facts">{}</dl>', listed_), notice])
