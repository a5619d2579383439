"""Which capacity, where, when and at what cost meets a policy? Solve an instance and write the plan.

Exit codes: 0 solved and every target met; 1 unexpected failure; 2 the call or the instance is wrong (nothing was
solved); 3 solved, and a target can't be met (the plan that comes nearest is written); 4 stopped by the user or a limit.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import (
    add_instance,
    add_json,
    add_out,
    add_replace,
    add_set,
    add_traceback,
    add_whole_units,
    add_workers,
    parser_of,
    questions,
    seconds,
)
from model.cli.command import DONE, MISSED, STARTED, Command, complain, printing, undisturbed
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    import pandas as pd

    from model.analysis.reasons.explanation import Explanation
    from model.base.clock import Clock
    from model.base.results import Results
    from model.plan.plan import Plan

    Frames = Mapping[str, pd.DataFrame]


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("solve", __doc__, questions)
    add = parser.add_argument
    add_instance(parser)
    add(
        "--policy", action="append", default=[], metavar="NAME|FILE",
        help="a policy of the instance or a policy file; default: the instance's own; twice or more: side by side",
    )  # fmt: skip
    add(
        "--scenarios", default="", metavar="NAME|FILE",
        help="futures that leave one trunk, planned for together: what to do now whatever comes; "
        "default: the one certain future",
    )  # fmt: skip
    add(
        "--risk-weight", type=float, metavar="W",
        help="with --scenarios: what the mean cost of the dearest futures counts beside the expected cost, 0 to 1",
    )  # fmt: skip
    add("--risk-level", type=float, metavar="A", help="the part of the futures that is not among the dearest: 0.9")
    add_set(parser)
    add(
        "--goal", default="cost", metavar="GOAL",
        help="what comes before cost: cost (nothing), exposure (the least largest share under any cap), "
        "capital (the least overnight capital), earliest (the earliest year from which all holds)",
    )  # fmt: skip
    add_whole_units(parser)
    add(
        "--builds", type=Path, metavar="RESULTS",
        help="hold the builds of a results folder, whatever the instance and policy are now: all else is decided anew",
    )  # fmt: skip
    add(
        "--explain", action="store_true",
        help="why targets are missed and what would meet them, each way out proved by another solve; with --scenarios "
        "what knowing and hedging are worth, and which decisions are safe",
    )  # fmt: skip
    add(
        "--latest", action="store_true",
        help="by when something must be decided at the latest: solves again with nothing decided before each year",
    )  # fmt: skip
    add("--full", action="store_true", help="all tables on the terminal, not only the answer in some ten lines")
    add_out(parser, "results folder; default: results/INSTANCE/POLICY, with what --set and --goal change")
    add_replace(parser)
    add("--check", action="store_true", help="read and check the instance, show warnings, and stop")
    add_json(parser, "print summary.json in place of the text")
    add_workers(parser, "policies, or many futures, solved at a time; default: the cores", "--threads")
    add("--time-limit", type=seconds, metavar="S", default=float("inf"), help="seconds for all solves")
    add("--no-report", action="store_true", help="leave out report.html")
    add("--desk", action="store_true", help="open a page to move targets on, in place of a plan: scripts/desk.py")
    add("--xlsx", action="store_true", help="also write all tables as one workbook, results.xlsx")
    add_traceback(parser)
    call = parser.parse_args(argv)
    if call.explain and (len(call.policy) > 1 or call.goal != "cost" or call.builds):
        parser.error("--explain speaks of one policy, of the goal cost, and of builds that aren't held")
    if call.latest and (call.scenarios or call.goal != "cost" or call.builds):
        parser.error("--latest speaks of one certain future, of the goal cost, and of builds that aren't held")
    if not call.scenarios and (call.risk_weight is not None or call.risk_level is not None):
        parser.error("--risk-weight and --risk-level need the futures of --scenarios")
    if call.gap is not None and not call.whole_units:
        parser.error("--gap is of --whole-units")
    if call.whole_units and (call.explain or call.latest or call.builds or call.goal != "cost"):
        parser.error("--whole-units is for the goal cost, without --explain, --latest and --builds")
    if call.scenarios and call.builds:
        parser.error("--builds are held in one certain future; leave out --scenarios")
    if call.desk:
        if len(call.policy) > 1 or call.scenarios or call.goal != "cost" or call.builds:
            parser.error("--desk starts from one policy; futures are chosen on its page")
        call.policy, call.port, call.no_browser = next(iter(call.policy), ""), 0, False
    return call


def run(call: argparse.Namespace) -> int:
    """Read, solve, check, write, show."""
    if call.desk:
        from model.cli.showing.desk import run as desk

        return desk(call)
    if call.check:
        from model.cli.planning.check import check

        return check(call)
    from model.base.clock import Clock

    clock = Clock()
    with progress(quiet=call.json) as say:
        imported(call, clock, say)
        plans, folders = solved(call, clock, say)
        explained = None
        if call.explain and call.futures:
            plans[0] = valued(plans[0], call, clock, say)
        elif call.explain:
            explained = explanation(plans[0], call, clock, say)
        beside = stress_of(plans, clock, say)
        if call.latest:
            beside = [{**a, **b} for a, b in zip(beside, waiting(plans, call, clock, say), strict=True)]
        with undisturbed():
            written(plans, explained, beside, folders, call, clock)
    with printing():
        show(plans, explained, beside, folders, call, clock)
    return DONE if all(plan.compliant for plan in plans) else MISSED


def imported(call: argparse.Namespace, clock: Clock, say: Callable[[str], None]) -> None:
    """Imports, which are a phase of their own."""
    say("starting")
    from model.plan.plan import solve  # noqa: F401

    if not call.json:
        from model.output.terminal.planned.plan import report  # noqa: F401
    clock.add("imports", time.perf_counter() - STARTED)


def solved(call: argparse.Namespace, clock: Clock, say: Callable[[str], None]) -> tuple[list[Plan], list[Path]]:
    """A checked plan for each policy, and where it goes; all of the call is judged before the first is solved."""
    from model.base.problems import InputError
    from model.base.results import check_results_place, read_results
    from model.base.standing import other_plan
    from model.cli.planning.asked import asked
    from model.cli.planning.side_by_side import places, solve_all
    from model.instance.editing.names import folder_name
    from model.instance.reading import scenario
    from model.plan.plan import check_goal, lumps_of, whose
    from model.solving.builds import builds_of

    with clock.phase("read"):
        found = asked(call, call.policy or [""])
    instance, policies = found.instance, found.policies
    for one in policies:
        check_goal(call.goal, one)
    held = read_results(call.builds, ("builds",), ("builds",)) if call.builds else None
    builds = {"builds": whose(held)} if held else {}
    if held:
        builds_of(held["builds"], instance)
    call.futures = scenario(instance, call.scenarios, call.risk_weight, call.risk_level) if call.scenarios else ""
    behind = (f"-{call.futures.name}" if call.futures else "") + ("-whole" if call.whole_units else "")
    if call.whole_units:
        lumps_of(instance, call.gap or 0.0)
    names = [folder_name(p.name + behind, {**found.own, **found.sets, **builds}, call.goal) for p in policies]
    folders = places(call.out or Path("results") / instance.name, names, call.out)
    told = {
        "instance": {"name": instance.name},
        "overrides": {"instance": found.own, "policy": found.sets, "builds": builds},
        "scenario": call.futures.name if call.futures else "",
        "whole_units": call.whole_units,
    }
    wrong = []
    for folder, one in zip(folders, policies, strict=True):
        check_results_place(folder)
        wrong += [] if call.replace else other_plan(folder, {**told, "policy": {"name": one.name}, "goal": call.goal})
    if wrong:
        raise InputError(wrong)
    return solve_all(instance, policies, found.sets, call, clock, say, held), folders


def explanation(plan: Plan, call: argparse.Namespace, clock: Clock, say: Callable[[str], None]) -> Explanation:
    """Why targets are missed, and what would meet them."""
    from model.analysis.reasons.explain import explain

    with clock.phase("explain"):
        return explain(plan, time_limit=max(0.0, call.time_limit - clock.seconds["solve"]), say=say)


def stress_of(plans: list[Plan], clock: Clock, say: Callable[[str], None]) -> Sequence[Frames]:
    """What a stop of exports in some years does to each plan; the buyers are those of all the policies."""
    from model.analysis.stress import in_short

    if any(plan.branched for plan in plans):
        return [{} for _ in plans]  # a stop in a future would need the events of its branch
    with clock.phase("stress"):
        return in_short(plans, say)


def waiting(plans: list[Plan], call: argparse.Namespace, clock: Clock, say: Callable[[str], None]) -> list[Frames]:
    """By when at the latest, of each plan."""
    from model.cli.questions.latest import waiting_of

    with clock.phase("latest"):
        return [*waiting_of(plans, max(0.0, call.time_limit - clock.seconds["solve"]), say)]


def valued(plan: Plan, call: argparse.Namespace, clock: Clock, say: Callable[[str], None]) -> Plan:
    """A tree's plan with what knowing and hedging are worth, and its decisions beside those of each future alone."""
    from dataclasses import replace

    from model.analysis.futures import futures

    with clock.phase("explain"):
        found = futures(plan, time_limit=max(0.0, call.time_limit - clock.seconds["solve"]), say=say)
    return replace(plan, tables={**plan.tables, **found.tables}, summary={**plan.summary, **found.summary})


