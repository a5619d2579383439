"""Where results can't be written is said before anything is solved."""

from __future__ import annotations

import pytest

from model.base.places import check_file, check_place
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
