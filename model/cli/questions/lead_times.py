"""At which plants is a year less of lead time worth most? A plan, solved again with each plant built a year faster.

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
    parser = parser_of("lead_times", __doc__)
    add_instance(parser)
    add_policy(parser)
    add_set(parser)
    add_out(parser, "default: results/INSTANCE/POLICY-lead-times.csv", "FILE")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, solve, solve again, write, show."""
    with progress() as say:
        say("starting")
        from model.analysis.lead_times.lead_times import COLUMNS, lead_times
        from model.base.places import check_made_by_us, new_file, write_table
        from model.cli.planning.asked import asked
        from model.output.terminal.console import console
        from model.output.terminal.questions.lead_times import report
        from model.plan.plan import solve

        found = asked(call, [call.policy])
        instance, (policy,) = found.instance, found.policies
        file = call.out or Path("results") / instance.name / f"{found.folder_name(policy)}-lead-times.csv"
        check_made_by_us(file, f"{','.join(COLUMNS)}\n".encode())
        plan = solve(instance, policy, found.sets, say=say)
        table = lead_times(plan, say=say)
    with undisturbed():
        with new_file(file) as beside:
            write_table(beside, table)
        call.written.append(file)
    with printing():
        for part in report(plan, table, file):
            console().print(part)
    return DONE


COMMAND = Command(arguments, run)
