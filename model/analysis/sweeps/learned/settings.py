"""Which cases of a finished sweep stand for which settings of its factors."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from model.base.problems import InputError, Problem, quoted

Factor = Mapping[str, Any]
CLOSE = 1e-9


class Three(NamedTuple):
    """The cases of one factor under one policy; low or high is the base where the settings are the same."""

    policy: str
    factor: Factor
    low: int
    base: int
    high: int


def one_at_a_time(cases: pd.DataFrame, factors: Sequence[Factor]) -> Iterator[Three]:
    """The cases of each policy and factor, told apart by their settings. Raises InputError where one isn't there."""
    bases = {str(f["name"]): settings(f)[1] for f in factors}
    found: list[Three] = []
    problems = []
    for policy, rows in cases.sort_values("case").groupby("policy", sort=False):
        records = rows[["case", *bases]].to_dict("records")
        for f in factors:
            three = []
            for setting in settings(f):
                asked = {**bases, str(f["name"]): setting}
                there = (int(r["case"]) for r in records if all(_same(r[name], asked[name]) for name in asked))
                three.append(next(there, 0))
                if not three[-1]:
                    expected = f"policy {policy} has no case with this setting and all others at base"
                    problems.append(Problem("cases", None, str(f["name"]), quoted(shown(setting)), expected))
            found.append(Three(str(policy), f, three[0], three[1], three[2]))
    if problems:
        raise InputError(problems)
    yield from found


def settings(f: Factor) -> tuple[Any, Any, Any]:
    """Low, base and high; of named levels the first and the last where low and high aren't said."""
    levels = list(f.get("levels") or [])
    low, high = (
        levels[at] if f.get(side) is None and levels else f.get(side) for side, at in (("low", 0), ("high", -1))
    )
    return low, f.get("base"), high


def shown(value: object) -> str:
    """A setting as text; blank where the base leaves the instance as it is."""
    return "" if value is None else f"{value:.10g}" if isinstance(value, int | float) else str(value)


def _same(has: Any, asked: object) -> bool:
    if asked is None or pd.isna(has):
        return asked is None and bool(pd.isna(has))
    if isinstance(asked, str):
        return str(has) == asked
    try:
        return math.isclose(float(has), float(str(asked)), rel_tol=CLOSE, abs_tol=CLOSE)
    except ValueError:
        return False


def in_order(cases: pd.DataFrame, factors: Sequence[Factor], samples: int) -> list[tuple[str, list[int]]]:
    """Each policy's cases in the order of the design. Raises InputError where they don't fill it."""
    wanted, found, problems = samples * (len(factors) + 2), [], []
    for policy, rows in cases.sort_values("case").groupby("policy", sort=False):
        found.append((str(policy), rows["case"].tolist()))
        if len(rows) != wanted:
            expected = f"expected {samples} samples x ({len(factors)} factors + 2) = {wanted} cases"
            problems.append(Problem("cases", None, "policy", quoted(policy), f"has {len(rows)} cases; {expected}"))
    if problems:
        raise InputError(problems)
    return found


def failures(cases: pd.DataFrame) -> set[int]:
    """The cases that have no outcome."""
    return set(cases.loc[cases["status"] == "failed", "case"])