def written(
    plans: list[Plan],
    explained: Explanation | None,
    beside: Sequence[Frames],
    folders: list[Path],
    call: argparse.Namespace,
    clock: Clock,
) -> None:
    """Write each plan's folder, and a comparison beside several."""
    for plan, frames, folder in zip(plans, beside, folders, strict=True):
        write_one(plan, {**(explained.tables if explained else {}), **frames}, folder, call, clock)
        call.written.append(folder)
    if len(plans) > 1:
        from model.cli.planning.side_by_side import write_side_by_side

        place = folders[0].absolute().parent
        call.replaced = write_side_by_side(plans, beside, place, clock, report=not call.no_report)


def write_one(plan: Plan, more: Frames, folder: Path, call: argparse.Namespace, clock: Clock) -> None:
    """Write one plan's folder, whole or not at all; report and workbook are phases of their own."""
    from model.base.results import WORKBOOK, Results

    def report(results: Results, beside: Path) -> None:
        from model.output.report import write_report

        with clock.phase("report"):
            write_report(results, beside)

    def workbook(results: Results, beside: Path) -> None:
        from model.output.workbook.results import write_book

        with clock.phase("workbook"):
            write_book(results.tables, results.summary, beside / WORKBOOK)

    writers = [*([] if call.no_report else [report]), *([workbook] if call.xlsx else [])]
    with clock.phase("write"):
        Results({**plan.tables, **more}, plan.summary).write(folder, *writers, replace=True)  # judged before


