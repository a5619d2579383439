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
import io
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

DONE, FAILED, WRONG, STOPPED = 0, 1, 2, 4
MOST = 60
"""Problems shown at once."""


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
    for name in ("SIGTERM", "SIGHUP"):
        if getattr(signal, name, None) is not None and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), interrupted)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        written = run(call)
    except KeyboardInterrupt:
        return complain("Stopped. Nothing was written.", STOPPED)
    except Exception as error:
        return failure(error, call)
    with contextlib.suppress(BrokenPipeError):
        print(f"Written: {written}", flush=True)
    return DONE


def interrupted(*_: object) -> None:
    """A request to end is heard like Ctrl-C."""
    raise KeyboardInterrupt


def failure(error: Exception, call: argparse.Namespace) -> int:
    """Say what went wrong; the exit code tells whose fault it is."""
    from model.inputs.problems import InputError

    if isinstance(error, InputError):
        count = len(error.problems)
        head = f"{count} problem{'s' if count > 1 else ''}; nothing was written:"
        said = [f"  - {p}" for p in error.problems[:MOST]]
        more = [f"  and {count - MOST} more"] if count > MOST else []
        return complain("\n".join([head, *said, *more]), WRONG)
    if isinstance(error, ModuleNotFoundError) and error.name == "xlsxwriter":
        return complain("Workbooks need the package XlsxWriter: pip install XlsxWriter", FAILED)
    if call.traceback:
        raise error
    return complain(f"Unexpected failure. {type(error).__name__}: {error}\n(--traceback shows where.)", FAILED)


def complain(text: str, code: int) -> int:
    """A message on standard error."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    return code


def run(call: argparse.Namespace) -> Path:
    """Convert; returns what was written."""
    if call.way == "to-xlsx":
        from model.workbooks.packing import to_workbook

        file = call.out or Path(f"{call.source.absolute().name}.xlsx")
        return to_workbook(call.source, file, replace=call.replace)
    if call.way == "from-xlsx":
        from model.workbooks.returning import from_workbook

        folder = call.out or call.source.with_suffix("")
        return from_workbook(call.source, folder, replace=call.replace)
    from model.workbooks.results import results_workbook

    return results_workbook(call.source, call.out, replace=call.replace)


if __name__ == "__main__":
    sys.exit(main())
