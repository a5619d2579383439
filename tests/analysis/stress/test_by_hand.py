"""Stops worked out by hand: one store, two buyers and one store, a supplier behind a supplier, sectors in order."""

from __future__ import annotations

import pytest

import model
from model.analysis.stress import hedges
from model.base.problems import InputError
from model.base.results import Results
from model.plan.stress.standing import standing
from tests import tiny
from tests.analysis.stress import small

FIRST = {"years": [2030], "scopes": ["all"], "suppliers": ["B"]}


def served(found, **at):
    rows = found.table
    for key, value in ({"buyer": "all", "sector": "all"} | at).items():
        rows = rows[rows[key] == value]
    (row,) = rows.to_dict("records")
    return row


def test_a_store_a_use_and_a_supply(tmp_path):
    # 30 t in store, use 10 t a month, 48 t/yr of magnets made at home, 4 a month: 30 / (10 - 4) = 5 months
    row = served(model.stress(small.plan(tmp_path), months=[6], **FIRST))
    assert row["survives_months"] == pytest.approx(5)
    # six months: 60 t asked for, 30 + 24 = 54 t of magnets, half of it content
    assert row["demand_t"] == pytest.approx(30)
    assert row["served_t"] == pytest.approx(27)
    assert row["share"] == pytest.approx(0.9)


def test_what_loses_in_store_and_availability_count(tmp_path):
    piles = small.TABLES["stockpiles"].replace("30,30,0,0", "30,30,0,0.1")
    plants = small.TABLES["plants"].replace("press,A,900,0,,", "press,A,900,0,0.5,")
    # 27 t left of the store, 24 t/yr made: 27 / (10 - 2) = 3.375 months
    found = model.stress(small.plan(tmp_path, stockpiles=piles, plants=plants), months=[6], **FIRST)
    assert served(found)["survives_months"] == pytest.approx(3.375)


def test_two_buyers_and_one_store(tmp_path):
    # Home and its neighbour ask for 120 t a year each. In six months 120 t: the store's 30 stay at home, 24 made at
    # home may go to either. Evenly: 27 each, 45 %; home by itself holds out 5 months, the neighbour
    # (48 t/yr of 120, no store) not a day.
    demand = small.demand(A_cars=120, C_cars=120)
    plan = small.plan(tmp_path, small.POLICY.replace('buyer = "home"', 'buyers = ["home", "C"]'), demand=demand)
    found = model.stress(plan, months=[6], **FIRST)
    assert served(found)["share"] == pytest.approx(54 / 120)
    assert served(found)["survives_months"] == pytest.approx(0, abs=1e-9)
    assert served(found, buyer="home")["share"] == pytest.approx(30 / 60)  # the store can't be shared
    assert served(found, buyer="C")["share"] == pytest.approx(24 / 60)
    assert served(found, buyer="home")["survives_months"] == pytest.approx(5)
    assert served(found, buyer="C")["survives_months"] == pytest.approx(0, abs=1e-9)


def test_a_supplier_behind_a_supplier(tmp_path):
    # the neighbour makes all magnets of the world from B's oxide, and home has no oxide: a stop of B's oxide stops it
    plants = small.PLANTS + "B_OX,Oxide B,refine,B,10,0,,,,,,,,,,\nC_MAG,Magnets C,press,C,10,0,,,,,,,,,,\n"
    capacity = "plant,year,capacity\nB_OX,2030,900\nC_MAG,2030,900\n"
    piles = small.TABLES["stockpiles"] + "oxide,C,6,6,0,0\n"
    plan = small.plan(tmp_path, plants=plants, capacity=capacity, stockpiles=piles)
    found = model.stress(plan, months=[6], years=[2030], suppliers=["B"], scopes=["processing", "magnet"])
    # 30 t of magnets and 6 t of oxide for 12 t of magnets: 42 t, 4.2 months
    assert served(found, scope="processing")["survives_months"] == pytest.approx(4.2)
    assert set(found.table["scope"]) == {"processing"}  # B makes no magnets: a stop of them is no crisis
    weak = found.gives_way
    assert ("stock", "oxide", "C") in set(zip(weak["kind"], weak["item"], weak["region"], strict=True))


def test_sectors_in_order(tmp_path):
    # defence asks for 24 of 120 t a year. In six months 54 t of 60 can be served: with defence first its 12 are.
    demand = small.demand(A_cars=96, A_defence=24)
    plan = small.plan(tmp_path, demand=demand)
    found = model.stress(plan, months=[6], first=["defence"], **FIRST)
    assert served(found, sector="defence")["share"] == pytest.approx(1)
    assert served(found, sector="cars")["share"] == pytest.approx(42 / 48)
    evenly = model.stress(plan, months=[6], **FIRST)
    assert served(evenly, sector="defence")["share"] == pytest.approx(0.9)
    # defence alone: 2 t a month of 4 made: more than two years
    assert served(found, sector="defence")["survives_months"] == 24


def test_others_are_served_first(tmp_path):
    # the neighbour asks for 24 t a year; half of it, 6 t of six months, comes out of what home makes
    demand = small.demand(A_cars=120, C_cars=24)
    found = model.stress(small.plan(tmp_path, demand=demand), months=[6], others=0.5, **FIRST)
    assert served(found)["share"] == pytest.approx(48 / 60)
    # 30 + 48 tau = 120 tau + 12 tau: 30 / 84 of a year
    assert served(found)["survives_months"] == pytest.approx(12 * 30 / 84)


def test_what_would_help_most(tmp_path):
    plan = small.plan(tmp_path)
    found = model.stress(plan, months=[6], **FIRST)
    helps = hedges(plan, plan.instance, found.asked, found.worst.iloc[0]).set_index(["kind", "item"])
    # 6 t of magnets are missed: 6 t in store, at 10,000 USD/t
    assert helps.loc[("stock", "magnet"), "amount"] == pytest.approx(6, abs=1e-3)
    assert helps.loc[("stock", "magnet"), "cost_usd"] == pytest.approx(60_000, rel=1e-3)
    assert helps.loc[("stock", "magnet"), "share"] == pytest.approx(1)
    # or 12 t/yr more of the makers
    assert helps.loc[("plant", "A_MAG"), "amount"] == pytest.approx(12, abs=1e-3)


def test_stocks_of_the_year_before_are_those_of_the_plan(tmp_path):
    # a stock minimum of 73 days, a fifth of 120 t, from 2031: the stop of 2032 finds 24 t, that of 2031 what 2030 left
    policy = (
        'title = "Stock"\n[[stock_min]]\nbuyer = "home"\ncommodities = ["magnet"]\ndays = 73\nfrom = 2031\nto = 2031\n'
    )
    plan = small.plan(tmp_path, policy)
    found = model.stress(plan, months=[6], years=[2032], scopes=["all"], suppliers=["B"])
    stocks = plan["stocks"].set_index("year")["stock_t"]
    assert stocks[2031] == pytest.approx(24)
    assert served(found)["survives_months"] == pytest.approx(24 / 6)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("plant", "ZZZ", "is not a plant of this instance"),
        ("decision_year", 1990, "expected 2030 or a later year"),
        ("capacity_t_per_yr", -30.0, r"expected a number of at least 0 \[t/yr\]"),
    ],
)
def test_builds_that_are_none_of_the_instance_are_refused(tmp_path, column, value, expected):
    plan = model.solve(tiny.write(tmp_path / "tiny"), "all")
    builds = plan["builds"]
    assert len(builds)
    edited = Results({**plan.tables, "builds": builds.assign(**{column: value})}, plan.summary)
    with pytest.raises(InputError, match=expected):
        standing(plan.instance, edited)
