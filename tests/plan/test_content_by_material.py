"""Content by mixing where goods hold several materials: each goes its own way. Worked out by hand."""

import io

import pandas as pd
import pytest

import model

TABLES = {
    "regions": "region,name\nA,A\nB,B\nC,C\n",
    "stages": "stage,name,order\nfeed,Feed,1\nend,End,2\n",
    "commodities": "commodity,name,stage,price\nx,X,feed,10\ny,Y,feed,10\nz,Z,end,100\n",
    "contents": "commodity,material,content\nx,gallium,1\ny,germanium,1\nz,gallium,0.75\nz,germanium,0.25\n",
    "recipes": "process,commodity,coefficient\ndig_x,x,1\ndig_y,y,1\njoin,x,-0.75\njoin,y,-0.25\njoin,z,1\n",
    "plants": (
        "plant,name,process,region,variable_cost,fixed_cost\nBX,BX,dig_x,B,1,0\nCY,CY,dig_y,C,1,0\nAZ,AZ,join,A,1,0\n"
    ),
    "capacity": "plant,year,capacity\nBX,2030,500\nCY,2030,500\nAZ,2030,500\n",
    "demand": "commodity,region,sector,year,quantity,shortage_cost\nz,A,all,2030,100,9999\n",
    "lanes": "commodity,origin,destination,freight\nx,B,A,1\ny,C,A,1\n",
}


def planned(rows, **tables):
    """A plan of some share caps, with some of the tables replaced."""
    frames = {name: pd.read_csv(io.StringIO(text)) for name, text in (TABLES | tables).items()}
    head = {"first_year": 2030, "last_year": 2030, "discount_rate": 0.0, "price_year": 2025}
    words = {"of": "gallium and germanium", "unit": "t of metal"}
    instance = model.from_frames(**head, content=words, policies={"p": {"share_cap": rows}}, **frames)
    plan = model.solve(instance, "p")
    assert plan.summary["content"] == words
    return plan


@pytest.fixture(scope="module")
def shares():
    """The content share by row and supplier; ``AZ`` joins 75 t of B's gallium and 25 t of C's germanium."""
    row = {"buyer": "A", "commodities": ["z"], "max": 1.0}
    rows = [row, *({**row, "material": m} for m in ("gallium", "germanium")), {**row, "weight": "tonnes"}]
    content = planned(rows)["content"]
    return content.set_index(["policy_row", "supplier"])["content_share"].to_dict()


def test_a_cap_speaks_of_all_at_most_whatever_is_lost():
    """100 t of x for 75 t of gallium in what A buys: a cap on x speaks of all of it, and of no more."""
    lossy = TABLES["recipes"].replace("join,x,-0.75", "join,x,-1")
    row = {"buyer": "A", "commodities": ["x"], "max": 1.0, "material": "gallium"}
    found = planned([row], recipes=lossy)["content"].iloc[0]
    assert found["consumption_t"] == pytest.approx(100)
    assert found["embodied_t"] == pytest.approx(75)
    assert found["base_ratio"] == 1


def test_each_material_by_itself(shares):
    assert shares["share_cap.1", "B"] == pytest.approx(1.0)
    assert shares["share_cap.2", "C"] == pytest.approx(1.0)
    assert ("share_cap.1", "C") not in shares
    assert ("share_cap.2", "B") not in shares


@pytest.mark.parametrize("row", ["share_cap.0", "share_cap.3"])
def test_all_together(shares, row):
    assert shares[row, "B"] == pytest.approx(0.75)
    assert shares[row, "C"] == pytest.approx(0.25)
