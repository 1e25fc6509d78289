"""Starts an ASGI application on a free loopback port and runs the audits of GraphQL over HTTP against it.

    python -m bench.audit.run server:from_environment --factory

The arguments are uvicorn's. `npm ci` in bench/audit comes first. Ends with the number of audits that are not "ok",
as 0 or 1.
"""

from __future__ import annotations

import subprocess
import sys

from bench.run import HERE, Server, started


def main() -> int:
    """Run the audits; their exit status."""
    uvicorn = (sys.executable, "-m", "uvicorn", *sys.argv[1:], "--port", "{port}", "--log-level", "warning")
    with started(Server("the application", uvicorn)) as url:
        return subprocess.run(["node", HERE / "audit" / "audit.js", url], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
