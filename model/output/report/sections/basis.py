"""What the plan rests on, and how it was made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from model.base.words import clean, money, money_unit, name, share, stated
from model.instance.warnings.warned import in_words
from model.output.report.building import Plans
from model.output.report.markup import Column, Picture, Section, folded, html, paragraph
from model.plan.saying import grounds
from model.plan.saying.rows import Row, Told

MOST_FIGURES = 18
GRADES = {"sourced": 0, "recalled": 1, "assumption": 2}
LEGEND = Markup(
    "<ul class='legend'><li><span class='swatch s0'></span> sourced</li><li><span "
    "class='swatch s0 striped'></span> recalled</li><li><span class='swatch "
    "open'></span> assumed</li></ul>"
)
NOTICE = "Charts: Apache ECharts 6.1.0 (Apache License 2.0). Nothing is loaded from the network."
WORDS = {
    "capex": "capital cost",
    "fixed_cost": "fixed cost",
    "variable_cost": "running cost",
    "availability": "availability",
    "capacity": "capacity",
    "freight": "freight",
    "tariff": "tariff",
    "quantity": "demand",
    "shortage_cost": "shortage cost",
    "holding_cost": "holding cost",
}


def rests_on(results: Told) -> Section:
    """The figures that the premium (without policy: the cost) leans on most, and how each is known."""
    title = "What the plan rests on"
    premium = bool(results.summary["policy"]["rows"]) and any(f["premium_effect_usd"] for f in results["figures"])
    column = "premium_effect_usd" if premium else "effect_usd"
    rows = grounds.graded(results["figures"], column)
    if not rows:
        return Section("basis", title, [paragraph("No figure moves the plan’s cost.")])
    top, what = rows[:MOST_FIGURES], "premium" if premium else "cost"
    factor, unit = money_unit(f[column] / 100 for f in top)
    grades = {g: sum(f["confidence"] == g for f in top) for g in GRADES}
    known = ", ".join(f"{n} {'assumed' if g == 'assumption' else g}" for g, n in grades.items() if n)
    first = top[0]
    moved = f"{'rises' if first[column] > 0 else 'falls'} by {money(abs(first[column]) / 100)}"
    said = paragraph(
        f"Weighed by effect on the {what}: {grounds.in_words(grounds.weighed(rows, column))}, definitions left out. "
        f"Of the {len(top)} figures on which the {what} leans most: {known}. The first is "
        f"{name(_figure(results, first))}: with 1 % more of it the {what} {moved}."
    )
    data = {
        "unit": unit,
        "labels": [clean(_figure(results, f)) for f in top],
        "values": [f[column] / 100 / factor for f in top],
        "grades": [GRADES.get(f["confidence"], 2) for f in top],
    }
    caption = (
        f"By how much the {what} (present value, {unit}) changes if the figure is 1 % higher, all else as it is and "
        "the plan made anew: to first order, from the plan’s own quantities and marginal prices. Filled: sourced; "
        "hatched: recalled; outlined: assumed. Effects of several figures don’t add up."
    )
    columns = [Column("Figure"), Column("Value"), Column("Unit"), Column("Effect on cost if it doubles, USD", 0)]
    columns += [Column("Of it through the policy, USD", 0), Column("Known as"), Column("Source"), Column("Year")]
    fields = ("value", "unit", "effect_usd", "premium_effect_usd", "confidence", "citation", "source_year")
    table = [(_figure(results, f), *(f[c] for c in fields)) for f in rows[:150]]
    picture = Picture(
        "basis-chart", "grades", f"Figures that move the {what} most: 1 % more, {unit}", caption, ("figures",),
        data, columns, table, height=70 + 26 * len(top), legend=LEGEND,
    )  # fmt: skip
    return Section("basis", title, [said, _by_table(rows, column, what), picture])


def _by_table(rows: Sequence[Row], effect: str, what: str) -> Markup:
    """Which input tables carry the effect, and how well each is known."""
    lines = [
        f"{table}.csv {share(part, 0)} of the effect ({grounds.in_words(shares)})"
        for table, part, shares in grounds.by_table(rows, effect)
    ]
    return paragraph(f"By table, of the effect on the {what}: {'; '.join(lines)}.")


def _figure(results: Told, row: Row) -> str:
    """A figure in words, with names in full where there are any."""
    about, word = row["figure"], WORDS.get(row["column"], row["column"])
    if row["table"] in ("plants", "capacity"):
        about = results.plants.get(about, {}).get("name") or about
    elif row["table"] == "demand":
        good, _, where = about.partition(": ")
        region, _, sector = where.partition(", ")
        about = f"{results.goods.get(good, {}).get('name') or good}, {results.place(region)} ({sector})"
    elif row["table"] == "recipes":
        process, _, good = about.partition(": ")
        about, made = results.goods.get(good, {}).get("name") or good, (row["value"] or 0.0) > 0
        word = f"{'made' if made else 'used'} by {process}"
    return f"{about}: {word}"


def made(plans: Plans) -> Section:
    """Versions, hashes, options, sizes, solves and residuals; nothing that changes from run to run."""
    parts: list[Markup | Picture] = [
        paragraph(
            "A linear programme, solved to optimality and checked by code that shares nothing with its formulation: "
            "every limit, balance, share and cost was derived again from the instance and the tables."
        )
    ]
    for n, r in plans:
        if len(plans) > 1:
            parts.append(html("<h3>{}</h3>", name(n)))
        parts += [*_odd(r), _facts(r)]
    land = " Land: Natural Earth (public domain)."
    return Section("made", "How it was made", [*parts, html("<p class='caption'>{}{}</p>", NOTICE, land)])


def _odd(results: Told) -> list[Markup]:
    """What is odd in the input, one line a kind; nothing where nothing is, or an older summary doesn't say."""
    lines = in_words(results.summary.get("warnings") or [])
    return [paragraph("Odd in the input:"), *(paragraph(name(line)) for line in lines)] if lines else []


def _facts(results: Told) -> Markup:
    s = results.summary
    residuals, programme = s.get("residuals") or {}, s.get("programme") or {}
    solves = s.get("solves") or []
    facts: list[tuple[str, Any]] = [
        ("Instance", f"{s['instance']['title']} ({s['instance']['name']}), SHA-256 {s['instance']['sha256']}"),
        ("Policy", f"{s['policy']['title']} ({s['policy']['name']}), SHA-256 {s['policy']['sha256']}"),
        ("Goal", s["goal"]),
        ("Overrides", "; ".join(stated(k, v) for part in s["overrides"].values() for k, v in part.items()) or "none"),
        ("Horizon", f"{s['first_year']}–{s['last_year']}, discount rate {s['discount_rate'] * 100:.3g} % a year"),
        ("Money", f"USD of {s['price_year']}"),
        ("Versions", ", ".join(f"{k} {v}" for k, v in s["versions"].items())),
        ("Programme", ", ".join(f"{v:,} {k}" for k, v in programme.items())),
        ("Solver options", ", ".join(f"{k} {v}" for k, v in (s.get("solver_options") or {}).items())),
        ("Residuals", ", ".join(f"{k} {v:.1e}" for k, v in residuals.items() if v is not None)),
        ("Solves", "; ".join(f"{x['name']}: {x['status']}, {x['iterations']:,} iterations" for x in solves)),
    ]
    rows = [html("<div><dt>{}</dt><dd>{}</dd></div>", k, name(v)) for k, v in facts if v != ""]
    return folded("Versions, hashes, options, residuals", html('<dl class="facts">{}</dl>', rows))
