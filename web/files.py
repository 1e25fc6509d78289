"""The files that the pages are made of, and the headers under which a browser gets pages and files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

_HERE = Path(__file__).parent
SHARED = _HERE / "shared"
"""Modules that the explorer and GraphiQL's graph panel both use."""
VENDOR = _HERE / "vendor"


class VersionedFiles(StaticFiles):
    """Files whose folder's name holds their version: a browser keeps them for a year without asking again."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


class OwnFiles(StaticFiles):
    """Files that change with our releases: a browser asks each time whether they did."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "no-cache"
        return response


def page_headers(*policy: str) -> dict[str, str]:
    """The headers of a page: its Content-Security-Policy, whose rules are `policy`, and that it is asked for again."""
    return {
        "content-security-policy": "; ".join(policy),
        "cache-control": "no-cache",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }
