"""Folders that hold no instance."""

from __future__ import annotations

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
