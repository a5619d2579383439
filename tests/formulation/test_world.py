"""Quotas, contracts, trade that doesn't jump, costs that move and plants that close: optima worked out by hand.

The tiny instance: A wants magnets (100, 110, 120 t in 2030 to 2032, else 90,000 USD/t), B makes them for 7,000 USD/t of
oxide that costs it 4,000 USD/t (half a tonne a tonne), and ships them for 500 USD/t and a tariff of 5 % of 10,000: in
all 10,000 USD/t with oxide. A makes 10 t itself. From 2032 no more than 70 t come
from B. Here A can build nothing and keeps no stock.
"""

from __future__ import annotations

import pytest

import model
from model.base.problems import InputError
from tests import tiny

RATE = 1.05
LANES = tiny.TABLES["lanes"]
FALLING = (
    "commodity,origin,destination,freight,tariff,max_flow,from,to,fall,switch_cost\n"
    "oxide,*,home,200,0.1,,,,,\nmagnet,B,A,500,0.05,,,,{fall},400\nmagnet,B,A,500,0.05,{limit},2032,,,\n"
)


PLANTS = tiny.TABLES["plants"].replace("6500,900,,20000,1,1,2,0.1,60,40,,", "6500,900,,,,,,,,,,")
"""Nothing can be built."""
NO_STOCK = tiny.TABLES["stockpiles"].splitlines()[0] + "\n"


def solved(folder, policy="none", policies=None, **tables):
    tables = {"plants": PLANTS, "stockpiles": NO_STOCK, **tables}
    return model.solve(tiny.write(folder / "tiny", policies, **tables), policy)


def cost(plan, term):
    by = plan["costs"].groupby(["term", "year"])["cost_usd"].sum()
    return dict(by[term]) if term in set(plan["costs"]["term"]) else {}


def test_a_quota_is_shared_by_all_lanes_of_its_name_each_once(tmp_path):
    """Two rows speak of the lane B to A in 2031: it counts once; 60 t come, A makes 10 and 40 of 110 are missing."""
    rows = "quota,commodity,origin,destination,from,to,max_flow\nq,magnet,B,*,,,60\nq,magnet,abroad,home,2031,2031,60\n"
    plan = solved(tmp_path, quotas=rows)
    assert plan["quotas"]["shipped_t"].tolist() == pytest.approx([60, 60, 60])
    assert plan["demand"]["unserved_t"].tolist() == pytest.approx([30, 40, 50])
    # one more tonne in 2030 saves a shortage of 90,000 and costs 10,000 from B
    assert plan["quotas"]["shadow_price_usd_per_t"].iloc[0] == pytest.approx(80_000)


def test_a_quota_of_the_policy_starves_before_it_breaks_and_leaves_the_plan_without_policy_alone(tmp_path):
    row = '[[quota]]\nquota = "imports"\ncommodity = "magnet"\norigin = "*"\ndestination = "home"\n'
    row += "max_flow = 50\nto = 2030\n"
    plan = solved(tmp_path, "q", {"q": row})
    assert plan["demand"]["unserved_t"].tolist() == pytest.approx([40, 0, 40])
    assert plan["demand"]["unserved_without_policy_t"].tolist() == pytest.approx([0, 0, 40])
    # 40 t of magnets at 90,000 are missing in 2030 instead of 10,000 each
    assert plan.summary["premium_usd"] == pytest.approx(40 * 80_000)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("q,magnet,A,B,,,5\n", "covers no lane"),
        ("q,magnet,*,*,,,5\n", "covers no lane"),
        ("q,magnet,B,A,,,5\nq,magnet,B,A,2032,,6\n", "share one limit"),
        ("q,magnets,B,A,,,5\n", "is not a known commodity or stage"),
        ("q,magnet,B,A,,,\n", "a value is needed"),
    ],
)
def test_a_quota_that_cannot_be_meant_is_said(tmp_path, rows, said):
    with pytest.raises(InputError, match=said):
        solved(tmp_path, quotas="quota,commodity,origin,destination,from,to,max_flow\n" + rows)


