"""Awaiting what is nearly always ready, with a time limit that costs nothing when it is.

A timer for each request is dear: cancelled timers stay in the event loop until they are due, and thousands of
them slow it down. So the coroutine is run up to its first wait, and only a real wait gets a timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Generator
from types import coroutine
from typing import Any


async def within(seconds: float, work: Awaitable[Any]) -> Any:
    """The result of `work`. Raises TimeoutError when it takes longer than `seconds`."""
    if not isinstance(work, Coroutine):
        async with asyncio.timeout(seconds):
            return await work
    try:
        waiting_for = work.send(None)
    except StopIteration as done:
        return done.value
    async with asyncio.timeout(seconds):
        return await _rest_of(work, waiting_for)


@coroutine
def _rest_of(work: Coroutine[Any, Any, Any], waiting_for: Any) -> Generator[Any, Any, Any]:
    """What is left of a coroutine that has been run up to its first wait."""
    try:
        while True:
            try:
                sent = yield waiting_for
            except BaseException as error:
                waiting_for = work.throw(error)
            else:
                waiting_for = work.send(sent)
    except StopIteration as done:
        return done.value
    finally:
        work.close()
