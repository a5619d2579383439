"""Goal 1 by row: no buyer is served less in any year than in the cheapest plan without policy, whatever is asked for.

Home ``A`` makes 10 t of magnets a year until something is built, which is on stream from 2031 on.
"""

import pytest

import model
from model.solving.goals.orders import GOALS
from tests.tiny import TABLES, write

CAP = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0\nmeasure = "direct"\n'
HEAD = "commodity,region,sector,year,quantity,shortage_cost\n"
ONLY_OXIDE = "commodity,origin,destination,freight,tariff,max_flow,from,to\noxide,*,home,200,0.1,,,\n"


def unserved(plan, column="unserved_t"):
    """Tonnes by region, sector and year."""
    rows = plan["demand"]
    return {
        (r, s, int(y)): t for r, s, y, t in zip(*(rows[c] for c in ("region", "sector", "year", column)), strict=True)
    }


@pytest.fixture
def toys(tmp_path):
    """B wants 50 t of magnets a year for toys that aren't worth what magnets cost: without policy it gets none."""
    rows = HEAD + "magnet,A,cars,2030,100,90000\nmagnet,A,cars,2032,120,90000\nmagnet,B,toys,2030,50,500\n"
    return model.read(write(tmp_path / "tiny", policies={"cap": CAP}, demand=rows + "magnet,B,toys,2032,50,500\n"))


@pytest.mark.parametrize("goal", GOALS)
def test_no_cap_is_kept_by_serving_another_buyer_in_another_year(toys, goal):
    # in 2030 home could keep its cap by leaving 90 t unserved alone; as much for toys later would hide that in a sum
    plan = model.solve(toys, "cap", goal=goal)
    expected = {("A", "cars", y): 0.0 for y in (2030, 2031, 2032)} | {
        ("B", "toys", y): 50.0 for y in (2030, 2031, 2032)
    }
    assert unserved(plan) == pytest.approx(expected, abs=1e-6)
    assert unserved(plan, "unserved_without_policy_t") == pytest.approx(expected, abs=1e-6)
    missed = plan["shortfalls"].set_index("year")["shortfall_t"]
    assert missed[2030] == pytest.approx(0.5 * 90, rel=1e-6)


def test_unserved_demand_is_told_in_goods_and_in_content(toys):
    summary = model.solve(toys, "cap").summary
    assert summary["unserved_goods_t"] == summary["unserved_goods_without_policy_t"] == pytest.approx(150)
    assert summary["unserved_t"] == summary["unserved_without_policy_t"] == pytest.approx(75)


def test_goods_without_content_are_served_too(tmp_path):
    # magnets without content: what is unserved of them weighs nothing in tonnes of content
    goods = TABLES["commodities"].replace("Magnet,magnet,0.5", "Magnet,magnet,0")
    folder = write(
        tmp_path / "tiny",
        policies={"cap": CAP + 'weight = "tonnes"\n', "all": 'title = "Nothing"\n'},
        commodities=goods,
    )
    plan = model.solve(model.read(folder), "cap")
    assert sum(unserved(plan).values()) == pytest.approx(0, abs=1e-6)
    assert plan["shortfalls"].set_index("year")["shortfall_t"][2030] == pytest.approx(90)


def test_the_least_harm_where_a_budget_leaves_no_choice(tmp_path):
    # no magnets come from abroad. Without policy 40 and then 20 t/yr are built: 10, 30 and 60 t for cars, no toys.
    # A budget of nothing leaves 10 t/yr, and cars are dearer to miss: 20 + 50 t at 90,000 USD
    demand = HEAD + "magnet,A,cars,2030,100,90000\nmagnet,A,cars,2032,120,90000\nmagnet,A,toys,2030,5,80000\n"
    demand += "magnet,A,toys,2032,5,80000\n"
    asked = CAP.replace("max = 0", "max = 0.5") + "[[budget]]\nmax = 0\n"
    folder = write(tmp_path / "tiny", policies={"broke": asked}, demand=demand, lanes=ONLY_OXIDE)
    plan = model.solve(model.read(folder), "broke")
    left, before = unserved(plan), unserved(plan, "unserved_without_policy_t")
    assert [before["A", "cars", y] for y in (2030, 2031, 2032)] == pytest.approx([90, 80, 60])
    assert [left["A", "cars", y] for y in (2030, 2031, 2032)] == pytest.approx([90, 100, 110])
    assert plan.solved.outcome.harm == pytest.approx((20 + 50) * 0.09, rel=1e-6)
    assert plan.compliant


def test_a_frontier_is_not_tightened_by_serving_another_buyer(toys):
    # home makes at most 10 of 100 t in 2030 and 60 of 120 t in 2032
    found = model.frontier(toys, "cap", caps=[0.95, 0.85], years=[2030, 2032]).table
    tightest = found[found["kind"] == "tightest_cap"].set_index("year")["cap"]
    assert tightest.to_dict() == pytest.approx({2030: 0.9, 2032: 0.5}, abs=1e-6)
