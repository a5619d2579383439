"""LandS, the power plants of Louveaux and Smeers (1988), as an instance: p1..p4 are capacity, d1..d3 load blocks.

In Ermoliev, Y. and Wets, R. (eds.), Numerical Techniques for Stochastic Optimization; data and optima of the file
``electric`` of the SLP test set (three futures), of its three stages, and of 27 futures.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

CAPITAL, RUNNING, HOURS, LOAD = (10, 7, 16, 6), (4, 4.5, 3.2, 5.5), (10, 6, 1), (5, 3, 2)

BRANCHES = """
[[branch]]
name = "low"
from = 2031
probability = 0.3
[[branch.event]]
kind = "demand"
commodities = ["d1"]
factor = 0.6
[[branch]]
name = "high"
from = 2031
probability = 0.3
[[branch.event]]
kind = "demand"
commodities = ["d1"]
factor = 1.4
"""

CHANCES = (0.3, 0.4, 0.3)
LATER = {"independent": [(3.2, 5.3, 7.8)] * 3, "dependent": [(3.2, 3.3, 3.8), (5.2, 5.3, 5.8), (7.2, 7.3, 8.0)]}
"""What the first block may be in the third stage, after 3, 5 and 7 in the second."""
BLOCKS = ((3, 5, 7), (2, 3, 4), (1, 2, 3))
"""What each block may be where all three are uncertain, each with the same chances."""

INSTANCE = """
title = "LandS"
[horizon]
first_year = 2030
last_year = {last_year}
[finance]
discount_rate = 0
price_year = 2024
[defaults]
policy = "budget"
"""


def branch(name: str, off: str, first: int, probability: float, factors: dict[str, float], to: int) -> str:
    """A branch on which the blocks' load is so many times that of the instance, from its first year to ``to``."""
    leaves = f'off = "{off}"\n' if off else ""
    text = f'[[branch]]\nname = "{name}"\n{leaves}from = {first}\nprobability = {probability!r}\nto = {to}\n'
    for good, factor in factors.items():
        text += f'[[branch.event]]\nkind = "demand"\ncommodities = ["{good}"]\nfactor = {factor!r}\n'
    return text


def three_stages(later: Sequence[Sequence[float]]) -> str:
    """Nine futures: the first block is 3, 5 or 7, then one of three again; the instance has 5 and then 5.3."""
    text, lines = "", ("low", "", "high")
    for line, first, chance in zip(lines, BLOCKS[0], CHANCES, strict=True):
        text += branch(line, "", 2031, chance, {"d1": first / 5}, 2031) if line else ""
    for line, loads in zip(lines, later, strict=True):
        for number, (load, chance) in enumerate(zip(loads, CHANCES, strict=True)):
            if line or number != 1:
                off = (
                    (f"{line} {number}", line, 2032, chance)
                    if line
                    else (f"middle {number}", "", 2032, CHANCES[1] * chance)
                )
                text += branch(*off, {"d1": load / 5.3}, 2032)
    return text


def twenty_seven() -> str:
    """27 futures: each block is one of three, whatever the others are; the middle of all is the trunk."""
    text = ""
    for some in product(range(3), repeat=3):
        factors = {f"d{j + 1}": BLOCKS[j][i] / BLOCKS[j][1] for j, i in enumerate(some)}
        chance = CHANCES[some[0]] * CHANCES[some[1]] * CHANCES[some[2]]
        text += branch(f"b{some[0]}{some[1]}{some[2]}", "", 2031, chance, factors, 2031) if some != (1, 1, 1) else ""
    return text


def tables(later: Sequence[float] = ()) -> dict[str, str]:
    """The tables of the instance; ``later``: load in a third year, in which the same plants run."""
    goods = ["commodity,name,stage,ree_content,price,may_be_unsold"]
    recipes, capacity, demand = ["process,commodity,coefficient"], ["plant,year,capacity"], []
    plants = [
        "plant,name,process,region,variable_cost,fixed_cost,availability,capex,lead_time,ramp_years,lifetime,wacc,"
        "max_build,max_build_per_year,first_decision,last_decision"
    ]
    for i, (capex, cost) in enumerate(zip(CAPITAL, RUNNING, strict=True), start=1):
        goods.append(f"p{i},Power {i},cap,1,,1")
        recipes.append(f"x{i},p{i},1")
        plants.append(f"X{i},Plant {i},x{i},A,0,0,,{capex},1,0,{1 + bool(later)},0,,,,2030")
        for j, hours in enumerate(HOURS, start=1):
            recipes += [f"y{i}{j},p{i},-1", f"y{i}{j},d{j},1"]
            plants.append(f"Y{i}{j},Mode {i} {j},y{i}{j},A,{cost * hours},0,,,,,,,,,,")
            capacity.append(f"Y{i}{j},2030,1000")
    for j, load in enumerate(LOAD, start=1):
        goods.append(f"d{j},Block {j},use,1,,0")
        demand += [f"d{j},A,all,2030,0,10000", f"d{j},A,all,2031,{load},10000"]
        demand += [f"d{j},A,all,2032,{later[j - 1]},10000"] if later else []
    return {
        "regions": "region,name\nA,A\n",
        "groups": "group,region\nhere,A\n",
        "stages": "stage,name,order\ncap,Capacity,1\nuse,Use,2\n",
        "commodities": "\n".join(goods),
        "recipes": "\n".join(recipes),
        "plants": "\n".join(plants),
        "capacity": "\n".join(capacity),
        "demand": "\n".join(["commodity,region,sector,year,quantity,shortage_cost", *demand]),
        "lanes": "commodity,origin,destination,freight,tariff,max_flow,from,to\n",
        "stockpiles": "commodity,region,initial,capacity,holding_cost,loss_rate\n",
        "sources": "source,citation,year\n",
    }


def write(folder: Path, scenarios: str = BRANCHES, later: Sequence[float] = ()) -> Path:
    """Write the instance with its budget of 120 and its branches."""
    for kind in ("policies", "scenarios"):
        (folder / kind).mkdir(parents=True)
    for name, text in tables(later).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "instance.toml").write_text(INSTANCE.format(last_year=2032 if later else 2031), encoding="utf-8")
    (folder / "policies" / "budget.toml").write_text('[[budget]]\nhosts = "A"\nmax = 120\n', encoding="utf-8")
    (folder / "scenarios" / "three.toml").write_text(scenarios, encoding="utf-8")
    return folder