def show(
    plans: list[Plan],
    explained: Explanation | None,
    beside: Sequence[Frames],
    folders: list[Path],
    call: argparse.Namespace,
    clock: Clock,
) -> None:
    """What the user sees: one plan in full, or several side by side."""
    if len(plans) > 1 and call.replaced:
        complain(f"The comparison there is of these plans now; it was of {call.replaced}.", DONE)
    if call.json:
        from model.base.places import to_json

        summaries = [dict(plan.summary) for plan in plans]
        sys.stdout.write(to_json(summaries if len(plans) > 1 else summaries[0]))
        return
    from model.output.terminal.console import console
    from model.output.terminal.planned.plan import report, seconds, short
    from model.output.terminal.planned.side_by_side import side_by_side
    from model.output.terminal.planned.warned import warned
    from model.plan.saying.summary import phases

    out = console()
    one = report if call.full else short
    out.print(one(plans[0], explained, beside[0]) if len(plans) == 1 else side_by_side(plans, beside))
    for line in warned(plans):
        out.print(line)
    if call.full or len(plans) > 1:
        out.print(seconds(phases(clock)))
    out.print(f"Results: {folders[0] if len(plans) == 1 else folders[0].parent}")
    if len(plans) == 1 and not call.full:
        page = "" if call.no_report else "report.html to look at; "
        out.print(f"There: {page}--full: all tables here; --explain: ways out", style="dim")


COMMAND = Command(arguments, run)
