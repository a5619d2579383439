"""What do these plans cost, build, reach and miss? Plans side by side, from their results folders alone.

With --assumptions each plan is solved again, its builds fixed, under the assumptions of each case of a sweep. A folder
that holds several plans' folders stands for them all.

Exit codes: 0 done; 1 unexpected failure; 2 the call or the results are wrong (nothing was written); 4 stopped.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_json, add_out, add_traceback, parser_of
from model.cli.command import DONE, ROOT, Command, complain, listed, printing, undisturbed
from model.cli.progress import progress

if TYPE_CHECKING:
    import argparse

    from model.analysis.comparison import Comparison


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("compare", __doc__)
    add = parser.add_argument
    add("results", type=Path, nargs="+", metavar="RESULTS", help="results folder of solve.py, or a folder of several")
    add_out(parser, "where the tables go; default: results/comparison-NAMES")
    add("--assumptions", metavar="SWEEP", help="a sweep that edits the instance: the regret of each plan in its cases")
    add("--instance", type=Path, metavar="DIR", help="the plans' instance; default: instances/NAME")
    add_json(parser, "print one row a plan as JSON instead of text")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read, compare, solve where asked, write, show."""
    from model.analysis.comparison import compare
    from model.analysis.comparison.writing import check_comparison_place, place

    compared = compare(call.results)
    folder = call.out or place(compared.plans)
    check_comparison_place(folder)
    if call.assumptions:
        home = call.instance or ROOT / "instances" / str(compared.results[0].summary["instance"]["name"])
        with progress() as say:
            compared = compared.with_regret(home, call.assumptions, say)
    with undisturbed():
        compared.write(folder)
        call.written.append(folder)
    with printing():
        show(compared, folder, call.json)
    return DONE


def show(compared: Comparison, folder: Path, as_json: bool) -> None:
    """The plans, for readers or for programs; warnings stand in the text, or else on standard error."""
    from model.analysis.comparison.writing import as_json as rows
    from model.base.words import clean
    from model.output.terminal.comparison import report
    from model.output.terminal.console import console

    if as_json:
        sys.stdout.write(rows(compared["plans"]))
        for warning in compared.warnings:
            complain(f"Warning: {warning}", DONE)
        return
    console().print(report(compared))
    console().print(f"\nTables: {clean(folder)}")


COMMAND = Command(arguments, run, wrong=partial(listed, nothing=" in the results; nothing was compared"))
