"""Requests a second of the product beside its peers: one server process at a time, the same questions, wrk.

    python -m bench.run

Each server gets its own cursors by walking its own pages; all answers are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import httpx

HERE = Path(__file__).parent
VAR = HERE / "var"
LOG = VAR / "servers.log"
PEERS = HERE / "peers"
MODULES = PEERS / "node_modules" / "fastify"
FORM, EXPORT, STORE = VAR / "10k.json", VAR / "peers.json", VAR / "10k.sqlite"
QUERIES = ("nested", "flat", "one")
TEXTS = {name: (HERE / "queries" / f"{name}.graphql").read_text("utf-8") for name in (*QUERIES, "walk")}
PAGES = 200
CONNECTIONS = 16
START_SECONDS = 90
OURS = "maillage"


@dataclass(frozen=True, slots=True)
class Server:
    """A server to measure. `{port}` in its command is the port it is given."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    needs: Path = EXPORT


@dataclass(frozen=True, slots=True)
class Run:
    """One run of wrk: requests a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


class BenchError(Exception):
    """Something that keeps the figures from being right; the message is for the user."""


CLI = (sys.executable, "-m", "cli")
SERVE = (*CLI, "serve", "--store", str(STORE), "--port", "{port}")
PYTHON = (sys.executable, "-m", "bench.peers.python")
MERCURIUS = ("node", str(PEERS / "mercurius.js"), str(EXPORT), "{port}")
SERVERS = (
    Server(OURS, SERVE, needs=STORE),
    Server(f"{OURS}, memo off", SERVE, {"MAILLAGE_MEMO_BYTES": "0"}, needs=STORE),
    Server("Strawberry's executor, same schema", (*PYTHON, "product", str(STORE), "{port}"), needs=STORE),
    Server("Strawberry, plain schema", (*PYTHON, "records", str(EXPORT), "{port}")),
    Server("mercurius with JIT", (*MERCURIUS, "jit"), needs=MODULES),
    Server("mercurius", MERCURIUS, needs=MODULES),
    Server("graphql-yoga", ("node", str(PEERS / "yoga.js"), str(EXPORT), "{port}"), needs=MODULES),
)
"""Every server but the ready bytes, ours first."""


def ready_bytes(length: int) -> Server:
    """The server of ready bytes of that length."""
    return Server("ready bytes", (*PYTHON, "bytes", str(length), "{port}"))


@contextmanager
def started(server: Server, output: IO[Any] | None = None) -> Iterator[str]:
    """The URL of the server, which runs until the block ends and writes to `output`.

    Raises BenchError where it does not answer within 90 seconds.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/graphql"
    command = [part.format(port=port) for part in server.command]
    environment = os.environ | {"NODE_ENV": "production"} | dict(server.environment)
    with subprocess.Popen(command, env=environment, stdout=output, stderr=output, start_new_session=True) as process:
        try:
            _wait(server, process, url)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait(server: Server, process: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise BenchError(f"{server.name} ended at its start (status {process.returncode}); see {LOG}.")
        try:
            if httpx.post(url, json={"query": "{ __typename }"}, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise BenchError(f"{server.name} did not answer within {START_SECONDS} s; see {LOG}.")


def variables(ask: Callable[[str, dict[str, Any]], Any]) -> dict[str, list[dict[str, Any]]]:
    """The variables of each query, one for each of `PAGES` pages, with the cursors and ids that `ask` gives.

    `ask` answers a document and its variables with the data.
    """
    after: list[dict[str, Any]] = []
    ids: list[dict[str, Any]] = []
    cursor, more = None, True
    while more and len(ids) < PAGES:
        after.append({"after": cursor})
        page = ask(TEXTS["walk"], after[-1])["actions"]
        ids.append({"id": page["nodes"][len(ids) % len(page["nodes"])]["id"]})
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return {"nested": after, "flat": after, "one": ids}


def bodies(url: str) -> dict[str, list[str]]:
    """The request bodies of each query, with the server's own cursors. Raises BenchError where it answers an error."""
    with httpx.Client(timeout=30) as client:
        asked = variables(lambda text, given: _data(client.post(url, json={"query": text, "variables": given})))
    return {name: [json.dumps({"query": TEXTS[name], "variables": one}) for one in asked[name]] for name in QUERIES}


def answers(url: str, asked: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[Any]], dict[str, int]]:
    """The data of each query's answers, and the mean length of the answers in bytes."""
    found, lengths = {}, {}
    with httpx.Client(timeout=30, headers={"content-type": "application/json"}) as client:
        for name, each in asked.items():
            responses = [client.post(url, content=body) for body in each]
            found[name] = [_data(response) for response in responses]
            lengths[name] = round(statistics.mean(len(response.content) for response in responses))
    return found, lengths


def _data(response: httpx.Response) -> Any:
    answer = response.json()
    if response.status_code != 200 or "errors" in answer:
        raise BenchError(f"{response.url} answered {response.status_code}: {response.text[:300]}")
    return answer["data"]


def check_equal(name: str, found: Mapping[str, list[Any]], reference: str, wanted: Mapping[str, list[Any]]) -> None:
    """Raises BenchError at the first answer of a server that differs from the reference's."""
    for query in QUERIES:
        if len(found[query]) != len(wanted[query]):
            raise BenchError(f"{name} has {len(found[query])} pages, {reference} has {len(wanted[query])}.")
        for number, (one, other) in enumerate(zip(found[query], wanted[query], strict=True)):
            if one != other:
                raise BenchError(f"{name} and {reference} differ on {query}, request {number}.")


def wrk(url: str, requests: Path, seconds: float) -> Run:
    """One run. Raises BenchError where a request failed."""
    duration = f"-d{max(1, round(seconds))}s"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", duration, "--latency", "--timeout", "10s"]
    command += ["-s", str(HERE / "rotate.lua"), url, "--", str(requests)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=False)
    last = done.stdout.strip().rpartition("\n")[2]
    if done.returncode or not last.startswith("{"):
        raise BenchError(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    figures = json.loads(last)
    if figures["failed"] or not figures["requests"]:
        raise BenchError(f"{figures['failed']} of {figures['requests']} requests to {url} failed.")
    return Run(figures["requests"] / figures["microseconds"] * 1e6, figures["p50"] / 1e3, figures["p99"] / 1e3)


def measure(chosen: Sequence[Server], rounds: int, seconds: float) -> dict[tuple[str, str], list[Run]]:
    """The runs of each (query, server): answers compared first, then the servers in turn, `rounds` times."""
    lengths: dict[str, int] = {}
    wanted: dict[str, Any] = {}
    runs: dict[tuple[str, str], list[Run]] = {}

    def run(url: str, server: Server, query: str, requests: Server, warm: float) -> None:
        wrk(url, _requests(requests, query), warm)  # compiled, and what is made lazily made
        runs.setdefault((query, server.name), []).append(wrk(url, _requests(requests, query), seconds))

    with LOG.open("ab") as output:
        for server in chosen:
            print(f"checking {server.name}", file=sys.stderr)
            with started(server, output) as url:
                asked = bodies(url)
                found, long = answers(url, asked)
            if wanted:
                check_equal(server.name, found, chosen[0].name, wanted)
            else:
                wanted, lengths = found, long
            for query, each in asked.items():
                _requests(server, query).write_text("\n".join(each) + "\n", "utf-8")
        for number in range(rounds):
            for server in chosen:
                print(f"round {number + 1} of {rounds}: {server.name}", file=sys.stderr)
                with started(server, output) as url:
                    for query in QUERIES:
                        run(url, server, query, server, 2)
            for query in QUERIES:
                with started(ready_bytes(lengths[query]), output) as url:
                    run(url, ready_bytes(lengths[query]), query, chosen[0], 1)
    for query in QUERIES:
        print(f"{query}: answers of {lengths[query]:,} bytes on average", file=sys.stderr)
    return runs


def table(runs: Mapping[tuple[str, str], Sequence[Run]]) -> str:
    """The runs as Markdown: for each query a table, the fastest first, with the product's rate over each."""
    lines = []
    for query in QUERIES:
        rows = {name: each for (asked, name), each in runs.items() if asked == query}
        median = {name: statistics.median(run.rate for run in each) for name, each in rows.items()}
        lines += [
            f"**{query}**",
            "",
            "| server | requests/s (median) | min–max | p50 ms | p99 ms | maillage ÷ this |",
            "|---|--:|--:|--:|--:|--:|",
        ]
        for name in sorted(rows, key=lambda name: -median[name]):
            rates = [run.rate for run in rows[name]]
            p50, p99 = (statistics.median(getattr(run, field) for run in rows[name]) for field in ("p50", "p99"))
            ratio = f"{median[OURS] / median[name]:.2f}" if OURS in median else "–"
            spread = f"{median[name]:,.0f} | {min(rates):,.0f}–{max(rates):,.0f}"
            lines.append(f"| {name} | {spread} | {p50:.2f} | {p99:.2f} | {ratio} |")
        lines.append("")
    return "\n".join(lines)


def prepare(*, store: bool) -> None:
    """Make the data set, the peers' export and, with `store`, the product's store, where missing or old."""
    steps: list[tuple[Path, list[str]]] = [
        (FORM, [sys.executable, "-m", "bench.generate", "10k", "-o", str(FORM)]),
        (EXPORT, [sys.executable, "-m", "bench.export_peers", str(FORM), str(EXPORT)]),
    ]
    if store:
        steps.append((STORE, [*CLI, "import", str(FORM), "-o", str(STORE)]))
    for made, command in steps:
        if not made.exists() or made.stat().st_mtime < FORM.stat().st_mtime:
            made.unlink(missing_ok=True)
            print(f"making {made}", file=sys.stderr)
            if subprocess.run(command, stdout=sys.stderr, timeout=300, check=False).returncode:
                raise BenchError(f"{made} could not be made by: {' '.join(command)}")


def _requests(server: Server, query: str) -> Path:
    """Where the request bodies of a query stand, with the cursors of a server."""
    name = "".join(c if c.isalnum() else "-" for c in server.name.lower())
    return VAR / f"requests-{name}-{query}.txt"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print the tables; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how many times each server is measured (1 to 20)")
    parser.add_argument("--seconds", type=float, default=5, help="length of a run of wrk (1 to 60)")
    parser.add_argument("--only", help="names of servers, separated by semicolons; the first is the reference")
    parser.add_argument("--output", type=Path, help="write the tables to this file also")
    parser.add_argument("--list", action="store_true", help="print the names of the servers")
    options = parser.parse_args(arguments)
    for name, most in (("rounds", 20), ("seconds", 60)):
        if not 1 <= (value := getattr(options, name)) <= most:
            parser.error(f"--{name} is {value}; it must be within 1 to {most}")
    known = {server.name: server for server in SERVERS}
    if options.list:
        print("\n".join(known))
        return 0
    names = [name.strip() for name in options.only.split(";")] if options.only else list(known)
    if unknown := [name for name in names if name not in known]:
        parser.error(f"--only: there is no server {unknown[0]!r}; the servers are: {'; '.join(known)}")
    chosen = [known[name] for name in names]
    if shutil.which("wrk") is None:
        print("bench.run needs wrk, the load generator: apt install wrk", file=sys.stderr)
        return 1
    try:
        VAR.mkdir(exist_ok=True)
        prepare(store=any(server.needs == STORE for server in chosen))
        if missing := [server.name for server in chosen if not server.needs.exists()]:
            print(f"left out: {', '.join(missing)} (run: npm ci --prefix bench/peers)", file=sys.stderr)
        present = [server for server in chosen if server.name not in missing]
        if not present:
            return 1
        printed = table(measure(present, options.rounds, options.seconds))
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    print(printed)
    if options.output:
        options.output.write_text(printed + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
