"""Which capacity, where, when and at what cost meets a policy: solve an instance and write the plan.

Exit codes: 0 solved and every target met; 1 unexpected failure; 2 the call or the instance is wrong (nothing was
solved); 3 solved, and a target can't be met (the plan that comes nearest is written); 4 stopped by the user or a limit.
"""

from __future__ import annotations

import time

STARTED = time.perf_counter()

import os  # noqa: E402

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more would only wait for one another, at full speed

from model.cli.command import DONE, FAILED, MISSED, STOPPED, WRONG, complain, hush, listen, progress  # noqa: E402

if __name__ == "__main__":
    hush()

import contextlib  # noqa: E402
import gc  # noqa: E402
import logging  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
from collections.abc import Callable  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

from model.cli.calls import arguments, split  # noqa: E402

if TYPE_CHECKING:
    import argparse

    from model.analysis.reasons.explanation import Explanation
    from model.instance.instance import Instance
    from model.plan.plan import Plan


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code. No traceback reaches the user unless asked for."""
    call = arguments(__doc__ or "", argv)
    call.written = []
    logging.getLogger("pyomo").setLevel(logging.CRITICAL)  # it reports a Ctrl-C as an error of its own
    listen()
    try:
        return run(call)
    except KeyboardInterrupt:
        return complain(f"Stopped. {left_behind(call)}", STOPPED)
    except Exception as error:
        return failure(error, call)


def left_behind(call: argparse.Namespace) -> str:
    """What a run that did not end well has written."""
    return f"Written: {', '.join(map(str, call.written))}." if call.written else "Nothing was written."


def failure(error: Exception, call: argparse.Namespace) -> int:
    """Say what went wrong; the exit code tells whose fault it is."""
    if isinstance(error, ModuleNotFoundError) and not call.traceback:
        here = "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/python solve.py ..."
        return complain(f"{sys.executable} has no package {error.name}; in this folder: {here}", FAILED)
    from model.base.errors import Stopped, Unmeetable
    from model.base.problems import InputError

    if isinstance(error, InputError):
        return complain(str(error), WRONG)
    if isinstance(error, Unmeetable):
        return complain(f"The hard limits contradict one another; nothing was solved: {error}", WRONG)
    if isinstance(error, Stopped):
        return complain(f"Stopped: {error}. {left_behind(call)}", STOPPED)
    if call.traceback:
        raise error
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return complain(f"Unexpected failure. {left_behind(call)} {what}\n(--traceback shows where.)", FAILED)


def run(call: argparse.Namespace) -> int:
    """Read, solve, check, write, show."""
    from model.base.clock import Clock
    from model.instance.reading import read

    own, asked = split(dict(call.set))
    clock = Clock()
    if call.check:
        instance = read(call.instance, own)
        return check(instance, call.policy, asked)
    with progress(quiet=call.json) as say:
        say("starting")
        from model.plan.plan import solve  # noqa: F401  imports are a phase of their own

        if not call.json:
            from model.output.terminal.plan import report  # noqa: F401
        clock.add("imports", time.perf_counter() - STARTED)
        with clock.phase("read"):
            instance = read(call.instance, own)
        plans = solve_all(instance, call, asked, clock, say)
        explained = explanation(plans[0], call, clock, say) if call.explain else None
        folders = write_all(instance, plans, explained, call, clock)
    try:
        show(plans, explained, folders, call.json, clock)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has seen enough; the results are written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE if all(plan.compliant for plan in plans) else MISSED


def check(instance: Instance, policies: list[str], overrides: dict[str, Any]) -> int:
    """Show warnings and the pedigree of the figures."""
    from model.base.words import clean, console
    from model.instance.reading import policy
    from model.instance.warnings.figures import figures, warnings

    for name in policies or ([""] if overrides else []):
        policy(instance, name, overrides)
    found = warnings(instance)
    out = console()
    out.print(f"{clean(instance.title)}: sound.", style="bold green")
    for problem in found:
        out.print(f"  warning: {clean(problem)}", style="yellow")
    out.print(f"\n{len(found)} warning(s). How the figures are known (figures by table):", style="bold")
    out.print(figures(instance).to_string(index=False))
    return DONE


def solve_all(
    instance: Instance, call: argparse.Namespace, overrides: dict[str, Any], clock: Any, say: Callable[[str], None]
) -> list[Plan]:
    """A plan for each policy, several at a time; all calls are judged before the first is solved."""
    from concurrent.futures import ThreadPoolExecutor

    from model.base.clock import Clock
    from model.base.results import check_results_place
    from model.instance.reading import policy
    from model.plan.plan import check_goal, solve

    names = call.policy or [""]
    policies = [policy(instance, name, overrides) for name in names]
    for asked in policies:
        check_goal(call.goal, asked)
    for folder in places(instance, [p.name for p in policies], call.out):
        check_results_place(folder)
    if len(names) == 1:
        return [solve(instance, names[0], overrides, goal=call.goal, time_limit=call.time_limit, clock=clock, say=say)]
    stop = threading.Event()
    with ThreadPoolExecutor(min(call.threads or os.cpu_count() or 1, len(names))) as pool:
        jobs = [
            pool.submit(
                solve,
                instance,
                name,
                overrides,
                goal=call.goal,
                time_limit=call.time_limit,
                clock=Clock(dict(clock.seconds), dict(clock.memory_mb)),
                say=lambda text, name=asked.name: say(f"{name}: {text}"),
                stop=stop,
            )
            for name, asked in zip(names, policies, strict=True)
        ]
        try:
            plans = [job.result() for job in jobs]
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    for plan in plans:
        for phase, values in plan.summary["phases"].items():
            if phase not in ("imports", "read"):
                clock.add(phase, values["seconds"])
    return plans


def explanation(plan: Plan, call: argparse.Namespace, clock: Any, say: Callable[[str], None]) -> Explanation:
    """Why targets are missed, and what would meet them."""
    from model.analysis.reasons.explain import explain

    with clock.phase("explain"):
        return explain(plan, time_limit=max(0.0, call.time_limit - clock.seconds["solve"]), say=say)


def places(instance: Instance, policies: list[str], out: Path | None) -> list[Path]:
    """Where each plan goes; a name that comes twice gets a number."""
    base = out or Path("results") / instance.name
    if len(policies) == 1:
        return [out or base / policies[0]]
    return [base / (p if policies.index(p) == i else f"{p}-{i + 1}") for i, p in enumerate(policies)]


def write_all(
    instance: Instance, plans: list[Plan], explained: Explanation | None, call: argparse.Namespace, clock: Any
) -> list[Path]:
    """Write each plan's folder, and ``comparison.csv`` beside several; Ctrl-C waits until that is done."""
    folders = places(instance, [p.policy.name for p in plans], call.out)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for plan, folder in zip(plans, folders, strict=True):
            write_one(plan, {**plan.tables, **(explained.tables if explained else {})}, folder, call, clock)
            call.written.append(folder)
        if len(plans) > 1:
            from model.base.places import write_table
            from model.output.terminal.side_by_side import comparison

            with clock.phase("write"):
                write_table(folders[0].parent / "comparison.csv", comparison(plans))
        if len(plans) > 1 and not call.no_report:
            from model.output.report import write_comparison

            with clock.phase("report"):
                write_comparison(plans, folders[0].absolute().parent)
    finally:
        signal.signal(signal.SIGINT, before)
    return folders


