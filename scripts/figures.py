"""The main pictures of a plan for papers, as SVG and PNG, from its results folder alone.

    python scripts/figures.py RESULTS [--out DIR]

Exit codes: 0 drawn; 1 unexpected failure; 2 the call or the results are wrong (nothing was drawn); 4 stopped.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

DONE, FAILED, WRONG, STOPPED = 0, 1, 2, 4


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
    for name in ("SIGTERM", "SIGHUP"):
        if getattr(signal, name, None) is not None and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), interrupted)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        return run(call)
    except KeyboardInterrupt:
        return complain("Stopped.", STOPPED)
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
        head = f"{count} problem{'s' if count > 1 else ''} in the results; nothing was drawn:"
        return complain("\n".join([head, *(f"  - {p}" for p in error.problems)]), WRONG)
    if call.traceback:
        raise error
    return complain(f"Unexpected failure. {type(error).__name__}: {error}\n(--traceback shows where.)", FAILED)


def complain(text: str, code: int) -> int:
    """A message on standard error."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    return code


def run(call: argparse.Namespace) -> int:
    """Draw, and say what was drawn and what not."""
    from model.drawing import draw_results

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