def test_a_policy_may_not_set_a_quota_of_the_instance(tmp_path):
    table = "quota,commodity,origin,destination,from,to,max_flow\nq,magnet,B,*,,,60\n"
    row = '[[quota]]\nquota = "q"\ncommodity = "magnet"\norigin = "B"\ndestination = "A"\nmax_flow = 50\n'
    with pytest.raises(InputError, match="is the name of a quota of the instance"):
        solved(tmp_path, "q", {"q": row}, quotas=table)


def test_contracts_are_kept_or_paid_for_and_a_tonne_keeps_one(tmp_path):
    """90, 100 and 70 t of magnets come from B: 95 t are promised, so 5, 0 and 25 are broken.

    Oxide for A's 10 t of magnets is 5 t, from B, which is cheaper by 2,000 a tonne than C; C's own contract of 5 t at
    50 is broken, and that at 3,000 on the same lane is kept.
    """
    rows = "contract,commodity,origin,destination,from,to,min_flow,break_cost\n"
    plan = solved(tmp_path, contracts=rows + "c,magnet,B,A,,,95,1000\nd,oxide,C,A,2031,2031,5,50\n")
    assert cost(plan, "contracts") == pytest.approx({2030: 5_000, 2031: 250, 2032: 25_000})
    dear = solved(tmp_path / "2", contracts=rows + "d,oxide,C,A,2031,2031,5,50\nd,processing,C,A,2031,2031,5,3000\n")
    # one of the two can be kept by the 5 t that A uses: the dearer; 2,000 + freight alike
    assert dear["deliveries"]["kept_t"].tolist() == pytest.approx([5])
    assert cost(dear, "contracts") == pytest.approx({2031: 250})


def test_a_contract_is_broken_rather_than_a_cap_missed(tmp_path):
    rows = "contract,commodity,origin,destination,from,to,min_flow,break_cost\nc,oxide,B,A,2031,2031,5,100000\n"
    cap = '[[share_cap]]\nbuyer = "home"\nstages = ["processing"]\nsuppliers = ["B"]\nmax = 0\nfrom = 2031\nto = 2031\n'
    plan = solved(tmp_path, "cap", {"cap": cap}, contracts=rows)
    assert plan.summary["compliant"]
    assert cost(plan, "contracts") == pytest.approx({2031: 500_000})


def test_a_lane_that_falls_further_than_is_free_is_paid(tmp_path):
    """120 t came from B in 2029, 90 come in 2030: a tenth is free, 108 - 90 = 18 t cost 400 each.

    In 2031 100 come. In 2032 the later row has the lane whole, without a fall: going down to 70 is free.
    """
    trade = "commodity,origin,destination,quantity\nmagnet,B,A,120\n"
    plan = solved(tmp_path, lanes=FALLING.format(fall=0.1, limit=70), trade=trade)
    assert cost(plan, "switching") == pytest.approx({2030: 7_200})
    assert plan["switching"][["before_t", "shipped_t", "fell_t"]].to_numpy().ravel() == pytest.approx([120, 90, 18])


def test_a_lane_that_closes_pays_by_the_last_row_that_was_open(tmp_path):
    """100 t in 2031, closed in 2032: 0.9 * 100 * 400."""
    plan = solved(tmp_path, lanes=FALLING.format(fall=0.1, limit=0))
    assert cost(plan, "switching") == pytest.approx({2032: 36_000})


def test_fall_and_switch_cost_need_each_other(tmp_path):
    lanes = FALLING.format(fall="", limit=70)
    with pytest.raises(InputError, match="a value is needed where switch_cost is given"):
        solved(tmp_path, lanes=lanes)


def test_costs_move_linearly_between_years_and_paths_multiply(tmp_path):
    """B's oxide plant has 900 t at a fixed cost of 100: 1, 2, 3 times from 2030 to 2032, twice by the general path.

    The capital of what is decided in 2030 is halfway from 1 in 2028 to 0.5 in 2032.
    """
    head = "column,process,region,year,factor\n"
    paths = head + "fixed_cost,refine,B,2030,1\nfixed_cost,refine,B,2032,3\nfixed_cost,*,abroad,2020,2\n"
    base = solved(tmp_path)
    plan = solved(tmp_path / "2", paths=paths)
    was, now = cost(base, "fixed_existing"), cost(plan, "fixed_existing")
    assert [now[y] - was[y] for y in (2030, 2031, 2032)] == pytest.approx([90_000 * f for f in (1, 3, 5)])
    falls = head + "capex,*,*,2028,1\ncapex,*,*,2032,0.5\n"
    capex = solved(tmp_path / "3", plants=tiny.TABLES["plants"], paths=falls)
    built = capex["builds"]
    factor = 1 - 0.125 * (built["decision_year"] - 2028)
    assert len(built)
    assert built["capex_usd"].tolist() == pytest.approx((built["capacity_t_per_yr"] * 20_000 * factor).tolist())


