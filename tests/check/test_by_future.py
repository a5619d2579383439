"""The tables that tell of futures beside one another are judged: spoilt rows are found, sound ones are not."""

from __future__ import annotations

import pytest

import model
from model.check import violations
from tests import tiny
from tests.plan.test_idle_plants import DUMPED, FLOOR


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tiny.write(tmp_path_factory.mktemp("by_future") / "tiny", {"floor": FLOOR})
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "dumped.toml").write_text(DUMPED, encoding="utf-8")
    return model.solve(model.read(folder), "floor", scenarios="dumped")


def found(plan, **tables):
    tree = plan.solved.network.tree
    rows = violations(plan.instance, plan.policy, {**plan.tables, **tables}, plan.summary, tree)
    return {(r.rule, r.key) for r in rows.itertuples()}


def test_what_was_solved_is_sound(plan):
    assert len(plan["idle_plants"]) >= 2
    assert len(plan["floors_by_future"]) == 3
    assert not found(plan)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("first_year", 2032), ("idle_years", 2), ("for_good", "maybe"), ("region", "C"), ("process", "refine"),
        ("trunk_activity_t_per_yr", 19.0), ("able_t_per_yr", 7.0), ("plant", "C_OX"), ("future", "nowhere"),
    ],
)  # fmt: skip
def test_a_spoilt_row_of_an_idle_plant_is_found(plan, column, value):
    rows = plan["idle_plants"].copy()
    at = rows.index[rows["plant"] == "A_MAG"][0]
    rows[column] = rows[column].astype(object)
    rows.loc[at, column] = value
    said = found(plan, idle_plants=rows)
    assert said
    assert {rule for rule, _ in said} == {"idle_plants"}


def test_an_idle_plant_that_is_left_out_is_found(plan):
    said = found(plan, idle_plants=plan["idle_plants"].iloc[1:])
    assert len(said) == 1
    assert "missing idle_plants future=" in next(iter(said))[1]


@pytest.mark.parametrize(
    ("column", "factor"),
    [("output_t", 2), ("public_cost_usd", 1.1), ("most_usd_per_yr", 0.5), ("probability", 0.5), ("year_of_most", 0)],
)
def test_a_spoilt_row_of_what_floors_cost_is_found(plan, column, factor):
    rows = plan["floors_by_future"].copy()
    rows[column] = rows[column] * factor
    said = found(plan, floors_by_future=rows)
    assert said
    assert {rule for rule, _ in said} == {"floors_by_future"}


def test_a_floor_that_is_left_out_and_a_column_that_lacks_are_found(plan):
    assert any(
        "missing floors_by_future" in key for _, key in found(plan, floors_by_future=plan["floors_by_future"][1:])
    )
    without = plan["idle_plants"].drop(columns="able_t_per_yr")
    assert ("known", "missing table=idle_plants column=able_t_per_yr") in found(plan, idle_plants=without)
