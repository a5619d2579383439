"""Who pays, on small instances: what a pencil gives."""

from tests.plan.buyers.trade import B_MAG, B_OX, LANES, PILES, PLANTS, SHARED, close, demands, plan_of, split
from tests.tiny import TABLES

D = [1.05**-i for i in range(3)]


def test_a_shared_plant_is_paid_by_what_each_is_served(tmp_path):
    # 40 t of magnets of 20 t of oxide: 280 000 + 80 000; 100 t/yr of oxide plant at 100; three quarters go to A
    plan = plan_of(tmp_path, **SHARED)
    assert split(plan) == close(
        {
            ("variable", "B", "A"): 270_000,
            ("variable", "B", "C"): 90_000,
            ("fixed_existing", "B", "A"): 7_500,
            ("fixed_existing", "B", "C"): 2_500,
            ("freight", "A", "A"): 15_000,
            ("tariff", "A", "A"): 15_000,
            ("freight", "C", "C"): 3_000,
        }
    )
    theirs = plan["buyers"].set_index("buyer")
    # 270 000 + 7 500 + 30 000 a year over 30 t is 10.25 a kg; C pays 9.55
    assert theirs["cost_usd"].to_dict() == close({"-": 0, "A": 307_500 * sum(D), "C": 95_500 * sum(D)})
    assert theirs["served_t"].to_dict() == close({"-": 0, "A": 90, "C": 30})
    # one more tonne: 4 000 x 0.5 + 7 000 and the way there
    assert theirs["price_usd_per_kg"].drop("-").to_dict() == close({"A": 10.0, "C": 9.3})
    assert theirs["price_rise_usd_per_kg"].drop("-").to_dict() == close({"A": 0.0, "C": 0.0})
    assert theirs["premium_usd"].to_dict() == close({"-": 0, "A": 0, "C": 0})
    assert theirs["kind"].to_dict() == {"-": "none", "A": "region", "C": "region"}


def test_a_by_product_without_oxide_carries_nothing_of_its_plant(tmp_path):
    # C buys 10 t of slag only: it pays its freight and no part of the oxide plant
    tables = SHARED | {
        "lanes": LANES + "magnet,B,A,500,0,,,\nslag,B,C,50,0,,,\n",
        "demand": demands(A=[30] * 3, C_slag=[10] * 3),
    }
    plan = plan_of(tmp_path, **tables)
    assert {i: usd for i, usd in split(plan).items() if i[2] == "C"} == close({("freight", "C", "C"): 500})


def with_slag_sold(tmp_path, commodity, other):
    """A buys 30 t of magnets, C 20 t of slag; one commodity holds another amount of oxide."""
    tables = SHARED | {
        "commodities": TABLES["commodities"].replace(commodity, other),
        "lanes": LANES + "magnet,B,A,500,0,,,\nslag,B,C,50,0,,,\n",
        "demand": demands(A=[30] * 3, C_slag=[20] * 3),
    }
    return plan_of(tmp_path, **tables)


def test_joint_products_pay_by_the_oxide_that_is_sold(tmp_path):
    # 15 t of oxide (1 t/t) for A's magnets; of 30 t of slag at 0.25 t/t C buys 20: 15 to 5. What is left over is not
    # counted; counted it would be 15 to 7.5, by tonnes 15 to 20
    found = split(with_slag_sold(tmp_path, "slag,Slag,processing,0,", "slag,Slag,processing,0.25,"))
    assert found["fixed_existing", "B", "A"] == close(10_000 * 15 / 20)
    assert found["fixed_existing", "B", "C"] == close(10_000 * 5 / 20)
    assert found["variable", "B", "C"] == close(15 * 4_000 * 5 / 20)


def test_products_without_any_oxide_pay_by_tonnes(tmp_path):
    # 15 t of oxide and 20 t of slag, neither counted as oxide equivalent
    found = split(with_slag_sold(tmp_path, "oxide,Oxide,processing,1,", "oxide,Oxide,processing,0,"))
    assert found["fixed_existing", "B", "A"] == close(10_000 * 15 / 35)
    assert found["fixed_existing", "B", "C"] == close(10_000 * 20 / 35)


