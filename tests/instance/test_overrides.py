"""Overrides: scalars set by dotted key; whatever is wrong with them is named with the nearest known key."""

from __future__ import annotations

import numpy as np
import pytest

from model.base.problems import InputError
from model.instance.reading import policy, read
from tests.instance.spoil import INSTANCES, LARGE, SMALL, copy, put, whole


def _of_instance(overrides, name=SMALL):
    with pytest.raises(InputError) as caught:
        read(INSTANCES / name, overrides)
    return caught.value.problems


def _of_policy(overrides, name="cap"):
    with pytest.raises(InputError) as caught:
        policy(read(INSTANCES / SMALL), name, overrides)
    return caught.value.problems


def test_scalars_of_an_instance():
    instance = read(INSTANCES / SMALL, {"finance.discount_rate": 0.03, "horizon.last_year": 2034, "title": "T"})
    assert (instance.discount_rate, instance.last_year, instance.title) == (0.03, 2034, "T")
    assert dict(instance.overrides) == {"finance.discount_rate": 0.03, "horizon.last_year": 2034, "title": "T"}


def test_a_section_that_the_file_leaves_out(tmp_path):
    folder = copy(tmp_path)
    put("instance.toml", '[defaults]\npolicy = "cap"', "")(folder)
    assert read(folder, {"defaults.policy": "none"}).default_policy == "none"


@pytest.mark.parametrize(
    ("overrides", "shares"),
    [
        ({"share_cap.0.max": 0.7}, {2033: 0.7, 2034: 0.7}),
        ({"share_cap.0.max": np.float64(0.7)}, {2033: 0.7, 2034: 0.7}),
        ({"share_cap.0.max.2034": 0.4}, {2033: 0.6, 2034: 0.4}),
        ({"share_cap.0.max.2035": 0.4, "share_cap.0.to": 2035}, {2033: 0.6, 2034: 0.5, 2035: 0.4}),
        ({"share_cap.0.from": 2034}, {2034: 0.5}),
    ],
)
def test_scalars_of_a_policy(overrides, shares):
    instance = read(INSTANCES / SMALL)
    assert policy(instance, "cap", overrides).share_caps[0].share == shares
    assert policy(instance, "cap").share_caps[0].share == {2033: 0.6, 2034: 0.5}, "the file's own policy stays"


def test_a_price_floor(tmp_path):
    folder = copy(tmp_path)
    whole("policies/floor.toml", '[[price_floor]]\ncommodity = "magnet"\nprice = 9e3\nto = 2033\n')(folder)
    instance = read(folder)
    (found,) = policy(instance, "floor", {"price_floor.0.price": 12_000, "price_floor.0.from": 2032}).price_floors
    assert (found.price_usd, found.first_year, found.last_year) == (12_000, 2032, 2033)
    with pytest.raises(InputError) as caught:
        policy(instance, "floor", {"price_floor.0.prise": 1, "price_floor.0.commodity": "magnt"})
    assert sorted(p.nearest for p in caught.value.problems) == ["magnet", "price_floor.0.price"]


def test_an_element_of_a_list():
    found = policy(read(INSTANCES / LARGE), "allied-65", {"share_cap.0.buyers.5": "AL"})
    assert [t.buyer for t in found.targets[::4]] == ["EU", "US", "JP", "KR", "GB", "AL"]


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("finance.dicsount_rate", "finance.discount_rate"),
        ("finanse.discount_rate", "finance.discount_rate"),
        ("discount_rate", "finance.discount_rate"),
        ("horizon.last_yaer", "horizon.last_year"),
        ("policy", "defaults.policy"),
        ("titel", "title"),
        ("horizon.last_year.2030", "horizon.last_year"),
        ("share_cap.0.max", ""),
        ("", ""),
        (".", ""),
        ("horizon.", "horizon.last_year"),
    ],
)
def test_an_unknown_key_of_an_instance(key, nearest):
    (found,) = _of_instance({key: 1})
    assert (found.file, found.line, found.value) == (f"--set {key}", None, '"1"')
    assert "is not a key of instance.toml; known: " in found.expected
    assert found.nearest in (nearest, "horizon.first_year" if key == "horizon." else nearest)


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("share_cap.0.mx", "share_cap.0.max"),
        ("share_cap.0.maxx", "share_cap.0.max"),
        ("sharecap.0.max", "share_cap.0.max"),
        ("share_cap.max", "share_cap.0.max"),
        ("share_cap.1.max", "share_cap.0.max"),
        ("share_cap.-1.max", "share_cap.0.max"),
        ("share_cap.\u0661.max", "share_cap.0.max"),
        ("share_cap." + "9" * 5000 + ".max", ""),
        ("max", "share_cap.0.max"),
        ("share_cap.0.stages.1", "share_cap.0.stages"),
        ("share_cap.0.stages.x", "share_cap.0.stages"),
        ("share_cap.0.buyer.0", "share_cap.0.buyer"),
        ("share_cap.0.max.2033.x", "share_cap.0.max"),
        ("budget.0.max", ""),
    ],
)
def test_an_unknown_key_of_a_policy(key, nearest):
    (found,) = _of_policy({key: 0.5})
    assert found.file == f"--set {key}"
    assert "is not a key of policies/cap.toml (its rows, counted from 0: 1 share_cap); known: " in found.expected
    assert nearest in ("", found.nearest)


