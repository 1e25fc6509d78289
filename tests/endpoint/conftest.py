"""A real server on loopback, with bounded memory, for the tests that attack it."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
"""Seconds until a request of a test is given up: the oracle is an answer, not its time."""
MEMORY_KB = 3_000_000
GROWTH_KB = 100_000


@dataclass
class LiveServer:
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def post(self, query: str | None = None, headers=None, content: bytes | None = None, **body) -> httpx.Response:
        headers = {"content-type": "application/json", **(headers or {})}
        if content is None:
            return httpx.post(self.url, json={"query": query, **body}, headers=headers, timeout=PATIENCE)
        return httpx.post(self.url, content=content, headers=headers, timeout=PATIENCE)

    def attack(self, query: str | None = None, **request) -> httpx.Response:
        """The answer to an attack, after the oracle: another client is answered meanwhile, and afterwards."""
        answers: list[httpx.Response] = []
        attacker = threading.Thread(target=lambda: answers.append(self.post(query, **request)))
        attacker.start()
        assert self.is_well()
        attacker.join(PATIENCE)
        assert answers, "the attack was not answered"
        assert answers[0].status_code < 500
        assert self.is_well()
        return answers[0]

    def is_well(self) -> bool:
        return self.post("{ hello }").json() == {"data": {"hello": "bonjour"}}

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def raw(self, sent: bytes) -> bytes:
        """All that comes back on one connection, until the server closes it."""
        with self.connect() as connection:
            connection.sendall(sent)
            return read_all(connection)

    def memory_kb(self) -> int:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def read_all(connection: socket.socket) -> bytes:
    received = b""
    try:
        while part := connection.recv(65536):
            received += part
    except ConnectionResetError:
        pass
    return received


@pytest.fixture(scope="session")
def live():
    """The server of tests/endpoint/served.py in a process of its own; its memory must not have grown at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = f"ulimit -v {MEMORY_KB}; exec {sys.executable} -m tests.endpoint.served {port}"
    process = subprocess.Popen(["bash", "-c", command], cwd=ROOT, stderr=subprocess.PIPE)
    server = LiveServer(port, process.pid)
    try:
        wait_for(server, process)
        assert server.is_well()
        before = server.memory_kb()
        yield server
        assert server.is_well()
        assert server.memory_kb() - before < GROWTH_KB
    finally:
        process.terminate()
        _, log = process.communicate(timeout=PATIENCE)
    assert b"Exception in ASGI application" not in log


def wait_for(server: LiveServer, process: subprocess.Popen) -> None:
    """Returns when the server listens: a retrying transport, so no pause of our own."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=8)) as client:
        client.post(server.url, json={"query": "{ hello }"}, timeout=PATIENCE)
    assert process.poll() is None
