"""How tight can a policy's share cap be, from which year, with how much capital, and at what cost? The policy's edge.

Exit codes: 0 done; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved); 4 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_instance, add_out, add_policy, add_set, add_traceback, add_workers, number, parser_of
from model.cli.command import DONE, Command, printing, undisturbed
from model.cli.progress import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from model.instance.instance import Instance
    from model.instance.policy.policies import Policy


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("frontier", __doc__)
    add = parser.add_argument
    add_instance(parser)
    add_policy(parser, "a policy with a share cap, or a withstand row; default: the instance's own")
    add_set(parser)
    add("--caps", type=number, nargs="+", default=[], metavar="SHARE", help="default: 0.9 0.75 0.65 0.5 0.35 0.2")
    add("--years", type=int, nargs="+", default=[], metavar="YEAR", help="first years; default: six")
    add("--budgets", type=number, nargs="+", default=[], metavar="USD", help="default: the envelope's ends and middle")
    add("--months", type=number, nargs="+", default=[], metavar="N", help="of a withstand row; default: 1 3 6 12")
    add("--serve", type=number, nargs="+", default=[], metavar="SHARE", help="of a withstand row; default: its own")
    add("--row", action="append", default=[], metavar="ROW", help="vary this row only (share_cap.0); repeatable")
    add_out(parser, "default: results/INSTANCE/POLICY-frontier")
    add_workers(parser, "solves at a time; changes no byte; default: the cores")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, solve, write, show."""
    from model.analysis.frontier import frontier
    from model.analysis.frontier.writing import check_frontier_place
    from model.cli.planning.asked import asked
    from model.output.pictures.frontier import draw_frontier
    from model.output.terminal.console import console
    from model.output.terminal.questions.frontier import report

    with counted("writing the programme, solving without policy") as tell:
        found = asked(call, [call.policy])
        instance, (policy,) = found.instance, found.policies
        folder = call.out or Path("results") / instance.name / f"{found.folder_name(policy)}-frontier"
        check_frontier_place(folder)
        if _of_crises(call, policy):
            return _crises(call, instance, policy, folder, tell)
        edge = frontier(
            instance, policy, caps=call.caps, years=call.years, budgets=call.budgets, rows=call.row,
            workers=call.workers, tell=tell,
        )  # fmt: skip
    with undisturbed():
        edge.write(folder, draw_frontier)
        call.written.append(folder)
    with printing():
        console().print(report(edge.question, edge.table, edge.cost_without_policy_usd))
        console().print(f"\nResults: {folder}")
    return DONE


def _of_crises(call: argparse.Namespace, asked: Policy) -> bool:
    """Whether the question is about withstand rows: months or shares to serve, such a row, or no cap to vary."""
    named = any(row.startswith("withstand") for row in call.row)
    return bool(call.months or call.serve or named or (asked.withstands and not asked.share_caps))


def _crises(
    call: argparse.Namespace, instance: Instance, asked: Policy, folder: Path, tell: Callable[[int, int], None]
) -> int:
    from model.analysis.frontier.crises import withstanding
    from model.output.pictures.months import draw_months
    from model.output.report.months import write_months_report
    from model.output.terminal.console import console
    from model.output.terminal.questions.frontier import crises

    edge = withstanding(
        instance, asked, months=call.months, serve=call.serve, years=call.years, rows=call.row,
        workers=call.workers, tell=tell,
    )  # fmt: skip
    with undisturbed():
        edge.write(folder, draw_months, write_months_report)
        call.written.append(folder)
    with printing():
        console().print(crises(instance, asked, edge.table, edge.cost_without_policy_usd))
        console().print(f"\nResults: {folder}\nReport: {folder / 'report.html'}")
    return DONE


COMMAND = Command(arguments, run)
