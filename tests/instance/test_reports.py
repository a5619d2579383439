"""The report: one wrong file doesn't flood it, it is in one order, on one line each, and no reader's error escapes."""

from __future__ import annotations

import os
import pathlib

import pytest

from model.base.problems import InputError, Problem, and_more, known_names, nearest, quoted
from model.instance.reading import read
from tests.instance.spoil import HELD, LARGE, Said, copy, every, gone, more, problems, put, whole


@pytest.mark.parametrize("table", HELD)
def test_an_absent_table_is_said_once(table, tmp_path):
    folder = copy(tmp_path, LARGE)
    gone(f"{table}.csv")(folder)
    found = problems(folder)
    if table == "demand":  # a policy names one of its sectors
        assert [(p.file, p.value) for p in found] == [("policies/dfars-2027.toml", '"defence"')]
        return
    referred = table not in ("capacity", "lanes", "stockpiles")
    assert [p.file for p in found] == [f"{table}.csv"] * referred, "\n".join(map(str, found))
    assert all("is absent, but " in p.expected for p in found)


@pytest.mark.parametrize("table", HELD)
def test_a_table_that_cannot_be_read_is_said_once(table, tmp_path):
    folder = copy(tmp_path, LARGE)
    whole(f"{table}.csv", b"\xff\xfe")(folder)
    assert [(p.file, p.line) for p in problems(folder)] == [(f"{table}.csv", 1)]


@pytest.mark.parametrize("table", HELD)
def test_a_header_in_capitals_is_said_once_a_column(table, tmp_path):
    folder = copy(tmp_path, LARGE)
    path = folder / f"{table}.csv"
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(f"{head.upper()}\n{rest}", encoding="utf-8")
    found = problems(folder)
    assert {(p.file, p.line) for p in found} == {(f"{table}.csv", 1)}
    assert {p.nearest for p in found} - {""} == set(head.split(","))


def test_a_row_that_is_too_long_everywhere_is_said_once(tmp_path):
    folder = copy(tmp_path, LARGE)
    every("regions.csv", ",assumption,", ",assumption,,")(folder)
    (found,) = problems(folder)
    assert Said(
        "regions.csv", 2, expected="found 9; text that holds a comma stands in quotes (and in 22 more lines: 3, 4"
    ).fits(found)


def test_a_wrong_value_of_a_column_is_said_once_with_its_lines(tmp_path):
    folder = copy(tmp_path, LARGE)
    every("demand.csv", ",plan,assumption,", ",plan,guess,")(folder)
    (found,) = problems(folder)
    assert (found.file, found.line, found.column, found.value) == ("demand.csv", 2, "confidence", '"guess"')
    assert "(and in 109 more lines: 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, ...)" in found.expected


def test_a_misspelt_region_is_said_where_it_is_used_not_everywhere(tmp_path):
    folder = copy(tmp_path, LARGE)
    put("regions.csv", "CN,China", "CHN,China")(folder)
    found = problems(folder)
    assert len(found) < 35
    assert {p.value for p in found} == {'"CN"'}
    assert len({(p.file, p.line, p.column) for p in found}) == len(found)


def test_instance_toml_that_cannot_be_read_is_said_once(tmp_path):
    folder = copy(tmp_path, LARGE)
    whole("instance.toml", "[")(folder)
    assert [p.file for p in problems(folder)] == ["instance.toml"]


def test_a_bad_horizon_is_said_once(tmp_path):
    folder = copy(tmp_path, LARGE)
    put("instance.toml", "last_year = 2045", 'last_year = "2045"')(folder)
    assert [(p.file, p.column) for p in problems(folder)] == [("instance.toml", "horizon.last_year")]


