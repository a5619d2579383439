"""Workbooks (.xlsx): an instance to edit in a spreadsheet and bring back, or all results in one file.

    python scripts/workbook.py to-xlsx INSTANCE [--out FILE] [--replace]
    python scripts/workbook.py from-xlsx FILE [--out DIR] [--replace]
    python scripts/workbook.py results RESULTS [--out FILE] [--replace]

Exit codes: 0 written; 1 unexpected failure; 2 the call, the instance, the workbook or the results are wrong (nothing
was written); 4 stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from model.cli.command import DONE, guarded, listed  # noqa: E402


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    text = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="workbook.py",
        description=text[0],
        epilog=text[2],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ways = parser.add_subparsers(dest="way", required=True, metavar="to-xlsx|from-xlsx|results")
    for way, name, of, out in (
        ("to-xlsx", "INSTANCE", "folder of the instance", "default: its name with .xlsx, in the current folder"),
        ("from-xlsx", "FILE", "workbook of an instance", "folder of the instance; default: the file's without .xlsx"),
        ("results", "RESULTS", "results folder of solve.py", "default: results.xlsx within, made anew"),
    ):
        one = ways.add_parser(way, allow_abbrev=False)
        one.add_argument("source", type=Path, metavar=name, help=of)
        one.add_argument("--out", type=Path, metavar="DIR" if way == "from-xlsx" else "FILE", help=out)
        one.add_argument("--replace", action="store_true", help="replace an earlier file or instance there")
        one.add_argument("--traceback", action="store_true", help="show where an unexpected failure came from")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code."""
    call = arguments(argv)
    return guarded(lambda: written(call), wrong=lambda e: listed(e, "; nothing was written"), traceback=call.traceback)


def written(call: argparse.Namespace) -> int:
    """Do it and name what was written."""
    place = run(call)
    with contextlib.suppress(BrokenPipeError):
        print(f"Written: {place}", flush=True)
    return DONE


def run(call: argparse.Namespace) -> Path:
    """Convert; returns what was written."""
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


if __name__ == "__main__":
    sys.exit(main())
