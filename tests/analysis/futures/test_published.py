"""Published problems of decisions under uncertainty: optimum, worth of knowing and of hedging, and what is decided."""

from __future__ import annotations

import pytest

import model
from model.compiling.arrays import sparse_row
from model.solving.held import HeldProgramme
from tests import lands, published


@pytest.mark.parametrize(
    ("loads", "cost", "capacity"),
    [("independent", 719.206667, (52 / 15, 5, 23 / 15, 4.3)), ("dependent", 722.583667, (11 / 3, 5, 4 / 3, 4.5))],
)
def test_lands_in_three_stages(tmp_path, loads, cost, capacity):
    text = lands.three_stages(lands.LATER[loads])
    instance = model.read(lands.write(tmp_path / "x", text, (5.3, 3.5, 3)))
    plan = model.solve(instance, scenarios="three")
    assert len(plan.summary["futures"]) == 9
    assert plan.summary["cost_usd"] == pytest.approx(cost, abs=1e-6)
    edits = [f"plants[plant=X{i}].max_build = {most!r}" for i, most in enumerate(capacity, start=1)]
    published_plants = model.solve(model.edited(instance, edits=edits), scenarios="three")  # not the only ones
    assert published_plants.summary["cost_usd"] == pytest.approx(cost, abs=1e-6)


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    folder = lands.write(tmp_path_factory.mktemp("lands") / "many", lands.twenty_seven())
    return model.solve(model.read(folder), scenarios="three")


def test_lands_in_27_futures(many):
    assert many.summary["cost_usd"] == pytest.approx(397.751333, abs=1e-6)
    assert many["builds"]["capacity_t_per_yr"].tolist() == pytest.approx((19 / 6, 5, 11 / 6, 4), abs=1e-6)


def test_knowing_one_of_27_futures(many):
    valued = model.futures(many)
    assert valued.summary["cost_with_perfect_information_usd"] == pytest.approx(367.572, abs=1e-6)
    assert valued.summary["evpi_usd"] == pytest.approx(30.179333, abs=1e-6)


def test_27_futures_with_the_weight_of_dear_ones(many):
    futures = model.scenario(many.instance, "three", risk_weight=0.5, risk_level=0.7)
    plan = model.solve(many.instance, scenarios=futures)
    assert plan.summary["risk_adjusted_usd"] == pytest.approx(442.774917, abs=1e-6)


@pytest.fixture(scope="module")
def power(tmp_path_factory):
    return model.solve(model.read(lands.write(tmp_path_factory.mktemp("lands") / "lands")), scenarios="three")


@pytest.mark.parametrize(
    ("slack", "ranges"),
    [
        (0.001, [(0.6521, 3.5216), (3.4301, 5.3456), (2.9824, 4.0048), (1.5628, 2.3719)]),
        (0.01, [(0, 6.3073), (0.2827, 8.4557), (1.2641, 4.4856), (0, 4.5306)]),
        (0.05, [(0, 12), (0, 12.278), (0, 4.8), (0, 7.4374)]),
    ],
)
def test_what_plants_may_be_in_plans_that_cost_little_more(power, slack, ranges):
    """The programme of the tree holds the same plans as the published one, not the optimum alone."""
    arrays = power.solved.arrays
    held = HeldProgramme(arrays)
    every = sparse_row(range(len(arrays.cost)), arrays.cost)
    held.bound(held.add_row(every), arrays.constant * -1 + power.summary["cost_usd"] / 1e6 * (1 + slack))
    held.allow(held.short, 0.0)
    for place, expected in zip(arrays.places("column", "build").values(), ranges, strict=True):
        found = [sign * held.surely("end", sparse_row([place], [sign])).objective * 1e3 for sign in (1.0, -1.0)]
        assert found == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("plant", "cost"), [("X1", 382.617778), ("X2", 386.166667), ("X3", 388.2), ("X4", 383.6)])
def test_lands_without_a_technology(power, plant, cost):
    without = model.edited(power.instance, edits=[f"plants[plant={plant}].max_build = 0"])
    assert model.solve(without, scenarios="three").summary["cost_usd"] == pytest.approx(cost, abs=1e-6)


def profit(plan, sales, bought=()):
    return published.most(sales, bought) - plan.summary["cost_usd"]


def done(plan, *names):
    frame = plan["activity"].query("year == 2030").set_index("plant")["activity_t"]
    return [frame.get(name, 0.0) for name in names]


SOWN = ("SOW_WHEAT", "SOW_CORN", "SOW_BEETS")


@pytest.fixture(scope="module")
def farmer(tmp_path_factory):
    folder = published.farmer(tmp_path_factory.mktemp("farmer") / "farmer")
    return model.solve(model.read(folder), scenarios="futures")


def test_the_farmer_sows_for_all_three_harvests(farmer):
    assert profit(farmer, published.FARMER, ["feed"]) == pytest.approx(108_390, abs=1e-3)
    assert done(farmer, *SOWN) == pytest.approx([170, 80, 250], abs=1e-6)


def test_what_it_is_worth_to_the_farmer_to_know_the_harvest(farmer):
    assert model.futures(farmer).summary["evpi_usd"] == pytest.approx(7_015.555556, abs=1e-3)


def test_who_sows_for_the_average_harvest_earns_less(farmer, tmp_path):
    average = model.solve(farmer.instance)
    assert profit(average, published.FARMER, ["feed"]) == pytest.approx(118_600, abs=1e-3)
    sown = dict(zip(published.CROPS, done(average, *SOWN), strict=True))
    assert sown == pytest.approx({"wheat": 120, "corn": 80, "beets": 300})
    kept = model.solve(model.read(published.farmer(tmp_path / "kept", sown)), scenarios="futures")
    assert profit(kept, published.FARMER, ["feed"]) == pytest.approx(107_240, abs=1e-3)  # 1,150 less


def test_furniture_is_bought_for_before_it_is_known_what_is_wanted(tmp_path):
    plan = model.solve(model.read(published.dakota(tmp_path / "dakota")), scenarios="futures")
    assert profit(plan, published.DAKOTA) + expected_sales(plan) == pytest.approx(1_730, abs=1e-3)
    bought = done(plan, "BUY_LUMBER", "BUY_FINISHING", "BUY_CARPENTRY")
    assert bought == pytest.approx([1_300, 540, 325], abs=1e-6)


def expected_sales(plan):
    """By how much all that is wanted, expected over the futures, would bring more than what the trunk wants, USD."""
    chances = [(f["probability"], f["name"]) for f in plan.summary["futures"]]
    wanted = {name: quantities for name, (_, quantities) in published.WANTED.items()}
    each = {name: wanted.get(name, [s.quantity for s in published.DAKOTA]) for _, name in chances}
    value = {n: sum(s.price * q for s, q in zip(published.DAKOTA, each[n], strict=True)) for n in each}
    return sum(pi * value[n] for pi, n in chances) - published.most(published.DAKOTA)
