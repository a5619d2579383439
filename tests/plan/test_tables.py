"""The result tables: they describe themselves and add up."""

import json

import numpy as np
import pandas as pd
import pytest

import model
from model.base import results as writing
from model.base.schema import columns, tables
from model.formulation import COST_TERMS
from tests.conftest import INSTANCES, solved
from tests.tiny import write

PLANS = [
    ("two-country", "cap"),
    ("two-country", "too-early"),
    ("allied-2045", "crma-2030"),
    ("allied-2045", "traced-65"),
]


@pytest.fixture(params=PLANS, ids=lambda p: p[1])
def plan(request):
    return solved(*request.param)


def test_costs_add_up_to_the_objective(plan):
    costs = plan["costs"]
    assert costs["present_value_usd"].sum() == pytest.approx(plan.summary["cost_usd"], rel=1e-12)
    assert set(costs["term"]) <= set(COST_TERMS)
    years = costs["year"] - plan.instance.first_year
    discounted = costs["cost_usd"] / (1 + plan.instance.discount_rate) ** years
    np.testing.assert_allclose(discounted, costs["present_value_usd"], rtol=1e-12)


def test_what_buyers_get_is_what_arrives(plan):
    """Every tonne served came from somewhere: without stock or plants that use it, arrivals are what is served."""
    instance = plan.instance
    taken = plan["shipments"].groupby(["commodity", "destination", "year"])["quantity_t"].sum()
    served = plan["demand"].groupby(["commodity", "region", "year"])["served_t"].sum()
    final = [i for i in served.index if i[:2] not in instance.users and i[:2] not in instance.stockpiles]
    assert len(final) > 5
    for i in final:
        assert taken[i] == pytest.approx(served[i], rel=1e-6)


def test_tables_are_tidy(plan):
    traced = "downgrades" in plan.tables
    assert set(plan.tables) - {"calibration"} == set(tables(traced))  # where something was observed
    for name, frame in plan.tables.items():
        spec = columns(name, traced)
        assert list(frame.columns) == [c.column for c in spec]
        keys = [c.column for c in spec if c.key]
        assert not frame.duplicated(keys).any(), name
        assert frame.equals(frame.sort_values(keys, kind="stable", ignore_index=True)), name
        numbers = frame.select_dtypes("float64")
        assert not ((numbers == 0) & np.signbit(numbers)).to_numpy().any(), name
        values = [c.column for c in spec if not c.key and c.type == "number"]
        zeros = ("activity", "benchmarks", "budgets", "buyers", "shares", "regions", "goods", "plants")
        if values and name not in zeros:
            assert (frame[values].abs().sum(axis=1) > 0).all(), name


def test_written_whole_and_described(tmp_path, plan):
    out = plan.write(tmp_path / "o")
    package = json.loads((out / "datapackage.json").read_text())
    described = {r["path"] for r in package["resources"]} | {"datapackage.json"}
    assert described == {p.name for p in out.iterdir()}
    for resource in package["resources"]:
        if resource["path"].endswith(".csv"):
            header = (out / resource["path"]).read_text().split("\n", 1)[0]
            assert header == ",".join(f["name"] for f in resource["schema"]["fields"])
            assert all(f["description"] for f in resource["schema"]["fields"])
    again = pd.read_csv(out / "costs.csv")
    assert again["present_value_usd"].sum() == pytest.approx(plan.summary["cost_usd"], rel=1e-15)
    assert "-0.0" not in (out / "costs.csv").read_text().replace("\n", ",").split(",")


def test_a_failure_while_writing_leaves_the_old_plan(tmp_path, monkeypatch, plan):
    out = plan.write(tmp_path / "o")
    before = {p.name: p.read_bytes() for p in out.iterdir()}

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_json", broken)
    with pytest.raises(OSError, match="No space"):
        plan.write(out)
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["o"]


def test_a_plan_that_fails_the_check_is_no_result(monkeypatch):
    from model.base import errors
    from model.plan import plan as pipeline

    found = pd.DataFrame([{"rule": "use", "key": "k", "value": 1.0, "limit": 0.0, "excess": 1.0, "unit": "t"}])
    monkeypatch.setattr(pipeline, "violations", lambda *_: found)
    with pytest.raises(errors.Rejected, match="use"):
        model.solve(model.read(INSTANCES / "two-country"), "cap")


def test_content_of_magnets_made_from_imported_oxide(tmp_path):
    """Home's magnets are made of abroad's oxide: none made there, all of its material."""
    plan = solved("two-country", "cap")
    content = plan["content"].set_index("year")
    # 2034: 50 of 100 t are made abroad; the 50 t made at home hold oxide from abroad
    assert content["direct_share"][2034] == pytest.approx(0.5)
    assert content["content_share"][2034] == pytest.approx(1.0)
    assert content["base_ratio"][2034] == pytest.approx(1.0)


def test_content_mixes_origins_and_stocks(tmp_path):
    """By hand: oxide at home from B and C and the initial stock mixes by amount, year by year."""
    instance = model.read(
        write(tmp_path / "tiny", policies={"cap": '[[share_cap]]\nbuyer = "A"\nstages = ["processing"]\nmax = 1\n'})
    )
    plan = model.solve(instance, "cap")
    content = plan["content"]
    shares = content.pivot_table(index="year", columns="supplier", values="content_share").fillna(0)
    direct = content.pivot_table(index="year", columns="supplier", values="direct_share").fillna(0)
    # no plant in A or C uses anything that B makes but oxide itself: content is the origin's share
    assert np.allclose(shares, direct)
    assert (shares.sum(axis=1) <= 1 + 1e-9).all()


def test_stock_draws_count_with_their_origin(tmp_path):
    """What is put into stock is no use; what is drawn is, with the origin that it came from."""
    from model.formulation.network import Network
    from model.instance.reading import policy
    from model.instance.trees.tree import Tree
    from model.plan.solved import Solved
    from model.solving.goals.goals import solve
    from model.solving.programme import compiled

    instance = model.read(write(tmp_path / "tiny"))
    network = Network(instance, policy(instance, "all"), Tree.chain(instance.years))
    arrays = compiled(network)
    s = Solved(network, arrays, solve(arrays))
    for k, r in instance.used_at:
        for n in ("2030", "2031", "2032"):
            total = sum(t for (kk, _, rr, _, nn), t in s.used.items() if (kk, rr, nn) == (k, r, n))
            needed = sum(
                -instance.recipes[instance.plants[j].process][k] * s.value("activity", (j, h, n))
                for j in instance.users.get((k, r), ())
                for h in network.plant_classes(instance.plants[j])
            )
            served = sum(
                s.value("served", (k, r, q, h, n)) for q in instance.sectors.get((k, r), ()) for h in network.classes
            )
            assert total == pytest.approx(needed + served, abs=1e-6)
    assert (plan_stock := dict(s.positive("stock"))), "the policy asks for a stock"
    assert all(t > 0 for t in plan_stock.values())
