"""Folders that hold no instance."""

from __future__ import annotations

import os

import pytest

from model.base.problems import InputError
from model.instance.reading import read
from tests.instance.spoil import Said, copy, gone, judge


def test_absent_beside_tables(tmp_path):
    folder = copy(tmp_path)
    judge(folder, gone("instance.toml"), Said(str(folder), None, expected="holds no instance.toml"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [("nowhere", "is not a folder"), ("empty", "holds no instance.toml"), ("a\0b", "is not a folder")],
)
def test_a_folder_that_holds_no_instance(name, expected, tmp_path):
    copy(tmp_path)
    if name == "empty":
        (tmp_path / name).mkdir()
    with pytest.raises(InputError, match=f"{expected}; expected the folder of an instance"):
        read(tmp_path / name)


def test_the_nearest_instance_is_named(tmp_path):
    copy(tmp_path)
    with pytest.raises(InputError, match='did you mean "two-country"'):
        read(tmp_path / "two-countries")


def test_a_file_in_place_of_the_folder(tmp_path):
    with pytest.raises(InputError, match="is not a folder"):
        read(copy(tmp_path) / "regions.csv")


@pytest.mark.parametrize("name", [b"x\xff", b"x\ny", b"\x1b[31m"])
@pytest.mark.parametrize("within", [False, True])
def test_a_name_that_is_no_text(tmp_path, name, within):
    folder = copy(tmp_path)
    wrong = folder / f"policies/{os.fsdecode(name)}.toml" if within else folder.with_name(os.fsdecode(name))
    (folder / "policies/cap.toml" if within else folder).rename(wrong)
    with pytest.raises(InputError) as caught:
        read(folder if within else wrong)
    (problem,) = [p for p in caught.value.problems if "letters that can be shown" in p.expected]
    assert problem.file.isprintable()
    assert problem.file.startswith("policies/" if within else repr(os.fsdecode(name))[1:2])
