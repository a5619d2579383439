"""Which plants stop in which future, and what price floors then cost the public: worked out by hand on tiny."""

from __future__ import annotations

import pytest

import model
from model.output.report.sections.futures import futures as section
from model.plan import futures as told_of
from model.plan.saying.rows import Told
from tests import tiny

DUMPED = """
[[branch]]
name = "dumped"
from = 2031
probability = 0.2
[[branch.event]]
kind = "cost"
plants = ["B_MAG"]
factor = 0.1
[[branch]]
name = "cut"
from = 2032
probability = 0.1
[[branch.event]]
kind = "capacity_factor"
plants = ["B_MAG"]
factor = 0
"""
FLOOR = '[[price_floor]]\ncommodity = "magnet"\nhosts = "home"\nprice = 30000\n'


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Magnets from home cost less than from B, which fills what is missing; more than from B where it dumps."""
    folder = tiny.write(tmp_path_factory.mktemp("idle_plants") / "tiny", {"floor": FLOOR})
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "dumped.toml").write_text(DUMPED, encoding="utf-8")
    return model.solve(model.read(folder), "floor", scenarios="dumped")


def test_a_plant_stops_where_it_runs_as_planned_and_another_dumps(plan):
    runs = plan["activity"].set_index(["plant", "branch", "year"])["activity_t"]
    assert runs["A_MAG", "as planned", 2031] == pytest.approx(20)
    rows = plan["idle_plants"].set_index(["future", "plant"])
    dumped = rows.loc["dumped", "A_MAG"]
    assert (dumped["first_year"], dumped["idle_years"], dumped["for_good"]) == (2031, 1, "no")
    assert dumped["trunk_activity_t_per_yr"] == pytest.approx(20)
    assert dumped["able_t_per_yr"] == pytest.approx(20)


def test_a_plant_that_an_event_stops_is_able_to_make_nothing(plan):
    cut = plan["idle_plants"].set_index(["future", "plant"]).loc["cut", "B_MAG"]
    assert (cut["first_year"], cut["idle_years"], cut["for_good"], cut["able_t_per_yr"]) == (2032, 1, "yes", 0)
    assert "as planned" not in set(plan["idle_plants"]["future"])


def test_what_a_floor_costs_in_each_future_and_in_the_dearest(plan):
    """30,000 USD/t for 10 t in 2030 and 20 t in 2031, where the market pays 10,000; in 2032 less than 1,500 lacks."""
    rest = plan["price_floors"].query("branch == 'as planned' and year == 2032")["public_cost_usd"].item()
    assert 0 < rest < 50 * 1_500
    by_hand = {
        "as planned": 200_000 + 400_000 / 1.05 + rest / 1.05**2,
        "dumped": 200_000,  # idle in 2031, and dearer than the floor in 2032
        "cut": 200_000 + 400_000 / 1.05,  # magnets are scarce in 2032
    }
    told = plan["floors_by_future"].set_index("future")
    assert told["public_cost_usd"].to_dict() == pytest.approx(by_hand)
    assert {f["name"]: f["public_cost_usd"] for f in plan.summary["futures"]} == pytest.approx(by_hand)
    # seven tenths of the futures are the dearest
    assert plan.summary["public_cost_cvar_usd"] == pytest.approx(by_hand["as planned"])
    assert told.loc["as planned", ["most_usd_per_yr", "year_of_most"]].tolist() == pytest.approx([400_000, 2031])


def test_the_answer_and_the_report_say_so(plan):
    said = dict(told_of.lines(Told(plan)))
    assert "cost the public" in said["Price floors"]
    assert any(key.startswith("Idle") and "1 plant stops" in text for key, text in said.items())
    page = section(Told(plan)).html(1)
    assert "price floors, m USD" in page
    assert "Plants that would stop in a future" in page


def test_without_a_trunk_nothing_is_said_to_stop(plan, tmp_path):
    file = tmp_path / "sure.toml"
    file.write_text(DUMPED.replace("0.2", "0.9"), encoding="utf-8")
    assert not len(model.solve(plan.instance, "floor", scenarios=file)["idle_plants"])


def test_a_certain_plan_has_no_such_tables(plan):
    assert not {"idle_plants", "floors_by_future"} & set(model.solve(plan.instance, "floor"))
