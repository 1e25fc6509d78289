from __future__ import annotations

import asyncio

import pytest

from endpoint import LoopLag, OverloadShedding
from endpoint.overload import FEW, SAMPLE_SECONDS
from tests.endpoint.served import send


async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


class Late(LoopLag):
    """A loop as late as the test says, while as many requests came."""

    def __init__(self, seconds: float, arrivals: int = FEW + 1) -> None:
        super().__init__()
        self.seconds = seconds
        self.arrivals = arrivals

    def start(self) -> None:
        pass


def test_a_late_loop_sheds_with_503_and_retry_after():
    shedding = OverloadShedding(app, lag_seconds=0.1, retry_seconds=3, lag=Late(0.11))
    answer = send(shedding, json={"query": "{ hello }"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "3"
    assert answer.json()["errors"][0]["extensions"] == {"code": "OVERLOADED"}
    assert shedding.shed == 1


def test_a_loop_at_the_limit_is_not_late():
    shedding = OverloadShedding(app, lag_seconds=0.1, lag=Late(0.1))
    assert send(shedding, json={}).status_code == 200
    assert shedding.shed == 0


def test_a_late_loop_sheds_nobody_while_as_many_ask_as_one_page_does():
    shedding = OverloadShedding(app, lag_seconds=0.1, lag=Late(9, arrivals=FEW))
    assert send(shedding, json={}).status_code == 200
    assert shedding.shed == 0


def test_other_connections_than_http_are_never_shed():
    reached = []

    async def websocket(scope, receive, send):
        reached.append(scope["type"])

    shedding = OverloadShedding(websocket, lag=Late(9))
    asyncio.run(shedding({"type": "websocket"}, None, None))
    assert reached == ["websocket"]


class FakeLoop:
    """An event loop whose time the test moves."""

    def __init__(self) -> None:
        self.now = 100.0
        self.calls = []

    def time(self) -> float:
        return self.now

    def call_at(self, when, callback, *args) -> None:
        self.calls.append((when, callback, args))

    def run_next(self, late: float) -> None:
        when, callback, args = self.calls.pop(0)
        self.now = when + late
        callback(*args)


def test_the_lag_is_how_late_the_last_sample_came(monkeypatch):
    loop, lag = FakeLoop(), LoopLag()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    lag.start()
    lag.start()
    assert len(loop.calls) == 1
    for late in (0.0, 0.5, 0.02):
        loop.run_next(late)
        assert abs(lag.seconds - late) < 1e-9
        assert len(loop.calls) == 1


class Clocked(FakeLoop):
    """A loop in which each request that is answered takes as long as the test says."""

    def answer(self, requests: int, seconds: float, shedding: OverloadShedding) -> list[int]:
        """Answer requests one after the other, which wait all at once; gives their statuses."""
        statuses: list[int] = []

        async def computing(scope, receive, send):
            self.now += seconds
            await app(scope, receive, send)

        async def told(message):
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        shedding.app = computing
        for _ in range(requests):
            call = shedding({"type": "http", "headers": []}, None, told)
            with pytest.raises(StopIteration):
                call.send(None)
        # The timer is only looked at when no request is left that was there before.
        when, callback, args = self.calls.pop(0)
        self.now = max(self.now, when)
        callback(*args)
        return statuses


def test_one_slow_reader_is_always_answered_and_a_crowd_is_shed_until_the_loop_keeps_time(monkeypatch):
    loop, shedding = Clocked(), OverloadShedding(app)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: loop)
    for _ in range(5):
        assert loop.answer(3, 0.2, shedding) == [200] * 3
        assert shedding.lag.seconds > SAMPLE_SECONDS
    assert loop.answer(100, 0.01, shedding) == [200] * 100
    assert (shedding.lag.arrivals, shedding.lag.seconds > 0.9) == (100, True)
    assert loop.answer(100, 0.01, shedding) == [503] * 100
    assert loop.answer(100, 0.01, shedding) == [200] * 100
    assert loop.answer(2, 0.01, shedding) == [503] * 2
    assert loop.answer(2, 0.01, shedding) == [200] * 2


def test_another_loop_is_measured_from_zero(monkeypatch):
    first, second, lag = FakeLoop(), FakeLoop(), LoopLag()
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: first)
    lag.start()
    first.run_next(0.5)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: second)
    lag.start()
    assert lag.seconds == 0
    first.run_next(0.7)
    assert (lag.seconds, first.calls) == (0, [])
