"""The server: `create_app` is the whole of it, `serve` runs it, and so does `python server.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

import logs
from endpoint import (
    ErrorFormat,
    GraphQLEndpoint,
    OverloadShedding,
    Snapshot,
    TrustedDocuments,
    compressed_when_asked,
    direct_route,
    guarded_protocol,
)
from execution import Admission, Engine
from graph.importer import files_of, import_file
from graph.knowledge_graph import KnowledgeGraph
from graph.paging import PageSizes
from graph.store import Store, new_store
from graph.vocabulary import load_vocabulary
from schema import LASTING_FIELDS, MEMO_TYPES, PRICES, Context, schema
from settings import Settings, SettingsError
from web.graphiql import graphiql_page
from web.site import routes as site_routes

EXAMPLES = Path(__file__).resolve().parent / "examples"


def create_app(settings: Settings, graph: KnowledgeGraph | None = None) -> ASGIApp:
    """The application over a graph; without one it opens the store, or first makes it from the data folder."""
    with ExitStack() as opening:
        served = graph or opening.enter_context(open_graph(settings))
        endpoint = graphql_endpoint(settings, served)
        opening.callback(endpoint.close)
        opened = opening.pop_all()

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(request: Request) -> Response:
        return JSONResponse({"status": "ready", "version": served.version, "counts": served.counts})

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with opened:
            yield

    site = site_routes(EXAMPLES, with_graphiql=settings.graphiql, with_explorer=settings.explorer)
    routes: list[BaseRoute] = [Route("/health", health), Route("/ready", ready), *site]
    given = settings.endpoint
    shedding = OverloadShedding(endpoint, lag_seconds=given.lag_seconds, retry_seconds=given.retry_seconds)
    pages = Starlette(routes=routes, lifespan=lifespan)
    return direct_route("/graphql", _wrapped(shedding, settings), _wrapped(pages, settings))


def graphql_endpoint(settings: Settings, graph: KnowledgeGraph) -> GraphQLEndpoint:
    """The GraphQL endpoint over one graph, under the limits of the settings."""
    engine = Engine(
        schema,
        Admission(schema, settings.limits, PRICES, introspection=settings.endpoint.introspection),
        format_error=ErrorFormat(settings.limits),
        memo_bytes=settings.memo_bytes,
        memo_types=MEMO_TYPES,
        lasting_fields=LASTING_FIELDS,
    )
    limits = settings.limits
    context = Context(graph, PageSizes(min(limits.default_page, limits.page), limits.page))
    return GraphQLEndpoint(
        engine,
        settings=settings.endpoint,
        snapshot=lambda: Snapshot(context, graph.version),
        documents=TrustedDocuments.of_folder(Path(settings.documents), engine.plan) if settings.documents else None,
        html=graphiql_page(EXAMPLES) if settings.graphiql else None,
    )


@contextmanager
def open_graph(settings: Settings) -> Iterator[KnowledgeGraph]:
    """The graph of the store, which stays open meanwhile: a large graph reads its texts from it. Where there is no
    store, the files of the data folder are imported first."""
    if not settings.store.exists():
        make_store(settings)
    with Store(settings.store) as store:
        graph = KnowledgeGraph.from_store(store)
        graph.prepare()
        yield graph


def make_store(settings: Settings) -> None:
    """Import the files of the data folder. Only a store that is complete gets its name."""
    vocabulary = load_vocabulary()
    with new_store(settings.store) as store:
        for path in files_of(settings.data):
            import_file(store, path, vocabulary)


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished first."""
    try:
        configuration = logs.configuration(settings.log_format, settings.log_level)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    # Before the workers start, so that they do not all make the store and what is prepared beside it.
    if settings.workers > 1:
        with open_graph(settings):
            pass
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


def _wrapped(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application in every wrapper that the settings ask for."""
    wrapped = compressed_when_asked(app, GZipMiddleware(app, minimum_size=1_000))
    origins = [origin.strip() for origin in settings.cors_origins.split(",") if origin.strip()]
    if origins:
        return CORSMiddleware(wrapped, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["*"])
    return wrapped


if __name__ == "__main__":
    serve(Settings.from_environment())
