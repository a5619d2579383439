"""Who pays: costs by buyer add up to the costs, the checker sees where they don't, and the terminal shows them."""

import dataclasses
import io

import numpy as np
import pytest
from rich.console import Console, Group

import model
from model.check import violations
from model.formulation.network import Network
from model.instance.reading import policy as read_policy
from model.instance.trees.tree import Tree
from model.output.terminal.planned import plan_buyers as text_buyers
from model.plan.solved import Solved
from model.plan.tables import buyers
from model.solving.goals.goals import solve
from model.solving.programme import compiled
from tests.conftest import solved
from tests.independent.generate import write_instance
from tests.plan.buyers.trade import DEMAND, SHARED, close, plan_of
from tests.tiny import write

CELL = ["term", "region", "year"]


def adds_up(plan):
    """Costs by buyer are parts of the costs; nothing is lost, and the premium is shared out."""
    parts, costs, theirs = plan["costs_by_buyer"], plan["costs"], plan["buyers"]
    whole = costs.set_index(CELL)
    assert set(parts["buyer"]) <= {"-", *(r for _, r, _ in plan.instance.demands)}
    for column in ("cost_usd", "present_value_usd"):
        assert (parts[column] > 0).all()
        sums = parts.groupby(CELL)[column].sum()
        assert set(sums.index) <= set(whole.index)
        np.testing.assert_allclose(sums.reindex(whole.index).fillna(0), whole[column], rtol=1e-9, atol=1e-4)
    cost = plan.summary["cost_usd"]
    assert parts["present_value_usd"].sum() == pytest.approx(cost, rel=1e-9, abs=1e-3)
    own = theirs[theirs["kind"] != "group"]
    assert own["cost_usd"].sum() == pytest.approx(cost, rel=1e-9, abs=1e-3)
    assert own["cost_without_policy_usd"].sum() == pytest.approx(plan.summary["cost_without_policy_usd"], rel=1e-9)
    assert own["premium_usd"].sum() == pytest.approx(plan.summary["premium_usd"], rel=1e-6, abs=1e-9 * cost + 1e-3)
    by_buyer = parts.groupby("buyer")["present_value_usd"].sum()
    for row in own.itertuples():
        assert row.cost_usd == pytest.approx(by_buyer.get(row.buyer, 0.0), rel=1e-9, abs=1e-3)
    served = plan["demand"].groupby("region")["served_t"].sum()
    told = own.set_index("buyer")["served_t"].drop("-")
    np.testing.assert_allclose(told, served.reindex(told.index).fillna(0), rtol=1e-6, atol=1e-4)
    shortage = parts[parts["term"] == "shortage"]
    assert (shortage["buyer"] == shortage["region"]).all()


@pytest.mark.parametrize(
    ("instance", "policy"),
    [(i, p) for i, ps in (("two-country", ("none", "cap", "too-early")), ("allied-2045", ("crma-2030", "traced-65")))
     for p in ps],
)  # fmt: skip
def test_shipped_instances_add_up(instance, policy):
    adds_up(solved(instance, policy))


def test_the_only_buyer_pays_everything():
    plan = solved("two-country", "cap")
    assert set(plan["costs_by_buyer"]["buyer"]) == {"A"}
    theirs = plan["buyers"].set_index("buyer")
    assert theirs["premium_usd"]["A"] == pytest.approx(plan.summary["premium_usd"])
    assert theirs["premium_usd_per_kg"]["home"] == pytest.approx(plan.summary["premium_usd_per_kg"])
    # one more t: 11 000 but in 2033 and 2034 (README of two-country)
    factor = [1.05**-i for i in range(6)]
    price = (11_000 * sum(factor) + 2_357.91 * factor[3] + 3_120.03 * factor[4]) / sum(factor) / 1e3
    assert theirs["price_usd_per_kg"]["home"] == pytest.approx(price, abs=1e-5)
    assert theirs["price_without_policy_usd_per_kg"]["home"] == pytest.approx(11.0)
    assert theirs["price_rise_usd_per_kg"]["home"] == pytest.approx(price - 11.0, abs=1e-5)


@pytest.mark.parametrize("policy", ["all", "none"])
def test_the_tiny_instance_adds_up(tmp_path, policy):
    adds_up(model.solve(model.read(write(tmp_path / "tiny")), policy))


def test_random_instances_add_up(tmp_path):
    """Among the seeds are traced policies, stocks, missed rows, shortages and cost that serves nobody."""
    seen = set()
    for seed in range(12):
        for path in write_instance(tmp_path / str(seed), seed):
            plan = model.solve(model.read(tmp_path / str(seed)), path.stem)
            adds_up(plan)
            parts = plan["costs_by_buyer"]
            seen |= {"traced"} if plan.policy.traced else set()
            seen |= {"missed"} if not plan.compliant else set()
            seen |= {"nobody"} if (parts["buyer"] == "-").any() else set()
            seen |= set(parts["term"])
    assert seen >= {"traced", "missed", "nobody", "shortage", "holding", "tariff", "capital"}


def test_the_checker_adds_up_too():
    plan = solved("two-country", "cap")
    frame = plan["costs_by_buyer"].copy()
    frame.loc[3, "cost_usd"] += 100.0
    found = violations(plan.instance, plan.policy, {**plan.tables, "costs_by_buyer": frame}, plan.summary)
    assert found["rule"].tolist() == ["costs_by_buyer"]
    assert found["excess"].tolist() == close([100.0])
    assert not len(violations(plan.instance, plan.policy, plan.tables, plan.summary))


def shown(plan):
    """The section as 80 columns of text, by first word."""
    file = io.StringIO()
    Console(file=file, width=80).print(Group(*text_buyers.paid(plan)))
    lines = [line.rstrip() for line in file.getvalue().splitlines()]
    assert max(map(len, lines)) <= 80
    return {line.split()[0]: line.split() for line in lines if line}


def test_the_section_for_the_terminal(tmp_path):
    # EU first, though others pay more; 41 313 t a year; ten rows, idle plants last
    lines = shown(plan := solved("allied-2045", "crma-2030"))
    names = [name for name in lines if name in {*plan.instance.regions, "EU", "idle"}]
    assert names[0] == "EU"
    assert names[-1] == "idle"
    assert len(names) == 10
    assert lines["EU"][1] == "41,313"
    assert lines["idle"][5:] == ["-", "-", "-"]
    # home is A alone and stands once; 460 371 USD, 0.86 a kg
    lines = shown(solved("two-country", "cap"))
    assert lines["home"] == ["home", "100", "6.323", "0.460", "0.86", "11.86", "0.86"]
    assert "A" not in lines
    assert shown(solved("two-country", "none"))["A"] == ["A", "100", "5.862", "11.00"]
    assert text_buyers.paid(plan_of(tmp_path, **SHARED | {"demand": DEMAND})) == []


def test_without_demand_every_cost_is_nobodys(tmp_path):
    plan = plan_of(tmp_path, **SHARED | {"demand": DEMAND})
    assert set(plan["costs_by_buyer"]["buyer"]) == {"-"}
    adds_up(plan)


def test_a_bill_is_of_the_plan_that_it_is_given(tmp_path):
    """The plan without policy is billed from its own flows."""
    instance = model.read(write(tmp_path / "tiny"))
    network = Network(instance, read_policy(instance, "all"), Tree.chain(instance.years))
    arrays = compiled(network)
    outcome = solve(arrays)
    s = Solved(network, arrays, dataclasses.replace(outcome, x=outcome.baseline_x))
    assert buyers.bill(s).present_value.sum() == pytest.approx(outcome.baseline_cost * 1e6, rel=1e-9)
