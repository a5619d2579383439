"""Which figures could turn the answer, and at which value? The weightiest weak ones are moved.

Each value is found by solving again, in steps outwards and by halving, until the plan decides otherwise: some twenty
solves a figure.

Exit codes: 0 the table is written; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved); 4
stopped by the user.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_instance, add_out, add_policy, add_set, add_traceback, parser_of
from model.cli.command import DONE, Command, printing, undisturbed
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("turning", __doc__)
    add_instance(parser)
    add_policy(parser)
    add_set(parser)
    parser.add_argument("--figures", type=int, default=3, metavar="N", help="how many figures to move (default: 3)")
    add_out(parser, "default: results/INSTANCE/POLICY-turning.csv", "FILE")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, solve, solve again, write, show."""
    with progress() as say:
        say("starting")
        from model.analysis.turning.turning import COLUMNS, turning
        from model.base.places import check_made_by_us, new_file, write_table
        from model.base.problems import InputError, Problem
        from model.cli.planning.asked import asked
        from model.output.terminal.console import console
        from model.output.terminal.questions.turning import report
        from model.plan.plan import solve

        if call.figures < 1:
            raise InputError(
                [Problem("--figures", None, "", str(call.figures), "expected a whole number of at least 1")]
            )
        found = asked(call, [call.policy])
        instance, (policy,) = found.instance, found.policies
        file = call.out or Path("results") / instance.name / f"{found.folder_name(policy)}-turning.csv"
        check_made_by_us(file, f"{','.join(COLUMNS)}\n".encode())
        plan = solve(instance, policy, found.sets, say=say)
        table = turning(plan, most=call.figures, say=say)
    with undisturbed():
        with new_file(file) as beside:
            write_table(beside, table)
        call.written.append(file)
    with printing():
        for part in report(plan, table, file):
            console().print(part)
    return DONE


COMMAND = Command(arguments, run)
