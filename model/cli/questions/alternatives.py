"""Which decisions hold whatever else is done? Every plan that is nearly as good: now, later, depends or never.

For each plant, and each stage in each place, the least and the most that any plan builds of it which leaves no more
unserved, falls no further short and costs at most the slack more; what dropping it costs, and what forcing it.

Exit codes: 0 the answer is written; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved); 4
stopped by the user or the time limit.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import (
    add_instance,
    add_out,
    add_policy,
    add_set,
    add_traceback,
    add_workers,
    parser_of,
    seconds,
    whole,
)
from model.cli.command import DONE, Command, printing, undisturbed
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("alternatives", __doc__)
    add = parser.add_argument
    add_instance(parser)
    add_policy(parser)
    add("--scenarios", default="", metavar="NAME|FILE", help="futures that leave one trunk; default: the certain one")
    add(
        "--slack", default="10%", metavar="S,S",
        help="how much more a plan may cost: a share of the premium over no policy, or USD; several: 5%%,10%%,5e7; "
        "default: 10%%",
    )  # fmt: skip
    add("--now", type=whole, default=3, metavar="N", help="the first N years of decisions are now; default: 3")
    add(
        "--plans",
        type=whole,
        default=0,
        metavar="N",
        help="also write N plans within the least slack, as different as can be",
    )
    add_set(parser)
    add_workers(parser, "solves at a time; default: the cores", "--threads")
    add("--time-limit", type=seconds, metavar="S", default=float("inf"), help="seconds for all solves")
    add_out(parser, "default: results/INSTANCE/POLICY-alternatives")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, solve, solve again, write, show."""
    with progress() as say:
        say("starting")
        from model.analysis.alternatives.alternatives import alternatives
        from model.analysis.alternatives.answer import check_alternatives_place
        from model.analysis.alternatives.plans import different_plans
        from model.analysis.alternatives.slacks import slacks_usd
        from model.base.results import check_results_place
        from model.cli.planning.asked import asked
        from model.instance.reading import scenario
        from model.output.report import write_report
        from model.output.terminal.console import console
        from model.output.terminal.questions.alternatives import report
        from model.plan.plan import solve

        made = asked(call, [call.policy])
        instance, (policy,) = made.instance, made.policies
        futures = scenario(instance, call.scenarios) if call.scenarios else None
        name = made.folder_name(policy) + (f"-{futures.name}" if futures else "")
        folder = call.out or Path("results") / instance.name / f"{name}-alternatives"
        check_alternatives_place(folder)
        slacks_usd(call.slack, 1.0)
        started = time.monotonic()
        plan = solve(instance, policy, made.sets, scenarios=futures or "", time_limit=call.time_limit, say=say)
        left = max(0.0, call.time_limit - (time.monotonic() - started))
        asked_of = {"slack": call.slack, "now": call.now, "threads": call.threads, "time_limit": left}
        found = alternatives(plan, **asked_of, say=say)
        others = (
            different_plans(plan, number=call.plans, slack=found.asked["slacks_usd"][0], say=say) if call.plans else []
        )
        places = [folder.with_name(f"{folder.name}-plan-{i}") for i in range(1, len(others) + 1)]
        for place in places:
            check_results_place(place)
    with undisturbed():
        call.written.append(found.write(folder))
        for other, place in zip(others, places, strict=True):
            call.written.append(other.write(place, write_report, replace=True))
    with printing():
        for part in report(found, folder):
            console().print(part)
        for other, place in zip(others, places, strict=True):
            console().print(f"As different as can be: {other!r} in {place}", markup=False)
    return DONE


COMMAND = Command(arguments, run)
