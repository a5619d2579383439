"""Goals in order, prices and the one answer."""

import dataclasses

import numpy as np
import pytest

import model
from model.base import errors
from model.formulation.network import Network
from model.instance.reading import policy as read_policy
from model.instance.trees.tree import Node, Tree
from model.solving.goals import goals
from model.solving.programme import compiled
from model.solving.solver import highs as solver
from model.solving.solver.optimality import residuals
from tests.conftest import INSTANCES
from tests.independent.generate import write_instance
from tests.tiny import TABLES, write


def arrays_of(instance, policy, tree=None):
    asked = read_policy(instance, policy)
    return compiled(Network(instance, asked, tree or Tree.chain(instance.years)))


@pytest.fixture
def tiny(tmp_path):
    return write(tmp_path / "tiny")


CAP = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = {}\n'


def test_a_cap_is_never_met_by_starving_demand(tmp_path):
    # home can make 10 t only until something is built (2031 at the earliest): a cap of 0 would be cheapest met by
    # leaving 90 t unserved; serving all and missing the cap comes first
    folder = write(tmp_path / "tiny", policies={"strict": CAP.format(0)})
    plan = model.solve(model.read(folder), "strict")
    assert plan.summary["unserved_t"] == pytest.approx(0, abs=1e-6)
    assert plan.summary["shortfall_t"] > 40


def test_what_stays_unserved_without_policy_may_stay_so(tmp_path):
    # nobody ships to home and a shortage costs less than any plant: 100 + 110 + 120 t unserved less 10 t made at home
    tables = {
        "lanes": "commodity,origin,destination,freight,tariff,max_flow,from,to\noxide,*,home,200,0.1,,,\n",
        "demand": (
            "commodity,region,sector,year,quantity,shortage_cost\n"
            "magnet,A,cars,2030,100,12000\nmagnet,A,cars,2032,120,12000\n"
        ),
    }
    plan = model.solve(model.read(write(tmp_path / "tiny", **tables)), "none")
    assert plan.summary["unserved_t"] == pytest.approx((330 - 30) * 0.5)
    assert plan.summary["unserved_without_policy_t"] == pytest.approx(plan.summary["unserved_t"])


def test_least_unserved_where_a_budget_leaves_no_choice(tmp_path):
    # without policy 60 t/yr are built from 2030 on; a budget of nothing leaves 10 t/yr
    tables = {"lanes": "commodity,origin,destination,freight,tariff,max_flow,from,to\noxide,*,home,200,0.1,,,\n"}
    budget = '[[budget]]\nmax = 0\n[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.5\n'
    folder = write(tmp_path / "tiny", policies={"broke": budget}, **tables)
    plan = model.solve(model.read(folder), "broke")
    assert plan.summary["unserved_t"] == pytest.approx((330 - 30) * 0.5)
    assert plan.summary["unserved_without_policy_t"] < plan.summary["unserved_t"]
    assert plan.compliant


def test_budget_that_cannot_be_spent(tmp_path):
    # 60 t/yr at most at 20 000 USD: 1.2 million
    folder = write(tmp_path / "tiny", policies={"rich": "[[budget]]\nmin = 5e6\n"})
    with pytest.raises(errors.Unmeetable, match=r"budget.0 asks for at least 5 million USD; 1.2 can be spent"):
        model.solve(model.read(folder), "rich")


