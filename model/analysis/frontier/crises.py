"""The edge of what can be withstood: how many months, how much of demand, from which year, and what each month costs.

A case asks that every varied ``[[withstand]]`` row last ``months``, that ``serve`` of the buyers' demand be met in it,
and that it hold in each year from ``year`` on (to the row's own last year; nothing before). All else in the policy is
kept.
The earliest year of a length is the first from which nothing of the varied rows is missed, whatever else is.
"""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.analysis.frontier.writing import check_frontier_place, crisis_contents
from model.base.places import new_folder
from model.base.problems import InputError, Problem, known_names, nearest, quoted
from model.base.schema import columns
from model.base.units import T_PER_KT, USD_PER_MUSD
from model.compiling.arrays import sparse_row
from model.formulation.network import Network
from model.instance.instance import Instance
from model.instance.policy.policies import Policy
from model.instance.policy.targets import Withstand
from model.instance.reading import policy as read_policy
from model.instance.trees.tree import Tree
from model.plan.solved import framed
from model.solving.goals.goals import solve
from model.solving.goals.targets import columns_of, limits_of
from model.solving.goals.ties import NOTHING_T
from model.solving.held import HeldProgramme
from model.solving.programme import compiled

MONTHS = (1.0, 3.0, 6.0, 12.0)


@dataclass(frozen=True)
class Withstanding:
    """The answer: ``table`` (``base/dictionaries/frontier.csv``), one row a case; ``rows``: those that vary."""

    instance: Instance
    policy: Policy
    rows: tuple[str, ...]
    table: pd.DataFrame = field(repr=False)
    cost_without_policy_usd: float

    def write(self, folder: str | Path, *more: Callable[[Withstanding, Path], object]) -> Path:
        """Write table and descriptions to a folder, whole or not at all; an earlier frontier there is replaced.

        ``more`` is what else writes into it, such as ``model.draw_months``.
        """
        folder = Path(folder)
        check_frontier_place(folder)
        about = {"rows": list(self.rows), "cost_without_policy_usd": self.cost_without_policy_usd}
        with new_folder(folder) as beside:
            for name, data in crisis_contents(self.instance, self.policy, about, self.table).items():
                (beside / name).write_bytes(data)
            for writes in more:
                writes(self, beside)
        return folder


