"""The files that the pages are made of, the pages themselves, and the headers under which a browser gets both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

ENDPOINT = "/graphql"  # where the pages send their queries

_HERE = Path(__file__).parent
SHARED, VENDOR = _HERE / "shared", _HERE / "vendor"

ASK_AGAIN = "no-cache"  # for what changes with our releases
FOR_A_YEAR = "public, max-age=31536000, immutable"  # for files whose folder's name holds their version


class Files(StaticFiles):
    """The files of a folder, under a `cache-control` of their own."""

    def __init__(self, folder: Path, cache_control: str = ASK_AGAIN) -> None:
        super().__init__(directory=folder)
        self._cache_control = cache_control

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = self._cache_control
        return response


class Page:
    """A page as an ASGI app, under the smallest policy that it works whole with; nothing inline is allowed.

    `policy` adds to the rules of the Content-Security-Policy that all pages have, or replaces them.
    """

    def __init__(self, text: str, policy: dict[str, str], status: int = 200) -> None:
        rules = {"default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "connect-src": "'self'"}
        rules |= {"base-uri": "'none'", "frame-ancestors": "'none'", **policy}
        self._text = text
        self._status = status
        self._headers = {
            "content-security-policy": "; ".join(f"{name} {sources}" for name, sources in rules.items()),
            "cache-control": ASK_AGAIN,
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A response for each request: compression changes the headers of the one that passes through it.
        await HTMLResponse(self._text, self._status, self._headers)(scope, receive, send)
