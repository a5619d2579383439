"""By when at the latest: what waiting costs by year, and what can wait until when by itself."""

from __future__ import annotations

from collections import defaultdict

from markupsafe import Markup

from model.analysis.latest.sentences import answer
from model.base.words import clean, money_unit, years
from model.output.report.building import MOST_PLANTS, stage_legend, stage_numbers
from model.output.report.markup import Column, Picture, Section, paragraph, said
from model.output.report.sections.answer import Key, target_name
from model.plan.saying.rows import Row, Told

MOST_TARGETS = 3
LEAST_T = 0.05
COSTS = ("waiting_usd", "premium_usd")
KINDS = {"all": "everything", "stage": "stage", "plant": "plant"}
ORDER = list(KINDS)


def waiting(results: Told) -> Section | None:
    """Until when decisions can wait, by solves; nothing where it was not asked."""
    rows = results["latest"]
    if not rows:
        return None
    parts: list[Markup | Picture] = [paragraph(said(answer(rows[0])), said(falls_short(results)))]
    if rows[0]["planned_year"] is not None:
        held = sum(r["holds"] == "yes" for r in results["waiting"])
        parts += [*([_by_year(results)] if held > 1 else []), _by_itself(results)]
    return Section("latest", "By when at the latest", parts)


def falls_short(results: Told) -> str:
    """What is missed, beyond what the plan misses, in the first year that can't be waited for."""
    first = next((r["first_decision"] for r in results["waiting"] if r["holds"] == "no"), None)
    if first is None:
        return ""
    short: dict[int, dict[tuple[Key, int], float]] = defaultdict(lambda: defaultdict(float))
    for r in results["missed"]:
        short[r["first_decision"]][(r["row"], r["buyer"], r["scope"]), r["year"]] += r["shortfall_t"] or 0.0
    before = short[results["waiting"][0]["first_decision"]]
    when: dict[Key, list[int]] = defaultdict(list)
    for (target, year), t in short[first].items():
        if t > before.get((target, year), 0.0) + LEAST_T:
            when[target].append(year)
    known = {(t["policy_row"], t["buyer"], t["scope"]) for t in results["targets"]}
    named = [f"{target_name(results, key)} ({years(at)})" for key, at in when.items() if key in known]
    if not named:
        return ""
    more = f"; and {len(named) - MOST_TARGETS} more" if len(named) > MOST_TARGETS else ""
    return f"If nothing is decided before {first}, more is missed of: {'; '.join(named[:MOST_TARGETS])}{more}."


def _by_year(results: Told) -> Picture:
    """What it costs to decide nothing before each year."""
    rows = results["waiting"]
    held = [r["waiting_usd"] if r["holds"] == "yes" else None for r in rows]
    factor, unit = money_unit([usd for usd in held if usd is not None], least=1e6)
    data = {
        "years": [r["first_decision"] for r in rows],
        "unit": unit,
        "values": [None if usd is None else usd / factor for usd in held],
    }
    columns = [Column("Nothing decided before"), Column("Targets hold as planned")]
    columns += [Column("Costs more than the plan, m USD", 1), Column("Premium, m USD", 1)]
    table = [
        (str(r["first_decision"]), r["holds"], *(None if r[c] is None else r[c] / 1e6 for c in COSTS)) for r in rows
    ]
    caption = (
        "Each bar a plan of its own: nothing is decided before that year, everything else is planned anew. Never: "
        "nothing is decided at all. Present value."
    )
    title = f"What it costs to decide nothing before each year, {unit}"
    return Picture("waiting", "waiting", title, caption, ("waiting", "missed"), data, columns, table, height=250)


def _by_itself(results: Told) -> Picture:
    """Everything, each stage and each plant, from the planned year to the last that does."""
    numbers = stage_numbers([("", results)])
    rows = sorted(results["latest"], key=lambda r: (ORDER.index(r["kind"]), r["latest_year"] or 9999))
    planned = [r for r in rows if r["planned_year"] is not None]
    drawn = planned[: MOST_PLANTS + len(numbers) + 1]
    data = {
        "first": results.years[0],
        "last": results.years[-1],
        "rows": [
            {
                "name": clean(_called(results, r)),
                "stage": _stage(results, numbers, r),
                "planned": r["planned_year"],
                "latest": r["latest_year"],
                "usd": r["waiting_usd"],
            }
            for r in drawn
        ],
    }
    columns = [Column("What waits, by itself"), Column("Kind"), Column("Planned"), Column("At the latest")]
    columns += [Column("Then costs more, m USD", 1)]
    table = [
        (_called(results, r), KINDS[r["kind"]], r["planned_year"], str(r["latest_year"] or "never"),
         r["waiting_usd"] / 1e6) for r in planned
    ]  # fmt: skip
    caption = (
        "◆ the year of the plan; bar: how long it can wait while the targets hold as well as in the plan. Each by "
        "itself, everything else planned anew, so that the costs do not add up. Never, dashed: others can take its "
        "place."
    )
    if len(drawn) < len(planned):
        caption += f" The {len(drawn)} most urgent are drawn; the table has all."
    return Picture(
        "waits", "waits", "What can wait until when, by itself", caption, ("latest",), data, columns, table,
        height=54 + 24 * len(drawn), legend=stage_legend([("", results)]),
    )  # fmt: skip


def _called(results: Told, row: Row) -> str:
    if row["kind"] == "plant":
        return str(row["name"])
    return "Everything" if row["kind"] == "all" else f"All of {results.scope(row['key'])}"


def _stage(results: Told, numbers: dict[str, int], row: Row) -> int:
    """The number of the stage that gives the colour; -1 for everything."""
    stage = row["key"] if row["kind"] == "stage" else results.plants.get(row["key"], {}).get("stage", "")
    return -1 if row["kind"] == "all" else numbers.get(stage, 0)
