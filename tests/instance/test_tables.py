"""Wrong table files and columns, and all problems at once."""

from __future__ import annotations

import pytest

from tests.instance.spoil import Said, as_folder, both, copy, every, gone, judge, loop, more, problems, put, whole

FILES = {
    "unknown table": (whole("lane.csv", "a,b\n"), Said("lane.csv", None, expected="not a table", nearest="lanes.csv")),
    "file name in capitals": (
        whole("Plants.CSV", "a\n"),
        Said("Plants.CSV", None, expected="not a table", nearest="plants.csv"),
    ),
    "folder in place of a table": (
        both(as_folder("groups.csv"), whole("policies/cap.toml", ""), whole("policies/too-early.toml", "")),
        Said("groups.csv", None, expected="it is a folder"),
    ),
    "link to itself": (loop("stockpiles.csv"), Said("stockpiles.csv", None, expected="cannot be read")),
    "link to nothing": (
        both(gone("stockpiles.csv"), lambda f: (f / "stockpiles.csv").symlink_to(f / "nowhere.csv")),
        Said("stockpiles.csv", None, expected="cannot be read"),
    ),
    "empty file": (whole("capacity.csv", ""), Said("capacity.csv", 1, expected="has no header row")),
    "blank lines alone": (whole("capacity.csv", "\n\n ,\n"), Said("capacity.csv", 1, expected="has no header row")),
    "no header": (
        whole("capacity.csv", "B_OXIDE,2030,1000\n"),
        Said("capacity.csv", 1, value="B_OXIDE,2030", expected="expected a header row with the columns plant, year"),
    ),
    "semicolons": (
        every("capacity.csv", ",", ";"),
        Said("capacity.csv", 1, value="plant;year", expected="separated by semicolons"),
    ),
    "tabs": (every("capacity.csv", ",", "\t"), Said("capacity.csv", 1, value="plant", expected="separated by tabs")),
    "zero byte": (
        put("capacity.csv", "B_MAGNET", "B_\0MAGNET"),
        Said("capacity.csv", 3, value="\\x00", expected="holds a zero byte"),
    ),
    "latin-1": (
        more("capacity.csv", "A_MAGNET,2030,5,textbook,assumption,caf\u00e9\n".encode("latin-1")),
        Said("capacity.csv", 4, value="0xE9", expected="is not UTF-8"),
    ),
    "latin-1 behind a byte order mark and CRLF": (
        whole("capacity.csv", b"\xef\xbb\xbfplant,year,capacity\r\nB_OXIDE,2030,1\r\n\xe9,2030,1\r\n"),
        Said("capacity.csv", 3, value="0xE9", expected="is not UTF-8"),
    ),
    "UTF-16": (
        lambda f: (f / "capacity.csv").write_text("plant,year,capacity\n", encoding="utf-16"),
        Said("capacity.csv", 1, value="0xFF", expected="is not UTF-8"),
    ),
    "quote that is never closed": (
        more("capacity.csv", 'A_MAGNET,2031,5,textbook,assumption,"never\nclosed\n'),
        Said("capacity.csv", 4, expected="is not well-formed CSV: unexpected end of data; a quote is never closed"),
    ),
    "text behind a quote": (
        more("capacity.csv", 'A_MAGNET,2031,5,textbook,assumption,"a"b\n'),
        Said("capacity.csv", 4, expected="is not well-formed CSV"),
    ),
    "row too long": (
        put("capacity.csv", "never binds", "never, ever binds"),
        Said("capacity.csv", 2, expected="expected 6 cells as in the header, found 7; text that holds a comma"),
    ),
    "row too short": (
        put("demand.csv", ",textbook,assumption,ten times the price\nmag", "\nmag"),
        Said("demand.csv", 2, expected="expected 9 cells as in the header, found 6"),
    ),
    "row of a region too long": (
        put("regions.csv", "B,Abroad", "B,Abroad,far"),
        Said("regions.csv", 3, expected="expected 5 cells as in the header, found 6"),
    ),
    "line numbers behind a note of two lines": (
        both(
            put("capacity.csv", "never binds", '"never\nbinds"'),
            put("capacity.csv", "B_MAGNET,2030,1000", "B_MAGNET,2030,x"),
        ),
        Said("capacity.csv", 4, "capacity", "x", "expected a number of at least 0 [t/yr]"),
    ),
    "line numbers behind CRLF and blank lines": (
        whole("capacity.csv", "\r\n\r\nplant,year,capacity\r\n\r\nB_OXIDE,2030,x\r\n"),
        Said("capacity.csv", 5, "capacity", "x", "expected a number"),
    ),
    "line numbers with carriage returns alone": (
        whole("capacity.csv", "plant,year,capacity\rB_OXIDE,2030,1\rB_OXIDE,2031,x\r"),
        Said("capacity.csv", 3, "capacity", "x", "expected a number"),
    ),
    "table that others refer to absent": (
        gone("regions.csv"),
        Said(
            "regions.csv",
            None,
            expected="is absent, but each region named in groups.csv, plants.csv, demand.csv, lanes.csv",
        ),
    ),
    "table that others refer to without rows": (
        whole("stages.csv", "stage,name,order\n"),
        Said("stages.csv", None, expected="has no row, but each stage named in commodities.csv stands there"),
    ),
    "sources absent": (
        gone("sources.csv"),
        Said("sources.csv", None, expected="expected the columns source, citation"),
    ),
    "recipes absent": (gone("recipes.csv"), Said("recipes.csv", None, expected="each process named in plants.csv")),
    "plants absent": (gone("plants.csv"), Said("plants.csv", None, expected="each plant named in capacity.csv")),
    "groups absent": (
        gone("groups.csv"),
        Said(
            "groups.csv",
            None,
            expected='"home" in policies/cap.toml, line 4; "home" in policies/too-early.toml, line 4',
        ),
    ),
}

