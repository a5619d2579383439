"""From Python: names that are found, results that are a mapping, keep to themselves, and survive pickling."""

import copy
import pickle

import highspy
import pandas as pd
import pytest

import model
from tests.tiny import write


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write(tmp_path_factory.mktemp("python") / "tiny")


@pytest.fixture(scope="module")
def plan(folder):
    return model.solve(folder, "all")


def test_every_public_name_is_listed_and_found():
    assert set(model.__all__) <= set(dir(model))
    assert not {"Any", "TYPE_CHECKING", "import_module"} & set(dir(model))
    assert all(getattr(model, name).__name__ == name for name in model.__all__)


def test_a_path_is_an_instance(plan, folder):
    assert plan.summary["cost_usd"] == model.solve(model.read(folder), "all").summary["cost_usd"]
    with pytest.raises(model.InputError):
        model.solve(folder / "nowhere")


def test_a_plan_is_a_mapping_with_a_short_repr(plan):
    assert set(plan) == set(plan.tables) == set(plan.keys())
    assert len(plan) == len(list(plan.items()))
    assert plan.get("nothing") is None
    with pytest.raises(KeyError, match="did you mean 'builds'"):
        plan["build"]
    for said in (repr(plan), repr(plan.instance), repr(plan.policy)):
        assert len(said) < 200
    assert "under all" in repr(plan)


def test_tables_do_not_change_under_a_reader(plan):
    before = plan["builds"].copy()
    for frame in (plan["builds"], plan.tables["builds"]):
        frame["capacity_t_per_yr"] = 0.0
        frame.loc[:, "plant"] = "X"
    mine = {"builds": before.copy()}
    kept = model.Results(mine, plan.summary)
    mine["builds"].loc[:, "plant"] = "X"
    pd.testing.assert_frame_equal(plan["builds"], before)
    pd.testing.assert_frame_equal(kept["builds"], before)
    with pytest.raises(TypeError):
        plan.tables["builds"] = before


@pytest.mark.parametrize("again", [lambda p: pickle.loads(pickle.dumps(p)), copy.copy, copy.deepcopy])
def test_a_plan_can_be_kept(plan, again):
    other = again(plan)
    assert other.summary == plan.summary
    for name, frame in plan.items():
        pd.testing.assert_frame_equal(other[name], frame)
    assert model.explain(other).tables.keys() == model.explain(plan).tables.keys()


@pytest.mark.parametrize("ending", ["mps", "lp"])
@pytest.mark.parametrize("goal", ["cost", "capital", "earliest"])
@pytest.mark.parametrize("missed", [False, True])
def test_an_exported_problem_costs_what_the_plan_costs(folder, tmp_path, ending, goal, missed):
    plan = model.solve(folder, "all", {"domestic_min.0.min": 0.9} if missed else {}, goal=goal)
    assert plan.compliant != missed
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(model.export(plan, tmp_path / f"x.{ending}"))) == highspy.HighsStatus.kOk
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    assert highs.getInfo().objective_function_value * 1e6 == pytest.approx(plan.summary["cost_usd"], rel=1e-6)
    assert [p.name for p in tmp_path.iterdir()] == [f"x.{ending}"]


def test_an_export_has_a_known_ending(plan, tmp_path):
    with pytest.raises(model.InputError, match="ends in"):
        model.export(plan, tmp_path / "x.txt")
