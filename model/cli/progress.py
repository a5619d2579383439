"""How far a command is, on a terminal; nothing elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress(quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Show the step at hand."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield lambda text: status.update(text)


@contextlib.contextmanager
def counted(first: str) -> Iterator[Callable[[int, int], None]]:
    """How many solves are done and how long the rest may still take; ``first`` is what is at hand before any."""
    with progress() as say:
        say("reading")
        started = time.perf_counter()

        def tell(done: int, total: int) -> None:
            if not done:
                say(first)
                return
            left = (time.perf_counter() - started) / done * (total - done)
            say(f"{done} of {total} done, about {left:.0f} s left")

        yield tell
