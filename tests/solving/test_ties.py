"""Which of the equally cheap plans is published."""

import numpy as np
import pytest

import model
from model.solving.goals.ties import TILT, tie_weights
from tests.conftest import programme
from tests.tiny import TABLES, write

TWIN = "B_TWIN,Magnets B again,press,B,7000,0,,,,,,,,,,\n"


@pytest.fixture
def twins(tmp_path):
    """Two plants in B that cost the same; either could make all of the magnets, in every year."""
    tables = {"plants": TABLES["plants"] + TWIN, "capacity": TABLES["capacity"] + "B_TWIN,2030,900\n"}
    return model.read(write(tmp_path / "tiny", **tables))


def test_ties_fall_the_same_way_every_year(twins):
    runs = model.solve(twins, "none")["activity"].query("plant in ['B_MAG', 'B_TWIN'] and activity_t > 0")
    assert runs["plant"].nunique() == 1
    assert sorted(runs["year"]) == [2030, 2031, 2032]


def test_a_weight_hangs_on_the_name_without_its_year(twins):
    arrays = programme(twins, "none")
    weights = dict(zip(arrays.names(), tie_weights(arrays).value, strict=True))
    first, then, last = (weights[f"activity[B_MAG,free,{year}]"] for year in (2030, 2031, 2032))
    assert 1 <= first < 2
    assert (then, last) == pytest.approx((first * TILT, first * TILT**2))
    assert weights["activity[B_TWIN,free,2030]"] != first


def test_neither_a_change_of_places_nor_a_year_in_the_middle_weighs_the_same(twins):
    arrays = programme(twins, "none")
    weights = dict(zip(arrays.names(), tie_weights(arrays).value, strict=True))
    one, other = (
        np.array([weights[f"activity[{p},free,{y}]"] for y in (2030, 2031, 2032)]) for p in ("B_MAG", "B_TWIN")
    )
    assert abs((one[0] + other[1]) - (one[1] + other[0])) > 1e-6
    assert abs(one[0] + one[2] - 2 * one[1]) > 5e-7
