"""The workers of a desk: processes with programmes of their own, each with one request at a time; the last one wins."""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import queue
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.base.processes import leave_to_parent, without_ctrl_c, without_main

if TYPE_CHECKING:
    from model.desk.bench import Bench
    from model.desk.state import Start

STOP, END = "stop", "end"
"""Words to a worker: what is under way is wanted no more; so is the worker."""
PATIENCE = 5.0
"""Seconds that a worker has to end by itself."""
STALE = json.dumps({"stale": True}).encode()
ENDED = json.dumps({"problems": ["The worker has ended; it begins anew with the next request."]}).encode()


def work(folder: Path, warm: Start | None, pipe: Any) -> None:
    """What a worker's process does: requests in, progress and answers out, until the pipe is closed.

    It solves ``warm`` before anybody asks, so that the first picture is there when the page is; None: not.
    """
    leave_to_parent()
    import logging

    logging.getLogger("pyomo").setLevel(logging.CRITICAL)
    stop = threading.Event()
    bench: Bench | None = None
    asked = _heard(pipe, stop)
    with contextlib.suppress(Exception):  # whoever asks is told what is wrong
        bench = _bench(folder, stop)
        if warm is not None:
            bench.warm(warm)
    while (request := asked.get()) is not None:
        stop.clear()
        try:
            bench = bench or _bench(folder, stop)
            what, about = request
            found = bench.answer(what, about, lambda text: pipe.send((False, text)))
        except Exception as error:  # the page says so; the next request may go well
            found = failure(error)
        with contextlib.suppress(OSError):
            pipe.send((True, json.dumps(found, ensure_ascii=False, allow_nan=False).encode()))


def _bench(folder: Path, stop: threading.Event) -> Bench:
    """Imports take a second: whoever starts the process doesn't wait for them."""
    from model.desk.bench import Bench

    return Bench(folder, stop)


def failure(error: Exception) -> dict[str, Any]:
    """What is answered where something went wrong that should not; an input's problems also part by part."""
    from model.base.problems import InputError

    if isinstance(error, InputError):
        return {"problems": [str(p) for p in error.problems], "parts": [list(vars(p).values()) for p in error.problems]}
    return {"problems": [f"Unexpected failure: {type(error).__name__}: {' '.join(str(error).split())[:300]}"]}


def _heard(pipe: Any, stop: threading.Event) -> queue.SimpleQueue[Any]:
    """The requests in their order, None at the end; a word to stop is heard while one is worked on."""
    asked: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def listen() -> None:
        try:
            while True:
                what, about = pipe.recv()
                if what == END:
                    raise EOFError
                if what == STOP:
                    stop.set()
                else:
                    asked.put((what, about))
        except (EOFError, OSError):
            stop.set()
            asked.put(None)

    threading.Thread(target=listen, daemon=True).start()
    return asked


class Hand:
    """A worker seen from the page's side. ``said``: the last word of what is under way."""

    def __init__(self, folder: Path, warm: Start | None = None) -> None:
        self.folder, self.warm, self.said = folder, warm, ""
        self._turn, self._sending = asyncio.Lock(), threading.Lock()
        self._newest = 0
        self._process: Any = None
        self._pipe: Any = None

    def begin(self) -> None:
        """Start the process, so that it is ready when it is asked."""
        if self._process is not None and self._process.is_alive():
            return
        context = multiprocessing.get_context("spawn")
        mine, its = context.Pipe()
        with without_ctrl_c(), without_main():
            self._process = context.Process(target=work, args=(self.folder, self.warm, its), daemon=True)
            self._process.start()
        its.close()
        self._pipe = mine

    async def ask(self, what: str, about: Any, *, interrupt: bool = False) -> bytes:
        """The answer as JSON; that the request is stale where a newer one came before its turn.

        ``interrupt``: what is under way is wanted no more.
        """
        self._newest += 1
        mine = self._newest
        if interrupt and self._turn.locked():
            self._send((STOP, None))
        async with self._turn:
            if mine != self._newest:
                return STALE
            return await asyncio.to_thread(self.call, what, about)

    def call(self, what: str, about: Any) -> bytes:
        """The answer as JSON, waited for."""
        self.said = ""
        try:
            self.begin()
            self._send((what, about))
            while True:
                done, found = self._pipe.recv()
                if done:
                    return bytes(found)
                self.said = str(found)
        except (EOFError, OSError):
            self._process = None
            return ENDED

    def stop(self) -> None:
        """What is under way, or waits, is wanted no more."""
        self._newest += 1
        if self._turn.locked():
            self._send((STOP, None))

    def leave(self) -> None:
        """Tell the process to stop what it does and end; whoever waits for its answer hears that it has ended."""
        self._newest += 1
        if self._pipe is not None:
            self._send((END, None))

    def end(self) -> None:
        """Wait for the process to end once it is told to; it is killed where that takes long."""
        self.leave()
        if self._process is not None:
            self._process.join(PATIENCE)
            self._process.kill()
            self._process.join()
            self._pipe.close()
            self._process = self._pipe = None

    def _send(self, request: tuple[str, Any]) -> None:
        with self._sending, contextlib.suppress(OSError):
            self._pipe.send(request)
