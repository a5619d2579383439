"""What must hold between cells and tables: references, keys, sense; with the nearest name."""

from __future__ import annotations

import pytest

from tests.instance.spoil import Said, copy, every, judge, more, problems, put

LOOKS_LIKE_OXIDE = "\u043exide"

BETWEEN = {
    "group with a region's name": (
        more("groups.csv", "B,A,textbook,assumption,\nB,B,textbook,assumption,\n"),
        Said("groups.csv", 3, "group", "B", "is the name of a region; a group needs its own (and in 1 more line: 4)"),
    ),
    "lane's years the wrong way round": (
        put("lanes.csv", "0.05,,,", "0.05,,2034,2031"),
        Said("lanes.csv", 2, "to", "2031", "is before the row's first year 2034"),
    ),
    "stock above capacity": (
        more("stockpiles.csv", "oxide,A,11,10,0,0,textbook,assumption,\n"),
        Said("stockpiles.csv", 2, "initial", "11", "does not fit into the stock's capacity of 10 t"),
    ),
    "capex without lead time": (
        put("plants.csv", "20000,2,1", "20000,,1"),
        Said("plants.csv", 4, "lead_time", expected="a value is needed where capex is given; expected a whole number"),
    ),
    "capex without lifetime": (
        put("plants.csv", "2,1,10,", "2,1,,"),
        Said("plants.csv", 4, "lifetime", expected="a value is needed where capex is given"),
    ),
    "decisions the wrong way round": (
        put("plants.csv", "0.10,100,,,,", "0.10,100,,2033,2031,"),
        Said("plants.csv", 4, "last_decision", "2031", "is before first_decision 2033"),
    ),
    "demand that begins late": (
        put("demand.csv", "all,2030", "all,2031"),
        Said(
            "demand.csv",
            2,
            "year",
            "magnet, A, all",
            "the listed years 2031 to 2035 do not span the horizon 2030 to 2035",
        ),
    ),
    "demand that ends early": (
        put("demand.csv", "all,2035", "all,2034"),
        Said("demand.csv", 3, "year", "magnet, A, all", "the listed years 2030 to 2034 do not span"),
    ),
    "same wrong name in many rows": (
        every("capacity.csv", ",2030", "X,2030"),
        Said("capacity.csv", 2, "plant", "B_OXIDEX", "is not a known plant", "B_OXIDE"),
        Said("capacity.csv", 3, "plant", "B_MAGNETX", "is not a known plant", "B_MAGNET"),
    ),
    "grade of confidence": (
        every("capacity.csv", "assumption", "assumed"),
        Said(
            "capacity.csv",
            2,
            "confidence",
            "assumed",
            "known: assumption, recalled, sourced (and in 1 more line: 3)",
            "assumption",
        ),
    ),
    "source": (
        put("lanes.csv", "textbook", "texbook"),
        Said("lanes.csv", 2, "source", "texbook", "is not a known source", "textbook"),
    ),
    "name in another case": (
        put("recipes.csv", "press,magnet", "press,Magnet"),
        Said("recipes.csv", 4, "commodity", "Magnet", "is not a known commodity", "magnet"),
    ),
    "name with a letter that looks the same": (
        put("recipes.csv", "press,oxide", f"press,{LOOKS_LIKE_OXIDE}"),
        Said("recipes.csv", 3, "commodity", LOOKS_LIKE_OXIDE, "is not a known commodity (it holds U+043E)", "oxide"),
    ),
    "star where none is allowed": (
        put("demand.csv", "magnet,A", "*,A"),
        Said("demand.csv", 2, "commodity", "*", "is not a known commodity"),
    ),
}

REFERENCES = [
    ("groups.csv", "region", "home,A", "home,{}", "A", "region"),
    ("commodities.csv", "stage", "Oxide,processing", "Oxide,{}", "processing", "stage"),
    ("recipes.csv", "commodity", "refine,oxide", "refine,{}", "oxide", "commodity"),
    ("plants.csv", "process", "abroad,refine", "abroad,{}", "refine", "process"),
    ("plants.csv", "region", "refine,B", "refine,{}", "B", "region"),
    ("capacity.csv", "plant", "B_OXIDE,2030", "{},2030", "B_OXIDE", "plant"),
    ("demand.csv", "region", "magnet,A", "magnet,{}", "A", "region"),
    ("lanes.csv", "commodity", "magnet,B", "{},B", "magnet", "commodity"),
    ("lanes.csv", "origin", "magnet,B", "magnet,{}", "B", "region or group"),
    ("lanes.csv", "destination", "B,A", "B,{}", "A", "region or group"),
]

KEYS = [
    ("regions.csv", "A,Again,textbook,assumption,\n", 4, "region", "A", 2),
    ("groups.csv", "home,A,textbook,assumption,\n", 3, "group, region", "home, A", 2),
    ("stages.csv", "magnet,Again,3,textbook,assumption,\n", 4, "stage", "magnet", 3),
    ("commodities.csv", "oxide,Again,processing,1,1,textbook,assumption,\n", 4, "commodity", "oxide", 2),
    ("recipes.csv", "press,magnet,2,textbook,assumption,\n", 5, "process, commodity", "press, magnet", 4),
    ("plants.csv", "B_OXIDE,Again,refine,B,1,1,,,,,,,,,,,textbook,assumption,\n", 5, "plant", "B_OXIDE", 2),
    ("capacity.csv", "B_OXIDE,2030.0,5,textbook,assumption,\n", 4, "plant, year", "B_OXIDE, 2030", 2),
    (
        "demand.csv",
        "magnet,A,all,2035,5,5,textbook,assumption,\n",
        4,
        "commodity, region, sector, year",
        "magnet, A, all, 2035",
        3,
    ),
    ("stockpiles.csv", "oxide,A,0,1,0,0,textbook,assumption,\n" * 2, 3, "commodity, region", "oxide, A", 2),
    ("sources.csv", "textbook,Again,2026\n", 3, "source", "textbook", 2),
]


@pytest.mark.parametrize("name", BETWEEN)
def test_what_does_not_fit_is_named_and_nothing_else(name, tmp_path):
    judge(copy(tmp_path), *BETWEEN[name])


@pytest.mark.parametrize(("file", "column", "old", "new", "right", "kind"), REFERENCES)
def test_a_dangling_name_is_named_with_the_nearest(file, column, old, new, right, kind, tmp_path):
    folder = copy(tmp_path)
    wrong = f"{right}{right[-1]}x" if len(right) > 1 else f"{right}?"
    put(file, old, new.format(wrong))(folder)
    said = Said(file, 2, column, wrong, f"is not a known {kind}; known: ", right)
    found = problems(folder)
    assert len(found) == 1
    assert said.fits(found[0]), found


@pytest.mark.parametrize(("file", "rows", "line", "column", "value", "first"), KEYS)
def test_a_duplicate_key_is_named_with_the_first(file, rows, line, column, value, first, tmp_path):
    folder = copy(tmp_path)
    more(file, rows)(folder)
    found = problems(folder)
    assert len(found) == 1
    assert Said(file, line, column, value, f"the same key stands in line {first} already").fits(found[0]), found
