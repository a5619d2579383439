"""Random instances with every table of the page on what the world holds: tiny, so that hundreds can be compared.

Each table is drawn or left out by chance, so that tables meet in all combinations; numbers are sized to bind.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from .asks import draw_policies
from .generate import Tables, draw_tables, stocked, write_head, write_policies, write_tables
from .happens import draw_scenario
from .reading import read_instance
from .world import draw_world

if TYPE_CHECKING:
    from pathlib import Path

    from .asks import Policy
    from .reading import Instance
    from .world import Record, World

SIZES = (2, 4), (3, 5)
"""Fewest and most regions, and years."""

MORE_COLUMNS = {
    "commodities": ["commodity", "name", "stage", "content", "price", "may_be_unsold"],
    "plants": [
        *("plant", "name", "process", "region", "variable_cost", "fixed_cost", "availability"),
        *("capex", "lead_time", "ramp_years", "lifetime", "wacc", "max_build"),
        *("max_build_per_year", "first_decision", "last_decision", "unit_size", "may_close"),
    ],
    "lanes": [
        *("commodity", "origin", "destination", "freight", "tariff", "max_flow", "from", "to"),
        *("fall", "switch_cost"),
    ],
    "contents": ["commodity", "material", "content"],
    "quotas": ["quota", "commodity", "origin", "destination", "from", "to", "max_flow"],
    "contracts": ["contract", "commodity", "origin", "destination", "from", "to", "min_flow", "break_cost"],
    "trade": ["commodity", "origin", "destination", "quantity"],
    "paths": ["column", "process", "region", "year", "factor"],
    "observations": ["what", "commodity", "origin", "destination", "year", "value", "unit"],
}
Way = tuple[str, str, str]


class Draw:
    """What the tables of one instance are drawn from."""

    def __init__(self, world: World, instance: Instance, seed: int) -> None:
        """Chances apart from those of the first page's tables; `instance`: those tables as they are read."""
        self.world = world
        self.years_of_lanes = {lane for lane, about in instance.lanes.items() if about.max_flow > 0}
        self.lanes = {lane[:3] for lane in self.years_of_lanes}
        self.rng = Random(f"world {seed}")
        made: dict[str, set[str]] = {}
        used: dict[str, set[str]] = {}
        for plant in world.plants:
            for good, amount in world.recipes[plant["process"]].items():
                (made if amount > 0 else used).setdefault(good, set()).add(plant["region"])
        for good in ("magnet", "magnet_hc"):
            used[good] = set(world.regions)
        self.ways = [
            (good, o, d) for good in world.goods for o in sorted(made.get(good, ())) for d in sorted(used.get(good, ()))
        ]

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability

    def size(self, good: str, low: float, high: float) -> float:
        """A part of what the whole world takes of a good in a year, t."""
        need, recipes = self.world.need, self.world.recipes
        most = max(abs(recipe[good]) * need[process] for process, recipe in recipes.items() if good in recipe)
        return most * self.rng.uniform(low, high)

    def window(self) -> Record:
        """`from` and `to`, each blank by chance, and at times outside the horizon."""
        years, row = self.world.years, {}
        if self.chance(0.4):
            row["from"] = self.rng.choice([years[0] - 2, *years])
        if self.chance(0.4):
            row["to"] = self.rng.choice([y for y in [*years, years[-1] + 3] if y >= row.get("from", years[0])])
        return row

    def open(self, way: Way, window: Record) -> bool:
        """Whether there is a lane on a way in any year of a window."""
        first, last = window.get("from") or 0, window.get("to") or 9999
        years = [year for year in self.world.years if first <= year <= last]
        return way[1] == way[2] or any((*way, year) in self.years_of_lanes for year in years)

    def crossing(self) -> Way | None:
        """A way between two regions."""
        apart = [way for way in self.ways if way[1] != way[2] and way in self.lanes]
        return self.rng.choice(apart) if apart else None

    def wider(self, way: Way, *, inside: bool) -> Record:
        """Commodity, origin and destination that cover a way; `inside`: places may overlap."""
        good, origin, destination = way
        goods = [good, good, self.world.goods[good]["stage"], "*"]
        around = [name for name, regions in self.world.groups.items() if origin in regions]
        there = [name for name, regions in self.world.groups.items() if destination in regions]
        if not inside:
            around = [name for name in around if destination not in self.world.groups[name]]
        row = {
            "commodity": self.rng.choice(goods),
            "origin": self.rng.choice([origin, *around]),
            "destination": self.rng.choice([destination, *there, "*"]),
        }
        ways_in = [name for name in there if origin not in self.world.groups[name]]
        if self.chance(0.25):
            row |= {"origin": "*", "destination": self.rng.choice([destination, *ways_in])}
        return row


