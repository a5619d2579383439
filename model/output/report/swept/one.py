"""One case at a time, and the table of them all."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from model.analysis.sweeps.asked.columns import columns
from model.base.problems import InputError, Problem
from model.base.words import clean, several
from model.output.report.markup import Control, Picture, Section, Store, html, paragraph
from model.output.report.store import Held, cut, embedded, size
from model.output.report.swept.outcomes import outcomes
from model.output.report.swept.over import cropped
from model.output.report.swept.reading import Sweep, brief, setting

MOST_BYTES, MOST_WITH_BUILDS = 3_000_000, 4_600_000
"""What cases may take, and cases and builds together: the rest of the page stays under 1.4 MB."""
MOST_NAMES = 2_000
"""Beyond so many cases their names are left out. Those of a grid say no more than its factors."""
KEPT = ("premium_usd", "cost_usd", "capex_usd", "worst_miss", "unserved_goods_t", "first_compliant_year")
"""Outcomes that stay where not all have room."""


@dataclass(frozen=True)
class Cases:
    """The cases that the page holds: places in the sweep's table, the table as data, and what had to be left out."""

    at: list[int]
    store: Store
    note: str


def held_cases(sweep: Sweep) -> Cases:
    """As much of the cases as has room: with fewer figures, then fewer outcomes, then every few cases."""
    whole = list(range(sweep.count))
    for figures, kept, step in ((6, False, 1), (4, False, 1), (4, True, 1), *((4, True, 2**k) for k in range(1, 20))):
        at = whole[::step]
        if (data := embedded(_columns(sweep, at, kept), figures)) and size(data) <= MOST_BYTES:
            break
    lost = [f"numbers have {figures} figures"]
    lost += ["capital by stage and some outcomes are left out"] if kept else []
    lost += [f"only one case in {step} is held, {len(at):,} in all"] if step > 1 else []
    note = f"In the page {', and '.join(lost)}; cases.csv has all."
    return Cases(at, Store("cases", "Cases", len(at), data), note)


def _columns(sweep: Sweep, at: list[int], kept: bool) -> list[Held]:
    def pick(column: str) -> list[Any]:
        return [sweep.cases[column][i] for i in at]

    found = [Held("case", "Case", pick("case"))]
    if sweep.count <= MOST_NAMES and sweep.design != "grid":
        found.append(Held("name", "Name", pick("name")))
    found.append(Held("policy", "Policy", pick("policy")))
    for f in sweep.factors if sweep.design != "one-at-a-time" or sweep.count > MOST_NAMES else []:
        if sweep.design in ("grid", "one-at-a-time") or f["levels"]:
            levels = sweep.levels(f)
            labels = [setting(f, level) for level in levels]
            found.append(Held(f["name"], brief(f), [levels.index(v) for v in pick(f["name"])], labels=labels))
        else:
            found.append(Held(f["name"], brief(f), pick(f["name"])))
    found.append(Held("status", "Status", pick("status")))
    for one in outcomes(sweep):
        if not kept or one.column in KEPT:
            found.append(Held(one.column, one.head, [one.scaled(v) for v in pick(one.column)]))
    if any(pick("reason")):
        found.append(Held("reason", "Why it failed", pick("reason")))
    return found


def one(sweep: Sweep, cases: Cases, folder: Path) -> Section:
    """A case by the settings of its factors, or by its place: key figures, and capital by plant and decision year."""
    builds, told = _builds(sweep, cases, folder)
    note = "" if builds else "The cases’ builds have no room in this page: builds.csv has them. "
    what = "Each mark a decision: larger, more capital; plants with most capital first." if builds else (
        "Overnight capital by stage."
    )  # fmt: skip
    grid = sweep.design == "grid" and len(cases.at) == sweep.count and sweep.factors
    controls = list(_settings(sweep)) if grid else [_places(sweep, cases)]
    data = {
        "store": "cases",
        "factors": [f["name"] for f in sweep.factors] if grid else None,
        "policies": [clean(p) for p in sweep.policies],
        "outcomes": [o.shown for o in outcomes(sweep)],
        "builds": builds,
    }
    about = Markup("<dl class='key' data-fill='key' aria-live='polite'></dl>")
    caption = f"{note}{what} {told} Figures of one case, solved before: nothing is computed here."
    picture = Picture(
        "one", "one", "The case chosen", caption, ("cases", "builds") if builds else ("cases",), data, (), (),
        controls, height=220, legend=about, store=Store("one", "Builds of the case chosen", None),
    )  # fmt: skip
    return Section("case", "A case of your choice", [picture])


