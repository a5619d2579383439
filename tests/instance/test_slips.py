"""Slips that pass every check: wrong units, a sign that is lost, lanes that multiply or undo, files nobody reads."""

from __future__ import annotations

import pytest

from model.instance.reading import edited, read
from model.instance.warnings.every import warnings
from tests.instance.spoil import INSTANCES, SMALL, Said, both, copy, every, more, put, whole

GRADED = ",textbook,assumption,\n"
STAGE = more("stages.csv", f"ore,Ore,0{GRADED}")
GOODS = more("commodities.csv", f"clay,Clay,ore,1,0{GRADED}rock,Rock,ore,1,0{GRADED}")
MINE = both(
    STAGE,
    GOODS,
    more("plants.csv", f"MINE,m,dig,B,1,0,,,,,,,,,,{GRADED}"),
    more("capacity.csv", f"MINE,2030,9{GRADED}"),
    put("recipes.csv", "refine,oxide,1", f"refine,rock,-1{GRADED}refine,clay,-1{GRADED}refine,oxide,1"),
)
GROUPS = more("groups.csv", f"world,A{GRADED}world,B{GRADED}")
AT_ONCE = both(more("regions.csv", f"C,Far{GRADED}"), more("groups.csv", f"home,C{GRADED}"))

SLIPS = {
    "a shortage cost in USD/kg": (
        every("demand.csv", ",100000,", ",100,"),
        Said("demand.csv", 2, "shortage_cost", '"100"', "the good's price of 10,000 USD/t: magnet for all in A may be"),
        Said(
            "demand.csv", 2, "shortage_cost", '"100"', "expected USD/t, and more than the good is worth (and in 1 more"
        ),
    ),
    "one demand in kg": (
        put("demand.csv", "2030,100,", "2030,100000,"),
        Said("demand.csv", 3, "quantity", '"100"', "is a part in 1,000 of that of 2030; is one of the two in another"),
    ),
    "the later demand in kg": (
        put("demand.csv", "2035,100,", "2035,50000,"),
        Said("demand.csv", 3, "quantity", '"50000"', "is 500 times that of 2030; is one of the two in another unit?"),
    ),
    "a demand that grows fast": (put("demand.csv", "2035,100,", "2035,49000,"), None),
    "a shortage cost at the price": (every("demand.csv", ",100000,", ",10000,"), None),
    "a shortage cost below what making costs": (
        # 6,400 for a magnet and half of 5,000 for its oxide
        both(put("commodities.csv", "0.5,10000", "0.5,100"), put("demand.csv", "2035,100,100000", "2035,100,8899")),
        Said("demand.csv", 3, "shortage_cost", '"8899"', "below what making it costs, at least 8,900 USD/t"),
    ),
    "a shortage cost at what making costs": (
        both(put("commodities.csv", "0.5,10000", "0.5,100"), put("demand.csv", "2035,100,100000", "2035,100,8900")),
        None,
    ),
    "no demand, so nothing is short": (put("demand.csv", "2035,100,100000,", "2035,0,1,"), None),
    "a tariff in percent": (
        put("lanes.csv", "500,0.05", "500,5"),
        Said("lanes.csv", 2, "tariff", '"5"', "is a tariff of 500 % of the price; 5 % is 0.05"),
    ),
    "a tariff as high as the price": (put("lanes.csv", "500,0.05", "500,1"), None),
    "thousands with a point": (
        both(put("demand.csv", "2030,100,100000", "2030,100,250.000"), put("demand.csv", "100000", "300.000")),
        Said("demand.csv", 2, "shortage_cost", '"250.000"', "is read as 250; if 250,000 is meant, write it without a"),
        Said("demand.csv", 2, "shortage_cost", '"250"', "the good's price of 10,000 USD/t"),
    ),
    "thousands with a point beside other figures": (
        put("capacity.csv", "B_OXIDE,2030,1000", f"B_OXIDE,2030,900.500{GRADED}B_OXIDE,2031,820.000"),
        Said(
            "capacity.csv", 2, "capacity", '"900.500"', "if 900,500 is meant, write it without a point (and in 1 more"
        ),
    ),
    "one round figure among others with a point": (
        put("capacity.csv", "B_OXIDE,2030,1000", f"B_OXIDE,2030,900.5{GRADED}B_OXIDE,2031,820.000"),
        Said("capacity.csv", 3, "capacity", '"820.000"', "is read as 820; if 820,000 is meant"),
    ),
    "three digits after the point throughout": (
        put("capacity.csv", "B_OXIDE,2030,1000", f"B_OXIDE,2030,1000.000{GRADED}B_OXIDE,2031,820.000"),
        None,
    ),
    "three digits of a share": (put("plants.csv", "20000,2,1,10,0.10", "20000,2,1,10,0.125"), None),
    "a capacity of grams": (
        put("capacity.csv", "B_MAGNET,2030,1000,", "B_MAGNET,2030,0.00001,"),
        Said("capacity.csv", 3, "capacity", '"1e-05"', "is less than 0.0001 t, which a plan can't tell from nothing"),
    ),
    "a sign that is lost": (
        put("recipes.csv", "oxide,-0.5", "oxide,0.5"),
        Said("recipes.csv", 3, "coefficient", "press, oxide", "makes oxide, magnet out of nothing"),
        Said("commodities.csv", 2, "commodity", "oxide", "nobody within reach uses it"),
    ),
    "a mine of two ores": (both(MINE, more("recipes.csv", f"dig,rock,2{GRADED}dig,clay,1{GRADED}")), None),
    "a mine that makes what is made of its ore elsewhere": (
        both(MINE, more("recipes.csv", f"dig,rock,2{GRADED}dig,oxide,1{GRADED}dig,clay,1{GRADED}")),
        Said("recipes.csv", 9, "coefficient", "dig, clay", "such as -1 for clay"),
    ),
    "kilograms among tonnes": (
        both(put("recipes.csv", "oxide,-0.5", "oxide,-500"), every("demand.csv", ",100000,", ",3e6,")),
        Said(
            "recipes.csv",
            3,
            "coefficient",
            "press",
            "makes 0.5 t of oxide equivalent per unit, under a tenth of the 500",
        ),
    ),
    "a limit on a group": (
        both(AT_ONCE, put("lanes.csv", "magnet,B,A,500,0.05,,", "magnet,B,home,500,0.05,60,")),
        Said("lanes.csv", 2, "max_flow", '"60"', "is the limit of each of 2 lanes from B to home, 120 t/yr in all"),
    ),
    "a limit on all goods": (
        put("lanes.csv", "oxide,B,A,200,0,,", "*,B,A,200,0,60,"),
        Said("lanes.csv", 2, "", "B to A", "later rows override it everywhere"),
        Said("lanes.csv", 3, "max_flow", '"60"', "is the limit of each of 2 lanes from B to A, 120 t/yr in all"),
    ),
    "a limit on a group that closes": (both(GROUPS, more("lanes.csv", f"*,A,world,1,0,0,,{GRADED}")), None),
    "a limit on a group of one": (put("lanes.csv", "magnet,B,A,500,0.05,,", "magnet,B,home,500,0.05,60,"), None),
    "a later row without the tariff": (
        more("lanes.csv", f"magnet,B,home,500,,60,2032,{GRADED}"),
        Said(
            "lanes.csv", 4, "tariff", "", "replaces line 2 whole, whose tariff of 0.05 no longer holds; expected 0 if"
        ),
    ),
    "a later row without the limit": (
        both(
            put("lanes.csv", "oxide,B,A,200,0,,", "oxide,B,A,200,0,7,"), more("lanes.csv", f"*,*,*,9,0,,2034,{GRADED}")
        ),
        Said(
            "lanes.csv", 4, "max_flow", "", "replaces line 3 whole, whose max_flow of 7 no longer holds; expected inf"
        ),
    ),
    "a later row that says it has no tariff": (more("lanes.csv", f"magnet,B,home,500,0,60,2032,{GRADED}"), None),
    "a later row that opens a closed lane": (
        both(
            put("lanes.csv", "oxide,B,A,200,0,,", "oxide,B,A,200,0,0,"), more("lanes.csv", f"oxide,B,A,9,0,,,{GRADED}")
        ),
        None,
    ),
    "a later row of other years, goods or places": (
        more("lanes.csv", f"magnet,B,A,500,0.05,,,2031{GRADED}magnet,B,A,5,0,,2033,{GRADED}magnet,A,B,5,,,,{GRADED}"),
        None,
    ),
    "no lanes": (
        both(
            whole("lanes.csv", "commodity,origin,destination,freight,tariff,max_flow,from,to\n"),
            whole("lanes.xlsx", "x"),
        ),
        Said("lanes.csv", None, "", "", "there is no lane: nothing can be shipped between regions"),
        Said("lanes.xlsx", None, "", "", "nobody reads this file; tables are read from CSV", "lanes.csv"),
        Said("plants.csv", 4, "process", "A_MAGNET", "nothing feeds it"),
        Said("commodities.csv", 3, "commodity", "magnet", "nobody within reach uses it where it is made in B"),
    ),
    "files that nobody reads": (
        both(
            *(whole(file, "x") for file in ("plant.txt", "Demand.csv.bak", "policies/cap.txt", "notes.txt")),
            *(whole(file, "x") for file in ("policies/README.md", "notes.xlsx", "lanes_notes.md")),
        ),
        Said("plant.txt", None, "", "", "nobody reads this file", "plants.csv"),
        Said("Demand.csv.bak", None, "", "", "nobody reads this file", "demand.csv"),
        Said("policies/cap.txt", None, "", "", "policies, scenarios and sweeps from TOML"),
        Said("lanes_notes.md", None, "", "", "nobody reads this file", "lanes.csv"),
    ),
    "a way through a third region": (
        both(
            more("regions.csv", f"C,Far{GRADED}"),
            put("lanes.csv", "magnet,B,A", f"magnet,B,C,1,0,,,{GRADED}magnet,C,A"),
            put("plants.csv", "20000,2,1", ",,"),
        ),
        Said(
            "demand.csv", 2, "commodity", "magnet, A, all", "nothing passes through a third region (C): a lane B to A"
        ),
        Said("commodities.csv", 3, "commodity", "magnet", "B_MAGNET cannot run; nothing passes through a third region"),
        Said("plants.csv", 4, "capex", "A_MAGNET", "can never run"),
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found_and_nothing_else(name, tmp_path):
    change, *expected = SLIPS[name]
    folder = copy(tmp_path)
    change(folder)
    found = warnings(read(folder))
    expected = [said for said in expected if said]
    assert len(found) >= bool(expected)
    for said in expected:
        assert any(said.fits(p) for p in found), f"{said}\nnot in\n" + "\n".join(map(repr, found))
    for p in found:
        assert any(said.fits(p) for said in expected), f"{p!r}\nis not expected"


def test_an_edited_figure_is_no_longer_in_doubt(tmp_path):
    folder = copy(tmp_path)
    put("capacity.csv", "B_OXIDE,2030,1000", "B_OXIDE,2030,820.000")(folder)
    instance = read(folder)
    assert [w.kind for w in warnings(instance)] == ["thousands"]
    same = edited(instance, lanes=instance.table("lanes"))
    assert [w.kind for w in warnings(same)] == ["thousands"]


def test_shipped_instances_have_no_such_slip():
    assert warnings(read(INSTANCES / SMALL)) == []
