"""Flows: one year from mine to magnet, and a map of who makes what and where it goes. Tonnes of oxide equivalent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from model.base.words import clean
from model.output.report.building import Plans
from model.output.report.markup import Column, Control, Picture, Section, paragraph
from model.output.report.store import store_of
from model.plan.rows import Told

USED, RECYCLED = "used", "recycled"
LEAST_PART = 0.004
"""Of its column: a country that never comes to this much of it is shown with the others."""
OTHERS = ""
WORLD = "the whole world"

Node = tuple[str, str]
"""Column (a stage, recycled or used) and region."""


class Link(NamedTuple):
    """A flow of one year between two nodes, t of oxide equivalent."""

    year: int
    source: Node
    target: Node


def _stages(results: Told) -> dict[str, float]:
    return {g["stage"]: g["stage_order"] or 0.0 for g in results["goods"]}


def _users(results: Told) -> dict[tuple[str, str, int], dict[str, float]]:
    """What becomes of a good in a region and year: tonnes by stage of the plant that uses it, or ``used``."""
    inputs: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for r in results["recipes"]:
        if r["coefficient"] < 0:
            inputs[r["process"]].append((r["commodity"], -r["coefficient"]))
    found: dict[tuple[str, str, int], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for r in results["activity"]:
        for k, a in inputs[r["process"]] if r["activity_t"] else ():
            found[k, r["region"], r["year"]][results.plants[r["plant"]]["stage"]] += a * r["activity_t"]
    for r in results["demand"]:
        found[r["commodity"], r["region"], r["year"]][USED] += r["served_t"]
    return found


def links(results: Told) -> dict[Link, float]:
    """Shipments as flows between columns; a good that an earlier stage takes up again comes from ``recycled``."""
    order, users = _stages(results), _users(results)
    again = {
        g["stage"]
        for (k, _, _), by_stage in users.items()
        for g in [results.goods[k]]
        for stage in by_stage
        if stage in order and order[stage] < order[g["stage"]]
    }
    arrived: dict[tuple[str, str, int], float] = defaultdict(float)
    for r in results["shipments"]:
        arrived[r["commodity"], r["destination"], r["year"]] += r["quantity_t"]
    found: dict[Link, float] = defaultdict(float)
    for r in results["shipments"]:
        good, at = results.goods[r["commodity"]], (r["commodity"], r["destination"], r["year"])
        by_stage = users.get(at, {})
        total = max(sum(by_stage.values()), arrived[at])  # what arrives and isn't used goes into stock
        t = r["quantity_t"] * (good["oxide_equivalent"] or 0.0)
        column = RECYCLED if good["stage"] in again else good["stage"]
        for stage, part in by_stage.items() if total > 0 and t > 0 else ():
            forward = stage == USED or (stage not in again and (column == RECYCLED or order[stage] > order[column]))
            if forward and part > 0:
                link = Link(r["year"], (column, r["origin"]), (stage, r["destination"]))
                found[link] += t * part / total
    return found


def _lumped(results: Told, found: dict[Link, float], keep: set[str]) -> dict[Link, float]:
    """The flows with countries that are small everywhere taken together."""
    size: dict[tuple[int, Node], float] = defaultdict(float)
    column: dict[tuple[int, str], float] = defaultdict(float)
    for link, t in found.items():
        for end in (link.source, link.target) if link.target[0] == USED else (link.source,):
            size[link.year, end] += t
            column[link.year, end[0]] += t
    shown = keep | {node[1] for (y, node), t in size.items() if t >= LEAST_PART * column[y, node[0]]}
    lumped: dict[Link, float] = defaultdict(float)
    for (year, (a, o), (b, d)), t in found.items():
        lumped[Link(year, (a, o if o in shown else OTHERS), (b, d if d in shown else OTHERS))] += t
    return lumped


def _columns(results: Told, found: dict[Link, float]) -> dict[str, str]:
    there = {c for link in found for c in (link.source[0], link.target[0])}
    names = {RECYCLED: "Scrap and recyclates", **results.stages, USED: "Final use"}
    order = [RECYCLED, *results.stages, USED]
    return {c: names[c] for c in order if c in there}


def chain(plans: Plans) -> Section:
    """A Sankey diagram with a slider through the years."""
    title = "The flow of one year, from mine to magnet"
    drawn = []
    for n, r in plans:
        found = links(r)
        keep = {m for members in r.summary["policy"].get("buyers", {}).values() for m in members}
        lumped = _lumped(r, found, keep)
        drawn.append((n, r, lumped, _columns(r, lumped)))
    if not any(found for _, _, found, _ in drawn):
        return Section("flow", title, [paragraph("No good that holds magnet rare earths moves between stages.")])
    years = sorted({y for _, r in plans for y in r.years})
    start = years.index(plans[0][1].years[len(plans[0][1].years) // 2])
    controls = [Control("year", "Year", [(y, str(y)) for y in years], slider=True, start=start)]
    if len(plans) > 1:
        controls.insert(0, Control("plan", "Plan", [(i, n) for i, (n, _) in enumerate(plans)]))
    buyers, members = _buyers(plans)
    controls.append(Control("buyer", "Show", list(enumerate(buyers))))
    data = {"plans": [_sankey(r, found, columns) for _, r, found, columns in drawn], "buyers": members}
    heads = ("Plan",) if len(plans) > 1 else ()
    shown = [Column(h) for h in (*heads, "Year", "From stage", "In", "To stage", "In ")] + [Column("t/yr", 0)]
    rows = [
        ((n,) if heads else ())
        + (link.year, columns[link.source[0]], _place(r, link.source[1]), columns[link.target[0]],
           _place(r, link.target[1]), t)
        for n, r, found, columns in drawn
        for link, t in sorted(found.items())
    ]  # fmt: skip
    caption = (
        "Tonnes of oxide equivalent a year, stock apart: width is weight. Columns are stages, boxes the countries that "
        "make the good or use it. Losses and by-products make a box's outflow differ from its inflow. A buyer's "
        "part is taken by proportional mixing back through the chain."
    )
    picture = Picture(
        "flow-chart", "chain", "Magnet rare earths from mine to final use", caption,
        ("shipments", "activity", "recipes", "demand"), data, shown, rows, controls, height=620,
        store=store_of("flows", "Flows by year", shown, rows) if len(plans) > 1 else None,
    )  # fmt: skip
    return Section("flow", title, [picture])


def _place(results: Told, region: str) -> str:
    return results.place(region) if region else "Others"


def _buyers(plans: Plans) -> tuple[list[str], list[list[str]]]:
    """What can be shown: what reaches the policies' buyers, together and one by one, and last the whole world.

    Without a policy that names buyers the world comes first, then each region with demand.
    """
    found: dict[str, list[str]] = {}
    for _, r in plans:
        for buyer, regions in r.summary["policy"].get("buyers", {}).items():
            found.setdefault(f"what reaches {r.place(buyer)}", [clean(m) for m in regions])
    if not found:
        each = {f"what reaches {r.place(d['region'])}": [clean(d["region"])] for _, r in plans for d in r["demand"]}
        return [WORLD, *each], [[], *each.values()]
    if len(found) > 1:
        all_of = list(dict.fromkeys(m for members in found.values() for m in members))
        found = {"what reaches the buyers": all_of, **found}
    return [*found, WORLD], [*found.values(), []]


def _sankey(results: Told, found: dict[Link, float], columns: dict[str, str]) -> dict[str, Any]:
    nodes: dict[Node, int] = {}
    order = list(columns)
    depth = {c: i for i, c in enumerate(c for c in order if c != RECYCLED)}
    depth[RECYCLED] = 0
    by_year: dict[int, list[list[float]]] = defaultdict(list)
    for link, t in sorted(found.items()):
        if depth[link.source[0]] >= depth[link.target[0]]:
            continue
        ends = [nodes.setdefault(end, len(nodes)) for end in (link.source, link.target)]
        by_year[link.year].append([*ends, t])
    return {
        "columns": [_heading(columns, c) for c in order if c != RECYCLED],
        "nodes": [
            {
                "depth": depth[c],
                "code": clean(region or "others"),
                "name": clean(_place(results, region)),
                "column": clean(columns[c]),
                "again": c == RECYCLED,
                "use": c == USED,
            }
            for c, region in nodes
        ],
        "years": {str(y): by_year.get(y, []) for y in results.years},
    }


def _heading(columns: dict[str, str], column: str) -> str:
    first = next((c for c in columns if c != RECYCLED), "")
    return clean(columns[column]) + (", scrap" if column == first and RECYCLED in columns else "")


@cache
def _land() -> str:
    return resources.files(__package__).joinpath("assets", "land.json").read_text(encoding="utf-8").strip()


def land() -> str:
    """Rings of the world's land, degrees of longitude and latitude, as JSON."""
    return _land()


