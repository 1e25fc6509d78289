"""The product's own schema on Strawberry's own executor and view.

python -m bench.peers.strawberry_product STORE PORT
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import uvicorn
from strawberry.asgi import GraphQL

from graph.knowledge_graph import KnowledgeGraph
from graph.store import Store
from schema import schema
from schema.context import Context


class View(GraphQL[Context, None]):
    """Strawberry's view, with the context that the resolvers read."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        super().__init__(schema)
        self._context = Context(graph)

    async def get_context(self, request: Any, response: Any) -> Context:
        return self._context


def main(path: str, port: str) -> None:
    """Serve on loopback until stopped."""
    with Store(Path(path)) as store:
        app: Any = View(KnowledgeGraph.from_store(store))
        uvicorn.run(app, port=int(port), log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
