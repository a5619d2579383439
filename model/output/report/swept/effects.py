"""What each factor does: the tornado, capital that moves, Sobol' indices, and weakly known figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from model.base.words import clean, listed, money, name, several
from model.output.report.markup import Column, Control, Picture, Section, folded, html, html_table, paragraph
from model.output.report.store import cut, store_of
from model.output.report.swept.outcomes import Outcome, outcome
from model.output.report.swept.reading import Sweep
from model.plan.saying.rows import Row

MOST_BARS = 24
MOVED = "Capital that moves, plants that enter and leave"
FIRST = ("premium_usd", "worst_miss", "cost_usd", "capital_moved_usd", "capex_usd")


def effects(sweep: Sweep) -> Iterator[Section]:
    """Sections for the tables that the design wrote."""
    if sweep["tornado"]:
        yield _tornado(sweep, sweep["tornado"])
    if sweep["moves"]:
        yield _moves(sweep, sweep["moves"])
    if sweep["sobol"]:
        yield _sobol(sweep["sobol"], sweep.policies)
    if sweep["weak_figures"]:
        yield _weak(sweep["weak_figures"], sweep.policies)


def _shown(rows: Sequence[Row], columns: Sequence[str]) -> list[Outcome]:
    """The outcomes of a table that are not zero throughout, the main ones first, in units that suit."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row["outcome"], []).extend(row[c] for c in columns)
    there = [c for c, values in found.items() if any(values)]
    there.sort(key=lambda c: FIRST.index(c) if c in FIRST else len(FIRST))
    return [outcome(c, found[c]) for c in there]


def _policies(policies: Sequence[str]) -> list[Control]:
    return [Control("policy", "Policy", list(enumerate(policies)))] if len(policies) > 1 else []


def _tornado(sweep: Sweep, rows: Sequence[Row]) -> Section:
    """Bars from the outcome at a factor's low setting to that at its high one."""
    values = ("value_low", "value_base", "value_high")
    found = _shown([r for r in rows if r["swing"]], values)
    heading = "One factor at a time: the tornado"
    if not found:
        return Section(
            "one-at-a-time", heading, [paragraph("No factor moves any outcome between its low and its high.")]
        )
    bars: list[list[list[Any]]] = [[[] for _ in found] for _ in sweep.policies]
    places = {one.column: i for i, one in enumerate(found)}
    for r in rows:
        if r["outcome"] in places:
            one = found[places[r["outcome"]]]
            about = [clean(r["title"]), *(clean(r[c]) for c in ("low", "high"))]
            bar = [*about, *(cut(one.scaled(r[c])) for c in values), cut(one.scaled(r["swing"]))]
            mine = bars[sweep.policies.index(r["policy"])][places[r["outcome"]]]
            if (r["swing"] or None in bar) and len(mine) < MOST_BARS:
                mine.append(bar)
    data = {"outcomes": [one.shown for one in found], "bars": bars}
    caption = (
        "From the outcome with the factor at its low setting (hatched) to that at its high one (full), all others at "
        "base; the line is the base case. Largest swing first, "
        f"at most {MOST_BARS}; factors without a swing are left out. ✕: the case at that end failed. Capital decided "
        "otherwise counts plants and years that differ from the base’s decisions."
    )
    columns = [Column(c) for c in ("Policy", "Outcome", "Factor", "Unit", "Low", "Base", "High")]
    columns += [Column(c) for c in ("Outcome at low", "At base", "At high", "Swing", "Rank")]
    fields = ("policy", "outcome", "title", "unit", "low", "base", "high", *values, "swing", "rank")
    table = [tuple(r[f] for f in fields) for r in rows]
    controls = [Control("outcome", "Outcome", [(i, one.head) for i, one in enumerate(found)])]
    picture = Picture(
        "tornado", "tornado", "Outcome at each factor’s low and high setting", caption, ("tornado",), data,
        columns, table, [*controls, *_policies(sweep.policies)], store=store_of("tornado", "Tornado", columns, table),
        legend=Markup("<ul class='legend'><li><span class='swatch s1 cut'></span> at low</li><li><span "
"class='swatch s0'></span> at high</li></ul>"),
    )  # fmt: skip
    return Section("one-at-a-time", heading, [picture])


