"""Random withstand rows of every shape; drawn apart, so that the other rows are what they were without them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .world import Record, World


def draw_withstand(world: World, turn: int) -> list[Record]:
    """One row, at times two."""
    rng = Random(f"withstand {turn}")
    return [_row(world, rng) for _ in range(rng.choice([1, 1, 2]))]


def _row(world: World, rng: Random) -> Record:
    row: Record = {}
    if rng.random() < 0.4:
        row["buyers"] = rng.sample(world.groups["bloc"], len(world.groups["bloc"]))
    else:
        row["buyer"] = rng.choice(["home", "bloc", world.groups["home"][0]])
    draw = rng.random()
    leader = world.regions[0]
    if draw < 0.3:
        row["suppliers"] = [leader]
    elif draw < 0.5:
        row["suppliers"] = rng.choice(["each-third-country", ["abroad", leader], ["bloc"], [*world.groups["home"]]])
    elif draw < 0.75:
        row["together"] = rng.choice(["far", "abroad", "bloc", leader])
    scope = rng.random()
    if scope < 0.3:
        row["stages"] = rng.sample(world.stages, rng.randint(1, len(world.stages)))
    elif scope < 0.5:
        row["commodities"] = rng.sample(list(world.goods), rng.randint(1, min(3, len(world.goods))))
    row["months"] = rng.choice([0, 1, 3, 6, 6, 12, 18, round(rng.uniform(0.5, 20.0), 2)])
    if rng.random() < 0.5:
        row["serve"] = rng.uniform(0.1, 1.0)
    if rng.random() < 0.3:
        row["others"] = rng.uniform(0.05, 1.0)
    if rng.random() < 0.25:
        row["sectors"] = ["motors"]
    years = world.years
    if rng.random() < 0.6:
        row["from"] = rng.choice(years)
    if rng.random() < 0.3:
        row["to"] = rng.choice([y for y in years if y >= row.get("from", years[0])])
    return row
