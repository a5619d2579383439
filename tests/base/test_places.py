"""Where results can't be written is said before anything is solved."""

from __future__ import annotations

import os

import pytest

from model.base.places import check_file, check_place, new_folder, write_files
from model.base.problems import InputError


def test_a_name_that_no_disk_takes(tmp_path):
    check_place(tmp_path / ("x" * 200), ())
    for check in (lambda p: check_place(p, ()), lambda p: check_file(p, replace=False)):
        with pytest.raises(InputError, match="a name of 300 bytes; expected at most"):
            check(tmp_path / ("x" * 300) / "within")


def test_an_earlier_folder_on_a_disk_that_takes_nothing_now(tmp_path, monkeypatch):
    (tmp_path / "old").mkdir()
    check_place(tmp_path / "old", ())
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(InputError, match="no folder to write in"):
        check_place(tmp_path / "old", ())


def test_what_a_killed_run_left_goes_with_the_next_one(tmp_path):
    with new_folder(tmp_path / "plan") as half:  # what a kill leaves; another's may be younger than an hour
        kept, old = half.with_name(f"{half.name}a"), half.with_name(f"{half.name}b")
        for left in (kept, old):
            (left / "within").mkdir(parents=True)
        os.utime(old, (1, 1))
    assert sorted(tmp_path.iterdir()) == sorted([kept, tmp_path / "plan"])
    other = tmp_path / f".plans{kept.name.removeprefix('.plan')}"
    other.mkdir()
    os.utime(kept, (1, 1))
    os.utime(other, (1, 1))
    write_files(tmp_path / "plan", {"a": b""})
    assert sorted(tmp_path.iterdir()) == sorted([other, tmp_path / "plan"])
