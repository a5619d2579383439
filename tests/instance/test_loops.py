"""Loops of processes that make something out of nothing are found with their numbers, and no other."""

from __future__ import annotations

import pytest

from model.base.problems import InputError
from model.instance.reading import edited, read
from tests.instance.spoil import Said, both, copy, judge, more, problems, put

GRADED = ",textbook,assumption,\n"


def loop(scrap: float, where: str = "B", back: float = 1.0):
    """Pressing leaves scrap, which somebody remelts to oxide."""
    return both(
        more("commodities.csv", f"scrap,Scrap,magnet,0,0{GRADED}"),
        more("recipes.csv", f"press,scrap,{scrap}{GRADED}melt,scrap,-1{GRADED}melt,oxide,{back}{GRADED}"),
        more("regions.csv", f"C,Far{GRADED}"),
        more("plants.csv", f"MELT,m,melt,{where},1,1,,,,,,,,,,{GRADED}"),
        more("capacity.csv", f"MELT,2030,1000{GRADED}"),
        put("plants.csv", "20000,2,1", ",,"),  # no presses in A
    )


LANES = more("lanes.csv", f"scrap,B,C,1,0,,,{GRADED}oxide,C,A,1,0,,,{GRADED}oxide,A,B,1,0,,,{GRADED}")
THERE_AND_BACK = both(LANES, more("lanes.csv", f"oxide,C,B,1,0,,,{GRADED}"))


def test_a_loop_that_gains(tmp_path):
    # a magnet takes 0.5 t of oxide, for which 0.5 of the 0.6 t of its scrap are melted
    said = "made out of nothing: run 1 : 0.5, they use no good up and 1 t of magnet and 0.1 t of scrap is left"
    judge(copy(tmp_path), loop(0.6), Said("recipes.csv", 3, "coefficient", '"press, melt"', said))


def test_a_loop_that_gives_all_back_makes_its_product_of_nothing(tmp_path):
    said = "run 1 : 0.5, they use no good up and 1 t of magnet is left"
    judge(copy(tmp_path), loop(0.5), Said("recipes.csv", 3, "coefficient", '"press, melt"', said))


def test_yield_counts(tmp_path):
    said = "run 1 : 0.625, they use no good up and 1 t of magnet is left"
    judge(copy(tmp_path), loop(0.625, back=0.8), Said("recipes.csv", 3, "coefficient", '"press, melt"', said))


@pytest.mark.parametrize("change", [loop(0.499), loop(0.62, back=0.8)], ids=["little scrap", "a loss on the way"])
def test_a_loop_that_loses_is_sound(change, tmp_path):
    judge(copy(tmp_path), change)


def test_a_loop_needs_the_lanes_between_its_plants(tmp_path):
    """A lane from C to A and one from A to B are no way from C to B."""
    for name, lanes, found in (("apart", (), 0), ("by a third", (LANES,), 0), ("direct", (THERE_AND_BACK,), 1)):
        folder = copy(tmp_path / name)
        both(loop(0.6, "C"), *lanes)(folder)
        assert len(problems(folder)) == found, name


def test_a_loop_of_plants_that_never_run_is_none(tmp_path):
    judge(copy(tmp_path), both(loop(0.6), put("capacity.csv", "MELT,2030,1000", "MELT,2036,1000")))


def test_edited_recipes_are_judged_too(tmp_path):
    folder = copy(tmp_path)
    loop(0.4)(folder)
    instance = read(folder)
    recipes = instance.table("recipes")
    recipes.loc[recipes["coefficient"] == 0.4, "coefficient"] = 0.7
    with pytest.raises(InputError, match="run 1 : 0.5, they use no good up and 1 t of magnet and 0.2 t of"):
        edited(instance, recipes=recipes)
