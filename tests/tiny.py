"""An instance that has everything in the smallest size: joint products, lanes, stocks, tracing, every kind of row.

Home ``A`` buys magnets. ``B`` (traced) makes oxide and magnets, ``C`` oxide; ``A`` may build magnet capacity and holds
oxide.
"""

from __future__ import annotations

from pathlib import Path

TABLES = {
    "regions": "region,name\nA,Home\nB,Big supplier\nC,Other\n",
    "groups": "group,region\nhome,A\nabroad,B\nabroad,C\n",
    "stages": "stage,name,order\nprocessing,Oxide,1\nmagnet,Magnet,2\n",
    "commodities": (
        "commodity,name,stage,ree_content,price,may_be_unsold\n"
        "oxide,Oxide,processing,1,5000,0\nslag,Slag,processing,0,,1\nmagnet,Magnet,magnet,0.5,10000,0\n"
    ),
    "recipes": ("process,commodity,coefficient\nrefine,oxide,1\nrefine,slag,2\npress,oxide,-0.5\npress,magnet,1\n"),
    "plants": (
        "plant,name,process,region,variable_cost,fixed_cost,availability,capex,lead_time,ramp_years,lifetime,wacc,"
        "max_build,max_build_per_year,first_decision,last_decision\n"
        "B_OX,Oxide B,refine,B,4000,100,,,,,,,,,,\n"
        "C_OX,Oxide C,refine,C,6000,0,0.9,,,,,,,,,\n"
        "B_MAG,Magnets B,press,B,7000,0,,,,,,,,,,\n"
        "A_MAG,Magnets A,press,A,6500,900,,20000,1,1,2,0.1,60,40,,\n"
    ),
    "capacity": "plant,year,capacity\nB_OX,2030,900\nC_OX,2031,80\nB_MAG,2030,900\nA_MAG,2030,10\n",
    "demand": (
        "commodity,region,sector,year,quantity,shortage_cost\n"
        "magnet,A,cars,2030,100,90000\nmagnet,A,cars,2032,120,90000\n"
    ),
    "lanes": (
        "commodity,origin,destination,freight,tariff,max_flow,from,to\n"
        "oxide,*,home,200,0.1,,,\nmagnet,B,A,500,0.05,,,\nmagnet,B,A,500,0.05,70,2032,\n"
    ),
    "stockpiles": "commodity,region,initial,capacity,holding_cost,loss_rate\noxide,A,3,50,100,0.1\n",
    "sources": "source,citation,year\n",
}

INSTANCE = """
title = "Tiny"
[horizon]
first_year = 2030
last_year = 2032
[finance]
discount_rate = 0.05
price_year = 2024
[defaults]
policy = "all"
"""

ALL = """
[[share_cap]]
buyer = "home"
stages = ["processing"]
max = 0.8
from = 2031
to = 2031
[[share_cap]]
buyer = "home"
stages = ["magnet"]
max = 0.7
from = 2032
measure = "traced"
traced = "B"
weight = "tonnes"
[[domestic_min]]
buyer = "home"
stages = ["magnet"]
min = 0.2
from = 2032
[[domestic_min]]
buyer = "home"
stages = ["magnet"]
min = 0.1
from = 2032
measure = "production"
[[budget]]
hosts = "home"
max = 2e6
min = 1e5
[[stock_min]]
buyer = "home"
commodities = ["oxide"]
days = 73
from = 2031
to = 2031
[[price_floor]]
commodity = "magnet"
hosts = "home"
price = 2e5
"""


def write(folder: Path, policies: dict[str, str] | None = None, **tables: str) -> Path:
    """Write the instance, with some tables replaced and the given policies beside ``all`` and ``none``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**TABLES, **tables}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "instance.toml").write_text(INSTANCE, encoding="utf-8")
    (folder / "policies").mkdir(exist_ok=True)
    for name, text in {"all": ALL, "none": 'title = "No policy"\n', **(policies or {})}.items():
        (folder / "policies" / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder
