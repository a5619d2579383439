"""What goods end in: the base that a cap is held against."""

import model
from model.instance.downstream import downstream
from tests.conftest import INSTANCES


def test_other_branches_and_loops_of_scrap_are_left_out():
    instance = model.read(INSTANCES / "gallium-germanium-2040")
    assert downstream(instance, ["ge_tetra"]) == {"ge_tetra"}
    assert downstream(instance, ["ga_hp"]) == {"ga_hp", "gaas_wafer", "ga_scrap"}  # and no crude from the scrap
    assert downstream(instance, ["ge_dioxide"]) == {"ge_dioxide", "ge_metal", "ge_tetra", "ge_parts", "ge_scrap"}


def test_one_line_of_stages_ends_in_all_of_it():
    instance = model.read(INSTANCES / "two-country")
    assert downstream(instance, ["oxide"]) == {"oxide", "magnet"}
