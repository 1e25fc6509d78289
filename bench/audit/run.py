"""Starts an ASGI application on a free loopback port and runs the audits of GraphQL over HTTP against it.

    python bench/audit/run.py server:from_environment --factory

The arguments are uvicorn's. `npm ci` in bench/audit comes first. Ends with the number of audits that are not "ok",
as 0 or 1.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
STARTS_WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while server.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server did not listen within {STARTS_WITHIN:g} s")


def main() -> int:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", *sys.argv[1:], "--port", str(port), "--log-level", "warning"]
    server = subprocess.Popen(command)
    try:
        wait_for(port, server)
        url = f"http://127.0.0.1:{port}/graphql"
        return subprocess.run(["node", HERE / "audit.js", url], check=False).returncode
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    sys.exit(main())
