"""The data dictionary: what every table, ``instance.toml``, a policy and a scenario may hold.

``schema.csv`` beside this file is its one home; checks, defaults and documentation are made from it. A field's
``blank`` is what an empty cell means: ``error`` (a value is needed), ``none`` (no value), ``inf`` (no limit),
``discount_rate``, or a number.
"""

from __future__ import annotations

import csv
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.base.problems import nearest
from model.instance.policy.rows import EACH

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
NOTHING = 1e-15
"""What a double can't tell from nothing beside one."""
BY_YEAR = "costs that change by year stand in paths.csv, capacity in capacity.csv"
CONFIDENCES = ("sourced", "recalled", "assumption", "definition")
TABLES = (
    "regions",
    "groups",
    "stages",
    "commodities",
    "contents",
    "recipes",
    "plants",
    "capacity",
    "demand",
    "lanes",
    "stockpiles",
    "quotas",
    "contracts",
    "trade",
    "paths",
    "observations",
    "ranges",
    "sources",
)


@dataclass(frozen=True)
class Field:
    """One column of a table or one key of a TOML file, as ``schema.csv`` states it.

    ``least`` and ``most`` bound the size of a figure, its sign aside (0 and "no limit" are free): beyond them it is out
    of proportion to what else stands in a programme, and no solver can judge it.
    """

    table: str
    column: str
    key: bool
    type: str
    unit: str
    required: bool
    blank: str
    min: float
    max: float
    refers_to: str
    description: str
    least: float = 0.0
    most: float = math.inf

    @property
    def expected(self) -> str:
        """What a value must be, in words."""
        return _expected(self)

    @property
    def blank_value(self) -> Any:
        """What an empty cell stands for: None for no value, otherwise the number."""
        return None if self.blank in ("none", "error", "discount_rate") else _literal(self.blank)


def _literal(text: str) -> Any:
    return float(text) if NUMBER.fullmatch(text) or text == "inf" else text


def _expected(field: Field) -> str:
    unit = "" if field.unit in ("", "1") else f" [{field.unit}]"
    if field.type == "choice":
        return "expected " + " or ".join(f'"{c}"' for c in field.refers_to.split("|"))
    words = {
        "name": "a name",
        "text": "text",
        "flag": "0 or 1 (true or false in TOML)",
        "names": "a list of names",
        "hosts": "a name or a list of names",
        "suppliers": '"each-third-country" or a list of regions',
        "nonzero": "a number other than 0",
        "positive": "a number above 0",
        "trajectory": "a number, or numbers by year such as { 2026 = 0.95, 2030 = 0.65 }",
    }
    said = words.get(field.type, "a whole number" if field.type == "whole" else "a number")
    low, high = field.min, field.max
    if math.isfinite(low) and math.isfinite(high):
        said += f" from {low:g} to {high:g}"
    elif math.isfinite(low):
        said += f" of at least {low:g}"
    return f"expected {said}{unit}"


SPELT = {"commodities": {"ree_content": "content"}}
"""Older spellings of columns, by table."""

DICTIONARIES: tuple[Path, ...] = (Path(__file__).with_name("schema.csv"),)
"""Files of the dictionary; looked up when a table is asked for, so that a kind of row may bring its own."""


@cache
def _read(dictionary: Path) -> tuple[Field, ...]:
    text = dictionary.read_text(encoding="utf-8")
    return tuple(
        Field(
            row["table"].removesuffix(".csv"),
            row["column"],
            row["key"] == "yes",
            row["type"],
            row["unit"],
            row["presence"] == "required",
            row["blank"],
            float(row["min"] or -math.inf),
            float(row["max"] or math.inf),
            row["refers_to"],
            row["description"],
            float(row.get("least") or 0),
            float(row.get("most") or math.inf),
        )
        for row in csv.DictReader(text.splitlines())
    )


def fields(table: str) -> dict[str, Field]:
    """The fields of a table (``plants``), of ``instance.toml`` or of a kind of policy row (``policy.share_cap``)."""
    return _fields(table, DICTIONARIES)


@cache
def _fields(table: str, dictionaries: tuple[Path, ...]) -> dict[str, Field]:
    every = [f for dictionary in dictionaries for f in _read(dictionary)]
    own = {f.column: f for f in every if f.table == table}
    if table in TABLES and table != "sources":
        own |= {f.column: f for f in every if f.table == "*"}
    return own


