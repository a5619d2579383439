"""Sensitivities from a finished sweep's tables, against arithmetic done by hand and known indices."""

import math

import numpy as np
import pandas as pd
import pytest
from SALib.sample import sobol as design

from model.analysis.sweeps.asked.columns import columns
from model.analysis.sweeps.learned.moves import moves
from model.analysis.sweeps.learned.sensitivity import sobol, tornado, weak_figures
from model.base.problems import InputError

NAN = math.nan


def factor(name, low, base, high, levels=(), **grades):
    return {
        "name": name, "title": name.title(), "unit": "1", "low": low, "base": base, "high": high,
        "levels": list(levels), "grades": grades,
    }  # fmt: skip


PRICE = factor("price", 0.5, 1.0, 1.5, sourced=1, assumption=1)
TIME = factor("time", 0.0, 0.0, 2.0, recalled=4)  # its low setting is its base
CAP = factor("cap", 0.4, 0.5, 0.6)  # a choice: no figures
FACTORS = [PRICE, TIME, CAP]

CASES = pd.DataFrame(
    [
        # case, policy, price, time, cap, status, cost, first year, shortfall
        (1, "p", 1.0, 0.0, 0.5, "met", 100.0, 2030, 0.0),
        (2, "p", 0.5, 0.0, 0.5, "met", 90.0, 2030, 0.0),
        (3, "p", 1.5, 0.0, 0.5, "met", 120.0, 2031, 0.0),
        (4, "p", 1.0, 0.0, 0.5, "met", 100.0, 2030, 0.0),
        (5, "p", 1.0, 2.0, 0.5, "missed", 107.0, None, 5.0),
        (6, "p", 1.0, 0.0, 0.4, "failed", 0.0, None, 0.0),
        (7, "p", 1.0, 0.0, 0.6, "met", 99.0, 2030, 0.0),
    ],
    columns=["case", "policy", "price", "time", "cap", "status", "cost_usd", "first_compliant_year", "shortfall_t"],
).astype({"first_compliant_year": "Int64"})

BUILDS = pd.DataFrame(
    [
        # A costs 10 USD a t/yr, B 20; in case 3 A costs 15
        (1, "A", 2026, 4.0, 40.0), (1, "B", 2028, 1.0, 20.0),
        (2, "A", 2026, 4.0, 40.0), (2, "B", 2028, 1.0, 20.0),
        (3, "A", 2026, 4.0, 60.0), (3, "B", 2028, 1.0, 20.0),
        (4, "A", 2026, 4.0, 40.0), (4, "B", 2028, 1.0, 20.0),
        (5, "A", 2027, 4.0, 40.0), (5, "C", 2028, 2.0, 14.0),
        (7, "A", 2026, 3.0, 30.0), (7, "B", 2028, 1.0, 20.0),
    ],
    columns=["case", "plant", "decision_year", "capacity_t_per_yr", "capex_usd"],
)  # fmt: skip


def row(frame, **at):
    for column, value in at.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


def test_tornado_by_hand():
    found = tornado(CASES, BUILDS, FACTORS)
    price = row(found, outcome="cost_usd", factor="price")
    assert (price.value_low, price.value_base, price.value_high, price.swing) == (90, 100, 120, 30)
    time = row(found, outcome="cost_usd", factor="time")
    assert (time.value_low, time.value_base, time.value_high, time.swing) == (100, 100, 107, 7)
    assert (price["rank"], time["rank"]) == (1, 2)
    assert list(found[found["outcome"] == "cost_usd"]["factor"]) == ["price", "time", "cap"]  # blank swings last
    assert list(found.columns) == [c.column for c in columns("tornado")]


def test_a_failed_case_is_blank_and_never_zero():
    cap = row(tornado(CASES, BUILDS, FACTORS), outcome="cost_usd", factor="cap")
    assert math.isnan(cap.value_low)
    assert math.isnan(cap.swing)
    assert pd.isna(cap["rank"])
    assert cap.value_high == 99
    moved = row(moves(CASES, BUILDS, FACTORS), factor="cap", side="low")
    assert math.isnan(moved.capital_moved_usd)
    assert (moved.plants_enter, moved.plants_leave) == ("", "")  # it builds nothing, but that is no decision


def test_a_blank_outcome_stays_blank():
    found = tornado(CASES, BUILDS, FACTORS)
    assert math.isnan(row(found, outcome="first_compliant_year", factor="time").value_high)
    assert row(found, outcome="first_compliant_year", factor="price").swing == 1


def test_cases_are_told_apart_by_their_settings_and_not_by_their_place():
    turned = CASES.iloc[::-1].assign(case=[7, 6, 5, 4, 3, 2, 1])  # the same cases, rows the other way round
    pd.testing.assert_frame_equal(tornado(turned, BUILDS, FACTORS), tornado(CASES, BUILDS, FACTORS))
    order = [3, 1, 2, 4, 6, 5, 7]  # base is third of all
    renumbered = CASES.assign(case=order)
    builds = BUILDS.assign(case=BUILDS["case"].map(dict(zip(CASES["case"], order, strict=True))))
    pd.testing.assert_frame_equal(tornado(renumbered, builds, FACTORS), tornado(CASES, BUILDS, FACTORS))


def test_each_policy_has_its_own_base():
    other = CASES.assign(case=CASES["case"] + 7, policy="q", cost_usd=CASES["cost_usd"] * 2)
    builds = pd.concat([BUILDS, BUILDS.assign(case=BUILDS["case"] + 7)])
    found = tornado(pd.concat([CASES, other]), builds, FACTORS)
    assert row(found, policy="q", outcome="cost_usd", factor="price").swing == 60
    assert row(found, policy="q", outcome="cost_usd", factor="price").value_base == 200
    assert row(found, policy="q", outcome="cost_usd", factor="price")["rank"] == 1


def test_capital_that_moves_by_hand():
    found = moves(CASES, BUILDS, FACTORS)
    # nothing is decided otherwise where A is only dearer: 4 t/yr in 2026 as before
    assert row(found, factor="price", side="high").capital_moved_usd == 0
    # A a year later: 40 goes, 40 comes; B goes: 20; C comes: 14. Comes 54, goes 60.
    late = row(found, factor="time", side="high")
    assert late.capital_moved_usd == 60
    # 1/2 (40 + 40 + 20 + 14) + 1/2 |54 - 60| = 57 + 3
    # years aside: A doesn't move, B goes (20), C comes (14)
    assert late.capital_between_plants_usd == 20
    assert (late.plants_enter, late.plants_leave) == ("C", "B")
    # 1 t/yr of A less
    assert row(found, factor="cap", side="high").capital_moved_usd == 10
    assert row(found, factor="time", side="low").capital_moved_usd == 0
    swing = row(tornado(CASES, BUILDS, FACTORS), outcome="capital_moved_usd", factor="time")
    assert (swing.value_low, swing.value_base, swing.value_high, swing.swing) == (0, 0, 60, 60)


def test_factors_with_named_levels_and_without_a_base_value():
    world = factor("world", None, "calm", None, ["calm", "usual", "storm"])
    lead = factor("lead", 1, None, 3)  # the base case leaves each plant's own: blank
    cases = pd.DataFrame(
        [
            (1, "p", "calm", None, "met", 1.0), (2, "p", "storm", None, "met", 4.0), (3, "p", "calm", 1.0, "met", 0.5),
            (4, "p", "calm", 3.0, "met", 2.0),
        ],
        columns=["case", "policy", "world", "lead", "status", "cost_usd"],
    )  # fmt: skip
    found = tornado(cases, BUILDS.head(0), [world, lead])
    stormy, slow = (row(found, outcome="cost_usd", factor=name) for name in ("world", "lead"))
    assert (stormy.low, stormy.high, stormy.swing) == ("calm", "storm", 3)
    assert (slow.low, slow.base, slow.high, slow.swing) == ("1", "", "3", 1.5)


def test_a_case_that_is_not_there_is_said():
    with pytest.raises(InputError, match='price: "1.5": policy p has no case with this setting') as error:
        tornado(CASES[CASES["case"] != 3], BUILDS, FACTORS)
    assert len(error.value.problems) == 1


def test_weak_figures_by_hand():
    found = weak_figures(CASES, BUILDS, FACTORS)
    assert list(found.columns) == [c.column for c in columns("weak_figures")]
    assert list(found["factor"]) == ["time", "price"]  # cap moves no figure
    # time: all recalled, pedigree 2; effect: capital moved 60 > swing in cost 7
    time = row(found, factor="time")
    assert (time["rank"], time.pedigree, time.effect_usd, time.score_usd) == (1, 2.0, 60, 120)
    assert (time.changes_decision, time.plants) == ("yes", "B+C")
    # price: half sourced, half assumption, pedigree (1 + 3) / 2 = 2; effect: swing in cost 30 > capital moved 0
    price = row(found, factor="price")
    assert (price.pedigree, price.effect_usd, price.score_usd, price.changes_decision) == (2.0, 30, 60, "no")


def test_weak_figures_by_the_premium_where_a_policy_costs_something():
    """The premium's swing of 200 in price counts, not the cost's of 30; of time what moves is still the capital."""
    found = weak_figures(CASES.assign(premium_usd=[50.0, 10.0, 210.0, 50.0, 55.0, 0.0, 49.0]), BUILDS, FACTORS)
    assert (row(found, factor="price").effect_usd, row(found, factor="time").effect_usd) == (200, 60)
    assert list(found["factor"]) == ["price", "time"]


def test_weak_figures_where_cases_failed():
    lost = CASES.assign(status=["met", "failed", "failed", *["met"] * 4])
    price = row(weak_figures(lost, BUILDS, FACTORS), factor="price")
    assert math.isnan(price.effect_usd)
    assert (price.changes_decision, price.failed_cases) == ("", 2)
    assert pd.isna(price["rank"])
    half = CASES.assign(status=["met", "met", "failed", *["met"] * 4])
    assert row(weak_figures(half, BUILDS, FACTORS), factor="price").effect_usd == 0  # the low case moves nothing
    base = CASES.assign(status=["failed", *["met"] * 6])
    assert row(weak_figures(base, BUILDS, FACTORS), factor="price").changes_decision == ""


def test_equal_scores_share_a_rank_and_come_by_name():
    twins = [factor(name, 0.0, 1.0, 2.0, recalled=1) for name in ("b", "a")]
    cases = pd.DataFrame(
        [
            (1, "p", 1.0, 1.0, "met", 5.0), (2, "p", 0.0, 1.0, "met", 4.0), (3, "p", 2.0, 1.0, "met", 6.0),
            (4, "p", 1.0, 0.0, "met", 4.0), (5, "p", 1.0, 2.0, "met", 6.0),
        ],
        columns=["case", "policy", "b", "a", "status", "cost_usd"],
    )  # fmt: skip
    found = weak_figures(cases, BUILDS.head(0), twins)
    assert list(found["factor"]) == ["a", "b"]
    assert list(found["rank"]) == [1, 1]


def test_a_grade_that_is_not_known_is_said():
    with pytest.raises(InputError, match='price: "heard": is not a grade; known: sourced, recalled, assumption'):
        weak_figures(CASES, BUILDS, [factor("price", 0.5, 1.0, 1.5, heard=1), TIME, CAP])


ISHIGAMI = [factor(f"x{i}", -math.pi, 0.0, math.pi, recalled=1) for i in (1, 2, 3)]


def ishigami(samples):
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-math.pi, math.pi]] * 3}
    x = design.sample(problem, samples, calc_second_order=False, seed=7)
    cost = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
    about = {"case": range(1, len(x) + 1), "policy": "p", "x1": x[:, 0], "x2": x[:, 1], "x3": x[:, 2]}
    return pd.DataFrame({**about, "status": "met", "cost_usd": cost + 1e9, "unserved_t": 0.0})


@pytest.fixture(scope="module")
def many():
    return ishigami(4096)


def test_sobol_against_the_ishigami_function(many):
    found = sobol(many, ISHIGAMI, 4096)
    own = found[found["outcome"] == "cost_usd"]
    # a = 7, b = 0.1: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = b^2 pi^8 (1/18 - 1/50)
    v1, v2, v13 = (1 + 0.1 * math.pi**4 / 5) ** 2 / 2, 49 / 8, 0.01 * math.pi**8 * (1 / 18 - 1 / 50)
    v = v1 + v2 + v13
    assert list(own["first_order"]) == pytest.approx([v1 / v, v2 / v, 0.0], abs=0.01)
    assert list(own["total"]) == pytest.approx([(v1 + v13) / v, v2 / v, v13 / v], abs=0.01)
    assert own["standard_deviation"].iloc[0] == pytest.approx(math.sqrt(v), rel=0.01)
    assert own["mean"].iloc[0] - 1e9 == pytest.approx(3.5, abs=0.05)  # a / 2
    assert (own["samples_kept"] == 4096).all()
    assert (own["total_interval"] < 0.1).all()


