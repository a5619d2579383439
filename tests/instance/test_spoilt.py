"""Spoilt instances: named by file, line, column, value, what was expected and the nearest name, and nothing else.

The cases stand in ``spoilt.toml``; here are those that are no text, or more of it than one wants to read.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.instance.spoil import (
    Change,
    Said,
    as_folder,
    both,
    copy,
    every,
    gone,
    judge,
    loop,
    more,
    problems,
    put,
    whole,
)

CAP, FREEZE = "policies/new.toml", "scenarios/new.toml"
ROW = '[[share_cap]]\nbuyer = "home"\nstages = ["magnet"]\n'
BRANCH = '[[branch]]\nname = "freeze"\nfrom = 2032\nprobability = 0.2\n'
HEAD = "instance.toml"


def _text(lines: tuple[str, ...]) -> str:
    return "".join(f"{line}\n" for line in lines)


DONE = {
    "put": put,
    "every": every,
    "whole": lambda file, *lines: whole(file, _text(lines)),
    "more": lambda file, *lines: more(file, _text(lines)),
    "gone": gone,
    "loop": loop,
    "folder": as_folder,
    "policy": lambda *lines: whole(CAP, _text(lines)),
    "cap": lambda *lines: whole(CAP, ROW + _text(lines)),
    "scenario": lambda *lines: whole(FREEZE, _text(lines)),
    "branch": lambda *lines: whole(FREEZE, BRANCH + _text(lines)),
}
PLACE = {"policy": CAP, "cap": CAP, "scenario": FREEZE, "branch": FREEZE}


def _several(value: list[Any]) -> list[list[Any]]:
    return value if value and isinstance(value[0], list) else [value]


def _case(line: dict[str, Any]) -> tuple[Change, list[Said]]:
    """What is done and what is said, of one line of ``spoilt.toml``."""
    done = [(kind, words) for kind, several in line.items() if kind != "said" for words in _several(several)]
    first = PLACE.get(done[0][0]) or done[0][1][0]
    said = [words if isinstance(words[0], str) else [first, *words] for words in _several(line["said"])]
    return both(*(DONE[kind](*words) for kind, words in done)), [Said(w[0], w[1] or None, *w[2:]) for w in said]


LINES = tomllib.loads((Path(__file__).parent / "spoilt.toml").read_text(encoding="utf-8"))
NO_TEXT = {
    "link to nothing": (
        both(gone("stockpiles.csv"), lambda f: (f / "stockpiles.csv").symlink_to(f / "nowhere.csv")),
        [Said("stockpiles.csv", None, expected="cannot be read")],
    ),
    "latin-1": (
        more("capacity.csv", "A_MAGNET,2030,5,textbook,assumption,caf\u00e9\n".encode("latin-1")),
        [Said("capacity.csv", 4, value="0xE9", expected="is not UTF-8")],
    ),
    "latin-1 behind a byte order mark and CRLF": (
        whole("capacity.csv", b"\xef\xbb\xbfplant,year,capacity\r\nB_OXIDE,2030,1\r\n\xe9,2030,1\r\n"),
        [Said("capacity.csv", 3, value="0xE9", expected="is not UTF-8")],
    ),
    "UTF-16": (
        whole("capacity.csv", "plant,year,capacity\n".encode("utf-16")),
        [Said("capacity.csv", 1, value="0xFF", expected="is not UTF-8")],
    ),
    "year of 5000 digits": (
        put("capacity.csv", "B_OXIDE,2030", f"B_OXIDE,{'2' * 5000}"),
        [Said("capacity.csv", 2, "year", "222...", "a whole number from 1000 to 9999")],
    ),
    "latin-1 in a head": (
        more(HEAD, b"\n# caf\xe9\n"),
        [Said(HEAD, 15, value="0xE9", expected="is not UTF-8 text")],
    ),
    "a number of thousands of digits": (
        put(HEAD, "2024", "2" * 5000),
        [Said(HEAD, None, expected="cannot be read as TOML: it holds a whole number of thousands of digits")],
    ),
    "a number of hundreds of digits": (
        put(HEAD, "2024", "2" * 400),
        [Said(HEAD, 10, "finance.price_year", "2222", "expected a whole number from 1900 to 2200")],
    ),
    "nested too deeply": (
        put(HEAD, "2024", "[" * 5000 + "]" * 5000),
        [Said(HEAD, 10, expected="is nested too deeply")],
    ),
    "policy that is a folder": (as_folder(CAP), [Said(CAP, None, expected="it is a folder")]),
    "policy that is not UTF-8": (whole(CAP, b'title = "\xff"'), [Said(CAP, 1, "", "0xFF", "is not UTF-8 text")]),
}
SPOILT = {f"{group}: {name}": _case(line) for group, lines in LINES.items() for name, line in lines.items()}


@pytest.mark.parametrize("name", [*SPOILT, *NO_TEXT])
def test_what_is_spoilt_is_named_and_nothing_else(name, tmp_path):
    change, said = (SPOILT | NO_TEXT)[name]
    judge(copy(tmp_path), change, *said)


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
