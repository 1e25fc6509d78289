"""The real server in a process of its own, on loopback, with bounded memory."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
MEMORY = 6 << 30
FROM_THE_CHECKOUT = (sys.executable, "-m", "cli")


@dataclass
class Live:
    """A server that answers. `stop` sends SIGTERM and gives the exit code."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    def post(self, query: str, **body: Any) -> httpx.Response:
        return httpx.post(self.url, json={"query": query, **body}, timeout=PATIENCE)

    def memory_kb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@contextmanager
def live_server(
    store: Path, command: Sequence[str | Path] = FROM_THE_CHECKOUT, folder: Path = ROOT, **settings: str
) -> Iterator[Live]:
    """A server of the real page, started by a command line in a folder, once each of its workers has begun.

    `settings` are environment variables without their prefix, in lower case.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, **{f"MAILLAGE_{name.upper()}": value for name, value in settings.items()}}
    with (store.parent / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "serve", "--port", str(port), "--store", str(store)],
            cwd=folder,
            env=environment,
            stderr=log,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        )
    try:
        transport = httpx.HTTPTransport(retries=8)  # waits longer before each: some 60 s in all
        with httpx.Client(transport=transport, timeout=PATIENCE) as client:
            client.get(f"http://127.0.0.1:{port}/ready").raise_for_status()
            # A signal that meets a worker before it listens ends it without a word.
            begun, until = "Application startup complete", time.monotonic() + PATIENCE
            while Path(log.name).read_text(encoding="utf-8").count(begun) < int(settings.get("workers", "1")):
                assert time.monotonic() < until, "a worker has not begun"
                client.get(f"http://127.0.0.1:{port}/ready").raise_for_status()
        yield Live(port, process)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
