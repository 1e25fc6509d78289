"""Overload is seen as lateness of the event loop while many ask, and shed before the work is begun.

A cap on requests in flight does not help here: a request that computes does not yield, so few are ever in
flight while hundreds wait in sockets. A loop that runs late says so directly. But it runs late too while one request
computes, or another program has the processor: then nobody waits who would gain from a refusal.
"""

from __future__ import annotations

import asyncio
from typing import Final

from endpoint.asgi import ASGIApp, Receive, Scope, Send
from endpoint.errors import error_body
from endpoint.media_types import JSON
from endpoint.replies import Reply

SAMPLE_SECONDS: Final = 0.05

FEW: Final = 8
"""As many requests as the page of one reader may send at once: so many may come between two samples of a late loop."""


class LoopLag:
    """Measures how late the running event loop is, twenty times a second. `seconds` is the lateness of the last sample,
    0 at first, and `arrivals` how many requests came in the time before it. `start()` may be called at any time in a
    running loop; it begins again when the loop is another one."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.arrivals = 0
        self._arriving = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due = 0.0

    def start(self) -> None:
        """Begins to sample the running loop, if that has not been done."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            self._loop = loop
            self.seconds, self.arrivals, self._arriving = 0.0, 0, 0
            self._due = loop.time() + SAMPLE_SECONDS
            loop.call_at(self._due, self._sample, loop)

    def count(self) -> None:
        """One more request has come."""
        self._arriving += 1

    def _sample(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop is self._loop:
            now = loop.time()
            self.seconds = max(0.0, now - self._due)
            self.arrivals, self._arriving = self._arriving, 0
            self._due = now + SAMPLE_SECONDS
            loop.call_at(self._due, self._sample, loop)


class OverloadShedding:
    """ASGI middleware: 503 with Retry-After while the loop is more than `lag_seconds` late and more than `FEW` requests
    came meanwhile, before any work.

    Put it around the GraphQL endpoint only, so that health checks are answered in any case. Other kinds of
    connection than HTTP pass. `shed` counts the refusals.
    """

    def __init__(
        self, app: ASGIApp, *, lag_seconds: float = 0.05, retry_seconds: int = 1, lag: LoopLag | None = None
    ) -> None:
        self.app = app
        self.lag = lag or LoopLag()
        self.shed = 0
        self._lag_seconds = lag_seconds
        body = error_body("OVERLOADED", f"The server is overloaded; try again in {retry_seconds} s")
        self._reply = Reply(503, body, [(b"retry-after", b"%d" % retry_seconds)])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        lag = self.lag
        lag.start()
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        lag.count()
        if lag.seconds <= self._lag_seconds or lag.arrivals <= FEW:
            await self.app(scope, receive, send)
            return
        self.shed += 1
        for message in self._reply.messages(JSON):
            await send(message)
