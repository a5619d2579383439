"""LandS, the power plants of Louveaux and Smeers (1988), as an instance: p1..p4 are capacity, d1..d3 load blocks."""

from __future__ import annotations

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

INSTANCE = """
title = "LandS"
[horizon]
first_year = 2030
last_year = 2031
[finance]
discount_rate = 0
price_year = 2024
[defaults]
policy = "budget"
"""


def tables() -> dict[str, str]:
    """The tables of the instance."""
    goods = ["commodity,name,stage,ree_content,price,may_be_unsold"]
    recipes, capacity, demand = ["process,commodity,coefficient"], ["plant,year,capacity"], []
    plants = [
        "plant,name,process,region,variable_cost,fixed_cost,availability,capex,lead_time,ramp_years,lifetime,wacc,"
        "max_build,max_build_per_year,first_decision,last_decision"
    ]
    for i, (capex, cost) in enumerate(zip(CAPITAL, RUNNING, strict=True), start=1):
        goods.append(f"p{i},Power {i},cap,1,,1")
        recipes.append(f"x{i},p{i},1")
        plants.append(f"X{i},Plant {i},x{i},A,0,0,,{capex},1,0,1,0,,,,")
        for j, hours in enumerate(HOURS, start=1):
            recipes += [f"y{i}{j},p{i},-1", f"y{i}{j},d{j},1"]
            plants.append(f"Y{i}{j},Mode {i} {j},y{i}{j},A,{cost * hours},0,,,,,,,,,,")
            capacity.append(f"Y{i}{j},2030,1000")
    for j, load in enumerate(LOAD, start=1):
        goods.append(f"d{j},Block {j},use,1,,0")
        demand += [f"d{j},A,all,2030,0,10000", f"d{j},A,all,2031,{load},10000"]
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


def write(folder: Path, scenarios: str = BRANCHES) -> Path:
    """Write the instance with its budget of 120 and its two branches."""
    for kind in ("policies", "scenarios"):
        (folder / kind).mkdir(parents=True)
    for name, text in tables().items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "instance.toml").write_text(INSTANCE, encoding="utf-8")
    (folder / "policies" / "budget.toml").write_text('[[budget]]\nhosts = "A"\nmax = 120\n', encoding="utf-8")
    (folder / "scenarios" / "three.toml").write_text(scenarios, encoding="utf-8")
    return folder
