"""The report of a results folder or a sweep, or of several plans side by side, from their tables alone.

    python scripts/report.py RESULTS [RESULTS ...] [--out FILE]

One folder of a run or a sweep: RESULTS/report.html. Several runs: comparison.html beside the first.

Exit codes: 0 the report is written; 1 unexpected failure; 2 the call or a folder is wrong (nothing was written); 4
stopped by the user.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from model.cli.command import DONE, guarded  # noqa: E402

BEGINS = b"<!DOCTYPE html>"


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code."""
    parser = argparse.ArgumentParser(prog="report.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("results", type=Path, nargs="+", help="results of a run or a sweep; several runs: side by side")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="default: RESULTS/report.html; of several comparison.html beside the first",
    )
    call = parser.parse_args(argv)
    return guarded(
        lambda: run(call),
        wrong=lambda error: "\n".join(["Nothing was written:", *(f"  - {p}" for p in error.problems)]),
        failed="Unexpected failure. Nothing was written.",
    )


def run(call: argparse.Namespace) -> int:
    """Read the folders, make the page, write it."""
    from model.base.places import check_made_by_us
    from model.output.report import COMPARISON, REPORT, page

    first = call.results[0]
    default = first / REPORT if len(call.results) == 1 else first.absolute().parent / COMPARISON
    file = call.out or default
    check_made_by_us(file, BEGINS)
    write(page(call.results), file)
    print(f"Report: {file}")
    return DONE


def write(text: str, file: Path) -> None:
    """Write the page whole or not at all; Ctrl-C waits until that is done."""
    from model.base.places import new_file, write_text

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with new_file(file) as beside:
            write_text(beside, text)
    finally:
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())
