"""A wrong ``instance.toml``, files in the wrong place and folders that hold no instance."""

from __future__ import annotations

import pytest

from model.base.problems import InputError
from model.instance.reading import read
from tests.instance.spoil import Said, as_folder, both, copy, gone, judge, loop, more, put, whole

HEAD = "instance.toml"

HEADS = {
    "a folder": (as_folder(HEAD), Said(HEAD, None, expected="it is a folder")),
    "a link to itself": (loop(HEAD), Said(HEAD, None, expected="cannot be read")),
    "not TOML": (put(HEAD, "first_year = 2030", "first_year ="), Said(HEAD, 5, expected="is not well-formed TOML")),
    "key twice": (
        put(HEAD, "last_year", "first_year"),
        Said(HEAD, 6, expected="is not well-formed TOML: Cannot overwrite"),
    ),
    "string that is never closed": (
        more(HEAD, '\nx = """\nnever closed\n'),
        Said(HEAD, 16, expected="is not well-formed TOML"),
    ),
    "latin-1": (more(HEAD, b"\n# caf\xe9\n"), Said(HEAD, 15, value="0xE9", expected="is not UTF-8 text")),
    "a number of thousands of digits": (
        put(HEAD, "2024", "2" * 5000),
        Said(HEAD, None, expected="cannot be read as TOML: Exceeds the limit"),
    ),
    "a number of hundreds of digits": (
        put(HEAD, "2024", "2" * 400),
        Said(HEAD, 10, "finance.price_year", "2222", "expected a whole number from 1900 to 2200"),
    ),
    "nested too deeply": (
        put(HEAD, "2024", "[" * 5000 + "]" * 5000),
        Said(HEAD, None, expected="it is nested too deeply"),
    ),
    "empty": (
        whole(HEAD, ""),
        Said(HEAD, None, "finance.discount_rate", expected="a value is needed; expected a number from 0 to 1"),
        Said(HEAD, None, "finance.price_year", expected="a value is needed"),
        Said(HEAD, None, "horizon.first_year", expected="a value is needed"),
        Said(HEAD, None, "horizon.last_year", expected="a value is needed"),
        Said(HEAD, None, "title", expected="a value is needed; expected text"),
    ),
    "unknown section": (
        put(HEAD, "[defaults]", "[default]"),
        Said(HEAD, 12, "default", expected="is not a key here; known: ", nearest="defaults"),
    ),
    "unknown key": (
        put(HEAD, "price_year", "prize_year = 1\nprice_year"),
        Said(HEAD, 10, "finance.prize_year", "1", "is not a key here; known: discount_rate, price_year", "price_year"),
    ),
    "key outside of its section": (
        put(HEAD, "\n[horizon]", "\ndiscount_rate = 0.1\n[horizon]"),
        Said(HEAD, 4, "discount_rate", "0.1", "is not a key here", "finance.discount_rate"),
    ),
    "section that is a value": (
        put(HEAD, "[defaults]\npolicy =", "[x]\npolicy ="),
        Said(HEAD, 12, "x", expected="is not a key here"),
    ),
    "section that is a number": (
        both(whole(HEAD, 'title = "t"\nhorizon = 5\n[finance]\ndiscount_rate = 0\nprice_year = 2024\n')),
        Said(HEAD, 2, "horizon", "5", "expected a table that begins with [horizon]"),
    ),
    "section that is a list of tables": (
        put(HEAD, "[horizon]", "[[horizon]]"),
        Said(HEAD, 4, "horizon", "first_year = 2030", "expected a table that begins with [horizon]"),
    ),
    "title that is a number": (put(HEAD, '"Two countries"', "2"), Said(HEAD, 1, "title", "2", "expected text")),
    "title that is empty": (put(HEAD, '"Two countries"', '""'), Said(HEAD, 1, "title", '""', "expected text")),
    "truth for a number": (
        put(HEAD, "0.05", "true"),
        Said(HEAD, 9, "finance.discount_rate", "true", "expected a number from 0 to 1 [per year]"),
    ),
    "text for a year": (
        put(HEAD, "2030", '"2030"'),
        Said(HEAD, 5, "horizon.first_year", "2030", "expected a whole number"),
    ),
    "date for a year": (put(HEAD, "2030", "2030-01-01"), Said(HEAD, 5, "horizon.first_year", "2030-01-01", "a whole")),
    "part of a year": (put(HEAD, "2030", "2030.5"), Said(HEAD, 5, "horizon.first_year", "2030.5", "a whole number")),
    "years the wrong way round": (
        put(HEAD, "2035", "2029"),
        Said(HEAD, 6, "horizon.last_year", "2029", "is before the first year 2030"),
    ),
    "rate in per cent": (
        put(HEAD, "0.05", "5"),
        Said(HEAD, 9, "finance.discount_rate", "5", "expected a number from 0 to 1 [per year]; 5 % is 0.05"),
    ),
    "rate not a number": (put(HEAD, "0.05", "nan"), Said(HEAD, 9, "finance.discount_rate", "nan", "expected a number")),
    "rate without end": (put(HEAD, "0.05", "inf"), Said(HEAD, 9, "finance.discount_rate", "inf", "expected a number")),
    "unknown default policy": (
        put(HEAD, '"cap"', '"capp"'),
        Said(HEAD, 13, "defaults.policy", "capp", "is not a known policy; known: cap, none, too-early", "cap"),
    ),
    "default policy that cannot be read": (
        whole("policies/cap.toml", "x"),
        Said("policies/cap.toml", 1, expected="is not well-formed TOML"),
    ),
    "envelope without hosts": (
        more(HEAD, "\n[envelope]\nmin = 1\nmax = 2\n"),
        Said(HEAD, 15, "envelope", expected="an envelope needs hosts, min and max"),
    ),
    "envelope upside down": (
        more(HEAD, '\n[envelope]\nhosts = "A"\nmin = 3\nmax = 2\n'),
        Said(HEAD, 17, "envelope.min", "3", "is above the envelope's max of 2 USD"),
    ),
    "envelope in an unknown place": (
        more(HEAD, '\n[envelope]\nhosts = "hom"\nmin = 1\nmax = 2\n'),
        Said(HEAD, 16, "envelope.hosts", "hom", "is not a known region or group", "home"),
    ),
    "TOML file in the wrong place": (
        whole("cap.toml", ""),
        Said("cap.toml", None, expected="expected instance.toml, policies/*.toml, scenarios/*.toml and sweeps/*.toml"),
    ),
    "folder with nearly the right name": (
        whole("policy/cap.toml", ""),
        Said("policy", None, expected="policies/, scenarios/ and sweeps/ are read", nearest="policies"),
    ),
    "file in place of a folder": (
        whole("scenarios", ""),
        Said("scenarios", None, expected="expected a folder of TOML files"),
    ),
    "folder that is a link to itself": (
        loop("scenarios"),
        Said("scenarios", None, expected="expected a folder of TOML files"),
    ),
    "policy's name in capitals": (
        whole("policies/x.TOML", ""),
        Said("policies/x.TOML", None, expected="a name that ends in .toml", nearest="x.toml"),
    ),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_wrong_head_is_named_and_nothing_else(name, tmp_path):
    judge(copy(tmp_path), *HEADS[name])


def test_absent_beside_tables(tmp_path):
    folder = copy(tmp_path)
    judge(folder, gone(HEAD), Said(str(folder), None, expected="holds no instance.toml"))


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
