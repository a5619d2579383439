"""A place that can be cut off, with round figures: all of what is asked of it can be worked out by hand.

``A`` uses 10 t of magnets a month, 1 of them for defence, and makes 4 of its own from ore it digs itself; ``B`` makes
all that anybody wants, and ``C`` presses magnets of B's oxide. A tonne of anything holds a tonne of content.
"""

from __future__ import annotations

from pathlib import Path

import model
from tests.tiny import write

TABLES = {
    "regions": "region,name\nA,Home\nB,Supplier\nC,Between\n",
    "groups": "group,region\nhome,A\nboth,A\nboth,C\n",
    "stages": "stage,name,order\nprocessing,Oxide,1\nmagnet,Magnet,2\n",
    "commodities": "commodity,name,stage,ree_content,price\noxide,Oxide,processing,1,100\nmagnet,Magnet,magnet,1,500\n",
    "recipes": "process,commodity,coefficient\nrefine,oxide,1\npress,oxide,-1\npress,magnet,1\nwhole,magnet,1\n",
    "plants": (
        "plant,name,process,region,variable_cost,fixed_cost,capex,lead_time,lifetime,max_build,max_build_per_year,"
        "first_decision,last_decision\n"
        "A_OWN,Own,whole,A,900,0,,,,,,,\nB_OX,Oxide B,refine,B,100,0,,,,,,,\nB_MAG,Press B,press,B,300,0,,,,,,,\n"
        "C_MAG,Press C,press,C,350,0,,,,,,,\nA_MAG,Press A,press,A,5000,0,,,,,,,\n"
    ),
    "capacity": "plant,year,capacity\nA_OWN,2030,48\nB_OX,2030,9000\nB_MAG,2030,9000\nC_MAG,2030,9000\n",
    "demand": (
        "commodity,region,sector,year,quantity,shortage_cost\n"
        "magnet,A,cars,2030,108,90000\nmagnet,A,cars,2032,108,90000\n"
        "magnet,A,defence,2030,12,90000\nmagnet,A,defence,2032,12,90000\n"
    ),
    "lanes": "commodity,origin,destination,freight,tariff,max_flow,from,to\n*,*,*,10,,,,\n",
    "stockpiles": "commodity,region,initial,capacity,holding_cost,loss_rate\nmagnet,A,30,30,7,0\n",
}
ROW = '[[withstand]]\nbuyer = "A"\nsuppliers = ["B"]\n'


def besieged(folder: Path, row: str, **tables: str) -> model.Plan:
    """The plan that is asked to withstand what a row (or more) says, some tables replaced."""
    instance = model.read(write(folder / "siege", {"all": row, "asked": row}, **{**TABLES, **tables}))
    return model.solve(instance, "asked")
