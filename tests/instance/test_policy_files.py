"""Policies that are not there, and policy files by their path."""

from __future__ import annotations

import pytest

from model.base.problems import InputError
from model.instance.reading import policy, read
from tests.instance.spoil import Said, copy
from tests.instance.test_spoilt import ROW


@pytest.mark.parametrize(
    ("name", "expected", "nearest"),
    [
        ("capp", "is not a policy of two-country; known: cap, none, too-early", "cap"),
        ("nowhere/cap.toml", "cannot be read: No such file", "cap"),
        ("cap.toml", "cannot be read: No such file", "cap"),
        ("c\0ap.toml", "cannot be read: its name holds a zero byte", "cap"),
        ("x" * 5000 + ".toml", "cannot be read: File name too long", ""),
    ],
)
def test_a_policy_that_is_not_there(name, expected, nearest, tmp_path):
    instance = read(copy(tmp_path))
    with pytest.raises(InputError) as caught:
        policy(instance, name)
    (found,) = caught.value.problems
    assert expected in found.expected
    assert found.nearest == nearest


def test_a_policy_file_by_its_path(tmp_path):
    instance = read(copy(tmp_path))
    path = tmp_path / "mine.toml"
    path.write_text(ROW + "max = 0.5\n", encoding="utf-8")
    assert policy(instance, path).share_caps[0].share == dict.fromkeys(range(2030, 2036), 0.5)
    path.write_text(ROW + "\nmax = 5\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        policy(instance, str(path))
    assert Said(str(path), 5, "share_cap.0.max", "5", "5 % is 0.05").fits(caught.value.problems[0])
