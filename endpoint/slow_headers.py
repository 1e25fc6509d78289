"""A uvicorn protocol that does not wait for ever, nor without bound, for the headers of a request.

uvicorn has no such limit. Pass the result of `guarded_protocol` as `http=` of its Config:

    uvicorn.run(app, http=guarded_protocol(header_seconds=10, header_bytes=65_536))
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def guarded_protocol(header_seconds: float, header_bytes: int) -> type[HttpToolsProtocol]:
    """The httptools protocol of uvicorn with two limits.

    A connection whose first request, or whose next request once begun, has not sent all its headers within
    `header_seconds` gets 408; one whose headers exceed `header_bytes` gets 431. Both are then closed. The
    wait between two requests of a connection is uvicorn's own `timeout_keep_alive`.
    """

    class GuardedProtocol(HttpToolsProtocol):
        _in_headers = True
        _received = 0
        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._late = self.loop.call_later(header_seconds, self._refuse, _LATE)

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            super().connection_lost(exc)

        def on_message_begin(self) -> None:
            self._in_headers = True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._in_headers = False
            self._received = 0
            self._stop_waiting()
            super().on_headers_complete()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._in_headers and not self.transport.is_closing():
                self._received += len(data)
                if self._received > header_bytes:
                    self._refuse(_LARGE)
                elif self._late is None:
                    self._late = self.loop.call_later(header_seconds, self._refuse, _LATE)

        def _stop_waiting(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _refuse(self, answer: bytes) -> None:
            self._stop_waiting()
            if not self.transport.is_closing():
                self.transport.write(answer)
                self.transport.close()

    return GuardedProtocol


def _answer(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode()


_LATE: Any = _answer("408 Request Timeout")
_LARGE: Any = _answer("431 Request Header Fields Too Large")
