"""Worker processes that begin by themselves, whatever script asked for them."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import current_process, parent_process
from types import ModuleType
from typing import Any

GUARD = 'if __name__ == "__main__":'
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def without_main() -> Iterator[None]:
    """A process that is spawned inside does not run the caller's script again, as Python's own would.

    Workers need nothing of it, so that a script needs no main guard, and one that is piped into python works too.
    """
    with _ONE_AT_A_TIME:
        mine = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = mine


def refuse_second_run(call: str) -> None:
    """In a process of somebody's own pool that runs the script again to get ready: raises RuntimeError.

    ``call`` would ask all anew there, in the folder that the first run works in. It says which lines are missing.
    """
    if getattr(current_process(), "_inheriting", False):
        raise RuntimeError(
            f"this process is a worker and runs the script again to get ready, which must not call {call} once more; "
            f"put the call under a main guard:\n\n    {GUARD}\n        {call}(...)\n"
        )


@contextmanager
def without_ctrl_c() -> Iterator[None]:
    """A process that begins inside never hears Ctrl-C, not even while it imports; ours hears it once that is done.

    The mask is what the new process inherits. It doesn't keep the signal from our other threads, so it is noted too.
    """
    noted: list[int] = []
    main = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, lambda number, _: noted.append(number)) if main else None
    masks = hasattr(signal, "pthread_sigmask")  # not on Windows
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else None
    try:
        yield
    finally:
        if mask is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if before is not None:
            signal.signal(signal.SIGINT, before)
        if noted:
            signal.raise_signal(signal.SIGINT)


def leave_to_parent() -> None:
    """What a worker does first: it leaves Ctrl-C to its parent, and ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


def close(pool: ProcessPoolExecutor, at_once: bool) -> None:
    """End the processes of a pool; ``at_once`` without waiting for what they do."""
    if at_once:
        for process in list((pool._processes or {}).values()):
            process.kill()
    pool.shutdown(wait=True, cancel_futures=True)
