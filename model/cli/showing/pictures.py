"""What does this plan look like in a paper? Its main pictures, as SVG and PNG, from its results folder alone.

Exit codes: 0 drawn; 1 unexpected failure; 2 the call or the results are wrong (nothing was drawn); 4 stopped.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from model.cli.calls import add_out, add_traceback, parser_of
from model.cli.command import DONE, Command, listed, printing

if TYPE_CHECKING:
    import argparse


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    parser = parser_of("pictures", __doc__)
    parser.add_argument("results", type=Path, metavar="RESULTS", help="results folder of solve.py")
    add_out(parser, "where the pictures go; default: RESULTS-pictures beside the results")
    add_traceback(parser)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Draw, and say what was drawn and what not."""
    from model.output.pictures import draw_results

    folder = call.results.absolute()
    files, left_out = draw_results(call.results, call.out or folder.with_name(f"{folder.name}-pictures"))
    call.written += files
    with printing():
        for file in files:
            print(file)
        for said in left_out:
            print(f"Not drawn: {said}")
    return DONE


COMMAND = Command(
    arguments,
    run,
    wrong=partial(listed, nothing=" in the results; nothing was drawn"),
    left=lambda _: "Pictures that are there are whole.",
)