def test_a_host_metal_bears_its_part_by_worth(tmp_path):
    # 15 t of oxide at 5 000 USD/t beside 20 t of slag at 2 500, which holds none: 75 000 to 50 000
    found = split(with_slag_sold(tmp_path, "slag,Slag,processing,0,", "slag,Slag,processing,0,2500"))
    assert found["fixed_existing", "B", "A"] == close(10_000 * 75 / 125)
    assert found["fixed_existing", "B", "C"] == close(10_000 * 50 / 125)


def test_a_premium_is_told_by_kilograms_of_goods_with_content(tmp_path):
    # A buys 30 t of magnets and 20 t of slag a year; the slag's kilograms don't make the premium look smaller
    ask = '[[stock_min]]\nbuyer = "A"\ncommodities = ["magnet"]\ndays = 36.5\nfrom = 2031\n'
    tables = SHARED | {
        "stockpiles": PILES + "magnet,A,0,50,100,0\n",
        "lanes": SHARED["lanes"] + "slag,B,A,50,0,,,\n",
        "demand": demands(A=[30] * 3, A_slag=[20] * 3),
    }
    plan = plan_of(tmp_path, "stock", {"stock": ask}, **tables)
    premium = plan.summary["premium_usd"]
    assert premium > 1_000
    assert plan.summary["premium_usd_per_kg"] == close(premium / (30_000 * sum(D)))
    theirs = plan["buyers"].set_index("buyer")
    assert theirs["premium_usd_per_kg"]["A"] == close(theirs["premium_usd"]["A"] / (30_000 * sum(D)))
    assert theirs["served_t"]["A"] == close(150)


def test_stock_is_paid_by_who_draws_it_and_losses_by_nobody(tmp_path):
    # B can press in 2030 only. A needs 10 t in 2030 and in 2031, so 10/0.9 are held and a tenth of them is lost; C
    # takes 20 t in 2030: of the plant's 10 + 11.111 + 20 t, 20 end with A, 20 with C and 1.111 with nobody
    tables = SHARED | {
        "capacity": "plant,year,capacity\nB_OX,2030,100\nB_MAG,2030,100\nB_MAG,2031,0\n",
        "demand": demands(A=[10, 10, 0], C=[20, 0, 0]),
        "stockpiles": PILES + "magnet,A,0,50,100,0.1\n",
    }
    plan = plan_of(tmp_path, **tables)
    lost = 10 / 0.9 - 10
    found = split(plan)
    assert found["holding", "A", "A"] == close(1_000)
    assert found["holding", "A", "-"] == close(100 * lost)
    assert found["variable", "B", "A"] == close(20 * 9_000)
    assert found["variable", "B", "C"] == close(20 * 9_000)
    assert found["variable", "B", "-"] == close(lost * 9_000)
    assert found["freight", "A", "A"] == close(20 * 500)
    assert found["freight", "A", "-"] == close(lost * 500)
    # the oxide plant has no capacity limit in 2031 and stands idle: it pays as it ran
    assert split(plan, 2031)["fixed_existing", "B", "A"] == close(10_000 * 20 / (40 + lost))


def test_stock_kept_to_the_end_serves_nobody(tmp_path):
    # 36.5 days of 30 t of magnets are 3 t, held in 2031 and 2032 and left over. Of the 33 t of 2032 (3 carried, 30
    # fresh) 3 are left: 1/11 of what is held in 2031 and of what comes in 2032 serves nobody. Of the 33 t that come in
    # 2031, 3 are held: 1/11 of 1/11
    ask = '[[stock_min]]\nbuyer = "A"\ncommodities = ["magnet"]\ndays = 36.5\nfrom = 2031\n'
    tables = SHARED | {"stockpiles": PILES + "magnet,A,0,50,100,0\n"}
    plan = plan_of(tmp_path, "stock", {"stock": ask}, **tables)
    first, last = split(plan, 2031), split(plan, 2032)
    assert ("holding", "A", "A") not in last
    assert last["holding", "A", "-"] == close(300)
    assert (first["holding", "A", "-"], first["holding", "A", "A"]) == close((300 / 11, 300 * 10 / 11))
    assert last["variable", "B", "-"] == close(30 / 11 * 9_000)
    assert first["variable", "B", "-"] == close(33 / 121 * 9_000)
    assert first["freight", "A", "-"] + last["freight", "A", "-"] == close(3 * 500)
    assert {i[2] for i in split(plan, 2030)} == {"A", "C"}
    # the oxide plant's fixed cost is shared among 43 t in 2031 and 40 t in 2032
    nobody = [10_000 * 33 / 121 / 43 + 33 / 121 * 10_000 + 300 / 11, 10_000 * 30 / 11 / 40 + 30 / 11 * 10_000 + 300]
    theirs = plan["buyers"].set_index("buyer")
    assert theirs["premium_usd"]["-"] == close(nobody[0] * D[1] + nobody[1] * D[2])
    assert theirs["premium_usd_per_kg"]["A"] == close(theirs["premium_usd"]["A"] / (30_000 * sum(D)))
    assert theirs["premium_usd"].sum() == close(plan.summary["premium_usd"])


