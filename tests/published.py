"""Two textbook problems of decisions under uncertainty as instances, built from goods, plants and futures alone.

The farmer: Birge, J. R. and Louveaux, F. (2011), Introduction to Stochastic Programming, section 1.1. Dakota furniture:
Higle, J. L. (2005), Stochastic Programming: Optimization When Uncertainty Matters, INFORMS Tutorials in Operations
Research. Both earn: what is not sold is told as a demand that stays unserved at the price, so that profit is what all
sales together would bring (``most``) less the cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

INSTANCE = """
title = "{title}"
[horizon]
first_year = 2030
last_year = 2031
[finance]
discount_rate = 0
price_year = 2024
[defaults]
policy = "none"
"""


class Sale(NamedTuple):
    """What can be sold (or must be bought where it isn't made) in the second year: a good, to whom, t and USD/t."""

    good: str
    sector: str
    quantity: float
    price: float


class Maker(NamedTuple):
    """A process with its one plant: recipe, USD per t of activity, and capacity in the first and the second year."""

    recipe: Mapping[str, float]
    cost: float = 0.0
    capacity: tuple[float, float] = (1e5, 1e5)


def write(folder: Path, makers: Mapping[str, Maker], kept: Sequence[str], sales: Sequence[Sale], futures: str) -> Path:
    """An instance of one region, whose goods ``kept`` can lie from the first to the second year."""
    goods = dict.fromkeys(good for maker in makers.values() for good in maker.recipe)
    tables = {
        "regions": ["region,name", "A,A"],
        "groups": ["group,region", "here,A"],
        "stages": ["stage,name,order", "all,All,1"],
        "commodities": ["commodity,name,stage,ree_content,price,may_be_unsold", *(f"{g},{g},all,1,,1" for g in goods)],
        "recipes": ["process,commodity,coefficient"],
        "plants": ["plant,name,process,region,variable_cost,fixed_cost,availability"],
        "capacity": ["plant,year,capacity"],
        "demand": ["commodity,region,sector,year,quantity,shortage_cost"],
        "lanes": ["commodity,origin,destination,freight,tariff"],
        "stockpiles": ["commodity,region,initial,capacity,holding_cost,loss_rate"],
        "sources": ["source,citation,year"],
    }
    for name, maker in makers.items():
        tables["recipes"] += [f"{name},{good},{amount!r}" for good, amount in maker.recipe.items()]
        tables["plants"].append(f"{name.upper()},{name},{name},A,{maker.cost!r},0,1")
        tables["capacity"] += [f"{name.upper()},{2030 + i},{capacity!r}" for i, capacity in enumerate(maker.capacity)]
    for sale in sales:
        about = f"{sale.good},A,{sale.sector}"
        tables["demand"] += [f"{about},2030,0,{sale.price!r}", f"{about},2031,{sale.quantity!r},{sale.price!r}"]
    tables["stockpiles"] += [f"{good},A,0,100000,0,0" for good in kept]
    for place in ("policies", "scenarios"):
        (folder / place).mkdir(parents=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "instance.toml").write_text(INSTANCE.format(title=folder.name), encoding="utf-8")
    (folder / "policies" / "none.toml").write_text('title = "No policy"\n', encoding="utf-8")
    (folder / "scenarios" / "futures.toml").write_text(futures, encoding="utf-8")
    return folder


def most(sales: Sequence[Sale], bought: Sequence[str] = ()) -> float:
    """What is earned where everything is sold, USD; what a sector in ``bought`` lacks is bought, not sold."""
    return sum(sale.quantity * sale.price for sale in sales if sale.sector not in bought)


FARMER = (
    Sale("wheat", "feed", 200, 238),
    Sale("corn", "feed", 240, 210),
    Sale("wheat", "sold", 2000, 170),
    Sale("corn", "sold", 2000, 150),
    Sale("beets", "quota", 6000, 36),
    Sale("beets", "beyond", 10000, 10),
)
CROPS = {"wheat": (150, 2.5), "corn": (230, 3.0), "beets": (260, 20.0)}
"""USD to plant an acre, and t that it yields in an average year; a fifth more or less in the others."""
WEATHER = """
[[branch]]
name = "good"
from = 2031
probability = 0.3333333333333333
[[branch.event]]
kind = "cost"
processes = ["wheat_good", "corn_good", "beets_good"]
factor = 0
[[branch]]
name = "bad"
from = 2031
probability = 0.3333333333333333
[[branch.event]]
kind = "capacity_factor"
processes = ["wheat_average", "corn_average", "beets_average"]
factor = 0
"""


def farmer(folder: Path, sown: Mapping[str, float] | None = None) -> Path:
    """500 acres (t) are sown in 2030 and harvested in 2031; ``sown``: no more acres of a crop than that.

    A good harvest costs more than it is worth but in the good year; the average one can't be had in the bad year.
    """
    makers = {"land": Maker({"acre": 1.0}, capacity=(500, 0))}
    for crop, (cost, harvest) in CROPS.items():
        acres = 500.0 if sown is None else round(sown[crop], 9)
        makers[f"sow_{crop}"] = Maker({"acre": -1.0, f"sown_{crop}": 1.0}, cost, (float(acres), 0))
        for weather, part, extra in (("good", 1.2, 1e5), ("average", 1.0, 0), ("bad", 0.8, 0)):
            makers[f"{crop}_{weather}"] = Maker({f"sown_{crop}": -1.0, crop: round(harvest * part, 9)}, extra)
    return write(folder, makers, [f"sown_{crop}" for crop in CROPS], FARMER, WEATHER)


DAKOTA = (Sale("desk", "sold", 150, 60), Sale("table", "sold", 110, 40), Sale("chair", "sold", 225, 10))
RESOURCES = {"lumber": (2, (8, 6, 1)), "finishing": (4, (4, 2, 1.5)), "carpentry": (5.2, (2, 1.5, 0.5))}
"""USD for a unit, and units in a desk, a table and a chair."""
WANTED = {"low": (0.3, (50, 20, 200)), "high": (0.3, (250, 250, 500))}


def dakota(folder: Path) -> Path:
    """Lumber and hours are bought in 2030, furniture is made of them in 2031, once it is known how much is wanted."""
    makers = {f"buy_{name}": Maker({name: 1.0}, cost, (1e5, 0)) for name, (cost, _) in RESOURCES.items()}
    for place, sale in enumerate(DAKOTA):
        needs = {name: -float(parts[place]) for name, (_, parts) in RESOURCES.items()}
        makers[f"make_{sale.good}"] = Maker({**needs, sale.good: 1.0})
    futures = ""
    for name, (chance, wanted) in WANTED.items():
        futures += f'[[branch]]\nname = "{name}"\nfrom = 2031\nprobability = {chance}\n'
        for sale, quantity in zip(DAKOTA, wanted, strict=True):
            factor = quantity / sale.quantity
            futures += f'[[branch.event]]\nkind = "demand"\ncommodities = ["{sale.good}"]\nfactor = {factor!r}\n'
    return write(folder, makers, list(RESOURCES), DAKOTA, futures)
