"""A map of who makes what and where it goes. Tonnes of content."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from model.base.words import clean
from model.output.report.building import Plans, country_colours
from model.output.report.markup import Column, Control, Picture, Section, paragraph
from model.output.report.store import store_of
from model.plan.saying.rows import Told


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
    made, moved = [made_by(r) for _, r in plans], [_moved(r) for _, r in plans]
    used = {key[0] for found in made for key in found} | {key[0] for flow in moved for key in flow}
    there = [s for s in stages if s in used]
    if not there:
        return Section("map", title, [paragraph(f"Nothing that holds {plans[0][1].words.of} is made.")])
    colour = country_colours(plans)
    groups = _groups(plans)
    places = {row["region"]: clean(row["name"]) for _, r in plans for row in r["regions"]}
    data: dict[str, Any] = {
        "measure": clean(plans[0][1].words.measure),
        "places": [
            {"code": clean(p), "name": places[p], "at": placed[p], "colour": colour[p], "group": p in groups}
            for p in placed
        ],
        "plans": [
            {"made": _indexed(a, there, list(placed)), "moved": _indexed(b, there, list(placed))}
            for a, b in zip(made, moved, strict=True)
        ],
    }
    missing = [p for p in places if p not in placed]
    caption = (
        "Circles: output at the stage; lines: shipments between countries, from the end without an arrow to the one "
        f"with it; area and width are tonnes of {clean(plans[0][1].words.measure)} a year. Flows under a "
        "thousandth of the largest are not drawn. Outline of the land: Natural Earth, public domain."
    )
    boxed = [f"{clean(p)}: {places[p]}" for p in placed if p in groups]
    caption += f" In the box, groups of countries, which stand at no one place: {'; '.join(boxed)}." if boxed else ""
    caption += f" Without coordinates, and left out: {', '.join(missing[:8])}." if missing else ""
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


def _groups(plans: Plans) -> set[str]:
    """Regions that are several countries: those without an ISO code, where the instance gives any."""
    rows = [row for _, r in plans for row in r["regions"]]
    return {row["region"] for row in rows if not row["iso3"]} if any(row["iso3"] for row in rows) else set()


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


def made_by(results: Told) -> dict[tuple[str, str, int], float]:
    """Output by stage, region and year."""
    outputs: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for r in results["recipes"]:
        good = results.goods[r["commodity"]]
        if r["coefficient"] > 0 and good["content"]:
            outputs[r["process"]].append((good["stage"], r["coefficient"] * good["content"]))
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
        t = r["quantity_t"] * (good["content"] or 0.0)
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
