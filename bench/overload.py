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
from urllib.parse import urlsplit

import numpy as np
import uvloop

from bench.run import CONNECTIONS, BenchError, wrk

MOST_CONNECTIONS = 4_000
NOT_SENT = "not sent (too many connections)"
OPTIONS = (
    ("rate", None, 1, 100_000, "requests a second; by default --times the measured capacity"),
    ("times", 2.0, 0.1, 20, "multiple of the measured capacity"),
    ("seconds", 10.0, 1, 120, "length of a phase"),
    ("baseline", 0.1, 0.001, 1, "the baseline's share of the rate"),
    ("recovery", 6, 0, 60, "seconds of baseline afterwards"),
    ("patience", 10.0, 1, 60, "seconds before a time-out"),
)
"""The limited options: name, usual value, least, most, what it is."""
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


@dataclass(slots=True, eq=False)
class Connection:
    """One kept-alive HTTP/1.1 connection that carries one request at a time."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    usable: bool = True

    async def send(self, request: bytes) -> tuple[int, bool]:
        """The status of the answer, and whether it has Retry-After. Raises OSError where it breaks."""
        self.writer.write(request)
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
            protocol, status, *_ = head.split(b" ", 2)
            fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:-2])
            if protocol != b"HTTP/1.1":
                raise ConnectionError(f"not HTTP: {head!r}")
            await self.reader.readexactly(int(fields[b"content-length"]))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, KeyError, ValueError) as error:
            raise ConnectionError(f"not an answer of a known length: {error}") from error
        self.usable = fields.get(b"connection") != b"close"
        return int(status), b"retry-after" in fields


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
        """Close the idle connections, and wait until they are closed."""
        for connection in self._idle:
            connection.writer.close()
        await asyncio.gather(*(connection.writer.wait_closed() for connection in self._idle), return_exceptions=True)

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
                connection = None
        finally:
            self._open -= 1
            if connection is not None:
                connection.writer.transport.abort()

    async def _connection(self) -> Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.reader.at_eof():
                return connection
            connection.writer.transport.abort()
        return Connection(*await asyncio.open_connection(self._host, self._port))


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
    parser = argparse.ArgumentParser(prog="python -m bench.overload", description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--requests", type=Path, required=True, help="request bodies, one a line")
    for name, default, least, most, what in OPTIONS:
        kind = float if default is None else type(default)
        parser.add_argument(f"--{name}", type=kind, default=default, help=f"{what} ({least:g} to {most:,g})")
    options = parser.parse_args(arguments)
    for name, _, least, most, _ in OPTIONS:
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
    if usual < (wanted := MOST_CONNECTIONS + 100):
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if most < 0 else min(wanted, most), most))


if __name__ == "__main__":
    sys.exit(main())
