"""A small random supply chain: what is made of what, where, by which plants, at what cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

Record = dict[str, Any]

# NO and NA are Norway and Namibia: readers that take them for a boolean or a blank are caught.
PLACES = ["CN", "NO", "NA", "DE", "US", "JP", "AU"]
CHAINS = [
    ["processing", "magnet"],
    ["mining", "processing", "magnet"],
    ["processing", "metal", "magnet"],
    ["mining", "processing", "metal", "magnet"],
]
# Good: stage, t of oxide equivalent per t, USD/t.
GOODS = {
    "conc": ("mining", 0.22, 12_000.0),
    "oxide": ("processing", 1.0, 80_000.0),
    "dytb": ("processing", 1.0, 400_000.0),
    "lace": ("processing", 0.0, 1_000.0),
    "metal": ("metal", 1.18, 100_000.0),
    "magnet": ("magnet", 0.32, 50_000.0),
    "magnet_hc": ("magnet", 0.36, 66_000.0),
    "scrap": ("scrap", 0.32, 15_000.0),
}
# Process: variable cost, fixed cost, capex of a t/yr; USD.
COSTS = {
    "mine": (8_000.0, 1_500.0, 30_000.0),
    "mine_rich": (11_000.0, 2_500.0, 45_000.0),
    "separate": (16_000.0, 9_000.0, 150_000.0),
    "reduce": (4_000.0, 2_000.0, 25_000.0),
    "press": (15_000.0, 6_000.0, 65_000.0),
    "press_hc": (19_000.0, 8_000.0, 80_000.0),
    "recycle": (9_000.0, 4_000.0, 100_000.0),
    "collect": (4_000.0, 500.0, 0.0),
}


@dataclass
class World:
    """Everything that the tables and the policies are drawn from."""

    rng: Random
    years: range
    regions: list[str]
    groups: dict[str, list[str]]
    goods: dict[str, Record] = field(default_factory=dict)
    recipes: dict[str, dict[str, float]] = field(default_factory=dict)
    need: dict[str, float] = field(default_factory=dict)
    plants: list[Record] = field(default_factory=list)
    capacity: list[Record] = field(default_factory=list)
    scarce: bool = False

    @property
    def stages(self) -> list[str]:
        """Stages in the order of the value chain."""
        return list(dict.fromkeys(good["stage"] for good in self.goods.values()))

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.rng.random() < probability

    def near(self, value: float, spread: float = 0.25) -> float:
        """A random number around a value."""
        return value * self.rng.uniform(1.0 - spread, 1.0 + spread)


def draw_world(rng: Random, sizes: tuple[tuple[int, int], tuple[int, int]] = ((3, 5), (4, 9))) -> World:
    """Regions, goods, recipes and plants; `sizes`: fewest and most regions, and years after the first."""
    first = rng.randint(2026, 2031)
    regions = rng.sample(PLACES, rng.randint(*sizes[0]))
    at_home = 1 if len(regions) <= 3 else rng.randint(1, 2)
    home, others = regions[1 : 1 + at_home], regions[1 + at_home :]
    groups = {
        "home": home,
        "bloc": home + others[:1],
        "far": [regions[0], *others[1:]],
        "abroad": [regions[0], *others],
    }
    world = World(rng, range(first, first + rng.randint(*sizes[1])), regions, groups)
    world.scarce = world.chance(0.3)
    _draw_goods(world)
    _draw_recipes(world)
    _draw_needs(world)
    for process in world.recipes:
        _draw_plants(world, process)
    return world


def _draw_goods(world: World) -> None:
    chain = world.rng.choice(CHAINS)
    names = [name for name, good in GOODS.items() if good[0] in chain]
    names = [name for name in names if name not in {"dytb", "magnet_hc"}]
    extras = [name for name in ("dytb", "magnet_hc", "scrap") if world.chance(0.55)]
    if len(chain) == 4 and "scrap" in extras:
        extras.remove("scrap")
    names += extras[: 7 - len(names)]
    for name, (stage, rho, price) in GOODS.items():
        if name in names:
            unsold = name in {"lace", "scrap"} or (name in {"dytb", "conc"} and world.chance(0.85))
            price = world.near(price)
            world.goods[name] = {"stage": stage, "rho": rho, "price": price, "unsold": unsold}


def _draw_recipes(world: World) -> None:
    """Outputs never hold more oxide than inputs: every step loses some of it."""
    goods, draw = world.goods, world.rng.uniform
    rho = {name: good["rho"] for name, good in goods.items()}
    recipes = world.recipes
    joint = draw(0.03, 0.07) if "dytb" in goods else 0.0
    made = {"oxide": 1.0, "lace": draw(0.5, 3.5)} | ({"dytb": joint} if joint else {})
    if "conc" in goods:
        recipes["mine"] = {"conc": draw(0.8, 1.1)}
        if world.chance(0.3):
            recipes["mine_rich"] = {"conc": draw(1.1, 1.3)}
        recipes["separate"] = {"conc": -(1.0 + joint) / (rho["conc"] * draw(0.85, 0.97))} | made
    else:
        recipes["separate"] = made
    feed = "oxide"
    if "metal" in goods:
        recipes["reduce"] = {"oxide": -rho["metal"] / draw(0.92, 0.99), "metal": 1.0}
        feed = "metal"
    for magnet, process in (("magnet", "press"), ("magnet_hc", "press_hc")):
        if magnet in goods:
            recipes[process] = _pressing(world, magnet, feed)
    if "scrap" in goods:
        recipes["recycle"] = {"scrap": -1.0 / (rho["scrap"] * draw(0.85, 0.97)), "oxide": 1.0}
        if world.chance(0.4):
            recipes["collect"] = {"scrap": 1.0}


def _pressing(world: World, magnet: str, feed: str) -> dict[str, float]:
    """A magnet of the feed and, of the better grade or at times, of heavy oxide."""
    rho = {name: good["rho"] for name, good in world.goods.items()}
    scrap = world.rng.uniform(0.15, 0.35) if "scrap" in rho else 0.0
    held = (rho[magnet] + scrap * rho.get("scrap", 0.0)) / world.rng.uniform(0.92, 0.98)
    heavy = 0.0
    if "dytb" in rho:
        heavy = world.rng.uniform(0.004, 0.014) if magnet == "magnet_hc" else 0.001
    recipe = {feed: -(held - heavy) / rho[feed], magnet: 1.0}
    if heavy:
        recipe["dytb"] = -heavy
    if scrap:
        recipe["scrap"] = scrap
    return recipe


def _draw_needs(world: World) -> None:
    """How much each process would run if all demand were met, t/yr at the start."""
    total = world.rng.uniform(800.0, 6_000.0)
    recipes, need = world.recipes, world.need
    split = world.rng.uniform(0.3, 0.7) if "press_hc" in recipes else 0.0
    need["press"], need["press_hc"] = total * (1.0 - split), total * split
    feed = "metal" if "reduce" in recipes else "oxide"
    flow = sum(-need[p] * recipes[p][feed] for p in ("press", "press_hc") if p in recipes)
    if "reduce" in recipes:
        need["reduce"] = flow
        flow *= -recipes["reduce"]["oxide"]
    need["separate"] = flow
    if "mine" in recipes:
        mined = -flow * recipes["separate"]["conc"]
        need["mine"] = need["mine_rich"] = mined / recipes["mine"]["conc"]
    need["recycle"] = flow * 0.12
    need["collect"] = flow * 0.3


def _draw_plants(world: World, process: str) -> None:
    """A leader with most of the capacity; elsewhere existing, committed and candidate plants."""
    leader = world.regions[0]
    reach = world.rng.uniform(0.4, 0.95) if world.scarce else world.rng.uniform(1.6, 2.8)
    size = world.need[process]
    if process != "mine_rich":
        _add_plant(world, process, leader, dearer=1.0, existing=size * reach, new=False)
    for region in world.regions[1:]:
        draw = world.rng.random()
        dearer = world.rng.uniform(1.05, 1.7)
        standing = size * world.rng.uniform(0.02, 0.25)
        if draw < 0.2:
            _add_plant(world, process, region, dearer, standing, new=False)
        elif draw < 0.35:
            _add_plant(world, process, region, dearer, standing, new=process != "collect")
        elif draw < 0.85 and process != "collect":
            _add_plant(world, process, region, dearer, 0.0, new=True)


def _add_plant(world: World, process: str, region: str, dearer: float, existing: float, *, new: bool) -> None:
    variable, fixed, _ = COSTS[process]
    if process == "separate" and "conc" not in world.goods:
        variable += 40_000.0
    plant: Record = {
        "plant": f"{region}_{process}".upper(),
        "name": f"{process} in {region}",
        "process": process,
        "region": region,
        "variable_cost": world.near(variable * dearer, 0.1),
        "fixed_cost": 0.0 if world.chance(0.15) else world.near(fixed * dearer, 0.2),
        "availability": world.rng.uniform(0.75, 1.0) if world.chance(0.4) else None,
        "lifetime": world.rng.randint(8, 20),
    }
    if new:
        plant |= _candidate(world, process, dearer)
    world.plants.append(plant)
    if existing:
        _list_capacity(world, plant["plant"], existing)


def _candidate(world: World, process: str, dearer: float) -> Record:
    rng, years = world.rng, world.years
    size = world.need[process]
    short_lived = world.chance(0.3)
    new: Record = {
        "capex": world.near(COSTS[process][2] * dearer),
        "lead_time": rng.randint(0, 4) if world.chance(0.5) else rng.randint(0, 2),
        "ramp_years": rng.randint(0, 3) if world.chance(0.6) else None,
        "lifetime": rng.randint(1, 4) if short_lived else rng.randint(6, 20),
        "wacc": rng.choice([None, 0.0, rng.uniform(0.05, 0.14), rng.uniform(0.05, 0.14)]),
    }
    if world.chance(0.8):
        new["max_build"] = size * rng.uniform(0.1, 0.9)
    if world.chance(0.5):
        new["max_build_per_year"] = size * rng.uniform(0.05, 0.4)
    if world.chance(0.2):
        new["first_decision"] = years[0] + rng.randint(0, 2)
    if world.chance(0.2):
        last = years[-1] - rng.randint(0, len(years) // 2)
        new["last_decision"] = max(last, new.get("first_decision", last))
    return new


def _list_capacity(world: World, plant: str, size: float) -> None:
    """Standing, committed to a later year, growing, or closing in the end."""
    years, rng = world.years, world.rng
    leads = plant.startswith(world.regions[0])
    start = years[0] if leads or world.chance(0.65) else rng.choice(years[1:3])
    listed = {start: size}
    later = [year for year in years if year > start]
    if later and world.chance(0.4):
        listed[rng.choice(later)] = size * rng.uniform(0.9, 1.6)
    if not leads and world.chance(0.15):
        listed[years[-1]] = 0.0
    for year, capacity in sorted(listed.items()):
        world.capacity.append({"plant": plant, "year": year, "capacity": capacity})
