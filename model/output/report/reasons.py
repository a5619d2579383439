"""Why targets are missed, and what would meet them: for runs that have explained it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from model.base.words import clean, years
from model.instance.kinds import kind_of_row
from model.output.report.answer import target_name
from model.output.report.markup import Column, Picture, Section, folded, html_table, name, paragraph, text
from model.output.report.reading import Results, Row
from model.output.report.sentences import amount, several

Key = tuple[str, str, str, str]
"""Policy row, buyer, scope, supplier."""
DAYS = 365.0
LINES = ("asked", "reached", "best")
MOST_BINDING = 5
HOLDS = {
    "capacity": "all of {} is used",
    "build limit": "no more of {} may be built in all",
    "yearly build limit": "no more of {} may be decided in a year",
    "lane": "the lane of {} is full or shut",
    "stock capacity": "the store of {} is full",
    "budget": "the budget {} is spent",
}


def reasons(results: Results) -> Section | None:
    """For each missed target what could be reached, what holds it and the ways out; None without explanations."""
    if "misses" not in results.tables:
        return None
    title = "Why targets are missed, and what would meet them"
    if not results["misses"]:
        return Section("reasons", title, [paragraph("No target is missed: there is nothing to explain.")])
    grouped: dict[Key, list[Row]] = defaultdict(list)
    for row in results["misses"]:
        grouped[_key(row)].append(row)
    parts: list[str | Picture] = [_picture(results, grouped)]
    for key, rows in grouped.items():
        parts += [_missed(results, key, rows), *_ways(results, key)]
    parts += [*_together(results), _causes(results)]
    return Section("reasons", title, parts)


def _key(row: Row) -> Key:
    return row["policy_row"], row["buyer"], row["scope"], row["supplier"]


def _named(results: Results, key: Key) -> str:
    """A target in words, as HTML; with the supplier, where a cap has one."""
    supplier = f", from {name(results.place(key[3]))}" if key[3] else ""
    return f"{target_name(results, key[:3])}{supplier}"


def _plain(results: Results, key: Key) -> str:
    """The same without markup."""
    where = f", from {results.place(key[3])}" if key[3] else ""
    return clean(f"{results.place(key[1])}, {results.scope(key[2])}{where} ({key[0]})")


def _level(key: Key, share: float | None) -> str:
    """A level as the row counts it: percent, or days of use for a stock."""
    if share is None:
        return "nothing"
    return f"{share * DAYS:,.1f} days" if kind_of_row(key[0]).days else f"{100 * share:.3g} %"


def _picture(results: Results, grouped: dict[Key, list[Row]]) -> Picture:
    """What is asked, what the plan reaches and what this target could reach alone, year by year."""
    panels = []
    for key, rows in grouped.items():
        days = kind_of_row(key[0]).days
        factor = DAYS if days else 100.0
        lines = {c: [None if r[c] is None else factor * r[c] for r in rows] for c in LINES}
        years_ = [r["year"] for r in rows]
        panels.append({"name": _plain(results, key), "unit": "days" if days else "%", "years": years_, **lines})
    caption = (
        "Years in which the plan misses a target. Dashed: the limit (no more under a cap, no less under a minimum). "
        "● what the plan reaches. ◇ the best that can be reached by this target alone, with demand served, budgets "
        "kept and all other targets put aside. Where ● hides behind ◇ the plan does what can be done."
    )
    columns = [Column(c) for c in ("Target", "Year", "Asked, %", "Reached, %", "Best by itself, %", "Short, t")]
    table = [
        (_plain(results, _key(r)), r["year"], *(None if r[c] is None else 100 * r[c] for c in LINES), r["shortfall_t"])
        for r in results["misses"]
    ]  # fmt: skip
    height = 40 + 190 * ((len(panels) + 1) // 2)
    return Picture("misses-chart", "misses", "Missed targets: asked, reached, and the best by itself", text(caption),
                   ("misses",), {"panels": panels}, columns, table, height=height)  # fmt: skip


def _missed(results: Results, key: Key, rows: Sequence[Row]) -> str:
    """The worst year, the plants that count, and what binds."""
    worst = max(rows, key=lambda r: abs((r["asked"] or 0) - (r["best"] or 0)))
    bound = "at most" if kind_of_row(key[0]).at_most else "at least"
    all_causes = [r for r in results["causes"] if _key(r) == key]
    plants = [r for r in all_causes if r["kind"] == "plant" and r["year"] == worst["year"]]
    reached, best = _level(key, worst["reached"]), _level(key, worst["best"])
    alone = f"the plan reaches {reached}, and " + (
        "no more can be reached by this target alone" if reached == best else f"{best} is the best by this target alone"
    )
    if bound == "at most" and reached == best:
        alone = f"the plan reaches {reached}, and no less can be reached by this target alone"
    said = (
        f"<h3>{_named(results, key)}</h3>",
        f"Missed in {text(years(r['year'] for r in rows))}. In {worst['year']} {bound} {_level(key, worst['asked'])} "
        f"is asked for; {alone}.",
    )
    return said[0] + paragraph(
        said[1], _supply(worst["year"], plants), _first(results, plants), _bind(all_causes, results)
    )


def _supply(year: int, plants: Sequence[Row]) -> str:
    """What the plants that could help can make."""
    if not plants:
        return ""
    existing, committed, new = (sum(r[c] or 0.0 for r in plants) for c in ("existing_t", "committed_t", "new_t"))
    return (
        f"In {year} the plants that could help can make {existing:,.0f} t with what exists, {committed:,.0f} t with "
        f"what is committed and {new:,.0f} t with the fastest new capacity."
    )


def _first(results: Results, plants: Sequence[Row]) -> str:
    new = sorted((r for r in plants if r["online_year"]), key=lambda r: (r["online_year"], r["what"]))
    if not new:
        return "No new plant that could help can be built."
    said = "; ".join(f"{_plant(results, r['what'])} from {r['online_year']}" for r in new[:MOST_BINDING])
    more = f"; {len(new) - MOST_BINDING} more in the table" if len(new) > MOST_BINDING else ""
    return f"New plants at the earliest: {said}{more}."


def _bind(found: Sequence[Row], results: Results) -> str:
    """The limits that bind most, each once."""
    binding = sorted((r for r in found if r["kind"] != "plant"), key=lambda r: -(r["worth_t_per_unit"] or 0.0))
    said = list(dict.fromkeys(HOLDS.get(r["kind"], "{}").format(_plant(results, r["what"])) for r in binding))
    return f"What binds most: {'; '.join(said[:MOST_BINDING])}." if said else ""


def _plant(results: Results, plant: str) -> str:
    """A plant's name in full, as HTML; what is no plant as it is called."""
    return name(results.plants.get(plant, {}).get("name") or plant)