def world(plans: Plans) -> Section:
    """A map: circles are what countries make at a stage, lines are what moves between countries."""
    title = "Hosts and flows on the map"
    placed = {
        row["region"]: [row["longitude"], row["latitude"]]
        for _, r in plans
        for row in r["regions"]
        if row["latitude"] is not None and row["longitude"] is not None
    }
    if not placed:
        said = "The instance gives no coordinates for its regions, so there is no map."
        return Section("map", title, [paragraph(said)])
    stages = {s: n for _, r in plans for s, n in r.stages.items()}
    made, moved = [_made(r) for _, r in plans], [_moved(r) for _, r in plans]
    used = {key[0] for found in made for key in found} | {key[0] for flow in moved for key in flow}
    there = [s for s in stages if s in used]
    if not there:
        return Section("map", title, [paragraph("Nothing that holds magnet rare earths is made.")])
    places = {row["region"]: clean(row["name"]) for _, r in plans for row in r["regions"]}
    data: dict[str, Any] = {
        "places": [{"code": clean(p), "name": places[p], "at": placed[p]} for p in placed],
        "plans": [
            {"made": _indexed(a, there, list(placed)), "moved": _indexed(b, there, list(placed))}
            for a, b in zip(made, moved, strict=True)
        ],
    }
    missing = [p for p in places if p not in placed]
    caption = (
        "Circles: output at the stage; lines: shipments between countries, from the end without an arrow to the one "
        "with it; area and width are tonnes of oxide equivalent a year. Flows under a thousandth of the largest are "
        "not drawn. Groups of countries stand at one point. Outline of the land: Natural Earth, public domain."
    ) + (f" Without coordinates, and left out: {', '.join(missing[:8])}." if missing else "")
    heads = ("Plan",) if len(plans) > 1 else ()
    columns = [Column(h) for h in (*heads, "Stage", "From", "To", "Year")] + [Column("t/yr", 0)]
    rows = [
        ((n,) if heads else ()) + (stages[s], places[o], places[d], y, t)
        for (n, _), found in zip(plans, moved, strict=True)
        for (s, o, d, y), t in sorted(found.items())
    ]
    picture = Picture(
        "map-chart", "world", "What countries make, and where it goes", caption,
        ("regions", "shipments", "activity", "recipes"), data, columns, rows, _choices(plans, stages, there),
        height=460, store=store_of("places", "Output and shipments by year", columns, rows) if len(plans) > 1 else None,
    )  # fmt: skip
    return Section("map", title, [picture])


