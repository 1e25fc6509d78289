"""The peers in Python, on uvicorn: `python -m bench.peers.python product STORE PORT`, `records EXPORT`, `bytes LENGTH`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import uvicorn
from strawberry import Schema
from strawberry.asgi import GraphQL

from bench.peers import records
from graph.knowledge_graph import KnowledgeGraph
from graph.store import Store
from schema import Context, schema


class ReadyBytes:
    """An ASGI application whose every answer is the same JSON text of `length` bytes, 11 or more."""

    def __init__(self, length: int) -> None:
        self._body = b'{"data":"%s"}' % (b"x" * (length - 11))
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % length)]
        self._start = {"type": "http.response.start", "status": 200, "headers": headers}
        self._end = {"type": "http.response.body", "body": self._body}

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send(self._start)
        await send(self._end)


class Product(GraphQL[Context, None]):
    """The product's own schema behind Strawberry's own executor and view, with the context that the resolvers read."""

    def __init__(self, graph: KnowledgeGraph) -> None:
        super().__init__(schema)
        self._context = Context(graph)

    async def get_context(self, request: Any, response: Any) -> Context:
        return self._context


def main(peer: str, given: str, port: str) -> None:
    """Serve a peer on loopback until stopped."""
    app: Any
    if peer == "bytes":
        app = ReadyBytes(int(given))
    elif peer == "records":
        records.load(Path(given))
        app = GraphQL(Schema(records.Query))
    else:
        app = Product(KnowledgeGraph.from_store(Store(Path(given))))
    uvicorn.run(app, port=int(port), log_level="warning", access_log=False, lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
