"""Flows: one year from the first stage to final use, tonnes of content."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, NamedTuple

from model.base.words import capital, clean
from model.output.colours import GREY
from model.output.report.building import Plans, country_colours
from model.output.report.markup import Column, Control, Picture, Section, paragraph
from model.output.report.store import store_of
from model.plan.saying.rows import Told

USED, RECYCLED = "used", "recycled"
LEAST_PART = 0.004
"""Of its column: a country that never comes to this much of it is shown with the others."""
OTHERS = ""
WORLD = "the whole world"

Node = tuple[str, str]
"""Column (a stage, recycled or used) and region."""


class Link(NamedTuple):
    """A flow of one year between two nodes, t of content."""

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
        t = r["quantity_t"] * (good["content"] or 0.0)
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
    words, title = plans[0][1].words, _title(plans[0][1])
    drawn = []
    for n, r in plans:
        found = links(r)
        keep = {m for members in r.summary["policy"].get("buyers", {}).values() for m in members}
        lumped = _lumped(r, found, keep)
        drawn.append((n, r, lumped, _columns(r, lumped)))
    if not any(found for _, _, found, _ in drawn):
        return Section("flow", title, [paragraph(f"No good that holds {words.of} moves between stages.")])
    years = sorted({y for _, r in plans for y in r.years})
    start = years.index(plans[0][1].years[len(plans[0][1].years) // 2])
    controls = [Control("year", "Year", [(y, str(y)) for y in years], slider=True, start=start)]
    if len(plans) > 1:
        controls.insert(0, Control("plan", "Plan", [(i, n) for i, (n, _) in enumerate(plans)]))
    buyers, members = _buyers(plans)
    controls.append(Control("buyer", "Show", list(enumerate(buyers))))
    data = {
        "measure": clean(words.measure),
        "plans": [_sankey(r, found, columns, country_colours(plans)) for _, r, found, columns in drawn],
        "buyers": members,
    }
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
        f"Tonnes of {clean(words.measure)} a year, stock apart: width is weight. Columns are stages, boxes the "
        "countries that make the good or use it. Losses and by-products make a box's outflow differ from its inflow. "
        "A buyer's part is taken by proportional mixing back through the chain."
    )
    picture = Picture(
        "flow-chart", "chain", capital(f"{clean(words.of)} from the first stage to final use"), caption,
        ("shipments", "activity", "recipes", "demand"), data, shown, rows, controls, height=620,
        store=store_of("flows", "Flows by year", shown, rows) if len(plans) > 1 else None,
    )  # fmt: skip
    return Section("flow", title, [picture])


def _title(results: Told) -> str:
    """From the first stage to the last of which something is in final demand."""
    wanted = {g["stage"] for g in results["goods"] if g["final"] == "yes"}
    names = list(results.stages.values())
    last = [name for stage, name in results.stages.items() if stage in wanted][-1:] or names[-1:]
    ends = [name[:1].lower() + name[1:] if name[1:2].islower() else name for name in (*names[:1], *last)]
    return f"The flow of one year, from {' to '.join(ends)}" if len(set(ends)) > 1 else "The flow of one year"


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


def _sankey(results: Told, found: dict[Link, float], columns: dict[str, str], colour: dict[str, int]) -> dict[str, Any]:
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
                "colour": colour.get(region, GREY),
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
