"""The explorer: pages in French for people who will never write a query. They speak to the GraphQL endpoint alone."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from web.files import OwnFiles, page_headers

_HERE = Path(__file__).parent
QUERIES = _HERE / "queries"

PAGES = {
    "/": "Les actions des centres sociaux",
    "/actions/{key}": "Une action",
    "/centres/{key}": "Un centre",
    "/mots-cles/{key}": "Un mot-clé",
    "/partenaires/{key}": "Un type de partenaire",
    "/publics/{key}": "Un public",
    "/departements/{key}": "Un département",
    "/dimensions/{key}": "Une dimension",
    "/initiateurs/{key}": "À l’initiative",
    "/territoires/{key}": "Un territoire",
    "/graphe": "Le graphe",
    "/chiffres": "Chiffres",
}
"""The pages: their paths and their titles before the data has come."""

_HEADERS = page_headers(
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: blob:",  # the drawing is painted and saved as a picture
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
"""With the smallest policy under which the pages work whole; nothing inline is allowed."""


def explorer_page(title: str, endpoint: str = "/graphql") -> str:
    """The shell of a page, complete but for what the modules add to it; it sends its queries to `endpoint`."""
    shell = (_HERE / "page.html").read_text(encoding="utf-8")
    return shell.replace("{{title}}", html.escape(title)).replace("{{endpoint}}", html.escape(endpoint))


def routes(endpoint: str = "/graphql") -> list[BaseRoute]:
    """The pages, their modules and queries below /explorer.

    The last route answers every other path with a page that says so: it stands after all other routes.
    """
    pages = [Route(path, _page(explorer_page(title, endpoint))) for path, title in PAGES.items()]
    missing = explorer_page("Page introuvable", endpoint)

    async def not_found(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(missing, status_code=404, headers=_HEADERS)
        return PlainTextResponse("Not Found", status_code=404)

    return [
        *pages,
        Mount("/explorer/queries", OwnFiles(directory=QUERIES)),
        Mount("/explorer", OwnFiles(directory=_HERE / "static")),
        Route("/{path:path}", not_found),
    ]


def _page(shell: str) -> Callable[[Request], Response]:
    def page(request: Request) -> Response:
        return HTMLResponse(shell, headers=_HEADERS)

    return page
