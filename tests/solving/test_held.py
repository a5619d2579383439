"""The tightest level of one limit (Dinkelbach) and of several together (Newton), on two decisions by hand.

One buyer: for 1 kt from abroad, and a quarter of what is made at home comes from abroad too; at most 2 kt are made at
home. Two buyers: they need 2 and 4 kt, each made at home or brought from abroad, and 3 kt can be made at home in all.
"""

import numpy as np
import pytest

from model.compiling.arrays import Span, Sparse, sparse_row, stacked
from model.formulation import MEASURES
from model.instance.policy.kinds import programme_rows, shortfalls
from model.instance.policy.targets import DomesticMin, ShareCap
from model.solving.goals.targets import Limit
from model.solving.held import PROOF, HeldProgramme
from model.solving.programme import Arrays

NOTHING = Sparse(np.zeros(2, np.int32), np.zeros(0, np.int32), np.zeros(0), np.zeros(1))


def arrays(columns, rows, caps, upper, cost):
    """A programme: ``rows`` are (coefficients by column, lower, upper), the last ``caps`` of them share caps."""
    first = len(columns) - caps
    nobody = {name: Span(first, []) for name in shortfalls()}
    return Arrays(
        columns={
            **nobody,
            "starved": Span(first, []),
            "share_cap_short": Span(first, [(str(i),) for i in range(caps)]),
        },
        rows={
            **{name: Span(len(rows), []) for name in (*programme_rows(), "not_starved")},
            "share_cap": Span(len(rows) - caps, [(str(i),) for i in range(caps)]),
        },
        matrix=stacked([_row({columns.index(c): v for c, v in row.items()}) for row, _, _ in rows]),
        row_lower=np.array([lower for _, lower, _ in rows]),
        row_upper=np.array([upper for _, _, upper in rows]),
        lower=np.zeros(len(columns)),
        upper=np.array(upper),
        cost=np.array(cost),
        constant=0.0,
        ledger=NOTHING,
        ledger_index=[],
        goals=dict.fromkeys(MEASURES, NOTHING),
    )


def _row(coefficients):
    return sparse_row(np.array(list(coefficients), np.int32), np.array(list(coefficients.values()), float))


def limit(kind, row, short, column, value, *, base_column=-1, fixed_base=0.0, constant=0.0):
    """A limit on one column's amount."""
    common = ("share_cap.0", "us", "magnet", ("A",), ("magnet",), {2030: 0.1}, "tonnes")
    target = ShareCap(*common, "direct", ()) if kind == "cap" else DomesticMin(*common, "capacity", None)
    columns, values = np.array([column], np.int32), np.array([value])
    return Limit(target, "", "2030", 2030, row, short, base_column, fixed_base, columns, values, constant, 1.0)


def one_buyer(kind, most_home=2.0):
    """Abroad = 1 + home / 4; the share of ``abroad`` (a cap) or of ``home`` (a minimum) in what is used."""
    wanted, sign = ("abroad", 1.0) if kind == "cap" else ("home", -1.0)
    rows = [
        ({"abroad": 1, "home": 1, "used": -1}, 0.0, 0.0),
        ({"abroad": 1, "home": -0.25}, 1.0, 1.0),
        ({wanted: 1, "used": -0.1, "short": -sign}, *((-np.inf, 0.0) if kind == "cap" else (0.0, np.inf))),
    ]
    columns = ["abroad", "home", "used", "short"]
    held = HeldProgramme(arrays(columns, rows, 1, [np.inf, most_home, np.inf, np.inf], [1.0, 2.0, 0.0, 0.0]))
    return held, limit(kind, 2, 3, columns.index(wanted), 1.0, base_column=2)


