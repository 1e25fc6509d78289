"""The GraphQL endpoint: an ASGI application with as few layers as the hot path allows.

POST with JSON and GET with a query are answered here; a browser's GET without a query gets the page given as `html`.
What each request meets, in this order: its method, the media types, the size and the time of its body, JSON, the types
of its parameters, the document (persisted or trusted), then the engine's plan (characters, tokens, shape, validation:
once for each document), its variables, its cost. Only then does anything run.

Time: an operation has `operation_seconds`. The engine gets the deadline and hands it to loops of algorithms;
work that awaits is cancelled at the deadline, or when the client goes away. A compiled operation with
synchronous resolvers does not yield: what bounds it is its cost. Operations with a field whose price is
`heavy` run in a worker thread, unless they also have asynchronous resolvers; the client gets its answer or its
error in time, and the thread ends at the engine's deadline. So does what asks for the schema, once for each
document.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from functools import partial
from time import monotonic
from typing import Any

from endpoint.asgi import ASGIApp, Receive, Scope, Send
from endpoint.documents import PersistedQueries, TrustedDocuments
from endpoint.errors import RequestRefused, refusal
from endpoint.media_types import JSON, answer_type, is_json, wants_html
from endpoint.replies import Replies, Reply, entity_tag, matches
from endpoint.request import ClientGone, GraphQLRequest, parse_body, read_body, request_of, request_of_query_string
from endpoint.settings import EndpointSettings
from endpoint.snapshots import VARY, Snapshot, Snapshots, Unchanging, wanted
from endpoint.workers import Workers, in_time
from execution import Answer, DocumentRefused, Engine, LimitExceeded, Plan
from execution.limits import check_variables

Headers = Mapping[bytes, bytes]


class GraphQLEndpoint:
    """An ASGI application that answers GraphQL over HTTP with `engine`, under its limits.

    `snapshots` is asked once for each request. `documents` decides which documents run: automatic persisted queries
    unless given. `html` answers a browser that asks for a page.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        settings: EndpointSettings | None = None,
        snapshots: Snapshots | None = None,
        documents: PersistedQueries | TrustedDocuments | None = None,
        html: ASGIApp | None = None,
    ) -> None:
        self.engine = engine
        self.settings = settings or EndpointSettings()
        self.limits = engine.admission.limits
        self.documents = PersistedQueries(self.settings.persisted) if documents is None else documents
        self.workers = Workers(self.settings)
        self._snapshots: Snapshots = snapshots or Unchanging(Snapshot())
        self._html = html
        self._replies = Replies(self.limits)

    def close(self) -> None:
        """Lets the worker threads end."""
        self.workers.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        if scope["type"] != "http":
            return
        headers: Headers = dict(scope["headers"])
        accept = headers.get(b"accept")
        if accept is not None and self._html is not None and _asks_for_page(scope, accept):
            await self._html(scope, receive, send)
            return
        media = JSON if accept is None else answer_type(accept)
        try:
            reply = await self._reply(scope, headers, media, receive)
        except RequestRefused as refused:
            reply = self._replies.refused(refused, media)
        except (DocumentRefused, LimitExceeded) as refused:
            reply = self._replies.refused(RequestRefused(refused.code, refused.errors), media)
        except ClientGone:
            return
        except Exception as fault:
            reply = self._replies.fault(fault)
        for message in reply.messages(media):
            await send(message)

    def _reply(self, scope: Scope, headers: Headers, media: bytes | None, receive: Receive) -> Awaitable[Reply]:
        """The reply to a request. Raises what refuses it, at once or awaited."""
        method = scope["method"]
        if method not in ("POST", "GET", "HEAD"):
            raise self._wrong_method(f"{method[:20]} is not a method of GraphQL over HTTP")
        if media is None:
            raise refusal("NOT_ACCEPTABLE", "Answers are application/json or application/graphql-response+json")
        if method == "POST":
            return self._post(headers, media, receive)
        return self._get(scope["query_string"], headers, media, receive)

    async def _post(self, headers: Headers, media: bytes, receive: Receive) -> Reply:
        content_type = headers.get(b"content-type", b"")
        if content_type != JSON and not is_json(content_type):
            shown = content_type.decode("latin-1")[:80] or "none"
            raise refusal("UNSUPPORTED_MEDIA_TYPE", f"Content-Type application/json is needed, not {shown}")
        settings = self.settings
        body = await read_body(receive, headers.get(b"content-length"), settings.body_bytes, settings.body_seconds)
        parsed = parse_body(body)
        if type(parsed) is list:
            return await self._batch(parsed, headers, media, len(body), receive)
        request = request_of(parsed)
        plan, cost = self._prepare(request, len(body))
        snapshot = await self._snapshot([request], headers)
        answer = await self._run(plan, request.variables, snapshot, receive)
        return self._replies.answered(answer, media, self._asked_cost(request, headers, cost), snapshot.headers)

    async def _get(self, query_string: bytes, headers: Headers, media: bytes, receive: Receive) -> Reply:
        if not self.settings.get:
            raise self._wrong_method("Queries are sent by POST here")
        request = request_of_query_string(query_string, self.settings.body_bytes)
        plan, cost = self._prepare(request, len(query_string))
        if plan.operation_type != "query":
            raise self._wrong_method(f"A {plan.operation_type} is not sent by GET")
        snapshot = await self._snapshot([request], headers)
        always = [*snapshot.headers, (b"vary", VARY)]
        extensions = self._asked_cost(request, headers, cost)
        tag = entity_tag(snapshot.name, plan, request.variables, media, extensions)
        if snapshot.name is not None and matches(headers.get(b"if-none-match"), tag):
            return Reply(304, b"", [*always, (b"etag", tag)])
        answer = await self._run(plan, request.variables, snapshot, receive)
        if snapshot.name is not None and not answer.errors:
            always += [(b"etag", tag), (b"cache-control", b"no-cache")]
        return self._replies.answered(answer, media, extensions, always)

    async def _batch(self, parsed: list[Any], headers: Headers, media: bytes, received: int, receive: Receive) -> Reply:
        most = self.settings.batch
        if not most:
            raise refusal("BATCH_TOO_LARGE", "Batches are not accepted: send one operation in a request")
        if len(parsed) > most:
            raise refusal("BATCH_TOO_LARGE", f"Batch of {len(parsed):,} operations is over the limit of {most:,}")
        if not parsed:
            raise refusal("BAD_REQUEST", "The batch is empty")
        prepared, total = [], 0
        for item in parsed:
            request = request_of(item)
            plan, cost = self._prepare(request, received)
            total += cost
            if total > self.limits.cost:
                raise LimitExceeded("cost", total, self.limits.cost)
            prepared.append((request, plan, cost))
        snapshot, replies = await self._snapshot([request for request, _, _ in prepared], headers), []
        for request, plan, cost in prepared:
            answer = await self._run(plan, request.variables, snapshot, receive)
            replies.append(self._replies.answered(answer, media, self._asked_cost(request, headers, cost)))
        return self._replies.batch(replies, snapshot.headers)

    async def _snapshot(self, requests: Sequence[GraphQLRequest], headers: Headers) -> Snapshot:
        """What requests that come together read. Raises RequestRefused."""
        asked = wanted(requests, headers)
        if asked is None:
            return self._snapshots.now()
        snapshot = self._snapshots.now() if asked.at_least is None else await self._snapshots.at_least(asked.at_least)
        return snapshot if asked.as_of is None else await self._snapshots.as_of(asked.as_of)

    def _prepare(self, request: GraphQLRequest, received: int) -> tuple[Plan, int]:
        """The plan of a request and its cost. Raises RequestRefused, DocumentRefused, LimitExceeded."""
        text = self.documents.text_of(request)
        plan = self.engine.plan(text, request.operation_name)
        if plan.operation_type == "subscription":
            raise refusal("SUBSCRIPTIONS_NOT_SUPPORTED", "Subscriptions are not answered over HTTP")
        if request.extensions:
            self.documents.ran(request, text)
        if request.variables:
            check_variables(request.variables, self.limits, received)
        return plan, plan.cost.check(request.variables)

    async def _run(self, plan: Plan, variables: dict[str, Any], snapshot: Snapshot, receive: Receive) -> Answer:
        seconds = self.settings.operation_seconds
        deadline = monotonic() + seconds
        execute = self.engine.execute
        # The schema is walked once for each document that asks for it, which takes a tenth of a second.
        is_heavy = plan.cost.is_heavy(variables, snapshot.large) or (plan.introspection and plan.body is None)
        if is_heavy and not plan.asynchronous:
            work = partial(execute, plan, variables, snapshot.context, version=snapshot.version, deadline=deadline)
            answer = await in_time(self.workers.begin(work), seconds, receive)
        else:
            answer = execute(plan, variables, snapshot.context, version=snapshot.version, deadline=deadline)
        return answer if isinstance(answer, Answer) else await in_time(answer, seconds, receive)

    def _wrong_method(self, message: str) -> RequestRefused:
        allowed = b"GET, HEAD, POST" if self.settings.get else b"POST"
        return refusal("METHOD_NOT_ALLOWED", message, (b"allow", allowed))

    def _asked_cost(self, request: GraphQLRequest, headers: Headers, cost: int) -> bytes | None:
        if (request.extensions and request.extensions.get("cost") is True) or b"x-graphql-cost" in headers:
            return b'{"cost":{"requested":%d,"limit":%d}}' % (cost, self.limits.cost)
        return None


def _asks_for_page(scope: Scope, accept: bytes) -> bool:
    return scope["method"] in ("GET", "HEAD") and wants_html(accept) and b"query=" not in scope["query_string"]