@pytest.mark.parametrize("key", ["finance", "horizon"])
def test_a_table_of_an_instance(key):
    (found,) = _of_instance({key: 5})
    assert found.expected == f"{key} is a table; expected one of its keys"
    assert found.nearest.startswith(f"{key}.")


@pytest.mark.parametrize("key", ["share_cap", "share_cap.0"])
def test_a_table_of_a_policy(key):
    (found,) = _of_policy({key: 5})
    assert found.expected == f"{key} is a table; expected one of its keys"
    assert found.nearest.startswith("share_cap.0.")


@pytest.mark.parametrize("value", [[0.5], {}, None, ("a",), object(), np.array([1.0])])
def test_what_is_no_scalar(value):
    assert _of_policy({"share_cap.0.max": value})[0].expected.startswith("expected one value")
    assert _of_instance({"finance.discount_rate": value})[0].expected.startswith("expected one value")


@pytest.mark.parametrize(
    ("key", "value", "shown", "expected", "nearest"),
    [
        ("share_cap.0.max", 65, '"65"', "65 % is 0.65", ""),
        ("share_cap.0.max", "0.5", '"0.5"', "expected a number", ""),
        ("share_cap.0.max", True, '"true"', "expected a number", ""),
        ("share_cap.0.max", float("nan"), '"nan"', "expected a number", ""),
        ("share_cap.0.max.34", 0.5, '"0.5"', "is not a year", ""),
        ("share_cap.0.buyer", "hme", '"hme"', "is not a known region or group", "home"),
        ("share_cap.0.stages", "magnet", '"magnet"', "expected a list of names", ""),
        ("share_cap.0.stages.0", "magnt", '"magnt"', "is not a known stage", "magnet"),
        ("share_cap.0.measure", "trace", '"trace"', 'expected "direct" or "traced"', "traced"),
        ("share_cap.0.buyers", "A", '"A"', "expected a list of names", ""),
    ],
)
def test_a_wrong_value_is_said_of_the_override(key, value, shown, expected, nearest):
    found = [p for p in _of_policy({key: value}) if expected in p.expected]
    assert [(p.nearest, p.line) for p in found] == [(nearest, None)]
    assert found[0].file.startswith("--set share_cap.0.")
    assert shown in found[0].value


def test_a_wrong_value_of_an_instance():
    (found,) = _of_instance({"finance.discount_rate": 5})
    assert (found.file, found.line, found.column) == ("--set finance.discount_rate", None, "finance.discount_rate")
    assert _of_instance({"defaults.policy": "capp"})[0].nearest == "cap"


def test_all_overrides_are_judged_at_once():
    assert len(_of_policy({"share_cap.0.mx": 1, "share_cap.0.max": 7, "x": 1})) == 3


def test_overrides_stand_beside_the_file_s_own_problems(tmp_path):
    folder = copy(tmp_path)
    put("instance.toml", "2024", "true")(folder)
    with pytest.raises(InputError) as caught:
        read(folder, {"finance.rate": 1})
    assert [p.file for p in caught.value.problems] == ["--set finance.rate", "instance.toml"]