def _moves(sweep: Sweep, rows: Sequence[Row]) -> Section:
    """How much capital each factor moves; plants that enter and leave."""
    titles = {f["name"]: f["title"] or f["name"] for f in sweep.factors}
    parts: list[Markup] = []
    for policy in sweep.policies:
        parts += list(_turnover(sweep, policy, [r for r in rows if r["policy"] == policy]))
    columns = [Column(c) for c in ("Policy", "Factor", "At its", "Case")]
    columns += [Column("Capital moved, USD", 0), Column("Of it to other plants, USD", 0)]
    columns += [Column("Plants that enter"), Column("Plants that leave")]
    table = [
        (r["policy"], titles.get(r["factor"], r["factor"]), r["side"], r["case"], r["capital_moved_usd"],
         r["capital_between_plants_usd"], _plants(r["plants_enter"]), _plants(r["plants_leave"]))
        for r in sorted(rows, key=lambda r: (sweep.policies.index(r["policy"]), -(r["capital_moved_usd"] or 0.0)))
    ]  # fmt: skip
    caption = (
        "In how many of the cases, each with one factor at its low or high, a plant is built that the base case does "
        "not build (right), or isn’t that the base builds (left, hatched). Capital moved, in the table: decided "
        "otherwise than in the base, by plant or year or at all, at the base’s cost a tonne; the tornado draws it."
    )
    counted = [_counted(sweep, [r for r in rows if r["policy"] == policy]) for policy in sweep.policies]
    if not any(counted):
        shown = html_table(columns, table, "Capital that moves")
        return Section("moved", MOVED, [*parts, folded(f"Table: {len(table):,} rows", shown)])
    picture = Picture(
        "moves", "turnover", "Plants that enter and plants that leave", caption, ("moves",), {"plants": counted},
        columns, table, _policies(sweep.policies), store=store_of("moves", "Moves", columns, table),
        legend=Markup("<ul class='legend'><li><span class='swatch s0'></span> enters</li><li><span "
"class='swatch s1 cut'></span> leaves</li></ul>"),
    )  # fmt: skip
    return Section("moved", MOVED, [*parts, picture])


def _counted(sweep: Sweep, rows: Sequence[Row]) -> list[list[Any]]:
    """Plants, in how many cases each enters and leaves, and of how many."""
    known = [r for r in rows if r["capital_moved_usd"] is not None]
    enter, leave = (Counter(p for r in known for p in sweep.plants_of(r[c])) for c in ("plants_enter", "plants_leave"))
    order = sorted(enter.keys() | leave.keys(), key=lambda p: (-enter[p] - leave[p], p))[:MOST_BARS]
    return [[clean(p), enter[p], leave[p], len(known)] for p in order]


def _plants(joined: str) -> str:
    return ", ".join(joined.split("+")) if joined else "–"


def _turnover(sweep: Sweep, policy: str, rows: Sequence[Row]) -> Iterator[Markup]:
    """The largest move, and the plants that most often enter or leave."""
    known = [r for r in rows if r["capital_moved_usd"] is not None]
    if not known:
        return
    none = sum(not r["capital_moved_usd"] for r in known)
    head = html("<strong>{}:</strong>", name(policy)) if len(sweep.policies) > 1 else ""
    moved = max(r["capital_moved_usd"] for r in known)
    yield paragraph(
        head,
        f"at most {money(moved)} of capital moves between the base and another case; in "
        f"{several(none, 'case')} of {len(known):,} none does.",
        *(_often(sweep, which, known) for which in ("enter", "leave")),
    )


def _often(sweep: Sweep, which: str, rows: Sequence[Row]) -> str:
    counts = Counter(p for r in rows for p in sweep.plants_of(r[f"plants_{which}"]))
    if not counts:
        return f"No plant ever {which}s."
    top = [f"{name(p)} ({n})" for p, n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))[:4]]
    return f"Of plants, those that {which} most often are {listed(top)}."


