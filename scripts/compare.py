"""Plans side by side: what they cost, build, reach and miss, from their results folders alone.

    python scripts/compare.py RESULTS RESULTS... [--assumptions SWEEP [--instance DIR]] [--out DIR] [--json]

With --assumptions each plan is solved again, its builds fixed, under the assumptions of each case of a sweep. A folder
that holds several plans' folders stands for them all. Exit codes: 0 done; 1 unexpected failure; 2 the call or the
results are wrong (nothing was written); 4 stopped.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from model.cli.command import DONE, complain, guarded, listed, progress  # noqa: E402

HOME = Path(__file__).parent.parent


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    text = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="compare.py",
        description=text[0],
        epilog=text[2],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("results", type=Path, nargs="+", metavar="RESULTS", help="results folder of solve.py, or a folder of several")
    add("--out", type=Path, metavar="DIR", help="where the tables go; default: results/comparison-NAMES")
    add("--assumptions", metavar="SWEEP", help="a sweep that edits the instance: the regret of each plan in its cases")
    add("--instance", type=Path, metavar="DIR", help="the plans' instance; default: instances/NAME")
    add("--json", action="store_true", help="print one row a plan as JSON instead of text")
    add("--traceback", action="store_true", help="show where an unexpected failure came from")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code."""
    call = arguments(argv)
    wrong = partial(listed, nothing=" in the results; nothing was compared")
    return guarded(lambda: run(call), wrong=wrong, traceback=call.traceback)


def run(call: argparse.Namespace) -> int:
    """Read, compare, write, show."""
    from model.analysis.comparison import compare
    from model.analysis.comparison.writing import as_json, check_comparison_place, place
    from model.base.words import clean, console
    from model.output.terminal.comparison import report

    found = compare(call.results)
    folder = call.out or place(found.plans)
    check_comparison_place(folder)
    if call.assumptions:
        home = call.instance or HOME / "instances" / str(found.results[0].summary["instance"]["name"])
        with progress() as say:
            found = found.with_regret(home, call.assumptions, say)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        found.write(folder)
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        if call.json:
            sys.stdout.write(as_json(found["plans"]))
        else:
            console().print(report(found))
            console().print(f"\nTables: {clean(folder)}")
        for warning in found.warnings if call.json else ():
            complain(f"Warning: {warning}", DONE)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has seen enough; the tables are written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


if __name__ == "__main__":
    sys.exit(main())
