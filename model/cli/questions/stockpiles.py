"""Which stocks carry buyers through a stop of exports, and for how much? For a plan, year by year, beside its own.

The cheapest extra stocks that bridge so many months until the plan's own plants run, bought over the years before; what
each million lengthens survival; and what one stock does by itself.

Exit codes: 0 done; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved); 4 stopped.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_instance, add_out, add_policy, add_set, add_traceback, parser_of
from model.cli.command import DONE, Command, printing, undisturbed
from model.cli.progress import counted

if TYPE_CHECKING:
    import argparse


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("stockpiles", __doc__)
    add = parser.add_argument
    add_instance(parser)
    add_policy(parser)
    add_set(parser)
    add(
        "--buyer",
        nargs="+",
        default=[],
        metavar="PLACE",
        help="regions or groups to serve; default: the policy's buyers",
    )
    add("--supplier", default="", metavar="PLACE", help="who stops; default: the one whose stop harms most")
    add("--months", type=float, default=6.0, metavar="M", help="how long; default: 6")
    add("--year", type=int, metavar="Y", help="year of the ranking; default: the policy's first in force")
    add("--part", type=float, default=0.05, metavar="SHARE", help="of a year's output, bought a year; default: 0.05")
    add_out(parser, "default: results/INSTANCE/POLICY-stockpiles")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, solve, ask, write, show."""
    with counted("solving the plan") as tell:
        from model.analysis.stress import stockpiles
        from model.analysis.stress.stockpiling import check_stockpiles_place
        from model.cli.planning.asked import asked
        from model.output.terminal.console import console
        from model.output.terminal.questions.stockpiles import report
        from model.plan.plan import solve
        from model.plan.stress.asked import buyers_named

        made = asked(call, [call.policy])
        instance, (wanted,) = made.instance, made.policies
        buyers = buyers_named(instance, call.buyer) if call.buyer else None
        folder = call.out or Path("results") / instance.name / f"{made.folder_name(wanted)}-stockpiles"
        check_stockpiles_place(folder)
        plan = solve(instance, wanted, made.sets)
        found = stockpiles(
            plan, instance, buyers=buyers, supplier=call.supplier, year=call.year, months=call.months, part=call.part,
            tell=tell,
        )  # fmt: skip
    with undisturbed():
        found.write(folder, plan.summary)
        call.written.append(folder)
    with printing():
        for part in report(found, instance, wanted.name):
            console().print(part)
        console().print(f"\nResults: {folder}")
    return DONE


COMMAND = Command(arguments, run)
