"""The edge of a policy: how tight a share cap can be, from which year, with how much capital, and at what cost.

    python scripts/frontier.py INSTANCE --policy NAME [--caps 0.65 0.5] [--years 2030 2035] [--budgets 13e9 18e9]

Exit codes: 0 done; 1 unexpected failure; 2 the call or the instance is wrong (nothing was solved); 4 stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from model.cli.calls import whole  # noqa: E402
from model.cli.command import DONE, guarded  # noqa: E402


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """The call, parsed."""
    text = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(
        prog="frontier.py",
        description=text[0],
        epilog=text[2],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("instance", type=Path, help="folder of the instance, such as instances/allied-2045")
    add("--policy", default="", metavar="NAME|FILE", help="a policy with a share cap; default: the instance's own")
    add("--caps", type=float, nargs="+", default=[], metavar="SHARE", help="default: 0.9 0.75 0.65 0.5 0.35 0.2")
    add("--years", type=int, nargs="+", default=[], metavar="YEAR", help="first years; default: six")
    add("--budgets", type=float, nargs="+", default=[], metavar="USD", help="default: the envelope's ends and middle")
    add("--row", action="append", default=[], metavar="ROW", help="vary this share cap only (share_cap.0); repeatable")
    add("--out", type=Path, metavar="DIR", help="default: results/INSTANCE/POLICY-frontier")
    add("--workers", type=whole, metavar="N", help="solves at a time; changes no byte; default: the cores")
    add("--traceback", action="store_true", help="show where an unexpected failure came from")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Run the call; returns the exit code."""
    call = arguments(argv)
    return guarded(lambda: run(call), traceback=call.traceback)


def run(call: argparse.Namespace) -> int:
    """Read, solve, write, show."""
    from model.analysis.frontier import frontier
    from model.analysis.frontier.writing import check_frontier_place
    from model.base.words import console
    from model.instance.reading import policy, read
    from model.output.pictures.frontier import draw_frontier
    from model.output.terminal.frontier import report

    with progress() as tell:
        instance = read(call.instance)
        asked = policy(instance, call.policy)
        folder = call.out or Path("results") / instance.name / f"{asked.name}-frontier"
        check_frontier_place(folder)
        found = frontier(
            instance, asked, caps=call.caps, years=call.years, budgets=call.budgets, rows=call.row,
            workers=call.workers, tell=tell,
        )  # fmt: skip
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        found.write(folder, draw_frontier)
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        console().print(report(found.question, found.table, found.cost_without_policy_usd))
        console().print(f"\nResults: {folder}")
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read along has seen enough; the results are written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


@contextlib.contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """How much is done and how long it may still take, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console

    started = time.perf_counter()
    with Console(stderr=True).status("reading") as status:

        def tell(done: int, total: int) -> None:
            if not done:
                status.update("writing the programme, solving without policy")
                return
            left = (time.perf_counter() - started) / done * (total - done)
            status.update(f"{done} of {total} done, about {left:.0f} s left")

        yield tell


if __name__ == "__main__":
    CODE = main()
    for STREAM in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            STREAM.flush()
    os._exit(CODE)
