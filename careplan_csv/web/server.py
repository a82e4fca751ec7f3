"""The server of the page: on this machine alone, on a free port, until nobody has asked for an hour."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from collections.abc import Callable
from pathlib import Path

import uvicorn

from careplan_csv.web.guard import Guard
from careplan_csv.web.pages import Desk, application
from careplan_csv.web.private_folder import private_folder
from careplan_csv.web.tools import WebTools

HOST = "127.0.0.1"
IDLE_SECONDS = 3600.0
_LOOK_EVERY = 1.0


class PortTaken(Exception):
    """The port that was asked for is in use."""


def serve(
    tools: WebTools, opened: Callable[[str], None], port: int = 0, idle_seconds: float = IDLE_SECONDS
) -> None:
    """Answer until the program is stopped or nobody has asked for anything for long.

    Args:
        opened: called with the address, once it can be opened.
        port: a free one by default.

    Raises:
        PortTaken: the port is in use.
    """
    listening = _listening(port)
    number = int(listening.getsockname()[1])
    token = secrets.token_urlsafe(24)
    with private_folder() as folder, listening:
        guard = Guard(application(token, Desk(Path(folder), tools)), token, number)
        configuration = uvicorn.Config(
            guard, access_log=False, log_config=None, lifespan="off", timeout_graceful_shutdown=1
        )
        server = _Server(configuration, lambda: opened(f"http://{HOST}:{number}/{token}/"))
        asyncio.run(_until_idle(server, guard, listening, idle_seconds))


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise PortTaken(str(port)) from error
    return listening


class _Server(uvicorn.Server):
    """Tells when it has begun to listen."""

    def __init__(self, configuration: uvicorn.Config, begun: Callable[[], None]) -> None:
        super().__init__(configuration)
        self._begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._begun()


async def _until_idle(
    server: uvicorn.Server, guard: Guard, listening: socket.socket, idle_seconds: float
) -> None:
    running = asyncio.create_task(server.serve(sockets=[listening]))
    while not running.done():
        if time.monotonic() - guard.last > idle_seconds:
            server.should_exit = True
        await asyncio.wait([running], timeout=_LOOK_EVERY)
    await running
