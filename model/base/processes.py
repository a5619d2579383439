"""Worker processes that begin by themselves, whatever script asked for them."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import current_process
from types import ModuleType

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