COLUMNS = {
    "unknown column": (
        put("capacity.csv", "confidence,note", "confidence,notes"),
        Said("capacity.csv", 1, "", "notes", "is not a column of this table", "note"),
    ),
    "missing column": (
        whole("capacity.csv", "plant,year\nB_OXIDE,2030\n"),
        Said("capacity.csv", 1, "capacity", expected="the column is missing"),
    ),
    "missing column of names": (
        whole("groups.csv", "region\nA\n"),
        Said("groups.csv", 1, "group", expected="the column is missing"),
    ),
    "missing column that may be blank": (
        whole("lanes.csv", "commodity,origin,destination,freight,tariff,from,to\nmagnet,B,A,1,0,,\n"),
        Said("lanes.csv", 1, "max_flow", expected="the column is missing"),
    ),
    "missing lead times": (
        both(
            put("plants.csv", "lead_time,", ""),
            every("plants.csv", ",,,,,10", ",,,,10"),
            put("plants.csv", "20000,2,", "20000,"),
        ),
        Said("plants.csv", 1, "lead_time", expected="the column is missing"),
    ),
    "column twice": (
        whole("capacity.csv", "plant,year,capacity,year\nB_OXIDE,2030,1,2031\n"),
        Said("capacity.csv", 1, "year", expected="stands twice"),
    ),
    "column without a name": (
        whole("capacity.csv", "plant,year,capacity,\nB_OXIDE,2030,1,\n"),
        Said("capacity.csv", 1, expected="column 4 has no name"),
    ),
}

SPOILT = FILES | COLUMNS


@pytest.mark.parametrize("name", SPOILT)
def test_a_wrong_table_is_named_and_nothing_else(name, tmp_path):
    judge(copy(tmp_path), *SPOILT[name])


def test_all_problems_are_reported_at_once(tmp_path):
    folder = copy(tmp_path)
    put("plants.csv", "refine,B,", "refine,C,")(folder)
    put("capacity.csv", "B_OXIDE,2030,1000", "B_OXIDE,2030,many")(folder)
    put("instance.toml", "0.05", '"0.05"')(folder)
    put("policies/cap.toml", "measure", "mesure")(folder)
    more("policies/none.toml", "x = 1\n")(folder)
    whole("scenarios/freeze.toml", "[[branch]]\n")(folder)
    files = [p.file for p in problems(folder)]
    assert files == [
        "capacity.csv",
        "instance.toml",
        "plants.csv",
        "policies/cap.toml",
        "policies/none.toml",
        *["scenarios/freeze.toml"] * 3,
    ]
