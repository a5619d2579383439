"""By how much targets are missed, in what each asks for, from tables written by hand."""

import pandas as pd
import pytest

from model.plan.saying.misses import cell, counts, missed, worst

KEYS = ["policy_row", "buyer", "scope", "supplier", "year"]
CAP, MINE, STOCK = (
    ("share_cap.0", "EU", "magnet", "CN"),
    ("domestic_min.0", "EU", "mine"),
    ("stock_min.0", "EU", "oxide"),
)


def frame(keys, *rows):
    return pd.DataFrame(rows, columns=[*keys, "share", "limit"])


@pytest.fixture
def tables():
    """A cap missed by 5 points in 2030 and 10 in 2031, a minimum by 12 in 2030; a stock is met."""
    minima = [k for k in KEYS if k != "supplier"]
    short = [(*CAP, 2030, 1.0), (*CAP, 2031, 9000.0), (*MINE, "", 2030, 2.0)]
    return {
        "shares": frame(KEYS, (*CAP, 2030, 0.70, 0.65), (*CAP, 2031, 0.75, 0.65), (*CAP, 2032, 0.5, 0.65)),
        "benchmarks": frame(minima, (*MINE, 2030, 0.03, 0.15), (*STOCK, 2030, 0.2, 0.1)),
        "shortfalls": pd.DataFrame(short, columns=[*KEYS, "shortfall_t"]),
    }


def test_the_worst_is_the_furthest_off_and_not_the_most_tonnes(tables):
    one = worst(tables)
    assert (one.target, one.year, one.off) == ((*MINE, ""), 2030, pytest.approx(0.12))
    assert list(missed(tables)["off"]) == pytest.approx([0.05, 0.10, 0.12])
    assert counts(tables) == (2, 3)
    assert cell(tables) == "2 of 3: 12.0 points, 2030"


def test_a_stock_is_told_in_days(tables):
    tables["benchmarks"] = frame([k for k in KEYS if k != "supplier"], (*STOCK, 2033, 30 / 365, 70 / 365))
    tables["shortfalls"] = pd.DataFrame([(*STOCK, "", 2033, 4.0)], columns=[*KEYS, "shortfall_t"])
    assert cell(tables) == "1 of 2: 40.0 days, 2033"


def test_nothing_missed_and_nothing_asked(tables):
    tables["shortfalls"] = tables["shortfalls"].head(0)
    assert (worst(tables), cell(tables)) == (None, "none")
    none = {"shortfalls": tables["shortfalls"]}
    assert (worst(none), cell(none), len(missed(none))) == (None, "-", 0)
