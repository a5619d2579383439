"""The bench runs, on the smallest instance that has everything; nothing is timed."""

import numpy as np
import pytest

import model
from model.reading import policy
from tests.bench.build import ROADS, built, bytes_of, handed
from tests.bench.generate import write_instance


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_instance(tmp_path_factory.mktemp("made"), regions=4, elements=2, grades=1, years=6)


def test_an_instance_of_the_same_size_is_the_same(folder, tmp_path):
    again = write_instance(tmp_path / "again", regions=4, elements=2, grades=1, years=6)
    for file in folder.rglob("*.*"):
        assert file.read_bytes() == (again / file.relative_to(folder)).read_bytes(), file.name


def test_the_instance_can_be_solved(folder):
    plan = model.solve(model.read(folder))
    assert plan.summary["cost_usd"] > 0
    assert len(plan["shipments"]) > 0


@pytest.mark.parametrize("road", ROADS)
def test_every_road_hands_over_the_programme(folder, road):
    instance = model.read(folder)
    programme = built(road, instance, policy(instance, "all"))
    held = handed(programme)
    assert held.getNumCol() == len(programme[1])
    assert held.getNumRow() == len(programme[4])
    assert bytes_of(programme) == sum(np.asarray(part).nbytes for part in programme[1:9])
