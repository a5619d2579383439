"""Corners of the format, each solved by the programme and by the independent matrix."""

import pytest

import model
from tests.independent import reference
from tests.independent.generate import write_instance
from tests.tiny import INSTANCE, TABLES, write
from tests.whole.test_cross_check import agree

LANES = "commodity,origin,destination,freight,tariff,max_flow,from,to\n"
PILES = "commodity,region,initial,capacity,holding_cost,loss_rate\n"
HALF = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.5\n'
LATE = HALF + "from = 2032\n"
OXIDE = HALF.replace("magnet", "processing")

CASES = {
    "a horizon of one year": (HALF, {}, INSTANCE.replace("2032", "2030")),
    "no demand": (
        HALF + '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 0.5\n',
        {"demand": "commodity,region,sector,year,quantity,shortage_cost\n"},
        INSTANCE,
    ),
    "every supplier is traced": (HALF + 'measure = "traced"\ntraced = "abroad"\n', {}, INSTANCE),
    "the buyer itself is traced": (HALF + 'measure = "traced"\ntraced = "A"\n', {}, INSTANCE),
    "a traced stage upstream": (OXIDE + 'measure = "traced"\ntraced = "B"\n', {}, INSTANCE),
    "a stock is asked for where none can be": (
        '[[stock_min]]\nbuyer = "home"\ncommodities = ["magnet", "oxide"]\ndays = 100\n',
        {},
        INSTANCE,
    ),
    "a stage without commodities": (
        HALF.replace("magnet", "scrap"),
        {"stages": TABLES["stages"] + "scrap,Scrap,3\n"},
        INSTANCE,
    ),
    "demand for a good without oxide equivalent": (
        '[[share_cap]]\nbuyer = "home"\ncommodities = ["slag", "oxide"]\nweight = "tonnes"\nmax = 0.5\n',
        {"demand": TABLES["demand"] + "slag,A,road,2030,50,10\nslag,A,road,2032,50,10\n"},
        INSTANCE,
    ),
    "no interest": (LATE, {"plants": TABLES["plants"].replace(",0.1,60", ",0,60")}, INSTANCE.replace("0.05", "0.0")),
    "stars, overrides and shut lanes": (
        LATE,
        {"lanes": LANES + "*,*,*,100,0,,,\noxide,B,A,200,0.1,5,2031,2031\n*,C,*,0,0,0,,\n"},
        INSTANCE,
    ),
    "suppliers taken together": (OXIDE + 'together = "abroad"\n', {}, INSTANCE),
    "a buyer among its own suppliers": (
        '[[share_cap]]\nbuyers = ["home", "B"]\nstages = ["processing", "magnet"]\nsuppliers = ["B", "C"]\n'
        "max = { 2030 = 0.9, 2032 = 0.3 }\neach_commodity = true\n",
        {},
        INSTANCE,
    ),
    "no money": ('[[budget]]\nhosts = ["home", "C"]\nmax = 0\n' + HALF, {}, INSTANCE),
    "money that must be spent": (
        "[[budget]]\nmin = 7e5\nfrom = 2031\nto = 2031\n[[budget]]\nmax = 9e5\n",
        {},
        INSTANCE,
    ),
    "a life shorter than the ramp": (
        LATE,
        {"plants": TABLES["plants"].replace("20000,1,1,2", "20000,1,3,1")},
        INSTANCE,
    ),
    "a plant that is never available": (
        OXIDE,
        {"plants": TABLES["plants"].replace("6000,0,0.9", "6000,0,0")},
        INSTANCE,
    ),
    "built at once": (HALF, {"plants": TABLES["plants"].replace("20000,1,1,2", "20000,0,0,30")}, INSTANCE),
    "stocks where nobody uses the good": (
        HALF,
        {"stockpiles": PILES + "magnet,C,10,20,5,0.2\nslag,B,0,20,5,0\n"},
        INSTANCE,
    ),
    "stocks for years": (HALF.replace("0.5", "0.1"), {"stockpiles": PILES + "magnet,A,300,300,5,0\n"}, INSTANCE),
    "a by-product that must be sold and can't": (
        HALF,
        {"commodities": TABLES["commodities"].replace("slag,Slag,processing,0,,1", "slag,Slag,processing,0,,0")},
        INSTANCE,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_corner(tmp_path, name):
    policy, tables, head = CASES[name]
    policies = {"asked": policy, "all": policy}
    folder = write(tmp_path / "tiny", policies=policies, **tables)
    (folder / "instance.toml").write_text(head, encoding="utf-8")
    agree(model.solve(model.read(folder), "asked"), reference.solve(folder, folder / "policies" / "asked.toml"))


def test_a_buyer_that_uses_a_good_and_has_no_final_demand(tmp_path):
    """What it uses goes into goods for others: its share is one of use, and there is no demand to set it against."""
    write_instance(tmp_path, 1057)
    instance = model.read(tmp_path)
    demand, capacity, recipes = (instance.table(t) for t in ("demand", "capacity", "recipes"))
    demand.loc[demand["year"] >= 2031, "quantity"] = 0.0
    capacity.loc[capacity["plant"] == "NO_MINE", "capacity"] = 0.0
    recipes.loc[recipes["process"] == "separate", "coefficient"] *= 1.168
    plan = model.solve(model.edited(instance, demand=demand, capacity=capacity, recipes=recipes), "policy-0")
    rows = plan["content"].query("buyer == 'NA' and scope == 'metal' and year == 2035")
    assert len(rows)
    assert rows["consumption_t"].gt(1).all()
    assert rows["base_ratio"].isna().all()
