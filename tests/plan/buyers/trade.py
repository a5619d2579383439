"""Small trades, solved, and what each buyer pays of them."""

from __future__ import annotations

import pytest

import model
from tests.tiny import TABLES, write

LANES = "commodity,origin,destination,freight,tariff,max_flow,from,to\n"
PILES = "commodity,region,initial,capacity,holding_cost,loss_rate\n"
DEMAND = "commodity,region,sector,year,quantity,shortage_cost\n"
PLANTS = TABLES["plants"].splitlines()[0] + "\n"
B_OX = "B_OX,Oxide B,refine,B,4000,100,,,,,,,,,,\n"
B_MAG = "B_MAG,Magnets B,press,B,7000,0,,,,,,,,,,\n"


def demands(**wanted):
    """Demand of magnets (or ``REGION_good``) by region: three years."""
    rows = [
        f"{good or 'magnet'},{r},cars,{2030 + i},{t},90000\n"
        for name, tonnes in wanted.items()
        for r, _, good in [name.partition("_")]
        for i, t in enumerate(tonnes)
    ]
    return DEMAND + "".join(rows)


def plan_of(folder, policy="none", policies=None, **tables):
    tables = {"stockpiles": PILES, **tables}
    policies = {"all": 'title = "Not used"\n', **(policies or {})}
    return model.solve(model.read(write(folder / "tiny", policies=policies, **tables)), policy)


def split(plan, year=2030):
    """USD of a year by term, region and buyer, to a tenth of a cent."""
    frame = plan["costs_by_buyer"]
    frame = frame[frame["year"] == year].set_index(["term", "region", "buyer"])["cost_usd"]
    return {i: round(usd, 3) for i, usd in frame.items() if usd > 1e-3}


def close(expected):
    return pytest.approx(expected, rel=1e-6, abs=1e-3)


SHARED = {
    "plants": PLANTS + B_OX + B_MAG,
    "capacity": "plant,year,capacity\nB_OX,2030,100\nB_MAG,2030,100\n",
    "lanes": LANES + "magnet,B,A,500,0.05,,,\nmagnet,B,C,300,0,,,\n",
    "demand": demands(A=[30] * 3, C=[10] * 3),
}
