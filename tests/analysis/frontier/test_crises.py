"""How long a crisis may last, from which year, and what a month costs: by hand, and as its user asks for it."""

from __future__ import annotations

import pytest

import model
from model.analysis.frontier.writing import OF_CRISES
from model.base.problems import InputError
from model.base.words import money_unit
from model.output.report.months import months_page, write_months_report
from tests.siege import ROW, TABLES
from tests.tiny import write

PLANT = "A_NEW,New,whole,A,800,0,9000,1,10,100,,,\n"


@pytest.fixture
def instance(tmp_path):
    tables = {**TABLES, "plants": TABLES["plants"] + PLANT}
    asked = {"all": ROW + "months = 8\n", "asked": ROW + "months = 8\n", "capped": ""}
    return model.read(write(tmp_path / "siege", asked, **tables))


def test_months_years_and_what_a_month_costs(instance, tmp_path):
    """5 months can be had at once: 30 t of stock and 4 t a month of 10. From 2031 on a new plant lets it be any length.

    Two months ask for 12 t in stock at the end of 2030 and of 2031, five for all 30: the cost goes with the tonnes.
    """
    edge = model.withstanding(instance, "asked", months=[8, 2, 5])
    table = edge.table.set_index("months")
    assert table["earliest_year"].to_dict() == {2: 2030, 5: 2030, 8: 2031}
    assert table["met"].to_dict() == {2: "yes", 5: "yes", 8: "no"}
    assert table["shortfall_t"][8] == pytest.approx(18)
    assert table["served_share"][8] == pytest.approx(1 - 18 / 240)
    two, five = table["premium_usd"][2], table["premium_usd"][5]
    assert five == pytest.approx(two * 30 / 12)
    assert table["premium_per_month_usd"][5] == pytest.approx((five - two) / 3)
    for months in (2, 8):
        assert model.solve(instance, "asked", {"withstand.0.months": months}).summary["cost_usd"] == pytest.approx(
            table["cost_usd"][months]
        )
    again = model.withstanding(instance, "asked", months=[2], serve=[0.5, 1], years=[2031, 2032], workers=1)
    assert again.table[["serve", "year"]].to_numpy().tolist() == [[0.5, 2031], [0.5, 2032], [1, 2031], [1, 2032]]
    edge.write(tmp_path / "out", model.draw_months, write_months_report)
    files = {p.name for p in (tmp_path / "out").iterdir()}
    assert files == {*OF_CRISES, "frontier.png", "frontier.svg", "summary.json", "datapackage.json"}
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "it can be had from 2031 on" in page
    assert page.count("<circle") == 3
    assert page.count("fill='var(--paper)'") == 1  # 18 t are missing of eight months alone
    figure = money_unit(table["premium_usd"], least=1e6)[0]
    assert f"{table['premium_usd'][8] / figure:,.2f}, 18 t missing" in page
    assert "<circle" in months_page(again)


def test_what_nobody_serves_in_quiet_years_is_told_too(tmp_path):
    capacity = TABLES["capacity"].replace("B_MAG,2030,9000", "B_MAG,2030,60").replace("C_MAG,2030,9000", "C_MAG,2030,1")
    tables = {**TABLES, "capacity": capacity}
    instance = model.read(write(tmp_path / "siege", {"all": ROW + "months = 2\n"}, **tables))
    (row,) = model.withstanding(instance, "all", months=[2]).table.to_dict("records")
    # 120 t a year asked for, 109 made, and 30 t in stock that nothing refills without starving somebody
    assert row["unserved_goods_t"] == pytest.approx(3 * 11 - 30)
    assert row["met"] == "no"


def test_wrong_questions(instance):
    with pytest.raises(InputError) as refused:
        model.withstanding(instance, "asked", months=[0], serve=[2], years=[2050], rows=["withstand.1"])
    nearest = {p.file: p.nearest for p in refused.value.problems}
    assert nearest == {"--row": "withstand.0", "--months": "", "--serve": "", "--years": ""}
    with pytest.raises(InputError, match="there is no crisis to vary"):
        model.withstanding(instance, "capped")
