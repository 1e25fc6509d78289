from __future__ import annotations

import asyncio

import pytest

from endpoint.request import within

LONG = 60.0


async def ready(value):
    return value


async def after_turns(turns: int, value):
    for _ in range(turns):
        await asyncio.sleep(0)
    return value


async def never(ended: list[str]):
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("cancelled")


def test_what_is_ready_needs_no_timer():
    async def main():
        loop = asyncio.get_running_loop()
        loop.call_at = None  # a timer would be a TypeError
        return await within(LONG, ready(1))

    assert asyncio.run(main()) == 1


@pytest.mark.parametrize("turns", [1, 2, 5])
def test_what_waits_is_awaited_to_its_end(turns):
    assert asyncio.run(within(LONG, after_turns(turns, "x"))) == "x"


def test_what_waits_for_a_future_gets_its_result():
    async def main():
        future = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(future.set_result, 5)

        async def waiting():
            return await future + 1

        return await within(LONG, waiting())

    assert asyncio.run(main()) == 6


def test_an_awaitable_that_is_no_coroutine():
    async def main():
        return await within(LONG, asyncio.ensure_future(ready(3)))

    assert asyncio.run(main()) == 3


def test_exceptions_pass():
    async def failing(turns):
        await after_turns(turns, None)
        raise KeyError("x")

    for turns in (0, 1):
        with pytest.raises(KeyError):
            asyncio.run(within(LONG, failing(turns)))


def test_what_takes_too_long_is_cancelled():
    ended: list[str] = []
    with pytest.raises(TimeoutError):
        asyncio.run(within(0.01, never(ended)))
    assert ended == ["cancelled"]


def test_cancelling_from_outside_passes_through():
    ended: list[str] = []

    async def main():
        task = asyncio.ensure_future(within(LONG, never(ended)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert ended == ["cancelled"]