def _choices(plans: Plans, stages: Mapping[str, str], there: Sequence[str]) -> list[Control]:
    """What the map can show: a plan of several, a stage (the last final one to begin with), a year."""
    years = sorted({y for _, r in plans for y in r.years})
    final = [s for s in there if any(g["stage"] == s and g["final"] == "yes" for _, r in plans for g in r["goods"])]
    start = there.index(final[-1]) if final else len(there) - 1
    controls = [
        Control("stage", "Stage", [(i, stages[s]) for i, s in enumerate(there)], start=start),
        Control("year", "Year", [(y, str(y)) for y in years], slider=True, start=len(years) // 2),
    ]
    if len(plans) > 1:
        controls.insert(0, Control("plan", "Plan", [(i, n) for i, (n, _) in enumerate(plans)]))
    return controls


def _made(results: Told) -> dict[tuple[str, str, int], float]:
    """Output by stage, region and year."""
    outputs: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for r in results["recipes"]:
        good = results.goods[r["commodity"]]
        if r["coefficient"] > 0 and good["oxide_equivalent"]:
            outputs[r["process"]].append((good["stage"], r["coefficient"] * good["oxide_equivalent"]))
    found: dict[tuple[str, str, int], float] = defaultdict(float)
    for r in results["activity"]:
        for stage, t in outputs[r["process"]] if r["activity_t"] else ():
            found[stage, r["region"], r["year"]] += t * r["activity_t"]
    return found


def _moved(results: Told) -> dict[tuple[str, str, str, int], float]:
    """Shipments between regions by stage, origin, destination and year."""
    found: dict[tuple[str, str, str, int], float] = defaultdict(float)
    for r in results["shipments"]:
        good = results.goods[r["commodity"]]
        t = r["quantity_t"] * (good["oxide_equivalent"] or 0.0)
        if r["origin"] != r["destination"] and t > 0:
            found[good["stage"], r["origin"], r["destination"], r["year"]] += t
    return found


def _indexed(found: dict[Any, float], stages: list[str], places: list[str]) -> list[list[float]]:
    """Rows of numbers: stage, places, year, t; places that aren't on the map are left out."""
    at = {p: i for i, p in enumerate(places)}
    return [
        [stages.index(stage), *(at[p] for p in where), year, t]
        for (stage, *where, year), t in sorted(found.items())
        if stage in stages and all(p in at for p in where)
    ]
