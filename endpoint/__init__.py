"""GraphQL over HTTP for an execution Engine. Knows nothing of the domain, of Starlette or of Strawberry.

limits, settings = Limits(), EndpointSettings()
engine = Engine(schema, **engine_options(graphql_schema, limits, prices))
endpoint = GraphQLEndpoint(engine, limits=limits, settings=settings, context=…, version=…, html=…)
app = OverloadShedding(endpoint, lag_seconds=settings.lag_seconds, retry_seconds=settings.retry_seconds)
uvicorn.run(…, http=guarded_protocol(settings.header_seconds, settings.header_bytes))
"""

from endpoint.direct import CompressedWhenAsked, DirectRoute
from endpoint.documents import PersistedQueries, TrustedDocuments
from endpoint.engine_options import engine_options
from endpoint.graphql_endpoint import GraphQLEndpoint
from endpoint.overload import LoopLag, OverloadShedding
from endpoint.settings import EndpointSettings
from endpoint.slow_headers import guarded_protocol

__all__ = [
    "CompressedWhenAsked",
    "DirectRoute",
    "EndpointSettings",
    "GraphQLEndpoint",
    "LoopLag",
    "OverloadShedding",
    "PersistedQueries",
    "TrustedDocuments",
    "engine_options",
    "guarded_protocol",
]
