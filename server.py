"""The server: `create_app` is the whole of it, `serve` runs it, and so does `python server.py`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, nullcontext, suppress
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
    Snapshots,
    TrustedDocuments,
    Unchanging,
    compressed_when_asked,
    direct_route,
    guarded_protocol,
    refusal,
)
from execution import Admission, DocumentRefused, Engine, Version
from graph.importer import files_of, import_file
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.live import Analyses, Behind, Follower, LiveGraph, NoSuchPosition, Published
from graph.paging import PageSizes
from graph.store import Store, new_store
from graph.vocabulary import load_vocabulary
from schema import LASTING_FIELDS, MEMO_TYPES, PRICES, Context, schema
from settings import Settings, SettingsError
from supervising import supervising
from web.explorer import QUERIES
from web.graphiql import graphiql_page
from web.site import routes as site_routes

MOST_ASKING = 20
"""Requests that may wait for the graph as of earlier positions."""

LARGE = 50_000
"""Actions from which a search, a condition on texts and the like run off the event loop."""

EXAMPLES = Path(__file__).resolve().parent / "examples"


def create_app(settings: Settings, graph: KnowledgeGraph | None = None) -> ASGIApp:
    """The application over a graph; without one it opens the store, or first makes it from the data folder, and then
    follows what is written to it."""
    follower: Follower | None = None
    with ExitStack() as opening:
        if graph is None:
            store = opening.enter_context(open_store(settings))
            first = graph_of(store)
            first.prepare_meanwhile()
            live = LiveGraph(first, store)
            analyses = Analyses(live, seconds=settings.analysis_seconds)
            follower = Follower(store, live, poll_seconds=settings.poll_seconds, analyses=analyses)
            snapshots: Snapshots = LiveSnapshots(live, settings)
        else:
            snapshots = Unchanging(snapshot_of(Published(graph), settings))
        endpoint = graphql_endpoint(settings, snapshots)
        opening.callback(endpoint.close)
        opened = opening.pop_all()

    async def health(request: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def ready(request: Request) -> Response:
        served = snapshots.now().context.graph
        state = {"version": served.version, "position": served.position, "counts": served.counts}
        if follower is None:
            return JSONResponse({"status": "ready", **state})
        behind = follower.behind_seconds
        followed = {"behind_seconds": round(behind, 3), "diverged": follower.diverged}
        is_behind = behind > settings.behind_seconds
        return JSONResponse(
            {"status": "behind" if is_behind else "ready", **state, **followed}, 503 if is_behind else 200
        )

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with opened:
            if follower:
                opened.enter_context(follower)
            yield

    site = site_routes(EXAMPLES, with_graphiql=settings.graphiql, with_explorer=settings.explorer)
    routes: list[BaseRoute] = [Route("/health", health), Route("/ready", ready), *site]
    given = settings.endpoint
    shedding = OverloadShedding(endpoint, lag_seconds=given.lag_seconds, retry_seconds=given.retry_seconds)
    pages = Starlette(routes=routes, lifespan=lifespan)
    return direct_route("/graphql", _wrapped(shedding, settings), _wrapped(pages, settings))


def graphql_endpoint(settings: Settings, snapshots: Snapshots) -> GraphQLEndpoint:
    """The GraphQL endpoint over the versions of a graph, under the limits of the settings."""
    engine = Engine(
        schema,
        Admission(schema, settings.limits, PRICES, introspection=settings.endpoint.introspection),
        format_error=ErrorFormat(settings.limits),
        memo_bytes=settings.memo_bytes,
        memo_types=MEMO_TYPES,
        lasting_fields=LASTING_FIELDS,
    )
    if settings.explorer:
        # A visitor's first page asks for several at once: compiled then, they would make the loop late.
        for path in sorted(QUERIES.glob("*.graphql")):
            with suppress(DocumentRefused):  # under narrow limits: told to the one who asks
                engine.prepare(path.read_text(encoding="utf-8"))
    return GraphQLEndpoint(
        engine,
        settings=settings.endpoint,
        snapshots=snapshots,
        documents=TrustedDocuments.of_folder(Path(settings.documents), engine.prepare) if settings.documents else None,
        html=graphiql_page(EXAMPLES) if settings.graphiql else None,
    )


def snapshot_of(published: Published, settings: Settings) -> Snapshot:
    """What a request reads of a version of the graph."""
    graph, limits = published.graph, settings.limits
    imported_at = max((source.imported_at for source in graph.sources), default="")
    return Snapshot(
        Context(graph, PageSizes(min(limits.default_page, limits.page), limits.page)),
        Version(published.number, published.line) if published.number else None,
        (graph.version, graph.position, graph.as_of, imported_at),
        ((b"x-maillage-position", b"%d" % graph.position),),
        large=graph.counts[NodeKind.ACTION] >= LARGE,
    )


class LiveSnapshots:
    """What requests read of a live graph: see `endpoint.snapshots.Snapshots`."""

    def __init__(self, live: LiveGraph, settings: Settings) -> None:
        self._live = live
        self._settings = settings
        self._last = (live.current, snapshot_of(live.current, settings))
        self._one_at_a_time = asyncio.Semaphore(1)
        self._asking = 0

    def now(self) -> Snapshot:
        """The newest version."""
        published, snapshot = self._last
        if published is not self._live.current:
            published = self._live.current
            snapshot = snapshot_of(published, self._settings)
            self._last = published, snapshot
        return snapshot

    async def at_least(self, position: int) -> Snapshot:
        """The newest version, once it has a position. Raises RequestRefused."""
        try:
            await self._live.at_least(position, self._settings.wait_seconds)
        except Behind as error:
            raise refusal("BEHIND", str(error), (b"retry-after", b"1")) from None
        return self.now()

    async def as_of(self, position: int) -> Snapshot:
        """The version of a position, made in a thread, one after another. Raises RequestRefused."""
        if self._asking >= MOST_ASKING:
            raise refusal("OVERLOADED", f"{MOST_ASKING} requests wait for data of before", (b"retry-after", b"1"))
        self._asking += 1
        try:
            async with self._one_at_a_time:
                graph = await asyncio.to_thread(self._live.as_of, position)
        except NoSuchPosition as error:
            raise refusal("BAD_REQUEST", str(error)) from None
        finally:
            self._asking -= 1
        # Number 0: the memo is of the newest versions, and this one would need one of its own.
        return snapshot_of(Published(graph, 0), self._settings)


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The store, for the length of the block; where there is none, the files of the data folder are imported first."""
    if not settings.store.exists():
        make_store(settings)
    with Store(settings.store) as store:
        yield store


def graph_of(store: Store) -> KnowledgeGraph:
    """The graph of what a store holds, ready for the first questions. A large one goes on reading its texts there."""
    graph = KnowledgeGraph.from_store(store)
    graph.prepare()
    return graph


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
        with open_store(settings) as store:
            graph_of(store)
    settings.export()
    with supervising(settings.store) if settings.workers > 1 else nullcontext():
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
            timeout_worker_healthcheck=settings.ready_seconds,
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
        return CORSMiddleware(
            wrapped,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["*"],
            expose_headers=["x-maillage-position"],
        )
    return wrapped


if __name__ == "__main__":
    serve(Settings.from_environment())