def write_one(plan: Plan, tables: dict[str, Any], folder: Path, call: argparse.Namespace, clock: Any) -> None:
    """Write one plan's folder, whole or not at all; report and workbook are phases of their own."""
    from model.base.results import WORKBOOK, Results

    def report(results: Results, beside: Path) -> None:
        from model.output.report import write_report

        with clock.phase("report"):
            write_report(results, beside)

    def workbook(results: Results, beside: Path) -> None:
        from model.output.workbook.results import write_workbook

        with clock.phase("workbook"):
            write_workbook(results.tables, results.summary, beside / WORKBOOK)

    more = [*([] if call.no_report else [report]), *([workbook] if call.xlsx else [])]
    with clock.phase("write"):
        Results(tables, plan.summary).write(folder, *more)


def show(plans: list[Plan], explained: Explanation | None, folders: list[Path], as_json: bool, clock: Any) -> None:
    """What the user sees: one plan in full, or several side by side."""
    if as_json:
        from model.base.places import to_json

        summaries = [dict(plan.summary) for plan in plans]
        sys.stdout.write(to_json(summaries if len(plans) > 1 else summaries[0]))
        return
    from model.base.words import console
    from model.output.terminal.plan import report, seconds
    from model.output.terminal.side_by_side import side_by_side
    from model.plan.summary import phases

    out = console()
    out.print(report(plans[0], explained) if len(plans) == 1 else side_by_side(plans))
    out.print(seconds(phases(clock)))
    out.print(f"Results: {folders[0] if len(plans) == 1 else folders[0].parent}")


if __name__ == "__main__":
    gc.disable()  # one short run: looking for garbage, and tidying up at the end, would take a fifth of it
    CODE = main()
    for STREAM in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            STREAM.flush()
    os._exit(CODE)