def write_world(folder: Path, seed: int) -> tuple[list[Path], list[Path]]:
    """Write the instance of this seed; the paths of its three policies and of its scenario."""
    world = draw_world(Random(seed), SIZES)
    tables = draw_tables(world)
    write_head(folder, world, seed)
    policies = draw_policies(world, stocked(tables), seed)
    write_tables(folder, tables)
    draw = Draw(world, read_instance(folder), seed)
    materials = _contents(draw, tables) if draw.chance(0.5) else {}
    for add, probability in ((_falls, 0.5), (_quotas, 0.5), (_contracts, 0.5), (_paths, 0.5), (_closing, 0.5)):
        if draw.chance(probability):
            add(draw, tables)
    if draw.chance(0.1):
        for row in tables["demand"]:
            row["shortage_cost"] = 0 if row["commodity"] in ("oxide", "lace") else row["shortage_cost"]
    _observations(draw, tables)
    columns = {k: v for k, v in MORE_COLUMNS.items() if k in tables}
    columns = {k: v for k, v in columns.items() if k != "commodities" or materials}
    write_tables(folder, tables, columns)
    paths = write_policies(folder, [_asks(draw, policy, materials) for policy in policies])
    (folder / "scenarios").mkdir(exist_ok=True)
    scenario = folder / "scenarios" / "futures.toml"
    scenario.write_text(draw_scenario(world, draw.rng), encoding="utf-8")
    return paths, [scenario]


def _contents(draw: Draw, tables: Tables) -> dict[str, set[str]]:
    """Two materials, at times three; what each is held by. A good's content is their sum, told beside it or not."""
    heavy = draw.rng.uniform(0.01, 0.1)
    held: dict[str, set[str]] = {}
    rows: list[Record] = []
    for good in tables["commodities"]:
        rho, name = good.pop("ree_content"), good["commodity"]
        parts = {"neodymium": rho * (1.0 - heavy), "dysprosium": rho * heavy} if rho else {}
        if name == "dytb":
            parts = {"dysprosium": rho}
        elif name in ("oxide", "metal") and "dytb" in draw.world.goods:
            parts = {"neodymium": rho}
        elif name == "lace" and draw.chance(0.5):
            parts = {"lanthanum": 0.9}
        good["content"] = sum(parts.values()) if draw.chance(0.4) else None
        draw.world.goods[name]["rho"] = sum(parts.values())
        for material, content in parts.items():
            held.setdefault(material, set()).add(name)
            rows.append({"commodity": name, "material": material, "content": content})
    tables["contents"] = rows
    return held


def _falls(draw: Draw, tables: Tables) -> None:
    """Lanes that don't jump, and what was shipped before the first year, at times on a lane that is closed."""
    for row in tables["lanes"]:
        if draw.chance(0.7):
            row["fall"] = draw.rng.choice([0, 1, *(draw.rng.uniform(0.0, 0.6) for _ in range(4))])
            price = draw.world.goods[row["commodity"]]["price"]
            row["switch_cost"] = 0 if draw.chance(0.05) else price * draw.rng.uniform(0.005, 0.4)
    if draw.chance(0.8):
        apart = [way for way in draw.ways if way[1] != way[2]]
        some = draw.rng.sample(apart, min(len(apart), draw.rng.randint(1, 6)))
        keys = ("commodity", "origin", "destination")
        tables["trade"] = [
            dict(zip(keys, way, strict=True)) | {"quantity": draw.size(way[0], 0.02, 0.7)} for way in some
        ]


def _quotas(draw: Draw, tables: Tables) -> None:
    """One or two names of one or two rows each."""
    rows = [row for number in range(draw.rng.randint(1, 2)) for row in _quota(draw, f"q{number}")]
    if rows:
        tables["quotas"] = rows