def test_a_path_twice_in_a_year_and_an_unknown_column_are_said(tmp_path):
    head = "column,process,region,year,factor\n"
    with pytest.raises(InputError, match="the same key stands"):
        solved(tmp_path, paths=head + "capex,*,*,2030,1\ncapex,*,*,2030,2\n")
    with pytest.raises(InputError, match='"variable_cost" or "fixed_cost" or "capex"'):
        solved(tmp_path / "2", paths=head + "wacc,*,*,2030,1\n")


def closing(*plants):
    lines = PLANTS.splitlines()
    return "\n".join([lines[0] + ",may_close", *(f"{x},{int(x.split(',')[0] in plants)}" for x in lines[1:])]) + "\n"


def test_a_plant_closes_for_good_but_for_what_is_newly_listed(tmp_path):
    """B's oxide plant is to make 45 to 50 t in 2030 (for B's 90 t and A's 10), 55 in 2031 and 40 in 2032 of its 900.

    Closed capacity stays closed, so 55 t stay open from the start: 845 * 100 USD/yr are saved in 2030 and 2031, and in
    2032 what is then not needed: 70 t of B and 10 of A take 40.
    """
    base, plan = solved(tmp_path), solved(tmp_path / "2", plants=closing("B_OX"))
    was, now = cost(base, "fixed_existing"), cost(plan, "fixed_existing")
    assert [was[y] - now[y] for y in (2030, 2031, 2032)] == pytest.approx([84_500, 84_500, 86_000])
    assert plan["closures"]["open_t"].tolist() == pytest.approx([55, 55, 40])
    listed = "plant,year,capacity\nB_OX,2030,900\nB_OX,2031,45\nB_OX,2032,900\nC_OX,2031,80\nB_MAG,2030,900\n"
    again = solved(tmp_path / "3", plants=closing("B_OX"), capacity=listed + "A_MAG,2030,10\n")
    # 45 t in 2031 are all that is listed; what is listed anew in 2032 may be open again, and 40 t are
    assert again["closures"].set_index("year")["open_t"].to_dict() == pytest.approx({2030: 50, 2032: 40})


def test_what_is_closed_counts_for_no_minimum(tmp_path):
    """A's 10 t at 9,500 and a fixed cost of 900 are dearer than B's magnets by far more than freight and tariff.

    A minimum of capacity of a twelfth of A's 120 t in 2032 needs them all; what is closed before can't come back.
    """
    least = '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 0.08333333333333333\nfrom = 2032\n'
    tables = {
        "plants": closing("A_MAG").replace("6500,900", "9500,900"),
        "lanes": LANES.replace(",70,2032,", ",,2032,"),
    }
    free = solved(tmp_path, **tables)
    kept = solved(tmp_path / "2", "least", {"least": least}, **tables)
    assert free["closures"]["open_t"].tolist() == pytest.approx([0, 0, 0])
    assert not len(kept["closures"])
    assert kept.summary["compliant"]
    # 10 t at 900 a year in three years, at 5 % a year; they don't run
    assert kept.summary["premium_usd"] == pytest.approx(9_000 * (1 + 1 / RATE + 1 / RATE**2))


def test_instances_without_these_tables_have_none_of_theirs(tmp_path):
    plan = solved(tmp_path, "all", plants=tiny.TABLES["plants"], stockpiles=tiny.TABLES["stockpiles"])
    assert not {"quotas", "contracts", "deliveries", "switching", "closures"} & set(plan)


GOODS = tiny.TABLES["commodities"].replace("ree_content", "content")
HELD = "commodity,material,content\noxide,neodymium,0.75\noxide,dysprosium,0.25\nmagnet,neodymium,0.5\n"


