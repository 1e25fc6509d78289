"""Where operations run that the event loop should not wait for, and until when anything is waited for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from endpoint.asgi import Receive
from endpoint.errors import refusal
from endpoint.request import ClientGone
from endpoint.settings import EndpointSettings

T = TypeVar("T")


class Workers:
    """Worker threads for heavy operations. `busy` of them run or wait for a thread."""

    def __init__(self, settings: EndpointSettings) -> None:
        self.busy = 0
        self._settings = settings
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()  # of `busy`

    def begin(self, work: Callable[[], T]) -> Awaitable[T]:
        """Run `work` in a thread. Raises RequestRefused where too many wait already."""
        settings = self._settings
        with self._lock:
            if self.busy >= settings.threads + settings.waiting:
                retry = (b"retry-after", b"%d" % settings.retry_seconds)
                raise refusal("OVERLOADED", "Too many heavy operations are waiting; try again", retry)
            self.busy += 1
        if self._pool is None:
            self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="heavy")
        running = self._pool.submit(work)
        running.add_done_callback(self._done)
        return asyncio.wrap_future(running)

    def close(self) -> None:
        """Let the threads end once they have finished; what has not begun is dropped."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None

    def _done(self, _: Future[Any]) -> None:
        with self._lock:
            self.busy -= 1


async def in_time(work: Awaitable[T], seconds: float, receive: Receive) -> T:
    """What `work` gives. After `seconds` RequestRefused, without a client ClientGone; both cancel the work."""
    answering = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_gone(receive))
    try:
        await asyncio.wait({answering, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            return answering.result()
        if leaving.done():
            raise ClientGone
        raise refusal("TIMEOUT", f"The operation took longer than {seconds:g} s")
    finally:
        answering.cancel()
        leaving.cancel()


async def _gone(receive: Receive) -> None:
    """Returns when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass
