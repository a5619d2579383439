"""The answer in some ten lines, read out of plans worked out by hand, and its units."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import model
from model.base.words import amount, bare, per_kg, rough_money, tonnes
from model.output.terminal.console import plain
from model.output.terminal.planned.plan import short
from model.plan.saying import answer
from model.plan.saying.rows import ToldShort
from tests.conftest import INSTANCES
from tests.tiny import write

UNITS = {"bn USD": 1e9, "m USD": 1e6, "USD": 1.0}


def solved(policy, name="two-country"):
    return model.solve(model.read(INSTANCES / name), policy)


@pytest.fixture(scope="module")
def cap():
    return solved("cap")


@pytest.fixture(scope="module")
def early():
    return solved("too-early")


def lines(plan):
    return [(bare(about), bare(said)) for about, said in answer.ten_lines(ToldShort(plan))]


def test_a_policy_that_is_met(cap):
    assert lines(cap) == [
        ("Answer", "Every target is met from 2033."),
        ("Decide in 2030", "1 plant, 600,000 USD: Magnets at home (Home) 30 t/yr, 600,000 USD"),
        (
            "Costs the chain",
            "460,000 USD more than no policy (7.85 %), present value of 2030; 0.86 USD per kg of home's own goods",
        ),
        ("Builds", "1 m USD of capital, 1 plant: Home"),
        ("Abroad's part", "Magnet, home: 55 %, 100 % with its content; cap by year, mean of 2033-2034"),
        (
            "Rests on",
            "0 % sourced, 0 % recalled, 100 % assumed, weighed by effect on the premium",
        ),
    ]


def test_a_policy_that_is_missed(early):
    assert lines(early)[:2] == [
        ("Answer", "The target can't be met in time."),
        (
            "Magnet, home from Abroad",
            "100.0 % of at most 60 % in 2031, 40.0 points over; missed in 2031, met from 2032",
        ),
    ]


class Changed(ToldShort):
    """A plan with one table and some of the summary in another state."""

    def __init__(self, plan, summary, **tables):
        super().__init__(plan)
        self._summary, self.changed = {**plan.summary, **summary}, tables

    @property
    def summary(self):
        return self._summary

    def __getitem__(self, table):
        return self.changed.get(table) or super().__getitem__(table)


def test_missing_goods_stand_first(cap):
    told = Changed(cap, {"unserved_goods_t": 6555.0, "unserved_t": 2202.4, "unserved_without_policy_t": 0.0})
    said = answer.headline(told)
    assert said == "6,555 t of goods are missing, 2,202 t of content. Every target is met from 2033."


def test_what_is_decided_now_is_a_table(cap):
    (one,) = answer.decide_now(ToldShort(cap))
    row = cap["builds"].iloc[0]
    assert (one.plant, one.region, one.year) == ("A_MAGNET", row["region"], 2030)
    assert (one.capacity_t_per_yr, one.capex_usd) == (row["capacity_t_per_yr"], row["capex_usd"])
    assert one.runs.startswith("runs at ")


@pytest.mark.parametrize("which", ["cap", "early"])
def test_no_line_is_longer_than_80_columns_and_none_is_cut(which, request):
    plan = request.getfixturevalue(which)
    shown = plain(short(plan))
    assert max(map(len, shown.splitlines())) <= 80
    assert len(shown.splitlines()) <= 20
    assert "…" not in shown


@given(st.floats(-1e13, 1e13))
def test_rough_money_is_within_half_a_percent_and_well_read(usd):
    said = rough_money(usd)
    figure, unit = said.split(" ", 1)
    value = float(figure.replace(",", ""))
    assert math.isclose(value * UNITS[unit], usd, rel_tol=0.0051, abs_tol=0.51)
    assert "e" not in figure
    assert unit == "bn USD" or abs(value) < 1e6


@given(st.floats(0, 1e9))
def test_tonnes_are_whole_or_have_one_digit_below_ten(t):
    figure, _ = tonnes(t).split(" ")
    assert abs(float(figure.replace(",", "")) - t) <= (0.0501 if t < 9.95 else 0.501)


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("none", "3.0 t of Oxide (Home) in 2030; a stock has no worth after 2032"),
        ("all", "3.0 t of Oxide (Home) in 2032; a stock has no worth after 2032"),
    ],
)
def test_a_stock_that_is_used_up_is_said(tmp_path, policy, said):
    plan = model.solve(model.read(write(tmp_path / "tiny")), policy)
    found = dict(lines(plan)).get("Used up", "")
    assert plan.summary["stocks_used_up"][0]["commodity"] == "oxide"
    assert found == said, plan["stocks"]


def test_less_than_a_tenth_of_a_tonne_has_two_figures():
    assert [amount(t) for t in (0.0351, -0.0351, 0.00012, 0.0, -0.0, 1.88)] == [
        "0.035", "-0.035", "0.00012", "0", "0", "1.9"
    ]  # fmt: skip


def test_cheap_goods_and_small_sums_keep_three_figures():
    assert rough_money(0.2345) == "0.234 USD"
    assert per_kg(0.00261) == "0.00261"
    assert per_kg(0.86) == "0.86"