@pytest.mark.parametrize(("kind", "level"), [("cap", 1.5 / 3.5), ("min", 2 / 3.5)])
def test_the_tightest_level_of_one_limit(kind, level):
    # home = 2: 1.5 kt of 3.5 come from abroad; the cheapest plan makes nothing at home and has a share of 1 (of 0)
    held, one = one_buyer(kind)
    start = held.least("cheapest")
    assert start.x[:2].tolist() == [1.0, 0.0]
    found, point = held.tightest([one], start, 0.1)
    assert found == pytest.approx(level, abs=PROOF)
    assert point.x[:3] == pytest.approx([1.5, 2.0, 3.5])


def test_a_level_below_the_tightest_is_out_of_reach():
    held, one = one_buyer("cap")
    level, _ = held.tightest([one], held.least("cheapest"), 0.1)
    held.set_level([one], level - 10 * PROOF)
    assert held.least("beyond") is None


def test_a_minimum_without_end_has_none():
    # nothing stops what is made at home: its share comes as near to 1 / 1.25 as anyone likes, and no nearer
    held, one = one_buyer("min", most_home=np.inf)
    level, _ = held.tightest([one], held.least("cheapest"), 0.1)
    assert level == pytest.approx(0.8, abs=2e-3)


def two_buyers(most_home=3.0):
    """``home1 + home2 <= 3``; caps on ``2 - home1`` of 2 kt and ``4 - home2`` of 4 kt, at most a tenth each."""
    rows = [
        ({"home1": 1, "home2": 1}, -np.inf, most_home),
        ({"home1": 1}, -np.inf, 2.0),
        ({"home2": 1}, -np.inf, 4.0),
        ({"home1": -1, "short1": -1}, -np.inf, 0.2 - 2),
        ({"home2": -1, "short2": -1}, -np.inf, 0.4 - 4),
    ]
    columns = ["home1", "home2", "short1", "short2"]
    held = HeldProgramme(arrays(columns, rows, 2, [np.inf] * 4, [1.0, 2.0, 0.0, 0.0]))
    one = limit("cap", 3, 2, 0, -1.0, fixed_base=2.0, constant=2.0)
    other = limit("cap", 4, 3, 1, -1.0, fixed_base=4.0, constant=4.0)
    return held, [one, other]


def test_the_tightest_level_of_two_limits_together():
    # 2 - home1 = 2 z, 4 - home2 = 4 z and home1 + home2 = 3: z = 1/2
    held, both = two_buyers()
    start = held.least("cheapest")
    level, point = held.tightest(both, start, 0.1)
    assert level == pytest.approx(0.5, abs=PROOF)
    assert point.x[:2] == pytest.approx([1.0, 2.0], abs=1e-6)
    held.set_level(both, level - 10 * PROOF)
    assert held.least("beyond") is None


def test_newton_takes_one_level_where_what_is_missed_is_a_line():
    # 0.4087 is the first level out of reach: 6 (0.5 - 0.4087) kt are missed, the bases are 6 kt, and 1/2 comes next;
    # before it each level that can be had leads seven tenths of the way on from 0.1, after it comes the proof
    held, both = two_buyers()
    held.tightest(both, held.least("cheapest"), 0.1)
    levels = [float(run.name.split()[1]) for run in held.runs if run.name.startswith("level")]
    assert levels == pytest.approx([0.73, 0.541, 0.4087, 0.5, 0.5], abs=1e-6)


def test_limits_that_can_be_met_beyond_all_interest():
    # 5.5 kt at home leave 0.5 kt for both: a twelfth, but nobody asks for less than a tenth
    held, both = two_buyers(most_home=5.5)
    level, _ = held.tightest(both, held.least("cheapest"), 0.1)
    assert level == pytest.approx(0.1, abs=PROOF)


def test_a_goal_that_is_added_later_stands_behind_the_programme():
    held, (one, _) = two_buyers()
    assert len(held.added) == 3
    copy = held.copied(one)
    assert (copy.row, len(held.added)) == (8, 4)
    held.set_level([copy], 0.25)
    assert held.row_upper[8] == pytest.approx(0.25 * 2 - 2)
    assert held.least("a quarter of one buyer's").x[0] == pytest.approx(1.5)