def test_unreadable_files_and_folders(tmp_path, monkeypatch):
    """Denied access, whatever the rights of the one who runs the test."""
    folder = copy(tmp_path)
    real = pathlib.Path.read_bytes

    def denied(path):
        if path.name in ("regions.csv", "cap.toml"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(pathlib.Path, "read_bytes", denied)
    assert [(p.file, p.expected) for p in problems(folder)] == [
        ("policies/cap.toml", "cannot be read: Permission denied"),
        ("regions.csv", "cannot be read: Permission denied"),
    ]

    def shut(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(pathlib.Path, "iterdir", shut)
    assert {p.file for p in problems(folder)} == {str(folder), "policies", "sweeps", "regions.csv", "instance.toml"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_file(tmp_path):
    folder = copy(tmp_path)
    (folder / "stockpiles.csv").unlink()
    os.mkfifo(folder / "stockpiles.csv")
    (found,) = problems(folder)
    assert found.expected == "cannot be read: it is no ordinary file; expected a file"


def test_problems_are_in_order_and_on_one_line_each(tmp_path):
    folder = copy(tmp_path)
    put("plants.csv", "refine,B,", 'refine,"B\nC\u2028",')(folder)
    more("regions.csv", "B,Again,textbook,assumption,\n")(folder)
    put("lanes.csv", "500,", "x\ty,")(folder)
    with pytest.raises(InputError) as caught:
        read(folder)
    lines = str(caught.value).splitlines()
    assert lines[0] == "3 problems in the input:"
    assert [line[:16] for line in lines[1:]] == ["  - lanes.csv, l", "  - plants.csv, ", "  - regions.csv,"]
    assert '"x\\ty"' in lines[1]


def test_a_problem_as_it_is_written():
    problem = Problem("plants.csv", 4, "region", '"Bb"', "is not a known region", "B")
    assert str(problem) == 'plants.csv, line 4, region: "Bb": is not a known region; did you mean "B"?'
    assert str(Problem("x.csv", None, "", "", "is absent")) == "x.csv: is absent"


def test_equal_problems_are_said_once():
    problem = Problem("a", 1, "", "", "x")
    assert InputError([problem, problem]).problems == (problem,)


def test_order_does_not_hang_on_hashes():
    found = [Problem("a", 1, "c", "v", str(i)) for i in range(50)]
    assert list(InputError(found).problems) == sorted(found)


def test_long_values_are_cut():
    assert quoted("x" * 100) == f'"{"x" * 57}..."'
    assert quoted({"2033": 65, "a": [True, "b"]}) == '"{ 2033 = 65, a = [true, "b"] }"'
    assert quoted(10**5000) == '"a number of thousands of digits"'


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("magnets", ["magnet", "metal"], "magnet"),
        ("MAGNET", ["magnet", "magnet_hc"], "magnet"),
        (" EU ", ["EU", "US"], "EU"),
        ("\u0415U", ["EU", "US"], "EU"),
        ("Sa\u0303o", ["S\u00e3o", "Sao Paulo"], "S\u00e3o"),
        ("\uff25\uff35", ["EU"], "EU"),
        ("zzz", ["EU", "US"], ""),
        ("", ["EU"], ""),
        ("EU", [], ""),
    ],
)
def test_the_nearest_name(name, known, expected):
    assert nearest(name, known) == expected


def test_lists_of_names_and_lines():
    assert known_names("cab") == "a, b, c"
    assert known_names([str(i) for i in range(9)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 1 more"
    assert known_names([]) == "none"
    assert and_more([2]) == ""
    assert and_more([2, 5]) == " (and in 1 more line: 5)"
    assert and_more(["a", "b", "c"]) == " (and in 2 more lines)"


def test_thousands_of_problems_are_counted_and_the_first_of_them_said():
    found = [Problem("scenarios/a.toml", line, f"t{line}", "", "is not a key here") for line in range(1, 3001)]
    lines = str(InputError(found)).splitlines()
    assert lines[0].startswith("3000 problems in the input")
    assert lines[1] == "  - scenarios/a.toml, line 1, t1: is not a key here"
    assert lines[60:] == [
        "  - scenarios/a.toml, line 60, t60: is not a key here",
        "  and 2940 more, in scenarios/a.toml: they are said once these are mended",
    ]
    assert len(str(InputError(found[:60])).splitlines()) == 61


def test_figures_of_the_largest_size_are_taken(tmp_path):
    folder = copy(tmp_path)
    put("plants.csv", "20000,2", "1e11,2")(folder)
    put("recipes.csv", "oxide,-0.5", "oxide,-1e-7")(folder)
    put("lanes.csv", "0.05,,", "0.05,inf,")(folder)
    assert not [p for p in problems(folder) if "proportion" in p.expected]
