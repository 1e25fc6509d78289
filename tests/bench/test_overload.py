import asyncio
from contextlib import suppress
from itertools import cycle

import pytest

from bench.overload import Load, main, percentiles

ACCEPTED = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
REFUSED = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
BARE_REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def tally_of(answers, count, patience=10.0):
    """The tally of `count` requests to a server that gives these answers in turn; None is no answer."""
    turn = cycle(answers)
    bodies = []

    handlers = set()

    async def serve(reader, writer):
        handlers.add(asyncio.current_task())
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
                bodies.append(await reader.readexactly(length))
                if (answer := next(turn)) is not None:
                    writer.write(answer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        load = Load(f"http://127.0.0.1:{port}/graphql", [b"one", b"two!"], patience)
        tally = await load.open_loop(2_000, count / 2_000)
        await load.answered()
        await load.close()
        await asyncio.gather(*handlers)
    return tally, bodies


def test_every_answer_is_counted_by_its_status():
    tally, bodies = asyncio.run(tally_of([ACCEPTED, REFUSED, ACCEPTED, BARE_REFUSAL], 40))
    assert tally.outcomes == {"200": 20, "503": 20}
    assert (len(tally.accepted), len(tally.refused), tally.without_retry_after) == (20, 20, 10)
    assert (bodies.count(b"one"), bodies.count(b"two!")) == (20, 20)


def test_a_request_without_an_answer_is_a_time_out():
    tally, _ = asyncio.run(tally_of([None], 3, patience=0.05))
    assert tally.outcomes == {"time-out": 3}
    assert tally.accepted == []


def test_an_answer_that_is_not_http_is_a_connection_error():
    tally, _ = asyncio.run(tally_of([b"hello\r\n\r\n"], 3))
    assert tally.outcomes == {"connection error": 3}


def test_percentiles_are_in_milliseconds():
    assert percentiles([0.001, 0.002, 0.003]) == "p50 2.0 ms, p99 3.0 ms"
    assert percentiles([]) == "none"


@pytest.mark.parametrize("url", ["http://example.org/graphql", "https://127.0.0.1/graphql", "127.0.0.1:8000"])
def test_only_loopback_is_loaded(url):
    with pytest.raises(ValueError, match="loopback"):
        Load(url, [b"{}"], 1.0)


def test_a_rate_out_of_range_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["http://127.0.0.1:1/", "--requests", str(tmp_path), "--rate", "0"])
    assert "--rate is 0.0; it must be within 1 to 100000" in capsys.readouterr().err


def test_a_missing_file_of_requests_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["http://127.0.0.1:1/", "--requests", str(tmp_path / "none.txt")])
    assert "none.txt is not a file" in capsys.readouterr().err
