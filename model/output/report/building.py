"""What to decide by when, and what it costs to build: decisions by plant, capital by country and stage."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from markupsafe import Markup

from model.base.words import clean, given_money, money, money_unit, name, several, share
from model.output import colours
from model.output.report.markup import Column, Control, Picture, Section, html, paragraph
from model.plan.horizon import still_ramping
from model.plan.saying import sentences
from model.plan.saying.answer import HARDLY
from model.plan.saying.rows import Row, Told

MOST_PLANTS = 28
Plans = list[tuple[str, Told]]
"""Plans by the name under which a report shows them; one where there is one."""


def timeline(plans: Plans) -> Section:
    """When each plant is decided, built, ramped up."""
    title = "What to decide by when"
    if not any(r["builds"] for _, r in plans):
        return Section("decisions", title, [paragraph("Nothing new is built, so there is nothing to decide.")])
    parts: list[Markup | Picture] = []
    if len(plans) == 1:
        parts.append(paragraph(_first(plans[0][1]), _how_long(plans[0][1])))
    caption = (
        "Each line a plant, by stage; ◆ marks the year of a decision (larger: more capacity). Thin line: being "
        "built. Light: running in part, while it ramps up, is enlarged or wears out. Full: all of it at full load. "
        "Hatched: it hardly runs, and is built to be counted."
    )
    most = max(len({b["plant"] for b in r["builds"]}) for _, r in plans)
    if most > MOST_PLANTS:
        caption += f" The {MOST_PLANTS} plants with most capital are drawn; the table has all."
    controls = [Control("plan", "Plan", [(i, n) for i, (n, _) in enumerate(plans)])] if len(plans) > 1 else []
    heads = ("Plan",) if len(plans) > 1 else ()
    columns = [Column(h) for h in (*heads, "Plant", "Country", "Stage", "Decided", "Runs from")]
    columns += [
        Column("Full load from"),
        Column("t/yr", 0),
        Column("Overnight capital, USD", 0),
        Column("Runs at, %", 0),
    ]
    rows = [((n,) if heads else ()) + row for n, r in plans for row in _decision_rows(r)]
    first, last = min(r.years.start for _, r in plans), max(r.years.stop for _, r in plans) - 1
    data = {"first": first, "last": last, "grey": grey_from(plans), "plans": [_bars(r) for _, r in plans]}
    caption += GREY_SAID if data["grey"] else ""
    picture = Picture(
        "timeline", "timeline", "Decisions, construction and ramp by plant", caption, ("builds", "decisions"),
        data, columns, rows, controls, height=110 + 26 * min(most, MOST_PLANTS), legend=stage_legend(plans),
    )  # fmt: skip
    return Section("decisions", title, [*parts, picture])


def stage_legend(plans: Plans) -> Markup:
    """The stages with the colours that the charts give them."""
    stages: dict[str, str] = {}
    for _, r in plans:
        stages.update({s: n for s, n in r.stages.items() if any(b["stage"] == s for b in _built(r))})
    known = stage_numbers(plans)
    entries = [html("<li><span class='swatch s{}'></span> {}</li>", known[s] % 8, name(n)) for s, n in stages.items()]
    return html("<ul class='legend'>{}</ul>", entries)


def stage_numbers(plans: Plans) -> dict[str, int]:
    """Stages in the order of the chain; the number picks the colour."""
    known: dict[str, int] = {}
    for _, r in plans:
        for stage in r.stages:
            known.setdefault(stage, len(known))
    return known


def country_colours(plans: Plans) -> dict[str, int]:
    """For each region of the plans the place of its colour in the palette."""
    return colours.places(row["region"] for _, r in plans for row in r["regions"])


def grey_from(plans: Plans) -> int | None:
    """The first of the last years, which charts show in grey: what comes online in them ramps beyond the horizon."""
    found = [
        still_ramping(r.years[-1], (r.plants.get(b["plant"], {}).get("ramp_years") for b in r["builds"]))
        for _, r in plans
    ]
    return min((year for year in found if year is not None), default=None)


GREY_SAID = " Grey: the last years, which pay for capacity that still ramps when the horizon ends."


def _built(results: Told) -> list[Row]:
    """Builds with the stage of the plant and its name."""
    empty = {"name": "", "stage": "", "ramp_years": 0}
    about = {b["plant"]: results.plants.get(b["plant"], empty) for b in results["builds"]}
    return [{**b, "name": about[b["plant"]]["name"], "stage": about[b["plant"]]["stage"]} for b in results["builds"]]


def _by_decision(results: Told) -> dict[tuple[str, int], Row]:
    return {(d["plant"], d["decision_year"]): d for d in results["decisions"]}


def _decision_rows(results: Told) -> list[tuple[Any, ...]]:
    known = _by_decision(results)
    order = {s: i for i, s in enumerate(results.stages)}
    rows, used = [], _used(results)
    for b in sorted(_built(results), key=lambda b: (order.get(b["stage"], 99), b["region"], b["plant"])):
        d = known[b["plant"], b["decision_year"]]
        about = (b["name"] or b["plant"], results.place(b["region"]), results.scope(b["stage"]), b["decision_year"])
        when = (b["online_year"], d["full_year"])
        rows.append((*about, *when, b["capacity_t_per_yr"], b["capex_usd"], _percent(used.get(b["plant"]))))
    return rows


def _bars(results: Told) -> list[dict[str, Any]]:
    """One line a plant: its decisions, and when it is built, runs, and runs in full."""
    known, numbers = _by_decision(results), stage_numbers([("", results)])
    plants: dict[str, list[Row]] = defaultdict(list)
    for b in _built(results):
        plants[b["plant"]].append(b)
    largest = sorted(plants, key=lambda p: -sum(b["capex_usd"] for b in plants[p]))[:MOST_PLANTS]
    bars = []
    used = _used(results)
    for plant in largest:
        rows = plants[plant]
        most = max(b["capacity_t_per_yr"] for b in rows)
        lifetime = results.plants.get(plant, {}).get("lifetime_years") or len(results.years)
        online = [b["online_year"] for b in rows]
        bars.append(
            {
                "plant": clean(rows[0]["name"] or plant),
                "where": clean(results.place(rows[0]["region"])),
                "code": clean(rows[0]["region"]),
                "stage": numbers.get(rows[0]["stage"], 0),
                "decided": [[b["decision_year"], b["capacity_t_per_yr"] / most if most else 0.0] for b in rows],
                "online": min(online),
                "wears": min(online) + lifetime,
                "end": max(online) + lifetime,
                "full": max(known[plant, b["decision_year"]]["full_year"] for b in rows),
                "t": sum(b["capacity_t_per_yr"] for b in rows),
                "usd": sum(b["capex_usd"] for b in rows),
                "idle": counts_only(used.get(plant)),
            }
        )
    return sorted(bars, key=lambda b: (b["stage"], b["code"], b["plant"]))


def _used(results: Told) -> dict[str, float]:
    """Part of its capacity at which each new plant runs over the years in which it is there."""
    return {r["plant"]: r["utilisation"] or 0.0 for r in results["support"] if r["kind"] == "built"}


def _percent(part: float | None) -> float | None:
    return None if part is None else 100 * part


def counts_only(used: float | None) -> str:
    """What is said of a plant that is counted and hardly runs; blank for others.

    >>> counts_only(0.0), counts_only(0.011), counts_only(0.5), counts_only(None)
    ('counts, does not run', 'counts, runs at 1 %', '', '')
    """
    if used is None or used >= HARDLY:
        return ""
    return f"counts, runs at {share(used, 0)}" if round(100 * used) else "counts, does not run"


def _first(results: Told) -> str:
    builds = _built(results)
    first = min(b["decision_year"] for b in builds)
    now = sorted((b for b in builds if b["decision_year"] == first), key=lambda b: -b["capex_usd"])
    names = "; ".join(name(b["name"] or b["plant"]) for b in now[:5])  # a name may hold a comma
    more = f"; and {len(now) - 5} more" if len(now) > 5 else ""
    return f"In {first} the plan decides {several(len(now), 'plant')}: {names}{more}."


def _how_long(results: Told) -> str:
    """Where to ask how long decisions can wait: a plan alone knows when it decides, not when it must."""
    if results["latest"]:
        return "How long each can wait stands in the next section."
    about = results.summary
    call = f"scripts/latest.py {about['instance']['name']} --policy {about['policy']['name']}"
    return f"By when at the latest, and what waiting costs, is asked by solving again: solve.py --latest, or {call}."


def capital(plans: Plans) -> Section:
    """Capital by country and stage, against the instance's envelope."""
    title = "Capital by country and stage"
    if not any(r["builds"] for _, r in plans):
        return Section("capital", title, [paragraph("Nothing new is built: no capital is spent.")])
    parts: list[Markup | Picture] = [
        _envelope(n if len(plans) > 1 else "", r, cited=i == 0) for i, (n, r) in enumerate(plans)
    ]
    sums: dict[tuple[str, str, str], float] = defaultdict(float)
    for n, r in plans:
        for b in _built(r):
            sums[n, b["region"], b["stage"]] += b["capex_usd"]
    places = {b["region"]: r.place(b["region"]) for _, r in plans for b in r["builds"]}
    names = {s: n for _, r in plans for s, n in r.stages.items()}
    numbers, (factor, unit) = stage_numbers(plans), money_unit(_totals(sums).values())
    hosts = sorted(places, key=lambda h: -max(_totals(sums).get((n, h), 0.0) for n, _ in plans))
    used = [s for s in numbers if any(key[2] == s for key in sums)]
    data = {
        "unit": unit,
        "hosts": [clean(places[h]) for h in hosts],
        "stages": [{"name": clean(names[s]), "number": numbers[s]} for s in used],
        "plans": [[[sums.get((n, h, s), 0.0) / factor for h in hosts] for s in used] for n, _ in plans],
    }
    if len(plans) > 1:
        data["names"] = [clean(n) for n, _ in plans]
    heads = ("Plan",) if len(plans) > 1 else ()
    columns = [Column(h) for h in (*heads, "Country", "Stage")] + [Column("Overnight capital, USD", 0)]
    rows = [((n,) if heads else ()) + (places[h], names.get(s, s), usd) for (n, h, s), usd in sorted(sums.items())]
    caption = f"Overnight capital of all decisions, {unit} of the price year, by country of the plant and stage."
    if len(plans) > 1:
        caption += " A panel for each plan, the same countries and the same scale in all."
    height = 90 + 28 * len(hosts)
    parts.append(
        Picture("capital-chart", "capital", f"Overnight capital by country and stage, {unit}", caption,
                ("builds",), data, columns, rows, height=height, legend=stage_legend(plans))
    )  # fmt: skip
    return Section("capital", title, parts)


def _totals(sums: dict[tuple[str, str, str], float]) -> dict[tuple[str, str], float]:
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for (n, host, _), usd in sums.items():
        totals[n, host] += usd
    return totals


def _envelope(plan: str, results: Told, *, cited: bool) -> Markup:
    """The plan's capital on a bar, with the range that the instance gives."""
    envelope, head = results.summary["envelope"], f"{name(plan)}: " if plan else ""
    spent = paragraph(head + sentences.capital(results, cited=cited))
    if not envelope:
        return spent
    inside, low, high = envelope["spent_usd"], envelope["min_usd"], envelope["max_usd"]
    most = max(high, inside) * 1.08 or 1.0
    x = [f"{100 * v / most:.2f}" for v in (inside, low, high)]
    width = f"{100 * (high - low) / most:.2f}"
    label = f"{money(inside)} against {sentences.envelope_of(low, high)}"
    return html(
        '{}<div class="bullet" role="img" aria-label="{}"><div class="range" '
        'style="left:{}%;width:{}%"><span>{} to {}</span></div><div class="bar" '
        'style="width:{}%"></div></div>',
        spent,
        label,
        x[1],
        width,
        given_money(low),
        given_money(high),
        x[0],
    )