def _ways(results: Results, key: Key) -> Iterator[str]:
    """The ways out of one miss."""
    ways = [w for w in results["ways_out"] if _key(w) == key]
    if not ways:
        yield paragraph("No way out was found within the data.")
        return
    yield _table(results, ways, f"Ways out: {_plain(results, key)}")


def _table(results: Results, ways: Sequence[Row], caption: str) -> str:
    fields = ("cost_change_usd", "uncounted_usd", "capex_usd")
    most = max((abs(w[f] or 0.0) for w in results["ways_out"] for f in fields), default=0.0)
    factor, unit = (1e6, "m USD") if most >= 1e8 else (1.0, "USD")
    heads = ("Chain costs more", "Not counted there", "Capital of the plan then")
    columns = [Column("Way out"), *(Column(f"{h}, {unit}", 1 if factor > 1 else 0) for h in heads)]
    columns.append(Column("Still short, t", 0))
    rows = []
    for w in ways:
        money = [None if w[f] is None else w[f] / factor for f in fields]
        rows.append((_words(results, w), *money, w["shortfall_t"]))
    return html_table(columns, rows, caption)


def _words(results: Results, way: Row) -> str:
    """A way out in words, without markup: it stands in a table."""
    plant = results.plants.get(way["what"], {}).get("name") or way["what"]
    kind, much, by = way["kind"], way["amount"], way["by_year"]
    if kind == "limit":
        asked = f"{much:,.1f} days" if way["unit"] != "share" else f"{100 * much:.4g} %"
        return f"{'allow' if kind_of_row(way['policy_row']).at_most else 'ask for'} {asked}"
    if kind == "start":
        return f"begin in {much:.0f}"
    if kind == "capacity":
        return f"{much:,.6g} t/yr more of {plant} by {by}"
    if kind == "build limit":
        return f"{much:,.6g} t/yr more of {plant} than may be built, decided in time for {by}"
    if kind == "stock":
        good, _, where = way["what"].partition("+")
        named = results.goods.get(good, {}).get("name") or good
        return f"a stock of {much:,.6g} t more of {named} in {results.place(where)}, bought by the end of {by}"
    if kind == "budget":
        return f"{amount(much * 1e6 if way['unit'] != 'USD' else much)} more in {way['what']}"
    said = _changes(results, way["changes"])
    return ("all of these: " if len(said) > 1 else "") + "; ".join(said)


