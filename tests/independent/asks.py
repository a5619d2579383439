"""Random policies for a random supply chain, every kind and option of the format among them."""

from __future__ import annotations

import json
from typing import Any

from .asks_crises import draw_withstand
from .world import Record, World

Policy = tuple[str, dict[str, list[Record]]]
"""A title, and the rows of each kind."""

POLICIES = 3
UNLIMITED = 300.0
"""t/yr taken for a plant without a limit, when asking what a budget could be spent on."""


def draw_policies(world: World, stocked: list[str], seed: int) -> list[Policy]:
    """Three policies; what each is about turns with the seed, so that all kinds appear."""
    return [_policy(world, stocked, POLICIES * seed + index) for index in range(POLICIES)]


def _policy(world: World, stocked: list[str], turn: int) -> Policy:
    """A main row and, by chance, others beside it."""
    main = ("direct", "traced", "domestic", "budget_min", "stock", "budget_max", "nothing")
    kind = main[turn % len(main)]
    policy: dict[str, list[Record]] = {
        "share_cap": [],
        "domestic_min": [],
        "budget": [],
        "stock_min": [],
    }
    if kind != "nothing":
        traced = world.rng.choice([world.regions[0], "far"])
        if kind in {"direct", "budget_max"} or world.chance(0.3):
            policy["share_cap"].append(_share_cap(world))
        if kind == "traced":
            for _ in range(world.rng.choice([1, 1, 2])):
                policy["share_cap"].append(_traced_cap(world, traced))
        if kind in {"domestic", "budget_max"} or world.chance(0.3):
            policy["domestic_min"].append(_domestic_min(world))
        if kind == "domestic" and world.chance(0.5):
            policy["domestic_min"].append(_domestic_min(world))
        if kind == "stock" or world.chance(0.2):
            policy["stock_min"].append(_stock_min(world, stocked))
        policy["budget"] += _budgets(world, kind)
    if turn % 3 == 2 or turn % 7 == 1:
        policy["withstand"] = draw_withstand(world, turn)
    return f"Random policy {turn}: {kind}", policy


def render(policy: Policy) -> str:
    """A policy as the text of its file."""
    title, kinds = policy
    lines = [f'title = "{title}"']
    for name, rows in kinds.items():
        for row in rows:
            lines.append(f"\n[[{name}]]")
            lines += [f"{key} = {toml(value)}" for key, value in row.items()]
    return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml(one) for one in value) + "]"
    return json.dumps(value)


def _buyer(world: World) -> Record:
    if world.chance(0.3):
        return {"buyers": world.rng.sample(world.groups["bloc"], len(world.groups["bloc"]))}
    return {"buyer": world.rng.choice(["home", "bloc", world.groups["home"][0]])}


def _scope(world: World) -> Record:
    stages = [stage for stage in world.stages if stage != "scrap"]
    goods = [good for good in world.goods if good != "lace" or world.chance(0.1)]
    scope: Record
    if world.chance(0.6):
        scope = {"stages": world.rng.sample(stages, world.rng.randint(1, len(stages)))}
    else:
        scope = {"commodities": world.rng.sample(goods, world.rng.randint(1, min(3, len(goods))))}
    if world.chance(0.3):
        scope["each_commodity"] = world.rng.choice([True, True, False])
    return scope


