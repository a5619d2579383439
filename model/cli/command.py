"""What every command does around its work: exit codes, messages, a request to end. Costs nothing to import."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    import argparse

    from model.base.problems import InputError

STARTED = time.perf_counter()
"""When the process began, but for Python's own start."""
ROOT = Path(__file__).parents[2]
"""The folder of ``solve.py`` and ``instances/``."""
DONE, FAILED, WRONG, MISSED, STOPPED = range(5)
"""Exit codes: done; unexpected failure; a wrong call or input; done with a target missed; stopped."""


def command(name: str) -> Command:
    """The command of that name, in whichever folder of ``model/cli`` it stands."""
    (file,) = Path(__file__).parent.glob(f"*/{name}.py")
    found: Command = import_module(f"model.cli.{file.parent.name}.{name}").COMMAND
    return found


def enter(name: str) -> NoReturn:
    """Run the command of that name as a process of its own; never returns."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # more would only wait for one another, at full speed
    # workers that are ended at once leave a lock of Pyomo's to Python's tracker, which frees it and would tell of it
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")
    for name_of in ("stdout", "stderr"):
        if getattr(sys, name_of) is None:  # closed by whoever called
            setattr(sys, name_of, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    hush()
    try:
        code = command(name).main()
    except SystemExit as end:  # --help, or a call that argparse refuses
        code = end.code if isinstance(end.code, int) else FAILED
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)  # at once: everything is written, and tidying up takes time


def left_behind(call: argparse.Namespace) -> str:
    """What a run that did not end well has written."""
    return f"Written: {', '.join(map(str, call.written))}." if call.written else "Nothing was written."


@dataclass(frozen=True)
class Command:
    """A question that is asked at the shell: how its call is read, what answers it, and how it says what went wrong.

    ``run`` returns the exit code and appends to ``call.written`` what is on disk; ``wrong`` words an input error,
    ``left`` says what a run that did not end well leaves behind.
    """

    arguments: Callable[[list[str] | None], argparse.Namespace]
    run: Callable[[argparse.Namespace], int]
    wrong: Callable[[InputError], str] | None = None
    left: Callable[[argparse.Namespace], str] = left_behind

    def main(self, argv: list[str] | None = None) -> int:
        """Run the call; returns the exit code. No traceback reaches the user unless asked for."""
        call = self.arguments(argv)
        call.written = []
        listen()
        try:
            import logging

            from model.base.extras import misfit

            logging.getLogger("pyomo").setLevel(logging.CRITICAL)  # it reports a Ctrl-C as an error of its own
            said = misfit()
            return complain(said, WRONG) if said else self.run(call)
        except KeyboardInterrupt:
            return complain(f"Stopped. {self.left(call)}", STOPPED)
        except Exception as error:
            return self.failure(error, call)

    def failure(self, error: Exception, call: argparse.Namespace) -> int:
        """Say what went wrong; the exit code tells whose fault it is."""
        if isinstance(error, ImportError | AttributeError) and not call.traceback:
            from model.base.extras import unusable

            said = unusable(error)
            if said:
                return complain(said, WRONG)
        from model.base.errors import Stopped, Unmeetable
        from model.base.problems import InputError

        if isinstance(error, InputError):
            return complain((self.wrong or listed)(error), WRONG)
        if isinstance(error, Unmeetable):
            return complain(f"The hard limits contradict one another; nothing was solved: {error}", WRONG)
        if isinstance(error, Stopped):
            return complain(f"Stopped: {error}. {self.left(call)}", STOPPED)
        if call.traceback:
            raise error
        if isinstance(error, OSError) and error.strerror:
            what = f"The system refused: {error.strerror} ({error.filename or 'writing'})."
        else:
            what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return complain(f"Unexpected failure. {self.left(call)} {what}\n(--traceback shows where.)", FAILED)


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


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """While results are written, Ctrl-C is not heard."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def printing() -> Iterator[None]:
    """Print to whoever reads along and may have seen enough (``| head``); what is to be written is written by then."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich ends a process whose reader has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str, code: int) -> int:
    """A message on standard error; returns the code."""
    with contextlib.suppress(OSError):
        print(text, file=sys.stderr, flush=True)
    return code


def listed(error: InputError, nothing: str = " in the input; nothing was solved") -> str:
    """The problems of an input: how many, that ``nothing`` was done, and each on a line."""
    from model.base.problems import lines_of

    count = len(error.problems)
    return "\n".join([f"{count} problem{'s' if count > 1 else ''}{nothing}:", *lines_of(error.problems, shell=True)])
