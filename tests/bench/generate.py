"""Deterministic instances of any size, in the whole instance format: no figure of theirs means anything.

Every element is separated and reduced to metal, every grade is pressed from two metals; every region has every plant
and may ship everything to every other. Columns grow with commodities x regions^2 x years, commodities being
2 x elements + grades. A policy that traces content doubles them; so do two futures, but for the years before they
part.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from model.instance.trees.tree import Node, Tree

SIZES = {
    "20k": {"regions": 10, "elements": 4, "grades": 2, "years": 21},
    "100k": {"regions": 20, "elements": 5, "grades": 3, "years": 21},
    "1M": {"regions": 40, "elements": 12, "grades": 6, "years": 21},
    "3M": {"regions": 60, "elements": 16, "grades": 8, "years": 21},
}
"""Sizes by their rough number of columns."""

POLICY = """
[[share_cap]]
buyer = "home"
stages = ["oxide", "metal"]
max = 0.65
from = {cap}
[[share_cap]]
buyer = "home"
stages = ["magnet"]
max = 0.5
from = {cap}
[[domestic_min]]
buyer = "home"
stages = ["magnet"]
min = 0.1
from = {cap}
[[stock_min]]
buyer = "home"
commodities = ["oxide_00"]
days = 30
from = {cap}
[[budget]]
hosts = "home"
max = 5e9
"""

OTHERS = {
    # next to nothing from anybody outside from the first year on: missed, as nothing can be built by then
    "early": """
[[share_cap]]
buyer = "home"
stages = ["oxide", "metal", "magnet"]
max = 0.01
from = {first}
""",
    "traced": """
[[share_cap]]
buyer = "home"
stages = ["magnet"]
max = 0.5
from = {cap}
measure = "traced"
traced = "{far}"
""",
}
"""More policies, by name."""

INSTANCE = """title = "Made by rule"
[horizon]
first_year = {first}
last_year = {last}
[finance]
discount_rate = 0.06
price_year = 2024
[defaults]
policy = "all"
"""


def write_instance(
    folder: Path, regions: int, elements: int, grades: int, years: int, seed: int = 0, first_year: int = 2025
) -> Path:
    """Write an instance; a quarter of its regions are ``home``.

    Its policies: ``all`` has every kind of row, ``early`` can't be met, ``traced`` has two content classes.
    """
    rng = Random(seed)
    places = [f"R{i:02d}" for i in range(regions)]
    home = places[: max(1, regions // 4)]
    last_year = first_year + years - 1
    recipes = _recipes(elements, grades)
    goods = {good: stage for stage, made in recipes.values() for good, a in made.items() if a > 0}
    (folder / "policies").mkdir(parents=True, exist_ok=True)
    write = {
        "regions": [(r, r) for r in places],
        "groups": [("home", r) for r in home],
        "stages": [("oxide", "Oxide", 1), ("metal", "Metal", 2), ("magnet", "Magnet", 3)],
        "commodities": [(k, k, s, 0.3 if s == "magnet" else 1, rng.uniform(1e4, 9e4), 0) for k, s in goods.items()],
        "recipes": [(p, k, a) for p, (_, made) in recipes.items() for k, a in made.items()],
        "plants": [_plant(p, r, rng) for p in recipes for r in places],
        "capacity": [
            (f"{p}@{r}", first_year, rng.uniform(1e2, 1e3)) for p in recipes for r in places[len(home) // 2 :]
        ],
        "demand": [
            (k, r, "cars", y, base * (1 if y == first_year else 1.6), 4e5)
            for k, s in goods.items()
            if s == "magnet"
            for r in places
            for base in [rng.uniform(50, 500)]
            for y in (first_year, last_year)
        ],
        "lanes": _lanes(list(goods), places, home, rng, first_year + years // 2),
        "stockpiles": [
            (k, r, 20 if r == places[0] else 0, 100, 300, 0.02)
            for k, s in goods.items()
            if s == "oxide"
            for r in places[:: max(1, regions // 4)]
        ],
        "sources": [],
    }
    for name, rows in write.items():
        _write(folder / f"{name}.csv", HEADS[name], rows)
    (folder / "instance.toml").write_text(INSTANCE.format(first=first_year, last=last_year), encoding="utf-8")
    for name, text in {"all": POLICY, **OTHERS}.items():
        policy = text.format(cap=first_year + years // 3, first=first_year, far=places[-1])
        (folder / "policies" / f"{name}.toml").write_text(policy, encoding="utf-8")
    return folder


def forked(years: Iterable[int], branches: int) -> Tree:
    """A tree of equally likely futures that part after a third of the years; a chain where there is one."""
    span = list(years)
    trunk = list(Tree.chain(span if branches == 1 else span[: len(span) // 3]))
    own = []
    for branch in range(branches if branches > 1 else 0):
        parent = trunk[-1].name
        for year in span[len(trunk) :]:
            own.append(Node(f"{year} {branch}", year, parent, 1 / branches))
            parent = own[-1].name
    return Tree((*trunk, *own))


HEADS = {
    "regions": "region,name",
    "groups": "group,region",
    "stages": "stage,name,order",
    "commodities": "commodity,name,stage,ree_content,price,may_be_unsold",
    "recipes": "process,commodity,coefficient",
    "plants": (
        "plant,name,process,region,variable_cost,fixed_cost,availability,capex,lead_time,ramp_years,lifetime,wacc,"
        "max_build,max_build_per_year,first_decision,last_decision"
    ),
    "capacity": "plant,year,capacity",
    "demand": "commodity,region,sector,year,quantity,shortage_cost",
    "lanes": "commodity,origin,destination,freight,tariff,max_flow,from,to",
    "stockpiles": "commodity,region,initial,capacity,holding_cost,loss_rate",
    "sources": "source,citation,year",
}


def _recipes(elements: int, grades: int) -> dict[str, tuple[str, dict[str, float]]]:
    """By process the stage of what it makes, and its coefficients."""
    found: dict[str, tuple[str, dict[str, float]]] = {}
    for e in range(elements):
        found[f"separate_{e:02d}"] = "oxide", {f"oxide_{e:02d}": 1.0}
        found[f"reduce_{e:02d}"] = "metal", {f"metal_{e:02d}": 1.0, f"oxide_{e:02d}": -1.2}
    for g in range(grades):
        uses = {f"metal_{(g + i) % elements:02d}": -a for i, a in enumerate((0.3, 0.05))}
        found[f"press_{g:02d}"] = "magnet", {f"magnet_{g:02d}": 1.0, **uses}
    return found


def _plant(process: str, region: str, rng: Random) -> tuple[Any, ...]:
    costs = rng.uniform(2e3, 9e3), rng.uniform(100, 900), 0.9, rng.uniform(2e4, 9e4)
    return (f"{process}@{region}", f"{process} in {region}", process, region, *costs, 2, 1, 25, "", 5e3, 5e2, "", "")


def _lanes(goods: list[str], places: list[str], home: list[str], rng: Random, later: int) -> Iterable[tuple[Any, ...]]:
    """Everything to everywhere, at a freight by good and origin; tariffs into home, limits on some lanes later."""
    for k in goods:
        yield k, "*", "*", rng.uniform(100, 900), "", "", "", ""
        for r in places:
            yield k, r, "*", rng.uniform(100, 900), "", "", "", ""
        for r in places[len(home) :: 3]:
            yield k, r, "home", rng.uniform(100, 900), 0.1, 300, later, ""


def _write(path: Path, head: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(head.split(","))
        writer.writerows(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a large instance made by rule.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", choices=SIZES)
    given = parser.parse_args()
    write_instance(given.folder, **SIZES[given.size])