def test_swarf_that_comes_back_is_paid_by_who_gets_it(tmp_path):
    # a press makes 1 t of magnets and 0.2 t of swarf (0.5 t/t each) of 0.6 t of oxide; all swarf goes to A, whose
    # recycler makes oxide for A's press. So recycler = A's press = 5/6 A + 1/6 recycler = A, and C's press = 5/6 C +
    # 1/6 A. Of 20 t of primary oxide 14 go to A (4 come back) and 6 to C
    tables = {
        "commodities": TABLES["commodities"] + "swarf,Swarf,processing,0.5,,0\n",
        "recipes": (
            "process,commodity,coefficient\nrefine,oxide,1\npress,oxide,-0.6\npress,magnet,1\npress,swarf,0.2\n"
            "recycle,swarf,-2\nrecycle,oxide,1\n"
        ),
        "plants": (
            PLANTS
            + B_OX
            + "A_MAG,Magnets A,press,A,6500,0,,,,,,,,,,\nC_MAG,Magnets C,press,C,6500,0,,,,,,,,,,\n"
            + "A_LOOP,Recycler,recycle,A,1000,0,,,,,,,,,,\n"
        ),
        "capacity": "plant,year,capacity\n" + "".join(f"{j},2030,100\n" for j in ("B_OX", "A_MAG", "C_MAG", "A_LOOP")),
        "lanes": LANES + "oxide,B,A,0,0,,,\noxide,B,C,0,0,,,\nswarf,C,A,30,0,,,\n",
        "demand": demands(A=[30] * 3, C=[10] * 3),
    }
    assert split(plan_of(tmp_path, **tables)) == close(
        {
            ("variable", "A", "A"): 30 * 6_500 + 4 * 1_000,
            ("variable", "C", "C"): 10 * 6_500 * 5 / 6,
            ("variable", "C", "A"): 10 * 6_500 / 6,
            ("variable", "B", "A"): 80_000 * (14 + 1) / 20,
            ("variable", "B", "C"): 80_000 * 5 / 20,
            ("fixed_existing", "B", "A"): 10_000 * (14 + 1) / 20,
            ("fixed_existing", "B", "C"): 10_000 * 5 / 20,
            ("freight", "A", "A"): 60,
        }
    )


def test_an_idle_year_is_paid_by_what_the_plant_does_in_its_others(tmp_path):
    # B's press serves A 10 t in 2030, C 30 t in 2031 and nobody in 2032; C's press never runs
    tables = SHARED | {
        "plants": (PLANTS + B_OX + B_MAG.replace("7000,0", "7000,40") + "C_MAG,Magnets C,press,C,99000,20,,,,,,,,,,\n"),
        "capacity": "plant,year,capacity\nB_OX,2030,100\nB_MAG,2030,100\nC_MAG,2030,50\n",
        "demand": demands(A=[10, 0, 0], C=[0, 30, 0]),
    }
    plan = plan_of(tmp_path, **tables)
    fixed = {
        year: {i[1:]: usd for i, usd in split(plan, year).items() if i[0] == "fixed_existing"}
        for year in (2030, 2031, 2032)
    }
    whole = 100 * 100 + 100 * 40
    assert fixed[2030] == close({("B", "A"): whole, ("C", "-"): 1_000})
    assert fixed[2031] == close({("B", "C"): whole, ("C", "-"): 1_000})
    assert fixed[2032] == close({("B", "A"): whole / 4, ("B", "C"): whole * 3 / 4, ("C", "-"): 1_000})


