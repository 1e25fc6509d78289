from __future__ import annotations

import asyncio

from endpoint import LoopLag, OverloadShedding
from tests.endpoint.served import send


async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


class Late(LoopLag):
    """A loop as late as the test says."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds

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