def _settings(sweep: Sweep) -> Iterator[Control]:
    """A control a factor: a slider where it is a number."""
    if len(sweep.policies) > 1:
        yield Control("policy", "Policy", list(enumerate(sweep.policies)))
    for i, f in enumerate(sweep.factors):
        labels = [setting(f, level) for level in sweep.levels(f)]
        slides = len(labels) > 2 and not f["levels"]
        yield Control(f"f{i}", cropped(brief(f)), list(enumerate(labels)), slider=slides)


def _places(sweep: Sweep, cases: Cases) -> Control:
    """A slider through the cases in order."""
    named = sweep.count <= MOST_NAMES

    def words(i: int) -> str:
        number = f"case {sweep.cases['case'][i]}"
        if not named:
            return number
        policy = f", {sweep.cases['policy'][i]}" if len(sweep.policies) > 1 else ""
        return f"{number}: {sweep.cases['name'][i]}{policy}"

    return Control("place", "Case", [(k, clean(words(i))) for k, i in enumerate(cases.at)], slider=True)


def _builds(sweep: Sweep, cases: Cases, folder: Path) -> tuple[dict[str, Any] | None, str]:
    """Builds by case as flat lists (plant, years after the first, m USD, t/yr); None where they have no room."""
    first = sweep.about["first_year"]
    places = {sweep.cases["case"][i]: k for k, i in enumerate(cases.at)}
    plants: dict[str, int] = {}
    found: list[list[Any]] = [[] for _ in cases.at]
    room = MOST_WITH_BUILDS - size(cases.store.embedded)
    for case, plant, year, capacity, capex in _build_rows(folder / "builds.csv"):
        if case in places:
            row = [plants.setdefault(clean(plant), len(plants)), year - first, cut(capex / 1e6, 4), cut(capacity, 4)]
            found[places[case]] += row
            room -= sum(len(str(v)) + 1 for v in row)
            if room < 0:
                return None, ""
    data = {"plants": list(plants), "first": first, "last": sweep.about["last_year"], "cases": found}
    return data, f"{several(len(plants), 'plant')} in all cases."


def _build_rows(file: Path) -> Iterator[tuple[int, str, int, float, float]]:
    """Rows of builds.csv one by one: there may be a great many. Raises InputError where the file isn't one."""
    wanted = [c.column for c in columns("builds")]
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if missing := [c for c in wanted if c not in (reader.fieldnames or [])]:
                raise InputError([Problem(file.name, 1, missing[0], "", "the column is missing; run the sweep again")])
            for row in reader:
                case, plant, year, capacity, capex = (row[c] for c in wanted)
                yield int(case), plant, int(year), float(capacity), float(capex)
    except FileNotFoundError:
        raise InputError([Problem(file.name, None, "", "", "is missing; run the sweep again")]) from None
    except (UnicodeDecodeError, TypeError, ValueError) as error:
        raise InputError([Problem(file.name, None, "", "", f"can't be read: {error}")]) from None
    except OSError as error:
        raise InputError([Problem(file.name, None, "", "", f"can't be read: {error.strerror}")]) from None


def table(cases: Cases) -> Section:
    """Every case, searched and sorted."""
    note = html("<p class='caption'>{} <span class='files'>From cases.csv.</span></p>", cases.note)
    said = paragraph("Search for words; press a heading to sort.")
    return Section("table", "Every case", [said, cases.store.html, note], [cases.store])
