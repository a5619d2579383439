"""What becomes of the plan when projects come late, or never? Hundreds of draws of every project's luck.

Each draw delays or drops projects as success and slip_years of plants.csv say; the plan stands until a delay shows,
then the rest is planned anew. Targets met by year, the spread of shortfall, unserved demand and cost, the project whose
failure hurts most, and what over-building buys.

Exit codes: 0 the tables are written; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved);
4 stopped by the user (--resume goes on).
"""

from __future__ import annotations

import threading
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.cli.calls import add_instance, add_out, add_policy, add_set, add_traceback, add_workers, parser_of
from model.cli.command import DONE, Command, left_behind, printing
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse

    from model.analysis.risk import Risk
    from model.plan.plan import Plan


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("risk", __doc__)
    add = parser.add_argument
    add_instance(parser)
    add_policy(parser)
    add("--draws", type=int, default=500, metavar="N", help="how many draws; default: 500")
    add("--seed", type=int, default=1, metavar="N", help="the same seed gives the same draws; default: 1")
    add(
        "--insure", type=parts, default=(0.5, 1.0), metavar="P,P",
        help="also draw plans that take these parts of what goes wrong in the mean as certain; default: 0.5,1; none: 0",
    )  # fmt: skip
    add_set(parser)
    add_workers(parser, "processes of this machine; default: its cores")
    add("--scheduler", metavar="ADDRESS", help="a dask scheduler, such as tcp://10.0.0.1:8786")
    add("--resume", action="store_true", help="go on with a run that was broken off")
    add_out(parser, "default: results/INSTANCE/POLICY-risk")
    add_traceback(parser)
    call = parser.parse_args(argv)
    if call.scheduler and call.workers:
        parser.error("--workers are processes of this machine; a scheduler has its own")
    call.place = None
    return call


def parts(text: str) -> tuple[float, ...]:
    """Parts between commas; 0 stands for none."""
    try:
        found = tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise ArgumentTypeError(f'"{text}": expected numbers with commas between them, such as 0.5,1') from None
    return () if found == (0.0,) else found


def run(call: argparse.Namespace) -> int:
    """Read, solve, draw, write, show."""
    from model.analysis.risk.asked import wrong_figures
    from model.analysis.risk.run import check_risk_place
    from model.base.problems import InputError
    from model.cli.planning.asked import asked
    from model.output.terminal.console import console
    from model.output.terminal.questions.risk import report
    from model.output.terminal.questions.sweep import shown
    from model.plan.plan import solve

    problems = wrong_figures(call.draws, call.seed, call.insure)
    try:
        made = asked(call, [call.policy])
    except InputError as error:
        raise InputError([*problems, *error.problems]) from None
    if problems:
        raise InputError(problems)
    instance, (wanted,) = made.instance, made.policies
    folder = call.out or Path("results") / instance.name / f"{made.folder_name(wanted)}-risk"
    check_risk_place(folder, call.resume)
    with progress() as say:
        plan = solve(instance, wanted, made.sets, say=say)
    call.place = folder
    with shown(quiet=False) as hear:
        found = drawn(plan, call, hear)
    call.written.append(folder)
    with printing():
        for part in report(found, plan):
            console().print(part)
        console().print(f"\nResults: {folder}")
    return DONE


def drawn(plan: Plan, call: argparse.Namespace, hear: Callable[..., None]) -> Risk:
    """The draws, here or on a cluster."""
    from model.analysis.risk import risk

    options: dict[str, Any] = {
        "draws": call.draws, "seed": call.seed, "insure": call.insure, "resume": call.resume, "hear": hear,
    }  # fmt: skip
    if call.scheduler:
        from model.base.workers.cluster import connected

        with connected(call.scheduler) as executor:
            return risk(plan, call.place, executor=executor, **options)
    return risk(plan, call.place, workers=call.workers, stop=threading.Event(), **options)


def left(call: argparse.Namespace) -> str:
    """What a run that was stopped leaves behind."""
    if call.place is not None and not call.written and (call.place / "journal.sqlite").exists():
        return f"What is done is kept in {call.place}; --resume goes on."
    return left_behind(call)


COMMAND = Command(arguments, run, left=left)
