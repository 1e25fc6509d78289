"""What is run where, and what ends it."""

from __future__ import annotations

import asyncio
import threading
from time import monotonic

import pytest

from endpoint import EndpointSettings, GraphQLEndpoint, Snapshot, Unchanging
from execution import Admission, Answer, Limits, Price, Version
from tests.endpoint.served import SHORT, ask, build_endpoint, send
from tests.endpoint.shop import schema


class RecordingEngine:
    """An engine of the tests: plans are real, execution says on which thread and until when."""

    def __init__(self, inner, answer=b'{"data":null}') -> None:
        self.inner = inner
        self.seen: list[tuple[object, object]] = []
        self.answer = answer
        self.threads: list[str] = []
        self.deadlines: list[float] = []
        self.hold: threading.Event | None = None

    def plan(self, text, operation_name=None):
        return self.inner.plan(text, operation_name)

    def execute(self, plan, variables, context, *, version, deadline):
        self.threads.append(threading.current_thread().name)
        self.deadlines.append(deadline)
        self.seen.append((context, version))
        if self.hold is not None:
            self.hold.wait(60)
        return Answer(self.answer)


def recording(settings=None, **options) -> tuple[GraphQLEndpoint, RecordingEngine]:
    endpoint = build_endpoint(settings, **options)
    engine = RecordingEngine(endpoint.engine)
    endpoint.engine = engine
    return endpoint, engine


def test_light_operations_run_on_the_loop_and_heavy_ones_in_threads():
    endpoint, engine = recording()
    ask(endpoint, "{ hello }")
    ask(endpoint, "{ algorithm(seconds: 0) }")
    ask(endpoint, "{ ...F } fragment F on Query { algorithm(seconds: 0) }")
    endpoint.close()
    assert [name.partition("_")[0] for name in engine.threads] == ["MainThread", "heavy", "heavy"]


@pytest.mark.parametrize(("large", "thread"), [(False, "MainThread"), (True, "heavy")])
def test_what_grows_with_the_data_runs_in_a_thread_where_these_are_large(large: bool, thread: str):
    endpoint, engine = recording(snapshots=Unchanging(Snapshot(large=large)))
    ask(endpoint, "{ items { totalCount } }")
    ask(endpoint, "{ hello }")
    endpoint.close()
    assert [name.partition("_")[0] for name in engine.threads] == [thread, "MainThread"]


def test_the_schema_is_walked_in_a_thread_and_what_is_known_of_it_is_given_on_the_loop():
    endpoint, engine = recording()
    query = "{ __schema { types { name } } }"
    ask(endpoint, query)
    engine.plan(query).body = b"{}"
    ask(endpoint, query)
    endpoint.close()
    assert [name.partition("_")[0] for name in engine.threads] == ["heavy", "MainThread"]


def test_the_engine_gets_the_deadline():
    endpoint, engine = recording(EndpointSettings(operation_seconds=3.0))
    before = monotonic()
    ask(endpoint, "{ hello }")
    assert before + 3 <= engine.deadlines[0] <= monotonic() + 3


def test_heavy_operations_beyond_threads_and_waiting_get_503():
    endpoint, engine = recording(EndpointSettings(threads=1, waiting=1, retry_seconds=4))
    engine.hold = threading.Event()

    async def main():
        body = {"type": "http.request", "body": b'{"query": "{ algorithm(seconds: 0) }"}', "more_body": False}
        answers = []

        async def one():
            messages = [body]
            sent = []

            async def receive():
                if messages:
                    return messages.pop()
                return await asyncio.Event().wait()

            async def send(message):
                sent.append(message)

            headers = [(b"content-type", b"application/json")]
            await endpoint({"type": "http", "method": "POST", "headers": headers}, receive, send)
            answers.append(sent[0])

        running = [asyncio.ensure_future(one()) for _ in range(2)]
        await asyncio.sleep(0)
        await one()
        engine.hold.set()
        await asyncio.gather(*running)
        return answers

    answers = asyncio.run(main())
    endpoint.close()
    assert [answer["status"] for answer in answers] == [503, 200, 200]
    assert (b"retry-after", b"4") in answers[0]["headers"]
    assert endpoint.workers.busy == 0


def test_an_operation_that_awaits_ends_at_its_deadline():
    [error] = ask(build_endpoint(SHORT), "{ waiting(seconds: 600) }")["errors"]
    assert error["extensions"]["code"] == "TIMEOUT"


def test_a_client_that_left_gets_no_answer_and_its_work_is_cancelled():
    from tests.endpoint.shop import stopped

    endpoint, before, sent = build_endpoint(), len(stopped), []
    messages = [
        {"type": "http.request", "body": b'{"query": "{ waiting(seconds: 600) }"}', "more_body": False},
        {"type": "http.disconnect"},
    ]

    async def receive():
        return messages.pop(0)

    async def main():
        headers = [(b"content-type", b"application/json")]
        await endpoint({"type": "http", "method": "POST", "headers": headers}, receive, sent.append)
        await asyncio.sleep(0)

    asyncio.run(main())
    assert sent == []
    assert len(stopped) == before + 1


def test_a_client_that_left_while_sending_gets_no_answer():
    messages, sent = [{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}], []

    async def receive():
        return messages.pop(0)

    headers = [(b"content-type", b"application/json")]
    asyncio.run(build_endpoint()({"type": "http", "method": "POST", "headers": headers}, receive, sent.append))
    assert sent == []


def test_a_body_may_come_in_parts():
    parts = [b'{"que', b"", b'ry": "{ hel', b'lo }"}']
    messages = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    messages[-1]["more_body"] = False
    sent = []

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    headers = [(b"content-type", b"application/json")]
    asyncio.run(build_endpoint()({"type": "http", "method": "POST", "headers": headers}, receive, send))
    assert sent[1]["body"] == b'{"data":{"hello":"bonjour"}}'


@pytest.mark.parametrize("field", ["hello", "algorithm(seconds: 0)"])
def test_a_request_reads_one_snapshot_from_its_beginning_to_its_end(field):
    taken = []

    class Changing(Unchanging):
        def now(self):
            taken.append(Snapshot(f"data {len(taken)}", Version(len(taken)), len(taken)))
            return taken[-1]

    endpoint, engine = recording(EndpointSettings(batch=2), snapshots=Changing(Snapshot()))
    query = {"query": f"{{ {field} }}"}
    tags = [send(endpoint, "GET", params=query).headers["etag"] for _ in range(2)]
    send(endpoint, json=query)
    send(endpoint, json=[query, query])
    endpoint.close()
    assert len(taken) == 4
    assert engine.seen == [snapshot[:2] for snapshot in (*taken, taken[-1])]
    assert tags[0] != tags[1]


def test_an_answer_over_the_limit_is_replaced_by_an_error():
    endpoint = build_endpoint(limits=Limits(response_bytes=2000))
    assert "data" in ask(endpoint, "{ kilobytes(count: 1) }")
    answer = send(endpoint, json={"query": "{ kilobytes(count: 2) }"})
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] == "RESPONSE_TOO_LARGE"
    assert len(answer.content) < 300


def test_a_websocket_is_closed():
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    asyncio.run(build_endpoint()({"type": "websocket"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1000}]


def test_a_price_of_nothing_is_refused():
    with pytest.raises(ValueError, match=r"Query\.nothing"):
        Admission(schema, Limits(), {"Query.nothing": Price()})
