"""The regret of a sweep's plans on two-country, worked out by hand."""

from __future__ import annotations

import pytest

from model.analysis.sweeps.running.run import sweep
from tests.analysis.sweeps.same import asked

FACTOR = """
[[factor]]
name = "what"
values = {values}
edit = [{{ table = "{table}", column = "{column}", op = "{op}" }}]
"""
HEAD = 'design = "grid"\npolicies = ["cap"]\nregret = true\n'
D = [1.05**-n for n in range(6)]
ANNUITY = 20_000 * 1.155 * 0.1 / (1 - 1.1**-10)
NONE = 100 * 11_000 * sum(D)
EXTRA = (ANNUITY + 1000) * (30 * sum(D[2:]) + 20 * sum(D[3:])) - 2000 * (15 * D[2] + 40 * D[3] + 50 * D[4] + 50 * D[5])
"""What the cap costs beyond imports alone: the README's sum."""


def regrets(two, tmp_path, **factor):
    cases = asked(tmp_path, HEAD + FACTOR.format(**factor))
    frame = sweep(two, cases, tmp_path / "out", workers=1)["regret"]
    return {(r["case"], r["under"]): r for r in frame.to_dict("records")}


def test_regret_of_demand_by_hand(two, tmp_path):
    """With 120 t of demand the plan is 1.2 times the README's: 36 t/yr decided in 2030, 24 in 2031.

    The plan for 100 t leaves 80 t of imports in 2033 where 72 may be, and 70 in 2034 where 60 may be: 8 + 10 t of
    magnets, half of that in oxide. The plan for 120 t, kept under 100 t, runs full: 1.2 times the extra cost.
    """
    found = regrets(two, tmp_path, values=[1, 1.2], table="demand", column="quantity", op="scale")
    kept, more = found[1, 2], found[2, 1]
    assert kept["cost_usd"] == pytest.approx(1.2 * NONE + EXTRA, rel=1e-9)
    assert (kept["status"], kept["shortfall_t"]) == ("missed", pytest.approx(9))
    # of 120 t: 80 where 72 may be, 70 where 60 may be: 10 of 120 is further off, 8.3 points in 2034
    assert (kept["worst_miss"], kept["worst_miss_year"]) == (pytest.approx(10 / 120), 2034)
    assert (kept["targets_missed"], kept["regret_worst_miss"]) == (1, pytest.approx(10 / 120))
    assert kept["worst_miss_target"] == "share of any one supplier: Magnet in home from Abroad"
    assert kept["regret_usd"] == pytest.approx(-0.2 * EXTRA, rel=1e-6)
    assert kept["regret_shortfall_t"] == pytest.approx(9)
    assert (more["status"], more["shortfall_t"], more["not_built_t_per_yr"]) == ("met", 0, 0)
    assert more["regret_usd"] == pytest.approx(0.2 * EXTRA, rel=1e-6)


def test_regret_of_lead_time_by_hand(two, tmp_path):
    """With five years a decision of 2030 runs in 2035 at one half, one of 2031 comes too late: 20 t/yr are lost.

    Either way 40 + 50 t of magnets too many are imported: 45 t of oxide. 15 t made at home save 2000 USD each, just
    what 30 t/yr cost in fixed costs; what is left to regret is the annuity, with interest over five years. The plan
    for five years builds nothing, and under two years misses the same 45 t.
    """
    found = regrets(two, tmp_path, values=[2, 5], table="plants", column="lead_time", op="set")
    kept, other = found[1, 2], found[2, 1]
    interest = sum(1.1**n for n in range(1, 6)) / 5
    assert kept["regret_usd"] == pytest.approx(30 * ANNUITY / 1.155 * interest * D[5], rel=1e-6)
    assert (kept["shortfall_t"], kept["regret_shortfall_t"]) == (pytest.approx(45), pytest.approx(0, abs=1e-6))
    assert kept["not_built_t_per_yr"] == pytest.approx(20)
    assert other["cost_usd"] == pytest.approx(NONE, rel=1e-9)
    assert (other["regret_usd"], other["regret_shortfall_t"]) == (pytest.approx(-EXTRA, rel=1e-6), pytest.approx(45))
