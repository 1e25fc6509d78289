"""GraphQL over HTTP for an execution Engine. Knows nothing of the domain, of Starlette or of Strawberry.

settings = EndpointSettings()
engine = Engine(schema, Admission(schema, limits, prices), format_error=ErrorFormat(limits))
endpoint = GraphQLEndpoint(engine, settings=settings, snapshots=Unchanging(Snapshot(context, version, name)), html=…)
app = OverloadShedding(endpoint, lag_seconds=settings.lag_seconds, retry_seconds=settings.retry_seconds)
uvicorn.run(…, http=guarded_protocol(settings.header_seconds, settings.header_bytes))
"""

from endpoint.asgi import compressed_when_asked as compressed_when_asked
from endpoint.asgi import direct_route as direct_route
from endpoint.documents import PersistedQueries as PersistedQueries
from endpoint.documents import TrustedDocuments as TrustedDocuments
from endpoint.errors import ErrorFormat as ErrorFormat
from endpoint.errors import refusal as refusal
from endpoint.graphql_endpoint import GraphQLEndpoint as GraphQLEndpoint
from endpoint.overload import LoopLag as LoopLag
from endpoint.overload import OverloadShedding as OverloadShedding
from endpoint.settings import EndpointSettings as EndpointSettings
from endpoint.slow_headers import guarded_protocol as guarded_protocol
from endpoint.snapshots import Snapshot as Snapshot
from endpoint.snapshots import Snapshots as Snapshots
from endpoint.snapshots import Unchanging as Unchanging
