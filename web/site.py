"""Every address that a browser opens: GraphiQL, the explorer, and the files that both need, each mounted once."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import BaseRoute, Mount

from web import explorer, graphiql
from web.files import FOR_A_YEAR, SHARED, VENDOR, Files


def routes(examples: Path, *, with_graphiql: bool = True, with_explorer: bool = True) -> list[BaseRoute]:
    """The routes of the pages that are wanted. The explorer's last answers every other path, so they stand after all
    other routes. `examples` is the folder of GraphiQL's queries. Raises ExampleError where one cannot be read.
    """
    if not with_graphiql and not with_explorer:
        return []
    return [
        Mount("/shared", Files(SHARED)),
        Mount("/vendor", Files(VENDOR, FOR_A_YEAR)),
        *(graphiql.routes(examples) if with_graphiql else []),
        *(explorer.routes() if with_explorer else []),
    ]
