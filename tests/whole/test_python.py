"""From Python: names that are found, results that are a mapping, keep to themselves, and survive pickling."""

import copy
import pickle
import re

import highspy
import pandas as pd
import pytest

import model
from tests.conftest import ROOT
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


def test_the_page_of_functions_names_what_there_is():
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    named = {n for row in rows for n in re.findall(r"(?<![\w.])([a-z_]+)\(", row)}
    assert named <= set(model.__all__)


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


def test_what_a_notebook_shows_names_instance_policy_and_edits(folder):
    edited = model.solve(folder, "all", {"share_cap.0.max": 0.9})
    shown = edited._repr_html_()
    for said in (
        "tiny",
        "all, edited: “share of any one supplier: Oxide in home” at most 90 %",
        "share_cap.0.max = 0.9",
        "cost_usd",
    ):
        assert said in shown


def test_what_answers_is_short(folder, plan, tmp_path):
    none = model.solve(folder, "none")
    missed = model.solve(folder, "all", {"domestic_min.0.min": 0.9})
    explained = repr(model.explain(missed))
    assert explained.startswith("<Explanation of all: ")
    assert "misses" in explained
    assert repr(model.compare(plan, none)).startswith("<Comparison of all, none: ")
    assert "every target met" in repr(model.explain(plan))
    found = model.frontier(model.read(folder), "all", caps=[0.7], years=[2032])
    assert repr(found) == f"<Frontier of all: {len(found.table)} plans, see its table>"


def test_plans_in_memory_are_compared_as_their_folders_are(folder, plan, tmp_path):
    none = model.solve(folder, "none")
    written = model.compare(plan.write(tmp_path / "a"), none.write(tmp_path / "b"))
    for given in (model.compare(plan, none), model.compare([plan, tmp_path / "b"])):
        assert given.plans == written.plans == ("all", "none")
        for name, frame in written.tables.items():
            mine = given[name].drop(columns="folder", errors="ignore")
            pd.testing.assert_frame_equal(mine, frame.drop(columns="folder", errors="ignore"), obj=name)
    assert list(model.compare(plan, none)["plans"]["folder"]) == ["", ""]
    dear = model.solve(folder, "all", goal="capital")
    assert model.compare(plan, dear).plans == ("all", "all (goal=capital)")
    with pytest.raises(model.InputError, match="is named 2 times"):
        model.compare(plan, plan)
    with pytest.raises(model.InputError, match="holds one plan"):
        model.compare(plan)


def test_a_picture_and_a_workbook_of_a_plan_in_memory(plan, tmp_path):
    assert model.draw(plan, "shares").axes
    with pytest.raises(model.InputError, match='did you mean "shares"'):
        model.draw(plan, "share")
    with pytest.raises(model.InputError, match="no target is missed"):
        model.draw(plan, "missed_targets")
    file = model.write_workbook(plan, tmp_path / "x.xlsx")
    plan.write(tmp_path / "plan", model.write_workbook)
    assert (tmp_path / "plan" / "results.xlsx").read_bytes() == file.read_bytes()
    with pytest.raises(model.InputError, match="exists"):
        model.write_workbook(plan, file)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda f: model.solve(f, "al"), 'policy: "al": is not a policy of tiny; known: all, none'),
        (lambda f: model.solve(f, goal="cots"), 'goal: "cots": is not a goal'),
        (lambda f: model.read(f, {"finance.rate": 1}), 'override finance.rate: "1": is not a key'),
        (
            lambda f: model.read(f, {"plants[plant=X].capex": 1}),
            'edit plants[plant=X].capex, where.plant: "X": plants: no row',
        ),
        (lambda f: model.frontier(model.read(f), "none"), 'policy: "none": has no [[share_cap]]'),
        (lambda f: model.frontier(model.read(f), "all", caps=[2]), 'caps: "2": expected a share'),
    ],
)
def test_messages_speak_of_arguments_and_not_of_options(folder, call, said):
    with pytest.raises(model.InputError) as caught:
        call(folder)
    assert str(caught.value).splitlines()[1].startswith(f"  - {said}")
    assert "--" not in str(caught.value)
    assert "solved" not in str(caught.value)


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
