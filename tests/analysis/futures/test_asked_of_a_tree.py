"""What is asked of a plan for several futures that one certain future alone can answer is refused, in one sentence."""

from __future__ import annotations

import pytest

import model
from model.base.problems import InputError
from tests import tiny

FUTURES = '[[branch]]\nname = "more"\nfrom = 2031\nprobability = 0.4\n[[branch.event]]\nkind = "demand"\nfactor = 1.4\n'


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    folder = tiny.write(tmp_path_factory.mktemp("tree") / "tiny")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "more.toml").write_text(FUTURES, encoding="utf-8")
    return model.read(folder)


@pytest.fixture(scope="module")
def plan(instance):
    return model.solve(instance, "all", scenarios="more")


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        (
            model.explain,
            "an explanation asks a plan of one certain future: solve it without scenarios, or ask model.fut",
        ),
        (model.latest, "by when at the latest asks a plan of one certain future: solve it without scenarios"),
        (model.lead_times, "what a year less of lead time is worth asks a plan of one certain future"),
        (model.stress, "a stress test asks a plan of one certain future"),
        (lambda plan: model.stockpiles(plan, plan.instance), "bridging a stop asks a plan of one certain future"),
        (lambda plan: model.solve(plan.instance, "all", builds=plan), "are of a plan for several futures"),
        (lambda plan: model.solve(plan.instance, "all", builds=plan["builds"]), "are of a plan for several futures"),
    ],
)
def test_it_is_refused_in_one_sentence(plan, asks, said):
    with pytest.raises(InputError, match=said) as error:
        asks(plan)
    assert len(error.value.problems) == 1


def test_a_folder_is_refused_by_its_name(plan, tmp_path):
    plan.write(tmp_path / "tree")
    with pytest.raises(InputError, match="tree: is for several futures"):
        model.stress(model.read_results(tmp_path / "tree"), plan.instance)


def test_pictures_are_of_the_likeliest_future_and_say_so(plan, instance):
    from model.output.pictures.plan import plan_tables

    tables = plan_tables(plan)
    assert "if as planned" in tables.source
    assert "branch" not in tables["demand"]
    assert tables["demand"]["demand_t"].tolist() == model.solve(instance, "all")["demand"]["demand_t"].tolist()
    assert model.draw(plan, "costs").axes


def test_plans_for_several_futures_are_compared(plan, instance):
    compared = model.compare(plan, model.solve(instance, "none", scenarios="more"))
    rows = compared["plans"].set_index("plan")
    assert rows.loc["all", "capex_usd"] == pytest.approx(plan.summary["capex_usd"])
    assert rows.loc["all", "cost_usd"] == pytest.approx(plan.summary["cost_usd"])


@pytest.mark.parametrize("level", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("policy", ["all", "none"])
def test_nothing_but_the_dear_futures_may_count(instance, policy, level):
    expected = model.solve(instance, policy, scenarios="more")
    futures = model.scenario(instance, "more", risk_weight=1, risk_level=level)
    plan = model.solve(instance, policy, scenarios=futures)
    worst = max(f["cost_usd"] for f in plan.summary["futures"])
    assert plan.summary["risk_adjusted_usd"] == pytest.approx(plan.summary["cvar_usd"])
    assert plan.summary["cvar_usd"] <= expected.summary["cvar_usd"] * (1 + 1e-9) if level else True
    if level == 0:  # the mean of all futures
        assert plan.summary["cvar_usd"] == pytest.approx(expected.summary["cost_usd"])
    if level == 0.9:  # more than all but the dearest
        assert plan.summary["cvar_usd"] == pytest.approx(worst)
