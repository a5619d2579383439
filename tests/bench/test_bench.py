"""The bench runs, on the smallest instance that has everything; nothing is timed."""

import numpy as np
import pytest

import model
from model.instance.reading import policy
from scripts import bench
from tests.bench import tables
from tests.bench.build import ROADS, built, bytes_of, handed, sizes
from tests.bench.futures import compare, scenario
from tests.bench.generate import SIZES, forked, write_instance

SMALL = {"regions": 8, "elements": 2, "grades": 1, "years": 6}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_instance(tmp_path_factory.mktemp("made"), **SMALL)


def test_an_instance_of_the_same_size_is_the_same(folder, tmp_path):
    again = write_instance(tmp_path / "again", **SMALL)
    for file in folder.rglob("*.*"):
        assert file.read_bytes() == (again / file.relative_to(folder)).read_bytes(), file.name


def test_the_instance_can_be_solved(folder):
    plan = model.solve(model.read(folder))
    assert plan.summary["cost_usd"] > 0
    assert len(plan["shipments"]) > 0


def test_its_policies_are_met_missed_and_traced(folder):
    instance = model.read(folder)
    assert model.solve(instance, "all").compliant
    assert not model.solve(instance, "early").compliant
    assert len(model.solve(instance, "traced")["downgrades"].columns) == 4


def test_futures_part_after_a_third_and_are_one_in_probability():
    tree = forked(range(2030, 2036), 2)
    assert [node.name for node in tree][:3] == ["2030", "2031", "2032 0"]
    assert [tree.by_name[leaf].probability for leaf in tree.leaves] == [0.5, 0.5]
    assert [node.year for node in tree.paths["2035 1"]] == list(range(2030, 2036))
    assert len(forked(range(2030, 2036), 1).leaves) == 1


@pytest.mark.parametrize("asked", ["all", "early"])
def test_futures_cut_apart_cost_what_the_whole_tree_costs(folder, tmp_path, asked):
    file = tmp_path / "futures.toml"
    file.write_text(scenario(4, 2027, "R07"), encoding="utf-8")
    found = compare(model.read(folder), asked, file, workers=1)
    whole, cut = found["whole"], found["cut"]
    assert found["futures"] == 4
    assert cut["cost"] == pytest.approx(whole["cost"], rel=1e-6)
    assert cut["shortfall"] == pytest.approx(whole["shortfall"], rel=1e-6, abs=1e-7)
    assert cut["gap"] <= 1e-7


@pytest.mark.parametrize("road", ROADS)
def test_every_road_hands_over_the_programme(folder, road):
    if road == "linopy":
        pytest.importorskip("linopy", reason="the bench extra is not installed")
    instance = model.read(folder)
    programme = built(road, instance, policy(instance, "all"))
    held = handed(programme)
    raw = built("raw", instance, policy(instance, "all"))
    if road in ("raw", "linopy"):
        assert sizes(held) == (len(raw[1]), len(raw[4]), len(raw[8]))
    else:
        assert sizes(held)[2] == pytest.approx(len(raw[8]), rel=0.1)
    if road != "linopy":
        assert bytes_of(programme) == sum(np.asarray(part).nbytes for part in programme[1:9])


def test_the_roads_by_hand_have_one_optimum(folder):
    pytest.importorskip("linopy", reason="the bench extra is not installed")
    instance = model.read(folder)
    found = []
    for road in ("raw", "linopy"):
        held = handed(built(road, instance, policy(instance, "all")))
        held.setOptionValue("output_flag", False)
        held.run()
        found.append(held.getInfo().objective_function_value)
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_the_script_prints_every_part(monkeypatch, capsys):
    monkeypatch.setitem(SIZES, "20k", SMALL)
    monkeypatch.setattr(tables, "_programmes", lambda _: [("20k", "20k", "all", 1, ["raw", "ours"])])
    assert bench.main(["--sizes", "20k", "--rounds", "1", "--solve", "20k", "--algorithms", "20k"]) == bench.PRINTED
    printed = capsys.readouterr().out
    assert printed.count("| 20k | ours |") == printed.count("| 20k | raw |") == 1
    for part in ("## Build and hand-over", "## Whole runs", "Peak memory by phase", "## Algorithms"):
        assert part in printed
    for solve in ("| 20k, all | hard | simplex | Optimal |", "| 20k, early | hard | simplex | Infeasible |"):
        assert solve in printed


def test_a_size_that_is_not_known(capsys):
    with pytest.raises(SystemExit) as end:
        bench.main(["--sizes", "20k,7"])
    assert end.value.code == bench.WRONG
    assert "no size: 7; known: 20k, 100k, 1M, 3M" in capsys.readouterr().err
