"""The page's requests and their answers."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from model.base.words import clean
from model.desk.guard import Guard
from model.desk.hands import Hand
from model.desk.names import NAME
from model.output import colours

if TYPE_CHECKING:
    from model.desk.state import Start

OWN = {
    "desk.css": "text/css",
    "desk.js": "text/javascript",
    "state.js": "text/javascript",
    "controls.js": "text/javascript",
    "show.js": "text/javascript",
}
"""The page's files beside this module."""
LONG = ("why", "latest", "save", "export", "tightest")
"""What may be asked beside moves and checks."""
QUICK = ("tightest",)
"""What the worker that checks answers, for it has the programme."""
REPORTS = {"echarts.min.js": "text/javascript", "charts.js": "text/javascript"}
"""The report's scripts that draw charts."""


class Desk:
    """A desk on one instance: a hand for moves, one for checked plans, one for questions that take long."""

    def __init__(self, folder: Path, asked: Start | None = None) -> None:
        self.asked, self.begun = asked, b""
        self.moving, self.checking, self.asking = Hand(folder, asked), Hand(folder), Hand(folder)

    def routes(self) -> list[Route]:
        """What is answered where."""
        return [
            Route("/", page),
            Route("/assets/{name}", asset),
            Route("/api/begin", self.begin, methods=["POST"]),
            Route("/api/move", self.move, methods=["POST"]),
            Route("/api/check", self.check, methods=["POST"]),
            Route("/api/ask/{what}", self.ask, methods=["POST"]),
            Route("/api/said", self.said, methods=["POST"]),
            Route("/api/stop", self.stop, methods=["POST"]),
            Route("/saved/{name}/report.html", self.report),
        ]

    def start(self) -> None:
        """Start the workers."""
        self.moving.begin()
        self.checking.begin()

    def read(self) -> dict[str, Any]:
        """Wait for a worker to read the instance: what the page is about, or the instance's problems."""
        self.begun = self.checking.call("begin", self.asked)
        found: dict[str, Any] = json.loads(self.begun)
        return found

    def end(self) -> None:
        """End the workers."""
        self.leave()
        for hand in (self.moving, self.checking, self.asking):
            hand.end()

    def leave(self) -> None:
        """Tell the workers to end, so that no request waits for one."""
        for hand in (self.moving, self.checking, self.asking):
            hand.leave()

    @contextlib.asynccontextmanager
    async def alive(self, _: Starlette) -> AsyncIterator[None]:
        """The workers are there as long as the page is answered."""
        self.start()
        try:
            yield
        finally:
            self.end()

    async def begin(self, request: Request) -> Response:
        """What the page is about."""
        return sent(self.begun or await self.checking.ask("begin", self.asked))

    async def move(self, request: Request) -> Response:
        """A plan as soon as it is solved."""
        given = await body(request)
        return wrong() if given is None else sent(await self.moving.ask("move", given))

    async def check(self, request: Request) -> Response:
        """The checked plan; one that is under way for another state is given up."""
        given = await body(request)
        return wrong() if given is None else sent(await self.checking.ask("check", given, interrupt=True))

    async def ask(self, request: Request) -> Response:
        """A question that takes long, or something to keep: by a worker that begins when it is first asked."""
        given, what = await body(request), request.path_params["what"]
        if given is None or what not in LONG:
            return wrong()
        hand = self.checking if what in QUICK else self.asking
        return sent(await hand.ask(what, given))

    async def said(self, request: Request) -> Response:
        """How far a question that takes long has come."""
        return JSONResponse({"said": clean(self.asking.said)})

    async def stop(self, request: Request) -> Response:
        """Nobody waits for the question any more."""
        self.asking.stop()
        return JSONResponse({})

    async def report(self, request: Request) -> Response:
        """The report of a plan that was exported, from the desk's own folder alone; it can't speak with the desk."""
        name = request.path_params["name"]
        about = json.loads(self.begun) if self.begun else {}
        file = Path(about.get("out", "")) / name / "report.html"
        if not about.get("out") or not NAME.fullmatch(name) or file.parent.is_symlink() or not file.is_file():
            return PlainTextResponse("There is no such report.\n", status_code=404)
        alone = {"Content-Security-Policy": "sandbox allow-scripts"}
        return Response(file.read_bytes(), media_type="text/html; charset=utf-8", headers=alone)


def app(desk: Desk, port: int, token: str) -> Guard:
    """The whole of it, behind its guard."""
    return Guard(Starlette(routes=desk.routes(), lifespan=desk.alive), port, token)


async def body(request: Request) -> Any:
    """What a request holds, as JSON; None where it is none. Numbers that JSON doesn't know are refused."""
    try:
        return json.loads(await request.body(), parse_constant=_refused)
    except (ValueError, RecursionError):
        return None


def _refused(word: str) -> None:
    raise ValueError(word)


def wrong() -> Response:
    """The answer to what is no JSON."""
    return JSONResponse({"problems": ["The request is no well-formed JSON."]}, status_code=400)


def sent(found: bytes) -> Response:
    """A worker's answer."""
    return Response(found, media_type="application/json")


async def page(request: Request) -> Response:
    """The page itself."""
    return Response(_own("desk.html"), media_type="text/html; charset=utf-8")


async def asset(request: Request) -> Response:
    """A script or a style sheet of the page, by its name in a list."""
    name = request.path_params["name"]
    if name == "report.css":
        return Response(colours.style() + _report("report.css"), media_type="text/css")
    if name in OWN:
        return Response(_own(name), media_type=OWN[name])
    if name in REPORTS:
        return Response(_report(name), media_type=REPORTS[name])
    return PlainTextResponse("There is no such file.\n", status_code=404)


@cache
def _own(name: str) -> str:
    return resources.files("model.desk").joinpath("assets", name).read_text(encoding="utf-8")


@cache
def _report(name: str) -> str:
    return resources.files("model.output").joinpath("report", "assets", name).read_text(encoding="utf-8")
