"""Several policies in one call of ``solve.py``: where each goes, solved at a time, compared in one table."""

from __future__ import annotations

import csv
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.base.clock import Clock

if TYPE_CHECKING:
    import argparse

    import pandas as pd

    from model.base.results import Results
    from model.instance.instance import Instance
    from model.instance.policy.policies import Policy
    from model.plan.plan import Plan


def places(base: Path, policies: Sequence[str], out: Path | None) -> list[Path]:
    """Where each plan goes: one in ``out``, several within ``base``; a name that comes twice gets a number.

    >>> [p.as_posix() for p in places(Path("results"), ["cap", "none", "cap"], None)]
    ['results/cap', 'results/none', 'results/cap-3']
    """
    if len(policies) == 1:
        return [out or base / policies[0]]
    return [base / (p if policies.index(p) == i else f"{p}-{i + 1}") for i, p in enumerate(policies)]


def solve_all(
    instance: Instance,
    policies: Sequence[Policy],
    overrides: Mapping[str, Any],
    call: argparse.Namespace,
    clock: Clock,
    say: Callable[[str], None],
    builds: Results | None = None,
) -> list[Plan]:
    """A plan for each policy, several at a time. ``overrides`` are in the policies; the summaries name them."""
    from model.plan.plan import solve

    options = {"goal": call.goal, "time_limit": call.time_limit, "scenarios": call.futures, "builds": builds}
    options |= {"whole_units": call.whole_units} | ({} if call.gap is None else {"gap": call.gap})
    if len(policies) == 1:
        return [solve(instance, policies[0], overrides, clock=clock, say=say, workers=call.threads, **options)]
    before = Clock(dict(clock.seconds), dict(clock.memory_mb))
    stop = threading.Event()

    def one(policy: Policy) -> Plan:
        own = Clock(dict(before.seconds), dict(before.memory_mb))
        told: dict[str, Any] = {"clock": own, "stop": stop, "workers": 1, **options}
        return solve(instance, policy, overrides, say=lambda text: say(f"{policy.name}: {text}"), **told)

    plans = at_a_time(one, policies, call.threads or os.cpu_count() or 1, stop)
    for plan in plans:
        for phase, values in plan.summary["phases"].items():
            if phase not in before.seconds:
                clock.add(phase, values["seconds"])
    return plans


def at_a_time(
    one: Callable[[Policy], Plan], policies: Sequence[Policy], threads: int, stop: threading.Event
) -> list[Plan]:
    """Each solved by one of some threads; where one goes wrong, or at Ctrl-C, ``stop`` ends the rest."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(threads, len(policies))) as pool:
        jobs = [pool.submit(one, policy) for policy in policies]
        try:
            return [job.result() for job in jobs]
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def write_side_by_side(
    plans: Sequence[Plan], stopped: Sequence[Mapping[str, pd.DataFrame]], folder: Path, clock: Clock, *, report: bool
) -> str:
    """Write ``comparison.csv`` and, with ``report``, ``comparison.html``; says whose comparison stood there before.

    Nothing where there was none, or one of the same plans.
    """
    from model.base.places import write_table
    from model.base.results import Results
    from model.output.terminal.planned.side_by_side import comparison

    table, file = comparison(plans, stopped), folder / "comparison.csv"
    before = _compared(file)
    with clock.phase("write"):
        write_table(file, table)
    after = _compared(file)
    if report:
        from model.output.report import write_comparison

        with clock.phase("report"):
            each = [Results({**p.tables, **more}, p.summary) for p, more in zip(plans, stopped, strict=True)]
            write_comparison(each, folder)
    return ", ".join(before) if before != after else ""


def _compared(file: Path) -> list[str]:
    """The plans of a comparison's table: each policy with its edits."""
    try:
        rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    except (OSError, ValueError, csv.Error):
        return []
    return [" ".join(filter(None, (row.get("policy"), row.get("edits")))) for row in rows]
