"""What does a plan or a sweep come to, on one page to read? From its tables alone; several plans stand side by side.

One folder of a run or a sweep: RESULTS/report.html. Several runs: comparison.html beside the first.

Exit codes: 0 the report is written; 1 unexpected failure; 2 the call or a folder is wrong (nothing was written); 4
stopped by the user.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_out, add_traceback, parser_of
from model.cli.command import DONE, Command, printing, undisturbed

if TYPE_CHECKING:
    import argparse

    from model.base.problems import InputError

BEGINS = b"<!DOCTYPE html>"
"""What a file begins with that a new page may replace."""


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("report", __doc__)
    parser.add_argument("results", type=Path, nargs="+", help="results of a run or a sweep; several runs: side by side")
    add_out(parser, "default: RESULTS/report.html; of several comparison.html beside the first", "FILE")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Read the folders, make the page, write it."""
    from model.base.places import check_made_by_us, new_file, write_text
    from model.output.report import COMPARISON, REPORT, page

    first = call.results[0]
    file = call.out or (first / REPORT if len(call.results) == 1 else first.absolute().parent / COMPARISON)
    check_made_by_us(file, BEGINS)
    text = page(call.results)
    with undisturbed():
        with new_file(file) as beside:
            write_text(beside, text)
        call.written.append(file)
    with printing():
        print(f"Report: {file}")
    return DONE


def wrong(error: InputError) -> str:
    """What is wrong with the folders."""
    return "\n".join(["Nothing was written:", *(f"  - {p}" for p in error.problems)])


COMMAND = Command(arguments, run, wrong=wrong)