def test_a_plant_that_sells_nothing_serves_nobody(tmp_path):
    # the policy asks for 0.5 x 30 t of slag, made of oxide and thrown away: half of the 30 t of oxide goes there
    tables = SHARED | {
        "recipes": TABLES["recipes"] + "dump,oxide,-1\ndump,slag,1\n",
        "plants": PLANTS + B_OX + "A_MAG,Magnets A,press,A,6500,0,,,,,,,,,,\nA_DUMP,Dump,dump,A,10,0,,,,,,,,,,\n",
        "capacity": "plant,year,capacity\nB_OX,2030,100\nA_MAG,2030,100\nA_DUMP,2030,100\n",
        "lanes": LANES + "oxide,B,A,0,0,,,\n",
        "demand": demands(A=[30] * 3),
    }
    ask = (
        '[[domestic_min]]\nbuyer = "A"\ncommodities = ["slag"]\nmin = 0.5\nmeasure = "production"\nweight = "tonnes"\n'
    )
    assert split(plan_of(tmp_path, "dump", {"dump": ask}, **tables)) == close(
        {
            ("variable", "A", "A"): 30 * 6_500,
            ("variable", "A", "-"): 15 * 10,
            ("variable", "B", "A"): 15 * 4_000,
            ("variable", "B", "-"): 15 * 4_000,
            ("fixed_existing", "B", "A"): 5_000,
            ("fixed_existing", "B", "-"): 5_000,
        }
    )


def test_shortage_is_paid_where_it_is(tmp_path):
    # 25 t of 40; A's come dearer by 200 + 500 USD/t than C's, so A goes without 15 t
    tables = SHARED | {"capacity": "plant,year,capacity\nB_OX,2030,100\nB_MAG,2030,25\n"}
    found = split(plan_of(tmp_path, **tables))
    assert found["shortage", "A", "A"] == close(15 * 90_000)
    assert ("shortage", "C", "C") not in found


def test_what_goes_round_for_ever_serves_nobody(tmp_path):
    # the policy asks home to make 0.5 x 15 t of `there`, which is made of `back`, which is made of `there`
    tables = SHARED | {
        "stages": TABLES["stages"] + "round,Round,3\n",
        "commodities": TABLES["commodities"] + "there,There,round,1,,0\nback,Back,round,0,,0\n",
        "recipes": TABLES["recipes"] + "go,back,-1\ngo,there,1\nreturn,there,-1\nreturn,back,1\n",
        "plants": SHARED["plants"] + "A_GO,Go,go,A,10,0,,,,,,,,,,\nA_RET,Return,return,A,20,0,,,,,,,,,,\n",
        "capacity": SHARED["capacity"] + "A_GO,2030,100\nA_RET,2030,100\n",
    }
    ask = '[[domestic_min]]\nbuyer = "A"\nstages = ["round"]\nmin = 0.5\nmeasure = "production"\n'
    plan = plan_of(tmp_path, "circle", {"circle": ask}, **tables)
    assert split(plan)["variable", "A", "-"] == close(7.5 * 30)
    assert split(plan)["variable", "B", "A"] == close(270_000)


def test_the_groups_that_a_policy_names_are_summed(tmp_path):
    ask = '[[domestic_min]]\nbuyers = ["both", "A", "nowhere"]\nstages = ["magnet"]\nmin = 0\n'
    groups = TABLES["groups"] + "both,A\nboth,C\nnowhere,B\n"
    theirs = plan_of(tmp_path, "p", {"p": ask}, groups=groups, **SHARED)["buyers"].set_index("buyer")
    assert theirs["kind"].to_dict() == {"-": "none", "A": "region", "C": "region", "both": "group", "nowhere": "group"}
    for column in ("served_t", "cost_usd", "cost_without_policy_usd", "premium_usd"):
        assert theirs[column]["both"] == close(theirs[column]["A"] + theirs[column]["C"])
    # 10.0 and 9.3 USD/kg for 30 and 10 t
    assert theirs["price_usd_per_kg"]["both"] == close((30 * 10.0 + 10 * 9.3) / 40)
    assert theirs.loc["nowhere", ["served_t", "cost_usd"]].tolist() == [0, 0]
    assert theirs.loc["nowhere", ["premium_usd_per_kg", "price_usd_per_kg"]].isna().all()
