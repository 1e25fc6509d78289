"""The short way to the endpoint: past a framework's routing and middleware, which cost more than a small query."""

from __future__ import annotations

from endpoint.asgi import ASGIApp, Receive, Scope, Send


class DirectRoute:
    """ASGI application: HTTP and WebSocket on exactly `path` go to `app`, everything else to `otherwise`."""

    def __init__(self, path: str, app: ASGIApp, otherwise: ASGIApp) -> None:
        self._path = path
        self._app = app
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Lifespan has no path.
        chosen = self._app if scope.get("path") == self._path else self._otherwise
        await chosen(scope, receive, send)


class CompressedWhenAsked:
    """ASGI application: `compressed` for clients that accept gzip, `plain` for the others.

    A compressing middleware wraps every answer, even those that it will not compress.
    """

    def __init__(self, plain: ASGIApp, compressed: ASGIApp) -> None:
        self._plain = plain
        self._compressed = compressed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for name, value in scope.get("headers", ()):
            if name == b"accept-encoding" and b"gzip" in value:
                await self._compressed(scope, receive, send)
                return
        await self._plain(scope, receive, send)
