"""An open-loop load: requests leave at their own times, whatever the server does; loopback only.

    python -m bench.overload http://127.0.0.1:8000/graphql --requests FILE --times 2

Measures the capacity with wrk, then a baseline, then `--times` the capacity, then the baseline again, second
by second. --rate gives the rate instead. FILE has one request body a line; bench.run writes some in bench/var.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import httptools
import numpy as np
import uvloop

from bench.run import CONNECTIONS, BenchError, wrk

MOST_CONNECTIONS = 4_000
NOT_SENT = "not sent (too many connections)"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(slots=True)
class Tally:
    """What came back. Latencies are in seconds, counted from the moment when the request was due."""

    accepted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    without_retry_after: int = 0
    seconds: float = 0.0

    def sentence(self) -> str:
        """One line: the rate, the outcomes, and the accepted p50 and p99 in milliseconds."""
        sent = sum(self.outcomes.values()) - self.outcomes[NOT_SENT]
        counts = ", ".join(f"{number} × {name}" for name, number in sorted(self.outcomes.items()) if number)
        line = f"{sent / self.seconds:,.0f} sent/s; {counts}; accepted {percentiles(self.accepted)}"
        if self.refused:
            line += f"; refused {percentiles(self.refused)}, {self.without_retry_after} without Retry-After"
        return line


def percentiles(latencies: Sequence[float]) -> str:
    """The median and the 99th percentile of latencies in seconds, as text in milliseconds."""
    if not latencies:
        return "none"
    p50, p99 = np.percentile(latencies, (50, 99)) * 1e3
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"


class Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection that carries one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[tuple[int, bool]] | None = None
        self.usable = True
        self.closed = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own are no subclass of it

    def data_received(self, data: bytes) -> None:
        """Called by asyncio."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(ConnectionError(f"not HTTP: {error}"))
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self.usable = False
        self._fail(exc or ConnectionError("closed before the answer"))
        self.closed.set_result(None)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser."""
        if name.lower() == b"retry-after":
            self._retry_after = True

    def on_message_complete(self) -> None:
        """Called by the parser."""
        self.usable = self.usable and self._parser.should_keep_alive()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), self._retry_after))

    async def send(self, request: bytes) -> tuple[int, bool]:
        """The status of the answer, and whether it has Retry-After. Raises OSError where it breaks."""
        if self._transport is None or not self.usable:
            raise ConnectionError("closed")
        self._answer = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._retry_after = False
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Close the connection at once."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    def _fail(self, error: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)


class Load:
    """Sends the requests of a file, in turn, to one URL."""

    def __init__(self, url: str, bodies: Sequence[bytes], patience: float) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname not in LOOPBACK:
            raise ValueError(f"The URL is {url}; it must be http:// on loopback: {', '.join(LOOPBACK)}.")
        self._host, self._port = parts.hostname, parts.port or 80
        head = f"POST {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        self._requests = cycle([f"{head}Content-Length: {len(b)}\r\n\r\n".encode() + b for b in bodies])
        self._patience = patience
        self._idle: list[Connection] = []
        self._connections: set[Connection] = set()
        self._open = 0
        self._pending: set[asyncio.Task[None]] = set()

    async def open_loop(self, rate: float, seconds: float) -> Tally:
        """`rate` requests a second for `seconds`. The tally is complete after `answered`."""
        loop = asyncio.get_running_loop()
        tally, start = Tally(), loop.time()
        for number in range(int(rate * seconds)):
            due = start + number / rate
            if (early := due - loop.time()) > 0:
                await asyncio.sleep(early)
            elif number % 20 == 0:
                await asyncio.sleep(0)  # late: let the answers be read all the same
            task = asyncio.create_task(self._one(due, tally))
            self._pending.add(task)
            task.add_done_callback(self._pending.discard)
        tally.seconds = loop.time() - start
        return tally

    async def answered(self) -> None:
        """Wait until every request that left has its answer, or its patience has ended."""
        while self._pending:
            await asyncio.wait(self._pending)

    async def close(self) -> None:
        """Close the idle connections, and wait until every connection is closed."""
        while self._idle:
            self._idle.pop().close()
        await asyncio.gather(*(connection.closed for connection in self._connections))

    async def _one(self, due: float, tally: Tally) -> None:
        loop = asyncio.get_running_loop()
        connection: Connection | None = None
        if not self._idle and self._open >= MOST_CONNECTIONS:
            tally.outcomes[NOT_SENT] += 1
            return
        self._open += 1
        try:
            async with asyncio.timeout_at(due + self._patience):
                connection = await self._connection()
                status, retry_after = await connection.send(next(self._requests))
        except TimeoutError:
            tally.outcomes["time-out"] += 1
            if connection is not None:
                connection.close()
        except OSError:
            tally.outcomes["connection error"] += 1
        else:
            tally.outcomes[str(status)] += 1
            if status == 200:
                tally.accepted.append(loop.time() - due)
            elif status == 503:
                tally.refused.append(loop.time() - due)
                tally.without_retry_after += not retry_after
            if connection.usable:
                self._idle.append(connection)
            else:
                connection.close()
        finally:
            self._open -= 1

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(Connection, self._host, self._port)
        self._connections.add(made)
        made.closed.add_done_callback(lambda _: self._connections.discard(made))
        return made


async def report(load: Load, rate: float, options: argparse.Namespace) -> None:
    """Run the phases and print a line for each."""
    usual = max(1.0, options.baseline * rate)
    before = await load.open_loop(usual, options.seconds)
    await load.answered()
    print(f"baseline before, {usual:,.0f}/s asked for: {before.sentence()}", flush=True)
    heavy = await load.open_loop(rate, options.seconds)
    # The baseline begins again at once, while the last requests of the overload wait for their answers.
    after = [await load.open_loop(usual, 1) for _ in range(options.recovery)]
    await load.answered()
    print(f"overload, {rate:,.0f}/s asked for: {heavy.sentence()}")
    for second, tally in enumerate(after, start=1):
        print(f"baseline after, second {second}: {tally.sentence()}")
    await load.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the load and print what came back; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.overload",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("url")
    parser.add_argument("--requests", type=Path, required=True, help="request bodies, one a line")
    parser.add_argument("--rate", type=float, help="requests a second; by default --times the measured capacity")
    parser.add_argument("--times", type=float, default=2.0, help="multiple of the measured capacity")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of a phase (1 to 120)")
    parser.add_argument("--baseline", type=float, default=0.1, help="the baseline's share of the rate")
    parser.add_argument("--recovery", type=int, default=6, help="seconds of baseline afterwards (0 to 60)")
    parser.add_argument("--patience", type=float, default=10.0, help="seconds before a time-out (1 to 60)")
    options = parser.parse_args(arguments)
    limits = {
        "rate": (1, 100_000),
        "times": (0.1, 20),
        "seconds": (1, 120),
        "baseline": (0.001, 1),
        "recovery": (0, 60),
        "patience": (1, 60),
    }
    for name, (least, most) in limits.items():
        value = getattr(options, name)
        if value is not None and not least <= value <= most:
            parser.error(f"--{name} is {value}; it must be within {least} to {most}")
    if not options.requests.is_file():
        parser.error(f"--requests: {options.requests} is not a file; bench.run writes some in bench/var")
    bodies = [line for line in options.requests.read_bytes().splitlines() if line]
    if not bodies:
        parser.error(f"--requests: {options.requests} has no request body")
    try:
        load = Load(options.url, bodies, options.patience)
    except ValueError as error:
        parser.error(str(error))
    rate = options.rate
    if rate is None:
        try:
            capacity = wrk(options.url, options.requests, options.seconds)
        except (BenchError, OSError) as error:
            print(f"The capacity cannot be measured: {error} Give --rate.", file=sys.stderr)
            return 1
        print(f"capacity (wrk, {CONNECTIONS} connections): {capacity.rate:,.0f}/s, p99 {capacity.p99:.1f} ms")
        rate = options.times * capacity.rate
    _allow_many_connections()
    uvloop.run(report(load, rate, options))
    return 0


def _allow_many_connections() -> None:
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + 100
    if usual < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if most < 0 else min(wanted, most), most))


if __name__ == "__main__":
    sys.exit(main())
