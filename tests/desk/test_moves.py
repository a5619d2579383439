"""What the desk shows is what a cold solve gives: while it moves the same plan, checked the same tables to the byte."""

import copy
import json
import random

import pytest

import model
from model.base.places import to_csv
from model.desk import moving
from model.desk.bench import Bench
from model.desk.state import Start, State
from tests.conftest import INSTANCES

FOLDER = INSTANCES / "two-country"


@pytest.fixture(scope="module")
def bench():
    return Bench(FOLDER)


def cap(instance):
    return copy.deepcopy(dict(instance.documents["policies/cap.toml"].data))


def moves(instance, number, seed=7):
    """States of a hand that moves caps, years and figures at random."""
    dice = random.Random(seed)
    for _ in range(number):
        data, edits = cap(instance), {}
        row = data["share_cap"][0]
        row["max"] = {y: round(dice.uniform(0.2, 0.9), 2) for y in ("2033", "2034")}
        if dice.random() < 0.3:
            row["max"] = round(dice.uniform(0.1, 0.9), 2)
        if dice.random() < 0.3:
            row["from"] = dice.choice([2031, 2032, 2033])
        if dice.random() < 0.3:
            data["budget"] = [{"max": round(dice.uniform(1e6, 3e9)), "hosts": ["home"]}]
        if dice.random() < 0.3:
            edits = {"demand[region=A].quantity": f"*= {dice.choice([0.9, 1.1])}"}
        yield {"policy": "cap", "data": data, "edits": edits}


def cold(given):
    instance = model.read(FOLDER, given["edits"])
    return model.solve(instance, model.policy(instance, given["data"], name="cap"))


@pytest.mark.parametrize("seed", range(4))
def test_a_hand_at_random_sees_what_cold_solves_give(bench, seed):
    for given in moves(bench.programmes.base, 4, seed):
        same_as_cold(bench, given)


def same_as_cold(bench, given):
    """While it moves the same plan; checked the same tables to the byte."""
    plan = cold(given)
    told = moving.told(bench.programmes.solved(bench.programmes.asked(State.of(given)), exact=False))
    for key in ("cost_usd", "premium_usd"):
        assert told.summary[key] == pytest.approx(plan.summary[key], rel=1e-9, abs=1e-9 * plan.summary["cost_usd"])
    for key in ("compliant", "first_compliant_year"):
        assert told.summary[key] == plan.summary[key]
    for table, column in (("builds", "capacity_t_per_yr"), ("shares", "share"), ("shortfalls", "shortfall_t")):
        mine, its = told.results[table], plan[table]
        assert mine[column].to_numpy() == pytest.approx(its[column].to_numpy(), rel=1e-6, abs=1e-6)
    checked, _ = bench.checked(State.of(given))
    tables = {name: to_csv(frame) for name, frame in checked.tables.items()}
    assert tables == {name: to_csv(frame) for name, frame in plan.tables.items()}
    same = ("cost_usd", "premium_usd", "policy", "instance", "overrides", "compliant", "residuals")
    assert {key: checked.summary[key] for key in same} == {key: plan.summary[key] for key in same}


def test_the_answers_are_plain_data(bench):
    begun = bench.answer("begin", Start())
    assert begun["start"]["policy"] == "cap"
    assert set(begun["policies"]) == {"cap", "none", "too-early"}
    for name, data in begun["policies"].items():
        shown = bench.answer("check", {"policy": name, "data": data})
        json.dumps(shown, allow_nan=False)
        assert shown["checked"]


WRONG = [
    None,
    [],
    {"policy": "../../etc/passwd", "data": {}},
    {"policy": "cap", "data": []},
    {"policy": "cap", "data": {"share_cap": 5}},
    {"policy": "cap", "data": {"share_cap": [{"buyer": "nobody", "stages": ["magnet"], "max": 0.5}]}},
    {"policy": "cap", "data": {"share_cap": [{"buyer": "home", "stages": ["magnet"], "max": 7}]}},
    {"policy": "cap", "data": {"title": ["a"]}},
    {"policy": "cap", "data": {}, "edits": {"plants[plant=NONE].capex": "*= 2"}},
    {"policy": "cap", "data": {}, "edits": {"nonsense": "; drop"}},
    {"policy": "cap", "data": {}, "edits": {"plants[].capex": "*= 1e999"}},
    {"policy": "cap", "data": {}, "edits": {"plants[].capex": None}},
    {"policy": "cap", "data": {}, "figures": {"nothing": 1.0}},
    {"policy": "cap", "data": {}, "figures": {"nothing": True}},
    {"policy": "cap", "data": {}, "scenario": "../policies/cap.toml"},
    {"policy": "cap", "data": {}, "scenario": "/etc/passwd"},
]


@pytest.mark.parametrize("given", WRONG, ids=str)
def test_a_state_that_is_wrong_is_said_and_nothing_is_shown(bench, given):
    for what in ("move", "check"):
        found = bench.answer(what, given)
        assert list(found) == ["problems"]
        assert found["problems"]
        assert "Traceback" not in str(found)