def test_an_outcome_that_does_not_vary_has_no_indices(many):
    found = sobol(many, ISHIGAMI, 4096)
    own = found[found["outcome"] == "unserved_t"]
    assert own[["first_order", "first_order_interval", "total", "total_interval"]].isna().all(axis=None)
    assert (own["standard_deviation"] == 0).all()


def test_few_samples_have_wide_intervals(many):
    few = sobol(ishigami(16), ISHIGAMI, 16)
    wide = few[few["outcome"] == "cost_usd"]["first_order_interval"]
    narrow = sobol(many, ISHIGAMI, 4096).query("outcome == 'cost_usd'")["first_order_interval"]
    assert (wide.to_numpy() > 5 * narrow.to_numpy()).all()  # by the square root of 256, about 16 times


def test_a_failed_case_costs_its_whole_block_and_a_blank_only_its_outcomes():
    cases = ishigami(64)
    cases["first_compliant_year"] = (2030 + cases["x1"].round()).astype("Int64")
    cases.loc[cases["case"] == 12, ["status", "cost_usd"]] = ["failed", NAN]  # block 3: cases 11 to 15
    cases.loc[cases["case"].isin([1, 5]), "first_compliant_year"] = pd.NA  # block 1
    found = sobol(cases, ISHIGAMI, 64)
    kept = found.groupby("outcome")["samples_kept"].unique()
    assert list(kept["cost_usd"]) == [63]
    assert list(kept["first_compliant_year"]) == [62]
    without = cases[~cases["case"].between(11, 15)]
    whole = sobol(without, ISHIGAMI, 63)
    columns = ["first_order", "total", "first_order_interval", "mean"]
    pd.testing.assert_frame_equal(
        found[found["outcome"] == "cost_usd"][columns], whole[whole["outcome"] == "cost_usd"][columns]
    )


def test_the_same_sweep_gives_the_same_indices():
    cases = ishigami(32)
    first = sobol(cases, ISHIGAMI, 32)
    np.random.seed(5)  # noqa: NPY002  nothing hangs on the state of numpy's own generator
    pd.testing.assert_frame_equal(first, sobol(cases.sample(frac=1, random_state=1), ISHIGAMI, 32))


def test_no_block_left_is_no_error():
    cases = ishigami(4).assign(status="failed")
    found = sobol(cases, ISHIGAMI, 4)
    assert (found["samples_kept"] == 0).all()
    assert found["total"].isna().all()


def test_a_design_that_is_not_whole_is_said():
    with pytest.raises(InputError, match=r"has 320 cases; expected 65 samples x \(3 factors \+ 2\) = 325 cases"):
        sobol(ishigami(64), ISHIGAMI, 65)


def test_weak_figures_of_a_sobol_sweep(many):
    # C is built where x2 > 0: x2 alone makes it come or go
    builds = pd.DataFrame(
        [(case, plant, 2026, 1.0, 5.0) for case, x in zip(many["case"], many["x2"], strict=True)
         for plant in (["A", "C"] if x > 0 else ["A"])],
        columns=["case", "plant", "decision_year", "capacity_t_per_yr", "capex_usd"],
    )  # fmt: skip
    found = weak_figures(many, builds, ISHIGAMI, samples=4096)
    assert dict(zip(found["factor"], found["changes_decision"], strict=True)) == {"x1": "no", "x2": "yes", "x3": "no"}
    # effect: total index times standard deviation of cost; weight 2; totals 0.56, 0.44, 0.24
    assert list(found["factor"]) == ["x1", "x2", "x3"]
    indices = sobol(many, ISHIGAMI, 4096).query("outcome == 'cost_usd'")
    expected = 2 * indices["total"] * indices["standard_deviation"]
    assert list(found["score_usd"]) == pytest.approx(list(expected))
    assert row(found, factor="x2").plants == "C"
