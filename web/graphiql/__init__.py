"""GraphiQL, served by us and offline: the page, its own modules, and the vendored libraries that it needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from web.examples import Example, load_examples
from web.files import OwnFiles, page_headers

_HERE = Path(__file__).parent

_HEADERS = page_headers(
    "default-src 'none'",
    "script-src 'self'",
    # The one rule that GraphiQL's dialogs add to the page, against scrolling behind them. Its text depends on the
    # margins of the body, which page.css sets to none.
    "style-src 'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='",
    "connect-src 'self'",
    "img-src 'self' data:",  # the editors' icons are data: addresses in GraphiQL's style sheet
    "font-src data:",  # so are its two fonts
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
"""With the smallest policy under which the page works whole; nothing inline is allowed."""


def graphiql_page(endpoint: str, examples: Sequence[Example]) -> str:
    """The page, complete: it sends its queries to `endpoint` and lists `examples`, the first one ready to run."""
    settings = json.dumps({"endpoint": endpoint, "examples": [asdict(e) for e in examples]}, ensure_ascii=False)
    # In a script element only "<" could end the element or open a comment.
    data = settings.replace("<", "\\u003c")
    return (_HERE / "page.html").read_text(encoding="utf-8").replace("{{settings}}", data)


def graphiql_response(page: str) -> ASGIApp:
    """An ASGI app that answers `page` with the headers that it needs, the Content-Security-Policy among them."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        # A response for each request: compression changes the headers of the one that passes through it.
        await HTMLResponse(page, headers=_HEADERS)(scope, receive, send)

    return answer


def routes(examples: Path, endpoint: str = "/graphql") -> list[BaseRoute]:
    """The page at /graphiql and its modules below it.

    `examples` is the folder of example queries, read once. Raises ExampleError where one cannot be read.
    """
    page = graphiql_page(endpoint, load_examples(examples))

    async def graphiql(request: Request) -> Response:
        return HTMLResponse(page, headers=_HEADERS)

    return [Route("/graphiql", graphiql), Mount("/graphiql", OwnFiles(directory=_HERE / "static"))]