def _sobol(rows: Sequence[Row], policies: Sequence[str]) -> Section:
    """First-order and total index of each factor, with its interval."""
    known = [r for r in rows if r["total"] is not None]
    heading = "Parts of the variance: Sobol’ indices"
    if not known:
        return Section("variance", heading, [paragraph("No outcome varies enough, or too few samples have a plan.")])
    found = _shown(known, ("standard_deviation",))
    places = {one.column: i for i, one in enumerate(found)}
    data: list[list[list[Any]]] = [[[] for _ in found] for _ in policies]
    fields = ("first_order", "first_order_interval", "total", "total_interval")
    for r in sorted(known, key=lambda r: -r["total"]):
        if r["outcome"] in places:
            mine = data[policies.index(r["policy"])][places[r["outcome"]]]
            mine.append([clean(r["title"]), *(cut(r[c], 4) for c in fields)])
    caption = (
        "● the part of the outcome’s variance that a factor makes by itself (first order); ◇ the part in which it "
        "has a hand (total); the lines are 95 % intervals by bootstrap. The difference is interaction. Few samples "
        "make wide intervals; an index whose interval is as large as itself says nothing."
    )
    few = min((r["samples_kept"], r["samples"]) for r in known)
    said = paragraph(f"{few[0]:,} of {few[1]:,} samples count for the outcome that has fewest.")
    columns = [Column(c) for c in ("Policy", "Outcome", "Factor", "First order", "±", "Total", "± ", "Mean")]
    columns += [Column("Standard deviation"), Column("Samples kept")]
    shown_fields = ("policy", "outcome", "title", *fields, "mean", "standard_deviation", "samples_kept")
    table = [tuple(r[f] for f in shown_fields) for r in rows]
    shown = [{**one.shown, "label": one.label} for one in found]
    controls = [Control("outcome", "Outcome", [(i, one.label) for i, one in enumerate(found)]), *_policies(policies)]
    picture = Picture(
        "sobol", "sobol", "Sobol’ indices of each factor", caption, ("sobol",),
        {"outcomes": shown, "indices": data}, columns, table, controls,
        store=store_of("sobol", "Sobol", columns, table),
    )  # fmt: skip
    return Section("variance", heading, [said, picture])


def _weak(rows: Sequence[Row], policies: Sequence[str]) -> Section:
    """Factors by pedigree times effect."""
    heading = "Weakly known figures that weigh most"
    known = [r for r in rows if r["score_usd"]]
    if not known:
        return Section(
            "weakly-known", heading, [paragraph("No factor moves both a figure of the instance and an outcome.")]
        )
    changing = [r for r in known if r["changes_decision"] == "yes"]
    counts = ", ".join(
        f"{sum(r['policy'] == p for r in changing) or 'none'}{f' under {name(p)}' if len(policies) > 1 else ''}"
        for p in policies
    )
    number = len({r["factor"] for r in rows})
    said = paragraph(
        f"Of {several(number, 'factor')} that move figures, {counts} make a plant enter or leave. The first is "
        f"“{name(known[0]['title'])}”: {money(known[0]['effect_usd'])} of effect, pedigree {known[0]['pedigree']:.1f}."
    )
    return Section("weakly-known", heading, [said, _scores(rows, known, policies)])


def _scores(rows: Sequence[Row], known: Sequence[Row], policies: Sequence[str]) -> Picture:
    """A bar for each factor that has a score, by policy; the table has all."""
    score = outcome("premium_usd", [r["score_usd"] for r in known])
    data = {
        "unit": score.unit,
        "bars": [
            [
                [clean(r["title"]), cut(score.scaled(r["score_usd"])), cut(score.scaled(r["effect_usd"])),
                 cut(r["pedigree"], 3), r["changes_decision"]]
                for r in known if r["policy"] == policy
            ][:MOST_BARS]
            for policy in policies
        ],
    }  # fmt: skip
    caption = (
        f"Pedigree (1 sourced, 2 recalled, 3 assumed: the mean over the figures that the factor moves; a scale of this "
        f"tool’s own) times effect, {score.unit}. Effect: capital that moves or swing in the premium (in cost without "
        "one), whichever is more; with samples: total index times standard deviation. Full: it makes a plant enter or "
        "leave. Outlined: it doesn’t, or that is unknown because cases failed."
    )
    columns = [Column(c) for c in ("Policy", "Rank", "Factor", "Pedigree")]
    columns += [Column("Effect, USD", 0), Column("Score, USD", 0), Column("Changes a plant"), Column("Plants")]
    columns += [Column("Cases that failed")]
    table = [
        (r["policy"], r["rank"], r["title"], r["pedigree"], r["effect_usd"], r["score_usd"],
         r["changes_decision"] or "unknown", _plants(r["plants"]), r["failed_cases"])
        for r in rows
    ]  # fmt: skip
    return Picture(
        "weak", "weak", f"Pedigree times effect, {score.unit}", caption, ("weak_figures",), data, columns, table,
        _policies(policies), store=store_of("weak", "Weakly known figures", columns, table),
        legend=Markup("<ul class='legend'><li><span class='swatch s0'></span> a plant enters or "
"leaves</li><li><span class='swatch open'></span> none does, or unknown</li></ul>"),
    )  # fmt: skip
