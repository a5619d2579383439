"""Seeded random instances, small enough to solve in a moment, in the whole instance format.

Numbers are random reals, so that optima are unique and two solvers can be compared.
"""

from __future__ import annotations

import csv
from random import Random
from typing import TYPE_CHECKING, Any

from .asks import Policy, draw_policies, render
from .world import Record, World, draw_world

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = "draw"
ORIGIN_NOTE = ["source", "confidence", "note"]
COLUMNS = {
    "regions": ["region", "name", "iso3", "latitude", "longitude"],
    "groups": ["group", "region"],
    "commodities": ["commodity", "name", "stage", "ree_content", "price", "may_be_unsold"],
    "stages": ["stage", "name", "order"],
    "recipes": ["process", "commodity", "coefficient"],
    "plants": [
        *("plant", "name", "process", "region", "variable_cost", "fixed_cost", "availability"),
        *("capex", "lead_time", "ramp_years", "lifetime", "wacc", "max_build"),
        *("max_build_per_year", "first_decision", "last_decision", "unit_size"),
    ],
    "capacity": ["plant", "year", "capacity"],
    "demand": ["commodity", "region", "sector", "year", "quantity", "shortage_cost"],
    "lanes": ["commodity", "origin", "destination", "freight", "tariff", "max_flow", "from", "to"],
    "stockpiles": ["commodity", "region", "initial", "capacity", "holding_cost", "loss_rate"],
}


Tables = dict[str, list[Record]]


def write_instance(folder: Path, seed: int) -> list[Path]:
    """Write the instance of this seed into `folder`; the paths of its three policies."""
    world = draw_world(Random(seed))
    tables = draw_tables(world)
    write_head(folder, world, seed)
    policies = draw_policies(world, stocked(tables), seed)
    write_tables(folder, tables)
    return write_policies(folder, policies)


def stocked(tables: Tables) -> list[str]:
    """The goods that are stocked somewhere."""
    return [row["commodity"] for row in tables["stockpiles"]]


def draw_tables(world: World) -> Tables:
    """The tables of the first page, by name."""
    return {
        "regions": [{"region": r, "name": f"Region {r}"} for r in world.regions],
        "groups": [{"group": g, "region": r} for g, rs in world.groups.items() for r in rs],
        "commodities": _commodities(world),
        "stages": [
            {"stage": stage, "name": stage.title(), "order": order} for order, stage in enumerate(world.stages, start=1)
        ],
        "recipes": [
            {"process": process, "commodity": good, "coefficient": amount}
            for process, recipe in world.recipes.items()
            for good, amount in recipe.items()
        ],
        "plants": world.plants,
        "capacity": world.capacity,
        "demand": _demand(world),
        "lanes": _lanes(world),
        "stockpiles": _stockpiles(world),
    }


def write_tables(folder: Path, tables: Tables, columns: dict[str, list[str]] | None = None) -> None:
    """Write all tables; `columns` has those of tables that the first page doesn't have, or more of them."""
    for name, rows in tables.items():
        origin = {"source": SOURCE, "confidence": "assumption", "note": "drawn at random"}
        _write_table(folder / f"{name}.csv", (COLUMNS | (columns or {}))[name] + ORIGIN_NOTE, rows, origin)
    source = [{"source": SOURCE, "citation": "Random numbers", "year": 2026}]
    _write_table(folder / "sources.csv", ["source", "citation", "year"], source, {})


def write_policies(folder: Path, policies: list[Policy]) -> list[Path]:
    """Write the policies, numbered; their paths."""
    paths = []
    for number, policy in enumerate(policies):
        path = folder / "policies" / f"policy-{number}.toml"
        path.write_text(render(policy), encoding="utf-8")
        paths.append(path)
    return paths


def _write_table(path: Path, columns: list[str], rows: list[Record], shared: Record) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            cells = [(row | shared).get(column) for column in columns]
            writer.writerow("" if cell is None else cell for cell in cells)


def write_head(folder: Path, world: World, seed: int) -> None:
    """Make the folder, and write instance.toml."""
    (folder / "policies").mkdir(parents=True, exist_ok=True)
    # Never nought: two builds, one of them half as long, would cost the same while they ramp.
    rate = world.rng.uniform(0.001, 0.01) if world.chance(0.05) else world.rng.uniform(0.02, 0.1)
    lines = [
        f'title = "Random instance {seed}"',
        'description = "Drawn at random, to compare solvers."',
        f"\n[horizon]\nfirst_year = {world.years[0]}\nlast_year = {world.years[-1]}",
        f"\n[finance]\ndiscount_rate = {rate!r}\nprice_year = 2024",
        '\n[defaults]\npolicy = "policy-0"\n',
    ]
    (folder / "instance.toml").write_text("\n".join(lines), encoding="utf-8")


