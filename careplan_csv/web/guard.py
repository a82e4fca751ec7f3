"""What may come in, and what every answer says: nobody but the user's own browser is answered."""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 2 * 1024**3
"""So much can be handed in at once."""

_OWN = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
_MADE = "sandbox allow-scripts allow-modals allow-downloads; frame-ancestors 'none'"
"""Reports bring a policy of their own; a sandbox keeps them from this page."""

_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    # Without a referrer at all, a browser would not say either from where a form was sent.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class TooLarge(Exception):
    """More was sent than is taken."""


class Guard:
    """Stands before the application.

    Attributes:
        last: when something was last asked for, in seconds of `time.monotonic`.
    """

    def __init__(self, application: Application, token: str, port: int, most: int = MOST_BYTES) -> None:
        self._application = application
        self._beginning = f"/{token}/"
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._most = most
        self.last = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        if refusal:
            await _answer(send, refusal)
            return
        self.last = time.monotonic()
        await self._application(scope, self._counted(receive), self._with_headers(scope, send))

    def _refusal(self, scope: Scope) -> int:
        """A status if this is nothing that the user's own browser asks for; 0 if it is."""
        headers = {name.lower(): value for name, value in scope["headers"]}
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if host not in self._hosts:
            # A name of somebody else's that leads to this machine (DNS rebinding).
            return 403
        path = scope["path"]
        known = secrets.compare_digest(
            path[: len(self._beginning)].encode("utf-8", "surrogateescape"), self._beginning.encode()
        )
        if not known:
            return 404
        if scope["method"] in ("GET", "HEAD"):
            return 0
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        return 0 if scope["method"] == "POST" and origin == f"http://{host}" else 403

    def _counted(self, receive: Receive) -> Receive:
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            self.last = time.monotonic()
            if size > self._most:
                raise TooLarge
            return message

        return counted

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        policy = (_MADE if "/made/" in scope["path"] else _OWN).encode()

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [entry for entry in message["headers"] if entry[0].lower() != b"cache-control"]
                message["headers"] = [*own, *_HEADERS, (b"content-security-policy", policy)]
            await send(message)

        return with_headers


async def _answer(send: Send, status: int) -> None:
    """Say nothing to a stranger."""
    await send(
        {"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *_HEADERS]}
    )
    await send({"type": "http.response.body", "body": b""})
