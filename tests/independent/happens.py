"""Random scenario files for a random supply chain: branches off branches, events of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .asks import toml

if TYPE_CHECKING:
    from random import Random

    from .world import Record, World


def draw_scenario(world: World, rng: Random) -> str:
    """The text of a file of one or two branches, which may leave in the first year, and events."""
    text = [_event(world, rng, "event", world.years[0]) for _ in range(rng.randint(0, 1))]
    lines = {"as planned": (world.years[0], 1.0)}
    for number in range(rng.choice([1, 1, 2])):
        off = rng.choice(list(lines))
        since, left = lines[off]
        first = rng.choice([y for y in world.years if y >= since])
        part = round(rng.uniform(0.1, 0.8) * left, 3)
        lines[off] = since, left - part
        lines[f"b{number}"] = first, 1.0
        text.append(f'[[branch]]\nname = "b{number}"\noff = "{off}"\nfrom = {first}\nprobability = {part}')
        text += [_event(world, rng, "branch.event", first) for _ in range(rng.randint(0, 2))]
    return "\n".join(text) + "\n"


def _event(world: World, rng: Random, header: str, first: int) -> str:
    kind = rng.choice(
        ["export_limit", "export_limit", "tariff", "demand", "cost", "capacity_factor", "lead_time_delay", "no_build"]
    )
    row: Record = {"kind": kind}
    places = ["*", *world.groups, *world.regions]
    if kind in ("export_limit", "tariff"):
        row["origin"] = rng.choice([world.regions[0], *places])
        row |= {"destination": rng.choice(places[1:])} if rng.random() < 0.4 else {}
        row |= {"stages": [rng.choice(world.stages)]} if rng.random() < 0.3 else {}
        size = world.need["press"] * rng.uniform(0.05, 0.6)
        limits = [{"max_flow": 0}, {"max_flow": size * 0.5}, {"quota": size}]
        row |= rng.choice(limits) if kind == "export_limit" else {"add": rng.uniform(0.02, 0.5)}
    elif kind == "demand":
        row |= {"regions": rng.choice(places[1:])} if rng.random() < 0.5 else {}
        row["factor"] = rng.uniform(0.6, 1.5)
    else:
        row |= {"regions": rng.choice(places[1:])} if rng.random() < 0.6 else {}
        row |= {"processes": [rng.choice(list(world.recipes))]} if rng.random() < 0.4 else {}
        row |= {"cost": {"factor": rng.uniform(0.5, 2.0)}, "lead_time_delay": {"years": rng.choice([1, 2])}}.get(
            kind, {}
        )
        row |= {"factor": rng.uniform(0.0, 1.0)} if kind == "capacity_factor" else {}
    later = [y for y in world.years if y >= first]
    row |= rng.choice([{}, {"from": rng.choice(later)}, {"to": rng.choice(later)}])
    return f"[[{header}]]\n" + "\n".join(f"{key} = {toml(value)}" for key, value in row.items())
