"""Goals that come before cost: exposure, capital, earliest; and that cost still comes last and still adds up."""

import dataclasses
import random

import pytest

import model
from model.base.problems import InputError
from model.solving.goals.orders import GOALS
from tests.conftest import INSTANCES, solved
from tests.independent.generate import write_instance
from tests.plan.support.home import CAP, policy_file
from tests.tiny import write


def test_least_capital_by_hand(two_country):
    # 2033: b30 + b31/2 >= 40 t, 2034: b30 + b31 >= 50 t (one year at half load): at least 50 t/yr at 20 000 USD
    plan = model.solve(two_country, "cap", goal="capital")
    assert plan.summary["goal_value"] == pytest.approx(1.0e6)
    assert plan.summary["capex_usd"] == pytest.approx(1.0e6)
    # cost comes last: of the ways to split 50 t/yr the dearest part waits, b31 = 20
    builds = plan["builds"].set_index("decision_year")["capacity_t_per_yr"]
    assert builds.to_dict() == pytest.approx({2030: 30.0, 2031: 20.0})


def test_least_exposure_within_a_budget_by_hand(two_country, tmp_path):
    # 1 m USD buys 50 t/yr; decided in 2030 it makes 50 of 100 t in 2033 and 2034: no supplier above one half in both
    asked = policy_file(tmp_path, CAP + "\n[[budget]]\nmax = 1e6\n")
    plan = model.solve(two_country, asked, goal="exposure")
    assert plan.summary["goal_value"] == pytest.approx(0.5, abs=1e-6)
    assert plan["shares"].set_index("year")["share"].to_dict() == pytest.approx({2033: 0.5, 2034: 0.5}, abs=1e-6)
    assert plan["budgets"]["spent_usd"].tolist() == pytest.approx([1e6])
    # without the budget 100 t/yr can be built: none comes from abroad
    free = model.solve(two_country, "cap", goal="exposure")
    assert free.summary["goal_value"] == pytest.approx(0.0, abs=1e-6)
    assert free.summary["capex_usd"] == pytest.approx(2.0e6)


def test_earliest_year_by_hand(two_country, tmp_path):
    # decided in 2030, on stream in 2032 at half load: 50 of 100 t from at most 100 t/yr, where 40 are needed
    asked = policy_file(tmp_path, '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\nmax = 0.6\n')
    plan = model.solve(two_country, asked, goal="earliest")
    assert plan.summary["goal_value"] == 2032
    assert sorted(plan["shortfalls"]["year"]) == [2030, 2031]
    assert not plan.compliant


def test_no_year_will_do(two_country, tmp_path):
    # at most 100 t/yr may be built and there are no others: a minimum of twice the demand can't be reached
    rows = '[[domestic_min]]\nbuyer = "home"\nstages = ["magnet"]\nmin = 1.0\nfrom = 2030\nto = 2031\n'
    plan = model.solve(two_country, policy_file(tmp_path, rows), goal="earliest")
    assert plan.summary["goal_value"] is None
    assert plan.summary["shortfall_t"] > 0


def test_earliest_may_cost_more_shortfall_before(tmp_path):
    instance = model.read(INSTANCES / "allied-2045")
    plan = model.solve(instance, "crma-2030", goal="earliest")
    least = solved("allied-2045", "crma-2030")
    assert plan.summary["goal_value"] == 2039
    assert plan.summary["shortfall_t"] >= least.summary["shortfall_t"] * (1 - 1e-9)


@pytest.mark.parametrize("seed", range(8))
def test_each_goal_is_reached_and_no_better_value_can_be(tmp_path, seed):
    policies = write_instance(tmp_path / "i", seed)
    instance = model.read(tmp_path / "i")
    name = random.Random(seed).choice(policies).stem
    policy = model.policy(instance, name)
    plain = model.solve(instance, policy)

    least = model.solve(instance, policy, goal="capital")
    spent = least.summary["goal_value"]
    assert least.summary["capex_usd"] == pytest.approx(spent, rel=1e-6, abs=1.0)
    assert spent <= plain.summary["capex_usd"] * (1 + 1e-6) + 1
    assert least.summary["shortfall_t"] == pytest.approx(plain.summary["shortfall_t"], rel=1e-6, abs=1e-3)
    assert least.summary["cost_usd"] >= plain.summary["cost_usd"] * (1 - 1e-7) - 1

    early = model.solve(instance, policy, goal="earliest").summary["goal_value"]
    years = sorted({y for t in policy.targets for y in t.share})
    for year, met in [(early, True), *([(early - 1, False)] if early and early > years[0] else [])] if early else []:
        assert model.solve(instance, begun(policy, year)).compliant is met

    if policy.share_caps:
        exposed = model.solve(instance, policy, goal="exposure")
        share = exposed.summary["goal_value"]
        shares = exposed["shares"]
        assert (shares["arrivals_t"] <= share * shares["consumption_t"] + 1e-3).all()
        others = dataclasses.replace(policy, share_caps=())
        allowed = model.solve(instance, others).summary["shortfall_t"]
        at = model.solve(instance, capped(policy, min(1.0, share + 1e-5))).summary["shortfall_t"]
        assert at <= allowed + 1e-2 + 1e-6 * allowed
        if share > 1e-3:
            below = model.solve(instance, capped(policy, share - 1e-3))
            assert below.summary["shortfall_t"] > allowed + 1e-6


def begun(policy, year):
    """The policy from a year on."""
    later = {
        kind: tuple(
            dataclasses.replace(t, share={y: z for y, z in t.share.items() if y >= year}) for t in getattr(policy, kind)
        )
        for kind in ("share_caps", "domestic_mins", "stock_mins", "withstands")
    }
    return dataclasses.replace(policy, **later)


def capped(policy, share):
    """The policy with every cap at one share."""
    caps = (dataclasses.replace(t, share=dict.fromkeys(t.share, share)) for t in policy.share_caps)
    return dataclasses.replace(policy, share_caps=tuple(caps))


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("policy", ["all", "none", "two rows"])
def test_cost_adds_up_by_term_region_year_and_buyer_in_every_mode(tmp_path, goal, policy):
    instance = model.read(write(tmp_path / "tiny"))
    asked = model.policy(instance, "none" if policy == "none" else "all")
    if policy == "two rows":
        asked = dataclasses.replace(asked, budgets=(), stock_mins=())
    if goal == "exposure" and not asked.share_caps:
        pytest.skip("no cap to make small")
    plan = model.solve(instance, asked, goal=goal)
    total = plan.summary["cost_usd"]
    assert plan["costs"]["present_value_usd"].sum() == pytest.approx(total, rel=1e-9)
    assert plan["costs_by_buyer"]["present_value_usd"].sum() == pytest.approx(total, rel=1e-9)
    each = plan["costs_by_buyer"].groupby(["term", "region", "year"])["cost_usd"].sum()
    assert each.to_dict() == pytest.approx(plan["costs"].set_index(["term", "region", "year"])["cost_usd"].to_dict())
    alone = plan["buyers"][plan["buyers"]["kind"] != "group"]
    assert alone["cost_usd"].sum() == pytest.approx(total, rel=1e-9)


def test_a_goal_nobody_knows(two_country):
    with pytest.raises(InputError, match=r'"exposre".*did you mean "exposure"|"exposre"'):
        model.solve(two_country, "cap", goal="exposre")
    with pytest.raises(InputError, match="needs a policy with a share cap"):
        model.solve(two_country, "none", goal="exposure")


def test_public_names_are_not_hidden_by_modules():
    import pkgutil

    modules = {m.name for m in pkgutil.iter_modules(model.__path__)}
    assert not modules & set(model.__all__)
