"""What moves from one plan of a sweep to another: capital, and plants that enter or leave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from model.analysis.sweeps.asked.columns import columns
from model.analysis.sweeps.learned.settings import Factor, failures, one_at_a_time

MOVED = "capital_moved_usd"
NOISE = 1e-6

Built = dict[str, dict[int, tuple[float, float]]]
"""Capacity, t/yr, and its capital, USD, by plant and decision year."""


def moves(cases: pd.DataFrame, builds: pd.DataFrame, factors: Sequence[Factor]) -> pd.DataFrame:
    r"""By how much the decisions of each low and high case differ from the base's, USD and plants by name.

    With d the difference in capacity of a plant and decision year, valued at the plant's cost a t/yr in the base (in
    the case where the base lacks the plant), so that a dearer plant by itself moves nothing:

        capital moved  =  1/2 sum |d|  +  1/2 |sum d|  =  max(sum of what comes, sum of what goes)

    So a plant that gives way to another of the same capital counts once, and so does one that is decided a year later,
    one that is added and one that is dropped. ``capital_between_plants_usd`` puts years aside: a delay counts nothing.
    """
    failed, rows = failures(cases), []
    built = built_by_case(builds)
    for one in one_at_a_time(cases, factors):
        for side, at in (("low", one.low), ("high", one.high)):
            about = (one.policy, one.factor["name"], side, at)
            if failed & {at, one.base}:
                rows.append((*about, np.nan, np.nan, "", ""))
                continue
            base, case = built.get(one.base, {}), built.get(at, {})
            enter, leave = _swapped(base, case)
            moved = (_moved(base, case, by_year) for by_year in (True, False))
            rows.append((*about, *moved, "+".join(enter), "+".join(leave)))
    return pd.DataFrame(rows, columns=[c.column for c in columns("moves")])


def changed(built: Mapping[int, Built], failed: set[int], pairs: Iterable[Sequence[int]]) -> set[str]:
    """Plants that enter or leave between the cases of any pair of which both have a plan."""
    sound = [(a, b) for a, b in pairs if not {a, b} & failed]
    return {p for a, b in sound for some in _swapped(built.get(a, {}), built.get(b, {})) for p in some}


def built_by_case(builds: pd.DataFrame) -> dict[int, Built]:
    """What each case builds, noise left out."""
    found: dict[int, Built] = {}
    rows = builds[["case", "plant", "decision_year", "capacity_t_per_yr", "capex_usd"]]
    for case, plant, year, capacity, capex in rows.itertuples(index=False, name=None):
        if capacity > NOISE:
            found.setdefault(case, {}).setdefault(plant, {})[year] = (capacity, capex)
    return found


def _swapped(base: Built, case: Built) -> tuple[list[str], list[str]]:
    """Plants that enter and plants that leave, by name."""
    return sorted(case.keys() - base.keys()), sorted(base.keys() - case.keys())


def _moved(base: Built, case: Built, by_year: bool) -> float:
    """What comes or what goes, whichever is more, at the base's cost a t/yr, USD."""
    comes = goes = 0.0
    for plant in sorted(base.keys() | case.keys()):
        new, old = case.get(plant, {}), base.get(plant, {})
        amounts = (old or new).values()
        unit = sum(capex for _, capex in amounts) / sum(capacity for capacity, _ in amounts)
        apart = [new.get(y, (0.0,))[0] - old.get(y, (0.0,))[0] for y in sorted(new.keys() | old.keys())]
        noise = NOISE * max(sum(c for c, _ in side.values()) for side in (new, old))
        for d in apart if by_year else [sum(apart)]:
            if abs(d) > noise:
                comes, goes = comes + max(d, 0.0) * unit, goes + max(-d, 0.0) * unit
    return max(comes, goes)
