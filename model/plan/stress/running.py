"""The crises of a plan, year by year: each year's programme is written once and kept for all suppliers and lengths.

A year hangs on nothing but itself, so that years are worked on side by side and the tables are the same bytes whatever
the number of workers.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from typing import Any, NamedTuple

from model.base.errors import Stopped
from model.base.processes import close, leave_to_parent, without_ctrl_c, without_main
from model.base.results import Results
from model.instance.instance import DemandKey, Instance
from model.instance.lanes import Lanes, resolve
from model.instance.reading import policy
from model.plan.saying.survival import UNHARMED
from model.plan.stress.asked import ALL, Asked
from model.plan.stress.crisis import LONGEST, Crisis
from model.plan.stress.standing import Standing, standing
from model.plan.stress.stress import Stress, framed, gives_way_frame, worst_first
from model.solving.solver.points import Point

MOST_WEAK = 4
"""Stocks, plants and lanes that are named of each crisis, each kind by itself."""
NOTHING = 1e-9
"""Years, and content per tonne, below which there is nothing."""


class _Year(NamedTuple):
    """Rows of the two tables for one year."""

    stress: list[tuple[Any, ...]]
    weak: list[tuple[Any, ...]]


def stress(
    plan: Results,
    instance: Instance,
    asked: Asked,
    *,
    workers: int = 1,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
    stop: threading.Event | None = None,
) -> Stress:
    """What each stop of exports does to a plan that stands. Raises Stopped, SolverError.

    ``workers`` processes work side by side and change no byte; ``tell`` hears how many years are done.
    """
    lanes, stands = resolve(instance), standing(instance, plan)
    stop = stop or threading.Event()
    years: dict[int, _Year] = {}
    tell(0, len(asked.years))
    for year, found in _by_year(instance, lanes, stands, asked, workers, stop):
        years[year] = found
        tell(len(years), len(asked.years))
    in_order = [years[y] for y in asked.years]
    table = framed([row for year in in_order for row in year.stress])
    weak = gives_way_frame([row for year in in_order for row in year.weak])
    return Stress(asked, table, weak, worst_first(table))


def buyers_of(plan: Results, instance: Instance) -> dict[str, tuple[str, ...]]:
    """The buyers that a plan's policy names; those of the instance's own policy where it names none."""
    named = plan.summary.get("policy", {}).get("buyers") or {}
    if named or not instance.default_policy:
        return {name: tuple(regions) for name, regions in named.items()}
    return {target.buyer: target.regions for target in policy(instance).targets}


def _by_year(
    instance: Instance, lanes: Lanes, stands: Standing, asked: Asked, workers: int, stop: threading.Event
) -> Iterator[tuple[int, _Year]]:
    if min(workers, len(asked.years)) <= 1:
        for year in asked.years:
            if stop.is_set():
                raise Stopped("stopped by the user")
            yield year, of_year(instance, lanes, stands, asked, year)
        return
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, spawn, _begin, (instance, lanes, stands, asked))
    waiting: dict[Future[_Year], int] = {}
    try:
        with without_ctrl_c(), without_main():
            waiting |= {pool.submit(_one, year): year for year in asked.years}
        while waiting:
            if stop.is_set():
                raise Stopped("stopped by the user")
            done, _ = wait(waiting, timeout=0.1, return_when="FIRST_COMPLETED")
            for future in done:
                yield waiting.pop(future), future.result()
    finally:
        close(pool, at_once=bool(waiting))


_GIVEN: list[tuple[Instance, Lanes, Standing, Asked]] = []
"""What a worker process was given when it began."""


def _begin(*given: Any) -> None:
    leave_to_parent()
    _GIVEN[:] = [given]


def _one(year: int) -> _Year:
    return of_year(*_GIVEN[0], year)


def of_year(instance: Instance, lanes: Lanes, stands: Standing, asked: Asked, year: int) -> _Year:
    """Every crisis that begins in one year."""
    crisis = Crisis(instance, lanes, stands, year, asked.buyers, asked.others)
    rows: list[tuple[Any, ...]] = []
    weak: list[tuple[Any, ...]] = []
    parts = list(_parts(crisis, asked))
    for supplier, scope, stop in asked.stops(instance):
        crisis.stop(stop)
        times = survivals(crisis, parts)
        for months in asked.months:
            served, point = _after(crisis, asked, parts, times, months / 12)
            for buyer, sector, qs in parts:
                wanted = months / 12 * crisis.wanted_content(qs)
                got = min(wanted, served[buyer, sector])
                share = got / wanted if wanted > 0 else 1.0
                rows.append((supplier, scope, year, months, buyer, sector, wanted, got, share))
                if share >= UNHARMED:  # a capacity that is a hair too small would else serve all and survive nothing
                    times[buyer, sector] = max(times[buyer, sector], months / 12)
            if point is not None:
                named = gives_way(crisis, point, months / 12)
                weak += [(supplier, scope, year, months, *found) for found in named]
        done = len(rows) - len(asked.months) * len(parts)
        rows[done:] = [(*row, 12 * times[row[4], row[5]]) for row in rows[done:]]
    return _Year(rows, weak)


def _parts(crisis: Crisis, asked: Asked) -> Iterator[tuple[str, str, list[DemandKey]]]:
    """Buyers and sectors, together and each, that have a demand."""
    sectors = (ALL, *asked.sectors) if len(asked.sectors) > 1 else (ALL,)
    for buyer in (ALL, *asked.buyers):
        for sector in sectors:
            qs = crisis.of("" if buyer == ALL else buyer, "" if sector == ALL else sector)
            if qs or (buyer, sector) == (ALL, ALL):
                yield buyer, sector, qs


def survivals(crisis: Crisis, parts: Sequence[tuple[str, str, list[DemandKey]]]) -> dict[tuple[str, str], float]:
    """Years that each part holds out if it alone is to be served in full; those of a whole that does hold out too."""
    times: dict[tuple[str, str], float] = {}
    for buyer, sector, qs in parts:
        wholes = [(ALL, ALL), (buyer, ALL), (ALL, sector)]
        known = max((times.get(whole, 0.0) for whole in wholes), default=0.0)
        times[buyer, sector] = LONGEST if known >= LONGEST - NOTHING else crisis.survives(qs)[0]
    return times


def _after(
    crisis: Crisis,
    asked: Asked,
    parts: Sequence[tuple[str, str, list[DemandKey]]],
    times: dict[tuple[str, str], float],
    tau: float,
) -> tuple[dict[tuple[str, str], float], Point | None]:
    """What each part is served of ``tau`` years, t of content; the most for all together, shared evenly."""
    if times[ALL, ALL] >= tau - NOTHING:
        return {(b, s): tau * crisis.wanted_content(qs) for b, s, qs in parts}, None
    crisis.begin(tau)
    everything = crisis.of()
    for sector in asked.first:
        crisis.most(crisis.of(sector=sector))
    best, point = crisis.most(everything)
    x = crisis.evenly({b: qs for b, s, qs in parts if s == ALL and b != ALL})
    if len(asked.sectors) > 1:
        x = crisis.evenly({(b, s): qs for b, s, qs in parts if ALL not in (b, s)})
    served = {(b, s): crisis.served(x, qs) for b, s, qs in parts}
    return served | {(ALL, ALL): best * crisis.unit}, point


def gives_way(crisis: Crisis, point: Point, tau: float) -> Iterator[tuple[Any, ...]]:
    """The few stocks, plants and lanes of each kind of which one tonne more would save most."""
    taken = {"stock": 0, "plant": 0, "lane": 0}
    for row in gives_way_of(crisis, point, tau):
        taken[row[0]] += 1
        if taken[row[0]] <= MOST_WEAK:
            yield row


def gives_way_of(crisis: Crisis, point: Point, tau: float) -> Iterator[tuple[str, str, str, str, float]]:
    """Stocks, plants and lanes of which one tonne more would save something, by kind, most first.

    Kind, good or plant, region, destination of a lane, t of content saved for one t (a stock) or t/yr (plant, lane).
    """
    found: dict[str, list[tuple[float, tuple[str, str, str]]]] = {"stock": [], "plant": [], "lane": []}
    for (kind, *what), row in crisis.row.items():
        dual = float(point.dual[row]) if row < len(point.dual) else 0.0
        if kind == "use" and dual > NOTHING:
            found["stock"].append((dual, (what[0], what[1], "")))
        elif kind == "plant" and -dual * tau > NOTHING:
            plant = crisis.instance.plants[what[0]]
            found["plant"].append((-dual * tau * plant.availability, (what[0], plant.region, "")))
        elif kind == "lane" and -dual * tau > NOTHING:
            found["lane"].append((-dual * tau, (what[0], what[1], what[2])))
    for kind, rows in found.items():
        for saved, (item, region, to) in sorted(rows, key=lambda row: (-round(row[0], 9), row[1])):
            yield kind, item, region, to, saved
