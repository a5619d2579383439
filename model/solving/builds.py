"""Builds that are given instead of sought: the programme with its decisions fixed, and what keeps some from being."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from model.base.problems import InputError, Problem, nearest, quoted
from model.base.units import T_PER_KT
from model.compiling.arrays import Floats
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.records import Plant
from model.solving.programme import Arrays

Build = tuple[str, int, float]
"""Plant, decision year, capacity in t/yr."""
COLUMNS = ("plant", "decision_year", "capacity_t_per_yr")
LIMITS = ("build_limit", "budget_max", "budget_min")
"""Rows that speak of builds alone."""
CLOSE = 1e-6
"""Part of a limit by which builds may pass it: what a solver's tolerance leaves in a plan's figures."""


def fixed(network: Network, arrays: Arrays, builds: Iterable[Build]) -> tuple[Arrays, float]:
    """The programme with these builds and no others, and what of them can't come on stream any more, t/yr.

    What stands at a limit of builds, but for a solver's tolerance, is within it.
    """
    node = {n.year: n.name for n in network.tree}
    places = arrays.places("column", "build")
    lower, lost = np.zeros_like(arrays.lower), 0.0
    for plant, year, capacity in builds:
        column = places.get((plant, node.get(year, "")))
        if column is None:
            lost += capacity
        else:
            lower[column] += capacity / T_PER_KT
    return held_at(arrays, lower), lost


def held_at(arrays: Arrays, x: Floats) -> Arrays:
    """The programme with the builds of a plan ``x``, kt, and no others."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    span = arrays.columns["build"].places
    built = np.zeros_like(lower)
    built[span] = lower[span] = upper[span] = x[span]
    row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    for family in LIMITS:
        rows = arrays.rows[family].places
        has = arrays.matrix.times(built)[rows]
        row_lower[rows] = _eased(row_lower[rows], has, -1)
        row_upper[rows] = _eased(row_upper[rows], has, 1)
    return dataclasses.replace(arrays, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def _eased(limits: Floats, has: Floats, sign: int) -> Floats:
    """Limits moved to what is there where that passes them by no more than the tolerance."""
    beyond = sign * (has - limits)
    finite = np.isfinite(limits)
    close = finite & (beyond > 0) & (beyond <= CLOSE * np.where(finite, np.abs(limits), 0.0))
    return np.where(close, has, limits)


def without_limits(arrays: Arrays) -> Arrays:
    """The programme whose limits and budgets of builds don't hold: what is built is built."""
    row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    for family in LIMITS:
        rows = arrays.rows[family].places
        row_lower[rows], row_upper[rows] = -np.inf, np.inf
    return dataclasses.replace(arrays, row_lower=row_lower, row_upper=row_upper)


NOISE = 1e-9
"""t/yr below zero that are a rounding of nothing."""


def builds_of(frame: pd.DataFrame, instance: Instance) -> list[Build]:
    """The builds of a table like a plan's ``builds``: plant, decision year, t/yr.

    Raises InputError with all that can't be in this instance: plants that it doesn't have, years in which nothing can
    be decided, more than can be built.
    """
    if "branch" in frame.columns:
        expected = "are of a plan for several futures; expected those of one certain future"
        raise InputError([Problem("--builds", None, "branch", "", expected)])
    missing = [c for c in COLUMNS if c not in frame.columns]
    if missing:
        known = [str(c) for c in frame.columns]
        raise InputError(Problem("--builds", None, c, "", "the column is missing", nearest(c, known)) for c in missing)
    found, problems = list[Build](), list[Problem]()
    seen: dict[tuple[object, object], object] = {}
    for label, *cells in frame[list(COLUMNS)].itertuples(name=None):
        wrong = list(_wrong(instance, cells))
        first = seen.setdefault((cells[0], cells[1]), label)
        if first is not label and not wrong:
            said = f"the same plant and year stand in row {first} already; expected their sum in one row"
            wrong.append(("plant, decision_year", quoted(f"{cells[0]}, {cells[1]}"), said, ""))
        problems += [Problem(f"builds, row {label}", None, *said) for said in wrong]
        if not wrong:
            found.append((str(cells[0]), int(cells[1]), max(0.0, float(cells[2]))))
    problems += _too_much(instance, found)
    if problems:
        raise InputError(problems)
    return found


def _wrong(instance: Instance, cells: Sequence[object]) -> Iterator[tuple[str, str, str, str]]:
    """What is wrong with one build: column, value, what was expected, the nearest name."""
    plant, year, capacity = cells
    known = instance.plants.get(str(plant))
    if known is None:
        yield "plant", quoted(plant), "is not a plant of this instance", nearest(str(plant), instance.plants)
    if not isinstance(capacity, int | float | np.number) or not -NOISE <= float(capacity) < np.inf:
        yield "capacity_t_per_yr", quoted(capacity), "expected a number of at least 0 [t/yr]", ""
    if not isinstance(year, int | float | np.number) or float(year) != round(float(year)):
        yield "decision_year", quoted(year), "expected a year", ""
    elif known is not None and int(year) not in instance.decision_years(known):
        yield "decision_year", quoted(int(year)), _no_decision(instance, known), ""


def _no_decision(instance: Instance, plant: Plant) -> str:
    years = instance.decision_years(plant)
    if not years:
        return f"nothing of {plant.name} can be built and come on stream within the horizon"
    return f"{plant.name} can be decided from {years[0]} to {years[-1]}"


def _too_much(instance: Instance, builds: Iterable[Build]) -> Iterator[Problem]:
    """Plants of which more is built than may be, in a year or in all."""
    by_year: dict[str, dict[int, float]] = {}
    for name, year, capacity in builds:
        years = by_year.setdefault(name, {})
        years[year] = years.get(year, 0.0) + capacity
    for name, years in by_year.items():
        plant = instance.plants[name]
        for year, capacity in years.items():
            if capacity > plant.max_build_per_year * (1 + CLOSE):
                yield _more(
                    name, f"{capacity:g}", f"in {year}, above max_build_per_year of {plant.max_build_per_year:g}"
                )
        if sum(years.values()) > plant.max_build * (1 + CLOSE):
            yield _more(name, f"{sum(years.values()):g}", f"in all, above max_build of {plant.max_build:g}")


def _more(plant: str, capacity: str, expected: str) -> Problem:
    return Problem("--builds", None, "capacity_t_per_yr", quoted(capacity), f"t/yr of {plant} {expected} t/yr")
