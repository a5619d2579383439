"""What is safe to approve? A row a project: its verdict by policy, future and slack, and what else an office asks.

The first policy is the one that is asked about. Beside the verdicts: the chance that it comes in time, the days of
survival that it buys, its support a year, and the last year in which it can be decided; the safest first.

Exit codes: 0 the answer is written; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved); 4
stopped by the user.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_instance, add_out, add_set, add_traceback, parser_of, whole
from model.cli.command import DONE, Command, printing, undisturbed
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("approve", __doc__)
    add = parser.add_argument
    add_instance(parser)
    add(
        "--policy", action="append", default=[], metavar="NAME|FILE",
        help="the policy that is asked about, then others; default: the instance's own",
    )  # fmt: skip
    add("--scenarios", default="", metavar="NAME|FILE", help="futures, each of which is asked by itself")
    add(
        "--slack",
        default="5%,10%",
        metavar="S,S",
        help="as with alternatives.py, of the first policy; default: 5%%,10%%",
    )
    add("--now", type=whole, default=3, metavar="N", help="the first N years of decisions are now; default: 3")
    add_set(parser)
    add_out(parser, "default: results/INSTANCE/POLICY-approval")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, solve, ask, write, show."""
    with progress() as say:
        say("starting")
        from model.analysis.alternatives.approval import approval, check_approval_place
        from model.analysis.alternatives.slacks import slacks_usd
        from model.cli.planning.asked import asked
        from model.instance.reading import scenario
        from model.output.terminal.console import console
        from model.output.terminal.questions.approve import report
        from model.plan.plan import solve

        made = asked(call, call.policy or [""])
        futures = scenario(made.instance, call.scenarios) if call.scenarios else None
        folder = call.out or Path("results") / made.instance.name / f"{made.folder_name(made.policies[0])}-approval"
        check_approval_place(folder)
        slacks_usd(call.slack, 1.0)
        plans = [solve(made.instance, one, made.sets, say=say) for one in made.policies]
        found = approval(plans, scenarios=futures or "", slack=call.slack, now=call.now, say=say)
    with undisturbed():
        call.written.append(found.write(folder))
    with printing():
        for part in report(found, folder):
            console().print(part)
    return DONE


COMMAND = Command(arguments, run)
