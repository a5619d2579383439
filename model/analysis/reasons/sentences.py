"""Why targets are missed and what would meet them, as plain text that reads well aloud. No dual is named.

Made from the tables ``misses``, ``causes`` and ``ways_out`` beside the plan's own; names stand between the marks of
``words.name``. Terminal and report lay the sentences out.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.analysis.reasons.way_sentences import Key, changes, is_cap, level, way_out
from model.base.words import amount, bare, capital, money, name, several, years
from model.instance.policy.kinds import kind_of_row, label
from model.plan.saying.rows import Row, Told
from model.plan.saying.sentences import good, plant, titled

MOST_YEARS = 4
MOST_PLANTS = 6
MOST_BINDINGS = 4
TITLE = "Why targets are missed, and what would meet them"
SHORT_TITLE = "What falls short, and why"
NOTHING = "Nothing to explain: every target is met."
NOTE = (
    "Can be reached: by this target alone, demand served and budgets kept, every other target put aside. Each way out "
    "is the least of its kind, found by a solve, and was proved by solving the changed instance anew; the sum behind "
    "it is what the whole chain then costs more or less (present value)."
)
"""What an explanation rests on."""
IN_FULL = "In full: misses.csv, causes.csv, ways_out.csv."
MORE = "--explain looks for the best that could be reached and for all ways out, and proves each by another solve."
BINDS = {
    "capacity": "all of {what} is used ({when})",
    "build limit": "no more of {what} may be built in all",
    "yearly build limit": "no more of {what} may be decided in {when}",
    "lane": "the lane of {what} is full or shut ({when})",
    "stock capacity": "the store of {what} is full ({when})",
    "budget": "all that “{what}” allows is spent",
}


@dataclass(frozen=True)
class Said:
    """What is said of one missed target: a heading, why it is missed, its ways out, and which ways there are not."""

    key: Key
    heading: str
    why: Sequence[str]
    ways: Sequence[str]
    none: str


def counted_in(told: Told) -> str:
    """What tonnes are tonnes of."""
    return f"Tonnes: {name(told.words.measure)}; tonnes of the good where the row weighs tonnes."


def note(told: Told) -> str:
    """What stands under an explanation."""
    return bare(f"{NOTE} {counted_in(told)} {IN_FULL}")


def in_full(told: Told) -> list[Said]:
    """Each missed target, from the tables of an explanation."""
    found = []
    for key, rows in by_target(told["misses"]).items():
        ways = [w for w in told["ways_out"] if key_of(w) == key]
        lines = [_reached(key, rows, "best", "can be reached")]
        if any(abs(_infinite(r["best"]) - _infinite(r["reached"])) > 1e-4 for r in rows if r["best"] != r["reached"]):
            verb = "is reached together with all that the policy asks for besides"
            lines.append(_reached(key, rows, "reached", verb))
        said = [f"{way_out(told, key, rows, w)} ({_dearer(w)})" for w in ways]
        lines += _why(told, key, rows)
        found.append(Said(key, heading(told, key, rows), lines, said, _no_way(told, key, ways)))
    return found


def in_short(told: Told) -> list[Said]:
    """The same from the plan alone: ``misses`` and ``causes`` without what takes another solve."""
    found = []
    for key, rows in by_target(told["misses"]).items():
        last = max(r["year"] for r in rows)
        later = any(t["policy_row"] == key[0] and t["year"] > last for t in told["targets"])
        lines = [_reached(key, rows, "reached", "is reached"), *_why(told, key, rows)]
        way = f"ask for no more than that{f'; or begin in {last + 1}' if later else ''}"
        found.append(Said(key, heading(told, key, rows), [*lines, f"Would do, by this plan: {way}."], [], ""))
    return found


def together(told: Told) -> tuple[str, str]:
    """A heading and what would meet every target at once; blank where one way out says it already."""
    ways = [w for w in told["ways_out"] if w["kind"] == "all at once"]
    if not ways:
        return "No set of these changes was found that meets every target at once.", ""
    if len(by_target(told["misses"])) < 2:
        return "", ""
    said = "; ".join(dict.fromkeys(changes(told, ways[0]["changes"])))
    return "All at once", f"Every target is met with: {said} ({_dearer(ways[0], uncounted=False)})."


def as_text(told: Told) -> str:
    """The whole explanation as lines of at most 80 characters."""
    if not told["misses"]:
        return f"{NOTHING}\n"
    parts = [TITLE]
    for said in in_full(told):
        lines = [_wrapped(said.heading), *(_wrapped(line, "  ") for line in said.why), "  Ways out:"]
        lines += [_wrapped(f"- {way}", "    ") for way in said.ways]
        parts.append("\n".join([*lines, *([_wrapped(said.none, "  ")] if said.none else [])]))
    head, line = together(told)
    if head:
        parts.append("\n".join([_wrapped(head), *([_wrapped(line, "  ")] if line else [])]))
    return "\n\n".join([*parts, _wrapped(note(told))]) + "\n"


def _wrapped(line: str, indent: str = "") -> str:
    return textwrap.fill(bare(line), 80, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def by_target(misses: Sequence[Row]) -> dict[Key, list[Row]]:
    """Misses by target, in the order of years."""
    found: dict[Key, list[Row]] = {}
    for row in misses:
        found.setdefault(key_of(row), []).append(row)
    return found


def key_of(row: Row) -> Key:
    """The target that a row speaks of."""
    return row["policy_row"], row["buyer"], row["scope"], row["supplier"]


def heading(told: Told, key: Key, rows: Sequence[Row]) -> str:
    """A target, and the years in which it is missed."""
    return f"{target(told, key)}, {years(r['year'] for r in rows)}{titled(told, key[0])}"


def target(told: Told, key: Key) -> str:
    """A target in words: scope, buyer, and the supplier where a cap has one."""
    months = next((r["months"] for r in told["withstand"] if r["policy_row"] == key[0]), None)
    if months is not None:
        return f"{months:g} months without {name(told.place(key[3]))}, {name(told.place(key[1]))}"
    supplier = f", from {name(told.place(key[3]))}" if key[3] else ""
    return capital(f"{name(told.scope(key[2]))}, {name(told.place(key[1]))}{supplier}{_counted(told, key)}")


def _counted(told: Told, key: Key) -> str:
    """What is counted, where another row speaks of the same buyer and scope."""
    rows = {t["policy_row"]: t for t in told["targets"] if (t["buyer"], t["scope"]) == key[1:3]}
    if len(rows) < 2 or key[0] not in rows:
        return ""
    return f": {label(rows[key[0]]['kind'], rows[key[0]]['measure'])}"


def _infinite(share: float | None) -> float:
    return math.inf if share is None else share


def _reached(key: Key, rows: Sequence[Row], column: str, verb: str) -> str:
    """The share by year against what is asked; a few years where there are many."""
    if len(rows) > MOST_YEARS:
        rows = [rows[0], *rows[len(rows) // 3 : -1 : max(1, len(rows) // 3)], rows[-1]]
    said = ", ".join(f"{level(key, r[column])} in {r['year']}" for r in rows)
    return f"{said} {verb}; {'at most' if is_cap(key) else 'at least'} {level(key, rows[0]['asked'])} is asked for."


def _why(told: Told, key: Key, rows: Sequence[Row]) -> Iterator[str]:
    """What holds it, in the first year missed."""
    first, causes = rows[0], [r for r in told["causes"] if key_of(r) == key]
    plants = [r for r in causes if r["kind"] == "plant" and r["year"] == first["year"]]
    counted = is_cap(key) or kind_of_row(key[0]).inside
    if counted:
        yield _tonnes(told, key, first, plants)
    late = sorted((r for r in plants if r["online_year"] is not None), key=lambda r: (r["online_year"], r["what"]))
    if late:
        said = "; ".join(
            f"{plant(told, r['what'])} from {r['online_year']} (lead time {several(r['lead_time_years'], 'year')})"
            for r in late[:MOST_PLANTS]
        )
        more = f"; {len(late) - MOST_PLANTS} more in causes.csv" if len(late) > MOST_PLANTS else ""
        yield f"New plants, at the earliest: {said}{more}."
    elif counted:
        yield "No new plant that would count can be built."
    tight = list(_binding(told, causes, {r["what"] for r in late}))[:MOST_BINDINGS]
    if tight:
        yield f"What binds most: {'; '.join(tight)}."


def _tonnes(told: Told, key: Key, first: Row, plants: Sequence[Row]) -> str:
    """What the plants that could help can make, against what is asked for."""
    year, asked = first["year"], first["asked"]
    existing, committed = (sum(r[c] or 0.0 for r in plants) for c in ("existing_t", "committed_t"))
    new = "any amount" if any(r["new_t"] is None for r in plants) else amount(sum(r["new_t"] for r in plants))
    can = f"{amount(existing)} t with what exists, {amount(committed)} with what is committed"
    can += f" and {new} with the fastest new plants"
    table, column = ("shares", "consumption_t") if is_cap(key) else ("benchmarks", "needed_t")
    asked_t = next(
        (r[column] or 0.0 for r in told[table] if r["year"] == year and (*_three(r), r.get("supplier", "")) == key), 0.0
    )
    if is_cap(key):
        return (
            f"Because of {amount(asked_t)} t used in {year}, {amount((1 - asked) * asked_t)} would have to come from "
            f"elsewhere; plants elsewhere, whose other buyers want to be served too, can make {can}."
        )
    base = amount(asked_t / asked) if asked else "any amount"
    return (
        f"Because in {year} the plants that count can make {can}; {amount(asked_t)} is asked for "
        f"({level(key, asked)} of what demand there embodies, {base})."
    )


def _three(row: Row) -> tuple[str, str, str]:
    return row["policy_row"], row["buyer"], row["scope"]


def _binding(told: Told, causes: Sequence[Row], late: set[str]) -> Iterator[str]:
    """Limits that bind, most worth first; capacity of plants that come late is said already."""
    found: dict[tuple[str, str], list[Row]] = {}
    for r in causes:
        if r["kind"] != "plant":
            found.setdefault((r["kind"], r["what"]), []).append(r)
    for (kind, what), rows in sorted(found.items(), key=lambda f: (-(f[1][0]["worth_t_per_unit"] or 0.0), *f[0])):
        if kind != "capacity" or what not in late:
            yield BINDS[kind].format(what=_thing(told, kind, what), when=years(r["year"] for r in rows))


def _thing(told: Told, kind: str, what: str) -> str:
    """What a limit is on: a plant, a lane, a stock or a row of the policy, by names."""
    if kind == "budget":
        return name(told.row(what))
    if kind not in ("lane", "stock capacity"):
        return plant(told, what)
    commodity, _, places = what.partition(", ")
    return f"{good(told, commodity)}, {' to '.join(name(told.place(p)) for p in places.split(' to '))}"


def _dearer(way: Row, *, uncounted: bool = True) -> str:
    change, unpaid = way["cost_change_usd"], way["uncounted_usd"] or 0.0
    cost = f"{money(abs(change))} {'more' if change > 0 else 'less'} in all"
    cost = "at the same cost" if abs(change) < 0.5 else cost
    return f"{cost}, without paying for it, about {money(unpaid)}" if unpaid > 0 and uncounted else cost


def _no_way(told: Told, key: Key, ways: Sequence[Row]) -> str:
    """Which kinds of ways out there are not within the data."""
    kinds = {w["kind"] for w in ways}
    limited = any(b["bound"] == "max" for b in told["budgets"])
    counts = kind_of_row(key[0]).inside
    words = {
        "start": "no later beginning within the horizon",
        "budget": "not more money" if limited else "",
        "stock": "no stock (it does not count towards this target)" if counts else "no stock",
        "capacity": "no single plant's capacity",
        "lead time": "no shorter lead time",
        "build limit": "no higher build limit of one plant",
    }
    said = "; ".join(w for kind, w in words.items() if w and kind not in kinds)
    if kinds <= {"limit", "start"}:
        return f"Within the data nothing but asking for less helps: {said}."
    return f"Nothing else helps: {said}." if said else ""
