"""What a stop of exports does to a plan that stands: how long its buyers hold out, what is served, what gives way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from model.analysis.stress.hedges import hedges
from model.analysis.stress.short import in_short
from model.analysis.stress.stockpiling import Stockpiles, stockpiles
from model.base.problems import InputError, Problem
from model.base.results import Results
from model.instance.instance import Instance
from model.plan.saying.along import refuse_futures
from model.plan.stress.asked import ask, buyers_named
from model.plan.stress.running import buyers_of
from model.plan.stress.running import stress as run
from model.plan.stress.stress import Stress

__all__ = ["Stockpiles", "Stress", "hedges", "in_short", "stockpiles", "stress"]


def stress(
    plan: Results,
    instance: Instance | None = None,
    *,
    buyers: Sequence[str] = (),
    suppliers: Sequence[str] = (),
    pairs: bool = False,
    scopes: Sequence[str] = (),
    months: Sequence[float] = (),
    years: Sequence[int] = (),
    others: float = 0.0,
    first: Sequence[str] = (),
    workers: int = 1,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
    stop: threading.Event | None = None,
) -> Stress:
    """What each stop of exports does to a plan, its builds and the stocks of the year before as they are.

    ``plan`` is a plan, or results read from a folder with their ``instance``. ``buyers`` are regions or groups
    (default: those of the plan's policy; of the instance's own policy where it names none), ``suppliers`` those that
    stop (default: each region that makes something; with ``pairs`` each two as well), ``scopes`` ``all`` or stages,
    ``months`` lengths (1, 3, 6, 12), ``others`` the share of everybody else's demand that must be served too, ``first``
    sectors in order. ``workers`` processes change no byte. Raises InputError with every problem and
    for a plan of several futures, Stopped, SolverError.
    """
    refuse_futures(plan, "a stress test")
    instance = instance or getattr(plan, "instance", None)
    if instance is None:
        raise InputError([Problem("--instance", None, "", "", "results from a folder are asked with their instance")])
    named = buyers_named(instance, buyers) if buyers else buyers_of(plan, instance)
    asked = ask(
        instance, named, suppliers=suppliers, pairs=pairs, scopes=scopes, months=months, years=years, others=others,
        first=first,
    )  # fmt: skip
    return run(plan, instance, asked, workers=workers, tell=tell, stop=stop)
