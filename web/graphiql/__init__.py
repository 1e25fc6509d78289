"""GraphiQL, served by us and offline: the page, its own modules, and the vendored libraries that it needs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route

from web.examples import Example, load_examples
from web.files import ENDPOINT, Files, Page

_HERE = Path(__file__).parent

_POLICY = {
    # The one rule that GraphiQL's dialogs add to the page, against scrolling behind them. Its text depends on the
    # margins of the body, which page.css sets to none.
    "style-src": "'self' 'sha256-nzTgYzXYDNe6BAHiiI7NNlfK8n/auuOAhh2t92YvuXo='",
    "img-src": "'self' data:",  # the editors' icons are data: addresses in GraphiQL's style sheet
    "font-src": "data:",  # so are its two fonts
    "form-action": "'none'",
}


def graphiql_text(examples: Sequence[Example]) -> str:
    """The page, complete: it lists `examples`, the first one ready to run."""
    settings = json.dumps({"endpoint": ENDPOINT, "examples": [asdict(e) for e in examples]}, ensure_ascii=False)
    # In a script element only "<" could end the element or open a comment.
    data = settings.replace("<", "\\u003c")
    return (_HERE / "page.html").read_text(encoding="utf-8").replace("{{settings}}", data)


def graphiql_page(examples: Path) -> Page:
    """The page with the examples of a folder, read once. Raises ExampleError where one cannot be read."""
    return Page(graphiql_text(load_examples(examples)), _POLICY)


def routes(examples: Path) -> list[BaseRoute]:
    """The page of `graphiql_page` at /graphiql and its modules below it."""
    return [Route("/graphiql", graphiql_page(examples), methods=["GET"]), Mount("/graphiql", Files(_HERE / "static"))]