def parse(field: Field, value: object) -> tuple[Any, str]:
    """A cell's typed value, and what is wrong with it (empty when nothing is).

    Text comes from CSV, other types from TOML or from an edited frame; an empty value gets the field's default.
    """
    value = plain(value)
    if is_blank(value) or (field.type == "text" and isinstance(value, str) and not value.strip()):
        return (field.blank_value, "" if field.blank != "error" else f"a value is needed; {field.expected}")
    if field.type in ("name", "text", "choice"):
        return _parse_text(field, value)
    if field.type == "flag":
        return _parse_flag(field, value)
    return _parse_number(field, value)


def plain(value: object) -> object:
    """A cell of an edited frame without numpy's and pandas' own types."""
    if value is pd.NA or value is pd.NaT:
        return None
    return value.item() if isinstance(value, np.generic) else value


def is_blank(value: object) -> bool:
    """Whether a cell is empty."""
    return value is None or (isinstance(value, str) and not value) or (isinstance(value, float) and math.isnan(value))


def near_value(field: Field, value: object) -> str:
    """What was probably meant by a wrong value, where the dictionary alone can tell."""
    if not isinstance(value, str):
        return ""
    if field.type in ("choice", "suppliers"):
        return nearest(value, field.refers_to.split("|") if field.type == "choice" else [EACH])
    stripped = value.strip()
    return stripped if field.refers_to and field.type == "name" and stripped != value else ""


def _parse_text(field: Field, value: object) -> tuple[Any, str]:
    if not isinstance(value, str):
        return None, field.expected
    if field.type == "choice":
        return (value, "") if value in field.refers_to.split("|") else (None, field.expected)
    if field.type == "name" and value != value.strip():
        return None, "has a blank before or after it"
    if value.isprintable():
        return value, ""
    unseen = [c for c in value if not c.isprintable() and (field.type == "name" or "\ud800" <= c <= "\udfff")]
    return (None, f"holds a character that cannot be seen, U+{ord(unseen[0]):04X}") if unseen else (value, "")


def _parse_flag(field: Field, value: object) -> tuple[Any, str]:
    if isinstance(value, bool):
        return value, ""
    if isinstance(value, str):
        value = {"0": 0, "1": 1}.get(value, value)
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value), ""
    return None, field.expected


def _parse_number(field: Field, value: object) -> tuple[Any, str]:
    if isinstance(value, str):
        if value == "inf" and field.blank == "inf":
            return math.inf, ""
        if not NUMBER.fullmatch(value):
            return None, field.expected + _hint(value)
        number = float(value)
        wrong = math.isinf(number)  # 1e400 is no way to say that there is no limit
    elif isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = _without_noise(float(value))
        except OverflowError:
            return None, field.expected
        wrong = math.isinf(number) and field.blank != "inf"
    else:
        return None, field.expected
    if wrong or not field.min <= number <= field.max:
        share = field.max == 1 and 1 < number <= 100
        return None, field.expected + (f"; {number:g} % is {number / 100:g}" if share else "")
    if (field.type == "nonzero" and number == 0) or (field.type == "positive" and number <= 0):
        return None, field.expected
    if number and math.isfinite(number) and not field.least <= abs(number) <= field.most:
        return None, field.expected + _out_of_proportion(field, number)
    if field.type == "whole":
        return (int(number), "") if number == int(number) else (None, field.expected)
    return number, ""


def _without_noise(number: float) -> float:
    """A number that was worked out, without the rounding of doubles: 0.1 + 0.2 is 0.3, and what should be 0 is 0.

    >>> _without_noise(0.1 + 0.2), _without_noise(-1e-17), _without_noise(1 / 3)
    (0.3, 0.0, 0.3333333333333333)
    """
    if abs(number) < NOTHING:
        return 0.0
    short = float(f"{number:.12g}")
    return short if abs(number - short) <= NOTHING * abs(number) else number


def _out_of_proportion(field: Field, number: float) -> str:
    """Which size a figure may have; checked by its unit, for it is mostly there that it went wrong."""
    least = f"{field.least:g}" if abs(number) < field.least else ""
    said = f"at least {least} in size, or 0" if least and field.type != "nonzero" else f"at least {least} in size"
    return f"; {said if least else f'at most {field.most:g} in size'}: this is out of all proportion; check its unit"


def _hint(text: str) -> str:
    """Why text that looks like a number is none."""
    if NUMBER.fullmatch(text.strip()):
        return "; it has a blank before or after it"
    if re.search(r"\d{4}\s*[=:]\s*[\d.]", text):
        return f"; a cell holds one number: {BY_YEAR}, other figures in a row a year"
    if re.fullmatch(r"[+-]?\d[\d.,'_\s]*", text):
        return "; decimals are written with a point, thousands are not separated, digits are 0 to 9"
    return "; a share is written as 0.05, not as 5 %" if text.rstrip().endswith("%") else ""
