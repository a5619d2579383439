"""Who may speak with the desk: this machine, by its own name, from its own page, with its token.

A page of somebody else's, open in the same browser, can send requests to 127.0.0.1 too. It can't name the desk's host
without giving itself away (DNS rebinding), can't hide its origin, and doesn't know the token.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

NAMES = ("127.0.0.1", "localhost")
MOST_BYTES = 1_000_000
"""Of a request's body."""
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*"
)
"""A notebook on this machine may hold the page in a frame; the page loads nothing from anywhere else."""


class Guard:
    """Lets through what is addressed to ``port`` by its own name, comes from its own page and knows the ``token``."""

    def __init__(self, app: App, port: int, token: str) -> None:
        self.app, self.token = app, token.encode()
        self.hosts = {f"{name}:{port}".encode() for name in NAMES}
        self.origins = {b"http://" + host for host in self.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        wrong = self.wrong(scope) if scope["type"] == "http" else (400, "only plain requests are answered")
        if wrong is not None:
            await refuse(send, *wrong)
            return
        await self.app(scope, receive, _with_headers(send))

    def wrong(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the reason of a refusal; None for a request that may come in.

        Headers are read as they came: no address made of them is trusted.
        """
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.lower(), []).append(value)
        host, origin = headers.get(b"host", []), headers.get(b"origin", [])
        method, path = scope["method"], scope["path"]
        if len(host) != 1 or host[0].lower() not in self.hosts:
            return 400, "this is not the desk's address"
        if method not in ("GET", "HEAD", "POST"):
            return 405, "only GET and POST are answered"
        if len(origin) > 1 or any(one not in self.origins for one in origin) or (method == "POST" and not origin):
            return 403, "the request does not come from the desk's own page"
        api = path.startswith("/api/")
        if api and headers.get(b"sec-fetch-site", [b"same-origin"])[0] not in (b"same-origin", b"none"):
            return 403, "the request does not come from the desk's own page"
        if method == "POST" and not _small(headers.get(b"content-length", [])):
            return 413, "the request is too long, or doesn't say how long it is"
        if not path.startswith("/assets/") and not self.knows(scope, headers, api):
            return 403, "the address lacks the desk's token; open the one that the terminal shows"
        return None

    def knows(self, scope: Scope, headers: dict[bytes, list[bytes]], api: bool) -> bool:
        """Whether the token is in the request: in a header of the page's own, or in an address that is opened."""
        given = headers.get(b"x-desk-token", [])
        if not api:
            asked = parse_qs(scope["query_string"].decode("latin-1"))
            given = [*given, *(one.encode() for one in asked.get("token", []))]
        return len(given) == 1 and hmac.compare_digest(given[0], self.token)


def _small(length: list[bytes]) -> bool:
    return len(length) == 1 and length[0].isdigit() and int(length[0]) <= MOST_BYTES


def _with_headers(send: Send) -> Send:
    async def also(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            more = [(b"content-security-policy", PAGE_POLICY.encode()), *HEADERS]
            message["headers"] = [*message["headers"], *((n, v) for n, v in more if n not in there)]
        await send(message)

    return also


async def refuse(send: Send, status: int, why: str) -> None:
    """A refusal in one line of text."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"Refused: {why}.\n".encode()})
