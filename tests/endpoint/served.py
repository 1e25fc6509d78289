"""The test schema behind the endpoint: in this process, or as uvicorn serves it on loopback.

python -m tests.endpoint.served PORT
"""

from __future__ import annotations

import asyncio
import sys

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from endpoint import (
    EndpointSettings,
    ErrorFormat,
    GraphQLEndpoint,
    OverloadShedding,
    Snapshot,
    Unchanging,
    compressed_when_asked,
    direct_route,
    guarded_protocol,
)
from execution import Admission, Engine, Limits, Version
from tests.endpoint.shop import PRICES, schema

SHORT = EndpointSettings(body_seconds=1.0, operation_seconds=1.0, header_seconds=1.0, lag_seconds=5.0)
"""Waiting times short enough for a test; the loop may be late, since tests share the machine."""


def build_endpoint(settings=None, limits=None, **options) -> GraphQLEndpoint:
    settings, limits = settings or EndpointSettings(), limits or Limits()
    admission = Admission(schema, limits, PRICES, introspection=settings.introspection)
    return GraphQLEndpoint(Engine(schema, admission, format_error=ErrorFormat(limits)), settings=settings, **options)


def build_app(settings=None, limits=None, **options):
    settings = settings or EndpointSettings()
    endpoint = build_endpoint(settings, limits, **options)
    shedding = OverloadShedding(endpoint, lag_seconds=settings.lag_seconds, retry_seconds=settings.retry_seconds)

    async def health(request):
        return PlainTextResponse("ok")

    rest = Starlette(routes=[Route("/healthz", health)])
    return direct_route("/graphql", compressed_when_asked(shedding, GZipMiddleware(shedding)), rest)


def send(app, method: str = "POST", **request) -> httpx.Response:
    """One request to an application in this process."""

    async def sending() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, "/graphql", **request)

    return asyncio.run(sending())


def ask(app, query: str, **body) -> dict:
    """The answer of an application in this process to a query sent by POST."""
    return send(app, json={"query": query, **body}).json()


def main() -> None:
    config = uvicorn.Config(
        build_app(SHORT, snapshots=Unchanging(Snapshot(version=Version(1), name="v1"))),
        port=int(sys.argv[1]),
        http=guarded_protocol(SHORT.header_seconds, SHORT.header_bytes),
        log_level="warning",
        access_log=False,
    )
    uvicorn.Server(config).run()


if __name__ == "__main__":
    main()
