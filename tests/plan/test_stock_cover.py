"""Stocks in the words of the Act: days of net imports asked for and told, and days and per cent of use beside them."""

from __future__ import annotations

import pytest

from tests.siege import besieged

ROW = '[[stock_min]]\nbuyer = "home"\ncommodities = ["magnet"]\ndays = 73\nbasis = "net_imports"\n'


def test_days_of_the_net_imports_of_the_year_before(tmp_path):
    """B is cheapest, so all of A's 120 t come from there.

    Each tonne of the 30 that is kept in 2030 is bought there once more, and asks for a fifth of a tonne at the end of
    2031; but then 0.8 t less come in 2031, so 0.16 t less must lie there at the end of 2032, and 0.36 t less come in
    that year: 417 - (0.8 * 410 - 0.2 * 7) / 1.05 - (0.36 * 410 + 0.16 * 7) / 1.05^2 < 0. All 30 t are kept: 120 t come
    in 2030, 24 t lie there at the end of 2031, so 114 came in it, and 22.8 t at the end of 2032.
    """
    plan = besieged(tmp_path, ROW)
    assert plan.compliant
    stock = plan["stock_cover"].set_index(["place", "year"])
    held = {2030: 30, 2031: 24, 2032: 22.8}
    assert stock["stock_t"].to_dict() == {(p, y): pytest.approx(t) for p in ("A", "home") for y, t in held.items()}
    found = stock.loc["home"].loc[2032]
    assert found["net_imports_t"] == pytest.approx(114)
    assert found["days_of_net_imports"] == pytest.approx(73)
    assert found["use_t"] == pytest.approx(120)
    assert found["days_of_use"] == pytest.approx(22.8 / 120 * 365)
    assert found["share_of_use"] == pytest.approx(0.19)
    rows = plan["benchmarks"].set_index("year")
    assert rows["needed_t"].to_dict() == {2031: pytest.approx(24), 2032: pytest.approx(22.8)}
    # one point of the 114 t less: 1.14 t less are bought in the last year, and held at its end
    assert rows["shadow_price_usd_per_pt"][2032] == pytest.approx(1.14 * (410 + 7))


def test_sectors_of_a_traced_cap(tmp_path):
    """Defence takes none of B's content: the stock, of no origin, is kept for its 12 t a year; the cars go on.

    24 t are bought from B in 2030 that were not, at 410 USD/t, and held for 7; 12 t less come in 2031, when the last 12
    are held, and in 2032.
    """
    row = '[[share_cap]]\nbuyer = "A"\nstages = ["magnet"]\nmeasure = "traced"\ntraced = "B"\nmax = 0\n'
    plan = besieged(tmp_path, row + 'sectors = ["defence"]\nfrom = 2031\n')
    assert plan.compliant
    served = plan["served"].set_index(["sector", "content", "year"])["served_t"].to_dict()
    assert served["defence", "free", 2032] == pytest.approx(12)
    assert served["cars", "traced", 2032] == pytest.approx(108)
    assert plan.summary["premium_usd"] == pytest.approx(24 * 417 - 12 * (410 - 7) / 1.05 - 12 * 410 / 1.05**2)
    assert plan["shares"].set_index("year")["consumption_t"][2031] == pytest.approx(12)
