"""How do I edit an instance, or read results, in a spreadsheet? As a workbook (.xlsx); an instance comes back from it.

    python scripts/workbook.py to-xlsx INSTANCE [--out FILE] [--replace]
    python scripts/workbook.py from-xlsx FILE [--out DIR] [--replace]
    python scripts/workbook.py results RESULTS [--out FILE] [--replace]

Exit codes: 0 written; 1 unexpected failure; 2 the call, the instance, the workbook or the results are wrong (nothing
was written); 4 stopped.
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
    parser = parser_of("workbook", __doc__)
    ways = parser.add_subparsers(dest="way", required=True, metavar="to-xlsx|from-xlsx|results")
    for way, name, of, out in (
        ("to-xlsx", "INSTANCE", "folder of the instance", "default: its name with .xlsx, in the current folder"),
        ("from-xlsx", "FILE", "workbook of an instance", "folder of the instance; default: the file's without .xlsx"),
        ("results", "RESULTS", "results folder of solve.py", "default: results.xlsx within, made anew"),
    ):
        one = ways.add_parser(way, allow_abbrev=False)
        one.add_argument("source", type=Path, metavar=name, help=of)
        add_out(one, out, "DIR" if way == "from-xlsx" else "FILE")
        one.add_argument("--replace", action="store_true", help="replace an earlier file or instance there")
        add_traceback(one)
    return parser.parse_args(argv)


def run(call: argparse.Namespace) -> int:
    """Convert and name what was written."""
    place = converted(call)
    call.written.append(place)
    with printing():
        print(f"Written: {place}")
    return DONE


def converted(call: argparse.Namespace) -> Path:
    """Read one form, write the other; returns what was written."""
    if call.way == "to-xlsx":
        from model.output.workbook.packing import to_workbook

        file = call.out or Path(f"{call.source.absolute().name}.xlsx")
        return to_workbook(call.source, file, replace=call.replace)
    if call.way == "from-xlsx":
        from model.output.workbook.returning import from_workbook

        folder = call.out or call.source.with_suffix("")
        return from_workbook(call.source, folder, replace=call.replace)
    from model.output.workbook.results import results_workbook

    return results_workbook(call.source, call.out, replace=call.replace)


COMMAND = Command(arguments, run, wrong=partial(listed, nothing="; nothing was written"))