def _quota(draw: Draw, name: str) -> list[Record]:
    """Rows that share a limit wherever they meet, or that follow one another with limits of their own."""
    way = draw.crossing()
    if way is None:
        return []
    limit = 0 if draw.chance(0.1) else draw.size(way[0], 0.05, 0.7)
    first: Record = {"quota": name} | draw.wider(way, inside=False) | draw.window() | {"max_flow": limit}
    if not draw.open(way, first):
        first |= {"from": None, "to": None}
    if draw.chance(0.5):
        return [first]
    other = draw.crossing() or way
    second: Record = {"quota": name} | draw.wider(other, inside=False) | {"max_flow": limit}
    years = draw.world.years
    if draw.chance(0.4):
        turn = draw.rng.choice(years[1:])
        before, after = {"from": None, "to": turn - 1}, {"from": turn, "to": None}
        if draw.open(way, before) and draw.open(other, after):
            first |= before
            second |= after | {"max_flow": limit * draw.rng.uniform(0.3, 2.0)}
    return [first, second]


def _contracts(draw: Draw, tables: Tables) -> None:
    rows = []
    for number in range(draw.rng.randint(1, 4)):
        way = draw.rng.choice(draw.ways)
        price = draw.world.goods[way[0]]["price"]
        row = {"contract": f"c{0 if draw.chance(0.2) else number}"} | draw.wider(way, inside=True)
        row["origin"] = "*" if draw.chance(0.1) else row["origin"]
        window = draw.window()
        if not draw.open(way, window):
            continue
        cost = 0 if draw.chance(0.05) else price * draw.rng.uniform(0.01, 1.5)
        rows.append(row | window | {"min_flow": draw.size(way[0], 0.03, 0.8), "break_cost": cost})
    if rows:
        tables["contracts"] = rows


def _paths(draw: Draw, tables: Tables) -> None:
    years, world, rows = draw.world.years, draw.world, {}
    for _ in range(draw.rng.randint(1, 5)):
        column = draw.rng.choice(["variable_cost", "fixed_cost", "capex"])
        process = draw.rng.choice(["*", *world.recipes])
        place = draw.rng.choice(["*", *world.groups, *world.regions])
        listed = draw.rng.sample(range(years[0] - 2, years[-1] + 3), draw.rng.randint(1, 3))
        for year in sorted(listed):
            factor = draw.rng.uniform(0.4, 1.8)
            rows[column, process, place, year] = 0 if draw.chance(0.03) else factor
    keys = ("column", "process", "region", "year")
    tables["paths"] = [dict(zip(keys, key, strict=True)) | {"factor": factor} for key, factor in rows.items()]


def _closing(draw: Draw, tables: Tables) -> None:
    for row in tables["plants"]:
        if draw.chance(0.6):
            row["may_close"] = 1
            if draw.chance(0.5):
                row["fixed_cost"] = row["fixed_cost"] * draw.rng.uniform(1.0, 4.0)


def _observations(draw: Draw, tables: Tables) -> None:
    """One of each kind; they bind nothing."""
    world, rows = draw.world, []
    for what in ("share_of_use", "share_of_output", "output", "flow", "use"):
        good = draw.rng.choice(draw.ways)[0]
        scope = good if draw.chance(0.6) else world.goods[good]["stage"]
        origin = draw.rng.choice(["*", *world.groups, *world.regions])
        place = draw.rng.choice(["*", *world.groups, *world.regions])
        row: Record = {"what": what, "commodity": scope, "year": draw.rng.choice(world.years), "value": 0.5}
        if what != "use":
            row["origin"] = draw.rng.choice(world.regions) if what.startswith("share") else origin
        if what in ("share_of_use", "flow", "use"):
            row["destination"] = place
        rows.append(row | {"unit": "1" if what.startswith("share") else "t/yr"})
    tables["observations"] = rows


def _asks(draw: Draw, policy: Policy, materials: dict[str, set[str]]) -> Policy:
    """A policy with materials and quotas of its own."""
    title, kinds = policy
    world = draw.world
    for kind in ("share_cap", "domestic_min", "stock_min"):
        kept = []
        for row in kinds[kind]:
            goods = [g for g, about in world.goods.items() if g in row.get("commodities", ()) or _staged(about, row)]
            held = [m for m, holders in materials.items() if holders & set(goods)]
            if held and row.get("weight") != "tonnes" and draw.chance(0.6):
                row["material"] = draw.rng.choice(held)
            weighs = row.get("weight") == "tonnes" or any(world.goods[good]["rho"] for good in goods)
            kept += [row] if weighs else []
        kinds[kind] = kept
    if draw.chance(0.35):
        kinds["quota"] = [{k: v for k, v in row.items() if v is not None} for row in _quota(draw, "own")]
    return title, kinds


def _staged(about: Record, row: dict[str, Any]) -> bool:
    return about["stage"] in row.get("stages", ())