def _commodities(world: World) -> list[Record]:
    return [
        {
            "commodity": name,
            "name": name.title(),
            "stage": good["stage"],
            "ree_content": good["rho"],
            "price": good["price"],
            "may_be_unsold": 1 if good["unsold"] else world.rng.choice([None, 0]),
        }
        for name, good in world.goods.items()
    ]


def _demand(world: World) -> list[Record]:
    """Magnets everywhere, intermediates at times; shortages dear, or in some instances cheap."""
    rng, years = world.rng, world.years
    dear = rng.uniform(0.9, 1.6) if world.chance(0.3) else rng.uniform(4.0, 10.0)
    growth = rng.uniform(0.0, 0.07)
    wanted = {"magnet": world.need["press"], "magnet_hc": world.need["press_hc"]}
    if world.chance(0.25):
        wanted["oxide"] = world.need["separate"] * 0.08
    if world.chance(0.2):
        wanted["lace"] = world.need["separate"] * 0.2
    rows = []
    for good, total in wanted.items():
        if good not in world.goods:
            continue
        weights = {region: rng.uniform(0.2, 1.0) for region in world.regions}
        for region, weight in weights.items():
            sectors = ["motors", "wind"] if world.chance(0.2) else ["motors"]
            for sector in sectors:
                quantity = total * weight / sum(weights.values()) / len(sectors)
                cost = world.goods[good]["price"] * dear * rng.uniform(0.9, 1.1)
                # Listed years span the horizon, and at times reach beyond it.
                listed = {years[0], years[-1] + (2 if world.chance(0.15) else 0)}
                if len(years) > 4 and world.chance(0.4):
                    listed.add(rng.choice(years[1:-1]))
                for year in sorted(listed):
                    grown = quantity * (1.0 + growth) ** (year - years[0]) * rng.uniform(0.92, 1.08)
                    key = {"commodity": good, "region": region, "sector": sector, "year": year}
                    rows.append(key | {"quantity": grown, "shortage_cost": cost})
    return rows


def _lanes(world: World) -> list[Record]:
    """A general rule for each good, then rules that override it."""
    rows: list[Record] = []
    for good in world.goods:
        freight = world.rng.uniform(100.0, 1_500.0)
        draw = world.rng.random()
        if draw < 0.7:
            general = [("*", "*")]
        elif draw < 0.88:
            general = [("home", "*"), ("abroad", "*")]
        else:
            general = [
                ("far", "home"),
                ("far", "abroad"),
                ("bloc", "bloc"),
                ("home", world.regions[-1]),
            ]
        for origin, destination in general:
            lane = {"commodity": good, "origin": origin, "destination": destination}
            rows.append(lane | {"freight": world.near(freight)})
        for _ in range(world.rng.randint(0, 3)):
            rows.append(_override(world, good, freight))
    kept: dict[tuple[Any, ...], Record] = {}
    for row in rows:
        key = tuple(row.get(c) for c in ("commodity", "origin", "destination", "from", "to"))
        kept.setdefault(key, row)
    return list(kept.values())


def _override(world: World, good: str, freight: float) -> Record:
    rng, years = world.rng, world.years
    names = ["*", *world.groups, *world.regions]
    limit = None
    if world.chance(0.6):
        limit = 0 if world.chance(0.15) else world.need["press"] * rng.uniform(0.05, 0.6)
    row: Record = {
        "commodity": good,
        "origin": rng.choice(names),
        "destination": rng.choice(["home", *names]),
        "freight": world.near(freight, 0.5),
        "tariff": rng.uniform(0.01, 0.3) if world.chance(0.6) else rng.choice([None, 0]),
        "max_flow": limit,
    }
    if world.chance(0.4):
        row["from"] = rng.choice(years[:-1])
    if world.chance(0.3):
        row["to"] = rng.choice([y for y in years if y >= row.get("from", years[0])])
    return row


def _stockpiles(world: World) -> list[Record]:
    rng = world.rng
    spots = [(good, region) for good in world.goods if good != "lace" for region in world.regions]
    rows = []
    for good, region in rng.sample(spots, rng.randint(0, 4)):
        capacity = world.need["press"] * rng.uniform(0.05, 0.4)
        rows.append(
            {
                "commodity": good,
                "region": region,
                "initial": capacity * rng.uniform(0.1, 0.9) if world.chance(0.5) else 0,
                "capacity": capacity,
                "holding_cost": world.goods[good]["price"] * rng.uniform(0.01, 0.08),
                "loss_rate": rng.uniform(0.005, 0.08) if world.chance(0.5) else 0,
            }
        )
    return rows
