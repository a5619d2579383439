"""What every script does around its work: exit codes, messages, a request to end, progress. Costs nothing to import."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.base.problems import InputError

DONE, FAILED, WRONG, MISSED, STOPPED = range(5)
"""Exit codes: done; unexpected failure; a wrong call or input; done with a target missed; stopped."""


def guarded(
    work: Callable[[], int],
    *,
    stopped: str = "Stopped. Nothing was written.",
    wrong: Callable[[InputError], str] = str,
    failed: str = "Unexpected failure.",
    traceback: bool | None = None,
) -> int:
    """Do the work of a script; returns the exit code. Ctrl-C and whatever goes wrong end in a message.

    ``wrong`` words an input error. ``traceback``: raise what is unexpected; None where the script has no such option.
    """
    listen()
    try:
        return work()
    except KeyboardInterrupt:
        return complain(stopped, STOPPED)
    except Exception as error:
        from model.base.errors import Unmeetable
        from model.base.problems import InputError

        if isinstance(error, InputError):
            return complain(wrong(error), WRONG)
        if isinstance(error, Unmeetable):
            return complain(f"The hard limits contradict one another; nothing was solved: {error}", WRONG)
        if traceback:
            raise
        hint = "" if traceback is None else "\n(--traceback shows where.)"
        return complain(f"{failed} {type(error).__name__}: {error}{hint}", FAILED)


def hush() -> None:
    """Until ``listen``, while a script's imports run, Ctrl-C ends it at once and without a traceback."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)


def listen() -> None:
    """Hear Ctrl-C, and a request to end like it; a terminal that can't show a letter shows a question mark."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in ("SIGTERM", "SIGHUP"):
        if getattr(signal, name, None) is not None and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), _interrupted)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def complain(text: str, code: int) -> int:
    """A message on standard error; returns the code."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    return code


def listed(error: InputError, nothing: str, most: int = 60) -> str:
    """The problems of an input that is no instance: how many, that ``nothing`` was done, and each on a line."""
    count = len(error.problems)
    said = [f"  - {p}" for p in error.problems[:most]]
    more = [f"  and {count - most} more"] if count > most else []
    return "\n".join([f"{count} problem{'s' if count > 1 else ''}{nothing}:", *said, *more])


@contextlib.contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Show the step at hand on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda text: status.update(text)
