"""By when must something be decided at the latest? A plan, solved again with nothing decided before each year.

The same by stage and by plant. With --from YEAR the plan in which nothing is decided before YEAR is written instead, to
be looked at as any other.

Exit codes: 0 the answer is written; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved); 4
stopped by the user.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.cli.calls import (
    add_instance,
    add_out,
    add_policy,
    add_replace,
    add_set,
    add_traceback,
    parser_of,
    whole,
)
from model.cli.command import DONE, Command, printing, undisturbed
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    import pandas as pd

    from model.plan.plan import Plan


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("latest", __doc__)
    add_instance(parser)
    add_policy(parser)
    add_set(parser)
    parser.add_argument("--from", dest="first", type=whole, metavar="YEAR", help="write the plan that waits until YEAR")
    add_out(parser, "default: results/INSTANCE/POLICY-latest, or POLICY-from-YEAR")
    add_replace(parser)
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, solve, solve again, write, show."""
    with progress() as say:
        say("starting")
        from model.analysis.latest.answer import check_latest_place
        from model.analysis.latest.latest import latest, waiting_instance
        from model.base.problems import InputError, Problem
        from model.base.results import check_results_place
        from model.base.standing import other_plan
        from model.cli.planning.asked import asked
        from model.output.terminal.console import console
        from model.output.terminal.questions.latest import report
        from model.plan.plan import solve

        made = asked(call, [call.policy])
        instance, (policy,) = made.instance, made.policies
        name = made.folder_name(policy)
        name = f"{name}-from-{call.first}" if call.first else f"{name}-latest"
        folder = call.out or Path("results") / instance.name / name
        (check_results_place if call.first else check_latest_place)(folder)
        if call.first and call.first not in instance.years:
            expected = f"expected a year of the horizon, {instance.years[0]} to {instance.years[-1]}"
            raise InputError([Problem("--from", None, "", str(call.first), expected)])
        if call.first:
            instance = waiting_instance(instance, call.first)
            told: dict[str, Any] = {"instance": {"name": instance.name}, "policy": {"name": policy.name}}
            told["overrides"] = {"instance": instance.overrides, "policy": made.sets}
            there = [] if call.replace else other_plan(folder, told)
            if there:
                raise InputError(there)
        plan = solve(instance, policy, made.sets, say=say)
        found = None if call.first else latest(plan, say=say)
    with undisturbed():
        call.written.append(plan.write(folder, replace=True) if found is None else found.write(folder))
    with printing():
        if found is None:
            console().print(f"{plan!r}\nNothing is decided before {call.first}.\nResults: {folder}", markup=False)
        else:
            for part in report(found, folder):
                console().print(part)
    return DONE


def waiting_of(plans: Sequence[Plan], left: float, say: Callable[[str], None]) -> list[dict[str, pd.DataFrame]]:
    """The tables of the answer for each of some plans; ``left``: seconds for all of them."""
    from model.analysis.latest.latest import latest

    until = time.monotonic() + left
    return [latest(plan, time_limit=max(0.0, until - time.monotonic()), say=say).tables for plan in plans]


COMMAND = Command(arguments, run)
