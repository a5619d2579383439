"""Plans side by side: what they cost, build, reach and miss, from their results folders alone.

    python scripts/compare.py RESULTS RESULTS... [--assumptions SWEEP [--instance DIR]] [--out DIR] [--json]

With --assumptions each plan is solved again, its builds fixed, under the assumptions of each case of a sweep. A folder
that holds several plans' folders stands for them all. Exit codes: 0 done; 1 unexpected failure; 2 the call or the
results are wrong (nothing was written); 4 stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

HOME = Path(__file__).parent.parent
DONE, FAILED, WRONG, STOPPED = 0, 1, 2, 4
MOST = 40
"""Problems shown at once."""


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
    for name in ("SIGTERM", "SIGHUP"):
        if getattr(signal, name, None) is not None and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), interrupted)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return run(call)
    except KeyboardInterrupt:
        return complain("Stopped. Nothing was written.", STOPPED)
    except Exception as error:
        return failure(error, call)


def interrupted(*_: object) -> None:
    """A request to end is heard like Ctrl-C."""
    raise KeyboardInterrupt


def failure(error: Exception, call: argparse.Namespace) -> int:
    """Say what went wrong; the exit code tells whose fault it is."""
    from model.inputs.problems import InputError

    if isinstance(error, InputError):
        count = len(error.problems)
        head = f"{count} problem{'s' if count > 1 else ''} in the results; nothing was compared:"
        said = [f"  - {p}" for p in error.problems[:MOST]]
        more = [f"  and {count - MOST} more"] if count > MOST else []
        return complain("\n".join([head, *said, *more]), WRONG)
    if call.traceback:
        raise error
    return complain(f"Unexpected failure. {type(error).__name__}: {error}\n(--traceback shows where.)", FAILED)


def complain(text: str, code: int) -> int:
    """A message on standard error."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    return code


def run(call: argparse.Namespace) -> int:
    """Read, compare, write, show."""
    from model.comparing import compare
    from model.comparing.text import report
    from model.comparing.writing import as_json, check_place, place
    from model.results.words import clean, console

    found = compare(call.results)
    folder = call.out or place(found.plans)
    check_place(folder)
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


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show the step at hand on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda text: status.update(text)


if __name__ == "__main__":
    sys.exit(main())
