"""Whole plants: published optima in a tree, by hand against every combination, limits, a time that ends."""

from __future__ import annotations

import itertools
import json

import pytest

import model
from model.cli.planning.solve import COMMAND
from tests import lands
from tests.conftest import INSTANCES
from tests.tiny import TABLES, write


def sized(folder, text, **sizes):
    """Give plants of ``plants.csv`` their ``unit_size`` and ``min_size``."""
    head, *rows = text.strip().splitlines()
    lines = [f"{head},unit_size,min_size"]
    lines += [",".join([row, *sizes.get(row.partition(",")[0], ("", ""))]) for row in rows]
    (folder / "plants.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("size", "cost", "built"),
    [
        (("1", ""), 382.2, [3, 4, 3, 2]),
        (("", "3"), 383.4, [3, 3, 3, 3]),
        (("", "4"), 384.56, [8, 4]),
        (("", "5"), 389.6, [6, 6]),
        (("1", "3"), 383.4, [3, 3, 3, 3]),
    ],
)
def test_lands_in_units_and_least_sizes(tmp_path, size, cost, built):
    folder = lands.write(tmp_path / "x")
    sized(folder, lands.tables()["plants"], **{f"X{i}": size for i in range(1, 5)})
    plan = model.solve(folder, scenarios="three", whole_units=True)
    told = plan.summary["whole_units"]
    assert plan.summary["cost_usd"] == pytest.approx(cost, abs=1e-6)
    assert plan["builds"]["capacity_t_per_yr"].tolist() == pytest.approx(built, abs=1e-6)
    assert told["continuous_cost_usd"] == pytest.approx(381.853333, abs=1e-6)
    assert told["lumpiness_usd"] == pytest.approx(cost - 381.853333, abs=1e-5)
    assert told["gap"] <= 1e-6
    assert told["bound_usd"] == pytest.approx(cost, rel=2e-6)


@pytest.fixture(scope="module")
def two_country(tmp_path_factory):
    """At home in units of 30 t/yr."""
    place = tmp_path_factory.mktemp("whole") / "two-country"
    instance = model.read(INSTANCES / "two-country")
    model.write_instance(instance, place)
    text = (INSTANCES / "two-country" / "plants.csv").read_text(encoding="utf-8")
    return sized(place, text, A_MAGNET=("30", ""))


@pytest.fixture(scope="module")
def capped(two_country):
    return model.solve(two_country, "cap", whole_units=True)


def test_units_of_30_against_every_way_to_buy_one_or_two(two_country, capped):
    instance = model.read(two_country)
    found = []
    for years in itertools.chain.from_iterable(
        itertools.combinations_with_replacement(range(2030, 2032), units) for units in (1, 2)
    ):
        bought = {year: 30.0 * years.count(year) for year in set(years)}
        builds = capped["builds"][["plant", "decision_year", "capacity_t_per_yr"]].head(0)
        for year, t in bought.items():
            builds.loc[len(builds)] = ["A_MAGNET", year, t]
        held = model.solve(instance, "cap", builds=builds)
        found.append((round(held.summary["shortfall_t"], 6), held.summary["cost_usd"]))
    assert capped.summary["shortfall_t"] == 0
    assert min(found) == (0, pytest.approx(capped.summary["cost_usd"]))


def test_whole_plants_cost_more_and_the_premium_counts_from_whole_plants(capped):
    told, summary = capped.summary["whole_units"], capped.summary
    assert told["lumpiness_usd"] > 0
    assert summary["cost_usd"] == pytest.approx(told["continuous_cost_usd"] + told["lumpiness_usd"])
    assert summary["premium_usd"] == pytest.approx(summary["cost_usd"] - summary["cost_without_policy_usd"])
    assert not told["time_limit_reached"]
    assert told["prices"] == "of the linear programme with the units fixed"


def test_a_target_that_units_cannot_meet_is_missed_by_the_least(two_country, tmp_path):
    # 100 t/yr of one unit of 100 at most 40 a year: nothing can be bought, and what the cap misses is all of it
    text = (INSTANCES / "two-country" / "plants.csv").read_text(encoding="utf-8")
    folder = tmp_path / "none"
    model.write_instance(model.read(INSTANCES / "two-country"), folder)
    sized(folder, text, A_MAGNET=("101", ""))
    plan = model.solve(folder, "cap", whole_units=True)
    assert not len(plan["builds"])
    assert plan.summary["shortfall_t"] == pytest.approx(45)
    assert plan.summary["whole_units"]["continuous_shortfall_t"] == 0


def test_under_a_crisis_to_withstand(tmp_path):
    siege = '[[withstand]]\nbuyer = "home"\nsuppliers = ["B"]\nmonths = 1\nserve = 0.3\nfrom = 2032\n'
    write(tmp_path / "tiny", {"siege": siege})
    sized(tmp_path / "tiny", TABLES["plants"], A_MAG=("25", ""))
    whole, any_size = (model.solve(tmp_path / "tiny", "siege", whole_units=on) for on in (True, False))
    assert len(any_size["builds"])
    assert set(whole["builds"]["capacity_t_per_yr"] % 25) == {0}
    assert whole.summary["cost_usd"] >= any_size.summary["cost_usd"]
    assert whole.summary["shortfall_t"] == pytest.approx(any_size.summary["shortfall_t"], abs=1e-3)


def test_the_checker_judges_units(capped):
    builds = capped["builds"]
    builds["capacity_t_per_yr"] *= 0.9
    found = model.violations(capped.instance, capped.policy, {**capped.tables, "builds": builds}, capped.summary)
    assert "unit_size" in set(found["rule"])
    sound = model.violations(capped.instance, capped.policy, capped.tables, capped.summary)
    assert not len(sound)


def test_what_whole_plants_are_not_for(two_country):
    with pytest.raises(model.InputError, match="for the goal cost"):
        model.solve(two_country, "cap", whole_units=True, goal="capital")
    with pytest.raises(model.InputError, match="below 1"):
        model.solve(two_country, "cap", whole_units=True, gap=2.0)
    with pytest.raises(model.InputError, match="none has"):
        model.solve(INSTANCES / "two-country", "cap", whole_units=True)
    with pytest.raises(model.InputError, match="whole plants"):
        model.alternatives(model.solve(two_country, "cap", whole_units=True))


def test_the_command(two_country, tmp_path, capsys):
    out = tmp_path / "out"
    call = [str(two_country), "--policy", "cap", "--whole-units", "--no-report", "--out", str(out)]
    assert COMMAND.main(call) == 0
    assert "Whole plants" in capsys.readouterr().out
    told = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert told["whole_units"]["gap"] <= 1e-6
    assert COMMAND.main([arg for arg in call if arg != "--whole-units"]) == 2  # another plan stands there
    assert "holds another plan" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        COMMAND.main([*call, "--explain"])