def withstanding(
    instance: Instance,
    policy: str | Policy = "",
    *,
    months: Sequence[float] = (),
    serve: Sequence[float] = (),
    years: Sequence[int] = (),
    rows: Sequence[str] = (),
    workers: int | None = None,
    stop: threading.Event | None = None,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Withstanding:
    """How long the buyers of a policy's withstand rows could hold out, and at what cost.

    ``months``, ``serve`` (shares) and ``years`` (first years) vary together; defaults: 1, 3, 6 and 12 months, and the
    rows' own. ``rows`` are the withstand rows that vary (``withstand.0``); default: all. ``workers`` is how many solves
    run at a time; it changes no byte. Raises InputError, Unmeetable, Stopped, SolverError.
    """
    asked = policy if isinstance(policy, Policy) else read_policy(instance, policy)
    known = tuple(dict.fromkeys(t.row for t in asked.withstands))
    names = tuple(dict.fromkeys(rows)) or known
    varied = [t for t in asked.withstands if t.row in names and t.share]
    problems = list(_wrong(instance, asked, known, names, varied, (months, serve, years)))
    if problems:
        raise InputError(problems)
    shares: list[float | None] = [*sorted(set(serve))] or [None]
    first: list[int | None] = [*sorted(set(years))] or [None]
    lengths = list(product(sorted(set(months or MONTHS)), shares))
    cases = [(*length, year) for length in lengths for year in first]
    done, stop, ended = threading.Lock(), stop or threading.Event(), [0]

    def told(found: Any) -> Any:
        with done:
            ended[0] += 1
            tell(ended[0], len(cases) + len(lengths))
        return found

    tell(0, len(cases) + len(lengths))
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        solved = list(pool.map(lambda c: told(_case(instance, changed(asked, names, *c), names, stop)), cases))
        unserved = solved[0][1]
        earliest = list(
            pool.map(lambda c: told(_earliest(instance, changed(asked, names, *c), names, unserved, stop)), lengths)
        )
    when = dict(zip(lengths, earliest, strict=True))
    table = _table(varied, cases, [row for row, *_ in solved], when)
    return Withstanding(instance, asked, names, table, solved[0][2])


def _wrong(
    instance: Instance,
    asked: Policy,
    known: Sequence[str],
    names: Sequence[str],
    varied: Sequence[Withstand],
    given: tuple[Sequence[float], Sequence[float], Sequence[int]],
) -> Iterator[Problem]:
    if not known:
        yield Problem("--policy", None, "", quoted(asked.name), "has no [[withstand]]: there is no crisis to vary")
    for name in names:
        if name not in known:
            expected = f"is no withstand row of policy {asked.name}; known: {known_names(known)}"
            yield Problem("--row", None, "", quoted(name), expected, nearest(name, known))
        elif not any(t.row == name for t in varied):
            yield Problem("--row", None, "", quoted(name), "never holds in the horizon")
    months, serve, years = given
    for value in months:
        if not 0 < value < np.inf:
            yield Problem("--months", None, "", quoted(value), "expected a number of months above 0")
    for value in serve:
        if not 0 < value <= 1:
            yield Problem("--serve", None, "", quoted(value), "expected a share above 0 and at most 1")
    last = max((max(t.share) for t in varied), default=instance.last_year)
    for year in years:
        if not instance.first_year <= year <= last:
            expected = f"expected a year from {instance.first_year} to {last}, the last of the varied rows"
            yield Problem("--years", None, "", quoted(year), expected)


def changed(asked: Policy, rows: Sequence[str], months: float, serve: float | None, year: int | None = None) -> Policy:
    """The policy with other months in some rows, and where they are given another share and first year."""
    found = []
    for t in asked.withstands:
        if t.row in rows and t.share:
            share = t.share if year is None else dict.fromkeys(range(year, max(t.share) + 1), 1.0)
            t = dataclasses.replace(t, months=months, serve=t.serve if serve is None else serve, share=share)
        found.append(t)
    return dataclasses.replace(asked, withstands=tuple(found))


def _case(instance: Instance, policy: Policy, rows: Sequence[str], stop: threading.Event) -> tuple[Any, ...]:
    """Cost, premium, capital, USD, goods unserved, and what is missed of the varied rows and of the others, t.

    Then what is unserved without policy, and the cost then.
    """
    network = Network(instance, policy, Tree.chain(instance.years))
    arrays = compiled(network)
    limits = limits_of(arrays, network)
    found = solve(arrays, stop=stop, limits=limits, canonical=False)
    missed = sum(float(found.x[x.short]) for x in limits if x.target.row in rows) * T_PER_KT
    asked = sum(x.fixed_base for x in limits if x.target.row in rows) * T_PER_KT
    missed = missed if missed > NOTHING_T else 0.0
    capital = float(arrays.capital.times(found.x)[0]) * USD_PER_MUSD
    figures = found.cost * USD_PER_MUSD, (found.cost - found.baseline_cost) * USD_PER_MUSD, capital
    goods = float(found.unserved.sum()) * T_PER_KT
    share = 1 - missed / asked if asked else np.nan
    others = max(0.0, found.shortfall * T_PER_KT - missed)
    return (*figures, goods, missed, share, others), found.baseline.unserved, found.baseline_cost * USD_PER_MUSD


def _earliest(
    instance: Instance, policy: Policy, rows: Sequence[str], unserved: Any, stop: threading.Event
) -> int | None:
    """The first year from which nothing of the varied rows is missed, to the rows' last year; None where none is."""
    last = max(max(t.share) for t in policy.withstands if t.row in rows and t.share)
    whole = changed(policy, rows, *_length(policy, rows), instance.first_year)
    network = Network(instance, whole, Tree.chain(instance.years))
    arrays = compiled(network)
    limits = [x for x in limits_of(arrays, network) if x.target.row in rows]
    held = HeldProgramme(arrays, float("inf"), stop)
    held.keep_served(unserved)
    nothing = sparse_row(np.zeros(0, dtype=np.int32), np.zeros(0))
    low, high, basis = instance.first_year, last + 1, None
    while low < high:
        middle = (low + high) // 2
        held.allow(held.short, np.inf)
        held.allow(columns_of([x for x in limits if x.year >= middle]), 0.0)
        found = held.least(f"withstood from {middle}", nothing, basis)
        basis = found.basis if found else held.solver.ended or basis
        low, high = (low, middle) if found is not None else (middle + 1, high)
    return high if high <= last else None


def _length(policy: Policy, rows: Sequence[str]) -> tuple[float, None]:
    return next(t.months for t in policy.withstands if t.row in rows), None


def _table(
    varied: Sequence[Withstand], cases: Sequence[Any], found: Sequence[Any], when: dict[Any, int | None]
) -> pd.DataFrame:
    """One row a case; what a month more costs is told against the next shorter case of the same share and year."""
    begin, own = min(min(t.share) for t in varied), varied[0].serve
    rows = []
    for place, ((months, serve, year), figures) in enumerate(zip(cases, found, strict=True)):
        before = [i for i, c in enumerate(cases[:place]) if c[1:] == (serve, year)]
        month = float("nan")
        if before:
            shorter = before[-1]
            month = (figures[1] - found[shorter][1]) / (months - cases[shorter][0])
        met = "yes" if figures[4] <= NOTHING_T else "no"
        head = (months, own if serve is None else serve, begin if year is None else year, met)
        rows.append((*head, *figures[:2], month, *figures[2:], when[months, serve]))
    return framed(columns("withstanding", family="frontier"), rows, blanks=True)
