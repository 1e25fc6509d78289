"""The types of ASGI, and the short way to the endpoint: past a framework's routing and middleware, which cost more than
a small query."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
Header = tuple[bytes, bytes]


def direct_route(path: str, app: ASGIApp, otherwise: ASGIApp) -> ASGIApp:
    """The application that gives HTTP and WebSocket on exactly `path` to `app`, everything else to `otherwise`."""

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        await (app if scope.get("path") == path else otherwise)(scope, receive, send)  # lifespan has no path

    return route


def compressed_when_asked(plain: ASGIApp, compressed: ASGIApp) -> ASGIApp:
    """The application that is `compressed` for clients that accept gzip, `plain` for the others. A compressing
    middleware wraps every answer, even those that it will not compress."""

    async def choose(scope: Scope, receive: Receive, send: Send) -> None:
        for name, value in scope.get("headers", ()):
            if name == b"accept-encoding" and b"gzip" in value:
                await compressed(scope, receive, send)
                return
        await plain(scope, receive, send)

    return choose