def _window(world: World) -> Record:
    years, window = world.years, {}
    if world.chance(0.6):
        window["from"] = world.rng.choice(years[: len(years) // 2 + 1])
    if world.chance(0.25):
        window["to"] = world.rng.choice([y for y in years if y >= window.get("from", years[0])])
    return window


def _level(world: World, low: float, high: float, *, falls: bool) -> float | dict[int, float]:
    """A number, or a trajectory that tightens and may start or end outside the row's years."""
    draw = world.rng.uniform
    if world.chance(0.65):
        return draw(low, high)
    ends = sorted([draw(low, high), draw(low, high)], reverse=falls)
    first = world.rng.choice(world.years[:-1])
    last = world.rng.choice([y for y in world.years if y > first])
    return {first: ends[0], last: ends[1]}


def _weight(world: World, row: Record) -> Record:
    """What the row weighs goods by; goods that are all without content can be weighed by tonnes alone."""
    chosen = {} if world.chance(0.5) else {"weight": world.rng.choice(["ree_content", "tonnes"])}
    bare = all(world.goods[good]["rho"] == 0 for good in row.get("commodities", ())) and "commodities" in row
    return {"weight": "tonnes"} if bare else chosen


def _share_cap(world: World) -> Record:
    row = _buyer(world) | _scope(world)
    draw = world.rng.random()
    far = world.groups["far"]
    if draw < 0.2:
        row["suppliers"] = "each-third-country"
    elif draw < 0.4:
        row["suppliers"] = world.rng.sample(far, world.rng.randint(1, len(far)))
    elif draw < 0.65:
        row["together"] = "far"
    low = 0.0 if world.chance(0.2) else 0.3
    row["max"] = _level(world, low, 0.9, falls=True)
    if world.chance(0.5):
        row["measure"] = "direct"
    return row | _window(world) | _weight(world, row)


def _traced_cap(world: World, traced: str) -> Record:
    row = _buyer(world) | _scope(world)
    row["max"] = _level(world, 0.0 if world.chance(0.3) else 0.2, 0.9, falls=True)
    row |= {"measure": "traced", "traced": traced} | _window(world) | _weight(world, row)
    # no draw of its own, so that the other rows stay as they are
    return row | ({"sectors": ["motors"]} if int(1e6 * _first(row["max"])) % 3 == 0 else {})


def _first(level: float | dict[int, float]) -> float:
    return level if isinstance(level, float) else next(iter(level.values()))


def _domestic_min(world: World) -> Record:
    row = _buyer(world) | _scope(world)
    row["min"] = _level(world, 0.02, 0.6 if world.chance(0.3) else 0.3, falls=False)
    if world.chance(0.7):
        row["measure"] = world.rng.choice(["capacity", "production"])
    if world.chance(0.3):
        processes = list(world.recipes)
        row["processes"] = world.rng.sample(processes, (len(processes) + 1) // 2)
    return row | _window(world) | _weight(world, row)


def _stock_min(world: World, stocked: list[str]) -> Record:
    goods = [good for good in world.goods if good != "lace"]
    choice = {world.rng.choice(stocked or goods)}
    if world.chance(0.4):
        choice.add(world.rng.choice(goods))
    row = _buyer(world) | {"commodities": sorted(choice)}
    row["days"] = world.rng.randint(5, 90)
    if row["days"] % 3 == 0:  # no draw of its own: the other rows stay as they are
        row["basis"] = "net_imports"
    return row | _window(world) | _weight(world, row)


def _budgets(world: World, kind: str) -> list[Record]:
    """At most one lower limit, and upper limits that leave room for it: always reachable."""
    rows: list[Record] = []
    least = 0.0
    if kind == "budget_min":
        row = _budget_scope(world)
        least = _potential(world, row) * world.rng.uniform(0.05, 0.4)
        row["min"] = least
        if world.chance(0.4):
            row["max"] = least * world.rng.uniform(1.2, 3.0)
        rows.append(row)
    uppers = world.rng.choice([1, 1, 2]) if kind == "budget_max" else int(world.chance(0.25))
    for _ in range(uppers):
        row = _budget_scope(world)
        share = 0.0 if world.chance(0.2) else world.rng.uniform(0.02, 0.3)
        row["max"] = max(_potential(world, row) * share, least * 1.5)
        rows.append(row)
    return rows


def _budget_scope(world: World) -> Record:
    row: Record = {}
    if world.chance(0.6):
        row["hosts"] = world.rng.choice(["home", "bloc", "abroad", world.groups["home"][0]])
    if world.chance(0.3):
        processes = [process for process in world.recipes if process != "collect"]
        row["processes"] = world.rng.sample(processes, (len(processes) + 1) // 2)
    return row | _window(world)


def _potential(world: World, row: Record) -> float:
    """What could be spent within the row, USD."""
    first, last = row.get("from", world.years[0]), row.get("to", world.years[-1])
    hosts = world.groups.get(row.get("hosts", ""), [row.get("hosts")])
    total = 0.0
    for plant in world.plants:
        elsewhere = "hosts" in row and plant["region"] not in hosts
        other = plant["process"] not in row.get("processes", [plant["process"]])
        if plant.get("capex") is None or elsewhere or other:
            continue
        opens = max(first, plant.get("first_decision", first))
        online = world.years[-1] - plant["lead_time"]
        closes = min(last, plant.get("last_decision", last), online)
        yearly = plant.get("max_build_per_year", UNLIMITED) * max(0, closes - opens + 1)
        total += plant["capex"] * min(plant.get("max_build", UNLIMITED), yearly)
    return total
