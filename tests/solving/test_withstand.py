"""Crises by hand: how long a place that is cut off lasts, and what it costs to last longer."""

from __future__ import annotations

import pytest

from model.base.words import bare
from model.plan.saying.answer import ten_lines
from model.plan.saying.rows import Told
from tests.siege import ROW, TABLES, besieged

FIRST = "from = 2030\nto = 2030\n"


def missing(plan):
    return plan["shortfalls"].set_index("year")["shortfall_t"].round(6).to_dict()


@pytest.mark.parametrize(
    ("months", "short"),
    # 30 t of stock and 4 t a month of its own are used by 10 t a month: after 30 / (10 - 4) = 5 months nothing is left
    [(0, 0), (5, 0), (5.5, 3), (6, 6), (18, 78)],
)
def test_a_stock_of_thirty_lasts_five_months(tmp_path, months, short):
    plan = besieged(tmp_path, f"{ROW}months = {months}\n{FIRST}")
    assert missing(plan) == ({2030: pytest.approx(short)} if short else {})


def test_months_that_are_none_change_nothing(tmp_path):
    asked, none = besieged(tmp_path / "a", f"{ROW}months = 0\n"), besieged(tmp_path / "b", "")
    assert asked.summary["cost_usd"] == none.summary["cost_usd"]
    assert [q["years"] for q in asked.summary["asks_nothing"]] == [[2030, 2031, 2032]]
    assert not len(asked["withstand"])


@pytest.mark.parametrize(
    ("row", "short"),
    [
        # half of the use is asked for: 5 a month, 1 more than is made
        ("months = 6\nserve = 0.5\n", 0),
        # 3.6 of 4 months' 40 t, less 30 + 16
        ("months = 24\nserve = 0.9\n", 24 * 9 - 30 - 96),
        # defence alone: 1 a month of the 4 that are made; both rows at once: the first asks no more than the second
        ('months = 24\nsectors = ["defence"]\n', 0),
        ('months = 24\nsectors = ["cars"]\n', 24 * 9 - 30 - 96),
    ],
)
def test_what_must_be_served(tmp_path, row, short):
    assert sum(missing(besieged(tmp_path, ROW + row + FIRST)).values()) == pytest.approx(short)


def test_defence_first(tmp_path):
    """Two rows: each is a crisis of its own, so the year of defence and the months of all don't add up."""
    rows = f'{ROW}months = 18\nsectors = ["defence"]\n{FIRST}{ROW}months = 6\n{FIRST}'
    found = besieged(tmp_path, rows)["shortfalls"]
    assert found[["policy_row", "shortfall_t"]].to_numpy().tolist() == [["withstand.1", pytest.approx(6)]]


def test_two_buyers_and_one_store(tmp_path):
    """A and C use 10 t a month each; 30 t of oxide lie at A, whose press serves both: a month and a half."""
    demand = TABLES["demand"] + "magnet,C,cars,2030,120,90000\nmagnet,C,cars,2032,120,90000\n"
    store = "commodity,region,initial,capacity,holding_cost,loss_rate\noxide,A,30,30,7,0\n"
    capacity = "plant,year,capacity\nA_MAG,2030,9000\nB_OX,2030,9000\nB_MAG,2030,9000\nC_MAG,2030,9000\n"
    tables = {"demand": demand, "stockpiles": store, "capacity": capacity}
    both = ROW.replace('buyer = "A"', 'buyers = ["home", "C"]')
    for months, row, short in ((1.5, both, 0), (2, both, 10), (3, ROW, 0), (4, ROW, 10)):
        plan = besieged(tmp_path / f"{months}", f"{row}months = {months}\n{FIRST}", **tables)
        assert sum(missing(plan).values()) == pytest.approx(short)
    # asked for C too, as one of the others: half of its 10 a month
    plan = besieged(tmp_path / "others", f"{ROW}months = 4\nothers = 0.5\n{FIRST}", **tables)
    assert sum(missing(plan).values()) == pytest.approx(4 * 15 - 30)


@pytest.mark.parametrize(
    ("row", "short"),
    [
        ('suppliers = ["B"]\n', 6),  # C has no oxide of its own: it stands behind B
        ('suppliers = ["C"]\n', 0),  # B's magnets still come
        ('suppliers = ["B"]\nstages = ["magnet"]\n', 0),  # C presses B's oxide
        ('suppliers = ["B"]\ncommodities = ["oxide"]\n', 0),  # B's magnets still come
        ('together = "both"\n', 0),  # A in the set still makes, draws and is served, and B still ships
        ("", 6),  # each third country, one by one: B's stop alone hurts
        ('suppliers = ["both"]\n', 0),
    ],
)
def test_who_stops_what(tmp_path, row, short):
    plan = besieged(tmp_path, f'[[withstand]]\nbuyer = "A"\nmonths = 6\n{row}{FIRST}')
    assert sum(missing(plan).values()) == pytest.approx(short)


def test_the_price_of_lasting_longer(tmp_path):
    """Three months in 2031: 30 - 12 = 18 t must lie there at the end of 2030, a year before they are used.

    They come from B at 100 + 300 + 10 USD/t: bought in 2030 and not in 2031, held for 7 USD/t, used in 2031. The 30 t
    that lie there at first are used in 2030 without policy, when nothing else must be bought: 18 of them stay now, and
    18 more are bought in 2030 instead of 2031.
    """
    plan = besieged(tmp_path, f"{ROW}months = 3\nfrom = 2031\nto = 2031\n")
    assert plan.compliant
    assert plan.summary["premium_usd"] == pytest.approx(18 * (410 + 7 - 410 / 1.05))
    stock = plan["stocks"].set_index("year")["stock_t"]
    assert stock[2030] == pytest.approx(18)
    (crisis,) = plan["withstand"].to_dict("records")
    assert (crisis["asked_t"], crisis["served_t"]) == (pytest.approx(30), pytest.approx(30))
    # one percentage point less: 0.3 t less in stock, in money of 2031
    point = 0.3 * (410 + 7 - 410 / 1.05) * 1.05
    assert crisis["shadow_price_usd_per_pt"] == pytest.approx(point)


def test_in_the_answer(tmp_path):
    plan = besieged(tmp_path, f'{ROW}months = 6\n[[withstand]]\nbuyer = "A"\nmonths = 3\nfrom = 2031\n')
    said = {bare(about): bare(line) for about, line in ten_lines(Told(plan))}
    assert said["6 months without Supplier"] == (
        "10.0 % of what Home must be served is missing in 2030; missed in 2030-2032, to the end"
    )
    assert said["Withstands"] == "3 months without any of 2 suppliers in 2031-2032"


def test_more_months_never_cost_less(tmp_path):
    plans = [besieged(tmp_path / str(m), f"{ROW}months = {m}\nfrom = 2031\n") for m in (1, 3, 5, 8)]
    cost = [p.summary["cost_usd"] for p in plans]
    assert cost == sorted(cost)
    short = [p.summary["shortfall_t"] for p in plans]
    assert short == sorted(short)
    assert short[-1] == pytest.approx(2 * 18)  # 80 - 32 - 30 in each of two years
