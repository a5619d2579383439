"""What must hold whatever the numbers: small random instances, changed in ways whose effect is known."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import model
from model.base.units import T_PER_KT
from model.instance.files.dictionary import TABLES
from tests.independent.generate import write_instance

SEEDS = st.integers(0, 10_000)
CALM = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture(scope="module")
def instances(tmp_path_factory):
    made = {}

    def get(seed: int) -> tuple[model.Instance, Path]:
        if seed not in made:
            folder = tmp_path_factory.mktemp("random") / str(seed)
            write_instance(folder, seed)
            made[seed] = (model.read(folder), folder)
        return made[seed]

    return get


def cost(instance: model.Instance, policy: str = "policy-0") -> float:
    return float(model.solve(instance, policy).summary["cost_usd"])


def close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))


@CALM
@given(SEEDS)
def test_order_of_rows_does_not_matter(instances, seed):
    instance, _ = instances(seed)
    plan = model.solve(instance, "policy-0")
    mixed = {t: instance.table(t).sample(frac=1, random_state=seed) for t in TABLES if t != "lanes"}
    again = model.solve(model.edited(instance, **mixed), "policy-0")
    assert close(plan.summary["cost_usd"], again.summary["cost_usd"])
    for name, value in (("builds", "capacity_t_per_yr"), ("shipments", "quantity_t")):
        keys = [c for c in plan[name].columns if plan[name][c].dtype != "float64"]
        both = (p[name][p[name][value] > 1e-3][[*keys, value]].reset_index(drop=True) for p in (plan, again))
        pd.testing.assert_frame_equal(*both, rtol=1e-6, atol=1e-3)


@CALM
@given(SEEDS)
def test_names_of_regions_do_not_matter(instances, seed):
    instance, _ = instances(seed)
    names = dict(zip(instance.regions, random.Random(seed).sample(range(100, 999), len(instance.regions)), strict=True))
    new = {r: f"Z{i}" for r, i in names.items()}
    frames = {}
    for table in ("regions", "groups", "plants", "demand", "lanes", "stockpiles"):
        frame = instance.table(table)
        for column in ("region", "origin", "destination"):
            if column in frame:
                frame[column] = frame[column].replace(new)
        frames[table] = frame
    policies = {k: v for k, v in instance.documents.items() if k == "policies/none.toml"}
    assert len(policies) <= 1
    plain = model.Policy("none", "No policy")
    renamed = _without_policies(instance, frames)
    assert close(model.solve(instance, plain).summary["cost_usd"], model.solve(renamed, plain).summary["cost_usd"])


def _without_policies(instance: model.Instance, frames: dict[str, pd.DataFrame]) -> model.Instance:
    """The instance without its policy files, whose names would dangle."""
    from dataclasses import replace

    head = {"instance.toml": instance.documents["instance.toml"]}
    head["instance.toml"].data.pop("defaults", None)
    return model.edited(replace(instance, documents=head), **frames)


@CALM
@given(SEEDS)
def test_a_thousand_times_the_tonnes_cost_a_thousand_times(instances, seed):
    instance, _ = instances(seed)
    columns = {
        "plants": ["max_build", "max_build_per_year"],
        "capacity": ["capacity"],
        "demand": ["quantity"],
        "lanes": ["max_flow"],
        "stockpiles": ["initial", "capacity"],
    }
    frames = {t: instance.table(t) for t in columns}
    for table, names in columns.items():
        frames[table][names] *= T_PER_KT
    plain = model.Policy("none", "No policy")
    small = model.solve(instance, plain).summary["cost_usd"]
    large = model.solve(model.edited(instance, **frames), plain).summary["cost_usd"]
    assert close(small * T_PER_KT, large)


@CALM
@given(SEEDS, st.floats(0.3, 0.95))
def test_a_tighter_cap_never_cheapens(instances, seed, limit):
    instance, _ = instances(seed)
    policy = _cap(instance, limit)
    tighter = _cap(instance, limit * 0.8)
    loose, tight = model.solve(instance, policy).summary, model.solve(instance, tighter).summary
    assert tight["shortfall_t"] >= loose["shortfall_t"] - 1e-4
    if tight["shortfall_t"] == loose["shortfall_t"] == 0:
        assert tight["cost_usd"] >= loose["cost_usd"] * (1 - 1e-9)


def _cap(instance: model.Instance, limit: float) -> model.Policy:
    from model.instance.policy.targets import ShareCap, Supplier

    buyer = instance.sectors and next(iter(instance.sectors))[1]
    stage = next(s for s, goods in instance.stages.items() if any((k, buyer) in instance.sectors for k in goods))
    others = tuple(Supplier(r, (r,)) for r in instance.regions if r != buyer)
    share = dict.fromkeys(instance.years, limit)
    cap = ShareCap("share_cap.0", buyer, stage, (buyer,), instance.stages[stage], share, "content", "direct", others)
    return model.Policy("cap", "Cap", share_caps=(cap,))


@CALM
@given(SEEDS)
def test_no_demand_costs_nothing_but_what_stands(instances, seed):
    instance, _ = instances(seed)
    demand = instance.table("demand").assign(quantity=0.0)
    empty = model.edited(instance, demand=demand)
    plan = model.solve(empty, model.Policy("none", "No policy"))
    terms = set(plan["costs"]["term"])
    assert terms <= {"fixed_existing", "holding"}
    assert len(plan["builds"]) == 0


@CALM
@given(SEEDS)
def test_half_a_plant_twice_is_the_plant(instances, seed):
    instance, _ = instances(seed)
    name = instance.table("capacity")["plant"].iloc[0]
    plants, capacity = instance.table("plants"), instance.table("capacity")
    twin = plants[plants["plant"] == name].assign(plant="TWIN", capex=float("nan"))
    half = capacity["plant"] == name
    capacity.loc[half, "capacity"] /= 2
    copies = capacity[half].assign(plant="TWIN")
    parts = {"plants": pd.concat([plants, twin]), "capacity": pd.concat([capacity, copies])}
    parts = {t: f.reset_index(drop=True) for t, f in parts.items()}
    plain = model.Policy("none", "No policy")
    whole = model.solve(instance, plain).summary["cost_usd"]
    assert close(whole, model.solve(model.edited(instance, **parts), plain).summary["cost_usd"])


@CALM
@given(SEEDS)
def test_padding_does_not_pay(instances, seed):
    """A buyer's use can't be padded: what arrives, or leaves stock, goes into plants and to buyers, no more."""
    instance, _ = instances(seed)
    plan = model.solve(instance, _cap(instance, 0.5))
    recipes, activity = instance.recipes, plan["activity"]
    needed = sum(
        -a * row.activity_t
        for row in activity.itertuples()
        for a in recipes[row.process].values()
        if a < 0
    )  # fmt: skip
    taken = needed + plan["demand"]["served_t"].sum()
    stocks = plan["stocks"]
    drawn = sum(pile.initial for pile in instance.stockpiles.values())
    arrivals = plan["shipments"]["quantity_t"].sum() + drawn
    left = stocks[stocks["year"] == instance.last_year]["stock_t"].sum()
    assert arrivals - left >= taken * (1 - 1e-6) - 1e-3
    if not instance.stockpiles:
        assert arrivals == pytest.approx(taken, rel=1e-6, abs=1e-3)
