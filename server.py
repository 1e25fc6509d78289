"""The server: `create_app` is the whole of it, `serve` runs it, and so does `python server.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

import logs
from endpoint import (
    CompressedWhenAsked,
    DirectRoute,
    GraphQLEndpoint,
    OverloadShedding,
    TrustedDocuments,
    engine_options,
    guarded_protocol,
)
from execution import Engine
from graph.importer import files_of, import_file
from graph.knowledge_graph import KnowledgeGraph
from graph.store import Store
from graph.vocabulary import load_vocabulary
from schema import MEMO_TYPES, PRICES, Context, schema
from settings import Settings, SettingsError
from web.examples import load_examples
from web.graphiql import graphiql_page, graphiql_response
from web.site import routes as site_routes

EXAMPLES = Path(__file__).resolve().parent / "examples"


def create_app(settings: Settings, graph: KnowledgeGraph | None = None) -> ASGIApp:
    """The application over a graph; without one it opens the store, or first makes it from the data folder."""
    loaded = graph or open_graph(settings)
    endpoint = graphql_endpoint(schema, settings, loaded)

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(request: Request) -> Response:
        return JSONResponse({"status": "ready", "version": loaded.version, "counts": loaded.counts})

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        endpoint.close()

    shedding = OverloadShedding(
        endpoint, lag_seconds=settings.endpoint.lag_seconds, retry_seconds=settings.endpoint.retry_seconds
    )
    routes: list[BaseRoute] = [
        Route("/health", health),
        Route("/ready", ready),
        Route("/graphql", shedding),
        *site_routes(EXAMPLES, with_graphiql=settings.graphiql, with_explorer=settings.explorer),
    ]
    cors = _cors(settings)
    app = Starlette(
        routes=routes, middleware=[*cors, Middleware(GZipMiddleware, minimum_size=1_000)], lifespan=lifespan
    )
    if cors:
        return app
    return DirectRoute("/graphql", CompressedWhenAsked(shedding, GZipMiddleware(shedding, minimum_size=1_000)), app)


def graphql_endpoint(served: strawberry.Schema, settings: Settings, graph: KnowledgeGraph) -> GraphQLEndpoint:
    """The GraphQL endpoint over one graph, under the limits of the settings."""
    introspection = settings.endpoint.introspection
    engine = Engine(
        served,
        **engine_options(served._schema, settings.limits, PRICES, introspection=introspection),
        memo_bytes=settings.memo_bytes,
        memo_types=MEMO_TYPES,
    )
    context = Context(graph)
    page = graphiql_response(graphiql_page("/graphql", load_examples(EXAMPLES))) if settings.graphiql else None
    return GraphQLEndpoint(
        engine,
        limits=settings.limits,
        settings=settings.endpoint,
        context=lambda: context,
        version=lambda: graph.version,
        documents=TrustedDocuments.of_folder(Path(settings.documents), engine.plan) if settings.documents else None,
        html=page,
    )


def open_graph(settings: Settings) -> KnowledgeGraph:
    """The graph of the store; where there is none, the files of the data folder are imported first."""
    if not settings.store.exists():
        store = Store(settings.store, create=True)
        for path in files_of(settings.data):
            import_file(store, path, load_vocabulary())
        store.close()
    graph = KnowledgeGraph.from_store(Store(settings.store))
    graph.prepare()
    return graph


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished first."""
    try:
        configuration = logs.configuration(settings.log_format, settings.log_level)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    # Before the workers start, so that they do not all make the store.
    if settings.workers > 1:
        open_graph(settings)
    settings.export()
    uvicorn.run(
        "server:from_environment",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        loop=settings.loop,
        http="server:protocol",
        log_config=configuration,
        access_log=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        server_header=False,
    )


def from_environment() -> ASGIApp:
    """The application as the environment sets it: what each worker process makes."""
    return create_app(Settings.from_environment())


def __getattr__(name: str) -> object:
    # `server:protocol` is a class made from settings: each worker process makes its own, for none can be sent to it.
    if name == "protocol":
        endpoint = Settings.from_environment().endpoint
        return guarded_protocol(endpoint.header_seconds, endpoint.header_bytes)
    raise AttributeError(name)


def _cors(settings: Settings) -> list[Middleware]:
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if not origins:
        return []
    return [Middleware(CORSMiddleware, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"])]


if __name__ == "__main__":
    serve(Settings.from_environment())
