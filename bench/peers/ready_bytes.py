"""Sends ready bytes, whatever is asked: what uvicorn can do at most. python -m bench.peers.ready_bytes LENGTH PORT"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn


class ReadyBytes:
    """An ASGI application whose every answer is the same JSON text of `length` bytes, 11 or more."""

    def __init__(self, length: int) -> None:
        self._body = b'{"data":"%s"}' % (b"x" * (length - 11))
        self._start = {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self._body))],
        }
        self._end = {"type": "http.response.body", "body": self._body}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send(self._start)
        await send(self._end)


def main(length: str, port: str) -> None:
    """Serve on loopback until stopped."""
    app: Any = ReadyBytes(int(length))
    uvicorn.run(app, port=int(port), log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
