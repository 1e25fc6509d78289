"""GraphQL over HTTP for an execution Engine. Knows nothing of the domain, of Starlette or of Strawberry.

settings = EndpointSettings()
engine = Engine(schema, Admission(schema, limits, prices), format_error=ErrorFormat(limits))
endpoint = GraphQLEndpoint(engine, settings=settings, snapshot=lambda: Snapshot(context, version), html=…)
app = OverloadShedding(endpoint, lag_seconds=settings.lag_seconds, retry_seconds=settings.retry_seconds)
uvicorn.run(…, http=guarded_protocol(settings.header_seconds, settings.header_bytes))
"""

from endpoint.direct import CompressedWhenAsked, DirectRoute
from endpoint.documents import PersistedQueries, TrustedDocuments
from endpoint.errors import ErrorFormat
from endpoint.graphql_endpoint import GraphQLEndpoint, Snapshot
from endpoint.overload import LoopLag, OverloadShedding
from endpoint.settings import EndpointSettings
from endpoint.slow_headers import guarded_protocol

__all__ = [
    "CompressedWhenAsked",
    "DirectRoute",
    "EndpointSettings",
    "ErrorFormat",
    "GraphQLEndpoint",
    "LoopLag",
    "OverloadShedding",
    "PersistedQueries",
    "Snapshot",
    "TrustedDocuments",
    "guarded_protocol",
]
