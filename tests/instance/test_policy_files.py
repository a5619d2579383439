"""Wrong policy files: keys, names and values, each with its line and the nearest name."""

from __future__ import annotations

import pytest

from model.base.problems import InputError
from model.instance.reading import policy, read
from tests.instance.spoil import Said, copy, judge, whole

CAP = "policies/new.toml"
ROW = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\n'


def cap(rest: str, row: str = ROW):
    """A policy with one share cap and a spoilt rest; the rest begins in line 4."""
    return whole(CAP, row + rest)


def said(line: int | None, column: str, *parts: str):
    """A problem of the policy file."""
    return Said(CAP, line, column, *parts)


POLICIES = {
    "a folder": (lambda f: (f / CAP).mkdir(), said(None, "", "", "it is a folder")),
    "not UTF-8": (whole(CAP, b'title = "\xff"'), said(1, "", "0xFF", "is not UTF-8 text")),
    "broken in line 3": (whole(CAP, "\n\ntitle = [\n"), said(3, "", "", "is not well-formed TOML")),
    "key twice": (cap("max = 0.5\nmax = 0.6\n"), said(5, "", "", "is not well-formed TOML")),
    "unknown key at the top": (whole(CAP, "titel = 1"), said(1, "titel", "1", "is not a key here", "title")),
    "one bracket": (
        whole(CAP, '[share_cap]\nbuyer = "home"\n'),
        said(1, "share_cap", "", "expected rows that begin with [[share_cap]]"),
    ),
    "unknown kind": (whole(CAP, "[[share_caps]]\n"), said(1, "share_caps", "", "is not a key here", "share_cap")),
    "kind that is a number": (whole(CAP, "\nbudget = 3\n"), said(2, "budget", "", "expected rows that begin with")),
    "unknown key": (cap("max = 0.5\nform = 2030\n"), said(5, "share_cap.0.form", "2030", "is not a key here", "from")),
    "unknown buyer": (
        cap("max = 0.5\n", '[[share_cap]]\nbuyer = "hme"\nstages = ["magnet"]\n'),
        said(2, "share_cap.0.buyer", "hme", "is not a known region or group; known: A, B, home", "home"),
    ),
    "buyer that is a word of another key": (
        cap("max = 0.5\n", '[[share_cap]]\nbuyer = "each-third-country"\nstages = ["magnet"]\n'),
        said(2, "share_cap.0.buyer", "each-third-country", "is not a known region or group"),
    ),
    "buyer with a blank": (
        cap("max = 0.5\n", '[[share_cap]]\nbuyer = " home"\nstages = ["magnet"]\n'),
        said(2, "share_cap.0.buyer", " home", "has a blank before or after it", "home"),
    ),
    "unknown stage in a list of many lines": (
        cap("max = 0.5\n", '[[share_cap]]\nbuyer = "home"\nstages = [\n  "processing",\n  "magnets",\n]\n'),
        said(5, "share_cap.0.stages.1", "magnets", "is not a known stage", "magnet"),
    ),
    "unknown commodity": (
        cap('max = 0.5\ncommodities = ["oxid"]\n', '[[share_cap]]\nbuyer = "home"\n'),
        said(4, "share_cap.0.commodities.0", "oxid", "is not a known commodity", "oxide"),
    ),
    "unknown supplier": (
        cap('max = 0.5\nsuppliers = ["C"]\n'),
        said(5, "share_cap.0.suppliers.0", "C", "is not a known region or group"),
    ),
    "suppliers misspelt": (
        cap('max = 0.5\nsuppliers = "each_third_country"\n'),
        said(5, "share_cap.0.suppliers", "each_third_country", "or a list of regions", "each-third-country"),
    ),
    "share in per cent": (cap("max = 65\n"), said(4, "share_cap.0.max", "65", "; 65 % is 0.65")),
    "share missing": (cap(""), said(1, "share_cap.0.max", "", "a value is needed; expected a number")),
    "share that is true": (
        cap("max = true\n"),
        said(4, "share_cap.0.max", "true", "expected a number, or numbers by year"),
    ),
    "share that is text": (cap('max = "0.5"\n'), said(4, "share_cap.0.max", "0.5", "expected a number, or numbers")),
    "share that is nan": (cap("max = nan\n"), said(4, "share_cap.0.max", "nan", "expected a number")),
    "share that is inf": (cap("max = inf\n"), said(4, "share_cap.0.max", "inf", "expected a number")),
    "share that is a list": (cap("max = [0.5]\n"), said(4, "share_cap.0.max", "[0.5]", "expected a number")),
    "negative share": (cap("max = -0.1\n"), said(4, "share_cap.0.max", "-0.1", "from 0 to 1")),
    "trajectory without years": (cap("max = {}\n"), said(4, "share_cap.0.max", "{", "numbers by year")),
    "trajectory with a bad year": (
        cap("max = { 2031 = 0.5, 33 = 0.4 }\n"),
        said(4, "share_cap.0.max.33", "0.4", "is not a year from 1000 to 9999"),
    ),
    "trajectory in per cent": (
        cap("max = { 2031 = 50 }\n"),
        said(4, "share_cap.0.max.2031", "50", "; 50 % is 0.5"),
    ),
    "trajectory of text": (
        cap('max = { 2031 = "0.5", 2032 = "" }\n'),
        said(4, "share_cap.0.max.2031", "0.5", "expected a number"),
        said(4, "share_cap.0.max.2032", '""', "expected a number"),
    ),
    "trajectory of lists": (
        cap("[share_cap.max]\n2031 = [0.5]\n"),
        said(5, "share_cap.0.max.2031", "[0.5]", "a number"),
    ),
    "trajectory of nan": (cap("max.2031 = nan\n"), said(4, "share_cap.0.max.2031", "nan", "expected a number")),
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_wrong_policy_is_named_and_nothing_else(name, tmp_path):
    judge(copy(tmp_path), *POLICIES[name])


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