def test_time_limit(tiny):
    with pytest.raises(errors.Stopped, match="time limit"):
        model.solve(model.read(INSTANCES / "allied-2045"), "none", time_limit=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_the_plan_does_not_hang_on_the_algorithm(tmp_path, monkeypatch, seed):
    policies = write_instance(tmp_path / "i", seed)
    instance = model.read(tmp_path / "i")
    for path in policies:
        arrays = arrays_of(instance, path.stem)
        by_simplex = goals.solve(arrays)
        with monkeypatch.context() as patch:
            patch.setattr(solver.Solver, "_given_up", True)
            by_ipx = goals.solve(arrays)
        assert {r.algorithm for r in by_ipx.runs} != {r.algorithm for r in by_simplex.runs}
        np.testing.assert_allclose(by_simplex.x, by_ipx.x, atol=1e-7)


def test_ties_are_broken_by_names_and_tonnes(tmp_path):
    # two suppliers that are the same but for the name: always the same one is chosen, whatever the order of rows
    tables = {
        "plants": (
            "plant,name,process,region,variable_cost,fixed_cost,availability,capex,lead_time,ramp_years,lifetime,wacc,"
            "max_build,max_build_per_year,first_decision,last_decision\n"
            "B_OX,x,refine,B,5000,0,,,,,,,,,,\nC_OX,x,refine,C,5000,0,,,,,,,,,,\nA_MAG,x,press,A,6500,900,,,,,,,,,,\n"
        ),
        "capacity": "plant,year,capacity\nB_OX,2030,900\nC_OX,2030,900\nA_MAG,2030,500\n",
        "lanes": "commodity,origin,destination,freight,tariff,max_flow,from,to\noxide,*,home,200,0.1,,,\n",
        "stockpiles": "commodity,region,initial,capacity,holding_cost,loss_rate\n",
    }
    instance = model.read(write(tmp_path / "tiny", **tables))
    plan = model.solve(instance, "none")
    turned = model.edited(instance, plants=instance.table("plants").iloc[::-1])
    again = model.solve(turned, "none")
    assert plan["shipments"].equals(again["shipments"])
    origins = plan["shipments"].query("commodity == 'oxide'").groupby("year")["origin"].nunique()
    assert origins.max() == 1


def test_a_tree_of_equal_futures_costs_what_the_chain_costs(tiny):
    instance = model.read(tiny)
    chain = goals.solve(arrays_of(instance, "all"))
    tree = Tree(
        (
            Node("2030", 2030, "", 1.0),
            Node("2031", 2031, "2030", 0.7),
            Node("2031 other", 2031, "2030", 0.3),
            Node("2032", 2032, "2031", 0.7),
            Node("2032 other", 2032, "2031 other", 0.3),
        )
    )
    branched = goals.solve(arrays_of(instance, "all", tree))
    assert branched.cost == pytest.approx(chain.cost, rel=1e-9)
    assert branched.shortfall == pytest.approx(chain.shortfall, abs=1e-9)


def test_residuals_tell_a_wrong_plan_and_a_wrong_price(tiny):
    arrays = arrays_of(model.read(tiny), "all")
    outcome = goals.solve(arrays)
    assert residuals(arrays, outcome).acceptable()
    moved = outcome.x.copy()
    moved[arrays.columns["ship"].first] += 1e-3
    assert residuals(arrays, dataclasses.replace(outcome, x=moved)).primal_kt == pytest.approx(1e-3)
    assert not residuals(arrays, dataclasses.replace(outcome, x=moved)).acceptable()
    flipped = dataclasses.replace(outcome, dual=-outcome.dual)
    assert residuals(arrays, flipped).dual_musd_per_kt > 1
    dearer = dataclasses.replace(outcome, dual=outcome.dual * 0.5)
    assert not residuals(arrays, dearer).acceptable()


def test_stock_minimum_has_a_price_of_the_right_sign(tiny):
    # more days of stock cost more: one point less saves
    plan = model.solve(model.read(tiny), "all")
    stock = plan["benchmarks"].set_index("policy_row").loc["stock_min.0"]
    assert stock["share"] == pytest.approx(0.2)
    assert stock["shadow_price_usd_per_pt"] > 0


def test_shadow_price_of_a_budget_is_what_one_more_million_saves(tmp_path):
    # without the budget 60 t/yr are built; each million of it is worth what the next million saves
    tables = {"lanes": "commodity,origin,destination,freight,tariff,max_flow,from,to\noxide,*,home,200,0.1,,,\n"}
    folder = write(tmp_path / "tiny", policies={"tight": "[[budget]]\nmax = 6e5\n"}, **tables)
    instance = model.read(folder)
    plan = model.solve(instance, "tight")
    more = model.solve(instance, "tight", {"budget.0.max": 6.1e5})
    worth = plan["budgets"]["shadow_price"][0]
    assert worth > 0
    saved = plan.summary["cost_usd"] - more.summary["cost_usd"]
    assert saved == pytest.approx(worth * 0.01, rel=1e-6)


def test_shadow_price_of_a_minimum_is_what_one_point_less_saves(tmp_path):
    minimum = '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = {}\nfrom = 2032\nmeasure = "production"\n'
    folder = write(tmp_path / "tiny", policies={"a": minimum.format(0.48), "b": minimum.format(0.47)})
    instance = model.read(folder)
    plan, less = model.solve(instance, "a"), model.solve(instance, "b")
    worth = plan["benchmarks"]["shadow_price_usd_per_pt"][0] * 1.05**-2
    assert worth > 0
    assert plan.summary["cost_usd"] - less.summary["cost_usd"] == pytest.approx(worth, rel=1e-6)


@pytest.mark.parametrize(("share", "tonnes"), [(0.10001, 1), (0.1000001, 10_000)])
def test_a_miss_of_grams_is_a_miss_and_the_plan_stands(tmp_path, share, tonnes):
    # 2030: home can make 10 t of 100 t demanded; a hair more is asked: 50 t x 0.00001 = 0.5 kg of oxide equivalent (and
    # 500 kt x 0.0000001 = 50 kg, which is below the checker's relative tolerance)
    tables = {
        "demand": TABLES["demand"].replace(",100,", f",{100 * tonnes},").replace(",120,", f",{120 * tonnes},"),
        "capacity": "plant,year,capacity\n"
        + "".join(f"{j},2030,{t * tonnes}\n" for j, t in (("B_OX", 900), ("B_MAG", 900), ("A_MAG", 10))),
        "lanes": TABLES["lanes"].replace(",70,", ",,"),
    }
    ask = f'[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = {share}\nto = 2030\n'
    plan = model.solve(model.read(write(tmp_path / "tiny", policies={"hair": ask}, **tables)), "hair")
    assert not plan.compliant
    assert plan.summary["shortfall_t"] == pytest.approx((share - 0.1) * 50 * tonnes, rel=1e-3)
    assert plan.summary["first_compliant_year"] == 2031


def test_money_that_must_go_into_a_plant_that_makes_nothing(tmp_path):
    tables = {
        "recipes": TABLES["recipes"] + "burn,slag,-1\n",
        "plants": TABLES["plants"] + "A_SINK,Sink,burn,A,1,1,,100,1,0,5,,5000,,,\n",
    }
    ask = '[[budget]]\nprocesses = ["burn"]\nmin = 1e5\n'
    plan = model.solve(model.read(write(tmp_path / "tiny", policies={"sink": ask}, **tables)), "sink")
    sink = plan["builds"].query("plant == 'A_SINK'")
    assert sink["capex_usd"].sum() == pytest.approx(1e5)
    assert sink["levelised_cost_usd_per_t"].isna().all()


def test_a_tie_that_cannot_be_broken_leaves_the_optimum(tiny, monkeypatch):
    arrays = arrays_of(model.read(tiny), "all")
    cost = goals.solve(arrays).cost
    whole = solver.Solver.minimise

    def failing(self, name, *further):
        if name == "one plan of the equally cheap":
            raise errors.SolverError("ended with status 'Unknown'")
        return whole(self, name, *further)

    monkeypatch.setattr(solver.Solver, "minimise", failing)
    assert goals.solve(arrays).cost == pytest.approx(cost, rel=1e-9)


def test_a_budget_where_nothing_can_be_built(two_country, tmp_path):
    asked = tmp_path / "asked.toml"
    asked.write_text('[[budget]]\nhosts = "B"\nmin = 1e6\n', encoding="utf-8")
    with pytest.raises(errors.Unmeetable, match="budget.0 asks for at least 1e\\+06 USD where nothing can be built"):
        model.solve(two_country, str(asked))
