"""Solve every case of a sweep, and write one table of cases and outcomes.

    python scripts/sweep.py INSTANCE SWEEP [--workers N] [--scheduler ADDRESS] [--folders] [--resume] [--out DIR]
    python scripts/sweep.py INSTANCE SWEEP --case N [--out DIR]

SWEEP is the name of one of the instance's sweeps (instances/NAME/sweeps/) or a file. Exit codes: 0 the tables are
written; 1 unexpected failure; 2 the call, the instance or the sweep is wrong (nothing was solved); 4 stopped by the
user (--resume goes on).
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more would only wait for one another, at full speed

import sys  # noqa: E402
from pathlib import Path  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent.parent))

from model.cli.command import DONE, FAILED, STOPPED, WRONG, complain, hush, listen  # noqa: E402

if __name__ == "__main__":
    hush()

import argparse  # noqa: E402
import contextlib  # noqa: E402
import logging  # noqa: E402
import threading  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

from model.cli.calls import assignment, split, whole  # noqa: E402

if TYPE_CHECKING:
    from model.analysis.sweeps.asked.definition import Sweep
    from model.analysis.sweeps.running.run import Swept
    from model.instance.instance import Instance


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code."""
    about = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="sweep.py", description=about[0], epilog=about[2].rpartition("\n\n")[2], allow_abbrev=False
    )
    parser.add_argument("instance", type=Path, help="folder of the instance, such as instances/allied-2045")
    parser.add_argument("sweep", help="a sweep of the instance, or a sweep file")
    parser.add_argument("--workers", type=whole, metavar="N", help="processes of this machine; default: its cores")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a dask scheduler, such as tcp://10.0.0.1:8786")
    parser.add_argument("--folders", action="store_true", help="write each case's results folder too (DIR/cases/)")
    parser.add_argument("--resume", action="store_true", help="go on with a sweep that was broken off")
    parser.add_argument("--out", type=Path, metavar="DIR", help="default: results/INSTANCE/sweeps/SWEEP")
    parser.add_argument("--case", type=whole, metavar="N", help="solve one case alone, as solve.py would, and show it")
    parser.add_argument("--check", action="store_true", help="judge the sweep, list how many cases, and stop")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", type=assignment,
        help="override a scalar of instance.toml: finance.discount_rate=0.03",
    )  # fmt: skip
    parser.add_argument("--traceback", action="store_true", help="show where an unexpected failure came from")
    call = parser.parse_args(argv)
    if call.scheduler and call.workers:
        parser.error("--workers are processes of this machine; a scheduler has its own")
    logging.getLogger("pyomo").setLevel(logging.CRITICAL)  # it would report a Ctrl-C as an error of its own
    listen()
    try:
        return run(call)
    except KeyboardInterrupt:
        return complain(stopped(call), STOPPED)
    except Exception as error:
        return failure(error, call)


def stopped(call: argparse.Namespace) -> str:
    """What a run that was stopped leaves behind."""
    out = getattr(call, "place", None)
    kept = out is not None and (out / "journal.sqlite").exists()
    return f"Stopped. What is done is kept in {out}; --resume goes on." if kept else "Stopped. Nothing was written."


def failure(error: Exception, call: argparse.Namespace) -> int:
    """Say what went wrong; the exit code tells whose fault it is."""
    if isinstance(error, ModuleNotFoundError) and not call.traceback:
        from model.base.extras import to_install

        return complain(to_install(error.name or ""), FAILED)
    from model.base.errors import Stopped, Unmeetable
    from model.base.problems import InputError

    if isinstance(error, InputError):
        return complain(str(error), WRONG)
    if isinstance(error, Stopped):
        return complain(stopped(call), STOPPED)
    if isinstance(error, Unmeetable):
        return complain(f"The hard limits contradict one another: {error}", FAILED)
    if call.traceback:
        raise error
    if isinstance(error, OSError) and error.strerror:
        return complain(
            f"{stopped(call)} The system refused: {error.strerror} ({error.filename or 'writing'}).", FAILED
        )
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return complain(f"{stopped(call).replace('Stopped', 'Unexpected failure')} {said}", FAILED)


def run(call: argparse.Namespace) -> int:
    """Read, judge, solve, write, show."""
    from model.analysis.sweeps.asked.files import read_sweep
    from model.base.problems import InputError
    from model.base.words import console
    from model.instance.reading import read
    from model.output.terminal.sweep import report, shown

    own, policies = split(dict(call.set))
    if policies:
        raise InputError(_no_policy_keys(policies))
    instance = read(call.instance, own)
    asked = read_sweep(instance, call.sweep)
    if call.check:
        return check(instance, asked)
    if call.case:
        return one(instance, asked, call)
    from model.analysis.sweeps.running.run import default_place

    call.place = call.out or default_place(instance, asked)
    with shown(quiet=False) as hear:
        swept = solve(instance, asked, call, hear)
    try:
        console().print(report(swept))
        console().print(f"Results: {swept.folder}")
        if swept.note:
            console().print(swept.note, markup=False)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has seen enough; the tables are written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def solve(instance: Instance, asked: Sweep, call: argparse.Namespace, hear: Any) -> Swept:
    """The sweep, here or on a cluster."""
    from model.analysis.sweeps.running.run import sweep

    options: dict[str, Any] = {"folders": call.folders, "resume": call.resume, "hear": hear}
    if call.scheduler:
        from model.analysis.sweeps.running.cluster import connected

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
    print(f"{clean(asked.title)}: sound. {len(cases):,} cases, {groups:,} programme(s) to write from the start.")
    return DONE


def one(instance: Instance, asked: Sweep, call: argparse.Namespace) -> int:
    """One case by itself: edited, solved from the start, shown, and written where --out says."""
    from model.analysis.sweeps.asked.cases import Cases
    from model.analysis.sweeps.asked.edits import applied
    from model.analysis.sweeps.asked.trial import trial
    from model.base.problems import InputError, Problem
    from model.base.words import clean, console
    from model.output.terminal.plan import report
    from model.plan.plan import solve as solve_plan

    trial(instance, asked)
    cases = Cases(asked)
    if call.case > len(cases):
        expected = f"expected a number from 1 to {len(cases):,}"
        raise InputError([Problem("--case", None, "", f'"{call.case}"', expected)])
    case = cases[call.case - 1]
    changed, policy = applied(instance, case.policy, case.changes, asked.file)
    plan = solve_plan(changed, policy)
    out = console()
    out.print(f"Case {case.number} of {clean(asked.title)}: {clean(case.name)}", style="bold")
    for edit, value in case.changes:
        where = f" where {dict(edit.where)}" if edit.where else ""
        out.print(
            f"  {edit.table}.{edit.column}: {edit.op} {clean(str(value))}{clean(where)}", style="dim", markup=False
        )
    out.print(report(plan, None))
    if call.out:
        print(f"Results: {plan.write(call.out)}")
    return DONE


def _no_policy_keys(keys: dict[str, Any]) -> list[Any]:
    from model.base.problems import Problem

    expected = "belongs to a policy; a sweep edits policies in its own file"
    return [Problem(f"--set {key}", None, "", "", expected) for key in keys]


if __name__ == "__main__":
    CODE = main()
    for STREAM in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            STREAM.flush()
    os._exit(CODE)
