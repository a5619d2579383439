"""By how much targets are missed, in what each asks for: tonnes of unlike targets have no sum that means anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from model.base.words import points
from model.instance.policy.kinds import days

TARGET = ["policy_row", "buyer", "scope", "supplier"]
MEASURED = ("shares", "benchmarks", "withstand")
"""Tables that tell what is reached and what is asked of each target and year."""
DAYS = 365


class Miss(NamedTuple):
    """A target (policy row, buyer, scope, supplier or blank) that is missed in a year.

    ``off``: what is asked less what is reached, a share without sign.
    """

    target: tuple[str, str, str, str]
    year: int
    off: float

    @property
    def policy_row(self) -> str:
        """The row of the policy."""
        return self.target[0]


def missed(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The table ``shortfalls`` with a column ``off``: the share by which a target misses its limit in the year."""
    short = tables["shortfalls"].fillna({"supplier": ""})
    keys = [*TARGET, *(["branch"] if "branch" in short else []), "year"]
    parts = [_measured(tables[name])[[*keys, "off"]] for name in MEASURED if name in tables and len(tables[name])]
    if not len(short) or not parts:
        return short.assign(off=pd.Series(0.0, index=short.index, dtype=float))
    found = short.merge(pd.concat(parts, ignore_index=True), on=keys, how="left")
    return found.fillna({"off": 0.0})


def _measured(frame: pd.DataFrame) -> pd.DataFrame:
    there = frame if "supplier" in frame else frame.assign(supplier="")
    return there.assign(off=(there["share"] - there["limit"]).abs())


def worst(tables: Mapping[str, pd.DataFrame]) -> Miss | None:
    """The target and year that is furthest off; None where nothing is missed."""
    found = missed(tables).sort_values(["off", "year", *TARGET], ascending=[False, *[True] * 5])
    if not len(found):
        return None
    row = found.iloc[0]
    policy_row, buyer, scope, supplier = (str(row[c]) for c in TARGET)
    return Miss((policy_row, buyer, scope, supplier), int(row["year"]), float(row["off"]))


def counts(tables: Mapping[str, pd.DataFrame]) -> tuple[int, int]:
    """How many targets are missed in some year, and how many there are."""
    return len(_targets(tables["shortfalls"])), len(targets(tables))


def targets(tables: Mapping[str, pd.DataFrame]) -> set[tuple[Any, ...]]:
    """Every target that limits something in some year: policy row, buyer, scope and supplier."""
    return {t for name in (*MEASURED, "shortfalls") if name in tables for t in _targets(tables[name])}


def _targets(frame: pd.DataFrame) -> set[tuple[Any, ...]]:
    whole = (frame if "supplier" in frame else frame.assign(supplier="")).fillna({"supplier": ""})
    return set(whole[TARGET].itertuples(index=False, name=None))


def how_far(off: float, policy_row: str) -> str:
    """By how much a target is missed, in points, or in days where it is told in days.

    >>> how_far(0.095, "domestic_min.0"), how_far(10 / 365, "stock_min.0")
    ('9.5 points', '10.0 days')
    """
    return f"{off * DAYS:,.1f} days" if policy_row and days(policy_row) else f"{points(off)} points"


def cell(tables: Mapping[str, pd.DataFrame]) -> str:
    """How many targets are missed and the worst of it, for a cell of a table."""
    number, of = counts(tables)
    one = worst(tables)
    if one is None:
        return "none" if of else "-"
    return f"{number} of {of}: {how_far(one.off, one.policy_row)}, {one.year}"
