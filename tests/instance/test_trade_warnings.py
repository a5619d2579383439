"""What is odd in quotas, contracts, trade, paths and plants that may close, each put into the tiny instance."""

from __future__ import annotations

import pytest

from model.instance.reading import policy, read
from model.instance.warnings.every import at_a_solve, warnings
from tests import tiny

LANES = "commodity,origin,destination,freight,tariff,max_flow,from,to,fall,switch_cost\n"
OXIDE = "oxide,*,home,200,0.1,,,,,\n"
FALL = OXIDE + "magnet,B,A,500,0.05,,,,0.1,400\n"
CONTRACTS = "contract,commodity,origin,destination,from,to,min_flow,break_cost\n"
QUOTAS = "quota,commodity,origin,destination,from,to,max_flow\n"
PATHS = "column,process,region,year,factor\n"
TRADE = "commodity,origin,destination,quantity\n"
PLANTS = tiny.TABLES["plants"].splitlines()
MAY = "\n".join([PLANTS[0] + ",may_close", *(f"{p},1" for p in PLANTS[1:])]) + "\n"
NONE = tiny.TABLES["stockpiles"].splitlines()[0] + "\n"

ODD = [
    ({"quotas": QUOTAS + "q,*,B,*,,,60\n"}, "quota of unlike goods"),
    ({"contracts": CONTRACTS + "c,magnet,B,A,2032,,71,10\n"}, "broken contract"),
    (
        {"contracts": CONTRACTS + "c,magnet,B,A,2030,2030,61,10\n", "quotas": QUOTAS + "q,magnet,B,*,,,60\n"},
        "broken contract",
    ),
    (
        {"contracts": CONTRACTS + "c,magnet,B,A,,2031,5,10\nd,magnet,abroad,A,2031,2031,5,10\n"},
        "contracts that share lanes",
    ),
    ({"contracts": CONTRACTS + "c,magnet,B,A,,2031,5,90001\n"}, "breach dearer than a shortage"),
    ({"contracts": CONTRACTS + "c,oxide,B,A,,2031,5,10\n"}, "kept by dumping"),
    ({"lanes": LANES + FALL}, "fall"),
    ({"lanes": LANES + FALL + "magnet,B,A,500,0.05,70,2032,,,\n", "trade": TRADE + "magnet,B,A,5\n"}, "fall"),
    ({"lanes": LANES + FALL, "trade": TRADE + "magnet,C,A,5\nmagnet,B,A,1\n"}, "trade"),
    ({"lanes": LANES + FALL.replace(",,,,0.1", ",50,,,0.1"), "trade": TRADE + "magnet,B,A,51\n"}, "trade"),
    ({"paths": PATHS + "capex,*,*,2030,0.09\n"}, "factor"),
    ({"paths": PATHS + "capex,*,*,2030,0.9\ncapex,press,A,2030,0.8\n"}, "several paths"),
    ({"plants": MAY.replace("B_OX,Oxide B,refine,B,4000,100", "B_OX,Oxide B,refine,B,4000,0")}, "may close"),
    ({"demand": tiny.TABLES["demand"].replace(",90000", ",0")}, "shortage for nothing"),
]
SOUND = [
    {"quotas": QUOTAS + "q,magnet,B,*,,,60\n", "contracts": CONTRACTS + "c,magnet,B,A,2032,,60,10\n"},
    {"lanes": LANES + FALL, "trade": TRADE + "magnet,B,A,5\n"},
    {"paths": PATHS + "capex,*,*,2030,0.9\nfixed_cost,press,A,2030,0.8\n"},
]


def kinds(tmp_path, **tables):
    return {w.kind for w in warnings(read(tiny.write(tmp_path / "tiny", **tables))) if w.kind not in ("source", "step")}


@pytest.mark.parametrize(("tables", "kind"), ODD)
def test_what_is_odd_is_said(tmp_path, tables, kind):
    assert kind in kinds(tmp_path, **tables)


@pytest.mark.parametrize("tables", SOUND)
def test_what_is_sound_is_not(tmp_path, tables):
    found = kinds(tmp_path / "with", **tables) - {"capped contract"}  # by the policy of the tiny instance
    assert found <= kinds(tmp_path / "without")


def test_a_policy_against_contracts_or_unlike_goods_is_said(tmp_path):
    row = '[[quota]]\nquota = "q"\ncommodity = "{}"\norigin = "B"\ndestination = "A"\nmax_flow = 4\n'
    cap = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.5\n'
    files = {"some": row.format("magnet"), "all": row.format("*"), "cap": cap}
    instance = read(tiny.write(tmp_path / "tiny", files, contracts=CONTRACTS + "c,magnet,B,A,,2031,5,10\n"))
    said = {p: {k["kind"] for k in at_a_solve(instance, policy(instance, p))} for p in files}
    assert {p: kinds & {"quota", "capped contract"} for p, kinds in said.items()} == {
        "some": {"quota"},
        "all": {"quota"},
        "cap": {"capped contract"},
    }


def test_goods_without_a_common_material_are_said(tmp_path):
    row = '[[domestic_min]]\nbuyer = "home"\ncommodities = ["oxide", "magnet"]\nmin = 0\n'
    goods = tiny.TABLES["commodities"].replace("processing,1,", "processing,,").replace("magnet,0.5,", "magnet,,")
    goods = goods.replace("processing,0,,1", "processing,,,1")
    held = "commodity,material,content\noxide,neodymium,1\nmagnet,iron,0.5\n"
    files = {"two": row, "one": row + 'material = "iron"\n'}
    instance = read(tiny.write(tmp_path / "tiny", files, commodities=goods, contents=held))
    said = {p: {k["kind"] for k in at_a_solve(instance, policy(instance, p))} for p in files}
    assert "no common material" in said["two"]
    assert "no common material" not in said["one"]


def test_a_minimum_that_counts_a_plant_which_may_close_is_warned_of(tmp_path):
    asked = '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 0.1\n'
    policies = {"all": 'title = "n"\n', "cap": asked, "out": asked + 'measure = "production"\n'}
    instance = read(tiny.write(tmp_path / "tiny", policies, plants=MAY))
    (found,) = [w for w in warnings(instance) if w.kind == "may close under a minimum"]
    assert (found.file, found.line, found.value) == ("policies/cap.toml", 1, '"A_MAG"')
    assert "counts what is kept open, idle or not" in found.expected


def test_a_process_that_makes_more_of_a_material_than_it_uses_is_warned_of(tmp_path):
    goods = tiny.TABLES["commodities"].replace("ree_content,", "").replace("processing,1,", "processing,")
    goods = goods.replace("processing,0,", "processing,").replace("magnet,0.5,", "magnet,")
    held = "commodity,material,content\noxide,nd,0.8\noxide,dy,0.2\nmagnet,nd,0.35\nmagnet,dy,0.1\n"
    # a magnet of 0.5 t of oxide: 0.1 t of dy go in and 0.15 come out, though less comes out in all
    said = []
    for name, text in (("sound", held), ("more", held.replace("magnet,dy,0.1", "magnet,dy,0.15"))):
        instance = read(tiny.write(tmp_path / name, commodities=goods, contents=text))
        said.append([w for w in warnings(instance) if w.kind == "recipe"])
    assert said[0] == []
    (found,) = said[1]
    assert (found.file, found.value) == ("recipes.csv", '"press"')
    assert found.expected == "makes 0.15 t of dy per unit of activity out of 0.1 t"
