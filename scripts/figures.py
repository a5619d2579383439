"""The main pictures of a plan for papers, as SVG and PNG, from its results folder alone.

    python scripts/figures.py RESULTS [--out DIR]

Exit codes: 0 drawn; 1 unexpected failure; 2 the call or the results are wrong (nothing was drawn); 4 stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from model.cli.command import DONE, guarded, listed  # noqa: E402


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    text = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="figures.py",
        description=text[0],
        epilog=text[2],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("results", type=Path, metavar="RESULTS", help="results folder of solve.py")
    add("--out", type=Path, metavar="DIR", help="where the pictures go; default: RESULTS-figures beside the results")
    add("--traceback", action="store_true", help="show where an unexpected failure came from")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code."""
    call = arguments(argv)
    wrong = partial(listed, nothing=" in the results; nothing was drawn")
    return guarded(lambda: run(call), stopped="Stopped.", wrong=wrong, traceback=call.traceback)


def run(call: argparse.Namespace) -> int:
    """Draw, and say what was drawn and what not."""
    from model.output.pictures import draw_results

    folder = call.results.absolute()
    files, left_out = draw_results(call.results, call.out or folder.with_name(f"{folder.name}-figures"))
    with contextlib.suppress(BrokenPipeError):
        for file in files:
            print(file)
        for said in left_out:
            print(f"Not drawn: {said}")
        sys.stdout.flush()
    return DONE


if __name__ == "__main__":
    sys.exit(main())
