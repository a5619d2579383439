"""What becomes of the plan when the assumptions vary? Solve every case of a sweep; one table of cases and outcomes.

SWEEP is the name of one of the instance's sweeps (instances/NAME/sweeps/) or a file.

Exit codes: 0 the tables are written; 1 unexpected failure; 2 the call, the instance or the sweep is wrong (nothing was
solved); 4 stopped by the user (--resume goes on).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from model.cli.calls import add_instance, add_out, add_set, add_traceback, add_workers, overrides, parser_of, whole
from model.cli.command import DONE, Command, left_behind, printing

if TYPE_CHECKING:
    import argparse

    from model.analysis.sweeps.asked.definition import Sweep
    from model.analysis.sweeps.running.run import Swept
    from model.instance.instance import Instance


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("sweep", __doc__)
    add = parser.add_argument
    add_instance(parser)
    add("sweep", help="a sweep of the instance, or a sweep file")
    add_workers(parser, "processes of this machine; default: its cores")
    add("--scheduler", metavar="ADDRESS", help="a dask scheduler, such as tcp://10.0.0.1:8786")
    add("--folders", action="store_true", help="write each case's results folder too (DIR/cases/)")
    add("--resume", action="store_true", help="go on with a sweep that was broken off")
    add_out(parser, "default: results/INSTANCE/sweeps/SWEEP")
    add("--case", type=whole, metavar="N", help="solve one case alone, as solve.py would, and show it")
    add("--check", action="store_true", help="judge the sweep, list how many cases, and stop")
    add_set(parser, "override a scalar of instance.toml: finance.discount_rate=0.03")
    add_traceback(parser)
    call = parser.parse_args(argv)
    if call.scheduler and call.workers:
        parser.error("--workers are processes of this machine; a scheduler has its own")
    call.place = None
    return call


def run(call: argparse.Namespace) -> int:
    """Read, judge, solve, write, show."""
    from model.analysis.sweeps.asked.files import read_sweep
    from model.analysis.sweeps.running.run import default_place
    from model.instance.reading import read
    from model.output.terminal.console import console
    from model.output.terminal.questions.sweep import report, shown

    instance = read(call.instance, instance_keys(call))
    asked = read_sweep(instance, call.sweep)
    if call.check or call.case:
        return check(instance, asked) if call.check else one(instance, asked, call)
    call.place = call.out or default_place(instance, asked)
    with shown(quiet=False) as hear:
        swept = solved(instance, asked, call, hear)
    call.written.append(swept.folder)
    with printing():
        console().print(report(swept))
        console().print(f"Results: {swept.folder}")
        if swept.note:
            console().print(swept.note, markup=False)
    return DONE


def instance_keys(call: argparse.Namespace) -> dict[str, Any]:
    """What ``--set`` sets in the instance. Raises InputError where a key belongs to a policy."""
    from model.base.problems import InputError, Problem

    own, policies = overrides(call)
    expected = "belongs to a policy; a sweep edits policies in its own file"
    if policies:
        raise InputError(
            [Problem(f"--edit {key}" if "[" in key else f"--set {key}", None, "", "", expected) for key in policies]
        )
    return own


def solved(instance: Instance, asked: Sweep, call: argparse.Namespace, hear: Callable[..., None]) -> Swept:
    """The sweep, here or on a cluster."""
    from model.analysis.sweeps.running.run import sweep

    options: dict[str, Any] = {"folders": call.folders, "resume": call.resume, "hear": hear}
    if call.scheduler:
        from model.base.workers.cluster import connected

        with connected(call.scheduler) as executor:
            return sweep(instance, asked, call.place, executor=executor, **options)
    return sweep(instance, asked, call.place, workers=call.workers, stop=threading.Event(), **options)


def check(instance: Instance, asked: Sweep) -> int:
    """Judge a sweep without solving anything."""
    from model.analysis.sweeps.asked.cases import Cases
    from model.analysis.sweeps.asked.groups import in_order
    from model.analysis.sweeps.asked.trial import trial
    from model.base.words import clean

    trial(instance, asked)
    cases = Cases(asked)
    groups = len(set(in_order(instance, cases)[1].tolist()))
    with printing():
        print(f"{clean(asked.title)}: sound. {len(cases):,} cases, {groups:,} programme(s) to write from the start.")
    return DONE


def one(instance: Instance, asked: Sweep, call: argparse.Namespace) -> int:
    """One case by itself: edited, solved from the start, written where --out says, and shown."""
    from model.analysis.sweeps.asked.cases import Cases
    from model.analysis.sweeps.asked.trial import trial
    from model.base.problems import InputError, Problem
    from model.instance.reading import applied
    from model.output.report import write_report
    from model.output.terminal.console import console
    from model.output.terminal.planned.plan import report
    from model.output.terminal.questions.sweep import case_lines
    from model.plan.plan import solve

    trial(instance, asked)
    cases = Cases(asked)
    if call.case > len(cases):
        expected = f"expected a number from 1 to {len(cases):,}"
        raise InputError([Problem("--case", None, "", f'"{call.case}"', expected)])
    case = cases[call.case - 1]
    changed, policy = applied(instance, case.policy, case.changes, asked.file)
    plan = solve(changed, policy)
    if call.out:
        call.written.append(plan.write(call.out, write_report))
    with printing():
        console().print(case_lines(case, asked))
        console().print(report(plan, None))
        if call.out:
            print(f"Results: {call.out}")
    return DONE


def left(call: argparse.Namespace) -> str:
    """What a run that was stopped leaves behind."""
    if call.place is not None and not call.written and (call.place / "journal.sqlite").exists():
        return f"What is done is kept in {call.place}; --resume goes on."
    return left_behind(call)


COMMAND = Command(arguments, run, left=left)
