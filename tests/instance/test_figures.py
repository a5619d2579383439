"""How many figures there are, and of which grade."""

from __future__ import annotations

from model.instance.reading import edited, read
from model.instance.warnings.figures import figures
from tests.instance.spoil import INSTANCES, LARGE, SMALL, copy, put, whole


def counts(instance):
    """The figures by table."""
    return figures(instance).set_index("table")


class TestFigures:
    """How many figures there are, and of which grade."""

    def test_the_small_instance(self):
        counted = counts(read(INSTANCES / SMALL))
        assert counted.loc["demand"].to_dict() == {
            "sourced": 0,
            "recalled": 0,
            "assumption": 4,
            "definition": 0,
            "ungraded": 0,
            "figures": 4,
        }
        # variable and fixed cost of three plants, three lifetimes; capex, lead time, ramp, wacc and build limit of one
        assert counted.loc["plants", "figures"] == 14
        assert counted.loc["lanes", "figures"] == 4
        assert counted.loc["stockpiles", "figures"] == 0
        assert counted.loc["all"].to_dict() == {c: counted[c].iloc[:-1].sum() for c in counted}

    def test_grades(self, tmp_path):
        folder = copy(tmp_path)
        put("demand.csv", "assumption", "sourced")(folder)
        put("recipes.csv", "assumption", "recalled")(folder)
        put("lanes.csv", "assumption", "")(folder)
        counted = counts(read(folder))
        assert counted.loc["demand"].tolist() == [2, 0, 2, 0, 0, 4]
        assert counted.loc["recipes"].tolist() == [0, 1, 2, 0, 0, 3]
        assert counted.loc["lanes"].tolist() == [0, 0, 2, 0, 2, 4]
        assert counted.loc["all"].tolist() == [2, 1, 26, 0, 2, 31]

    def test_a_default_is_no_figure_but_a_value_like_it_is(self, tmp_path):
        folder = copy(tmp_path)
        before = counts(read(folder)).loc["plants", "figures"]
        put("plants.csv", "5000,0,,", "5000,0,1,")(folder)
        put("lanes.csv", "200,0,", "200,,")(folder)
        counted = counts(read(folder))
        assert (counted.loc["plants", "figures"], counted.loc["lanes", "figures"]) == (before + 1, 3)

    def test_coordinates_places_in_the_chain_and_years_of_a_key_are_none(self, tmp_path):
        folder = copy(tmp_path)
        whole("regions.csv", "region,name,latitude,longitude\nA,Home,1,2\nB,Abroad,3,4\n")(folder)
        counted = counts(read(folder))
        assert counted.loc[["regions", "stages", "capacity"], "figures"].tolist() == [0, 0, 2]

    def test_an_edited_frame_keeps_its_blanks(self):
        instance = read(INSTANCES / SMALL)
        plants = instance.table("plants")
        assert figures(edited(instance, plants=plants)).equals(figures(instance))
        plants.loc[0, "availability"] = 0.9
        assert counts(edited(instance, plants=plants)).loc["plants", "figures"] == 15

    def test_the_large_instance(self):
        counted = counts(read(INSTANCES / LARGE))
        assert counted["ungraded"].sum() == 0
        assert counted.loc["demand", "figures"] == 440
        assert counted.loc["capacity", "figures"] == 232
