"""The explorer: pages in French for people who will never write a query. They speak to the GraphQL endpoint alone."""

from __future__ import annotations

import html
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from web.files import ENDPOINT, Files, Page

_HERE = Path(__file__).parent
QUERIES = _HERE / "queries"
# The pages: their paths and their titles before the data has come.
PAGES = {
    "/": "Les actions des centres sociaux",
    "/actions/{key}": "Une action",
    "/centres/{key}": "Un centre",
    "/mots-cles/{key}": "Un mot-clé",
    "/partenaires/{key}": "Un type de partenaire",
    "/publics/{key}": "Un public",
    "/departements/{key}": "Un département",
    "/regions/{key}": "Une région",
    "/dimensions/{key}": "Une dimension",
    "/initiateurs/{key}": "À l’initiative",
    "/territoires/{key}": "Un territoire",
    "/organismes/{key}": "Un organisme cité",
    "/projet": "Votre projet",
    "/graphe": "Le graphe",
    "/chiffres": "Chiffres",
}

_POLICY = {
    "img-src": "'self' data: blob:",  # the drawing is painted and saved as a picture
    "form-action": "'self'",
}


def _page(title: str, status: int = 200) -> Page:
    shell = (_HERE / "page.html").read_text(encoding="utf-8")
    return Page(shell.replace("{{title}}", html.escape(title)).replace("{{endpoint}}", ENDPOINT), _POLICY, status)


def routes() -> list[BaseRoute]:
    """The pages, their modules and queries; last, a route that answers every other path with a page that says so."""
    missing = _page("Page introuvable", 404)

    async def not_found(request: Request) -> ASGIApp:
        return missing if "text/html" in request.headers.get("accept", "") else PlainTextResponse("Not Found", 404)

    return [
        *(Route(path, _page(title), methods=["GET"]) for path, title in PAGES.items()),
        Mount("/explorer/queries", Files(QUERIES)),
        Mount("/explorer", Files(_HERE / "static")),
        Route("/{path:path}", not_found),
    ]