def _changes(results: Results, written: str) -> list[str]:
    """Edits of the instance in words."""
    try:
        changes = json.loads(written)
    except json.JSONDecodeError:
        return [written]
    return list(dict.fromkeys(_change(results, c["table"], c["key"], c["set"]) for c in changes))


def _change(results: Results, table: str, key: dict[str, Any], new: dict[str, Any]) -> str:
    plant = results.plants.get(key.get("plant", ""), {})
    what = plant.get("name") or key.get("plant", "")
    if table == "capacity":
        return f"{what} at {new['capacity']:,.6g} t/yr from {key['year']}"
    if table == "plants" and "lead_time" in new:
        before = plant.get("lead_time_years")
        return f"{what} in {several(new['lead_time'], 'year')}{f', not {before}' if before is not None else ''}"
    settings = ", ".join(f"{column} {value}" for column, value in new.items())
    return f"{what or ', '.join(map(str, key.values()))}: {settings}"


def _together(results: Results) -> Iterator[str]:
    """What would meet every missed target at once, and what the figures of ways out mean."""
    ways = [w for w in results["ways_out"] if w["kind"] == "all at once"]
    if ways:
        yield f"<h3>All at once</h3>{_table(results, ways, 'What would meet every missed target at once')}"
    yield (
        "<p class='caption'>The least of each kind, found by a solve and proved by solving the changed instance from "
        "the start. Costs are present values of the whole chain against this plan’s; below 0: it costs less. Not "
        "counted: more capacity and stock from before the first year are taken as given; what they would cost stands "
        "there. Still short: other targets. <span class='files'>From ways_out.csv.</span></p>"
    )


def _causes(results: Results) -> str:
    columns = [Column(c) for c in ("Target", "Year", "Kind", "What", "Existing, t/yr", "Committed, t/yr")]
    columns += [Column(c) for c in ("New at the earliest, t/yr", "Runs from", "Lead time, years")]
    columns += [Column("Worth, t per t or million USD")]
    fields = ("existing_t", "committed_t", "new_t", "online_year", "lead_time_years", "worth_t_per_unit")
    rows = [
        (_plain(results, _key(r)), r["year"], r["kind"], results.plants.get(r["what"], {}).get("name") or r["what"],
         *(r[f] for f in fields))
        for r in results["causes"]
    ]  # fmt: skip
    note = "<p class='caption'><span class='files'>From causes.csv.</span></p>"
    return folded(f"What holds them, table: {len(rows):,} rows", html_table(columns, rows, "Causes") + note)
