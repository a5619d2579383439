"""What the desk keeps is what solve.py takes; names that lead elsewhere are refused; questions have answers."""

import copy
import json

import pytest

import model
from model.desk.bench import Bench
from model.instance.editing.changes import read_changes
from tests.conftest import INSTANCES

FOLDER = INSTANCES / "two-country"


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Bench(FOLDER, out=tmp_path_factory.mktemp("own") / "desk")


def state(bench, policy="cap", **edits):
    data = copy.deepcopy(dict(bench.programmes.base.documents[f"policies/{policy}.toml"].data))
    return {"policy": policy, "data": data, "edits": edits}


def test_the_files_that_are_saved_solve_to_the_same_plan(bench):
    given = state(bench)
    given["data"]["share_cap"][0]["max"] = {"2033": 0.55, "2034": 0.45}
    given["edits"] = {
        "plants[plant=A_MAGNET].capex": "*= 0.9 at least 100",
        "demand[region=A, year>=2033].quantity": 900,
    }
    given["edits"]["finance.discount_rate"] = 0.04
    found = bench.answer("save", {"name": "mine", "state": given})
    assert sorted(found["files"]) == ["mine-changes.toml", "mine.toml"]
    files = [bench.out / name for name in sorted(found["files"])]
    assert [str(f) in found["call"] for f in files] == [True, True]
    assert "--set finance.discount_rate=0.04" in found["call"]
    instance = model.read(FOLDER, {**read_changes(files[0]), "finance.discount_rate": 0.04})
    plan = model.solve(instance, files[1])
    assert plan.summary["cost_usd"] == bench.checked(_of(given))[0].summary["cost_usd"]


def _of(given):
    from model.desk.state import State

    return State.of(given)


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "a/b", "/etc/x", "a\\b", "a\0b", "x" * 61, ".hidden", "a.", None, 5]
)
@pytest.mark.parametrize("what", ["save", "export"])
def test_a_name_that_leads_elsewhere_is_refused(bench, what, name):
    before = sorted(bench.out.parent.rglob("*"))
    assert list(bench.answer(what, {"name": name, "state": state(bench)})) == ["problems"]
    assert sorted(bench.out.parent.rglob("*")) == before


def test_what_is_there_is_not_replaced_and_what_is_wrong_is_not_written(bench):
    assert "files" in bench.answer("save", {"name": "once", "state": state(bench)})
    assert "is there already" in bench.answer("save", {"name": "once", "state": state(bench)})["problems"][0]
    wrong = state(bench) | {"edits": {"plants[plant=NO].capex": 5}}
    assert "problems" in bench.answer("save", {"name": "wrong", "state": wrong})
    assert not (bench.out / "wrong.toml").exists()


def test_a_plan_is_exported_with_its_report(bench):
    found = bench.answer("export", {"name": "plan", "state": state(bench)})
    assert found["report"] == "plan"
    there = {file.name for file in (bench.out / "plan").iterdir()}
    assert {"summary.json", "builds.csv", "stress.csv", "report.html"} <= there


def test_questions_say_how_far_they_are_and_have_answers(bench):
    said = []
    found = bench.answer("why", state(bench, "too-early"), said.append)
    assert "lead time" in found["html"]
    assert len(said) > 3
    assert "2026" in bench.answer("latest", state(bench), said.append)["html"] or said
    none = bench.answer("why", state(bench))
    assert "nothing to explain" in none["html"]
    json.dumps(found)


def test_the_tightest_cap_holds_and_a_tighter_one_does_not(bench):
    given = state(bench, "too-early")
    row = given["data"]["share_cap"][0]
    for year, levels in ((2031, (0.6, 1.0)), (None, (0.6, 1.0)), (2032, (0.0, 0.6))):
        level = bench.answer("tightest", {"state": given, "row": "share_cap.0", "year": year})["level"]
        assert levels[0] < level <= levels[1]
        if year == 2031:
            row["max"] = {"2031": min(1.0, level + 1e-4), "2032": 0.6}
            assert bench.answer("move", given)["complies"] == "yes"
            row["max"]["2031"] = level - 1e-3
            assert bench.answer("move", given)["complies"] == "no"
            row["max"] = 0.6
    assert "problems" in bench.answer("tightest", {"state": given, "row": "share_cap.7", "year": 2033})
    assert "problems" in bench.answer("tightest", [])
