"""An instance in which a stop can be worked out by hand: a supplier, home, a neighbour, one chain of two goods."""

from __future__ import annotations

from pathlib import Path

import model
from tests.tiny import write

PLANTS = (
    "plant,name,process,region,variable_cost,fixed_cost,availability,capex,lead_time,ramp_years,lifetime,wacc,"
    "max_build,max_build_per_year,first_decision,last_decision\n"
)


def demand(**t: float) -> str:
    """The table of some demands, the same in every year: ``A_cars=120``."""
    rows = [f"magnet,{who.replace('_', ',')},{year},{q},90000\n" for who, q in t.items() for year in (2030, 2032)]
    return "commodity,region,sector,year,quantity,shortage_cost\n" + "".join(rows)


TABLES = {
    "regions": "region,name\nA,Home\nB,Big supplier\nC,Neighbour\n",
    "groups": "group,region\nhome,A\nboth,A\nboth,C\n",
    "recipes": "process,commodity,coefficient\nrefine,oxide,1\npress,oxide,-0.5\npress,magnet,1\n",
    "commodities": (
        "commodity,name,stage,ree_content,price,may_be_unsold\n"
        "oxide,Oxide,processing,1,5000,0\nslag,Slag,processing,0,,1\nmagnet,Magnet,magnet,0.5,10000,0\n"
    ),
    "plants": PLANTS
    + "B_OX,Oxide B,refine,B,10,0,,,,,,,,,,\nB_MAG,Magnets B,press,B,10,0,,,,,,,,,,\n"
    + "A_OX,Oxide A,refine,A,900,0,,,,,,,,,,\nA_MAG,Magnets A,press,A,900,0,,,,,,,,,,\n",
    "capacity": "plant,year,capacity\nB_OX,2030,900\nB_MAG,2030,900\nA_OX,2030,900\nA_MAG,2030,48\n",
    "demand": demand(A_cars=120),
    "lanes": "commodity,origin,destination,freight,tariff,max_flow,from,to\n*,*,*,10,,,,\n",
    "stockpiles": "commodity,region,initial,capacity,holding_cost,loss_rate\nmagnet,A,30,30,0,0\n",
}
POLICY = 'title = "Cap"\n[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 1.0\n'


def plan(folder: Path, policy: str = POLICY, **tables: str) -> model.Plan:
    """The plan of the instance, some tables replaced."""
    written = write(folder, {"all": policy}, **{**TABLES, **tables})
    return model.solve(model.read(written), "all")