def test_content_is_the_new_spelling_in_tables_and_policies(tmp_path):
    cap = '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 0.05\nfrom = 2032\nweight = "{}"\n'
    old = solved(tmp_path, "m", {"m": cap.format("ree_content")})
    new = solved(tmp_path / "2", "m", {"m": cap.format("content")}, commodities=GOODS)
    assert new.summary["cost_usd"] == old.summary["cost_usd"]
    with pytest.raises(InputError, match=r"commodities.csv, line 2, content"):
        solved(tmp_path / "3", commodities=GOODS.replace("processing,1,", "processing,-1,"))


def test_contents_by_material_are_the_whole_truth(tmp_path):
    """Oxide holds 0.75 of one and 0.25 of another; a content beside them must be their sum, and slag has none."""
    blank = GOODS.replace("processing,1,", "processing,,").replace("magnet,0.5,", "magnet,,").replace(",0,,1", ",,,1")
    told = solved(tmp_path, commodities=blank, contents=HELD)
    assert told.instance.content == {"oxide": 1.0, "slag": 0.0, "magnet": 0.5}
    assert told.summary["cost_usd"] == solved(tmp_path / "2").summary["cost_usd"]
    with pytest.raises(InputError, match="contents.csv says 0.5 in all"):
        solved(tmp_path / "3", commodities=GOODS.replace("magnet,0.5,", "magnet,0.6,"), contents=HELD)
    with pytest.raises(InputError, match="a value is needed"):
        solved(tmp_path / "4", commodities=blank)


def test_a_row_of_one_material_counts_that_alone(tmp_path):
    """A uses 5 t of oxide in 2031, all of it cheapest from B; a cap of 0.6 of its dysprosium is one of its tonnes.

    Of magnets, which hold none of it, nothing can be asked.
    """
    row = '[[share_cap]]\nbuyer = "home"\nstages = ["{}"]\nsuppliers = ["B"]\nmax = 0.6\nfrom = 2031\nto = 2031\n'
    capped = {"cap": row.format("processing") + 'material = "dysprosium"\n'}
    plan = solved(tmp_path, "cap", capped, commodities=GOODS, contents=HELD)
    # 5 t hold 1.25 t of it, of which 0.75 may come from B
    assert plan["shares"][["arrivals_t", "consumption_t"]].to_numpy().ravel() == pytest.approx([0.75, 1.25])
    wrong = {
        "hold no dysprosium": row.format("magnet") + 'material = "dysprosium"\n',
        "is not a known material": row.format("processing") + 'material = "terbium"\n',
        'has no meaning with weight = "tonnes"': row.format("processing")
        + 'material = "dysprosium"\nweight = "tonnes"\n',
    }
    for said, text in wrong.items():
        with pytest.raises(InputError, match=said):
            solved(tmp_path / said[:8], "cap", {"cap": text}, commodities=GOODS, contents=HELD)


def test_observations_stand_beside_the_plan_and_bind_nothing(tmp_path):
    """In 2030 A uses 100 t of magnets, 90 of B, and B makes 50 t of oxide, all that is made."""
    rows = "what,commodity,origin,destination,year,value,unit\n"
    rows += "share_of_use,magnet,B,A,2030,80,%\nshare_of_output,processing,B,,2030,0.5,1\n"
    rows += "flow,magnet,B,*,2030,60,t/yr\nuse,magnet,,A,2030,200,t/yr\noutput,oxide,B,,2030,40,t/yr\n"
    plan = solved(tmp_path, observations=rows + "flow,magnet,B,*,2029,60,t/yr\n")
    table = plan["calibration"]
    before = table[table["observed_year"] != table["year"]]  # 2029 stands beside 2030
    assert before[["what", "year", "observed_year", "observed", "plan"]].to_numpy().tolist() == [
        ["flow", 2030, 2029, 60, pytest.approx(90)]
    ]
    told = table[table["observed_year"] == table["year"]].set_index("what")
    assert told["plan"].to_dict() == pytest.approx(
        {"share_of_use": 90, "share_of_output": 1, "flow": 90, "use": 100, "output": 50}
    )
    assert told["error_points"].dropna().to_dict() == pytest.approx({"share_of_use": 10, "share_of_output": 50})
    assert told["error_percent"].dropna().to_dict() == pytest.approx({"flow": 50, "use": -50, "output": 25})
    assert plan.summary["cost_usd"] == solved(tmp_path / "2").summary["cost_usd"]
