"""Runs a desk on 127.0.0.1 until it is ended."""

from __future__ import annotations

import logging
import secrets
import socket
from collections.abc import Callable

import uvicorn

from model.desk.app import Desk, app

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """The server, which ends what its workers do as soon as it is to end."""

    def __init__(self, config: uvicorn.Config, desk: Desk) -> None:
        super().__init__(config)
        self.desk = desk

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the workers' work, then answer what waits for it, then close."""
        self.desk.leave()
        await super().shutdown(sockets)


def listening(port: int) -> socket.socket:
    """A socket on this machine alone; port 0 takes any that is free. Raises OSError where the port is taken."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
        found.listen(64)  # whoever opens the address before the page answers waits
    except OSError:
        found.close()
        raise
    return found


def serve(desk: Desk, port: int, opened: Callable[[str], None]) -> None:
    """Answer the page until Ctrl-C; ``opened`` is told its address. Raises KeyboardInterrupt, OSError."""
    with listening(port) as place:
        token, taken = secrets.token_urlsafe(24), place.getsockname()[1]
        config = uvicorn.Config(
            app(desk, taken, token), log_level="warning", access_log=False, server_header=False,
            proxy_headers=False, timeout_graceful_shutdown=5, lifespan="on",
        )  # fmt: skip
        opened(f"http://{HOST}:{taken}/?token={token}")
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)  # a request that is cut off at the end
        _Server(config, desk).run(sockets=[place])
